"""Whether a score's probabilities come true (4.15). Only on random and exploration results."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tamgha.risk.performance import intervals
from tamgha.risk.performance import reasons as say
from tamgha.risk.performance.rates import interval
from tamgha.shared.figures import Estimate, NotShown

LEAST_EXPECTED = 5.0


def observed_over_expected(observed: int, expected: float, n: int) -> Estimate | NotShown:
    """Return O/E: how many were found against how many the model expected, by Garwood.

    Parameters
    ----------
    observed : finds, >= 0
    expected : sum of the model's probabilities over the same examinations
    n : those examinations
    """
    if not expected > 0:
        return say.not_estimable(say.NO_EXPECTED, say.NEEDS_EXAMINED, n)
    low, high = intervals.garwood(observed)
    return Estimate(observed / expected, interval((low / expected, high / expected), "Garwood"), n)


@dataclass(frozen=True, slots=True)
class CalibrationBin:
    """One step of the calibration curve.

    Parameters
    ----------
    expected : mean probability of the model, weighted 1/π
    observed : share found, weighted 1/π, with Wilson's limits on the effective n
    n : examinations
    effective_n : (Σ1/π)² / Σ1/π², <= n
    """

    expected: float
    observed: Estimate
    n: int
    effective_n: float


def calibration_curve(
    score: NDArray[np.float64],
    found: NDArray[np.bool_],
    inclusion: NDArray[np.float64],
    *,
    bins: int = 10,
) -> list[CalibrationBin]:
    """Return the calibration curve: bins of equal size by score, merged up to 5 expected finds.

    Parameters
    ----------
    score : shape (n,), the model's probability in [0, 1]
    found : shape (n,), bool
    inclusion : shape (n,), π in (0, 1] of random and exploration results
    bins : wanted bins

    Returns
    -------
    bins by rising score; empty where there is nothing to show
    """
    order = np.argsort(score, kind="stable")
    parts: list[NDArray[np.intp]] = []
    held = np.zeros(0, dtype=np.intp)
    for part in np.array_split(order, bins):
        held = np.r_[held, part]
        if score[held].sum() >= LEAST_EXPECTED:
            parts.append(held)
            held = np.zeros(0, dtype=np.intp)
    if held.size:
        last = parts.pop() if parts else np.zeros(0, dtype=np.intp)
        parts.append(np.r_[last, held])
    return [_bin(score[rows], found[rows], inclusion[rows]) for rows in parts]


def _bin(
    score: NDArray[np.float64], found: NDArray[np.bool_], inclusion: NDArray[np.float64]
) -> CalibrationBin:
    weight = 1 / inclusion
    size = float(weight.sum())
    effective = size**2 / float((weight**2).sum())
    rate = float(weight[found].sum()) / size
    low, high = intervals.wilson(rate * effective, effective)
    return CalibrationBin(
        float((weight * score).sum()) / size,
        Estimate(rate, interval((low, high), "Wilson, effective n"), score.size),
        score.size,
        effective,
    )
