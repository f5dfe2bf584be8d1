"""Keyed draws: unforeseeable without the key, re-derivable with it.

u = k / 2^64, where k is the first 8 bytes of HMAC-SHA256(key, message), big-endian. Everything is
compared in integers.
"""

import hashlib
import hmac
import unicodedata
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from zoneinfo import ZoneInfo

SIZE = 1 << 64
SCHEME = "tamgha-draw-1"
KEY_BYTES = 32
RANDOM, TIE, EXPLORE, PHASE = "random", "tie", "explore", "phase"


def keyed_draw(key: bytes, purpose: str, draw_id: str) -> int:
    """Return the draw k of one purpose for one declaration.

    Parameters
    ----------
    key : 32 bytes, of the administration and quarter
    purpose : "random", "tie", "explore", "phase", ``criterion:CODE`` or ``rollout:CODE``
    draw_id : id of the first declaration of its chain

    Returns
    -------
    int, 0 <= k < 2^64
    """
    if len(key) != KEY_BYTES:
        raise ValueError(f"a key has {KEY_BYTES} bytes; {len(key)} came")
    message = "\x1f".join(unicodedata.normalize("NFC", part) for part in (SCHEME, purpose, draw_id))
    digest = hmac.new(key, message.encode(), hashlib.sha256).digest()
    return int.from_bytes(digest[:8], "big")


def criterion_purpose(code: str) -> str:
    """Return the purpose of a criterion's draw: by its code, so that an edit gives no new chance."""
    return f"criterion:{code}"


def rollout_purpose(code: str) -> str:
    """Return the purpose of the draw that says on which declarations a criterion is rolled out."""
    return f"rollout:{code}"


def phase_id(office: str, direction: str, day: str) -> str:
    """Return the draw id of a day's phase, one for each office, direction and local date."""
    return "|".join((office, direction, day))


def is_below(draw: int, basis_points: int) -> bool:
    """Return whether a draw lies below a rate in basis points, strictly."""
    return draw * 10_000 < basis_points * SIZE


def is_below_fraction(draw: int, rate: Fraction) -> bool:
    """Return whether a draw lies below an exact rate, strictly."""
    return draw * rate.denominator < rate.numerator * SIZE


def as_fraction(draw: int) -> Fraction:
    """Return u = k / 2^64, in [0, 1)."""
    return Fraction(draw, SIZE)


def epoch_of(lodged: datetime, timezone: ZoneInfo) -> str:
    """Return the quarter of a first lodging in the administration's time zone: "2026Q1".

    Parameters
    ----------
    lodged : aware datetime
    """
    local = lodged.astimezone(timezone)
    return f"{local.year}Q{(local.month + 2) // 3}"


@dataclass(frozen=True, slots=True)
class Draws:
    """All draws of one declaration, made on demand from key and draw id.

    Parameters
    ----------
    key : 32 bytes
    draw_id : id of the first declaration of the chain
    """

    key: bytes
    draw_id: str

    def __repr__(self) -> str:
        return f"Draws(draw_id={self.draw_id!r})"

    @property
    def random(self) -> int:
        """The draw of the random selection."""
        return keyed_draw(self.key, RANDOM, self.draw_id)

    @property
    def tie(self) -> int:
        """The draw that parts equal scores."""
        return keyed_draw(self.key, TIE, self.draw_id)

    @property
    def explore(self) -> int:
        """The draw of the exploration."""
        return keyed_draw(self.key, EXPLORE, self.draw_id)

    def criterion(self, code: str) -> int:
        """Return the draw of one criterion."""
        return keyed_draw(self.key, criterion_purpose(code), self.draw_id)

    def rollout(self, code: str) -> int:
        """Return the draw of one criterion's rollout."""
        return keyed_draw(self.key, rollout_purpose(code), self.draw_id)
