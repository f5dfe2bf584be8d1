"""What a compiled decision asks while it runs: answers by value, and the codes that bits stand for."""

from collections.abc import Callable, Mapping, Sequence
from typing import Final

MOST_REMEMBERED: Final = 65_536
"""Values of one text column whose answers are kept; later ones are worked out each time."""


class Remembered:
    """The answer of a text column by value; worked out at the first sight of a value, then kept."""

    def __init__(self, answer: Callable[[object], int]) -> None:
        self.answer = answer
        self.known: dict[object, int] = {}
        self.same: dict[int, int] = {}  # equal answers share one object: fewer of them to fetch

    def of(self, value: object) -> int:
        """Return the answer for a value, and keep it if there is room."""
        found = self.known.get(value)
        if found is not None:
            return found
        if value != value:  # NaN, as tables from elsewhere have it for an empty text
            return self.answer(None)
        found = self.answer(value)
        if len(self.known) < MOST_REMEMBERED:
            self.known[value] = found = self.same.setdefault(found, found)
        return found


class Listed(dict[object, int]):
    """The answer of a text column by value, where only whole values are asked about."""

    def __init__(self, answer: Callable[[object], int], values: Sequence[object]) -> None:
        same: dict[int, int] = {}
        answers = ((value, answer(value)) for value in (*values, None))
        super().__init__((value, same.setdefault(found, found)) for value, found in answers)
        self.empty = self[None]
        self.other = answer(object())


class Named:
    """The codes that the bits of one piece of an answer stand for, in order; kept once made."""

    def __init__(self, codes: Sequence[str]) -> None:
        self.codes = codes
        self.known: dict[int, list[str]] = {}

    def of(self, bits: int) -> list[str]:
        """Return the codes, and keep them if there is room."""
        found = self.known.get(bits)
        if found is None:
            found, left = [], bits
            while left:
                lowest = left & -left
                found.append(self.codes[lowest.bit_length() - 1])
                left ^= lowest
            if len(self.known) < MOST_REMEMBERED:
                self.known[bits] = found
        return found


def only(name: str) -> Callable[[Mapping[str, object]], tuple[object]]:
    """Return what reads one column, as ``itemgetter`` reads several."""
    return lambda row: (row[name],)
