"""Many profiles in one pass: each column's answer for up to 64 profiles is one number.

A condition is written as an "or" of terms, each an "and" of leaves. In plane ``k`` bit ``p`` stands
for the ``k``-th term of profile ``p``. For every column and plane a table gives, for each distinct
value (or each interval between the thresholds asked about), the bits whose leaves it satisfies.
A row's hits are then: look up each column, ``and`` within a plane, ``or`` over the planes.
"""

import math
from collections.abc import Sequence
from itertools import product

import numpy as np
import numpy.typing as npt

from tamgha.risk.engines.columns_held import Columns, Numbers, TextColumn
from tamgha.risk.engines.leaf_masks import as_number, leaf_mask, number_mask, value_table
from tamgha.risk.profiles import (
    All,
    Any,
    Between,
    Compare,
    Leaf,
    Missing,
    Node,
    OneOf,
    ProfileLists,
    Term,
)

Word = npt.NDArray[np.uint64]
Codes = npt.NDArray[np.intp]
Mask = npt.NDArray[np.bool_]

BLOCK = 32_768
"""Rows at a time: codes, bits and result of a block stay in the processor's nearer caches."""

MOST_TERMS = 12
"""A condition of more terms is computed leaf by leaf and enters as one column of two values."""

_EVERY = np.uint64(2**64 - 1)
_Terms = list[tuple[Leaf, ...]]


def terms_of(tree: Node) -> _Terms | None:
    """Return a tree without ``Not`` as an "or" of "and"s; None if there are too many of them."""
    if isinstance(tree, Any):
        found: _Terms = []
        for part in tree.parts:
            more = terms_of(part)
            if more is None or len(found) + len(more) > MOST_TERMS:
                return None
            found += more
        return found
    if isinstance(tree, All):
        choices: list[_Terms] = []
        for part in tree.parts:
            more = terms_of(part)
            if more is None or len(more) * math.prod(map(len, choices)) > MOST_TERMS:
                return None
            choices.append(more)
        return [tuple(leaf for term in chosen for leaf in term) for chosen in product(*choices)]
    return [(tree,)]  # type: ignore[list-item]  # without Not a leaf is left


class _TextSource:
    """A text column: its own codes, and its distinct values with the empty field last."""

    def __init__(self, column: TextColumn, lists: ProfileLists) -> None:
        self.column = column
        self.lists = lists

    def codes(self, start: int, end: int, into: Codes) -> None:
        into[:] = self.column.codes[start:end]

    def satisfied(self, leaf: Leaf) -> Mask:
        return value_table(leaf, self.column, self.lists)


class _NumberSource:
    """A column of numbers: codes count the thresholds reached; the last code is an empty field."""

    def __init__(self, values: Numbers, asked: Sequence[Leaf]) -> None:
        self.values = values
        limits = sorted({limit for leaf in asked for limit in _limits(leaf)})
        self.representatives = np.array([-np.inf, *limits, np.nan])
        self.limits: list[float | int] = list(limits)
        if values.dtype.kind == "i":
            self.limits = [math.ceil(limit) for limit in limits]
        self._reached = np.empty(BLOCK, np.bool_)
        self._count = np.empty(BLOCK, np.uint16 if len(limits) > 255 else np.uint8)

    def codes(self, start: int, end: int, into: Codes) -> None:
        values = self.values[start:end]
        reached, count = self._reached[: end - start], self._count[: end - start]
        count[:] = 0
        for limit in self.limits:
            np.greater_equal(values, limit, out=reached)
            np.add(count, reached.view(np.uint8), out=count)
        into[:] = count
        if values.dtype.kind == "f":
            np.not_equal(values, values, out=reached)
            into[reached] = len(self.limits) + 1

    def satisfied(self, leaf: Leaf) -> Mask:
        return number_mask(leaf, self.representatives)


class _MaskSource:
    """Something computed row by row beforehand: code 1 where it is TRUE."""

    def __init__(self, mask: Mask) -> None:
        self.mask = mask

    def codes(self, start: int, end: int, into: Codes) -> None:
        into[:] = self.mask[start:end]

    def satisfied(self, leaf: object) -> Mask:
        return np.array([False, True])


_Source = _TextSource | _NumberSource | _MaskSource


def _limits(leaf: Leaf) -> list[float]:
    """Return the numbers at which a leaf's answer may change, each the first of a new interval."""
    if isinstance(leaf, Missing):
        return []
    if isinstance(leaf, Between):
        return [float(as_number(leaf.low)), _after(as_number(leaf.high))]
    if isinstance(leaf, OneOf):
        return [
            each
            for value in leaf.values
            for each in (float(as_number(value)), _after(as_number(value)))
        ]
    assert isinstance(leaf, Compare)  # noqa: S101 -- LIKE and IN LIST are for text
    assert not isinstance(leaf.other, Term)  # noqa: S101 -- two columns have a mask of their own
    value = as_number(leaf.other)
    if leaf.operator in ("<", ">="):
        return [float(value)]
    if leaf.operator in ("<=", ">"):
        return [_after(value)]
    return [float(value), _after(value)]


def _after(value: float) -> float:
    return math.nextafter(value, math.inf)


def _mask_of(tree: Node, columns: Columns, lists: ProfileLists) -> Mask:
    if isinstance(tree, All | Any):
        join = np.logical_and if isinstance(tree, All) else np.logical_or
        found = _mask_of(tree.parts[0], columns, lists)
        for part in tree.parts[1:]:
            found = join(found, _mask_of(part, columns, lists))
        return found
    return leaf_mask(tree, columns, lists)  # type: ignore[arg-type]  # without Not a leaf is left


class _Pass:
    """What the pass over the rows needs: sources, and for each plane the table of each source."""

    def __init__(self, trees: Sequence[Node], columns: Columns, lists: ProfileLists) -> None:
        self.columns = columns
        self.lists = lists
        self.words = (len(trees) + 63) // 64
        # (plane, word) -> source -> leaves with their bits
        self.asked: dict[tuple[int, int], dict[object, list[tuple[Leaf | None, int]]]] = {}
        self.used: dict[tuple[int, int], int] = {}
        self.masks: dict[object, Mask] = {}
        for place, tree in enumerate(trees):
            self._enter(tree, *divmod(place, 64))
        self.sources = self._make_sources()
        self.tables = {
            place: [(source, self._table(source, leaves)) for source, leaves in asked.items()]
            for place, asked in self.asked.items()
        }

    def _enter(self, tree: Node, word: int, bit: int) -> None:
        terms = terms_of(tree)
        if terms is None:
            self.masks.setdefault(tree, _mask_of(tree, self.columns, self.lists))
            self._ask(0, word, bit, tree, None)
            return
        for plane, term in enumerate(terms):
            for leaf in dict.fromkeys(term):
                self._ask(plane, word, bit, self._source_of(leaf), leaf)

    def _source_of(self, leaf: Leaf) -> object:
        if isinstance(leaf, Compare) and isinstance(leaf.other, Term):
            self.masks.setdefault(leaf, leaf_mask(leaf, self.columns, self.lists))
            return leaf
        return leaf.term

    def _ask(self, plane: int, word: int, bit: int, source: object, leaf: Leaf | None) -> None:
        place = (plane, word)
        self.used[place] = self.used.get(place, 0) | 1 << bit
        self.asked.setdefault(place, {}).setdefault(source, []).append((leaf, bit))

    def _make_sources(self) -> dict[object, _Source]:
        every: dict[object, list[Leaf]] = {}
        for asked in self.asked.values():
            for key, pairs in asked.items():
                every.setdefault(key, []).extend(leaf for leaf, _ in pairs if leaf is not None)
        made: dict[object, _Source] = {}
        for key, asked_leaves in every.items():
            if not isinstance(key, Term):
                made[key] = _MaskSource(self.masks[key])
            elif self.columns.is_text_term(key):
                made[key] = _TextSource(self.columns.text(key.column, key), self.lists)
            else:
                made[key] = _NumberSource(self.columns.numbers(key), asked_leaves)
        return made

    def _table(self, key: object, pairs: list[tuple[Leaf | None, int]]) -> Word:
        source = self.sources[key]
        table: Word | None = None
        for leaf, bit in pairs:
            fails = ~source.satisfied(leaf)  # type: ignore[arg-type]  # None only for a mask
            if table is None:
                table = np.full(len(fails), _EVERY)
            table[fails] &= _EVERY ^ np.uint64(1 << bit)
        assert table is not None  # noqa: S101 -- a source is entered with its first leaf
        return table

    def run(self) -> list[Word]:
        rows = self.columns.rows
        out = [np.zeros(rows, np.uint64) for _ in range(self.words)]
        codes = {key: np.empty(BLOCK, np.intp) for key in self.sources}
        hits, found = np.empty(BLOCK, np.uint64), np.empty(BLOCK, np.uint64)
        for start in range(0, rows, BLOCK):
            end = min(start + BLOCK, rows)
            size = end - start
            for key, source in self.sources.items():
                source.codes(start, end, codes[key][:size])
            for (plane, word), tables in self.tables.items():
                first, table = tables[0]
                np.take(table, codes[first][:size], out=hits[:size], mode="clip")
                for key, table in tables[1:]:
                    np.take(table, codes[key][:size], out=found[:size], mode="clip")
                    np.bitwise_and(hits[:size], found[:size], out=hits[:size])
                np.bitwise_and(hits[:size], np.uint64(self.used[plane, word]), out=hits[:size])
                target = out[word][start:end]
                np.bitwise_or(target, hits[:size], out=target)
        return out


def hit_words(trees: Sequence[Node], columns: Columns, lists: ProfileLists) -> list[Word]:
    """Return the hits of many trees without ``Not``.

    Returns
    -------
    list of uint64 arrays of shape (n,)
        Bit ``k % 64`` of word ``k // 64`` tells whether tree ``k`` is TRUE in the row.
    """
    return _Pass(trees, columns, lists).run()
