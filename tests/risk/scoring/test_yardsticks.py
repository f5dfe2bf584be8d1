"""Measures of a ranking, on values worked by hand."""

import numpy as np
import pytest
from scipy import stats

from tamgha.risk.scoring.calibration import fit_calibration
from tamgha.risk.scoring.yardsticks import (
    auc,
    observed_over_expected,
    pooled,
    ranking,
    revenue_priority,
    top,
    wilson,
)

SCORE = np.array([0.9, 0.8, 0.7, 0.6, 0.5])
FOUND = np.array([True, False, True, False, False])


def test_auc_counts_pairs_in_the_right_order():
    assert auc(SCORE, FOUND).value == pytest.approx(5 / 6)


def test_auc_of_ties_is_one_half():
    assert auc(np.ones(5), FOUND).value == pytest.approx(0.5)


def test_delong_interval_covers_the_truth_in_about_95_of_100_samples():
    draw = np.random.default_rng(1)
    truth = stats.norm.cdf(1 / np.sqrt(2))
    covered = 0
    for _ in range(400):
        found = draw.random(300) < 0.3
        limits = auc(draw.normal(found * 1.0, 1.0), found).interval
        covered += limits.low <= truth <= limits.high
    assert 0.92 <= covered / 400 <= 0.98


def test_wilson_of_7_in_60_is_as_published():
    limits = wilson(7, 60).interval

    assert (round(limits.low, 3), round(limits.high, 3)) == (0.058, 0.222)


def test_observed_over_expected_is_as_worked_in_the_selectivity_paper():
    told = observed_over_expected(31, 24.6, 500)

    assert round(told.value, 2) == 1.26
    assert (round(told.interval.low, 2), round(told.interval.high, 2)) == (0.86, 1.79)


def test_top_takes_at_least_one_row_and_keeps_ties_in_order():
    assert top(np.array([1.0, 2.0, 2.0]), 1).tolist() == [1]
    assert top(np.array([1.0, 2.0, 2.0]), 67).tolist() == [1, 2, 0]


def test_revenue_is_the_share_of_duty_in_finds():
    stake = np.array([30.0, 99.0, 10.0, 5.0, np.nan])

    told = ranking("some", SCORE, FOUND, stake)

    assert told.precision[10].value == 1
    assert told.revenue[10] == pytest.approx(30 / 40)


def test_priority_weighs_the_probability_with_the_logarithm_of_the_duty():
    stake = np.array([0.0, np.e - 1, np.e**3 - 1, np.nan, -5.0])

    told = revenue_priority(np.array([0.9, 0.5, 0.2, 0.9, 0.9]), stake)

    assert told == pytest.approx([0.0, 0.5, 0.6, 0.0, 0.0])


def test_pooled_runs_keep_the_n_of_one():
    one = ranking("some", SCORE, FOUND)
    other = ranking("some", -SCORE, FOUND)

    both = pooled([one, other])

    assert both.auc.value == pytest.approx(0.5)
    assert both.n == 5


def test_calibration_finds_the_true_line_and_never_turns_the_order():
    draw = np.random.default_rng(3)
    margin = draw.normal(size=20_000)
    found = draw.random(20_000) < 1 / (1 + np.exp(-(0.5 * margin - 1.0)))

    told = fit_calibration(margin, found, np.ones(20_000))

    assert told.slope == pytest.approx(0.5, abs=0.05)
    assert told.shift == pytest.approx(-1.0, abs=0.05)
    assert fit_calibration(-margin, found, np.ones(20_000)).slope > 0
