"""Whether the trade (or the data) changed: the stability index with its noise (4.14).

Drift says that the trade or the data changed, not that fraud did.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from tamgha.shared.intervals import stability


@dataclass(frozen=True, slots=True)
class Drift:
    """The population stability index of one column, with what chance alone would make of it.

    Parameters
    ----------
    index : PSI, >= 0, no unit
    noise : what PSI is on average without any drift
    noise_95 : what it stays under in 95 % of cases without drift
    p_value : of the χ² test, in [0, 1]
    now, before : numbers of rows compared
    """

    index: float
    noise: float
    noise_95: float
    p_value: float
    now: int
    before: int


def drift(now: ArrayLike, before: ArrayLike) -> Drift:
    """Return the drift between two histograms over the same bins.

    The usual alarm at .1 is far too lax for large sets and nearly noise for small ones; the test
    is PSI / (1/n + 1/m) against χ² with k − 1 degrees.

    Parameters
    ----------
    now, before : shape (k,), counts per bin, k >= 2; ½ is added to each bin

    Returns
    -------
    Drift
    """
    found = stability(now, before)
    return Drift(
        index=found.index,
        noise=found.noise,
        noise_95=found.noise_95,
        p_value=found.p_value,
        now=int(np.sum(now)),
        before=int(np.sum(before)),
    )


def histogram_bins(before: ArrayLike, bins: int = 10) -> NDArray[np.float64]:
    """Return inner edges that cut earlier values into ``bins`` parts of equal size.

    Parameters
    ----------
    before : shape (m,), values; NaN is left out
    bins : wanted parts; fewer come back where values repeat

    Returns
    -------
    shape (<= bins − 1,), rising
    """
    known = np.asarray(before, float)
    known = known[np.isfinite(known)]
    if not known.size:
        return np.zeros(0)
    edges = np.unique(np.quantile(known, np.arange(1, bins) / bins))
    return edges[edges < known.max()] if known.max() > known.min() else edges[:0]


def bin_counts(values: ArrayLike, edges: ArrayLike) -> NDArray[np.int64]:
    """Return the histogram of values over inner ``edges``, with a last bin for NULL.

    Parameters
    ----------
    values : shape (n,), NaN where NULL
    edges : shape (k,), rising

    Returns
    -------
    shape (k + 2,): k + 1 bins and the NULLs
    """
    numbers, inner = np.asarray(values, float), np.asarray(edges, float)
    place = np.searchsorted(inner, numbers, side="right")
    place[np.isnan(numbers)] = inner.size + 1
    return np.bincount(place, minlength=inner.size + 2)


def benjamini_hochberg(p_values: ArrayLike, *, rate: float = 0.05) -> NDArray[np.bool_]:
    """Return which of many tests stand out while at most ``rate`` of those named are false.

    Parameters
    ----------
    p_values : shape (m,), in [0, 1]
    rate : false discovery rate

    Returns
    -------
    shape (m,), bool

    References
    ----------
    Y. Benjamini, Y. Hochberg (1995), J. R. Stat. Soc. B 57, 289-300.
    """
    p = np.asarray(p_values, float)
    order = np.argsort(p)
    passing = np.flatnonzero(p[order] <= rate * np.arange(1, p.size + 1) / max(1, p.size))
    named = np.zeros(p.size, dtype=bool)
    if passing.size:
        named[order[: passing[-1] + 1]] = True
    return named
