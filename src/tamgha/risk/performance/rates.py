"""Rates of found in examined, their differences, ratios and bounds."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from tamgha.risk.performance import intervals
from tamgha.risk.performance import reasons as say
from tamgha.shared.figures import Estimate, Interval, NotShown

SMALL = 100
"""Under this number examined, Wilson's limits cover less than they say (worst .90 at n = 20)."""
COMPLETE = 0.95
"""Share of results in, under which a hit rate is given as bounds."""


@dataclass(frozen=True, slots=True)
class Rate:
    """A rate with its limits: what differences and ratios are made of.

    Parameters
    ----------
    value, low, high : shares in [0, 1], low <= value <= high
    n : examinations it rests on
    method : of the limits
    """

    value: float
    low: float
    high: float
    n: int = 0
    method: str = "Wilson"

    @classmethod
    def of(cls, found: int, examined: int) -> "Rate":
        """Return found / examined with Wilson's limits; both counts, examined > 0."""
        low, high = intervals.wilson(found, examined)
        return cls(found / examined, float(low), float(high), examined)

    def estimate(self) -> Estimate:
        """Return the rate as a figure carries it."""
        return Estimate(self.value, Interval(self.low, self.high, method=self.method), self.n)

    @property
    def triple(self) -> tuple[float, float, float]:
        """Value, low and high, as `intervals.newcombe` and `intervals.mover_r` take them."""
        return self.value, self.low, self.high


def interval(limits: tuple[ArrayLike, ArrayLike], method: str, level: float = 0.95) -> Interval:
    """Return scalar limits as the `Interval` that figures carry."""
    low, high = limits
    return Interval(float(np.asarray(low)), float(np.asarray(high)), level, method)


def proportion(found: int, examined: int, *, promise: bool = False) -> Estimate | NotShown:
    """Return found / examined with the interval that suits its size.

    From 100 examined on Wilson; under it Agresti–Coull, because Wilson covers as little as .90
    at n = 20; Clopper–Pearson, never under .95, where a decision hangs on it. A profile sent to
    red at 100 % examines all its hits: the interval then speaks about the rate to expect if
    trade goes on alike.

    Parameters
    ----------
    found, examined : counts, 0 <= found <= examined
    promise : whether a decision hangs on the limits

    Returns
    -------
    Estimate, a share; NotShown where nothing was examined
    """
    if examined == 0:
        return say.too_few(say.NONE_EXAMINED, say.NEEDS_EXAMINED)
    if promise:
        limits = interval(intervals.clopper_pearson(found, examined), "Clopper–Pearson")
    elif examined < SMALL:
        limits = interval(intervals.agresti_coull(found, examined), "Agresti–Coull")
    else:
        limits = interval(intervals.wilson(found, examined), "Wilson")
    return Estimate(found / examined, limits, examined)


def wilson_proportion(found: int, examined: int) -> Estimate | NotShown:
    """Return found / examined with Wilson's interval, whatever the size."""
    if examined == 0:
        return say.too_few(say.NONE_EXAMINED, say.NEEDS_EXAMINED)
    return Estimate(
        found / examined, interval(intervals.wilson(found, examined), "Wilson"), examined
    )


def hit_rate(
    found: int, results: int, *, examined: int | None = None, promise: bool = False
) -> Estimate | NotShown:
    """Return the hit rate of examinations, or its bounds where too many results are missing.

    Parameters
    ----------
    found : finds, 0 <= found <= results
    results : examinations with a result, <= examined
    examined : all examinations; the same as ``results`` when left out
    promise : as in `proportion`

    Returns
    -------
    Estimate; its ``value`` is found / results where at least 95 % of the results are in, else the
    bounds of `completeness_bounds` with ``bound`` "at_least".
    """
    examined = results if examined is None else examined
    if examined == 0:
        return say.too_few(say.NONE_EXAMINED, say.NEEDS_EXAMINED)
    if results == 0:
        return say.too_few(say.NO_RESULTS, say.NEEDS_RESULTS, examined)
    if results < COMPLETE * examined:
        return completeness_bounds(found, results, examined)
    return proportion(found, results, promise=promise)


def completeness(results: int, examined: int) -> Estimate | NotShown:
    """Return the share of examinations whose result is in (4.12), with Wilson's interval."""
    return wilson_proportion(results, examined)


def completeness_bounds(found: int, results: int, examined: int) -> Estimate | NotShown:
    """Return what the hit rate can be, whatever the missing results say (4.12).

    Parameters
    ----------
    found, results, examined : counts, 0 <= found <= results <= examined

    Returns
    -------
    Estimate: ``value`` is found / examined, "at least"; the interval runs from Wilson's lower limit
    of that to Wilson's upper limit of (found + missing) / examined.

    References
    ----------
    C. F. Manski (1990), Am. Econ. Rev. 80, 319-323.
    """
    if examined == 0:
        return say.too_few(say.NONE_EXAMINED, say.NEEDS_EXAMINED)
    if not found <= results <= examined:
        raise ValueError(f"{found} found, {results} results, {examined} examined do not fit")
    low, _ = intervals.wilson(found, examined)
    _, high = intervals.wilson(found + examined - results, examined)
    return Estimate(
        found / examined,
        interval((low, high), "Manski bounds, Wilson"),
        examined,
        method="bounds without any assumption about the missing results",
        bound="at_least",
    )


def difference(first: Rate, second: Rate) -> Estimate:
    """Return first − second of two disjoint groups, by Newcombe (4.8); a difference of shares.

    Declarations that belong to both groups must go to `marginal_value` instead.
    """
    return Estimate(
        first.value - second.value,
        interval(intervals.newcombe(first.triple, second.triple), "Newcombe"),
        first.n + second.n,
    )


def lift(first: Rate, second: Rate) -> Estimate | NotShown:
    """Return first / second by MOVER-R (4.7).

    Where the reference found nothing, the lower limit stands as "at least"; where neither
    found anything there is no ratio.
    """
    if second.value == 0 and first.value == 0:
        return say.too_few(say.NO_FINDS, say.NEEDS_FINDS, first.n + second.n)
    limits = interval(intervals.mover_r(first.triple, second.triple), "MOVER-R")
    n = first.n + second.n
    if second.value == 0:
        return Estimate(limits.low, limits, n, bound="at_least")
    return Estimate(first.value / second.value, limits, n)


def override_rate(changed: int, decided: int) -> Estimate | NotShown:
    """Return the share of decisions changed by staff (4.11), up and down apart, by Wilson."""
    return wilson_proportion(changed, decided)


def flag_overrides(
    changed: Sequence[int], decided: Sequence[int], office_rate: float
) -> NDArray[np.bool_]:
    """Return which officers override more or less than their office, beyond chance (4.11).

    Parameters
    ----------
    changed, decided : shape (officers,), counts, decided > 0
    office_rate : share in [0, 1]

    Returns
    -------
    shape (officers,), True where the 99.8 % Wilson interval excludes the office's rate: among 50
    officers nominally 0.1 is flagged by chance, 0.3 where each decided 40.
    """
    low, high = intervals.wilson(changed, decided, level=0.998)
    return np.asarray((low > office_rate) | (high < office_rate))
