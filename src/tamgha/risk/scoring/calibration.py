"""From a margin to a probability that comes true: Platt's two numbers, fitted on later rows."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import optimize, special

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Calibration:
    """p = expit(slope · margin + shift); slope > 0, so that the order of rows never changes."""

    slope: float = 1.0
    shift: float = 0.0

    def probability(self, margin: Floats) -> Floats:
        """Return probabilities in (0, 1), of the shape of ``margin``."""
        made: Floats = special.expit(self.slope * margin + self.shift)
        return made


def fit_calibration(margin: Floats, found: NDArray[np.bool_], weight: Floats) -> Calibration:
    """Fit Platt's two numbers by weighted likelihood.

    Parameters
    ----------
    margin : shape (n,), of rows that the model has not seen
    found : shape (n,), bool, both kinds present
    weight : shape (n,), 1/π for a random sample of the flow, else 1

    References
    ----------
    J. Platt (1999), Advances in Large Margin Classifiers, 61-74 (with his smoothed targets).
    """
    finds, clean = float(weight[found].sum()), float(weight[~found].sum())
    unit = float(weight.mean())
    target = np.where(found, (finds + unit) / (finds + 2 * unit), unit / (clean + 2 * unit))

    def loss(wanted: Floats) -> float:
        z = np.exp(wanted[0]) * margin + wanted[1]
        return float((weight * (np.logaddexp(0, z) - target * z)).sum() / weight.sum())

    start = np.array([0.0, 0.0])
    solved = optimize.minimize(loss, start, method="L-BFGS-B", bounds=[(-3, 3), (-15, 15)])
    return Calibration(float(np.exp(solved.x[0])), float(solved.x[1]))
