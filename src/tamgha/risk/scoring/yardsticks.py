"""How good a ranking is: area under the curve, precision at the top, revenue found, drift.

The area under the ROC curve (AUC) is the probability that an item with a find ranks above a clean
one. Its interval is DeLong's; shares carry Wilson's limits, O/E Garwood's.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import special, stats

from tamgha.shared import intervals
from tamgha.shared.figures import Estimate, Interval

Floats = NDArray[np.float64]
Z = intervals.normal_quantile()
AT = (1, 2, 5, 10)
"""Shares of the rows, in per cent, at which precision and revenue are told."""


def auc(score: Floats, found: NDArray[np.bool_]) -> Estimate:
    """Return the AUC with DeLong's interval (on the logit scale, so that it stays in [0, 1]).

    Parameters
    ----------
    score : shape (n,), higher = riskier
    found : shape (n,), bool, both kinds present

    References
    ----------
    E. R. DeLong and others (1988), Biometrics 44, 837-845; ranks as X. Sun, W. Xu (2014).
    """
    value, variance = _delong(score, found)
    if not 0 < value < 1 or variance <= 0:
        return Estimate(value, Interval(0.0, 1.0, method="DeLong"), score.size)
    reach = Z * float(np.sqrt(variance)) / (value * (1 - value))
    centre = float(special.logit(value))
    low, high = special.expit(centre - reach), special.expit(centre + reach)
    return Estimate(value, Interval(float(low), float(high), method="DeLong"), score.size)


def _delong(score: Floats, found: NDArray[np.bool_]) -> tuple[float, float]:
    finds, clean = score[found], score[~found]
    m, n = finds.size, clean.size
    every = stats.rankdata(np.r_[finds, clean])
    above = (every[:m] - stats.rankdata(finds)) / n
    below = 1 - (every[m:] - stats.rankdata(clean)) / m
    variance = (above.var(ddof=1) / m if m > 1 else 0) + (below.var(ddof=1) / n if n > 1 else 0)
    return float(above.mean()), float(variance)


def wilson(finds: float, n: float) -> Estimate:
    """Return a share with Wilson's limits; ``finds`` of ``n`` rows, n > 0."""
    low, high = intervals.wilson(finds, n)
    return Estimate(finds / n, Interval(float(low), float(high), method="Wilson"), round(n))


def observed_over_expected(observed: float, expected: float, n: int) -> Estimate:
    """Return O/E with Garwood's limits of O; ``expected`` > 0, the sum of n probabilities."""
    low, high = intervals.garwood(observed)
    limits = Interval(float(low) / expected, float(high) / expected, method="Garwood")
    return Estimate(observed / expected, limits, n)


def revenue_priority(probability: Floats, stake: Floats) -> Floats:
    """Return p × log(1 + duty at stake): what to examine first where revenue counts.

    Ranking by p × stake alone finds nearly all the money and hardly any finds; by p alone, finds
    without the money. The logarithm keeps most of both.

    Parameters
    ----------
    probability : shape (n,), in [0, 1]
    stake : shape (n,), duty at stake in the set's currency; NaN or below 0 counts as 0

    Returns
    -------
    shape (n,), no unit, higher = first
    """
    return probability * np.log1p(np.maximum(np.nan_to_num(stake), 0.0))


def top(score: Floats, per_cent: float) -> NDArray[np.intp]:
    """Return the places of the best ``per_cent`` of rows, at least one; ties in the order of rows."""
    count = max(1, int(np.ceil(score.size * per_cent / 100 - 1e-9)))
    return np.argsort(-score, kind="stable")[:count]


@dataclass(frozen=True, slots=True)
class Ranking:
    """How good one ranking is.

    Parameters
    ----------
    name : of the ranking
    auc : with DeLong's interval
    precision : share of finds among the best per cent of rows, by per cent
    revenue : share of the revenue at stake in finds that the best per cent hold, by per cent; empty
        where the revenue is unknown
    base : share of finds among all rows
    n : rows
    """

    name: str
    auc: Estimate
    precision: dict[int, Estimate]
    revenue: dict[int, float]
    base: float
    n: int


def ranking(
    name: str, score: Floats, found: NDArray[np.bool_], stake: Floats | None = None
) -> Ranking:
    """Measure one ranking of n rows; ``stake`` is the revenue at stake in each, NaN unknown."""
    places = {per_cent: top(score, per_cent) for per_cent in AT}
    precision = {
        per_cent: wilson(int(found[rows].sum()), rows.size) for per_cent, rows in places.items()
    }
    revenue: dict[int, float] = {}
    if stake is not None:
        lost = np.where(found, np.nan_to_num(stake), 0.0)
        if lost.sum() > 0:
            revenue = {p: float(lost[rows].sum() / lost.sum()) for p, rows in places.items()}
    return Ranking(
        name, auc(score, found), precision, revenue, float(found.mean()), int(found.size)
    )


def pooled(rankings: list[Ranking]) -> Ranking:
    """Return the mean of several runs on the same rows (folds and seeds).

    The value is the mean; the interval is that of the run, widened to the mean's centre: runs on
    the same rows are no new evidence, so n stays that of one run.
    """
    first = rankings[0]
    return Ranking(
        first.name,
        _mean([one.auc for one in rankings]),
        {per: _mean([one.precision[per] for one in rankings]) for per in first.precision},
        {per: float(np.mean([one.revenue[per] for one in rankings])) for per in first.revenue},
        first.base,
        first.n,
    )


def _mean(estimates: list[Estimate]) -> Estimate:
    limits = [one.interval for one in estimates if one.interval is not None]
    interval = Interval(
        float(np.mean([one.low for one in limits])),
        float(np.mean([one.high for one in limits])),
        method=limits[0].method,
    )
    return Estimate(float(np.mean([one.value for one in estimates])), interval, estimates[0].n)
