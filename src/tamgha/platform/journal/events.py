"""The shape of an announced act. Each area sends its own signal; the journal follows them all."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from django.db.models import Model
from django.dispatch import Signal

from tamgha.platform.accounts.models import User


@dataclass(frozen=True, slots=True)
class Act:
    """Who did what to which object and when; nobody where a program or the clock did it."""

    name: str
    on: Model
    by: User | None
    at: datetime
    facts: dict[str, Any] = field(default_factory=dict)


class Announce(Protocol):
    """Announces an act to whoever listens, inside the transaction of the change."""

    def __call__(
        self, name: str, /, *, on: Model, by: User | None, at: datetime, **facts: Any
    ) -> None: ...


def announcer(signal: Signal) -> Announce:
    """Return the function by which an area announces its acts.

    Parameters
    ----------
    signal : the area's own; it is sent with ``act``, an `Act`
    """

    def announce(name: str, /, *, on: Model, by: User | None, at: datetime, **facts: Any) -> None:
        signal.send(sender=type(on), act=Act(name, on, by, at, facts))

    return announce
