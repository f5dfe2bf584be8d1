"""Entering people, changing them, closing and reopening their accounts."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Q

from tamgha.platform.accounts.choices import Language, LogInEnd, Role, Theme
from tamgha.platform.accounts.events import (
    AccountClosed,
    AccountReopened,
    PasswordSet,
    PersonChanged,
    PersonInvited,
    announce,
)
from tamgha.platform.accounts.models import Administration, EntryLink, LogIn, User
from tamgha.platform.accounts.permissions import can_invite_into, can_manage
from tamgha.platform.accounts.services.errors import NotAllowedError
from tamgha.platform.accounts.services.log_ins import end_all_log_ins
from tamgha.platform.accounts.services.roles import grant_role, refuse_last_holder
from tamgha.shared.errors import RefusedError
from tamgha.shared.words import Words

LOGIN_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{1,49}")
OWN_SETTINGS = frozenset({"full_name", "language", "time_zone", "theme"})
CHANGEABLE = frozenset({"full_name", "email", "username"})


@dataclass(frozen=True, slots=True, kw_only=True)
class NewPerson:
    """What is known of a person who is entered.

    One of ``username`` and ``email`` is enough; without a login name one signs in by e-mail.
    """

    full_name: str
    username: str = ""
    email: str = ""
    language: str = Language.ENGLISH
    time_zone: str = ""


@transaction.atomic
def invite_person(
    *,
    new: NewPerson,
    administration: Administration | None,
    roles: Sequence[Role],
    by: User | None,
    at: datetime,
) -> User:
    """Enter a person with the roles, still without a password; then `make_link` opens the door.

    Raises NotAllowedError; RefusedError with every fault of the names.
    """
    if by is not None and not can_invite_into(by, administration):
        raise NotAllowedError(by, Words("enter people here", "добавлять сюда людей"))
    username, email = _names(new.username, new.email, other_than=None)
    if not new.full_name.strip():
        raise _refused([_NO_NAME])
    home_zone = administration.time_zone if administration else "UTC"
    person = User(
        username=username,
        email=email,
        full_name=new.full_name.strip(),
        language=new.language,
        time_zone=new.time_zone or home_zone,
        administration=administration,
        date_joined=at,
    )
    person.set_unusable_password()
    person.save()
    announce(
        PersonInvited(
            at=at,
            by=by.pk if by else None,
            person=person.pk,
            administration=administration.pk if administration else None,
        )
    )
    for role in roles:
        grant_role(person=person, role=role, administration=administration, by=by, at=at)
    return person


@transaction.atomic
def change_person(*, person: User, values: Mapping[str, str], by: User, at: datetime) -> User:
    """Change name, e-mail or login name of another. Raises NotAllowedError, RefusedError."""
    if not can_manage(by, person):
        raise NotAllowedError(by, Words("change this person", "менять данные этого человека"))
    if set(values) - CHANGEABLE:
        raise ValueError(f"fields of {sorted(CHANGEABLE)}; {sorted(values)} came")
    locked = User.objects.select_for_update().get(pk=person.pk)
    username = values.get("username", "" if "@" in locked.username else locked.username)
    username, email = _names(username, values.get("email", locked.email), other_than=locked)
    full_name = values.get("full_name", locked.full_name).strip()
    if not full_name:
        raise _refused([_NO_NAME])
    return _save(
        locked, {"username": username, "email": email, "full_name": full_name}, by=by, at=at
    )


@transaction.atomic
def change_own_settings(*, person: User, values: Mapping[str, str], at: datetime) -> User:
    """Change one's own name, language, time zone or theme."""
    if set(values) - OWN_SETTINGS:
        raise ValueError(f"fields of {sorted(OWN_SETTINGS)}; {sorted(values)} came")
    if values.get("theme", Theme.SYSTEM) not in Theme.values:
        raise ValueError(f"a theme of {Theme.values}; {values['theme']!r} came")
    if not values.get("full_name", person.full_name).strip():
        raise _refused([_NO_NAME])
    locked = User.objects.select_for_update().get(pk=person.pk)
    return _save(locked, values, by=person, at=at)


@transaction.atomic
def close_account(*, person: User, by: User, at: datetime) -> None:
    """Let the person sign in no more: log-ins end and links are revoked; the record stays.

    Raises NotAllowedError, and LastHolderError for the last coordinator or secretariat.
    """
    if not can_manage(by, person):
        raise NotAllowedError(by, Words("close this account", "закрыть эту учётную запись"))
    for grant in person.open_grants:
        refuse_last_holder(grant)
    User.objects.filter(pk=person.pk).update(is_active=False)
    end_all_log_ins(person=person, how=LogInEnd.CLOSED, by=by, at=at)
    EntryLink.objects.filter(person=person, used_at=None, revoked_at=None).update(revoked_at=at)
    announce(AccountClosed(at=at, by=by.pk, person=person.pk))


@transaction.atomic
def reopen_account(*, person: User, by: User, at: datetime) -> None:
    """Let the person sign in again, with the password and the roles of before."""
    if not can_manage(by, person):
        raise NotAllowedError(by, Words("reopen this account", "открыть эту учётную запись"))
    User.objects.filter(pk=person.pk).update(is_active=True)
    announce(AccountReopened(at=at, by=by.pk, person=person.pk))


@transaction.atomic
def note_own_password(*, person: User, here: LogIn | None, at: datetime) -> None:
    """Follow a change of the own password: every other log-in ends, an open link is revoked."""
    end_all_log_ins(person=person, how=LogInEnd.PASSWORD, by=person, at=at, but=here)
    EntryLink.objects.filter(person=person, used_at=None, revoked_at=None).update(revoked_at=at)
    announce(PasswordSet(at=at, by=person.pk, person=person.pk, how="own"))


def _save(person: User, values: Mapping[str, str], *, by: User, at: datetime) -> User:
    changed = [field for field, value in values.items() if getattr(person, field) != value]
    for field in changed:
        setattr(person, field, values[field])
    if changed:
        person.save(update_fields=changed)
        announce(PersonChanged(at=at, by=by.pk, person=person.pk, fields=tuple(sorted(changed))))
    return person


_NO_NAME = Words(
    "full name: a name was expected; nothing came", "полное имя: ожидается имя, поле пустое"
)


def _names(username: str, email: str, *, other_than: User | None) -> tuple[str, str]:
    """Return the login name and the e-mail address, or refuse both with every fault."""
    username, email = username.strip().lower(), email.strip().lower()
    faults = []
    if not username and not email:
        faults.append(
            Words(
                "login name or e-mail: one of them was expected; neither came",
                "имя для входа или электронная почта: ожидается хотя бы одно, не указано ничего",
            )
        )
    if username and username != email and not LOGIN_NAME.fullmatch(username):
        faults.append(
            Words(
                "login name: 2 to 50 Latin letters, digits, dots, hyphens were expected; "
                f"{username!r} came",
                "имя для входа: ожидаются 2–50 латинских букв, цифр, точек, дефисов, "
                f"указано {username!r}",
            )
        )
    names = {name for name in (username, email) if name}
    taken = User.objects.filter(Q(username__in=names) | Q(email__in=names))
    if other_than is not None:
        taken = taken.exclude(pk=other_than.pk)
    if taken.exists():
        faults.append(
            Words(
                "somebody signs in with this login name or e-mail already; take another",
                "с этим именем или адресом уже кто-то входит, укажите другое",
            )
        )
    if faults:
        raise _refused(faults)
    return username or email, email


def _refused(faults: Sequence[Words]) -> RefusedError:
    return RefusedError(Words("The person was not saved", "Человек не сохранён"), faults)
