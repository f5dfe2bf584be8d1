"""Rows out of a spreadsheet or a text file, as texts, with the numbers that the file gives them."""

import csv
import io
import zipfile
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any, TypeAlias

from tamgha.shared.errors import TamghaError
from tamgha.shared.words import Words

MOST_BYTES = 5_000_000
MOST_UNPACKED = 60_000_000
MOST_ROWS = 5_000
MOST_COLUMNS = 100
SEPARATORS = ";,\t|"

Numbered: TypeAlias = tuple[int, list[str]]


class SheetFileError(TamghaError):
    """A file that cannot be taken for a sheet."""


def read_sheet(data: bytes) -> tuple[list[str], list[Numbered]]:
    """Return the head and the rows of a file, each row with its number in the file.

    XLSX, XLS and ODS by their content; else a text: UTF-8, UTF-16 with its mark, or Windows-1251;
    the separator is the one that the head has most. Empty rows are left out.
    Raises SheetFileError.
    """
    if len(data) > MOST_BYTES:
        raise SheetFileError(
            Words(
                "A sheet of at most 5 MB was expected. Part it into several.",
                "Ожидается таблица не больше 5 МБ. Разделите её на несколько.",
            )
        )
    is_book = data[:4] in (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
    rows = [row for row in (_book_rows(data) if is_book else _text_rows(data)) if any(row[1])]
    if len(rows) < 2:
        raise SheetFileError(
            Words(
                "A row of heads and at least one row below it were expected; the sheet has "
                f"{len(rows)} that are not empty.",
                "Ожидается строка заголовков и хотя бы одна строка под ней; непустых строк в "
                f"таблице: {len(rows)}.",
            )
        )
    if len(rows) - 1 > MOST_ROWS:
        raise SheetFileError(
            Words(
                f"At most {MOST_ROWS:,} rows were expected; {len(rows) - 1:,} came. Part the sheet.",
                f"Ожидается не больше {MOST_ROWS} строк, в таблице {len(rows) - 1}. Разделите её.",
            )
        )
    (_number, head), *body = rows
    return head[:MOST_COLUMNS], [(number, cells[:MOST_COLUMNS]) for number, cells in body]


def _book_rows(data: bytes) -> Iterator[Numbered]:
    import python_calamine  # noqa: PLC0415 -- only when a file is read

    _refuse_bomb(data)
    try:
        page = python_calamine.load_workbook(io.BytesIO(data)).get_sheet_by_index(0)
        rows = page.to_python(skip_empty_area=False, nrows=MOST_ROWS * 2)
    except python_calamine.PasswordError:
        raise SheetFileError(
            Words(
                "The file is locked with a password. Save it without one.",
                "Файл защищён паролем. Сохраните его без пароля.",
            )
        ) from None
    except (python_calamine.CalamineError, IndexError, OSError, ValueError):
        raise SheetFileError(
            Words(
                "The file is no spreadsheet that can be read. Save it as XLSX or CSV.",
                "Файл не читается как таблица. Сохраните его в формате XLSX или CSV.",
            )
        ) from None
    for number, row in enumerate(rows, start=1):
        yield number, [_text(cell) for cell in row]


def _refuse_bomb(data: bytes) -> None:
    if not data.startswith(b"PK"):
        return
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as inside:
            unpacked = sum(one.file_size for one in inside.infolist())
    except zipfile.BadZipFile:
        unpacked = 0
    if unpacked > MOST_UNPACKED:
        raise SheetFileError(
            Words(
                "The file unpacks to more than 60 MB. Copy its rows into a new one.",
                "Файл при распаковке занимает больше 60 МБ. Скопируйте строки в новый файл.",
            )
        )


def _text(cell: Any) -> str:
    if isinstance(cell, bool):
        return "1" if cell else "0"
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, datetime):
        return cell.date().isoformat() if cell.time() == datetime.min.time() else cell.isoformat()
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, timedelta):
        return str(cell)
    return _plain(str(cell))


def _plain(text: str) -> str:
    """Return a text without the mark that our own exports put before what looks like a formula."""
    text = text.replace("\0", "").strip()
    return text[1:] if text[:1] == "'" and text[1:2] in {"=", "+", "-", "@"} else text


def _text_rows(data: bytes) -> Iterator[Numbered]:
    text = _decoded(data)
    head = next((line for line in text.splitlines() if line.strip()), "")
    separator = max(SEPARATORS, key=head.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    try:
        for cells in reader:
            yield reader.line_num, [_plain(cell) for cell in cells]
    except csv.Error:
        raise SheetFileError(
            Words(
                f"The text breaks off near line {reader.line_num}. Save the sheet as XLSX.",
                f"Текст обрывается около строки {reader.line_num}. Сохраните таблицу в XLSX.",
            )
        ) from None


def _decoded(data: bytes) -> str:
    encodings = ["utf-8-sig", "cp1251"]
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        encodings = ["utf-16"]
    for encoding in encodings:
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise SheetFileError(
        Words(
            "The letters of the text cannot be read. Save the sheet as XLSX, or as CSV in UTF-8.",
            "Буквы в тексте не читаются. Сохраните таблицу в XLSX или в CSV в кодировке UTF-8.",
        )
    )
