"""Indicators declared as TOML, and everything that can be wrong with one."""

from dataclasses import replace

import pytest
from tests.risk.indicators.made_rows import declared, made_indicators

from tamgha.risk.indicators import (
    KINDS,
    READY,
    Key,
    Measure,
    UnreadableError,
    check_indicators,
    dump_indicators,
    faults_of,
    load_indicators,
)
from tamgha.shared.errors import RefusedError
from tamgha.shared.words import Words

PROMISED = {
    "unit_value", "unit_value_ratio", "mass_ratio", "net_gross_ratio", "importer_age_days",
    "declarant_age_days", "importer_declarations_before", "importer_volume_before",
    "importer_find_rate", "declarant_find_rate", "goods_find_rate", "hs4_first_use_days",
    "route_seen_before", "office_share", "origin_usual_share", "splitting_7d", "round_value",
    "month_end", "night_lodging", "weekend_lodging", "trader_grade", "neighbour_duty_gap",
    "tax_at_stake",
}  # fmt: skip


def test_the_ready_indicators_are_those_that_were_promised_and_more():
    assert set(READY) >= PROMISED
    assert {one.kind for one in READY.values()} == set(KINDS)


@pytest.mark.parametrize("name", READY)
def test_a_ready_indicator_speaks_both_languages(name):
    one = READY[name]

    for words in (one.label, one.definition):
        assert words.en
        assert any("а" <= letter <= "я" for letter in words.ru.lower())


def test_what_is_written_is_read_back_unchanged():
    odd = replace(
        declared("odd", "own", measure="item_price"),
        definition=Words('"q" \\ \n\t\x7f 🦊', "«ё»"),
        null_rule="zero",
    )
    whole = [*READY.values(), *made_indicators(1), odd]

    assert load_indicators(dump_indicators(whole)) == whole


def test_one_language_stands_for_both():
    (one,) = load_indicators(
        '[[indicator]]\nname = "x"\nkind = "own"\nmeasure = "item_price"\ndirection = "lower"\n'
        'unit = "x"\nlabel = {ru = "Цена"}\ndefinition = "Price."'
    )

    assert one.label == Words("Цена", "Цена")
    assert one.definition == Words("Price.", "Price.")


def test_all_faults_of_a_file_are_told_at_once():
    text = """
[[indicator]]
name = "Bad Name"
kind = "usual"
measure = "item_price / goods"
group = ["hs:0", "importers", "importer", "importer"]
window_days = 0
smoothing = 3
direction = "up"
unit = "x"
label = "l"
definition = "d"
"""
    with pytest.raises(RefusedError) as refused:
        load_indicators(text)

    told = [fault.en.removeprefix("Bad Name: ").partition(":")[0] for fault in refused.value.faults]
    assert told == [
        "name",
        "direction",
        "window_days",
        "group",
        "group",
        "group",
        "measure",
        "smoothing",
    ]


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("nonsense", "expected TOML"),
        ("", "[[indicator]]"),
        ("indicator = 3", "[[indicator]]"),
        ('[[indicator]]\nname = 3\ncolour = "red"', "there is no field colour"),
        ('[[indicator]]\nname = 3\ncolour = "red"', "name: expected a text, came 3"),
        ("[[indicator]]", "kind: it is needed"),
    ],
)
def test_a_file_that_is_no_declaration_is_refused(text, part):
    with pytest.raises(RefusedError, match="not taken") as refused:
        load_indicators(text)

    assert part in str(refused.value)


@pytest.mark.parametrize(
    ("indicator", "fault"),
    [
        (declared("hs", "own", measure="item_price"), '"hs" is a column of the declaration'),
        (declared("x", "magic"), "kind: expected one of own, usual"),
        (declared("x", "own"), "measure: the kind own needs it"),
        (declared("x", "own", measure="5"), "expected columns of numbers"),
        (
            declared("x", "own", measure="item_price", group=("importer",)),
            "group: the kind own does not",
        ),
        (declared("x", "calendar"), 'option: expected one of "weekday"'),
        (declared("x", "calendar", option="noon"), 'came "noon"'),
        (declared("x", "find_rate", group=("importer",), min_count=0), "min_count: at least 1"),
        (declared("x", "count_before", group=("day",)), "are no groups"),
        (
            declared("x", "own", measure="item_price", rounding=16),
            "rounding: expected 1–15, came 16",
        ),
    ],
)
def test_a_wrong_indicator_is_told_what_was_expected(indicator, fault):
    assert any(fault in one.en for one in faults_of(indicator))


def test_two_indicators_of_one_name_are_refused():
    one = declared("x", "own", measure="item_price")

    with pytest.raises(RefusedError, match="x: the name is given twice"):
        check_indicators([one, one])


@pytest.mark.parametrize(
    "text",
    [
        "",
        "item_price /",
        "/ item_price",
        "item_price net_mass_kg",
        "item_price||duty",
        "2 ** item_price",
        "item_price; drop",
    ],
)
def test_a_measure_that_cannot_be_read_is_refused(text):
    with pytest.raises(UnreadableError):
        Measure.parse(text)


@pytest.mark.parametrize("text", ["", "hs:", "hs:0", "hs:-1", "net_mass_kg:2", "hs:4:2", "nothing"])
def test_a_key_that_cannot_be_read_is_refused(text):
    with pytest.raises(UnreadableError):
        Key.parse(text)
