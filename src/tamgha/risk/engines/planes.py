"""Many profiles in one pass: each column's answer for up to 64 profiles is one number.

A condition is written as an "or" of terms, each an "and" of leaves. In plane ``k`` bit ``p`` stands
for the ``k``-th term of profile ``p``. For every column and plane a table gives, for each distinct
value (or each interval between the thresholds asked about), the bits whose leaves it satisfies.
Columns of few values share one table over their combinations. A row's hits are then: look up each
table, ``and`` within a plane, ``or`` over the planes.
"""

from collections.abc import Iterator, Sequence
from functools import reduce

import numpy as np
import numpy.typing as npt

from tamgha.risk.engines.code_sources import (
    BLOCK,
    Codes,
    MaskSource,
    NumberSource,
    Source,
    TextSource,
    limits_of,
)
from tamgha.risk.engines.columns_held import Columns
from tamgha.risk.engines.leaf_masks import leaf_mask, tree_mask
from tamgha.risk.engines.term_lists import terms_of
from tamgha.risk.profiles import Compare, Leaf, Node, ProfileLists, Term

Word = npt.NDArray[np.uint64]
Place = tuple[int, int]
"""(plane, word)"""

MOST_COMBINED = 8_192
"""Entries of a table that several columns share: 64 kB, so that it stays near the processor."""

_Asked = list[tuple[Leaf | None, int]]


class Plan:
    """What some trees ask of each column, worked out once and run over any number of chunks.

    Parameters
    ----------
    trees : trees without ``Not``, in the order of the bits
    lists : what ``IN LIST`` refers to
    """

    def __init__(self, trees: Sequence[Node], lists: ProfileLists) -> None:
        self.lists = lists
        self.words = (len(trees) + 63) // 64
        self.asked: dict[Place, dict[object, _Asked]] = {}
        self.used: dict[Place, int] = {}
        for number, tree in enumerate(trees):
            self._enter(tree, *divmod(number, 64))
        self.leaves_of: dict[object, list[Leaf]] = {}
        for asked in self.asked.values():
            for key, pairs in asked.items():
                held = self.leaves_of.setdefault(key, [])
                held.extend(leaf for leaf, _ in pairs if leaf is not None)
        self._limits = {
            key: limits_of(leaves)
            for key, leaves in self.leaves_of.items()
            if isinstance(key, Term)
        }
        self._number_tables: dict[tuple[Place, object], Word] = {}

    def _enter(self, tree: Node, word: int, bit: int) -> None:
        terms = terms_of(tree)
        if terms is None:
            self._ask((0, word), bit, tree, None)
            return
        for plane, term in enumerate(terms):
            for leaf in dict.fromkeys(term):
                self._ask((plane, word), bit, _column_of(leaf), leaf)

    def _ask(self, place: Place, bit: int, key: object, leaf: Leaf | None) -> None:
        self.used[place] = self.used.get(place, 0) | 1 << bit
        self.asked.setdefault(place, {}).setdefault(key, []).append((leaf, bit))

    def hits(self, columns: Columns) -> list[Word]:
        """Return the words of hits over the rows of one chunk: each of shape (rows,)."""
        out = [np.zeros(columns.rows, np.uint64) for _ in range(self.words)]
        if columns.rows:
            self._run(columns, out)
        return out

    def _run(self, columns: Columns, out: list[Word]) -> None:
        groups = list(_grouped({key: self._source(key, columns) for key in self.leaves_of}))
        tables = {place: self._tables(place, groups) for place in self.asked}
        codes = [np.empty(BLOCK, np.intp) for _ in groups]
        room = _Room()
        for start in range(0, columns.rows, BLOCK):
            end = min(start + BLOCK, columns.rows)
            size = end - start
            for group, into in zip(groups, codes, strict=True):
                group.codes(start, end, into[:size], room)
            for (plane, word), held in tables.items():
                hits, found = room.hits[:size], room.found[:size]
                hits[:] = self.used[plane, word]
                for number, table in held:
                    np.take(table, codes[number][:size], out=found, mode="clip")
                    np.bitwise_and(hits, found, out=hits)
                target = out[word][start:end]
                np.bitwise_or(target, hits, out=target)

    def _source(self, key: object, columns: Columns) -> Source:
        if isinstance(key, Term):
            if columns.is_text_term(key):
                source = TextSource(columns.text(key.column, key), self.lists)
                source.ask(self.leaves_of[key])
                return source
            values, empty = columns.numbers_as_read(key)
            return NumberSource(values, self._limits[key], empty)
        tree: Node = key  # type: ignore[assignment]  # a tree of too many terms, or a leaf over two columns
        if isinstance(tree, Compare):
            return MaskSource(leaf_mask(tree, columns, self.lists))
        return MaskSource(tree_mask(tree, columns, self.lists))

    def _tables(self, place: Place, groups: list["_Group"]) -> list[tuple[int, Word]]:
        """Return the table of each group that the plane asks about, by the group's number."""
        asked = self.asked[place]
        found: list[tuple[int, Word]] = []
        for number, group in enumerate(groups):
            if not any(key in asked for key in group.sources):
                continue
            parts = [self._table(place, key, source) for key, source in group.sources.items()]
            table = reduce(lambda one, two: np.bitwise_and.outer(one, two).ravel(), parts)
            found.append((number, table))
        return found

    def _table(self, place: Place, key: object, source: Source) -> Word:
        known = self._number_tables.get((place, key))
        if known is not None:
            return known
        fails = np.zeros(source.size, np.uint64)
        for leaf, bit in self.asked[place].get(key, ()):
            fails |= np.logical_not(source.satisfied(leaf)).astype(np.uint64) << np.uint64(bit)
        table = ~fails
        if isinstance(source, NumberSource):  # its codes mean the same in every chunk
            self._number_tables[place, key] = table
        return table


class _Room:
    """Buffers of one block, reused from block to block."""

    def __init__(self) -> None:
        self.hits = np.empty(BLOCK, np.uint64)
        self.found = np.empty(BLOCK, np.uint64)
        self.small = np.empty(BLOCK, np.uint16)
        self.next = np.empty(BLOCK, np.uint16)


class _Group:
    """Columns that share a table; the code of a combination is counted like a number of digits."""

    def __init__(self, sources: dict[object, Source]) -> None:
        self.sources = sources

    def codes(self, start: int, end: int, into: Codes, room: _Room) -> None:
        sources = list(self.sources.values())
        if len(sources) == 1:
            sources[0].codes(start, end, into)
            return
        size = end - start
        total, code = room.small[:size], room.next[:size]
        sources[0].codes(start, end, total)
        for source in sources[1:]:
            source.codes(start, end, code)
            np.multiply(total, np.uint16(source.size), out=total)
            np.add(total, code, out=total)
        into[:] = total


def _grouped(sources: dict[object, Source]) -> Iterator[_Group]:
    """Put columns of few values together as long as their combinations are few."""
    group: dict[object, Source] = {}
    product = 1
    for key, source in sorted(sources.items(), key=lambda pair: pair[1].size):
        if group and product * source.size > MOST_COMBINED:
            yield _Group(group)
            group, product = {}, 1
        group[key] = source
        product *= source.size
    if group:
        yield _Group(group)


def _column_of(leaf: Leaf) -> object:
    """Return what a leaf looks at: its term, or itself where it compares two columns."""
    two = isinstance(leaf, Compare) and isinstance(leaf.other, Term)
    return leaf if two else leaf.term
