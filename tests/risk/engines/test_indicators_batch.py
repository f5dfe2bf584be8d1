"""Indicators of whole tables: against the judge, never looking ahead, and table after table."""

import random
from datetime import timedelta
from itertools import pairwise

import pyarrow as pa
import pytest
from tests.risk.indicators.made_rows import (
    Judge,
    agrees,
    declared,
    findings_table,
    items_table,
    made_findings,
    made_indicators,
    made_rows,
)

from tamgha.risk.engines import compute_indicators, start_indicators, update_indicators
from tamgha.risk.indicators import READY
from tamgha.shared.errors import TamghaError

ROWS = made_rows(11)
FINDINGS = made_findings(11, ROWS)
ITEMS, KNOWN = items_table(ROWS), findings_table(FINDINGS)


@pytest.fixture(scope="module")
def whole() -> pa.Table:
    return compute_indicators(ITEMS, KNOWN, list(READY.values()))


@pytest.mark.parametrize("name", READY)
def test_a_ready_indicator_says_what_the_judge_says(name, whole):
    judge = Judge(ROWS, FINDINGS)

    expected = [judge.value(READY[name], row) for row in ROWS]

    assert agrees(whole[name].to_pylist(), expected) == []


@pytest.mark.parametrize("name", READY)
def test_deleting_all_after_a_day_changes_nothing_up_to_it(name, whole):
    for cut in (ROWS[40]["day"], ROWS[110]["day"]):
        past = [row for row in ROWS if row["day"] <= cut]
        known = [one for one in FINDINGS if one["known"] <= cut]

        came = compute_indicators(items_table(past), findings_table(known), [READY[name]])

        assert came[name].to_pylist() == whole[name].slice(0, len(past)).to_pylist()


@pytest.mark.parametrize("seed", range(12))
def test_random_indicators_of_every_kind_say_what_the_judge_says(seed):
    rows = made_rows(seed, declarations=70)
    findings = made_findings(seed, rows)
    indicators = made_indicators(seed)
    judge = Judge(rows, findings)

    came = compute_indicators(items_table(rows), findings_table(findings), indicators)

    for one in indicators:
        expected = [judge.value(one, row) for row in rows]
        assert agrees(came[one.name].to_pylist(), expected) == [], one


def test_values_follow_the_rows_in_whatever_order_they_come(whole):
    order = list(range(len(ROWS)))
    random.Random(3).shuffle(order)

    came = compute_indicators(ITEMS.take(order), KNOWN, list(READY.values()))

    for name in READY:
        assert came[name].equals(
            pa.chunked_array([whole[name].combine_chunks().take(pa.array(order))])
        )


def test_text_that_is_dictionary_encoded_gives_the_same_values(whole):
    encoded = pa.table(
        {
            name: ITEMS[name].dictionary_encode()
            if pa.types.is_string(ITEMS[name].type)
            else ITEMS[name]
            for name in ITEMS.column_names
        }
    )
    halves = pa.concat_tables([encoded.slice(0, 50), encoded.slice(50)])

    assert compute_indicators(halves, KNOWN, list(READY.values())).equals(whole)


@pytest.mark.parametrize("seed", range(5))
def test_table_after_table_gives_what_the_whole_gives(seed):
    draw = random.Random(seed)
    rows = made_rows(seed, declarations=90)
    findings = made_findings(seed, rows)
    indicators = [*made_indicators(seed), *READY.values()]
    days = sorted({row["day"] for row in rows})
    cuts = [None, *sorted(draw.sample(days[:-1], 4)), days[-1]]
    state, parts = None, []

    for after, until in pairwise(cuts):
        items = items_table(
            [r for r in rows if (after is None or r["day"] > after) and r["day"] <= until]
        )
        known = findings_table(
            [f for f in findings if (after is None or f["known"] > after) and f["known"] <= until]
        )
        if state is None:
            values, state = start_indicators(items, known, indicators)
        else:
            values = update_indicators(state, items, known)
        parts.append(values)

    whole = compute_indicators(items_table(rows), findings_table(findings), indicators)
    came = pa.concat_tables(parts)
    for one in indicators:
        assert came[one.name].to_pylist() == whole[one.name].to_pylist(), one


def test_a_day_may_come_in_two_parts():
    rows = made_rows(5, declarations=80, days=6)
    half = next(
        place
        for place in range(60, len(rows))
        if rows[place]["declaration"] != rows[place - 1]["declaration"]
    )
    assert rows[half]["day"] == rows[half - 1]["day"]
    indicators = [*made_indicators(2), *READY.values()]
    whole = compute_indicators(items_table(rows), None, indicators)

    first, state = start_indicators(items_table(rows[:half]), None, indicators)
    second = update_indicators(state, items_table(rows[half:]), None)

    assert pa.concat_tables([first, second]).to_pydict() == whole.to_pydict()


def test_rows_of_an_earlier_day_are_refused_with_both_days():
    _, state = start_indicators(items_table(ROWS[100:]), None, [READY["unit_value"]])
    first, last = ROWS[0]["day"], ROWS[-1]["day"]

    with pytest.raises(TamghaError, match=f"rows of {last} or later, came one of {first}"):
        update_indicators(state, items_table(ROWS[:1]), None)


def test_a_table_without_days_is_refused():
    with pytest.raises(TamghaError, match='need the column "day"'):
        compute_indicators(ITEMS.drop_columns(["day"]), None, [READY["unit_value"]])


def test_no_rows_give_no_values_and_no_error():
    came = compute_indicators(ITEMS.slice(0, 0), KNOWN.slice(0, 0), list(READY.values()))

    assert came.column_names == list(READY)
    assert came.num_rows == 0


def test_a_finding_is_seen_only_after_its_delay():
    row = ROWS[0] | {"importer": "X"}
    rows = [
        row | {"declaration": f"T{days}", "item": 1, "day": row["day"] + timedelta(days=days)}
        for days in (0, 9, 10, 11)
    ]
    finding = {"declaration": "T0", "item": 1, "version": 1, "found": True, "state": "final"}
    finding["known"] = row["day"] + timedelta(days=3)
    rate = declared("rate", "find_rate", group=("importer",), delay_days=7)

    came = compute_indicators(items_table(rows), findings_table([finding]), [rate])

    assert came["rate"].to_pylist() == [None, None, 1.0, 1.0]
