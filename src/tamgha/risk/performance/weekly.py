"""A profile week by week, and whether it wears out."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tamgha.risk.performance import intervals
from tamgha.risk.performance import reasons as say
from tamgha.risk.performance.context import BacktestContext, Bools, Floats
from tamgha.risk.performance.rates import COMPLETE, SMALL, Rate, difference
from tamgha.shared.figures import Estimate, NotShown


@dataclass(frozen=True, slots=True)
class WeekSeries:
    """Weeks of a set, from its first to its last declaration; all arrays have shape (weeks,).

    Parameters
    ----------
    monday : first day of the week, datetime64[D]
    declarations, hit, examined, results, finds : counts of declarations
    rate, low, high : hit rate of the week and its limits, NaN where there is no result:
        Agresti–Coull under 100 results, else Wilson
    complete : whether at least 95 % of the week's results are in; others are drawn hollow
    """

    monday: NDArray[np.datetime64]
    declarations: NDArray[np.int64]
    hit: NDArray[np.int64]
    examined: NDArray[np.int64]
    results: NDArray[np.int64]
    finds: NDArray[np.int64]
    rate: Floats
    low: Floats
    high: Floats
    complete: Bools


def week_series(context: BacktestContext, hit: Bools) -> tuple[WeekSeries, Estimate | NotShown]:
    """Return the weeks of a profile, and its wearing out.

    Parameters
    ----------
    hit : shape (D,), declarations hit

    Returns
    -------
    series : the weeks
    wear : hit rate of the later half of the weeks with results − that of the earlier half, by
        Newcombe; incomplete weeks are left out, because finds come later than "clean"
    """
    count = context.weeks
    by_week = [
        context.week_groups.count(mask)
        for mask in (
            hit,
            hit & context.examined,
            hit & context.result,
            hit & context.found,
        )
    ]
    hits, examined, results, finds = by_week
    some = np.maximum(results, 1)
    finds_of = np.minimum(finds, some)
    wide = intervals.agresti_coull(finds_of, some)
    usual = intervals.wilson(finds_of, some)
    large, known = results >= SMALL, results > 0
    series = WeekSeries(
        monday=context.first_monday + 7 * np.arange(count),
        declarations=context.by_week,
        hit=hits,
        examined=examined,
        results=results,
        finds=finds,
        rate=np.where(known, finds / some, np.nan),
        low=np.where(known, np.where(large, usual[0], wide[0]), np.nan),
        high=np.where(known, np.where(large, usual[1], wide[1]), np.nan),
        complete=results >= COMPLETE * examined,
    )
    return series, _wear(series)


def _wear(series: WeekSeries) -> Estimate | NotShown:
    usable = np.flatnonzero((series.results > 0) & series.complete)
    if usable.size < 2:
        return say.too_few(say.ONE_PART, say.NEEDS_WEEKS)
    early, late = usable[: usable.size // 2], usable[usable.size // 2 :]
    parts = [
        Rate.of(int(series.finds[half].sum()), int(series.results[half].sum()))
        for half in (late, early)
    ]
    return difference(parts[0], parts[1])
