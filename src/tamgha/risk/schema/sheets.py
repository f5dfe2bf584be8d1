"""Workbooks: refused when they are bombs, then read sheet by sheet without running anything in them."""

import datetime as dt
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import polars as pl
import python_calamine

from tamgha.risk.schema.errors import FileError
from tamgha.risk.schema.files import FileShape, Limits, clean_header, refuse_no_header, refuse_wide
from tamgha.risk.schema.records import Batch
from tamgha.shared.words import Words

ROWS_PER_BATCH = 50_000
PIECE = 4 << 20
RATIO = 200
Cell = int | float | str | bool | dt.time | dt.date | dt.datetime | dt.timedelta | None
_REFERENCE = re.compile(rb'<c\b[^>]*?\br="([A-Z]+)([0-9]+)"')
_FAR_COLUMN = re.compile(rb'\br="[A-Z]{3,}[0-9]')


def check_workbook(path: Path, limits: Limits) -> None:
    """Refuse an archive that is no workbook, is encrypted, or unpacks to more than it should.

    Raises
    ------
    FileError
        Saying which.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            members = archive.infolist()
            names = {member.filename for member in members}
            if "xl/workbook.xml" not in names:
                raise _no_workbook(path, names)
            if any(member.flag_bits & 1 for member in members):
                raise _locked(path)
            _check_sizes(archive, members, limits)
            for member in members:
                if member.filename.startswith("xl/worksheets/"):
                    _check_extent(archive, member, limits)
    except (zipfile.BadZipFile, EOFError, OSError, ValueError, NotImplementedError) as error:
        raise _torn(path, error) from error
    except zipfile.zlib.error as error:  # type: ignore[attr-defined]  # zlib as zipfile holds it
        raise _torn(path, error) from error


def _check_sizes(archive: zipfile.ZipFile, members: list[zipfile.ZipInfo], limits: Limits) -> None:
    """Unpack everything once, counting: what the archive says of its sizes may be a lie."""
    if len({member.filename for member in members}) != len(members) or len(members) > 10_000:
        raise ValueError("two members share a name, or there are too many")
    total = 0
    for member in members:
        packed = max(member.compress_size, 1)
        with archive.open(member) as stream:
            unpacked = 0
            while piece := stream.read(PIECE):
                unpacked += len(piece)
                total += len(piece)
                bomb = unpacked > PIECE * 16 and unpacked > RATIO * packed
                if total > limits.sheet_bytes or bomb:
                    raise FileError(
                        Words(
                            f"The workbook unpacks to far more than its size ({member.filename}). "
                            "Save it again in a spreadsheet, or give CSV.",
                            f"Книга при распаковке непомерно растёт ({member.filename}). "
                            "Сохраните её заново в табличном редакторе или дайте CSV.",
                        )
                    )


def _check_extent(archive: zipfile.ZipFile, member: zipfile.ZipInfo, limits: Limits) -> None:
    """Refuse a sheet whose cells lie so far apart that the rectangle around them would not fit."""
    rows = widest = last_row = last_column = 0
    rest = b""
    with archive.open(member) as stream:
        while piece := stream.read(PIECE):
            text = rest + piece
            cut = text.rfind(b"<")
            text, rest = (text[:cut], text[cut:]) if cut > 0 else (b"", text)
            if len(rest) > PIECE:
                raise ValueError("a tag without an end")
            if _FAR_COLUMN.search(text):
                refuse_wide(703, limits)
            widest, rows = max(widest, _cells_in_rows(text)), rows + text.count(b"<row")
            for letters, digits in set(_REFERENCE.findall(text)):
                last_row = max(last_row, int(digits[:9]))
                last_column = max(last_column, _column_number(letters))
    last_row, last_column = max(last_row, rows), max(last_column, widest)
    if last_row * min(last_column, limits.columns + 1) > limits.sheet_cells:
        raise FileError(
            Words(
                f"The sheet spans {last_row} rows and {last_column} columns; at most "
                f"{limits.sheet_cells} cells are read. Give CSV or Parquet.",
                f"Лист занимает строк: {last_row}, столбцов: {last_column}; читается не больше "
                f"{limits.sheet_cells} ячеек. Дайте CSV или Parquet.",
            )
        )
    refuse_wide(last_column, limits)


def _cells_in_rows(text: bytes) -> int:
    return max(
        row.count(b"<c ") + row.count(b"<c>") + row.count(b"<c/") for row in text.split(b"<row")
    )


def _column_number(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number


def open_sheet(path: Path, sheet: str) -> python_calamine.CalamineSheet:
    """Return a sheet of a checked workbook: the one named, else the first."""
    try:
        book = python_calamine.CalamineWorkbook.from_path(str(path))
        names = book.sheet_names
        if sheet and sheet not in names:
            listed = ", ".join(names)
            raise FileError(
                Words(
                    f"The workbook has no sheet {sheet!r}; it has {listed}.",
                    f"В книге нет листа {sheet!r}; есть: {listed}.",
                )
            )
        return book.get_sheet_by_name(sheet or names[0])
    except (python_calamine.CalamineError, IndexError, OSError, ValueError) as error:
        raise _torn(path, error) from error


def sheet_shape(path: Path, sheet: str, limits: Limits) -> FileShape:
    """Return the shape of a workbook's sheet."""
    check_workbook(path, limits)
    opened = open_sheet(path, sheet)
    top = opened.start[0] if opened.start else 0
    rows = opened.iter_rows()
    header: tuple[str, ...] = ()
    for at, row in enumerate(rows):
        header = clean_header([as_text(cell) for cell in row])
        if any(header):
            top += at
            break
    while header and not header[-1]:
        header = header[:-1]
    if not header:
        raise refuse_no_header()
    refuse_wide(len(header), limits)
    sample = []
    for row in rows:
        cells = [as_text(cell) for cell in row][: len(header)]
        if any(cells):
            sample.append(tuple(cells))
        if len(sample) >= 1000:
            break
    return FileShape(
        kind="xlsx",
        size=path.stat().st_size,
        header=header,
        header_line=top + 1,
        sheet=opened.name,
        sample=tuple(sample),
    )


def sheet_batches(path: Path, shape: FileShape) -> Iterator[Batch]:
    """Yield the rows below the header; ``lines`` are the numbers of the sheet's own rows."""
    opened = open_sheet(path, shape.sheet)
    first = opened.start[0] if opened.start else 0
    width, total = len(shape.header), max(opened.height, 1)
    rows: list[list[str]] = []
    lines: list[int] = []
    blank = 0
    for at, row in enumerate(opened.iter_rows()):
        line = first + at + 1
        if line <= shape.header_line:
            continue
        if not any(row) and all(cell in ("", None) for cell in row):
            blank += 1
            continue
        cells = [as_text(cell) for cell in row][:width]
        rows.append(cells + [""] * (width - len(cells)))
        lines.append(line)
        if len(rows) >= ROWS_PER_BATCH:
            yield _batch(rows, lines, blank, shape.size * at // total)
            rows, lines, blank = [], [], 0
    yield _batch(rows, lines, blank, shape.size, width)


def _batch(
    rows: list[list[str]], lines: list[int], blank: int, consumed: int, width: int = 0
) -> Batch:
    if rows:
        columns = zip(*rows, strict=True)
        frame = pl.DataFrame({str(n): list(values) for n, values in enumerate(columns)})
    else:
        frame = pl.DataFrame(schema={str(n): pl.String for n in range(width)})
    return Batch(frame, np.array(lines, np.int64), [], blank, consumed)


def as_text(cell: Cell) -> str:
    """Return a cell as one would have typed it: whole numbers without a point, dates as ISO."""
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "1" if cell else "0"
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < 1e15 else repr(cell)
    if isinstance(cell, dt.datetime):
        return (
            cell.date().isoformat() if cell.time() == dt.time() else cell.isoformat(" ", "seconds")
        )
    if isinstance(cell, dt.date | dt.time):
        return cell.isoformat()
    return str(cell)


def _no_workbook(path: Path, names: set[str]) -> FileError:
    inside = ", ".join(sorted(names)[:3]) or "nothing"
    return FileError(
        Words(
            f"{path.name} is an archive ({inside}), not an XLSX workbook. Unpack it and give the table.",
            f"{path.name} — архив ({inside}), а не книга XLSX. Распакуйте его и дайте таблицу.",
        )
    )


def _locked(path: Path) -> FileError:
    return FileError(
        Words(
            f"{path.name} is locked with a password. Save it without one.",
            f"{path.name} защищён паролем. Сохраните его без пароля.",
        )
    )


def _torn(path: Path, error: Exception) -> FileError:
    return FileError(
        Words(
            f"{path.name} cannot be read as a workbook ({error}). Save it again, or give CSV.",
            f"{path.name} не читается как книга ({error}). Сохраните её заново или дайте CSV.",
        )
    )
