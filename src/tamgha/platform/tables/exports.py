"""Rows out as CSV or XLSX, safe to open in a spreadsheet."""

import csv
import io
import itertools
import math
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
MOST_ROWS = 1_048_575  # of a worksheet, below its head
LONGEST = 32_767  # characters of a cell


def harmless(value: Any) -> Any:
    """Return a text that a spreadsheet will not take for a formula; other values as they are."""
    if isinstance(value, str) and value.startswith(DANGEROUS):
        return f"'{value}"
    return value


def plain(value: Any) -> Any:
    """Return a value that a CSV can hold: text, number, day or empty."""
    if value is None or isinstance(value, bool):
        return "" if value is None else int(value)
    if isinstance(value, int | float | Decimal):
        return value if math.isfinite(value) else ""
    if isinstance(value, date | datetime):
        return value
    return harmless(str(value))


class _Echo:
    def write(self, text: str) -> str:
        return text


def csv_lines(head: Sequence[str], rows: Iterable[Sequence[Any]]) -> Iterator[str]:
    """Yield a CSV text in pieces, UTF-8 with a mark that spreadsheets need to read it."""
    writer = csv.writer(_Echo())
    yield "\ufeff" + writer.writerow([harmless(str(name)) for name in head])
    for row in rows:
        cells = [plain(value) for value in row]
        yield writer.writerow(
            [cell.isoformat() if isinstance(cell, date | datetime) else cell for cell in cells]
        )


def xlsx_bytes(
    head: Sequence[str], rows: Iterable[Sequence[Any]], *, sheet: str = "Tamgha"
) -> bytes:
    """Return an XLSX file, written with flat memory; after 1,048,575 rows a new sheet begins.

    Its cells are typed: a text that looks like a formula stays a text, and so stays as it is.
    """
    import xlsxwriter  # noqa: PLC0415 -- only when a file is asked for

    target = io.BytesIO()
    with tempfile.TemporaryDirectory() as folder:
        book = xlsxwriter.Workbook(
            target,
            {
                "constant_memory": True,
                "tmpdir": folder,
                "strings_to_formulas": False,
                "strings_to_urls": False,
                "remove_timezone": True,
            },
        )
        styles = {
            "head": book.add_format({"bold": True}),
            "day": book.add_format({"num_format": "yyyy-mm-dd"}),
            "moment": book.add_format({"num_format": "yyyy-mm-dd hh:mm"}),
        }
        page: Any = None
        for number, row in enumerate(itertools.chain([None], rows)):
            at = (number - 1) % MOST_ROWS + 1 if number else 0
            if row is None or (at == 1 and number > 1):
                page = _begun(book, sheet, head, styles)
            if row is not None:
                for column, value in enumerate(row):
                    _write(page, at, column, value, styles)
        book.close()
    return target.getvalue()


def _begun(book: Any, sheet: str, head: Sequence[str], styles: dict[str, Any]) -> Any:
    number = len(book.worksheets()) + 1
    page = book.add_worksheet(sheet[:31] if number == 1 else f"{sheet[:27]} {number}")
    page.freeze_panes(1, 0)
    for column, name in enumerate(head):
        page.write_string(0, column, str(name), styles["head"])
    return page


def _write(page: Any, at: int, column: int, value: Any, styles: dict[str, Any]) -> None:
    if isinstance(value, datetime):
        page.write_datetime(at, column, value.replace(tzinfo=None), styles["moment"])
    elif isinstance(value, date):
        page.write_datetime(at, column, value, styles["day"])
    elif isinstance(value, int | float | Decimal) and not isinstance(value, bool):
        if math.isfinite(value):
            page.write_number(at, column, value)
    elif value is not None:
        text = str(int(value)) if isinstance(value, bool) else str(value)
        page.write_string(at, column, text[:LONGEST])
