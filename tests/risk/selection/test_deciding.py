"""From a declaration with its items to the decision, arrival by arrival."""

import json
from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction

import pytest
from tests.risk.selection.desk import (
    KEYS,
    LISTS,
    MORNING,
    ZONE,
    arrival,
    desk,
    forecast,
    item,
    profile,
)

from tamgha.risk.engines import OnlineIndicators
from tamgha.risk.indicators import READY
from tamgha.risk.selection import (
    CapacityParameters,
    Chain,
    CounterKey,
    Counters,
    Criteria,
    Criterion,
    Draws,
    Lane,
    LaneShares,
    ModselParameters,
    Way,
    amend,
    amend_capacity,
    amendment_as_json,
    amendment_from_json,
    close_lots,
    decide,
    look,
    open_state,
    record_as_json,
    replay,
)
from tamgha.shared.errors import TamghaError
from tamgha.shared.shares import Share

MODSEL = ModselParameters(random=LaneShares.percent("5"))
LOTS = CapacityParameters(capacity=6, random=2, rule="lots")
SLOTS = CapacityParameters(capacity=6, random=2, exploration=1000, rule="arrivals")


def test_a_declaration_is_decided_by_its_hits_and_its_own_draws():
    one = desk()
    seen = look(arrival("D7", item(1), item(2, "0808300000"), item(3, "84713000")), one, MODSEL)

    decided, after = decide(seen, one, MODSEL, Counters())

    draws = Draws(KEYS["2026Q1"], "D7")
    (hit,) = decided.decision.declared.hits
    assert (hit.code, hit.version, hit.items, hit.draw) == (
        "APPLES",
        3,
        2,
        draws.criterion("APPLES"),
    )
    assert [(each.item, each.code) for each in decided.item_hits] == [(1, "APPLES"), (2, "APPLES")]
    assert decided.item_hits[0].values == {"hs": "0808100000"}
    assert decided.decision.declared.random_draw == draws.random
    assert decided.decision.inclusion == Fraction(3, 10) + Fraction(7, 10) * Fraction(5, 100)
    assert seen.key == CounterKey("KZ10", "import", "2026-03")
    assert after.decided == 1


def test_the_lane_follows_the_cut_of_the_draw():
    one = desk()
    lanes = {}
    for number in range(200):
        seen = look(arrival(f"D{number}"), one, replace(MODSEL, random=LaneShares()))
        decided, _ = decide(seen, one, replace(MODSEL, random=LaneShares()), Counters())
        below = Draws(KEYS["2026Q1"], f"D{number}").criterion("APPLES") < 3 * 2**64 / 10
        lanes[number] = (decided.decision.lane is Lane.RED, below)

    assert all(red is below for red, below in lanes.values())
    assert 40 <= sum(red for red, _ in lanes.values()) <= 80


def test_list_versions_are_frozen_with_the_decision():
    one = desk()
    seen = look(arrival("D1", item(importer="I1")), one, MODSEL)

    assert seen.declared.lists == {"watched": 1}
    assert [hit.code for hit in seen.declared.hits] == ["APPLES", "WATCHED"]
    newer = Criteria(one.criteria.by_code.values(), lists=LISTS)
    assert newer.digest == one.criteria.digest


def test_a_criterion_out_of_force_on_the_day_does_not_hit():
    old = Criterion(profile=profile("OLD", "item = 1", red="100", valid_to=date(2026, 3, 5)))
    new = Criterion(profile=profile("NEW", "item = 1", red="100", valid_from=date(2026, 3, 5)))

    seen = look(arrival("D1", item(hs="84713000")), desk(old, new), MODSEL)

    assert [hit.code for hit in seen.declared.hits] == ["NEW"]


def test_a_criterion_in_shadow_is_recorded_and_decides_nothing():
    shadow = Criterion(profile=profile("SHADOW", "item = 1", red="100"), shadow=True)
    one = desk(shadow, mandatory={"SHADOW"})

    seen = look(arrival("D1", item(hs="84713000")), one, MODSEL)
    decided, _ = decide(seen, one, MODSEL, Counters())

    assert [(hit.code, hit.live) for hit in decided.decision.declared.hits] == [("SHADOW", False)]
    assert decided.decision.inclusion == Fraction(5, 100)
    assert seen.mandatory is False


def test_a_rollout_decides_on_its_share_chosen_by_a_keyed_draw():
    partly = Criterion(
        profile=profile("PARTLY", "item = 1", red="100"), rollout=Share.percent("25")
    )
    one = desk(partly)
    live = {}
    for number in range(400):
        seen = look(arrival(f"D{number}", item(hs="84713000")), one, MODSEL)
        (hit,) = seen.declared.hits
        decided, _ = decide(seen, one, MODSEL, Counters())
        live[number] = hit.live
        assert hit.live is (Draws(KEYS["2026Q1"], f"D{number}").rollout("PARTLY") < 2**62)
        assert decided.decision.inclusion == (1 if hit.live else Fraction(5, 100))
        assert replay(record_as_json(decided), KEYS["2026Q1"]).faults == ()

    assert 70 <= sum(live.values()) <= 130


def test_a_changed_rollout_or_draw_is_found_by_replaying():
    partly = Criterion(
        profile=profile("PARTLY", "item = 1", red="100"), rollout=Share.percent("25")
    )
    one = desk(partly)
    seen = look(arrival("D1", item(hs="84713000")), one, MODSEL)
    record = record_as_json(decide(seen, one, MODSEL, Counters())[0])
    hit = record["decision"]["declared"]["hits"][0]

    turned = json.loads(json.dumps(record))
    turned["decision"]["declared"]["hits"][0]["live"] = not hit["live"]
    redrawn = json.loads(json.dumps(record))
    redrawn["decision"]["declared"]["hits"][0]["rollout_draw"] = "17"

    assert any("PARTLY" in fault.en for fault in replay(turned).faults)
    assert any("rollout:PARTLY" in fault.en for fault in replay(redrawn, KEYS["2026Q1"]).faults)


def test_a_declaration_lodged_again_keeps_the_draws_and_the_key_of_the_first():
    first_lodged = MORNING
    chain = Chain("D1", first_lodged, 2, "D1")
    in_april = arrival("D2", minutes=40 * 24 * 60, chain=chain)

    seen = look(in_april, desk(), MODSEL)

    assert seen.declared.epoch == "2026Q1"
    assert seen.declared.random_draw == Draws(KEYS["2026Q1"], "D1").random
    assert seen.key.period == "2026-04"
    assert seen.declared.chain_position == 2


def test_a_quarter_without_a_key_is_refused():
    with pytest.raises(TamghaError, match="2026Q3"):
        look(arrival("D1", minutes=200 * 24 * 60), desk(), MODSEL)


def test_a_state_of_another_mode_is_refused():
    one = desk()
    seen = look(arrival(), one, MODSEL)

    with pytest.raises(TamghaError, match="Counters was expected"):
        decide(seen, one, MODSEL, open_state(CounterKey("KZ10", "import", "2026-03-05"), one, LOTS))
    with pytest.raises(TamghaError, match="forecast"):
        decide(seen, one, LOTS, Counters())
    with pytest.raises(TamghaError, match="choose_batch"):
        decide(seen, one, replace(LOTS, rule="batch"), Counters())


# -- indicators ------------------------------------------------------------------------------


def test_conditions_read_the_indicators_of_the_moment():
    often = Criterion(
        profile=profile("OFTEN", "importer_declarations_before >= 2", red="100"),
    )
    one = desk(often)
    online = OnlineIndicators([READY["importer_declarations_before"]])
    for number in range(2):
        online.observe([item(declaration=f"E{number}", day=date(2026, 3, 1 + number))])

    hit = look(arrival("D1", item(hs="84713000")), one, MODSEL, online)
    other = look(arrival("D2", item(hs="84713000", importer="I5")), one, MODSEL, online)

    assert [each.code for each in hit.item_hits] == ["OFTEN"]
    assert hit.item_hits[0].values == {"importer_declarations_before": 2.0}
    assert hit.rows[0]["day"] == date(2026, 3, 5)
    assert other.item_hits == ()


def test_a_declaration_lodged_before_midnight_is_decided_after_it():
    online = OnlineIndicators([READY["importer_declarations_before"]])
    online.observe([item(declaration="E", day=date(2026, 3, 5))])
    online.values(item(day=date(2026, 3, 6)))

    late = arrival("D1", item(lodged=MORNING), minutes=20 * 60)
    seen = look(late, desk(), MODSEL, online)

    assert seen.day == date(2026, 3, 6)
    assert seen.rows[0]["day"] == date(2026, 3, 5)
    assert seen.rows[0]["importer_declarations_before"] == 1.0


# -- mode capacity ---------------------------------------------------------------------------


def test_a_day_of_lots_draws_exactly_its_quota_and_never_more_than_the_capacity():
    one = desk(mandatory={"APPLES"})
    key = CounterKey("KZ10", "import", "2026-03-05")
    for night in range(6):
        state = open_state(key, one, LOTS)
        planned = forecast(scores=[number / 100 for number in range(100)])
        waiting, decided = [], []
        for number in range(40):
            code = "0808100000" if number % 10 == 0 else "84713000"
            name = f"N{night}-{number:02d}"
            seen = look(
                arrival(name, item(hs=code), minutes=10 * number, score=(number * 37 % 100) / 100),
                one,
                LOTS,
            )
            answer, state = decide(seen, one, LOTS, state, planned)
            (waiting if hasattr(answer, "lot") else decided).append(answer)
        drawn, state = close_lots(waiting, LOTS, state, planned, until=48)
        decided += drawn

        assert len(decided) == 40
        assert state.closed == 48
        ways = [each.decision.way for each in decided]
        assert ways.count(Way.RANDOM) == 2
        assert ways.count(Way.MANDATORY) == 4
        assert ways.count(Way.SCORE) <= 4
        reds = sum(each.decision.lane is Lane.RED for each in decided)
        assert reds - len(state.backlog) <= LOTS.capacity
        for each in decided:
            assert replay(record_as_json(each), KEYS["2026Q1"]).faults == ()


def test_lots_are_closed_once_however_often_the_timer_comes():
    one = desk()
    planned = forecast()
    state = open_state(CounterKey("KZ10", "import", "2026-03-05"), one, LOTS)
    seen = look(arrival("D1", item(hs="84713000")), one, LOTS)
    waiting, state = decide(seen, one, LOTS, state, planned)

    assert waiting.lot == 18
    first, state = close_lots([waiting], LOTS, state, planned, until=19)
    again, same = close_lots([], LOTS, state, planned, until=19)

    assert len(first) == 1
    assert (again, same) == ((), state)


def test_an_arrival_whose_lot_was_closed_joins_the_next_one():
    one = desk()
    planned = forecast()
    state = open_state(CounterKey("KZ10", "import", "2026-03-05"), one, LOTS)
    _, state = close_lots([], LOTS, state, planned, until=25)
    seen = look(arrival("D1", item(hs="84713000")), one, LOTS)

    waiting, _ = decide(seen, one, LOTS, state, planned)
    _, over = close_lots([], LOTS, state, planned, until=48)

    assert waiting.lot == 25
    with pytest.raises(TamghaError, match="2026-03-05 are closed"):
        decide(seen, one, LOTS, over, planned)


def test_rule_a_decides_at_once_and_stores_what_it_decided_by():
    one = desk(mandatory={"APPLES"})
    state = open_state(CounterKey("KZ10", "import", "2026-03-05"), one, SLOTS)
    planned = forecast(
        arrivals=40, scores=[number / 100 for number in range(100)], novel=Fraction(4)
    )
    ways = []
    for number in range(40):
        code = "0808100000" if number == 7 else "84713000"
        seen = look(
            arrival(
                f"A{number}",
                item(hs=code),
                minutes=15 * number,
                score=number % 10 / 10,
                novel=number % 10 == 0,
            ),
            one,
            SLOTS,
        )
        decided, state = decide(seen, one, SLOTS, state, planned)
        ways.append(decided.decision.way)
        facts = decided.decision.facts
        assert facts.rate == Fraction(2, 40)
        assert facts.explore_rate == Fraction(4, 10) / 4
        assert replay(record_as_json(decided), KEYS["2026Q1"]).faults == ()

    assert ways[7] is Way.MANDATORY
    assert sum(way is not Way.NONE for way in ways) <= SLOTS.capacity + 1
    assert state.arrived == 40


def test_an_amendment_with_a_mandatory_hit_takes_a_slot_or_waits_in_the_backlog():
    one = desk(mandatory={"APPLES"})
    planned = forecast()
    state = open_state(CounterKey("KZ10", "import", "2026-03-05"), one, SLOTS)
    seen = look(arrival("D1", item(hs="84713000")), one, SLOTS)
    first, state = decide(seen, one, SLOTS, state, planned)
    amended = look(arrival("D1", item()), one, SLOTS)

    raised, after = amend_capacity(
        first.decision, amended.declared.hits, Lane.GREEN, state, mandatory=one.mandatory
    )
    full, waits = amend_capacity(
        first.decision,
        amended.declared.hits,
        Lane.GREEN,
        replace(state, slots=0),
        mandatory=one.mandatory,
    )
    same, still = amend_capacity(
        first.decision, amended.declared.hits, Lane.RED, state, mandatory=one.mandatory
    )

    assert (raised.new, after.slots) == (Lane.RED, state.slots - 1)
    assert (full.new, waits.backlog) == (Lane.RED, ("D1",))
    assert (same.raised, still) == (False, state)
    assert amendment_from_json(json.loads(json.dumps(amendment_as_json(raised)))) == raised


def test_an_amendment_of_mode_modsel_reads_back():
    one = desk()
    certain = replace(MODSEL, random=LaneShares())
    seen = look(arrival("D1", item(hs="84713000")), one, certain)
    first, counters = decide(seen, one, certain, Counters())
    amended = look(arrival("D1", item(importer="I1")), one, certain)

    amendment, _ = amend(first.decision, amended.declared.hits, Lane.GREEN, counters)

    assert {hit.code for hit in amendment.hits} == {"APPLES", "WATCHED"}
    assert amendment_from_json(json.loads(json.dumps(amendment_as_json(amendment)))) == amendment


def test_nothing_is_decided_at_midnight_in_another_day():
    key = CounterKey("KZ10", "import", "2026-03-05")
    first = open_state(key, desk(), LOTS)
    second = open_state(key._replace(period="2026-03-06"), desk(), LOTS)

    assert first.phase_draw != second.phase_draw
    assert ZONE.utcoffset(MORNING.replace(tzinfo=None)) == timedelta(hours=5)
