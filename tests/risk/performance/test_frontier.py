"""Finds and found value against inspections and hours."""

import numpy as np
import pytest

from tamgha.risk.performance import BacktestContext, Outcomes, frontier


def context(found, *, inclusion=None, examined=None, value=100.0):
    n = len(found)
    examined = np.ones(n, bool) if examined is None else examined
    found = np.asarray(found, bool) & examined
    return BacktestContext.from_arrays(
        np.arange(n),
        np.zeros(n, np.int32),
        Outcomes(
            examined,
            found,
            examined,
            np.where(found, value, np.nan),
            np.full(n, np.nan) if inclusion is None else inclusion,
        ),
    )


def test_a_score_finds_what_stands_at_its_top():
    found = np.arange(100) % 10 == 0
    drawn = frontier(context(found), scores={"model": found.astype(float)}, hours_each=2.0)

    curve = drawn.curves[0]
    at_ten = np.searchsorted(curve.inspections, 10)
    assert drawn.basis.en == "among the examined declarations"
    assert (curve.finds[at_ten], curve.value[at_ten], curve.hours[at_ten]) == (10, 1000, 20)
    assert curve.finds[-1] == drawn.chance.finds[-1] == 10
    assert curve.low[at_ten] < 10 <= curve.high[at_ten]


def test_chance_is_an_expectation_with_the_range_of_random_draws():
    found = np.arange(1000) % 20 == 0
    chance = frontier(context(found)).chance
    at = np.searchsorted(chance.inspections, 200)
    rng = np.random.default_rng(5)

    draws = np.array([found[rng.permutation(1000)[:200]].sum() for _ in range(2000)])
    low, high = np.quantile(draws, [0.025, 0.975])

    assert chance.finds[at] == pytest.approx(10)
    assert (chance.low[at], chance.high[at]) == pytest.approx((low, high), abs=1)
    assert chance.value_low[at] < 1000 < chance.value_high[at]
    assert (chance.low[-1], chance.high[-1]) == (50, 50)


def test_profiles_are_worked_off_in_order_and_share_a_declaration_once():
    found = np.array([1, 1, 0, 0, 1, 0], bool)
    first = np.array([1, 1, 1, 0, 0, 0], bool)
    second = np.array([0, 1, 1, 0, 1, 0], bool)

    curve = frontier(context(found), profiles=[("A", first), ("B", second)]).curves[0]

    assert curve.inspections.tolist() == [3, 4]
    assert curve.finds.tolist() == [2, 3]


def test_with_a_random_draw_each_find_stands_for_its_part_of_the_flow():
    rng = np.random.default_rng(7)
    fraud = rng.random(20_000) < 0.05
    drawn = context(fraud, inclusion=np.full(20_000, 0.1), examined=rng.random(20_000) < 0.1)

    found = frontier(drawn, scores={"model": rng.random(20_000)})

    assert found.basis.en == "of the flow, by the random draw"
    assert found.declarations == 20_000
    low, high = found.curves[0].low[-1], found.curves[0].high[-1]
    assert low < fraud.sum() < high


def test_without_amounts_there_is_no_curve_of_value():
    curve = frontier(context([True, False], value=np.nan), scores={"s": np.arange(2.0)}).curves[0]

    assert curve.value is None
    assert curve.hours is None
