"""What examination of the others would have found: estimates by inclusion probability.

Sums run over *examined* declarations; the truth meant is "what
examination of the others would have found".
"""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from tamgha.risk.performance import intervals
from tamgha.risk.performance import reasons as say
from tamgha.risk.performance.rates import Rate, interval
from tamgha.shared.figures import Estimate, Interval, NotShown

COVERED = 0.95
"""Share of the flow with a chance of examination, under which no estimate is for the whole flow."""


@dataclass(frozen=True, slots=True)
class Sample:
    """Examined declarations with the probability that each would be examined.

    Parameters
    ----------
    found : shape (n,), bool
    inclusion : shape (n,), in (0, 1]: π, that of being examined by *any* way
    flow : number of declarations of the flow, N >= n
    covered : share of the flow with π > 0
    least_inclusion : the least π > 0 that any covered declaration could have; the least in the
        sample when left out
    value : shape (n,), money found, >= 0, or None
    inspected_only : whether the set knows nothing but inspected declarations
    """

    found: NDArray[np.bool_]
    inclusion: NDArray[np.float64]
    flow: int
    covered: float = 1.0
    least_inclusion: float | None = None
    value: NDArray[np.float64] | None = field(default=None)
    inspected_only: bool = False

    def __post_init__(self) -> None:
        if self.found.shape != self.inclusion.shape:
            raise ValueError(f"{self.found.shape} finds, {self.inclusion.shape} probabilities")
        if self.inclusion.size and not (self.inclusion.min() > 0 and self.inclusion.max() <= 1):
            raise ValueError("an examined declaration has an inclusion probability in (0, 1]")
        if self.flow < self.found.size:
            raise ValueError(f"{self.found.size} examined do not fit a flow of {self.flow}")

    @property
    def least(self) -> float:
        """The least π of the covered flow, in (0, 1]."""
        if self.least_inclusion is not None:
            return self.least_inclusion
        return float(self.inclusion.min()) if self.inclusion.size else 1.0

    @property
    def by_chance(self) -> NDArray[np.bool_]:
        """Which were examined with π < 1; shape (n,)."""
        return np.asarray(self.inclusion < 1)

    @property
    def finds(self) -> int:
        """All finds, by any way."""
        return int(np.count_nonzero(self.found))

    def gap(self, *, covered_part: bool = False) -> NotShown | None:
        """Return why nothing can be said about the flow, or None where it can."""
        n = self.found.size
        if self.inspected_only:
            return say.not_estimable(say.INSPECTED_ONLY, say.NEEDS_FLOW, n)
        if not self.by_chance.any() and self.least >= 1 and self.flow > n:
            return say.not_estimable(say.NO_RANDOM, say.NEEDS_RANDOM, n)
        if self.covered < COVERED and not covered_part:
            share = f"{100 * self.covered:.0f}"
            return say.not_estimable(say.NOT_COVERED.format(covered=share), say.NEEDS_COVER, n)
        return None


@dataclass(frozen=True, slots=True)
class Missed:
    """Missed fraud as numbers: total, limits, and how many chance examinations it rests on."""

    total: float
    low: float
    high: float
    n: int
    finds: int
    method: str


def _missed(sample: Sample, *, promise: bool = False) -> Missed:
    weight = 1 / sample.inclusion[sample.found] - 1
    total, variance = float(weight.sum()), float((weight**2).sum())
    limits = intervals.fay_feuer if promise else intervals.mid_p_gamma
    low, high = limits(total, variance, 1 / sample.least - 1)
    n = int(np.count_nonzero(sample.by_chance))
    method = "Fay–Feuer gamma" if promise else "mid-p gamma"
    return Missed(total, float(low), float(high), n, sample.finds, method)


def missed_fraud(
    sample: Sample, *, promise: bool = False, covered_part: bool = False
) -> Estimate | NotShown:
    """Return how many finds examination of the others would have brought (4.2).

    Horvitz–Thompson with the mid-p gamma interval; the normal interval covers .60 at three
    random finds and is never used.

    Parameters
    ----------
    sample : the examined
    promise : take Fay and Feuer's limits, which never fell below .953 in our runs
    covered_part : speak of the covered part of the flow only, however small it is

    Returns
    -------
    Estimate of a count; NotShown without a random stratum or where under 95 % is covered
    """
    if gap := sample.gap(covered_part=covered_part):
        return gap
    m = _missed(sample, promise=promise)
    return Estimate(m.total, Interval(m.low, m.high, method=m.method), m.n, "Horvitz–Thompson")


def detection_rate(sample: Sample, *, promise: bool = False) -> Estimate | NotShown:
    """Return the share F/(F + M) of what examination of all would find that was found (4.3).

    Without a random find the lower limit stands as "at least", never 100 %.
    """
    if gap := sample.gap():
        return gap
    m = _missed(sample, promise=promise)
    if m.finds == 0:
        return say.too_few(say.NO_FINDS, say.NEEDS_FINDS, sample.found.size)
    limits = Interval(m.finds / (m.finds + m.high), m.finds / (m.finds + m.low), method=m.method)
    if m.total == 0 and m.high > 0:
        return Estimate(limits.low, limits, m.n, bound="at_least")
    return Estimate(m.finds / (m.finds + m.total), limits, m.n)


def flow_rate(sample: Sample) -> Estimate | NotShown:
    """Return the share (F + M)/N of the flow that examination would find (4.4)."""
    if gap := sample.gap():
        return gap
    m = _missed(sample)
    n = sample.flow
    limits = Interval((m.finds + m.low) / n, min(1.0, (m.finds + m.high) / n), method=m.method)
    return Estimate((m.finds + m.total) / n, limits, m.n)


def true_detection(sample: Sample, sensitivity: float) -> Estimate | NotShown:
    """Return the detection rate where an examination finds fraud with chance ``sensitivity`` (4.5).

    Parameters
    ----------
    sensitivity : s in (0, 1]; it must be printed beside the figure ("detectable fraud only" at 1)
    """
    _check_sensitivity(sensitivity)
    seen = detection_rate(sample)
    if isinstance(seen, NotShown):
        return seen
    limits = seen.interval or Interval(seen.value, seen.value)
    return Estimate(
        sensitivity * seen.value,
        Interval(sensitivity * limits.low, sensitivity * limits.high, method=limits.method),
        seen.n,
        method=_sensitivity_text(sensitivity),
        bound=seen.bound,
    )


def truly_missed(sample: Sample, sensitivity: float) -> Estimate | NotShown:
    """Return how many frauds passed, also through examinations that failed: (F + M)/s − F (4.5)."""
    _check_sensitivity(sensitivity)
    if gap := sample.gap():
        return gap
    m = _missed(sample)
    low, point, high = (
        (m.finds + part) / sensitivity - m.finds for part in (m.low, m.total, m.high)
    )
    return Estimate(
        point, Interval(low, high, method=m.method), m.n, method=_sensitivity_text(sensitivity)
    )


def _check_sensitivity(sensitivity: float) -> None:
    if not 0 < sensitivity <= 1:
        raise ValueError(f"a sensitivity lies above 0 and up to 1; {sensitivity} came")


def _sensitivity_text(sensitivity: float) -> str:
    if sensitivity == 1:
        return "detectable fraud only"
    return f"assumed sensitivity {sensitivity:g}"


def sensitivity_from_second_look(
    finds: int, cleared: int, reexamined: int, found_second: int
) -> Estimate | NotShown:
    """Return the sensitivity of examination from blind second examinations (4.5).

    Parameters
    ----------
    finds : finds of the first examinations
    cleared : declarations cleared after a first examination
    reexamined : random part of the cleared that was examined again, 0 < reexamined <= cleared
    found_second : finds among those

    Returns
    -------
    Estimate of s in (0, 1]; limits by Wilson on found_second / reexamined
    """
    if reexamined == 0:
        return say.not_estimable(say.NO_SECOND, say.NEEDS_SECOND)
    if finds == 0:
        return say.too_few(say.NO_FINDS, say.NEEDS_FINDS, reexamined)
    low, high = intervals.wilson(found_second, reexamined)
    limits = interval((finds / (finds + cleared * high), finds / (finds + cleared * low)), "Wilson")
    return Estimate(
        finds / (finds + cleared * found_second / reexamined), limits, reexamined, "second look"
    )


def weighted_rate(
    found: NDArray[np.bool_], inclusion: NDArray[np.float64], *, least: float | None = None
) -> Rate | None:
    """Return the rate of a group examined with known probabilities (4.7, reference group).

    With one π for all: found / examined and Wilson's limits. With several: Hájek's ratio, limits
    from the mid-p gamma of Σ y/π divided by Σ 1/π.

    Parameters
    ----------
    found, inclusion : shape (n,); inclusion in (0, 1]
    least : the least π that a declaration of the group could have

    Returns
    -------
    Rate, or None where the group is empty
    """
    if found.size == 0:
        return None
    least = float(inclusion.min()) if least is None else least
    if least == inclusion.max():
        return Rate.of(int(np.count_nonzero(found)), found.size)
    size = float((1 / inclusion).sum())
    weight = 1 / inclusion[found]
    low, high = intervals.mid_p_gamma(weight.sum(), (weight**2).sum(), 1 / least)
    return Rate(
        float(weight.sum()) / size,
        float(low) / size,
        min(1.0, float(high) / size),
        found.size,
        "mid-p gamma",
    )


def marginal_finds(
    found: NDArray[np.bool_], inclusion: NDArray[np.float64], without: NDArray[np.float64]
) -> Estimate | NotShown:
    """Return the finds that one profile alone brought, at fixed other choices (4.9).

    Parameters
    ----------
    found : shape (n,), of the examined
    inclusion : shape (n,), π in (0, 1]
    without : shape (n,), π without the profile, recomputed from the stored row, <= inclusion

    Returns
    -------
    Estimate Σ y·(π − π₋)/π with the mid-p gamma interval on the factors
    """
    factor = (inclusion - without) / inclusion
    if not (factor > 0).any():
        return say.too_few(say.NO_HITS, say.NEEDS_HITS)
    own = factor[found]
    limits = intervals.mid_p_gamma(own.sum(), (own**2).sum(), factor.max())
    n = int(np.count_nonzero(factor > 0))
    return Estimate(float(own.sum()), interval(limits, "mid-p gamma"), n, "leave one out")


def marginal_examinations(inclusion: NDArray[np.float64], without: NDArray[np.float64]) -> Estimate:
    """Return the examinations that one profile alone caused: Σ (π − π₋)/π; as `marginal_finds`."""
    factor = (inclusion - without) / inclusion
    return Estimate(float(factor.sum()), None, int(np.count_nonzero(factor > 0)), "leave one out")
