"""Second factors: django-allauth keeps them; here they are announced and reset."""

from datetime import datetime

from allauth.mfa.models import Authenticator
from django.db import transaction

from tamgha.platform.accounts.choices import LogInEnd
from tamgha.platform.accounts.events import SecondFactorChanged, announce
from tamgha.platform.accounts.models import User
from tamgha.platform.accounts.permissions import can_manage
from tamgha.platform.accounts.services.errors import AccountsError, NotAllowedError
from tamgha.platform.accounts.services.log_ins import end_all_log_ins
from tamgha.shared.words import Words


@transaction.atomic
def note_second_factor(*, person: User, what: str, kind: str, at: datetime) -> None:
    """Announce that a person added or removed an own second factor, or made new recovery codes."""
    announce(SecondFactorChanged(at=at, by=person.pk, person=person.pk, what=what, kind=kind))


@transaction.atomic
def reset_second_factor(*, person: User, by: User | None, at: datetime) -> None:
    """Take the lost second factor away; every log-in ends, and the password alone opens again.

    Raises NotAllowedError; AccountsError for oneself, who removes it in the own account.
    """
    if by is not None and by.pk == person.pk:
        raise AccountsError(
            Words(
                "Your own second factor is removed in your account, where a code is asked for.",
                "Свой второй фактор убирают в своей учётной записи, там спросят код.",
            )
        )
    if by is not None and not can_manage(by, person):
        raise NotAllowedError(by, Words("reset this second factor", "сбросить этот второй фактор"))
    Authenticator.objects.filter(user_id=person.pk).delete()
    end_all_log_ins(person=person, how=LogInEnd.REVOKED, by=by, at=at)
    announce(
        SecondFactorChanged(
            at=at, by=by.pk if by else None, person=person.pk, what="reset", kind="totp"
        )
    )
