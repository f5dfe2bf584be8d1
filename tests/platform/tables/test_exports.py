"""Files for a spreadsheet: whole, typed, and without a formula that nobody wrote."""

import csv
import io
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from python_calamine import load_workbook

from tamgha.platform.tables import exports
from tamgha.platform.tables.exports import csv_lines, xlsx_bytes

EVIL = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", '=HYPERLINK("http://x")', "＝1"]


def read_csv(text):
    assert text.startswith("\ufeff")
    return list(csv.reader(io.StringIO(text[1:], newline="")))


def read_xlsx(data, sheet=0):
    return load_workbook(io.BytesIO(data)).get_sheet_by_index(sheet).to_python()


def test_no_text_becomes_a_formula_in_csv():
    rows = read_csv("".join(csv_lines(["=a"], [[text] for text in EVIL])))

    assert rows == [["'=a"], *[[f"'{text}"] for text in EVIL]]


def test_no_text_becomes_a_formula_in_xlsx():
    import zipfile

    data = xlsx_bytes(["=a"], [[text] for text in EVIL])

    with zipfile.ZipFile(io.BytesIO(data)) as inside:
        page = inside.read("xl/worksheets/sheet1.xml").decode()
    assert "<f>" not in page
    assert "hyperlink" not in page
    assert len(read_xlsx(data)) == len(EVIL) + 1


def test_numbers_days_and_texts_keep_their_kind():
    row = [-5, 2.5, Decimal("1.25"), date(2026, 1, 2), "Айгүл; “x”", None, True, float("nan")]

    text = read_csv("".join(csv_lines(["a"] * 8, [row])))[1]
    cells = read_xlsx(xlsx_bytes(["a"] * 8, [row]))[1]

    assert text == ["-5", "2.5", "1.25", "2026-01-02", "Айгүл; “x”", "", "1", ""]
    assert cells[:7] == [-5, 2.5, 1.25, date(2026, 1, 2), "Айгүл; “x”", "", "1"]


def test_a_moment_is_written_with_its_zone_in_csv():
    moment = datetime(2026, 1, 2, 3, 4, tzinfo=UTC)

    assert read_csv("".join(csv_lines(["a"], [[moment]])))[1] == ["2026-01-02T03:04:00+00:00"]


@pytest.mark.parametrize("rows", [0, 1, 3, 4, 7])
def test_rows_beyond_one_sheet_go_onto_the_next(monkeypatch, rows):
    monkeypatch.setattr(exports, "MOST_ROWS", 3)

    data = xlsx_bytes(["n"], [[number] for number in range(rows)], sheet="Rows")

    book = load_workbook(io.BytesIO(data))
    read = [book.get_sheet_by_index(at).to_python() for at in range(len(book.sheet_names))]
    assert [page[0] for page in read] == [["n"]] * max(1, -(-rows // 3))
    assert [cell for page in read for (cell,) in page[1:]] == list(range(rows))
