"""Links by which a person sets a password, handed over by the coordinator."""

import secrets
from datetime import datetime, timedelta

from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.db import transaction

from tamgha.platform.accounts.choices import LinkPurpose, LogInEnd
from tamgha.platform.accounts.events import LinkMade, LinkRevoked, PasswordSet, announce
from tamgha.platform.accounts.models import EntryLink, User
from tamgha.platform.accounts.permissions import can_manage
from tamgha.platform.accounts.queries import hash_of_secret, link_of_secret
from tamgha.platform.accounts.services.errors import LinkSpentError, NotAllowedError
from tamgha.platform.accounts.services.log_ins import end_all_log_ins, forgive_attempts
from tamgha.shared.words import Words


@transaction.atomic
def make_link(*, person: User, by: User | None, at: datetime) -> tuple[EntryLink, str]:
    """Make a new link for the person, revoke the open one, and return it with its secret.

    The secret is shown once: only its hash is kept. A person who has a password gets a link of
    reset, another an invitation. Raises NotAllowedError.
    """
    if by is not None and not can_manage(by, person):
        raise NotAllowedError(
            by, Words("give this person a link", "выдавать ссылку этому человеку")
        )
    User.objects.select_for_update().get(pk=person.pk)  # two clerks may press the button together
    for open_link in EntryLink.objects.filter(person=person, used_at=None, revoked_at=None):
        _revoke(open_link, by=by, at=at)
    secret = secrets.token_urlsafe(32)
    purpose = LinkPurpose.RESET if person.has_usable_password() else LinkPurpose.INVITATION
    link = EntryLink.objects.create(
        person=person,
        purpose=purpose,
        secret_hash=hash_of_secret(secret),
        made_by=by,
        made_at=at,
        expires_at=at + timedelta(hours=settings.TAMGHA_LINK_HOURS),
    )
    announce(
        LinkMade(
            at=at,
            by=by.pk if by else None,
            person=person.pk,
            purpose=purpose,
            expires_at=link.expires_at,
        )
    )
    return link, secret


@transaction.atomic
def revoke_link(*, link: EntryLink, by: User, at: datetime) -> None:
    """Make an unused link worthless. One that is spent already stays as it is.

    Raises NotAllowedError.
    """
    if not can_manage(by, link.person):
        raise NotAllowedError(by, Words("revoke this link", "отозвать эту ссылку"))
    _revoke(link, by=by, at=at)


@transaction.atomic
def set_password_by_link(*, secret: str, password: str, at: datetime) -> User:
    """Spend the link and set the password; every log-in of the person ends.

    The second factor stays: a link proves no possession of it.
    Raises LinkSpentError; Django's ValidationError when the rules refuse the password.
    """
    link = link_of_secret(secret)
    if link is None or not link.person.is_active:
        raise LinkSpentError
    validate_password(password, user=link.person)
    spent = EntryLink.objects.filter(
        pk=link.pk, used_at=None, revoked_at=None, expires_at__gt=at
    ).update(used_at=at)  # one statement: of two browsers at once, one wins
    if not spent:
        raise LinkSpentError
    person = User.objects.select_for_update().get(pk=link.person_id)
    person.set_password(password)
    person.save(update_fields=["password"])
    end_all_log_ins(person=person, how=LogInEnd.PASSWORD, by=person, at=at)
    forgive_attempts(person=person)
    announce(PasswordSet(at=at, by=person.pk, person=person.pk, how="link"))
    return person


def _revoke(link: EntryLink, *, by: User | None, at: datetime) -> None:
    revoked = EntryLink.objects.filter(pk=link.pk, used_at=None, revoked_at=None).update(
        revoked_at=at
    )
    if revoked:
        announce(LinkRevoked(at=at, by=by.pk if by else None, person=link.person_id))
