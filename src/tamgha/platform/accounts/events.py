"""What this area announces. Listeners run inside the transaction of the act: if one fails, so does the act."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.dispatch import Signal

announced = Signal()
"""Sent with ``event`` (one of the classes below); ``sender`` is its class."""

asked_for_open_tasks = Signal()
"""Sent with ``person``; who keeps tasks answers with a list of `Words`, one for each kind still open."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """An act on a person's record.

    Parameters
    ----------
    at : aware datetime, when it happened
    by : key of the person who did it; None for the command line, or a stranger
    person : key of the person it happened to; None when nobody has that account
    """

    at: datetime
    by: int | None
    person: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonInvited(Event):
    """A person was entered. ``administration`` is its key, None for the region."""

    administration: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonChanged(Event):
    """A person's record was changed in the named fields."""

    fields: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountClosed(Event):
    """A person may no longer sign in."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountReopened(Event):
    """A person may sign in again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonErased(Event):
    """Everything personal of a person was destroyed; the record of what was done stays."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkMade(Event):
    """A link of invitation or password reset was made."""

    purpose: str
    expires_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkRevoked(Event):
    """A link that nobody had used was revoked."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PasswordSet(Event):
    """A person's password was set. ``how`` is "link" or "own"."""

    how: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RoleGranted(Event):
    """A role was given, in an administration or (None) for the region."""

    role: str
    administration: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class RoleEnded(Event):
    """A role was ended."""

    role: str
    administration: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class LoggedIn(Event):
    """A person signed in."""

    log_in: int
    address: str | None
    with_second_factor: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class LogInEnded(Event):
    """A log-in ended; ``how`` is a value of `choices.LogInEnd`."""

    log_in: int
    how: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LockedOut(Event):
    """Too many failures: the account or the address must wait."""

    address: str | None
    until: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class SecondFactorChanged(Event):
    """A second factor was added, removed or reset; ``what`` says which of the three."""

    what: str
    kind: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AdministrationChanged(Event):
    """An administration was entered or changed."""

    administration: int
    fields: tuple[str, ...]


def announce(event: Event) -> None:
    """Tell the listeners, inside the transaction of the act.

    Raises RuntimeError outside a transaction: an act and its record stand or fall together.
    """
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError(f"{type(event).__name__} was announced outside a transaction")
    announced.send(sender=type(event), event=event)
