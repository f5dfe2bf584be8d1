"""Limits of rates and counts, and how far two histograms lie apart: what several areas need alike.

Numbers or numpy arrays that broadcast together go in, arrays of that shape come out.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import special

Limits = tuple[NDArray[np.float64], NDArray[np.float64]]
LEVEL = 0.95


def normal_quantile(level: float = LEVEL) -> float:
    """Return z: the two-sided normal quantile, 1.959964 at ``level`` .95."""
    if not 0.0 < level < 1.0:
        raise ValueError(f"a confidence level lies between 0 and 1; {level} came")
    return float(special.ndtri((1.0 + level) / 2.0))


def fitting_counts(found: ArrayLike, examined: ArrayLike) -> Limits:
    """Return two counts as arrays of one shape; ValueError unless 0 <= found <= examined > 0."""
    f, n = np.broadcast_arrays(np.asarray(found, float), np.asarray(examined, float))
    if np.any(n <= 0) or np.any(f < 0) or np.any(f > n):
        raise ValueError(f"{found!r} found do not fit {examined!r} examined")
    return f, n


def wilson(found: ArrayLike, examined: ArrayLike, *, level: float = LEVEL) -> Limits:
    """Return Wilson's limits of a rate.

    The textbook p ± z·s shrinks to a point when nothing was found; these limits do not.

    Parameters
    ----------
    found : counts, 0 <= found <= examined; may be fractional (an effective count)
    examined : counts, > 0
    level : confidence

    Returns
    -------
    low, high : shares in [0, 1]

    References
    ----------
    E. B. Wilson (1927), J. Am. Stat. Assoc. 22, 209-212.
    """
    f, n = fitting_counts(found, examined)
    z2 = normal_quantile(level) ** 2
    p = f / n
    centre = p + z2 / (2 * n)
    reach = np.sqrt(z2 * (p * (1 - p) / n + z2 / (4 * n * n)))
    low, high = (centre - reach) / (1 + z2 / n), (centre + reach) / (1 + z2 / n)
    return np.where(f == 0, 0.0, low), np.where(f == n, 1.0, high)


def garwood(count: ArrayLike, *, level: float = LEVEL) -> Limits:
    """Return the exact limits of the expected value behind a Poisson count.

    Parameters
    ----------
    count : counts, >= 0

    Returns
    -------
    low, high : expected counts, >= 0

    References
    ----------
    F. Garwood (1936), Biometrika 28, 437-442.
    """
    f = np.asarray(count, float)
    if np.any(f < 0):
        raise ValueError(f"a count is 0 or more; {count!r} came")
    tail = (1 - level) / 2
    low = special.gammaincinv(np.maximum(f, 1e-300), tail)
    return np.where(f == 0, 0.0, low), special.gammaincinv(f + 1, 1 - tail)


@dataclass(frozen=True, slots=True)
class Stability:
    """The population stability index (PSI) of two histograms, beside what chance makes of it.

    Parameters
    ----------
    index : PSI = Σ(a − b)·ln(a/b), >= 0, no unit
    noise : its mean without any drift, (k − 1)(1/n + 1/m)
    noise_95 : what it stays under in 95 % of cases without drift
    p_value : of PSI/(1/n + 1/m) against χ² with k − 1 degrees, in [0, 1]
    """

    index: float
    noise: float
    noise_95: float
    p_value: float


def stability(now: ArrayLike, before: ArrayLike) -> Stability:
    """Return the stability index of two histograms over the same bins.

    Parameters
    ----------
    now, before : shape (k,), counts per bin, k >= 2, each with at least one row; ½ is added to each
    """
    a, b = np.asarray(now, float), np.asarray(before, float)
    if a.shape != b.shape or a.ndim != 1 or a.size < 2:
        raise ValueError(f"two histograms over the same two or more bins; {a.shape}, {b.shape}")
    n, m = float(a.sum()), float(b.sum())
    if n <= 0 or m <= 0:
        raise ValueError("both histograms hold at least one row")
    share_now, share_before = (a + 0.5) / (n + a.size / 2), (b + 0.5) / (m + b.size / 2)
    index = float(((share_now - share_before) * np.log(share_now / share_before)).sum())
    unit, degrees = 1 / n + 1 / m, a.size - 1
    return Stability(
        index=index,
        noise=float(degrees * unit),
        noise_95=float(special.chdtri(degrees, 0.05) * unit),
        p_value=float(special.chdtrc(degrees, index / unit)),
    )
