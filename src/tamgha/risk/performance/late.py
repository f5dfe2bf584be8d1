"""Results that come late: how many finds are known by now, and what young weeks will show (4.13)."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from tamgha.risk.performance import intervals
from tamgha.risk.performance import reasons as say
from tamgha.risk.performance.rates import interval
from tamgha.shared.figures import Estimate, NotShown

LEAST_KNOWN = 0.5
LEAST_EXPECTED = 5.0


def known_share_of_finds(
    delay: ArrayLike, cohort_age: ArrayLike, after: ArrayLike
) -> NDArray[np.float64]:
    """Return G(t): the share of *finds* known t days after the examination.

    Only cohorts older than the 99th percentile of the delay count, because young ones have not
    shown their late finds yet. Finds come later than "clean", so neither the completeness of
    all results nor finds over results may stand in for it.

    Parameters
    ----------
    delay : shape (finds,), days from examination to the find being known, >= 0
    cohort_age : shape (finds,), days from examination until today
    after : shape (m,), t in days

    Returns
    -------
    shape (m,), shares in [0, 1]; NaN where no cohort is old enough
    """
    days, age = np.asarray(delay, float), np.asarray(cohort_age, float)
    asked = np.atleast_1d(np.asarray(after, float))
    if not days.size:
        return np.full(asked.shape, np.nan)
    old = np.sort(days[age >= np.quantile(days, 0.99)])
    if not old.size:
        return np.full(asked.shape, np.nan)
    return np.searchsorted(old, asked, side="right") / old.size


def nowcast(
    found: int, examined: int, known_share: float, *, usual_rate: float | None = None
) -> Estimate | NotShown:
    """Return the hit rate that a young cohort will show once its results are in.

    Parameters
    ----------
    found, examined : counts so far, examined > 0
    known_share : G, share of finds usually known at this age, in (0, 1]
    usual_rate : hit rate of older cohorts, to tell how many finds can be expected; the
        cohort's own nowcast when left out

    Returns
    -------
    Estimate f/(n·G), limits Wilson(f, n)/G; NotShown "too early" where G < .5 or fewer than
    five finds can be expected. G counts as known: its own error is not in the interval.
    """
    if examined == 0:
        return say.too_few(say.NONE_EXAMINED, say.NEEDS_EXAMINED)
    if not known_share >= LEAST_KNOWN:
        share = f"{100 * known_share:.0f}" if known_share == known_share else "?"
        return say.too_early(say.TOO_EARLY.format(share=share), examined)
    expected = found / known_share if usual_rate is None else examined * usual_rate
    if expected < LEAST_EXPECTED:
        return say.too_early(say.TOO_EARLY_FEW, examined)
    low, high = intervals.wilson(found, examined)
    limits = interval(
        (np.minimum(1.0, low / known_share), np.minimum(1.0, high / known_share)), "Wilson / G"
    )
    return Estimate(min(1.0, found / (examined * known_share)), limits, examined, "nowcast")
