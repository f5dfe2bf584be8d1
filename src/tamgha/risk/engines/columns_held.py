"""Columns as the columnar evaluator holds them: codes and distinct values, or plain numbers."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from tamgha.risk.profiles import Term
from tamgha.shared.errors import TamghaError
from tamgha.shared.words import Words

Numbers = npt.NDArray[np.float64] | npt.NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class TextColumn:
    """A text column by codes.

    Parameters
    ----------
    codes : int32, shape (n,)
        Place of each row's value in ``values``; ``len(values)`` for an empty field.
    values : string array, shape (k,)
        May hold a value twice.
    """

    codes: npt.NDArray[np.int32]
    values: pa.Array


def is_text(kind: pa.DataType) -> bool:
    """Whether a stored type is text, dictionary-encoded or not."""
    if pa.types.is_dictionary(kind):
        kind = kind.value_type
    return bool(pa.types.is_string(kind) or pa.types.is_large_string(kind))


class Columns:
    """The columns of one table, made ready when first asked for.

    Numbers are float64 with NaN for an empty field, or int32 where none is empty. Dates are days
    since 1970-01-01; truth is 1 and 0.
    """

    def __init__(self, items: pa.Table, extra: pa.Table | None) -> None:
        self._tables = [items] if extra is None else [items, extra]
        self.rows: int = items.num_rows
        self._texts: dict[Term, TextColumn] = {}
        self._numbers: dict[Term, Numbers] = {}

    def _stored(self, name: str) -> pa.ChunkedArray:
        for table in self._tables:
            if name in table.column_names:
                return table.column(name)
        raise TamghaError(
            Words(
                f"The condition asks about {name!r}, which these rows do not have. "
                "Bring the column in, or compute the indicator first.",
                f"Условие обращается к {name!r}, но в этих строках такой графы нет. "
                "Загрузите графу или сначала рассчитайте индикатор.",
            )
        )

    def is_text(self, name: str) -> bool:
        """Whether a column holds text."""
        return is_text(self._stored(name).type)

    def is_text_term(self, term: Term) -> bool:
        """Whether a term's values are texts."""
        return self.is_text(term.column) and term.function != "LENGTH"

    def text(self, name: str, term: Term | None = None) -> TextColumn:
        """Return a text column, or LEFT of one."""
        term = Term(name) if term is None else term
        if term not in self._texts:
            if term.function:
                plain = self.text(name)
                values = pc.utf8_slice_codeunits(plain.values, 0, term.argument)
                self._texts[term] = TextColumn(plain.codes, values)
            else:
                self._texts[term] = _encoded(self._stored(name))
        return self._texts[term]

    def numbers(self, term: Term) -> Numbers:
        """Return the values of a number, a date or a truth, or of a function that gives numbers."""
        if term not in self._numbers:
            self._numbers[term] = self._number_values(term)
        return self._numbers[term]

    def numbers_as_read(self, term: Term) -> tuple[Numbers, npt.NDArray[np.bool_] | None]:
        """Return numbers and where they are empty, without a copy where the column allows it.

        Where the second array is TRUE the first holds anything; where it is None, NaN tells.
        """
        plain = not term.function and term not in self._numbers
        stored = self._stored(term.column) if plain else None
        if (
            stored is None
            or stored.type != pa.float64()
            or stored.num_chunks != 1
            or not stored.null_count
        ):
            return self.numbers(term), None
        chunk = stored.chunk(0)
        bits, values = chunk.buffers()
        start, end = chunk.offset, chunk.offset + len(chunk)
        full = np.unpackbits(np.frombuffer(bits, np.uint8), count=end, bitorder="little")[start:end]
        return np.frombuffer(values, np.float64, count=end)[start:], full == 0

    def _number_values(self, term: Term) -> Numbers:
        if term.function == "LENGTH":
            text = self.text(term.column)
            sizes = np.append(pc.utf8_length(text.values).to_numpy(zero_copy_only=False), np.nan)
            return sizes.astype(np.float64).take(text.codes)
        if not term.function:
            return _as_numbers(self._stored(term.column))
        values = self.numbers(Term(term.column))
        if term.function == "ABS":
            return np.abs(values)
        return _calendar(values, term.function)


def _encoded(column: pa.ChunkedArray) -> TextColumn:
    if not pa.types.is_dictionary(column.type):
        column = column.dictionary_encode()
    if column.num_chunks > 1:
        column = column.unify_dictionaries()
    if column.num_chunks == 0:
        return TextColumn(np.empty(0, np.int32), pa.array([], pa.string()))
    values = column.chunk(0).dictionary.cast(pa.string())
    if values.null_count:  # a dictionary may hold NULL as one of its values
        return _encoded(pa.chunked_array([chunk.dictionary_decode() for chunk in column.chunks]))
    parts = [_codes_of(chunk.indices, len(values)) for chunk in column.chunks]
    return TextColumn(parts[0] if len(parts) == 1 else np.concatenate(parts), values)


def _codes_of(indices: pa.Array, empty: int) -> npt.NDArray[np.int32]:
    """Return codes with ``empty`` in the place of NULL; no copy where there is none."""
    if indices.null_count:
        wide = indices.type if empty <= _most(indices.type) else pa.int32()
        indices = indices.cast(wide).fill_null(empty)
    return np.asarray(indices.to_numpy(zero_copy_only=False), dtype=np.int32)


def _most(kind: pa.DataType) -> int:
    return int(2 ** (kind.bit_width - (1 if pa.types.is_signed_integer(kind) else 0)) - 1)


def _as_numbers(column: pa.ChunkedArray) -> Numbers:
    kind = column.type
    if pa.types.is_date32(kind):
        column, kind = column.cast(pa.int32()), pa.int32()
    if pa.types.is_boolean(kind):
        column, kind = column.cast(pa.int8()), pa.int8()
    small = pa.types.is_integer(kind) and kind.bit_width < 64 and not pa.types.is_uint32(kind)
    if small and column.null_count == 0:
        return np.asarray(column.to_numpy(), dtype=np.int32)
    if kind != pa.float64():
        column = column.cast(pa.float64(), safe=False)
    if column.null_count:
        column = column.fill_null(np.nan)
    return np.asarray(column.to_numpy(), dtype=np.float64)


def _calendar(days: Numbers, function: str) -> npt.NDArray[np.float64]:
    empty = np.isnan(days)
    whole = np.where(empty, 0, days).astype(np.int64)
    if function == "WEEKDAY":
        found = (whole + 3) % 7 + 1  # 1 January 1970 was a Thursday
    else:
        found = whole.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64) % 12 + 1
    return np.where(empty, np.nan, found)
