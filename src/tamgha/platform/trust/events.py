"""What this area announces, inside the transaction of the act; the journal listens."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.dispatch import Signal

announced: Final = Signal()
"""Sent with ``event``, a `KeyChanged`."""


@dataclass(frozen=True, slots=True)
class KeyChanged:
    """The node signs with a new key from now on.

    Parameters
    ----------
    at : aware datetime
    new : fingerprint of the new key
    old : fingerprint of the key that was retired; "" for the node's first key
    """

    at: datetime
    new: str
    old: str
