"""How often the interval for missed fraud covers the truth, on the project's own simulator.

The truth is "what examination of the others would have found": a world of which everything is
examined tells it; the same world by its old rule and a random draw is then examined again and
again. Below about five random finds every such interval is conservative and wide: no fault.
"""

from dataclasses import dataclass, replace

import numpy as np
import polars as pl
import pytest

from tamgha.risk.performance import Sample, detection_rate, intervals, missed_fraud
from tamgha.risk.simulator import WorldPlan, simulate

REPLAYS = 500
SEEDS = (11, 12, 13, 14, 15)
DECLARATIONS = 20_000
DRAWN = 0.7  # share of the rule's hits that is examined


@dataclass(frozen=True)
class Potential:
    """The declarations of a world in which an examination finds something; shape (finds,)."""

    hit: np.ndarray
    flow: int

    def inclusion(self, rate):
        drawn = np.where(self.hit, DRAWN, 0.0)
        return drawn + (1 - drawn) * rate


@pytest.fixture(scope="module")
def worlds():
    return [_potential(seed) for seed in SEEDS]


def _potential(seed):
    plan = replace(WorldPlan(), random_rate=1.0)
    everything = simulate(seed, declarations=DECLARATIONS, weeks=26, plan=plan)
    by_rule = simulate(
        seed,
        declarations=DECLARATIONS,
        weeks=26,
        plan=replace(plan, random_rate=0.0, criteria_draw=1.0),
    )
    assert everything.items.equals(by_rule.items)
    found = (
        pl.from_arrow(everything.findings)
        .sort("declaration", "item", "version")
        .group_by("declaration", "item", maintain_order=True)
        .last()
        .filter(pl.col("found") & (pl.col("state") != "overturned"))["declaration"]
        .unique(maintain_order=True)  # the draws of a replay go by this order
    )
    hits = pl.from_arrow(by_rule.findings)["declaration"].unique()
    return Potential(found.is_in(hits.implode()).to_numpy(), DECLARATIONS)


def replay(worlds, rate):
    """Return truth and estimate of every replay: missed, total, variance, largest, finds, random."""
    rng = np.random.default_rng(500)
    rows = []
    for world in worlds:
        inclusion = world.inclusion(rate)
        weight = 1 / inclusion - 1
        found = rng.random((REPLAYS // len(worlds), inclusion.size)) < inclusion
        rows.append(
            np.column_stack(
                [
                    (~found).sum(axis=1),
                    found @ weight,
                    found @ weight**2,
                    np.full(len(found), 1 / rate - 1),
                    found.sum(axis=1),
                    (found & ~world.hit).sum(axis=1),
                ]
            )
        )
    return np.concatenate(rows).T


@pytest.mark.slow
def test_with_thirty_random_finds_the_interval_covers_the_truth_in_92_to_98_percent(worlds):
    missed, total, variance, largest, finds, random = replay(worlds, 0.11)
    low, high = intervals.mid_p_gamma(total, variance, largest)
    covered = ((low <= missed) & (missed <= high)).mean()
    by_detection = (
        (finds / (finds + high) <= finds / (finds + missed))
        & (finds / (finds + missed) <= finds / (finds + low))
    ).mean()

    assert random.mean() >= 30
    assert missed.size == REPLAYS
    assert 0.92 <= covered <= 0.98
    assert by_detection == covered
    # without bias, within four standard errors
    error = (total - missed).std() / np.sqrt(REPLAYS)
    assert abs((total - missed).mean()) < 4 * error


@pytest.mark.slow
@pytest.mark.parametrize("rate", [0.01, 0.03, 0.05])
def test_with_fewer_random_finds_it_never_covers_less_than_93_percent(worlds, rate):
    missed, total, variance, largest, _, random = replay(worlds, rate)
    low, high = intervals.mid_p_gamma(total, variance, largest)
    promised_low, promised_high = intervals.fay_feuer(total, variance, largest)

    assert random.mean() < 30
    assert ((low <= missed) & (missed <= high)).mean() >= 0.93
    assert ((promised_low <= missed) & (missed <= promised_high)).mean() >= 0.95


@pytest.mark.slow
def test_the_normal_interval_would_fail_where_finds_are_few(worlds):
    missed, total, variance, *_ = replay(worlds, 0.01)
    reach = 1.96 * np.sqrt(variance)

    assert ((total - reach <= missed) & (missed <= total + reach)).mean() < 0.93


@pytest.mark.slow
def test_the_figure_of_one_replay_is_the_one_that_was_studied(worlds):
    world, rate = worlds[0], 0.11
    inclusion = world.inclusion(rate)
    examined = np.random.default_rng(1).random(inclusion.size) < inclusion
    sample = Sample(
        np.ones(examined.sum(), bool), inclusion[examined], world.flow, least_inclusion=rate
    )
    weight = 1 / inclusion[examined] - 1

    figure = missed_fraud(sample)

    limits = intervals.mid_p_gamma(weight.sum(), (weight**2).sum(), 1 / rate - 1)
    assert (figure.interval.low, figure.interval.high) == tuple(float(limit) for limit in limits)
    assert detection_rate(sample).value == examined.sum() / (examined.sum() + weight.sum())
