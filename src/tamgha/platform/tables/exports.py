"""Rows out as CSV or XLSX, safe to open in a spreadsheet."""

import csv
import io
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

DANGEROUS = ("=", "+", "-", "@", "\t", "\r")


def harmless(value: Any) -> Any:
    """Return a text that a spreadsheet will not take for a formula; other values as they are."""
    if isinstance(value, str) and value.startswith(DANGEROUS):
        return f"'{value}"
    return value


def plain(value: Any) -> Any:
    """Return a value that both formats know: text, number, day or empty."""
    if value is None or isinstance(value, bool):
        return "" if value is None else int(value)
    if isinstance(value, int | float | Decimal | date | datetime):
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
    """Return an XLSX file of at most 1,048,575 rows, written with flat memory."""
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
        page = book.add_worksheet(sheet[:31])
        strong = book.add_format({"bold": True})
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        moment = book.add_format({"num_format": "yyyy-mm-dd hh:mm"})
        page.freeze_panes(1, 0)
        page.write_row(0, 0, [str(name) for name in head], strong)
        for at, row in enumerate(rows, start=1):
            for column, value in enumerate(row):
                cell = plain(value)
                if isinstance(cell, datetime):
                    page.write_datetime(at, column, cell.replace(tzinfo=None), moment)
                elif isinstance(cell, date):
                    page.write_datetime(at, column, cell, day)
                elif isinstance(cell, float) and (cell != cell or abs(cell) == float("inf")):
                    page.write_string(at, column, "")
                else:
                    page.write(at, column, cell)
        book.close()
    return target.getvalue()
