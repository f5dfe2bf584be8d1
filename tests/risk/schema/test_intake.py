import csv
import datetime as dt
import io
import json

import polars as pl
import pyarrow.parquet as pq
import pytest
import xlsxwriter
from tests.risk.schema.made import HEADER, MAPPING, mapping, row, write

from tamgha.risk.schema import (
    CancelledError,
    Checked,
    DeclarationSet,
    Fault,
    FileError,
    Intake,
    Mapping,
    MappingError,
    SetError,
    store_checked,
    take_in,
)


def faults_of(tmp_path, *lines: str, **how) -> list[Fault]:
    file = write(tmp_path / "f.csv", *lines, **how)
    with Intake(file, mapping(), work=tmp_path / "work") as intake:
        return list(intake.check().faults())


def warned(tmp_path, *lines: str, chosen: Mapping | None = None) -> dict[str, int]:
    file = write(tmp_path / "f.csv", *lines)
    with Intake(file, chosen or mapping(), work=tmp_path / "work") as intake:
        return {warning.code: warning.count for warning in intake.check().warnings}


def test_a_clean_file_becomes_a_set(tmp_path):
    file = write(tmp_path / "f.csv", row(1), row(2), row(3))

    taken = take_in(file, mapping(), tmp_path / "set", name="february", at="2026-03-01T00:00")

    assert (taken.taken, taken.refused) == (3, 0)
    manifest = DeclarationSet.open(tmp_path / "set").manifest
    assert manifest.name == "february"
    assert manifest.rows == 3
    assert manifest.sources[0].name == "f.csv"
    first = taken.stored.items().to_pylist()[0]
    assert first["declaration"] == "10/0001"
    assert first["day"] == dt.date(2026, 2, 2)
    assert first["lodged"] == dt.datetime(2026, 2, 1, 18, tzinfo=dt.UTC)
    assert first["hour"] is None
    assert first["net_mass_kg"] == 12.5
    assert first["item_price"] == 100.0
    assert first["direction"] == "import"
    assert first["item"] == 1


@pytest.mark.parametrize(
    ("column", "value", "code", "expected", "likely"),
    [
        ("Net", "12,4,0", "not_a_number", "a comma is the decimal sign here", None),
        ("Net", "12.4", "not_a_number", "a comma is the decimal sign here", "12,4"),
        ("Net", "1 200,5", "not_a_number", "one number", "1200,5"),
        ("Net", "12 kg", "not_a_number", "kilograms", "12"),
        ("Net", "nan", "not_a_number", "one number", None),
        ("Net", "inf", "not_a_number", "one number", None),
        ("Net", "-3", "too_low", "0 or more", None),
        ("Net", "9999999999", "too_high", "at most 1 000 000 000", None),
        ("Day", "31.11.2026", "bad_date", "a day that exists, written day.month.year", None),
        ("Day", "2026-02-13", "bad_date", "day.month.year", "2026-02-13"),
        ("Day", "01.02.1026", "odd_year", "1980 to 2099", None),
        ("HS", "6403", "bad_hs", "6 to 10 digits", None),
        ("HS", "0101.21", "bad_hs", "6 to 10 digits", "010121"),
        ("HS", "10121", "bad_hs", "6 to 10 digits", "010121"),
        ("HS", "770000", "bad_hs", "chapters 01 to 97", None),
        ("HS", "64039900001", "bad_hs", "6 to 10 digits", None),
        ("Origin", "UK", "unknown_code", "two capital Latin letters", "GB"),
        ("Origin", "СN", "unknown_code", "two capital Latin letters", "CN"),
        ("Origin", "cn", "unknown_code", "ISO 3166-1", "CN"),
        ("Origin", "ZZ", "unknown_code", "ISO 3166-1", None),
        ("Office", "", "missing", "may not be empty", None),
        ("Number", "  ", "missing", "may not be empty", None),
        ("Number", "10/\u200f0002", "invisible", "without invisible characters", None),
        ("Number", "x" * 201, "too_long", "at most 200", None),
    ],
)
def test_a_fault_names_row_column_value_and_what_was_expected(
    tmp_path, column, value, code, expected, likely
):
    (fault,) = faults_of(tmp_path, row(1), row(2, **{column: value}), row(3))

    assert fault.row == 3
    assert fault.column == column
    assert fault.value == value
    assert fault.code == code
    assert expected in fault.expected.en
    assert fault.expected.ru != fault.expected.en
    assert (f"perhaps {likely}?" if likely else None) == (fault.likely and fault.likely.en)


def test_a_pattern_with_braces_is_said_as_it_is(tmp_path):
    shaped = Mapping.loads(MAPPING.replace('"Office"', '{field = "Office", pattern = "[0-9]{3}"}'))
    file = write(tmp_path / "f.csv", row(1, Office="1"))

    taken = take_in(file, shaped, tmp_path / "set", rejects=tmp_path / "r.csv")

    (fault,) = taken.checked.faults()
    assert fault.expected.en == "a value of the shape [0-9]{3}"
    assert "[0-9]{3}" in (tmp_path / "r.csv").read_text()


def test_all_faults_of_all_rows_are_named_at_once(tmp_path):
    found = faults_of(
        tmp_path, row(1, Net="x", HS="64", Origin="?"), row(2), row(3, Day="?"), row(4) + ";9"
    )

    assert [(fault.row, fault.column) for fault in found] == [
        (2, "HS"),
        (2, "Origin"),
        (2, "Net"),
        (4, "Day"),
        (5, ""),
    ]


def test_rows_are_lines_of_the_file_also_after_quoted_line_ends(tmp_path):
    two_lines = row(1, Office='"1\n01"')
    found = faults_of(tmp_path, two_lines, "", row(2, Net="x"), row(3, Net="y"))

    assert [fault.row for fault in found] == [5, 6]


@pytest.mark.parametrize(
    ("line", "code"),
    [
        (row(9) + ";surplus", "too_many_fields"),
        ("10/0009;01.02.2026", "too_few_fields"),
        (row(9, Office='"10"1'), "bad_quote"),
        (row(9, Office='"101'), "open_quote"),
        (row(9, Office="1\x0001"), "zero_byte"),
    ],
)
def test_a_line_that_is_no_row_is_named_and_the_others_are_read(tmp_path, line, code):
    found = faults_of(tmp_path, row(1), line, row(2), row(3))

    assert [(fault.row, fault.column, fault.code) for fault in found] == [(3, "", code)]


def test_a_byte_that_is_no_character_spoils_its_line_alone(tmp_path):
    lines = [row(n, Office="Арча") for n in range(5)]
    file = write(tmp_path / "f.csv", *lines)
    file.write_bytes(file.read_bytes() + row(6, Office="101").encode() + b"\xff\n")

    with Intake(file, mapping(), work=tmp_path / "work") as intake:
        checked = intake.check()

    assert (checked.good, checked.refused) == (5, 1)
    assert [(fault.row, fault.code) for fault in checked.faults()] == [(7, "damaged_text")]


def test_the_second_of_two_equal_keys_is_the_fault(tmp_path):
    found = faults_of(tmp_path, row(1), row(2), row(1, Net="1"), row(2, Net="x"))

    assert [(fault.row, fault.column, fault.code) for fault in found] == [
        (4, "Number", "duplicate"),
        (5, "Number", "duplicate"),
        (5, "Net", "not_a_number"),
    ]
    assert "line 2 has the same" in found[0].expected.en


def test_good_counts_leave_out_rows_with_several_faults_once(tmp_path):
    file = write(tmp_path / "f.csv", row(1), row(2), row(1), row(2, Net="x", HS="1"))

    with Intake(file, mapping()) as intake:
        checked = intake.check()

    assert (checked.rows, checked.good, checked.refused, checked.fault_count) == (4, 2, 2, 4)


@pytest.mark.parametrize(
    ("encoding", "newline"),
    [
        ("utf-8", "\n"),
        ("utf-8-sig", "\r\n"),
        ("utf-16", "\r\n"),
        ("utf-16-le", "\n"),
        ("utf-16-be", "\r\n"),
        ("utf-32", "\n"),
        ("cp1251", "\r\n"),
        ("koi8-r", "\n"),
        ("cp866", "\n"),
        ("utf-8", "\r"),
    ],
)
def test_encodings_and_line_ends_are_found(tmp_path, encoding, newline):
    lines = [row(n, Office="Таможня Арча, отдел досмотра") for n in range(30)]
    file = write(tmp_path / "f.csv", *lines, row(99, Net="?"), encoding=encoding, newline=newline)

    taken = take_in(file, mapping(), tmp_path / "set", on_fault="take_good")

    assert taken.taken == 30
    assert [fault.row for fault in taken.checked.faults()] == [32]
    assert set(taken.stored.items(["office"])["office"].to_pylist()) == {
        "Таможня Арча, отдел досмотра"
    }


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
def test_separators_are_found(tmp_path, separator):
    text = MAPPING.replace('separator = ";"', "").replace('decimal = ","', 'decimal = "."')
    lines = [HEADER, *(row(n, Net="12.5", Price="1.00") for n in range(3))]
    (tmp_path / "f.csv").write_text("\n".join(lines).replace(";", separator))

    with Intake(tmp_path / "f.csv", Mapping.loads(text)) as intake:
        assert intake.check().good == 3
        assert intake.checked.shape.separator == separator


@pytest.mark.parametrize(
    ("written", "found"),
    [
        ("2026-02-13", "%Y-%m-%d"),
        ("13.02.2026", "%d.%m.%Y"),
        ("13/02/2026", "%d/%m/%Y"),
        ("02/13/2026", "%m/%d/%Y"),
        ("20260213", "%Y%m%d"),
        ("2026-02-13 17:45:00", "%Y-%m-%d %H:%M:%S"),
        ("13.02.2026 17:45", "%d.%m.%Y %H:%M"),
        ("2026-02-13T17:45:00+0600", "%Y-%m-%dT%H:%M:%S%z"),
        ("2026-02-13T11:45:00Z", "%Y-%m-%dT%H:%M:%S%z"),
    ],
)
def test_the_way_days_are_written_is_found_and_reported(tmp_path, written, found):
    chosen = Mapping.loads(MAPPING.replace(', format = "%d.%m.%Y"', ""))
    file = write(tmp_path / "f.csv", *(row(n, Day=written) for n in range(3)))

    taken = take_in(file, chosen, tmp_path / "set")

    assert taken.checked.date_formats == {"Day": found}
    stored = taken.stored.items(["day", "hour"]).to_pylist()[0]
    assert stored == {"day": dt.date(2026, 2, 13), "hour": 17 if ":45" in written else None}


def test_an_hour_that_summer_time_skipped_is_a_fault_and_a_skipped_midnight_is_not(tmp_path):
    paris = MAPPING.replace("Asia/Bishkek", "Europe/Paris").replace("%Y", "%Y %H:%M")
    file = write(tmp_path / "f.csv", row(1, Day="29.03.2026 02:30"), row(2, Day="29.03.2026 03:30"))
    with Intake(file, Mapping.loads(paris)) as intake:
        assert [fault.code for fault in intake.check().faults()] == ["no_such_hour"]

    beirut = Mapping.loads(MAPPING.replace("Asia/Bishkek", "Asia/Beirut"))
    file = write(tmp_path / "g.csv", row(1, Day="29.03.2026"))
    taken = take_in(file, beirut, tmp_path / "set")
    assert taken.stored.items(["day"])["day"].to_pylist() == [dt.date(2026, 3, 29)]


def test_warnings_do_not_stop_a_row(tmp_path):
    found = warned(tmp_path, row(1, Net="0,0"), row(2, HS="010199"), row(3, Price="0"))

    assert found == {"unusually_low": 1, "not_in_hs": 1} | {"unusually_low": found["unusually_low"]}


def test_net_above_gross_and_another_edition_are_warned_of(tmp_path):
    text = MAPPING.replace('net_mass_kg = "Net"', 'net_mass_kg = "Net"\ngross_mass_kg = "Price"')
    text = text.replace('item_price = "Price"', "").replace(
        "hs_edition = 2022", "hs_edition = 2017"
    )

    found = warned(tmp_path, row(1, Price="3,0"), row(2), chosen=Mapping.loads(text))

    assert found == {"net_above_gross": 1, "other_edition": 2}


def test_an_edition_by_date_follows_the_day(tmp_path):
    text = MAPPING.replace("hs_edition = 2022", 'hs_edition = "by date"')
    file = write(tmp_path / "f.csv", row(1, Day="31.12.2021"), row(2, Day="01.01.2022"))

    stored = take_in(file, Mapping.loads(text), tmp_path / "set").stored

    assert stored.items(["hs_edition"])["hs_edition"].to_pylist() == [2017, 2022]
    assert stored.manifest.hs_editions == (2017, 2022)


def test_a_day_after_today_is_warned_of(tmp_path):
    file = write(tmp_path / "f.csv", row(1), row(27))

    with Intake(file, mapping()) as intake:
        found = intake.check(today=dt.date(2026, 2, 20)).warnings

    assert [(warning.code, warning.rows) for warning in found] == [("in_future", (3,))]


def test_nothing_is_taken_when_one_row_is_wrong(tmp_path):
    file = write(tmp_path / "f.csv", row(1), row(2, Net="x"))

    taken = take_in(file, mapping(), tmp_path / "set", rejects=tmp_path / "rejects.csv")

    assert taken.stored is None
    assert not (tmp_path / "set").exists()
    assert (tmp_path / "rejects.csv").is_file()


def test_rejected_rows_come_back_verbatim_with_their_faults(tmp_path):
    file = write(
        tmp_path / "f.csv", row(1), row(2, Net=" x "), "", row(3) + ";more", row(1, Net="2")
    )

    take_in(file, mapping(), tmp_path / "set", on_fault="take_good", rejects=tmp_path / "r.csv")

    rows = list(csv.reader(io.StringIO((tmp_path / "r.csv").read_text())))
    assert rows[0] == [*HEADER.split(";"), "fault", "surplus 1"]
    assert rows[1][:7] == row(2, Net=" x ").split(";")
    assert rows[1][7].startswith("line 3, Net: expected one number")
    assert rows[2][:7] == row(3).split(";")
    assert rows[2][8] == "more"
    assert rows[3][0] == "10/0001"
    assert "line 2 has the same" in rows[3][7]


@pytest.mark.parametrize("value", ["=1+1", "@SUM(A1)", "+cmd|' /C calc'!A0", "-2+3", "\t=1"])
def test_rejected_values_cannot_run_as_formulas(tmp_path, value):
    file = write(tmp_path / "f.csv", row(1, Office=value, Net="x"), row(2, Net="-3"))

    take_in(file, mapping(), tmp_path / "set", rejects=tmp_path / "r.csv")

    rows = list(csv.reader(io.StringIO((tmp_path / "r.csv").read_text())))
    assert rows[1][2] == f"'{value}"
    assert rows[2][5] == "-3"


def test_mended_rows_can_be_given_again(tmp_path):
    file = write(tmp_path / "f.csv", row(1), row(2, Net="x"), row(3) + ";more")
    take_in(file, mapping(), tmp_path / "set", on_fault="take_good", rejects=tmp_path / "r.csv")
    mended = (tmp_path / "r.csv").read_text().replace(",x,", ',"12,5",')
    (tmp_path / "r.csv").write_text(mended)
    comma = Mapping.loads(MAPPING.replace('separator = ";"', 'separator = ","'))

    taken = take_in(tmp_path / "r.csv", comma, tmp_path / "set")

    assert taken.taken == 2
    assert taken.stored.manifest.rows == 3


def test_the_same_file_twice_is_noticed(tmp_path):
    file = write(tmp_path / "f.csv", row(1))
    take_in(file, mapping(), tmp_path / "set")

    with pytest.raises(SetError, match="taken in already"):
        take_in(file, mapping(), tmp_path / "set")

    assert DeclarationSet.open(tmp_path / "set").manifest.rows == 1


def test_rows_that_the_set_has_already_are_faults(tmp_path):
    take_in(write(tmp_path / "a.csv", row(1), row(2)), mapping(), tmp_path / "set")

    taken = take_in(
        write(tmp_path / "b.csv", row(2), row(3)), mapping(), tmp_path / "set", on_fault="take_good"
    )

    assert [(fault.row, fault.code) for fault in taken.checked.faults()] == [(2, "in_set")]
    manifest = taken.stored.manifest
    assert (manifest.rows, manifest.declarations) == (3, 3)
    names = taken.stored.items(["declaration"])["declaration"].to_pylist()
    assert names == ["10/0001", "10/0002", "10/0003"]


def test_a_check_is_taken_up_again_from_its_folder(tmp_path):
    file = write(tmp_path / "f.csv", row(1), row(2, Net="x"), row(3, HS="010199"))
    intake = Intake(file, mapping(), work=tmp_path / "work")
    first = intake.check(into=tmp_path / "set")

    again = Checked.open(tmp_path / "work")
    taken = store_checked(again, tmp_path / "set", on_fault="take_good")

    assert list(again.faults()) == list(first.faults())
    assert again.warnings == first.warnings
    assert again.faults_by_column() == [("Net", 1)]
    assert taken.taken == 2


def test_a_file_that_changed_after_its_check_is_not_stored(tmp_path):
    file = write(tmp_path / "f.csv", row(1))
    with Intake(file, mapping()) as intake:
        intake.check()
        write(file, row(2))

        with pytest.raises(SetError, match="not the file that was checked"):
            intake.store(tmp_path / "set")

    assert not (tmp_path / "set").exists()


def test_a_set_that_changed_after_the_check_is_not_stored_into(tmp_path):
    with Intake(write(tmp_path / "a.csv", row(1)), mapping()) as intake:
        intake.check(into=tmp_path / "set")
        take_in(write(tmp_path / "b.csv", row(2)), mapping(), tmp_path / "set")

        with pytest.raises(SetError, match="changed after the file was checked"):
            intake.store(tmp_path / "set")


def test_a_set_keeps_one_currency(tmp_path):
    take_in(write(tmp_path / "a.csv", row(1)), mapping(), tmp_path / "set")
    other = Mapping.loads(MAPPING.replace("USD", "KGS"))

    with pytest.raises(SetError, match="currency"):
        take_in(write(tmp_path / "b.csv", row(2)), other, tmp_path / "set")


def test_an_intake_can_be_stopped_and_leaves_nothing(tmp_path):
    file = write(tmp_path / "f.csv", row(1))

    with pytest.raises(CancelledError):
        take_in(file, mapping(), tmp_path / "set", cancelled=lambda: True)

    assert not (tmp_path / "set").exists()


def test_progress_reaches_the_end(tmp_path):
    seen = []

    take_in(
        write(tmp_path / "f.csv", row(1), row(2)), mapping(), tmp_path / "set", progress=seen.append
    )

    checks = [step for step in seen if step.stage == "check"]
    assert checks[-1].done == checks[-1].total
    assert checks[-1].rows == 2
    assert seen[-1].stage == "store"


def test_fields_that_the_file_lacks_are_all_named(tmp_path):
    (tmp_path / "f.csv").write_text("Number;Day;Office\n1;2;3\n")

    with pytest.raises(MappingError, match="HS, Origin, Net, Price"):
        take_in(tmp_path / "f.csv", mapping(), tmp_path / "set")


def test_fields_that_nobody_takes_are_mentioned(tmp_path):
    file = tmp_path / "f.csv"
    file.write_text(f"{HEADER};Colour\n{row(1)};red\n")

    with Intake(file, mapping()) as intake:
        (warning,) = intake.check().warnings

    assert (warning.code, warning.column) == ("spare_column", "Colour")


def test_a_workbook_is_taken_like_its_text(tmp_path):
    file = tmp_path / "f.xlsx"
    with xlsxwriter.Workbook(file) as book:
        sheet = book.add_worksheet("Данные")
        sheet.write_row(0, 0, HEADER.split(";"))
        day = book.add_format({"num_format": "dd.mm.yyyy"})
        for n, mass in enumerate((12.5, "x", 3), start=1):
            sheet.write_row(n, 0, [f"10/{n}", None, 101, 640399, "CN", mass, 100])
            sheet.write_datetime(n, 1, dt.date(2026, 2, n), day)
    chosen = Mapping.loads(
        MAPPING.replace(', format = "%d.%m.%Y"', "").replace('decimal = ","', "")
    )

    taken = take_in(file, chosen, tmp_path / "set", on_fault="take_good")

    assert taken.taken == 2
    assert [(f.row, f.column, f.value) for f in taken.checked.faults()] == [(3, "Net", "x")]
    assert taken.stored.items(["day"])["day"].to_pylist() == [
        dt.date(2026, 2, 1),
        dt.date(2026, 2, 3),
    ]


def test_a_parquet_file_is_taken_like_its_text(tmp_path):
    frame = pl.DataFrame(
        {
            "Number": ["1", "2", "3"],
            "Day": [dt.date(2026, 2, 1)] * 3,
            "Office": [101, 102, 103],
            "HS": ["640399", "640399", "64"],
            "Origin": pl.Series(["CN", "CN", "CN"], dtype=pl.Categorical),
            "Net": [1.5, float("nan"), None],
            "Price": [1, 2, 3],
        }
    )
    frame.write_parquet(tmp_path / "f.parquet")
    chosen = Mapping.loads(
        MAPPING.replace(', format = "%d.%m.%Y"', "").replace('decimal = ","', "")
    )

    taken = take_in(tmp_path / "f.parquet", chosen, tmp_path / "set", on_fault="take_good")

    assert [(f.row, f.column) for f in taken.checked.faults()] == [(3, "Net"), (4, "HS")]
    assert taken.stored.items(["office"])["office"].to_pylist() == ["101"]


def test_rows_of_many_months_come_back_in_order(tmp_path):
    lines = [row(n, Day=f"{28 - n % 28:02}.{1 + n % 12:02}.2026") for n in range(200)]

    stored = take_in(write(tmp_path / "f.csv", *lines), mapping(), tmp_path / "set").stored

    assert stored.manifest.rows == 200
    assert len(stored.manifest.months) == 12
    table = stored.items(["lodged", "declaration", "item"])
    assert (
        table.to_pylist()
        == table.sort_by(
            [("lodged", "ascending"), ("declaration", "ascending"), ("item", "ascending")]
        ).to_pylist()
    )
    assert all(pq.read_schema(path).names for path in stored.parts())


def test_labels_beside_declarations_are_findings_known_some_days_later(tmp_path):
    file = tmp_path / "f.csv"
    file.write_text(f"{HEADER};Fraud\n{row(1)};1\n{row(2)};0\n{row(3)};\n")
    chosen = Mapping.loads(MAPPING + "[findings]\nfound = 'Fraud'\ndelay_days = 30\n")
    file.write_text(file.read_text().replace(f"{row(3)};\n", ""))

    stored = take_in(file, chosen, tmp_path / "set").stored

    assert stored.outcomes(dt.date(2026, 3, 3)).to_pylist()[0]["examined"] is False
    outcomes = stored.outcomes(dt.date(2026, 3, 5)).to_pylist()
    assert [outcome["found"] for outcome in outcomes] == [True, False]
    assert stored.manifest.finding_delay_days == 30
    assert any("30 days" in claim.en for claim in stored.manifest.cannot)


FINDINGS = """
name = "results"
holds = "findings"
[file]
separator = ";"
[set]
timezone = "Asia/Bishkek"
[columns]
declaration = "Number"
known = {field = "Known", format = "%Y-%m-%d"}
found = "Found"
state = "State"
duty = "Duty"
way = "Way"
"""


def findings_file(path, *lines):
    path.write_text("\n".join(("Number;Known;Found;State;Duty;Way", *lines)) + "\n")
    return path


def test_findings_that_come_later_follow_one_another_as_versions(tmp_path):
    take_in(write(tmp_path / "a.csv", row(1), row(2), row(3)), mapping(), tmp_path / "set")
    results = Mapping.loads(FINDINGS)
    first = findings_file(
        tmp_path / "r1.csv",
        "10/0001;2026-03-01;yes;partial;5;random",
        "10/0002;2026-03-02;нет;final;;criteria",
    )
    second = findings_file(tmp_path / "r2.csv", "10/0001;2026-04-01;1;overturned;;random")

    take_in(first, results, tmp_path / "set")
    stored = take_in(second, results, tmp_path / "set").stored

    versions = [
        (f["declaration"], f["version"], f["state"]) for f in stored.all_findings().to_pylist()
    ]
    assert versions == [
        ("10/0001", 1, "partial"),
        ("10/0001", 2, "overturned"),
        ("10/0002", 1, "final"),
    ]
    found = [outcome["found"] for outcome in stored.outcomes().to_pylist()]
    assert found == [False, False, None]
    assert stored.outcomes(dt.date(2026, 3, 31)).to_pylist()[0]["value"] == 5.0
    assert stored.manifest.has_random_stratum
    assert stored.manifest.rows == 3


def test_findings_about_unknown_declarations_are_refused(tmp_path):
    take_in(write(tmp_path / "a.csv", row(1)), mapping(), tmp_path / "set")
    file = findings_file(
        tmp_path / "r.csv",
        "10/0099;2026-03-01;1;final;5;random",
        "10/0001;2026-03-01;maybe;final;5;lot",
    )

    taken = take_in(file, Mapping.loads(FINDINGS), tmp_path / "set")

    assert [(f.row, f.column, f.code) for f in taken.checked.faults()] == [
        (2, "Number", "not_in_set"),
        (3, "Found", "unknown_code"),
        (3, "Way", "unknown_code"),
    ]


def test_findings_need_a_set(tmp_path):
    file = findings_file(tmp_path / "r.csv", "10/0001;2026-03-01;1;final;5;random")

    with pytest.raises(SetError, match="no set yet"):
        take_in(file, Mapping.loads(FINDINGS), tmp_path / "set")

    assert not (tmp_path / "set" / "set.json").exists()


def test_the_catalogue_is_plain_json(tmp_path):
    take_in(write(tmp_path / "f.csv", row(1)), mapping(), tmp_path / "set")

    told = json.loads((tmp_path / "set" / "set.json").read_text())

    assert told["format"] == 1
    assert told["parts"][0]["rows"] == 1


def test_an_empty_file_is_refused(tmp_path):
    (tmp_path / "f.csv").write_bytes(b"")

    with pytest.raises(FileError, match="empty"):
        take_in(tmp_path / "f.csv", mapping(), tmp_path / "set")


@pytest.mark.parametrize("numbers", [(1, 2, 3, 4, 5, 6), (6, 5, 4, 3, 2, 1), (3, 1, 6, 2, 5, 4)])
def test_rows_are_stored_in_canonical_order_however_a_file_numbers_them(tmp_path, numbers):
    days = ("03", "01", "03", "02", "01", "02")
    lines = [row(number, Day=f"{day}.02.2026") for number, day in zip(numbers, days, strict=True)]
    take_in(write(tmp_path / "a.csv", *lines), mapping(), tmp_path / "set")

    stored = DeclarationSet.open(tmp_path / "set").items(["lodged", "declaration"]).to_pylist()

    assert stored == sorted(stored, key=lambda one: (one["lodged"], one["declaration"]))
    assert len(stored) == 6
