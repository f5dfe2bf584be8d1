"""A column as small whole numbers: a code for each row, and which codes satisfy a leaf."""

import math
from collections.abc import Sequence
from typing import TypeAlias

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from tamgha.risk.engines.columns_held import Numbers, TextColumn
from tamgha.risk.engines.leaf_masks import as_number, number_mask, value_table
from tamgha.risk.profiles import (
    Between,
    Compare,
    InList,
    Leaf,
    Like,
    Missing,
    OneOf,
    ProfileLists,
    Term,
)

Codes: TypeAlias = npt.NDArray[np.intp] | npt.NDArray[np.uint16]
Mask: TypeAlias = npt.NDArray[np.bool_]

BLOCK = 32_768
"""Rows at a time: codes, bits and result of a block stay in the processor's nearer caches."""


class TextSource:
    """A text column: its own codes, and its distinct values with the empty field last."""

    def __init__(self, column: TextColumn, lists: ProfileLists) -> None:
        self.column = column
        self.lists = lists
        self.size = len(column.values) + 1
        self._known: dict[Leaf, Mask] = {}
        self._places: tuple[dict[str, int], npt.NDArray[np.intp]] | None = None

    def ask(self, leaves: Sequence[Leaf]) -> None:
        """Look up every text that the leaves compare with, in one pass over the distinct values."""
        sought = sorted({text for leaf in leaves for text in self._exact(leaf) or ()})
        if sought:
            places = pc.fill_null(
                pc.index_in(self.column.values, pa.array(sought, pa.string())), -1
            )
            numbers = {text: number for number, text in enumerate(sought)}
            self._places = numbers, np.append(places.to_numpy(zero_copy_only=False), -1)

    def _exact(self, leaf: Leaf) -> Sequence[str] | None:
        """Return the texts that a leaf asks to be equal to one of, its negation left aside."""
        if isinstance(leaf, OneOf):
            return [str(value) for value in leaf.values]
        if isinstance(leaf, InList):
            named = self.lists.current(leaf.list_name)
            return None if named.by_beginning else named.values
        if isinstance(leaf, Compare) and leaf.operator in ("=", "<>"):
            return [str(leaf.other)]
        return None

    def _answer(self, leaf: Leaf) -> Mask:
        exact = self._exact(leaf)
        if exact is None or self._places is None:
            return value_table(leaf, self.column, self.lists)
        numbers, places = self._places
        one_of = np.zeros(
            len(numbers) + 1, np.bool_
        )  # the last for a value that nobody asked about
        one_of[[numbers[text] for text in exact]] = True
        found = one_of[places]
        negated = (
            leaf.operator == "<>"
            if isinstance(leaf, Compare)
            else bool(getattr(leaf, "negated", False))
        )
        if negated:
            np.logical_not(found, out=found)
            found[-1] = False
        return found

    def codes(self, start: int, end: int, into: Codes) -> None:
        """Write the codes of some rows."""
        np.copyto(into, self.column.codes[start:end], casting="unsafe")

    def satisfied(self, leaf: Leaf | None) -> Mask:
        """Return where a leaf is TRUE over the codes: shape (size,)."""
        assert leaf is not None  # noqa: S101 -- None stands only for a mask
        if leaf not in self._known:
            self._known[leaf] = self._answer(leaf)
        return self._known[leaf]


class NumberSource:
    """A column of numbers: the code counts the thresholds reached; the last code is an empty field."""

    def __init__(self, values: Numbers, limits: Sequence[float], empty: Mask | None = None) -> None:
        self.values = values
        self.empty = empty
        self.size = len(limits) + 2
        self.representatives = np.array([-np.inf, *limits, np.nan])
        self.limits: list[float | int] = list(limits)
        if values.dtype.kind == "i":
            self.limits = [math.ceil(limit) for limit in limits]
        self._reached = np.empty(BLOCK, np.bool_)
        self._count = np.empty(BLOCK, np.uint8 if len(limits) < 255 else np.uint16)

    def codes(self, start: int, end: int, into: Codes) -> None:
        """Write the codes of some rows."""
        values = self.values[start:end]
        reached, count = self._reached[: end - start], self._count[: end - start]
        count[:] = 0
        for limit in self.limits:
            np.greater_equal(values, limit, out=reached)
            np.add(count, reached.view(np.uint8), out=count)
        if values.dtype.kind == "f":
            np.not_equal(values, values, out=reached)
            if self.empty is not None:
                np.logical_or(reached, self.empty[start:end], out=reached)
            np.copyto(count, self.size - 1, where=reached)
        into[:] = count

    def satisfied(self, leaf: Leaf | None) -> Mask:
        """Return where a leaf is TRUE over the codes: shape (size,)."""
        assert leaf is not None  # noqa: S101 -- None stands only for a mask
        return number_mask(leaf, self.representatives)


class MaskSource:
    """Something computed row by row beforehand: code 1 where it is TRUE."""

    size = 2

    def __init__(self, mask: Mask) -> None:
        self.mask = mask

    def codes(self, start: int, end: int, into: Codes) -> None:
        """Write the codes of some rows."""
        into[:] = self.mask[start:end]

    def satisfied(self, leaf: Leaf | None) -> Mask:
        """Return where it is TRUE over the two codes."""
        return np.array([False, True])


Source: TypeAlias = TextSource | NumberSource | MaskSource


def limits_of(leaves: Sequence[Leaf]) -> list[float]:
    """Return the numbers at which an answer may change, each the first of a new interval, sorted."""
    return sorted({limit for leaf in leaves for limit in _limits(leaf)})


def _limits(leaf: Leaf) -> list[float]:
    if isinstance(leaf, Missing | Like | InList):
        return []
    if isinstance(leaf, Between):
        values = [leaf.low, leaf.high]
    elif isinstance(leaf, OneOf):
        values = list(leaf.values)
    else:
        assert isinstance(leaf, Compare)  # noqa: S101 -- the last of the leaves
        assert not isinstance(leaf.other, Term)  # noqa: S101 -- two columns have a mask of their own
        values = [leaf.other]
    if any(isinstance(value, str) for value in values):
        return []
    found: list[float] = []
    for value in map(as_number, values):
        found += [float(value), math.nextafter(value, math.inf)]
    # "under" and "at least" change at the value itself, "at most" and "over" just after it.
    if isinstance(leaf, Between):
        return [found[0], found[3]]
    if isinstance(leaf, Compare) and leaf.operator in ("<", ">="):
        return found[:1]
    if isinstance(leaf, Compare) and leaf.operator in ("<=", ">"):
        return found[1:]
    return found
