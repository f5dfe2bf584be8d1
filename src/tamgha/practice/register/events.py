"""What the register announces, in the transaction of the change; the journal listens."""

from typing import Final

from django.dispatch import Signal

from tamgha.platform.journal.events import Act, announcer

__all__ = ["Act", "acted", "announce"]

acted: Final = Signal()
announce: Final = announcer(acted)
