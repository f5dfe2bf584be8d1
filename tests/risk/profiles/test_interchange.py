import csv
import io
from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.risk.profiles.made_conditions import FIELDS, LISTS, judge, rows, trees

from tamgha.risk.profiles import (
    Condition,
    ConditionError,
    Profile,
    parse_condition,
    read_modsel,
    read_profiles,
    write_modsel,
    write_profiles,
)
from tamgha.risk.profiles.interchange import csv_text, json_text, read_csv, read_json
from tamgha.shared.errors import RefusedError, TamghaError
from tamgha.shared.shares import Share
from tamgha.shared.words import Words

APPLES = 'Criteria "APPLES"; If ComCod = "080810" and CtyOrigCod = "US" Then RedLane IS 100; Endif;'


def profile(condition, **changes):
    held = condition if isinstance(condition, Condition) else parse_condition(condition)
    return Profile(
        **{"code": "P-1", "name": "P-1", "condition": held, "red": Share.percent(80), **changes}
    )


# -- criteria text -----------------------------------------------------------------------------------


def test_the_criteria_of_the_manual_are_read_and_written_again():
    (apples,) = read_modsel(APPLES)

    assert apples.condition.text == "hs = '080810' AND origin = 'US'"
    assert (apples.code, apples.red, apples.yellow) == ("APPLES", Share.percent(100), Share(0))
    assert " ".join(write_modsel([apples]).text.split()) == APPLES


def test_the_lists_and_words_of_the_manual_are_read():
    (held,) = read_modsel(
        'CRITERIA “TRACTORS” ; IF InListTar( "TRACTORS" ) = Found AND not (StatVal GE 3000 or NetMass LT 2.5) '
        "THEN RedLane IS 50; YellowLane IS 50; ENDIF"
    )

    assert (
        held.condition.text
        == "hs IN LIST 'TRACTORS' AND NOT (statistical_value >= 3000 OR net_mass_kg < 2.5)"
    )
    assert held.yellow == Share.percent(50)


@pytest.mark.parametrize(
    "text",
    [
        "hs LIKE '6403%' AND (origin IN ('US', 'CN') OR net_mass_kg BETWEEN 1 AND 5.5)",
        "NOT (hs LIKE '99%' AND origin <> departure) AND importer IN LIST 'watch list' AND preference IS NULL",
        "hs NOT LIKE '6403%' OR (LENGTH(hs) < 8 AND origin NOT IN ('US', 'CN'))",
        "net_mass_kg NOT BETWEEN 1 AND 5 AND hs NOT LIKE '99%' AND preference IS NOT NULL",
        "hs LIKE '0%' AND departure NOT IN LIST 'places'",
    ],
)
def test_a_condition_comes_back_from_criteria_text_as_it_was(text):
    (again,) = read_modsel(write_modsel([profile(text)]).text)

    assert again.condition.text == text


def test_what_criteria_text_cannot_say_is_refused_by_name():
    profiles = [
        profile("importer_age_days < 30", code="A"),
        profile("goods LIKE '%shoe%'", code="B"),
        profile("LEFT(hs, 4) = '6403'", code="C"),
        profile("hs LIKE '64%'", code="D"),
    ]

    with pytest.raises(RefusedError) as caught:
        write_modsel(profiles)

    assert [fault.en for fault in caught.value.faults] == [
        "A: no name for importer_age_days",
        "B: no contains for goods",
        "C: no function LEFT(hs)",
    ]


def test_what_criteria_text_leaves_out_is_told():
    held = profile("hs LIKE '64%'", author="Timur Demo", office="101", valid_to=date(2027, 1, 1))

    assert [each.en for each in write_modsel([held]).left_out] == [
        "P-1: without author, valid_to, office"
    ]


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(trees, rows(6))
def test_whatever_criteria_text_can_say_keeps_its_meaning(tree, made):
    try:
        text = write_modsel([profile(Condition(tree, FIELDS))]).text
    except RefusedError:
        return
    (again,) = read_modsel(text, FIELDS)

    assert read_modsel(write_modsel([again]).text, FIELDS) == [again]
    for row in made:
        # "begins with" is said as a range of codes, and an empty text stands for an empty field
        if "" not in row.values():
            assert judge(again.condition.tree, row, LISTS) == judge(tree, row, LISTS)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ('Criteria "X"; Num01 IS StatVal; If Num01 > 3 Then RedLane IS 1; Endif;', "Num01"),
        ('Criteria "X"; If ComCod = "1" Then RedLane IS 1; Else BlueLane IS 2; Endif;', "Else"),
        ('Criteria "X"; If Unknown = "1" Then RedLane IS 1; Endif;', "Unknown"),
        ('Criteria "X"; If ComCod = 5 Then RedLane IS 1; Endif;', "ComCod = 5 "),
        ('Criteria "X"; If ComCod = "1" Then RedLane IS 101; Endif;', "101"),
        ('Criteria "X"; If ComCod = "1" Then RedLane IS 60; RedLane IS 1; Endif;', "RedLane"),
        ('Criteria "X"; If ComCod = "1" Then RedLane IS 60;', ""),
        (
            'Criteria "X"; If '
            + "(" * 400
            + 'ComCod = "1"'
            + ")" * 400
            + " Then RedLane IS 1; Endif;",
            "(",
        ),
    ],
)
def test_criteria_that_cannot_be_read_are_refused_at_the_place(text, found):
    with pytest.raises(ConditionError) as caught:
        read_modsel(text)

    fault = caught.value.places[0]
    assert text[fault.start : fault.end] == found


# -- CSV and JSON --------------------------------------------------------------------------------------

texts = st.one_of(
    st.sampled_from(
        [
            "",
            "=1+1",
            "'=1",
            "+7",
            "-x",
            "@SUM(A1)",
            "\tx",
            "a\nb",
            'say "no"',
            "Ёлка; а, б",
            "'",
            "''a",
        ]
    ),
    st.text(
        st.characters(codec="utf-8", exclude_categories=["Cs"], exclude_characters="\x00\r"),
        max_size=20,
    ),
)
passports = st.builds(
    lambda tree, words, days: profile(
        Condition(tree, FIELDS),
        name=words[0],
        task=Words(words[1], words[2]),
        purpose=words[3],
        evidence=words[4],
        author=words[5],
        office=words[6].strip(),
        blue=Share(125),
        valid_from=days,
        direction="export",
    ),
    trees,
    st.lists(texts, min_size=7, max_size=7),
    st.one_of(st.none(), st.dates()),
)


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(passports)
def test_a_profile_comes_back_from_csv_and_json_as_it_was(held):
    assert read_csv(csv_text([held]), FIELDS) == [held]
    assert read_json(json_text([held]), FIELDS) == [held]


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(passports)
def test_no_cell_of_a_csv_runs_as_a_formula(held):
    for row in csv.reader(io.StringIO(csv_text([held]), newline="")):
        assert not any(cell.startswith(("=", "+", "-", "@", "\t", "\r")) for cell in row)


def test_files_are_known_by_their_ending(tmp_path):
    held = [profile("hs LIKE '64%'"), profile("origin = 'CN'", code="P-2", name="P-2")]

    for name in ("p.txt", "p.csv", "p.json"):
        assert write_profiles(held, tmp_path / name) == ()
        assert read_profiles(tmp_path / name) == held
    with pytest.raises(TamghaError, match="ends in"):
        read_profiles(tmp_path / "p.exe")


def test_a_file_that_cannot_be_said_is_not_written(tmp_path):
    with pytest.raises(RefusedError):
        write_profiles([profile("importer_age_days < 30")], tmp_path / "p.txt")

    assert not (tmp_path / "p.txt").exists()


def test_all_faults_of_a_csv_are_told_with_their_rows():
    text = (
        "code;condition;red;valid_from\n"
        "A;hs LIKE '64%';80;\n"
        "B;hs < 5;120;2026-02-30\n"
        "A;origin = 'US';10;\n"
        "C;origin = 'US'\n"
    )

    with pytest.raises(RefusedError) as caught:
        read_csv(text)

    assert [fault.en.split(":")[0] for fault in caught.value.faults] == [
        "row 3, red",
        "row 3, valid_from",
        "row 3, condition",
        "row 4, code",
        "row 5",
    ]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "{}",
        '{"format": "other"}',
        "[" * 100_000,
        '{"format": "tamgha-profiles", "version": 2, "profiles": []}',
    ],
)
def test_a_json_of_another_kind_is_refused(text):
    with pytest.raises(TamghaError):
        read_json(text)


def test_a_file_that_is_not_utf8_is_refused_at_the_byte(tmp_path):
    (tmp_path / "p.csv").write_bytes("code,condition\nЖ,x".encode("cp1251"))

    with pytest.raises(TamghaError, match="byte 15"):
        read_profiles(tmp_path / "p.csv")
