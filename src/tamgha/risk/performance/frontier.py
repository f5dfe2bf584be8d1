"""Found value and finds against inspections and hours: profiles, a score, and chance side by side.

Labels exist only where declarations were examined. In a set of inspected declarations the frontier
speaks of those; where a random draw was made, each find stands for 1/π declarations of the flow.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import special

from tamgha.risk.performance import intervals
from tamgha.risk.performance.context import BacktestContext, Bools, Floats
from tamgha.shared.words import Words

AMONG_EXAMINED = Words("among the examined declarations", "среди досмотренных деклараций")
OF_THE_FLOW = Words("of the flow, by the random draw", "для потока, по случайной выборке")
_TAIL = 0.025


@dataclass(frozen=True, slots=True)
class Curve:
    """What a way of choosing finds as it inspects more; all arrays have shape (points,).

    Parameters
    ----------
    name : of the profile order, the score, or "chance"
    inspections : rising
    hours : inspections times hours each; None where no hours are known
    finds, low, high : finds to expect, with limits of 95 %
    value : money found with each case counted up to the context's cap; None without amounts
    value_low, value_high : its limits; None where they are not estimable
    method : of the limits
    """

    name: str
    inspections: NDArray[np.int64]
    hours: Floats | None
    finds: Floats
    low: Floats
    high: Floats
    value: Floats | None
    value_low: Floats | None
    value_high: Floats | None
    method: str


@dataclass(frozen=True, slots=True)
class Frontier:
    """Several curves over the same declarations.

    Parameters
    ----------
    basis : what the curves speak of, in words for the page
    declarations : that could be inspected
    chance : expectation of inspecting at random, with the range it falls into in 95 % of draws
    curves : in the order asked
    """

    basis: Words
    declarations: int
    chance: Curve
    curves: tuple[Curve, ...]


def frontier(
    context: BacktestContext,
    *,
    profiles: Sequence[tuple[str, Bools]] = (),
    scores: Mapping[str, Floats] | None = None,
    hours_each: float | None = None,
    points: int = 100,
) -> Frontier:
    """Return how finds and found value grow with inspections.

    Parameters
    ----------
    context : of the set
    profiles : (code, hits per declaration, shape (D,)) in the order they would be worked off: the
        curve has one point after each, counting a shared declaration once
    scores : name -> shape (D,), higher is riskier; ties in the order of the rows
    hours_each : hours of one inspection
    points : of the curves of scores and of chance

    Returns
    -------
    Frontier. Where a random draw was made the finds are weighted by 1/π; otherwise only
    declarations with a result take part.
    """
    ground = _Ground.of(context)
    grid = np.unique(np.linspace(0, ground.size, points + 1).round().astype(np.int64))[1:]
    curves = []
    if profiles:
        name = ", ".join(code for code, _ in profiles)
        order, ends = _worked_off(profiles, ground)
        curves.append(ground.curve(name, order, ends, hours_each))
    for name, score in (scores or {}).items():
        order = np.argsort(-score[ground.rows], kind="stable")
        curves.append(ground.curve(name, order, grid, hours_each))
    return Frontier(ground.basis, ground.size, _chance(ground, grid, hours_each), tuple(curves))


@dataclass(frozen=True, slots=True)
class _Ground:
    """The declarations that a frontier speaks of."""

    rows: NDArray[np.intp]
    weight: Floats  # 1/π of a find, 0 where nothing was found
    value: Floats | None
    largest: float
    cap: float
    basis: Words

    @classmethod
    def of(cls, context: BacktestContext) -> "_Ground":
        weighted = context.sample.gap() is None
        rows = np.arange(context.declarations) if weighted else np.flatnonzero(context.result)
        found = (context.found & context.result)[rows]
        weight = found.astype(float)
        largest = 1.0
        if weighted:
            inclusion = np.where(context.inclusion[rows] > 0, context.inclusion[rows], 1.0)
            weight = np.where(found, 1 / inclusion, 0.0)
            largest = 1 / context.sample.least
        value, cap = None, context.cap
        if cap is not None:
            value = weight * np.minimum(np.nan_to_num(context.value[rows]), cap)
        basis = OF_THE_FLOW if weighted else AMONG_EXAMINED
        return cls(rows, weight, value, largest, cap or 0.0, basis)

    @property
    def size(self) -> int:
        return int(self.rows.size)

    def curve(
        self,
        name: str,
        order: NDArray[np.intp],
        ends: NDArray[np.int64],
        hours_each: float | None,
    ) -> Curve:
        weight = self.weight[order]
        finds = _running(weight, ends)
        if self.largest > 1:
            low, high = intervals.mid_p_gamma(finds, _running(weight**2, ends), self.largest)
            method = "mid-p gamma"
        else:
            inspected = np.maximum(ends, 1)
            low, high = (inspected * limit for limit in intervals.wilson(finds, inspected))
            method = "Wilson"
        value, value_low, value_high = None, None, None
        if self.value is not None:
            part = self.value[order]
            value = _running(part, ends)
            value_low, value_high = intervals.mid_p_gamma(
                value, _running(part**2, ends), self.largest * self.cap
            )
        return Curve(
            name=name,
            inspections=ends,
            hours=_hours(ends, hours_each),
            finds=finds,
            low=low,
            high=np.minimum(high, ends) if self.largest == 1 else high,
            value=value,
            value_low=value_low,
            value_high=value_high,
            method=method,
        )


def _running(part: Floats, ends: NDArray[np.int64]) -> Floats:
    return np.asarray(np.r_[0.0, np.cumsum(part)][ends], dtype=float)


def _hours(inspections: NDArray[np.int64], each: float | None) -> Floats | None:
    return None if each is None else np.asarray(inspections * each, dtype=float)


def _worked_off(
    profiles: Sequence[tuple[str, Bools]], ground: _Ground
) -> tuple[NDArray[np.intp], NDArray[np.int64]]:
    """Return rows in the order in which the profiles reach them, and where each profile ends."""
    fresh = np.ones(ground.size, dtype=bool)
    parts, ends = [], []
    for _, hits in profiles:
        mine = np.flatnonzero(hits[ground.rows] & fresh)
        fresh[mine] = False
        parts.append(mine)
        ends.append(sum(part.size for part in parts))
    return np.concatenate(parts), np.asarray(ends, dtype=np.int64)


def _chance(ground: _Ground, grid: NDArray[np.int64], hours_each: float | None) -> Curve:
    total = float(ground.weight.sum())
    low, high = _hypergeometric(ground.size, round(total), grid)
    value, value_low, value_high = None, None, None
    share = grid / max(1, ground.size)
    if ground.value is not None:
        value = share * float(ground.value.sum())
        # of a random draw without replacement; a gamma of the same mean and variance, because
        # sums of money lean to one side
        spread = share * (1 - share) * float((ground.value**2).sum())
        value_low, value_high = _gamma_range(value, spread)
    return Curve(
        name="chance",
        inspections=grid,
        hours=_hours(grid, hours_each),
        finds=share * total,
        low=low,
        high=high,
        value=value,
        value_low=value_low,
        value_high=value_high,
        method="hypergeometric",
    )


def _gamma_range(mean: Floats, variance: Floats) -> tuple[Floats, Floats]:
    moving = (mean > 0) & (variance > 0)
    shape = np.where(moving, mean**2 / np.where(moving, variance, 1.0), 1.0)
    scale = np.where(moving, variance / np.where(moving, mean, 1.0), 0.0)
    low, high = (special.gammaincinv(shape, tail) * scale for tail in (_TAIL, 1 - _TAIL))
    return np.where(moving, low, mean), np.where(moving, high, mean)


def _hypergeometric(size: int, finds: int, drawn: NDArray[np.int64]) -> tuple[Floats, Floats]:
    """Return the range of finds in 95 % of random draws of each size; exact up to 20,000 finds.

    Beyond, the normal range is as good; the sums would cost more than they tell.
    """
    share = drawn / max(1, size)
    mean = finds * share
    spread = np.sqrt(mean * (1 - share) * (size - finds) / max(1, size - 1))
    if finds > 20_000:
        return np.maximum(0, mean - 1.96 * spread), np.minimum(drawn, mean + 1.96 * spread)
    limits = [
        _hypergeometric_range(size, finds, int(k), float(m), float(s))
        for k, m, s in zip(drawn, mean, spread, strict=True)
    ]
    low, high = np.asarray(limits, dtype=float).reshape(-1, 2).T
    return low, high


def _hypergeometric_range(
    size: int, finds: int, drawn: int, mean: float, spread: float
) -> tuple[int, int]:
    first = max(0, drawn + finds - size, int(mean - 10 * spread) - 5)
    last = min(drawn, finds, int(mean + 10 * spread) + 6)
    x = np.arange(first, last + 1)
    log = (
        _log_choose(finds, x)
        + _log_choose(size - finds, drawn - x)
        - _log_choose(size, np.asarray(drawn))
    )
    below = np.cumsum(np.exp(log))
    below /= below[-1]
    return int(x[np.searchsorted(below, _TAIL)]), int(x[np.searchsorted(below, 1 - _TAIL)])


def _log_choose(n: int, k: NDArray[np.int64]) -> Floats:
    return np.asarray(
        special.gammaln(n + 1) - special.gammaln(k + 1) - special.gammaln(n - k + 1), dtype=float
    )
