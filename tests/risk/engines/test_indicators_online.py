"""Indicators declaration by declaration: the values of the batch, at the moment they are asked."""

import random
import sys
from datetime import timedelta
from itertools import groupby

import pytest
from tests.risk.indicators.made_rows import (
    agrees,
    declared,
    findings_table,
    items_table,
    made_findings,
    made_indicators,
    made_rows,
)

from tamgha.risk.engines import OnlineIndicators, compute_indicators
from tamgha.risk.indicators import READY
from tamgha.shared.errors import TamghaError


def follow(online, rows, findings, at=()):
    """Walk through the rows as they come in; return values of each, and the state as JSON at some."""
    waiting = sorted(findings, key=lambda one: one["known"])
    values, states = [], {}
    for number, (_, same) in enumerate(groupby(rows, key=lambda row: row["declaration"])):
        items = list(same)
        while waiting and waiting[0]["known"] < items[0]["day"]:
            online.learn(waiting.pop(0))
        values.extend(online.values(row) for row in items)
        online.observe(items)
        if number in at:
            states[number] = online.to_json()
    return values, states


def test_for_a_thousand_declarations_the_online_value_is_the_batch_value():
    rows = made_rows(21, declarations=1000, days=300)
    findings = made_findings(21, rows)
    indicators = list(READY.values())

    came, _ = follow(OnlineIndicators(indicators), rows, findings)

    batch = compute_indicators(items_table(rows), findings_table(findings), indicators)
    assert len({row["declaration"] for row in rows}) == 1000
    for name in READY:
        assert agrees([one[name] for one in came], batch[name].to_pylist()) == [], name


@pytest.mark.parametrize("seed", range(12))
def test_random_indicators_of_every_kind_agree_with_the_batch(seed):
    rows = made_rows(seed, declarations=150)
    findings = made_findings(seed, rows)
    indicators = made_indicators(seed)

    came, _ = follow(OnlineIndicators(indicators), rows, findings)

    batch = compute_indicators(items_table(rows), findings_table(findings), indicators)
    for one in indicators:
        assert agrees([values[one.name] for values in came], batch[one.name].to_pylist()) == [], one


def test_a_state_that_was_written_and_read_goes_on_as_if_nothing_had_happened():
    rows = made_rows(31, declarations=160)
    findings = made_findings(31, rows)
    indicators = [*made_indicators(31), *READY.values()]
    whole, states = follow(OnlineIndicators(indicators), rows, findings, at={80})
    first = [list(items) for _, items in groupby(rows, key=lambda row: row["declaration"])][81]
    start = rows.index(first[0])
    later = [one for one in findings if one["known"] >= rows[start - 1]["day"]]

    restored = OnlineIndicators.from_json(states[80])

    assert restored.to_json() == states[80]
    assert follow(restored, rows[start:], later)[0] == whole[start:]


def test_memory_follows_the_window_and_not_the_history():
    kinds = [
        declared("count", "count_before", group=("importer",), window_days=7),
        declared("sum", "sum_before", group=("importer",), measure="item", window_days=7),
        declared("usual", "usual", group=("importer",), measure="item", window_days=7),
        declared("last", "days_since_last", group=("importer",), window_days=7),
        declared("share", "share_within", group=("importer",), of=("hs:4",), window_days=7),
        declared("distinct", "distinct_before", group=("importer",), of=("hs:4",), window_days=7),
        declared("rate", "find_rate", group=("importer",), window_days=7),
        declared(
            "gap",
            "neighbour_duty",
            group=("importer",),
            of=("hs:6",),
            measure="item",
            window_days=7,
        ),
    ]
    online = OnlineIndicators(kinds, remember_days=20)
    row = made_rows(1)[0]
    sizes = []

    for day in range(400):
        row = row | {"day": row["day"] + timedelta(days=1), "importer": f"I{day}", "item": 1}
        row["declaration"] = f"D{day}"
        online.observe([row])
        online.learn({"declaration": row["declaration"], "known": row["day"], "found": True})
        if day % 10 == 0:
            sizes.append(len(online.to_json()))

    assert max(sizes[10:]) < 1.05 * max(sizes[:10])
    assert sys.getsizeof(online._rows) < 4096


def test_a_finding_whose_row_is_forgotten_counts_only_with_the_row():
    rate = declared("rate", "find_rate", group=("importer",))
    online = OnlineIndicators([rate], remember_days=5)
    old = made_rows(1)[0] | {"importer": "X", "declaration": "OLD"}
    new = old | {"declaration": "NEW", "day": old["day"] + timedelta(days=10)}
    finding = {"declaration": "OLD", "item": 1, "known": old["day"], "found": True}
    online.observe([old])
    online.observe([new])

    assert online.learn(finding) is False
    assert online.values(new) == {"rate": None}
    assert online.learn(finding, row=old) is True
    assert online.values(new) == {"rate": 1.0}


def test_a_row_of_an_earlier_day_is_refused():
    online = OnlineIndicators([READY["importer_age_days"]])
    rows = made_rows(1)
    online.observe([rows[-1]])

    with pytest.raises(TamghaError, match="days cannot go back"):
        online.values(rows[0])


def test_asking_changes_nothing():
    rows = made_rows(41, declarations=60)
    indicators = [*made_indicators(41), *READY.values()]
    quiet, asked = OnlineIndicators(indicators), OnlineIndicators(indicators)
    draw = random.Random(4)

    for row in rows:
        for _ in range(draw.randint(0, 3)):
            asked.values(row)
        quiet.observe([row])
        asked.observe([row])

    last = rows[-1] | {"day": rows[-1]["day"] + timedelta(days=3)}
    assert asked.values(last) == quiet.values(last)


@pytest.mark.parametrize("seed", range(6))
def test_rows_that_come_late_count_from_then_on_as_if_they_had_come_in_time(seed):
    rows = made_rows(seed, declarations=150)
    indicators = [*made_indicators(seed), *READY.values()]
    together = [list(same) for _, same in groupby(rows, key=lambda row: row["declaration"])]
    draw = random.Random(seed)
    late = sorted(together, key=lambda items: items[0]["day"] + timedelta(draw.choice([0, 1, 6])))
    findings = made_findings(seed, rows)
    in_time, out_of_order = OnlineIndicators(indicators), OnlineIndicators(indicators)

    for items in together:
        in_time.observe(items)
    for items in late:
        out_of_order.observe(items)
        out_of_order.values_now(items[0])
    for one in findings:
        in_time.learn(one)
        out_of_order.learn(one)

    assert late != together
    for days in (0, 1, 5, 30, 90):
        for row in rows[-40:]:
            later = row | {"day": rows[-1]["day"] + timedelta(days=days)}
            assert out_of_order.values(later) == in_time.values(later)


def test_a_row_of_an_earlier_day_can_be_asked_about_as_things_stand():
    before = declared("before", "count_before", group=("importer",))
    night = declared("weekday", "calendar", option="weekday")
    online = OnlineIndicators([before, night])
    row = made_rows(1)[0] | {"importer": "X", "item": 1}
    online.observe([row])
    online.values(row | {"day": row["day"] + timedelta(days=1)})

    assert online.values_now(row) == {"before": 1.0, "weekday": float(row["day"].isoweekday())}


def test_a_state_kept_as_bytes_comes_back_whole_with_its_mark():
    rows = made_rows(51, declarations=120)
    online = OnlineIndicators(list(READY.values()), remember_days=60)
    for _, same in groupby(rows, key=lambda row: row["declaration"]):
        online.observe(list(same))
    for one in made_findings(51, rows):
        online.learn(one)

    kept = online.to_bytes("decision 120, finding 31")
    restored, mark = OnlineIndicators.from_bytes(kept)

    assert mark == "decision 120, finding 31"
    assert restored.to_json() == online.to_json()
    assert restored.to_bytes(mark) == kept


def test_a_state_made_again_from_what_is_stored_is_the_state_that_was_followed():
    rows = made_rows(61, declarations=120)
    findings = made_findings(61, rows)
    followed, rebuilt = (OnlineIndicators(list(READY.values())) for _ in range(2))
    together = [list(same) for _, same in groupby(rows, key=lambda row: row["declaration"])]

    for items in together:
        for row in items:
            followed.values(row)
        followed.observe(items)
    for one in findings:
        followed.learn(one)
    for items in together:
        rebuilt.observe(items)
    for one in findings:
        rebuilt.learn(one)

    assert rebuilt.to_bytes() == followed.to_bytes()


@pytest.mark.parametrize(
    "spoil", [lambda b: b[:-5], lambda b: b[:60] + b"x" + b[61:], lambda b: b"x"]
)
def test_a_state_that_was_cut_off_or_changed_is_refused(spoil):
    kept = OnlineIndicators([READY["importer_age_days"]]).to_bytes()

    with pytest.raises(TamghaError, match="no state of indicators"):
        OnlineIndicators.from_bytes(spoil(kept))
