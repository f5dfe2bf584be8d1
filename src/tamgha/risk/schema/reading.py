"""One door to files of every kind: look at one, and read its rows as text."""

from collections.abc import Iterator
from pathlib import Path

from tamgha.risk.schema.errors import FileError
from tamgha.risk.schema.files import (
    LIMITS,
    SAMPLE_BYTES,
    FileShape,
    Limits,
    clean_header,
    find_encoding,
    find_newline,
    find_separator,
    head_text,
    kind_of,
    refuse_no_header,
    refuse_wide,
    rows_of,
    sample_row,
)
from tamgha.risk.schema.parquet import parquet_batches, parquet_shape
from tamgha.risk.schema.records import Batch, csv_batches
from tamgha.risk.schema.sheets import sheet_batches, sheet_shape
from tamgha.shared.words import Words

AUTO = "auto"


def look_at(
    path: Path,
    *,
    encoding: str = AUTO,
    separator: str = AUTO,
    sheet: str = "",
    limits: Limits = LIMITS,
) -> FileShape:
    """Return what a file is and how it is written, with its header and a sample.

    Parameters
    ----------
    path : CSV, XLSX or Parquet, told by content
    encoding, separator : "auto" to be found
    sheet : of a workbook; "" for the first
    limits : how much a file may ask of the machine

    Raises
    ------
    FileError
        If it cannot be read as a table.
    """
    kind = kind_of(path)
    if kind == "parquet":
        return parquet_shape(path, limits)
    if kind == "xlsx":
        return sheet_shape(path, sheet, limits)
    found = find_encoding(path) if encoding == AUTO else encoding
    text = head_text(path, found)
    newline = find_newline(text)
    if (
        len(text.splitlines()[0] if text.strip() else "")
        >= min(SAMPLE_BYTES, limits.line_bytes) // 2
    ):
        raise FileError(
            Words(
                "The first line is too long to be a header. Check that this is a table.",
                "Первая строка слишком длинна для заголовка. Проверьте, таблица ли это.",
            )
        )
    between = find_separator(text) if separator == AUTO else separator
    rows = rows_of(text, between, limit=1200)
    before = 0
    while rows and not any(cell.strip() for cell in rows[0]):
        rows, before = rows[1:], before + 1
    if not rows:
        raise refuse_no_header()
    header = clean_header(rows[0])
    refuse_wide(len(header), limits)
    return FileShape(
        kind="csv",
        size=path.stat().st_size,
        header=header,
        header_line=1 + before,
        encoding=found,
        separator=between,
        newline=newline,
        sample=tuple(sample_row(row) for row in rows[1:1001] if len(row) == len(header)),
    )


def batches(path: Path, shape: FileShape, limits: Limits = LIMITS) -> Iterator[Batch]:
    """Yield the rows of a file below its header, as text, in bounded memory."""
    if shape.kind == "parquet":
        return parquet_batches(path, shape)
    if shape.kind == "xlsx":
        return sheet_batches(path, shape)
    return csv_batches(path, shape, limits)
