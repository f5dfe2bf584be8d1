"""Pages by key: where the last row of a page stood, so that the next page starts after it.

Numbered pages slow down with their number and skip rows when the list changes; a key does neither.
"""

import base64
import binascii
import json
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import TypeAlias

Key: TypeAlias = str | int | float | bool | date | datetime | Decimal | None


@dataclass(frozen=True, slots=True)
class Cursor:
    """The sort values of the last row shown, and its own id, which breaks ties.

    Parameters
    ----------
    sort : the order it belongs to, such as "-created"; a cursor of another order is refused
    values : sort value, then id
    shown : how many rows were shown up to and with that row
    """

    sort: str
    values: tuple[Key, ...]
    shown: int

    def encode(self) -> str:
        """Return the cursor as text for an address."""
        document = [self.sort, [_wrap(value) for value in self.values], self.shown]
        raw = json.dumps(document, separators=(",", ":"), ensure_ascii=False).encode()
        return base64.urlsafe_b64encode(raw).decode().rstrip("=")

    @classmethod
    def decode(cls, text: str, *, sort: str) -> "Cursor | None":
        """Return the cursor of a text; None when it is broken or of another order.

        A reader may have edited the address: then the list simply starts at its beginning.
        """
        try:
            raw = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
            kept, values, shown = json.loads(raw)
            if kept != sort or not isinstance(shown, int) or not 0 <= shown < 10**12:
                return None
            keys = tuple(_unwrap(value) for value in values)
            return cls(kept, keys, shown) if keys else None
        except (ValueError, TypeError, InvalidOperation, binascii.Error, RecursionError):
            return None


def _wrap(value: Key) -> object:
    if isinstance(value, datetime):
        return {"t": value.isoformat()}
    if isinstance(value, date):
        return {"d": value.isoformat()}
    if isinstance(value, Decimal):
        return {"n": str(value)}
    return value


def _unwrap(value: object) -> Key:
    if isinstance(value, dict):
        ((kind, text),) = value.items()
        if kind == "t":
            return datetime.fromisoformat(text)
        if kind == "d":
            return date.fromisoformat(text)
        return Decimal(text)
    if value is None or isinstance(value, str | int | float | bool):
        return value
    raise TypeError(f"no key: {value!r}")
