"""Rows of a set as a source of the one list: a million of them, any order, any filter.

An order is worked out once per column and kept with the workbench; a page then walks along it
from where the last page ended and stops when it has enough, so that late pages cost no more
than the first.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from tamgha.platform.tables.columns import Between, ListQuery
from tamgha.platform.tables.columns import Filter as ListFilter
from tamgha.platform.tables.keyset import Cursor
from tamgha.platform.tables.sources import Page, parse_between
from tamgha.practice.targeting.gateways import Workbench

Mask = NDArray[np.bool_]
SEARCHED = ("declaration", "importer", "declarant", "hs", "goods")
STEP = 65_536


@dataclass
class Orders:
    """Orders of the rows of one workbench, each worked out once.

    An order is a permutation of the rows by a column, ascending, empty values last, and the
    number of rows that have a value.
    """

    bench: Workbench
    _known: dict[str, tuple[NDArray[np.int32], int]] = field(default_factory=dict)

    def by(self, column: str) -> tuple[NDArray[np.int32], int]:
        """Return (rows in ascending order, how many of them have a value)."""
        found = self._known.get(column)
        if found is None:
            values = column_of(self.bench, column)
            order = pc.array_sort_indices(_sortable(values), null_placement="at_end")
            found = np.asarray(order, dtype=np.int32), len(values) - values.null_count
            self._known[column] = found
        return found


def column_of(bench: Workbench, name: str) -> pa.ChunkedArray:
    """Return a column of the rows, or an indicator."""
    table = bench.items if name in bench.items.column_names else bench.indicators
    return table[name]


def _sortable(values: pa.ChunkedArray) -> pa.ChunkedArray:
    if not pa.types.is_dictionary(values.type):
        return values
    whole = values.combine_chunks() if values.num_chunks != 1 else values.chunk(0)
    if isinstance(whole, pa.ChunkedArray):
        whole = whole.unify_dictionaries().chunk(0)
    rank = np.empty(len(whole.dictionary), dtype=np.int32)
    rank[np.asarray(pc.sort_indices(whole.dictionary))] = np.arange(len(rank), dtype=np.int32)
    return pa.chunked_array([pa.array(rank).take(whole.indices)])


_orders: dict[tuple[int, tuple[str, ...]], Orders] = {}


def orders_of(bench: Workbench) -> Orders:
    """Return the orders kept for a workbench; those of workbenches that went are let go.

    A set with the scores of a model beside it has orders of its own.
    """
    key = (bench.row.pk, tuple(bench.indicators.column_names))
    found = _orders.get(key)
    if found is None or found.bench is not bench:
        found = _orders[key] = Orders(bench)
        for old in [one for one in _orders if one != key][:-2]:
            del _orders[old]
    return found


class SetRows:
    """Rows of one set, narrowed by a mask, as the list asks for them.

    Parameters
    ----------
    bench : the set in memory
    columns : names that a row carries
    filters : as declared by the list; their fields are columns of the row
    mask : shape (rows,), the rows that are meant at all; None for all
    sorts : name in the address -> column
    address : of the page of one row, by its place in the set
    """

    def __init__(
        self,
        bench: Workbench,
        *,
        columns: tuple[str, ...],
        filters: tuple[ListFilter, ...] = (),
        mask: Mask | None = None,
        sorts: Mapping[str, str] | None = None,
        address: Callable[[int], str] | None = None,
    ) -> None:
        self.bench = bench
        self.columns = columns
        self.filters = {one.name: one for one in filters}
        self.mask = mask
        self.sorts = sorts or {}
        self.address = address or (lambda _place: "")

    def identify(self, row: Mapping[str, Any]) -> str:
        """Return the place of the row in the set."""
        return str(row["row"])

    def page(self, query: ListQuery) -> Page:
        """Return one page, and the number of rows that the filters leave."""
        mask = self._narrowed(query)
        order = self._order(query.sort)
        cursor = Cursor.decode(query.after, sort=query.sort) if query.after else None
        start, shown = 0, 0
        if (
            cursor is not None
            and isinstance(cursor.values[0], int)
            and 0 <= cursor.values[0] < self.bench.rows
        ):
            start, shown = cursor.values[0] + 1, cursor.shown
        places = self._walk(order, mask, start, query.size + 1)
        more = len(places) > query.size
        places = places[: query.size]
        rows = self._rows(order[places])
        shown += len(rows)
        following = Cursor(query.sort, (int(places[-1]),), shown).encode() if more else ""
        total = int(np.count_nonzero(mask)) if mask is not None else self.bench.rows
        return Page(rows, following, shown, total)

    def rows(self, query: ListQuery) -> Iterator[Mapping[str, Any]]:
        """Return every row that the query leaves, in its order, in slices."""
        mask, order = self._narrowed(query), self._order(query.sort)
        wanted = order if mask is None else order[mask[order]]
        for start in range(0, len(wanted), 2000):
            yield from self._rows(wanted[start : start + 2000])

    def _order(self, sort: str) -> NDArray[np.int32]:
        column = self.sorts.get(sort.lstrip("-"), "")
        down = sort.startswith("-")
        if not column:
            plain = np.arange(self.bench.rows, dtype=np.int32)
            return plain[::-1] if down else plain
        order, known = orders_of(self.bench).by(column)
        return np.concatenate([order[:known][::-1], order[known:]]) if down else order

    @staticmethod
    def _walk(
        order: NDArray[np.int32], mask: Mask | None, start: int, wanted: int
    ) -> NDArray[np.intp]:
        """Return the next places in the order whose rows are meant, at most ``wanted``."""
        if mask is None:
            return np.arange(start, min(start + wanted, len(order)))
        found: list[NDArray[np.intp]] = []
        have = 0
        while start < len(order) and have < wanted:
            part = np.flatnonzero(mask[order[start : start + STEP]]) + start
            found.append(part[: wanted - have])
            have += len(found[-1])
            start += STEP
        return np.concatenate(found) if found else np.zeros(0, dtype=np.intp)

    def _rows(self, places: NDArray[np.int32]) -> list[dict[str, Any]]:
        taken = pa.array(places)
        table = {
            name: pc.cast(column, pa.string()).to_pylist()
            if pa.types.is_dictionary(column.type)
            else column.to_pylist()
            for name in self.columns
            for column in [column_of(self.bench, name).take(taken)]
        }
        context = self.bench.context
        states = ["found" if context.item_found[place] else "" for place in places]
        return [
            {"row": int(place), "find": states[at], "address": self.address(int(place))}
            | {name: table[name][at] for name in self.columns}
            for at, place in enumerate(places)
        ]

    def _states(self, places: NDArray[np.int32]) -> list[str]:
        """Return what is known of each row: found, clean, open (examined, result out), or nothing."""
        context = self.bench.context
        declared = places if context.code is None else context.code[places]
        return [
            "found"
            if context.item_found[place]
            else ("clean" if context.result[of] else "open")
            if context.examined[of]
            else ""
            for place, of in zip(places, declared, strict=True)
        ]

    def _narrowed(self, query: ListQuery) -> Mask | None:
        masks = [] if self.mask is None else [self.mask]
        masks += [self._search(word) for word in query.search.split()[:6]]
        for name, text in query.filters.items():
            one = self.filters.get(name)
            if one is not None and text:
                masks.append(self._filter(one, text))
        if not masks:
            return None
        found = masks[0].copy()
        for mask in masks[1:]:
            found &= mask
        return found

    def _search(self, word: str) -> Mask:
        found = np.zeros(self.bench.rows, dtype=bool)
        for name in SEARCHED:
            values = column_of(self.bench, name)
            if values.null_count < len(values):
                found |= _matching(
                    values, lambda texts: pc.match_substring(texts, word, ignore_case=True)
                )
        return found

    def _filter(self, one: ListFilter, text: str) -> Mask:
        values = column_of(self.bench, one.field or one.name)
        if isinstance(one, Between):
            low, high = parse_between(text, one.kind)
            mask = np.ones(self.bench.rows, dtype=bool)
            if low is not None:
                mask &= _truth(pc.greater_equal(values, pa.scalar(low).cast(values.type)))
            if high is not None:
                mask &= _truth(pc.less_equal(values, pa.scalar(high).cast(values.type)))
            return mask
        if pa.types.is_dictionary(values.type) or pa.types.is_string(values.type):
            return _matching(values, lambda texts: pc.equal(texts, text))
        return _truth(pc.equal(pc.cast(values, pa.string()), text))


def _truth(answer: pa.ChunkedArray) -> Mask:
    return np.asarray(pc.fill_null(answer, fill_value=False).to_numpy(), dtype=bool)


def _matching(values: pa.ChunkedArray, ask: Any) -> Mask:
    """Ask a question of each distinct text of a column, and return the rows where it is true."""
    if not pa.types.is_dictionary(values.type):
        return _truth(ask(values))
    parts = []
    for chunk in values.chunks:
        yes = np.append(np.asarray(pc.fill_null(ask(chunk.dictionary), fill_value=False)), [False])
        codes = pc.fill_null(chunk.indices, len(chunk.dictionary))
        parts.append(yes[np.asarray(codes)])
    return np.concatenate(parts) if parts else np.zeros(0, dtype=bool)
