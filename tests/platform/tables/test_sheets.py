"""The one sheet: any file read, all faults at once, nothing half saved, and taken back."""

import io
from datetime import date
from decimal import Decimal

import pytest
from python_calamine import load_workbook
from tests.platform.tables.conftest import NOW

from tamgha.platform.accounts.models import Administration
from tamgha.platform.tables import sheets
from tamgha.platform.tables.exports import xlsx_bytes
from tamgha.platform.tables.models import SheetImport
from tamgha.platform.tables.sheets import (
    Applied,
    Change,
    Sheet,
    SheetColumn,
    SheetFileError,
    SheetImportError,
    check,
    guess_mapping,
    read_sheet,
)
from tamgha.shared.errors import RefusedError, TamghaError
from tamgha.shared.words import Words

CODE, CURRENCY = Words("Code", "Код"), Words("Currency", "Валюта")


def apply(row, existing, *, by, at):
    if row["currency"] == "XXX":
        raise TamghaError(Words("no such currency", "нет такой валюты"))
    before = existing.currency
    Administration.objects.filter(pk=existing.pk).update(currency=row["currency"])
    return Applied(undo=[existing.pk, before])


def find(row, by):
    found = Administration.objects.filter(code=row["code"]).first()
    if found is None:
        raise TamghaError(Words(f"{row['code']} is unknown", f"{row['code']}: неизвестно"))
    return found


def take_one_back(key, *, by, at):
    Administration.objects.filter(pk=key[0]).update(currency=key[1])


CURRENCIES = Sheet(
    name="currencies",
    title=Words("Currencies", "Валюты"),
    about=Words("", ""),
    columns=(
        SheetColumn("code", CODE, required=True),
        SheetColumn("currency", CURRENCY, required=True, longest=3),
    ),
    key="code",
    permission=lambda user: True,
    find=find,
    describe=lambda row, existing: (
        [Change(CURRENCY, existing.currency, row["currency"])]
        if existing.currency != row["currency"]
        else []
    ),
    apply=apply,
    undo=take_one_back,
)

KINDS = Sheet(
    name="kinds",
    title=Words("", ""),
    about=Words("", ""),
    columns=(
        SheetColumn("text", Words("Text", "Текст"), required=True, longest=5),
        SheetColumn("number", Words("Number", "Число"), kind="number"),
        SheetColumn("day", Words("Day", "День"), kind="date"),
        SheetColumn("flag", Words("Flag", "Флаг"), kind="flag"),
        SheetColumn(
            "lane",
            Words("Lane", "Коридор"),
            kind="choice",
            choices=(("red", Words("Red", "Красный")), ("green", Words("Green", "Зелёный"))),
        ),
        SheetColumn(
            "lanes",
            Words("Lanes", "Коридоры"),
            kind="choices",
            choices=(("red", Words("Red", "Красный")), ("green", Words("Green", "Зелёный"))),
        ),
    ),
    key="text",
    permission=lambda user: True,
    find=lambda row, by: None,
    describe=lambda row, existing: [],
    apply=lambda *given, **more: Applied(),
)
TWO = "Код;Имя\nЖибек;Ёлка\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1251", "utf-16"])
@pytest.mark.parametrize("separator", [";", ",", "\t", "|"])
def test_a_text_is_read_in_its_encoding_and_by_its_separator(encoding, separator):
    data = TWO.replace(";", separator).encode(encoding)

    assert read_sheet(data) == (["Код", "Имя"], [(2, ["Жибек", "Ёлка"])])


def test_a_workbook_is_read_with_the_row_numbers_it_shows():
    data = xlsx_bytes(
        ["Code", "N", "Day"], [[None] * 3, ["a", 5, date(2026, 1, 2)], ["'=x", 2.5, None]]
    )

    assert read_sheet(data) == (
        ["Code", "N", "Day"],
        [(3, ["a", "5", "2026-01-02"]), (4, ["=x", "2.5", ""])],
    )


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "at least one row"),
        (b"Code;Name\n", "at least one row"),
        (b"PK\x03\x04 nonsense", "no spreadsheet"),
        (b"\xd0\xcf\x11\xe0 nonsense", "no spreadsheet"),
        (b"Code\n" + b"a\n" * 5001, "At most 5,000 rows"),
        (b"x" * 5_000_001, "at most 5 MB"),
    ],
)
def test_what_is_no_sheet_is_refused_with_what_to_do(data, said):
    with pytest.raises(SheetFileError, match=said):
        read_sheet(data)


@pytest.mark.parametrize(
    "head", [["currency", "CODE"], ["Валюта *", " код "], ["Currency ", "code*"]]
)
def test_columns_are_found_by_their_names_in_both_languages(head):
    assert guess_mapping(CURRENCIES, head) == {"code": 1, "currency": 0}


def values(**cells):
    names = [column.name for column in KINDS.columns]
    row = [cells.get(name, "") for name in names]
    return check(KINDS, [(2, row)], {name: at for at, name in enumerate(names)}, by=None)


def test_cells_become_values_of_their_kind():
    plan = values(
        text="a",
        number="1 234,5",
        day="31.05.2026",
        flag="Да",
        lane="зеленый",
        lanes="red; Зелёный",
    )

    assert plan.faults == ()
    assert plan.rows[0].values == {
        "text": "a",
        "number": Decimal("1234.5"),
        "day": date(2026, 5, 31),
        "flag": True,
        "lane": "green",
        "lanes": ("red", "green"),
    }


def test_all_faults_of_a_row_are_named_at_once_with_column_and_what_came():
    plan = values(
        text="abcdef", number="NaN", day="31.02.2026", flag="maybe", lane="blue", lanes="red, blue"
    )

    assert plan.rows == ()
    assert [(one.number, one.column.en, one.text.en) for one in plan.faults] == [
        (2, "Text", "at most 5 characters were expected; “abcdef” came"),
        (2, "Number", "a number was expected; “NaN” came"),
        (2, "Day", "a day such as 2026-05-31 or 31.05.2026 was expected; “31.02.2026” came"),
        (2, "Flag", "yes or no was expected; “maybe” came"),
        (2, "Lane", "one of Red, Green was expected; “blue” came"),
        (2, "Lanes", "one of Red, Green was expected; “blue” came"),
    ]


def test_empty_cells_are_nothing_but_where_they_must_be_filled():
    assert [one.text.en for one in values().faults] == ["must not be empty"]
    assert values(text="a").rows[0].values["number"] is None


def test_a_thing_that_stands_twice_in_a_file_is_a_fault_of_the_second():
    plan = check(KINDS, [(2, ["Aa"]), (5, ["aA"])], {"text": 0}, by=None)

    assert [row.number for row in plan.rows] == [2]
    assert [(one.number, one.text.ru) for one in plan.faults] == [(5, "уже есть в строке 2")]


def keep(cast, text):
    return sheets.keep(CURRENCIES, data=text.encode(), file_name="c.csv", by=cast.alice, at=NOW)


def take(cast, kept, **more):
    seen = more.pop("seen", None) or sheets.plan_of(CURRENCIES, kept, by=cast.alice).fingerprint
    return sheets.take(CURRENCIES, kept, seen=seen, by=cast.alice, at=NOW, **more)


def currencies():
    return dict(Administration.objects.order_by("code").values_list("code", "currency"))


def test_a_plan_says_what_changes_and_saves_nothing(cast):
    kept = keep(cast, "code,currency\njuniper,UZS\napricot,USD\nnowhere,KZT\n")

    plan = sheets.plan_of(CURRENCIES, kept, by=cast.alice)

    assert [(row.number, row.kind) for row in plan.rows] == [(2, "change"), (3, "same")]
    assert plan.rows[0].changes == (Change(CURRENCY, "USD", "UZS"),)
    assert [(one.number, one.text.en) for one in plan.faults] == [(4, "nowhere is unknown")]
    assert currencies() == {"apricot": "USD", "juniper": "USD"}


def test_all_good_rows_are_taken_or_the_chosen_and_taken_back(cast):
    kept = keep(cast, "code,currency\njuniper,UZS\napricot,KGS\n")

    take(cast, kept, chosen={3})
    taken = currencies()
    undone = sheets.take_back(CURRENCIES, kept, by=cast.alice, at=NOW)

    assert taken == {"apricot": "KGS", "juniper": "USD"}
    assert (undone, currencies()) == (1, {"apricot": "USD", "juniper": "USD"})
    kept.refresh_from_db()
    assert kept.state == SheetImport.State.TAKEN_BACK


def test_one_refused_row_saves_none_and_every_refusal_is_told(cast):
    kept = keep(cast, "code,currency\njuniper,UZS\napricot,XXX\n")

    with pytest.raises(RefusedError) as refusal:
        take(cast, kept)

    assert [one.en for one in refusal.value.faults] == ["row 3: no such currency"]
    assert currencies() == {"apricot": "USD", "juniper": "USD"}
    kept.refresh_from_db()
    assert kept.state == SheetImport.State.OPEN


def test_a_plan_that_is_another_by_now_is_not_taken(cast):
    kept = keep(cast, "code,currency\njuniper,UZS\n")
    seen = sheets.plan_of(CURRENCIES, kept, by=cast.alice).fingerprint
    Administration.objects.filter(code="juniper").update(currency="KZT")

    with pytest.raises(SheetImportError, match="something has changed"):
        take(cast, kept, seen=seen)
    assert currencies()["juniper"] == "KZT"


def test_a_file_is_taken_once_and_taken_back_once(cast):
    kept = keep(cast, "code,currency\njuniper,UZS\n")
    with pytest.raises(SheetImportError, match="cannot be taken back"):
        sheets.take_back(CURRENCIES, kept, by=cast.alice, at=NOW)
    take(cast, kept)
    sheets.take_back(CURRENCIES, kept, by=cast.alice, at=NOW)

    for act in (
        lambda: take(cast, kept, seen="x"),
        lambda: sheets.drop(kept),
        lambda: sheets.take_back(CURRENCIES, kept, by=cast.alice, at=NOW),
    ):
        with pytest.raises(SheetImportError):
            act()


def test_names_and_keys_of_sheets_are_checked_at_start():
    with pytest.raises(ValueError, match="is the name of a sheet already"):
        sheets.register(sheets.sheet_of("people"))


def test_the_template_can_be_brought_in_as_it_is():
    sheet = sheets.sheet_of("people")
    head = [column.label.ru + " *" for column in sheet.columns]
    data = xlsx_bytes(head, [[column.example for column in sheet.columns]])

    read, rows = read_sheet(data)

    assert load_workbook(io.BytesIO(data)).sheet_names == ["Tamgha"]
    assert set(guess_mapping(sheet, read)) == {column.name for column in sheet.columns}
    assert len(rows) == 1
