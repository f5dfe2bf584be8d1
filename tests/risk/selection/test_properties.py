"""What must hold for every plan: sums, capacity, restart, recomputation, and honest probabilities."""

import json
from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.risk.selection.made import declared

from tamgha.risk.selection import (
    BatchState,
    Candidate,
    CapacityFacts,
    CapacityParameters,
    Counters,
    CriterionHit,
    DayState,
    Draws,
    Lane,
    LaneShares,
    ModselParameters,
    SlotState,
    Way,
    audit,
    choose_batch,
    close_lot,
    decide_arrival,
    decide_modsel,
    decision_as_json,
    decision_from_json,
    recompute,
)

SIZE = 2**64
draws = st.integers(0, SIZE - 1)


@st.composite
def lane_shares(draw):
    edges = sorted(draw(st.integers(0, 10_000)) for _ in range(3))
    return LaneShares(edges[0], edges[1] - edges[0], edges[2] - edges[1])


@st.composite
def plans(draw):
    return ModselParameters(
        expected=draw(lane_shares()),
        random=draw(lane_shares()),
        maximum_hits=draw(st.none() | st.integers(0, 3)),
        random_lifts=draw(st.booleans()),
    )


@st.composite
def arrivals(draw):
    found = []
    for number in range(draw(st.integers(1, 8))):
        hits = tuple(
            CriterionHit(code, draw(lane_shares()), draw(draws), live=draw(st.booleans()))
            for code in draw(st.sets(st.sampled_from("ABC"), max_size=3))
        )
        found.append(declared("0", name=f"D{number}", random_draw=draw(draws), hits=hits))
    return found


@given(plans(), arrivals())
@settings(max_examples=80, deadline=None)
def test_counters_add_up_and_a_restart_goes_on_alike(plan, stream):
    counters = Counters()
    rows = []
    for one in stream:
        decision, counters = decide_modsel(one, plan, counters)
        rows.append(decision)

        assert sum(decision.chances) <= 1
        assert min(decision.chances) >= 0
        # what happened was possible
        if decision.lane is not Lane.GREEN:
            assert decision.chances[3 - decision.lane.strictness] > 0

    assert counters.decided == len(stream)
    again = Counters()
    for row in rows:
        # nothing but the stored rows: the state after each is that before the next
        assert row.facts.before == again
        again = again.after(row.lane, member=row.member)
    assert again == counters


@given(plans(), arrivals())
@settings(max_examples=80, deadline=None)
def test_lane_and_probabilities_follow_from_the_stored_row_alone(plan, stream):
    counters = Counters()
    for one in stream:
        decision, counters = decide_modsel(one, plan, counters)
        stored = decision_from_json(json.loads(json.dumps(decision_as_json(decision))))
        tampered = replace(
            stored, lane=Lane.GREEN, way=Way.NONE, chances=(Fraction(0),) * 3, member=False
        )

        assert stored == decision
        assert recompute(tampered) == decision


@given(
    st.lists(st.tuples(draws, draws, draws, st.booleans(), st.booleans()), max_size=25),
    st.integers(1, 10).flatmap(lambda c: st.tuples(st.just(c), st.integers(0, c - 1))),
    st.integers(0, 10_000),
    st.tuples(st.integers(0, 6), st.integers(0, 9_999)),
)
@settings(max_examples=150, deadline=None)
def test_capacity_is_never_exceeded_and_the_random_part_is_never_thinned(
    drawn, capacity, exploration, before
):
    candidates = [
        Candidate(
            declared=declared("0", name=f"D{i}", random_draw=one[0], score=(i % 5) / 5),
            tie_draw=one[1],
            explore_draw=one[2],
            mandatory=one[3] and i % 3 == 0,
            novel=one[4],
        )
        for i, one in enumerate(drawn)
    ]
    parameters = CapacityParameters(*capacity, exploration=exploration)
    state = BatchState(tuple(f"old{i}" for i in range(before[0])), before[1])

    result = choose_batch(candidates, parameters, state, group="B")

    chosen = [one for one in result.decisions if one.lane is Lane.RED]
    mandatory = sum(one.way is Way.MANDATORY for one in chosen)
    others = sum(one.way in (Way.SCORE, Way.EXPLORE) for one in chosen)
    left = len(candidates) - mandatory - others
    assert len(result.examined) == min(capacity[0], len(chosen) + before[0])
    assert len(result.state.backlog) == max(0, before[0] + len(chosen) - capacity[0])
    assert result.drawn == min(capacity[1], left)
    assert others <= max(0, capacity[0] - capacity[1] - before[0] - mandatory)
    assert 0 <= result.state.credit <= 9_999
    for row in result.decisions:
        stored = decision_from_json(json.loads(json.dumps(decision_as_json(row))))
        assert recompute(replace(stored, lane=Lane.BLUE, chances=(Fraction(1),) * 3)) == row


@given(
    st.lists(st.lists(draws, max_size=12, unique=True), min_size=1, max_size=6),
    st.integers(0, 8),
    draws,
)
@settings(max_examples=100, deadline=None)
def test_lots_draw_exactly_the_quota_and_are_recomputed_from_their_rows(lots, quota, phase):
    state = DayState(phase, purse=0)
    drawn = Fraction(0)
    for number, waiting in enumerate(lots):
        pairs = [
            (declared("0", name=f"D{number}-{i}", random_draw=one), CapacityFacts())
            for i, one in enumerate(waiting)
        ]
        decisions, state = close_lot(
            pairs,
            CapacityParameters(100, quota),
            state,
            Fraction(1, len(lots)),
            group=str(number),
        )
        for row in decisions:
            assert recompute(decision_from_json(decision_as_json(row))) == row
        drawn += decisions[0].facts.k if decisions else 0
    # what nobody was there to be drawn for is carried over midnight to nowhere
    assert drawn == quota if state.carry == 0 else drawn <= quota


@given(st.lists(st.tuples(draws, draws, st.booleans()), max_size=20), st.integers(0, 6))
@settings(max_examples=80, deadline=None)
def test_rule_a_spends_no_slot_that_it_has_not(stream, slots):
    state = SlotState(slots)
    facts = CapacityFacts(
        rate=Fraction(1, 3), explore_rate=Fraction(1, 5), reserve=1, threshold=0.5
    )
    for number, (first, second, mandatory) in enumerate(stream):
        one = Candidate(
            declared=declared("0", name=f"D{number}", random_draw=first, score=second / SIZE),
            explore_draw=second,
            mandatory=mandatory,
            novel=True,
        )
        decision, state = decide_arrival(one, state, facts)

        assert state.slots >= 0
        assert recompute(decision_from_json(decision_as_json(decision))) == decision


def test_an_auditor_with_the_key_sees_a_changed_lane_and_a_changed_draw():
    key = bytes(range(32))
    true = Draws(key, "D1")
    hits = (CriterionHit("A", LaneShares(5000), true.criterion("A")),)
    row, _ = decide_modsel(
        declared("0", draw_id="D1", random_draw=true.random, hits=hits),
        ModselParameters(random=LaneShares(500)),
        Counters(),
    )
    lenient = replace(row, lane=Lane.GREEN if row.lane is Lane.RED else Lane.RED)
    redrawn = replace(row, declared=replace(row.declared, random_draw=true.random ^ 1))

    assert audit(row, key) == []
    assert [fault.en.split(": ")[1][:11] for fault in audit(lenient, key)] == ["stored lane"]
    assert "random draw" in audit(redrawn, key)[0].en


def test_an_edited_criterion_gives_no_new_chance():
    key = bytes(range(32))

    assert Draws(key, "D1").criterion("A") == Draws(key, "D1").criterion("A")
    assert Draws(key, "D1").criterion("A") != Draws(key, "D2").criterion("A")


REDRAWS = 3000


def spread(counted, chance):
    """Return z of a count against its probability, and refuse the impossible."""
    if chance in (0, 1):
        assert counted == chance * REDRAWS
        return 0.0
    return float((counted - REDRAWS * chance) / (REDRAWS * chance * (1 - chance)) ** 0.5)


@pytest.mark.slow
def test_stored_probabilities_are_those_of_redraws_in_mode_modsel():
    rng = np.random.default_rng(600)
    scores = []
    for case in range(12):
        edges = np.sort(rng.integers(0, 10_001, (4, 3)), axis=1)
        cut = [LaneShares(int(a), int(b - a), int(c - b)) for a, b, c in edges]
        plan = ModselParameters(
            expected=LaneShares(0, 1000 * (case % 2)),
            random=LaneShares(300, 200, 100),
            maximum_hits=case % 3 or None,
            random_lifts=case % 4 == 0,
        )
        codes = "ABC"[: case % 4]
        seen = dict.fromkeys(Lane, 0)
        for numbers in rng.integers(0, SIZE, (REDRAWS, 4), dtype=np.uint64).tolist():
            hits = tuple(
                CriterionHit(code, share, one)
                for code, share, one in zip(codes, cut, numbers, strict=False)
            )
            row, _ = decide_modsel(
                declared("0", random_draw=numbers[3], hits=hits), plan, Counters(5, 1, 0, 0, 4)
            )
            seen[row.lane] += 1
        scores += [
            spread(seen[lane], chance)
            for lane, chance in zip((Lane.RED, Lane.YELLOW, Lane.BLUE), row.chances, strict=True)
        ]
    assert max(map(abs, scores)) < 4
    assert np.mean(np.square(scores)) < 1.8


@pytest.mark.slow
def test_stored_probabilities_are_those_of_redraws_in_a_batch_and_in_lots():
    rng = np.random.default_rng(601)
    parameters = CapacityParameters(6, 2, exploration=2500)
    red_batch, red_lot = np.zeros(10), np.zeros(5)
    for numbers in rng.integers(0, SIZE, (REDRAWS, 26), dtype=np.uint64).tolist():
        result = choose_batch(
            [
                Candidate(
                    declared=declared("0", name=f"D{i}", random_draw=numbers[i], score=1 - i / 10),
                    explore_draw=numbers[10 + i],
                    novel=i in (2, 4, 6, 8),
                )
                for i in range(10)
            ],
            parameters,
            BatchState(),
            group="B",
        )
        red_batch += [one.lane is Lane.RED for one in result.decisions]
        lot, _ = close_lot(
            [
                (declared("0", name=f"D{i}", random_draw=numbers[20 + i]), CapacityFacts())
                for i in range(5)
            ],
            parameters,
            DayState(numbers[25], purse=0, expected=Fraction(1, 3)),
            Fraction(3, 5),
            group="L",
        )
        red_lot += [one.lane is Lane.RED for one in lot]
    scores = [
        spread(int(count), one.inclusion)
        for counts, rows in ((red_batch, result.decisions), (red_lot, lot))
        for count, one in zip(counts, rows, strict=True)
    ]
    assert max(map(abs, scores)) < 4
