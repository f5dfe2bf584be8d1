"""What a check of the journal found."""

from dataclasses import dataclass
from datetime import datetime

from tamgha.shared.words import Words


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is not as it was written.

    Parameters
    ----------
    kind : str
        "changed", "missing", "inserted" (rows of the journal); "place" (the order of the sealed
        rows), "head" (signed heads), "guard" (the triggers).
    entry : int or None
        Number of the first entry that it touches, None when there is none to name.
    words : Words
        What was expected and what was found.
    """

    kind: str
    entry: int | None
    words: Words


@dataclass(frozen=True, slots=True)
class Tail:
    """Entries that no head covers yet.

    Parameters
    ----------
    count : int
    since : aware datetime or None
        When the oldest of them was written.
    """

    count: int
    since: datetime | None


@dataclass(frozen=True, slots=True)
class Report:
    """What a check read, and what it found.

    Parameters
    ----------
    entries, heads : int
        Sealed entries and signed heads that were checked.
    tail : Tail
    faults : tuple of Fault
        The first ones, rows of the journal before all else and in their order.
    """

    entries: int
    heads: int
    tail: Tail
    faults: tuple[Fault, ...]

    @property
    def is_whole(self) -> bool:
        """Whether nothing was changed, taken away or put in."""
        return not self.faults
