"""What control announces, inside the transaction of the change; the journal listens."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from django.db.models import Model
from django.dispatch import Signal

from tamgha.platform.accounts.models import User

acted: Final = Signal()
"""Sent inside the transaction of the change, with ``act``, an `Act`."""


@dataclass(frozen=True, slots=True)
class Act:
    """Who did what to which object and when; nobody where a program or the clock did it."""

    name: str
    on: Model
    by: User | None
    at: datetime
    facts: dict[str, Any] = field(default_factory=dict)


def announce(name: str, /, *, on: Model, by: User | None, at: datetime, **facts: Any) -> None:
    """Announce an act to whoever listens."""
    acted.send(sender=type(on), act=Act(name, on, by, at, facts))
