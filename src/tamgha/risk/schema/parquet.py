"""Parquet files: read batch by batch, every value as the text one would have typed."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import polars as pl
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from tamgha.risk.schema.errors import FileError
from tamgha.risk.schema.files import (
    FileShape,
    Limits,
    clean_header,
    refuse_no_header,
    refuse_wide,
    sample_row,
)
from tamgha.risk.schema.records import Batch
from tamgha.shared.words import Words

ROWS_PER_BATCH = 65_536
UNREADABLE = "\u2039?\u203a"
"""What stands for a value that has no text: nested, or bytes."""


def parquet_shape(path: Path, limits: Limits) -> FileShape:
    """Return the shape of a Parquet file; ``header_line`` is 1, so that the first row is 2.

    Raises
    ------
    FileError
        If it is torn, or promises more rows than are read.
    """
    with _open(path) as file:
        names = clean_header(file.schema_arrow.names)
        refuse_wide(len(names), limits)
        if not names:
            raise refuse_no_header()
        if file.metadata.num_rows > limits.rows:
            raise FileError(
                Words(
                    f"The file promises {file.metadata.num_rows} rows; at most {limits.rows} are read.",
                    f"В файле строк: {file.metadata.num_rows}; читается не больше {limits.rows}.",
                )
            )
        first = next(_tables(path, file, 1000), None)
        frame = _frame(first) if first is not None else None
        sample = tuple(map(sample_row, frame.rows())) if frame is not None else ()
        return FileShape(kind="parquet", size=path.stat().st_size, header=names, sample=sample)


def parquet_batches(path: Path, shape: FileShape) -> Iterator[Batch]:
    """Yield the rows; ``lines`` count from 2, as if the header were a line."""
    with _open(path) as file:
        total, line = max(file.metadata.num_rows, 1), 2
        for batch in _tables(path, file, ROWS_PER_BATCH):
            lines = np.arange(line, line + len(batch), dtype=np.int64)
            line += len(batch)
            consumed = shape.size * (line - 2) // total
            yield Batch(_frame(batch), lines, [], 0, consumed)


def _open(path: Path) -> pq.ParquetFile:
    try:
        return pq.ParquetFile(path, memory_map=False)
    except (pa.ArrowException, OSError, ValueError) as error:
        raise _torn(path, error) from error


def _tables(path: Path, file: pq.ParquetFile, rows: int) -> Iterator[pa.RecordBatch]:
    try:
        yield from file.iter_batches(batch_size=rows)
    except (pa.ArrowException, OSError, ValueError) as error:
        raise _torn(path, error) from error


def _frame(batch: pa.RecordBatch) -> pl.DataFrame:
    columns = {str(n): _as_text(column) for n, column in enumerate(batch.columns)}
    frame = pl.from_arrow(pa.table(columns))
    if not isinstance(frame, pl.DataFrame):
        raise TypeError("a table makes a frame")
    return frame


def _as_text(column: pa.Array) -> pa.Array:
    kind = column.type
    if pa.types.is_dictionary(kind):
        return _as_text(column.dictionary_decode())
    if pa.types.is_floating(kind):
        column = column.cast(pa.float64())
        whole = pc.and_(pc.equal(pc.floor(column), column), pc.less(pc.abs(column), 1e15))
        tidy = pc.if_else(
            pc.fill_null(whole, fill_value=False), column, pa.scalar(None, pa.float64())
        )
        text = pc.coalesce(pc.cast(tidy.cast(pa.int64()), pa.string()), column.cast(pa.string()))
    elif pa.types.is_boolean(kind):
        text = pc.if_else(column, "1", "0")
    elif pa.types.is_timestamp(kind):
        text = _moments(column)
    elif (
        pa.types.is_nested(kind) or pa.types.is_binary(kind) or pa.types.is_fixed_size_binary(kind)
    ):
        text = pc.if_else(pc.is_valid(column), UNREADABLE, "")
    else:
        try:
            text = column.cast(pa.string())
        except (pa.ArrowInvalid, pa.ArrowNotImplementedError):
            text = pc.if_else(pc.is_valid(column), UNREADABLE, "")
    return pc.fill_null(text, "")


def _moments(column: pa.Array) -> pa.Array:
    utc = column.type.tz is not None
    plain = column.cast(pa.timestamp("us", "UTC" if utc else None), safe=False)
    if utc:
        return pc.strftime(plain, format="%Y-%m-%dT%H:%M:%SZ")
    whole = pc.all(pc.equal(plain, pc.floor_temporal(plain, unit="day"))).as_py()
    return pc.strftime(plain, format="%Y-%m-%d" if whole else "%Y-%m-%d %H:%M:%S")


def _torn(path: Path, error: Exception) -> FileError:
    return FileError(
        Words(
            f"{path.name} cannot be read as Parquet ({error}). Make it again, or give CSV.",
            f"{path.name} не читается как Parquet ({error}). Создайте его заново или дайте CSV.",
        )
    )
