"""What is expected of a day, its lots, and the facts of an arrival under rule A."""

from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from zoneinfo import ZoneInfo

import pytest
from tests.risk.selection.made import declared

from tamgha.risk.selection import (
    Candidate,
    CapacityParameters,
    PastArrival,
    SlotState,
    day_gone,
    forecast_day,
    lot_of,
    lots_of_day,
    open_slots,
    reserve,
    slot_facts,
)
from tamgha.risk.selection.days import thinned

ZONE = ZoneInfo("Asia/Almaty")
DAY = date(2026, 3, 5)  # a Thursday


def at(day, hour, minute=0):
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=ZONE).astimezone(UTC)


def test_a_day_has_as_many_lots_as_fit_and_the_last_may_be_shorter():
    assert [lots_of_day(30), lots_of_day(60), lots_of_day(50)] == [48, 24, 29]
    assert [lot_of(at(DAY, 0), ZONE, 30), lot_of(at(DAY, 9, 29), ZONE, 30)] == [0, 18]
    assert lot_of(at(DAY, 23, 59), ZONE, 50) == 28


def test_a_day_is_expected_as_the_same_weekday_of_the_last_thirty_days():
    past = []
    for back in range(1, 40):
        day = DAY - timedelta(days=back)
        count = 12 if day.weekday() == DAY.weekday() else 4
        past += [PastArrival(at(day, 10, number)) for number in range(count)]
    past += [PastArrival(at(DAY, 10))] * 500

    planned = forecast_day(past, DAY, timezone=ZONE)

    assert planned.arrivals == 12
    assert planned.variation == Fraction(1, 10)
    assert sum(planned.lot_shares) == 1
    assert planned.lot_shares[20] == Fraction(2 * 152 + 1, 2 * 152 + 48)
    assert min(planned.lot_shares) > 0


def test_mandatory_and_novel_are_expected_in_their_usual_part():
    past = [
        PastArrival(
            at(DAY - timedelta(days=back), 10, number), number == 0, number < 2, number / 10
        )
        for back in (1, 2, 3, 4)
        for number in range(10)
    ]

    planned = forecast_day(past, DAY, timezone=ZONE)

    assert (planned.arrivals, planned.mandatory, planned.novel) == (10, 1, 2)
    assert planned.scores == tuple(sorted(one.score for one in past))


def test_nothing_known_is_said_by_the_first_guess_and_a_wide_spread():
    planned = forecast_day([], DAY, timezone=ZONE, lot_minutes=60, first_guess=80)

    assert (planned.arrivals, planned.variation) == (80, Fraction(1, 2))
    assert planned.lot_shares == (Fraction(1, 24),) * 24
    assert planned.scores == ()


def test_many_scores_are_thinned_to_their_even_ranks():
    assert thinned([3, 1, 2], most=5) == (1, 2, 3)
    assert thinned(range(1, 101), most=4) == (25, 50, 75, 100)


def test_inside_a_lot_the_day_goes_evenly():
    planned = forecast_day([], DAY, timezone=ZONE, lot_minutes=30)

    assert day_gone(planned, at(DAY, 12), ZONE, 30) == Fraction(1, 2)
    assert day_gone(planned, at(DAY, 12, 15), ZONE, 30) == Fraction(24, 48) + Fraction(1, 96)


def test_the_backlog_takes_the_first_slots_of_the_next_day_but_never_the_random_ones():
    parameters = CapacityParameters(capacity=5, random=2, rule="arrivals")

    assert open_slots(parameters) == SlotState(5)
    assert open_slots(parameters, ("a", "b")) == SlotState(3)
    assert open_slots(parameters, ("a", "b", "c", "d")) == SlotState(2, ("d",))


def test_rule_a_keeps_back_what_chance_may_need_and_cuts_scores_by_what_is_left():
    parameters = CapacityParameters(capacity=40, random=20, exploration=1000, rule="arrivals")
    past = [
        PastArrival(at(DAY - timedelta(days=back), 10), number < 8, number < 40, number / 400)
        for back in (1, 2, 3, 4)
        for number in range(400)
    ]
    planned = forecast_day(past, DAY, timezone=ZONE)
    one = Candidate(declared=declared(".5", score=0.99))

    facts = slot_facts(one, parameters, SlotState(40), planned, Fraction(0))
    late = slot_facts(one, parameters, SlotState(2, arrived=390), planned, Fraction(39, 40))

    assert facts.rate == Fraction(1, 20)
    assert facts.reserve == reserve(Fraction(1, 20), Fraction(400)) == 28
    assert facts.free == 40 - 28 - 8
    assert facts.threshold == pytest.approx(0.9875, abs=0.004)
    assert facts.explore_rate == (40 - 20 - 8) * Fraction(1, 10) / 40
    assert late.threshold is None
