"""Erasing a person who left: what is personal is destroyed, what was done stays."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.db import transaction

from tamgha.platform.accounts.choices import LogInEnd
from tamgha.platform.accounts.events import (
    PersonErased,
    RoleEnded,
    announce,
    asked_for_open_tasks,
)
from tamgha.platform.accounts.models import ERASED, EntryLink, LogIn, RoleGrant, User
from tamgha.platform.accounts.permissions import can_manage
from tamgha.platform.accounts.services.errors import AccountsError, NotAllowedError
from tamgha.platform.accounts.services.log_ins import end_all_log_ins
from tamgha.platform.accounts.services.roles import refuse_last_holder
from tamgha.shared.errors import RefusedError
from tamgha.shared.words import Words

NOT_ERASED = Words(
    "The person was not erased: something is still in these hands",
    "Человек не удалён: за ним ещё что-то числится",
)


def open_tasks(person: User) -> list[Words]:
    """Return what a person still has to do, by kind, as the areas that keep tasks tell it."""
    answers: Sequence[tuple[Any, Any]] = asked_for_open_tasks.send(sender=User, person=person)
    return [words for _receiver, told in answers for words in told]


@transaction.atomic
def erase_person(*, person: User, by: User | None, at: datetime) -> bool:
    """Destroy name, login name, e-mail, password, second factor and traces of log-ins of a person.

    Acts stay, as of an erased person with a number. The journal destroys the person's key in the
    same transaction, so what its entries say of the person can never be read again. Texts that
    people typed and files that they stored are not looked through. Returns False for one who was
    erased before.

    Parameters
    ----------
    by : a coordinator; the account must be closed then. None is the command line.

    Raises
    ------
    NotAllowedError, AccountsError
        Who may not, or the account is open.
    RefusedError
        With everything that is still open in the person's hands.
    LastHolderError
        For the last coordinator or secretariat.
    """
    locked = User.objects.select_for_update(of=("self",)).get(pk=person.pk)
    if locked.erased_at is not None:
        return False
    if by is not None and not can_manage(by, locked):
        raise NotAllowedError(by, Words("erase this person", "удалить данные этого человека"))
    if by is not None and locked.is_active:
        raise AccountsError(
            Words(
                "A closed account was expected; this one is open. Close it first.",
                "Ожидается закрытая учётная запись, а эта открыта. Сначала закройте её.",
            )
        )
    tasks = open_tasks(locked)
    if tasks:
        raise RefusedError(NOT_ERASED, tasks)
    _end_roles(locked, by, at)
    end_all_log_ins(person=locked, how=LogInEnd.CLOSED, by=by, at=at)
    LogIn.objects.filter(person=locked).update(address=None, device="")
    EntryLink.objects.filter(person=locked, used_at=None, revoked_at=None).update(revoked_at=at)
    Authenticator.objects.filter(user_id=locked.pk).delete()
    EmailAddress.objects.filter(user_id=locked.pk).delete()
    _blank(locked, at)
    announce(PersonErased(at=at, by=by.pk if by else None, person=locked.pk))
    return True


def _end_roles(person: User, by: User | None, at: datetime) -> None:
    for grant in RoleGrant.objects.in_force(at).filter(person=person).select_related("person"):
        if person.is_active:
            refuse_last_holder(grant)
        grant.ends_at, grant.ended_by = at, by
        grant.save(update_fields=["ends_at", "ended_by"])
        announce(
            RoleEnded(
                at=at,
                by=by.pk if by else None,
                person=person.pk,
                role=grant.role,
                administration=grant.administration_id,
            )
        )


def _blank(person: User, at: datetime) -> None:
    person.username, person.email = f"erased-{person.pk}", ""
    person.full_name = f"{ERASED}{person.pk}"
    person.is_active, person.erased_at, person.last_login = False, at, None
    person.set_unusable_password()
    person.save(
        update_fields=[
            *("username", "email", "full_name", "is_active", "erased_at", "last_login"),
            "password",
        ]
    )
