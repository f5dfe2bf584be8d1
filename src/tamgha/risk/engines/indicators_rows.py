"""Rows as the indicator engine reads them: days, key codes, groups, numbers, each read once."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
from scipy.sparse import csc_array

from tamgha.risk.indicators import Key, Measure
from tamgha.risk.indicators import MeasureTerm as Term
from tamgha.shared.errors import TamghaError
from tamgha.shared.words import Words

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]

DENSE_PAIRS = 1 << 25
"""Up to so many possible pairs of codes a table of flags is cheaper than sorting (32 MB)."""


def combined(column: pa.ChunkedArray | pa.Array) -> pa.Array:
    """Return a column as one array."""
    if isinstance(column, pa.ChunkedArray):
        column = column.unify_dictionaries() if pa.types.is_dictionary(column.type) else column
        return column.combine_chunks() if column.num_chunks != 1 else column.chunk(0)
    return column


def dictionary_codes(column: pa.ChunkedArray | pa.Array) -> tuple[npt.NDArray[np.int32], pa.Array]:
    """Return codes, -1 for NULL, and the values that they stand for."""
    array = combined(column)
    given = pa.types.is_dictionary(array.type)
    if not given:
        if pa.types.is_large_string(array.type) or pa.types.is_string_view(array.type):
            array = array.cast(pa.string())
        array = combined(pc.dictionary_encode(array))
    values = array.dictionary
    indices = array.indices.cast(pa.int32())
    codes = (pc.fill_null(indices, -1) if indices.null_count else indices).to_numpy()
    if given and (values.null_count or len(values) != len(pc.unique(values))):
        fine = pc.dictionary_encode(values)
        codes = _through(pc.fill_null(fine.indices, -1).to_numpy(), codes)
        values = fine.dictionary
    return codes, values


def _through(table: npt.NDArray[np.int32], codes: npt.NDArray[np.int32]) -> npt.NDArray[np.int32]:
    """Return ``table[codes]``, NULL staying NULL."""
    return np.append(table.astype(np.int32, copy=False), np.int32(-1))[codes]


def number_column(table: pa.Table, name: str) -> Floats:
    """Return a column as floats, NaN where it is NULL, not finite or absent from the table."""
    if name not in table.column_names:
        return np.full(table.num_rows, np.nan)
    array = combined(table[name])
    values = pc.fill_null(array.cast(pa.float64()), np.nan).to_numpy(zero_copy_only=False)
    finite = np.isfinite(values)
    return values if finite.all() else np.where(finite, values, np.nan)


class Vocabulary:
    """Codes of the values of one key, kept from one table of rows to the next."""

    def __init__(self, key: Key) -> None:
        self.key = key
        self._codes: dict[object, int] | None = None
        self._values: list[pa.Array] = []
        self.size = 0

    def encode(self, table: pa.Table) -> npt.NDArray[np.int32]:
        """Return the code of each row, -1 for NULL; new values get the next codes."""
        if self.key.column not in table.column_names:
            return np.full(table.num_rows, -1, np.int32)
        codes, values = dictionary_codes(table[self.key.column])
        if self.key.length is not None:
            cut = pc.dictionary_encode(pc.utf8_slice_codeunits(values, 0, self.key.length))
            codes, values = _through(cut.indices.to_numpy(), codes), cut.dictionary
        if self.size == 0 and self._codes is None:
            self._values, self.size = [values], len(values)
            return codes
        return _through(self._known(values, codes), codes)

    def _known(self, values: pa.Array, codes: npt.NDArray[np.int32]) -> npt.NDArray[np.int32]:
        """Return our code of each of ``values``; those no row uses are not taken up."""
        if self._codes is None:
            listed = [value for part in self._values for value in part.to_pylist()]
            self._codes = {value: code for code, value in enumerate(listed)}
        known = self._codes
        used = np.zeros(len(values) + 1, np.bool_)
        used[codes] = True
        places = np.flatnonzero(used[:-1])
        ours = np.full(len(values), -1, np.int32)
        ours[places] = [
            known.setdefault(value, len(known)) for value in values.take(places).to_pylist()
        ]
        self.size = len(known)
        return ours

    def values(self) -> list[object]:
        """Return the values by code."""
        if self._codes is not None:
            return list(self._codes)
        return [value for part in self._values for value in part.to_pylist()]

    def restore(self, values: Sequence[object]) -> None:
        """Take up values in the order of their codes."""
        self._codes = {value: code for code, value in enumerate(values)}
        self.size = len(self._codes)


class PairSpace:
    """Slots of pairs of codes, kept from one table of rows to the next.

    Parameters
    ----------
    keys : shape (n,), sorted: first code * 2**32 + second code
    slots : shape (n,), the slot of each
    """

    def __init__(self) -> None:
        self.keys = np.empty(0, np.int64)
        self.slots = np.empty(0, np.int32)

    @property
    def size(self) -> int:
        """Number of pairs seen."""
        return len(self.keys)

    def encode(
        self, first: npt.NDArray[np.int32], second: npt.NDArray[np.int32], sizes: tuple[int, int]
    ) -> npt.NDArray[np.int32]:
        """Return the slot of each pair, -1 where a code is -1; new pairs get the next slots."""
        missing = (first < 0) | (second < 0)
        has_missing = bool(missing.any())
        if has_missing:
            present = np.flatnonzero(~missing)
            first, second = first[present], second[present]
        if self.size == 0 and sizes[0] * sizes[1] <= DENSE_PAIRS:
            slots = self._dense(first, second, sizes[1])
        else:
            slots = self._sorted(first.astype(np.int64) << 32 | second)
        if not has_missing:
            return slots
        whole = np.full(len(missing), -1, np.int32)
        whole[present] = slots
        return whole

    def _dense(
        self, first: npt.NDArray[np.int32], second: npt.NDArray[np.int32], width: int
    ) -> npt.NDArray[np.int32]:
        pairs = first.astype(np.int64) * width + second
        seen = np.zeros(int(pairs.max(initial=0)) + 1, np.bool_)
        seen[pairs] = True
        if len(pairs) == 0:
            return np.empty(0, np.int32)
        flat = np.flatnonzero(seen)
        self.keys = (flat // width) << 32 | (flat % width)
        self.slots = np.arange(len(flat), dtype=np.int32)
        numbers = np.empty(len(seen), np.int32)
        numbers[flat] = self.slots
        slots: npt.NDArray[np.int32] = numbers[pairs]
        return slots

    def _sorted(self, pairs: Ints) -> npt.NDArray[np.int32]:
        own, place = np.unique(pairs, return_inverse=True)
        at = np.searchsorted(self.keys, own)
        known = np.zeros(len(own), np.bool_)
        inside = at < self.size
        known[inside] = self.keys[at[inside]] == own[inside]
        slots = np.empty(len(own), np.int32)
        slots[known] = self.slots[at[known]]
        fresh = np.flatnonzero(~known)
        slots[fresh] = np.arange(self.size, self.size + len(fresh), dtype=np.int32)
        if len(fresh):
            self.slots = np.insert(self.slots, at[fresh], slots[fresh])
            self.keys = np.insert(self.keys, at[fresh], own[fresh])
        result: npt.NDArray[np.int32] = slots[place]
        return result


class Groups:
    """All vocabularies and pairs of one computation: rows in, slots of groups out."""

    def __init__(self) -> None:
        self.vocabularies: dict[Key, Vocabulary] = {}
        self.pairs: dict[tuple[Key, ...], PairSpace] = {}

    def size(self, keys: tuple[Key, ...]) -> int:
        """Return the number of groups seen so far."""
        if not keys:
            return 1
        return self.vocabularies[keys[0]].size if len(keys) == 1 else self.pairs[keys].size

    def slots(self, rows: "Rows", keys: tuple[Key, ...]) -> npt.NDArray[np.int32]:
        """Return the slot of each row's group, -1 where a key is NULL."""
        found = rows.slots.get(keys)
        if found is None:
            found = rows.slots[keys] = self._encode(rows, keys)
        return found

    def _encode(self, rows: "Rows", keys: tuple[Key, ...]) -> npt.NDArray[np.int32]:
        if not keys:
            return np.zeros(rows.count, np.int32)
        if len(keys) == 1:
            vocabulary = self.vocabularies.setdefault(keys[0], Vocabulary(keys[0]))
            return vocabulary.encode(rows.table)
        first, second = self.slots(rows, keys[:-1]), self.slots(rows, keys[-1:])
        sizes = self.size(keys[:-1]), self.size(keys[-1:])
        return self.pairs.setdefault(keys, PairSpace()).encode(first, second, sizes)


@dataclass(frozen=True, slots=True)
class Ordered:
    """Rows put together by group, inside it in their own order; rows without a group left out.

    Parameters
    ----------
    rows : shape (m,), places of the rows
    slots : shape (m,), their slots, ascending
    begins : shape (groups + 1,), place where each group begins, and the end
    """

    rows: npt.NDArray[np.int32]
    slots: npt.NDArray[np.int32]
    begins: npt.NDArray[np.int32]


def by_group(slots: npt.NDArray[np.int32], size: int) -> Ordered:
    """Put rows together by group, in time linear in their number (a counting sort)."""
    places = np.arange(len(slots), dtype=np.int32)
    if len(slots) and slots.min() < 0:
        places = places[slots >= 0]
        slots = slots[places]
    count = len(slots)
    matrix = csc_array(
        (places, slots, np.arange(count + 1, dtype=np.int32)), shape=(max(size, 1), count)
    ).tocsr()
    begins = matrix.indptr
    numbers = np.arange(len(begins) - 1, dtype=np.int32)
    return Ordered(matrix.data, np.repeat(numbers, np.diff(begins)), begins)


class Rows:
    """One table of rows in the order of their days, with what was read from it kept.

    Parameters
    ----------
    table : needs the column ``day``; other columns that are absent count as empty
    """

    def __init__(self, table: pa.Table) -> None:
        if "day" not in table.column_names:
            raise TamghaError(
                Words(
                    'Indicators need the column "day" (local calendar day of lodging); it is absent.',
                    "Индикаторам нужна графа «day» (местный день подачи); её нет.",
                )
            )
        if table["day"].null_count:
            raise TamghaError(
                Words(
                    f'The column "day" is empty in {table["day"].null_count} rows; it is required.',
                    f"Графа «day» пуста в {table['day'].null_count} строках; она обязательна.",
                )
            )
        day = combined(table["day"]).cast(pa.date32()).cast(pa.int32()).to_numpy()
        self.order: Ints | None = None
        if len(day) and (np.diff(day) < 0).any():
            self.order = np.argsort(day, kind="stable")
            table, day = table.take(pa.array(self.order)), day[self.order]
        self.table = table
        self.day: npt.NDArray[np.int32] = day
        self.count = len(day)
        self.slots: dict[tuple[Key, ...], npt.NDArray[np.int32]] = {}
        self.cache: dict[object, object] = {}
        self._numbers: dict[str, Floats] = {}

    def number(self, name: str) -> Floats:
        """Return a column of numbers, NaN for NULL."""
        if name not in self._numbers:
            self._numbers[name] = number_column(self.table, name)
        return self._numbers[name]

    def measured(self, measure: Measure) -> Floats:
        """Return the measure of each row, NaN where it cannot be computed."""
        kept = self.cache.get(measure)
        if kept is None:
            kept = self.cache[measure] = measured(measure, self._term)
        assert isinstance(kept, np.ndarray)  # noqa: S101 -- written two lines above
        return kept

    def _term(self, term: Term) -> Floats | float:
        if term.number is not None:
            return term.number
        value = self.number(term.columns[0])
        for name in term.columns[1:]:
            missing = np.isnan(value)
            if not missing.any():
                break
            value = np.where(missing, self.number(name), value)
        return value

    def aligned(self, values: Floats) -> Floats:
        """Return values of our rows in the order of the table that was given."""
        if self.order is None:
            return values
        back = np.empty_like(values)
        back[self.order] = values
        return back


def measured(measure: Measure, read: Callable[[Term], Floats | float]) -> Floats:
    """Work a measure from left to right on arrays; what is not finite becomes NaN."""
    result = read(measure.terms[0])
    with np.errstate(all="ignore"):
        for sign, term in zip(measure.signs, measure.terms[1:], strict=True):
            operand = read(term)
            if sign == "*":
                result = result * operand
            elif sign == "/":
                result = result / np.where(np.asarray(operand) == 0, np.nan, operand)
            elif sign == "+":
                result = result + operand
            else:
                result = result - operand
    array = np.asarray(result, np.float64)
    finite = np.isfinite(array)
    return array if finite.all() else np.where(finite, array, np.nan)
