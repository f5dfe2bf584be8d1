"""Money found and missed, capped because its tails are heavy; and value per hour (4.6, 4.10)."""

import numpy as np
from numpy.typing import NDArray

from tamgha.risk.performance import intervals
from tamgha.risk.performance import reasons as say
from tamgha.risk.performance.rates import interval
from tamgha.risk.performance.weighted import Sample
from tamgha.shared.figures import Estimate, Interval, NotShown


def cap_from(earlier: NDArray[np.float64]) -> float | None:
    """Return the 95th percentile of the known finds of earlier periods, the cap of one case.

    Parameters
    ----------
    earlier : shape (m,), money; NaN where unknown

    Returns
    -------
    money, or None where no find has an amount
    """
    known = earlier[np.isfinite(earlier) & (earlier > 0)]
    return float(np.quantile(known, 0.95)) if known.size else None


def capped_sum(
    value: NDArray[np.float64],
    cap: float,
    weight: NDArray[np.float64] | float = 1.0,
    *,
    largest_weight: float = 1.0,
) -> Estimate | NotShown:
    """Return a sum of money over finds, each counted up to ``cap``, with the mid-p gamma interval.

    Parameters
    ----------
    value : shape (finds,), money, >= 0
    cap : money, > 0, fixed before the finds were known
    weight : shape (finds,) or one number, >= 0
    largest_weight : the largest weight that any covered declaration could have

    Returns
    -------
    Estimate, money
    """
    if not cap > 0:
        raise ValueError(f"a cap is above 0; {cap} came")
    part = np.minimum(value, cap) * weight
    limits = intervals.mid_p_gamma(part.sum(), (part**2).sum(), largest_weight * cap)
    return Estimate(
        float(part.sum()), interval(limits, "mid-p gamma"), value.size, f"capped at {cap:g} a case"
    )


def missed_revenue_capped(sample: Sample, cap: float) -> Estimate | NotShown:
    """Return missed revenue with each case counted up to ``cap`` (4.6): it holds."""
    if gap := sample.gap():
        return gap
    if sample.value is None:
        return say.not_estimable(say.NO_VALUES, say.NEEDS_VALUES, sample.found.size)
    weight = 1 / sample.inclusion[sample.found] - 1
    return capped_sum(sample.value[sample.found], cap, weight, largest_weight=1 / sample.least - 1)


def missed_revenue_at_least(sample: Sample) -> Estimate | NotShown:
    """Return the lower limit of missed revenue, not capped (4.6): "at least".

    The truth is below it in at most 1.5 % of cases. There is no honest upper limit.
    """
    if gap := sample.gap():
        return gap
    if sample.value is None:
        return say.not_estimable(say.NO_VALUES, say.NEEDS_VALUES, sample.found.size)
    weight = 1 / sample.inclusion[sample.found] - 1
    part = weight * sample.value[sample.found]
    low, _ = intervals.fay_feuer(part.sum(), (part**2).sum(), 0.0)
    return Estimate(
        float(low),
        Interval(float(low), np.inf, 0.975, "lower gamma limit"),
        int(np.count_nonzero(sample.by_chance)),
        bound="at_least",
    )


def missed_revenue(sample: Sample) -> NotShown:
    """Return that uncapped missed revenue is not estimable (4.6), or why nothing is."""
    return sample.gap() or say.not_estimable(say.HEAVY_TAIL, say.NEEDS_CAP, sample.found.size)


def largest_case(sample: Sample) -> tuple[float, float]:
    """Return the uncapped point of missed revenue, and the share that its largest case makes.

    Where the share exceeds 10 %, a page prints the point only with "one case makes … %".
    """
    if sample.value is None or not sample.found.any():
        return 0.0, 0.0
    part = (1 / sample.inclusion[sample.found] - 1) * sample.value[sample.found]
    total = float(part.sum())
    return total, float(part.max()) / total if total > 0 else 0.0


def finds_per_hour(finds: int, hours: float, examined: int) -> Estimate | NotShown:
    """Return finds per inspection hour by Garwood (4.10).

    Parameters
    ----------
    finds : count, of the examinations that have hours
    hours : their sum, > 0
    examined : how many examinations have hours
    """
    if not hours > 0:
        return say.not_estimable(say.NO_HOURS, say.NEEDS_HOURS, examined)
    low, high = intervals.garwood(finds)
    return Estimate(finds / hours, interval((low / hours, high / hours), "Garwood"), examined)


def value_per_hour(
    value: NDArray[np.float64], cap: float, hours: float, examined: int
) -> Estimate | NotShown:
    """Return money found per inspection hour, capped (4.10); the usual interval covers .63–.87.

    Parameters
    ----------
    value : shape (finds,), money
    cap : money a case
    hours : of all examinations that have hours
    examined : how many examinations have hours
    """
    if not hours > 0:
        return say.not_estimable(say.NO_HOURS, say.NEEDS_HOURS, examined)
    found = capped_sum(value, cap)
    if isinstance(found, NotShown) or found.interval is None:
        return found
    limits = found.interval
    return Estimate(
        found.value / hours,
        Interval(limits.low / hours, limits.high / hours, method=limits.method),
        examined,
        found.method,
    )
