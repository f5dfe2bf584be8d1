"""Amendments in mode capacity: what a lot sees, and what a score may still choose."""

import json
from dataclasses import replace
from datetime import timedelta

from tests.risk.selection.desk import arrival, desk, forecast, item

from tamgha.risk.selection import (
    CapacityParameters,
    CounterKey,
    Decided,
    Lane,
    Waiting,
    Way,
    amend_capacity,
    amend_waiting,
    amended_lane,
    amendment_as_json,
    amendment_from_json,
    close_lots,
    decide,
    facts_now,
    look,
    open_state,
    record_as_json,
    replay,
)

LOTS = CapacityParameters(capacity=6, random=2, rule="lots")
SLOTS = CapacityParameters(capacity=6, random=2, exploration=1000, rule="arrivals")
KEY = CounterKey("KZ10", "import", "2026-03-05")
HARMLESS = "84713000"


def waiting_one(one, scores=(0.2, 0.5)):
    planned = replace(forecast(), scores=scores)
    state = open_state(KEY, one, LOTS)
    seen = look(arrival("D1", item(hs=HARMLESS)), one, LOTS)
    waits, state = decide(seen, one, LOTS, state, planned)
    assert isinstance(waits, Waiting)
    return waits, state, planned


def scored(seen, score, version="model 7"):
    return replace(seen, declared=replace(seen.declared, score=score, model_version=version))


def test_what_waits_takes_on_the_hits_of_all_versions_and_keeps_its_draws():
    one = desk()
    waits, state, planned = waiting_one(one)
    watched = look(arrival("D1", item(hs=HARMLESS, importer="I1")), one, LOTS)

    again, after = amend_waiting(waits, watched, one, LOTS, state, planned)
    third, _ = amend_waiting(
        again, look(arrival("D1", item()), one, LOTS), one, LOTS, after, planned
    )

    assert (after, again.lot) == (state, waits.lot)
    assert [hit.code for hit in third.declared.hits] == ["WATCHED", "APPLES"]
    assert third.declared.random_draw == waits.declared.random_draw
    assert third.declared.decided_at == waits.declared.decided_at
    (decided,), _ = close_lots([third], LOTS, after, planned, until=len(planned.lot_shares))
    assert replay(record_as_json(decided)).faults == ()


def test_a_higher_score_of_a_later_version_chooses_at_once_and_says_by_which_model():
    one = desk()
    waits, state, planned = waiting_one(one)
    seen = look(arrival("D1", item(hs=HARMLESS)), one, LOTS)

    low, still = amend_waiting(waits, scored(seen, 0.1), one, LOTS, state, planned)
    chosen, after = amend_waiting(low, scored(seen, 0.9), one, LOTS, still, planned)

    assert isinstance(low, Waiting)
    assert (low.declared.score, still) == (0.1, state)
    assert isinstance(chosen, Decided)
    assert (chosen.decision.way, chosen.decision.inclusion) == (Way.SCORE, 1)
    assert chosen.decision.declared.model_version == "model 7"
    assert after.purse == state.purse - 1
    assert replay(record_as_json(chosen)).faults == ()


def test_a_lower_score_of_a_later_version_changes_nothing():
    one = desk()
    waits, state, planned = waiting_one(one)
    seen = look(arrival("D1", item(hs=HARMLESS)), one, LOTS)
    high, state = amend_waiting(waits, scored(seen, 0.15), one, LOTS, state, planned)

    low, _ = amend_waiting(high, scored(seen, 0.05), one, LOTS, state, planned)

    assert low.declared.score == 0.15


def test_a_score_after_the_lot_takes_a_slot_and_is_derived_again():
    one = desk()
    waits, state, planned = waiting_one(one)
    (first,), state = close_lots([waits], LOTS, state, planned, until=len(planned.lot_shares))
    seen = look(arrival("D1", item(hs=HARMLESS)), one, LOTS)
    facts = facts_now(seen, one, LOTS, state, planned)
    hits = seen.declared.hits

    raised, after = amend_capacity(
        first.decision, hits, Lane.GREEN, state, mandatory=(), asked=(0.9, facts)
    )
    same, still = amend_capacity(
        first.decision, hits, Lane.GREEN, state, mandatory=(), asked=(0.1, facts)
    )
    forged = replace(raised, score=0.1)

    assert (raised.new, after.purse) == (Lane.RED, state.purse - 1)
    assert (same.new, still) == (Lane.GREEN, state)
    back = amendment_from_json(json.loads(json.dumps(amendment_as_json(raised))))
    assert back == raised
    assert amended_lane(first.decision, back) is Lane.RED
    assert amended_lane(first.decision, forged) is Lane.GREEN


def test_rule_a_lets_a_score_choose_only_beside_the_reserve():
    one = desk()
    planned = replace(forecast(), scores=(0.2, 0.5))
    state = open_state(KEY, one, SLOTS)
    seen = look(arrival("D1", item(hs=HARMLESS)), one, SLOTS)
    first, state = decide(seen, one, SLOTS, state, planned)
    later = replace(
        seen,
        declared=replace(seen.declared, decided_at=seen.declared.decided_at + timedelta(hours=1)),
    )

    def asked(slots):
        now = replace(state, slots=slots)
        facts = facts_now(later, one, SLOTS, now, planned)
        amendment, _ = amend_capacity(
            first.decision, (), Lane.GREEN, now, mandatory=(), asked=(0.9, facts)
        )
        return amendment.new

    assert (asked(SLOTS.capacity), asked(1)) == (Lane.RED, Lane.GREEN)
