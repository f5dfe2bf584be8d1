"""Limits between which a truth plausibly lies: rates, counts, weighted sums, ratios.

Every function takes numbers or numpy arrays that broadcast together, and returns
``(low, high)`` as arrays of that shape. What a page shows is made of them in the modules
beside this one.
"""

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import special

from tamgha.shared.intervals import (
    LEVEL,
    Limits,
    fitting_counts,
    garwood,
    normal_quantile,
    wilson,
)

__all__ = [
    "LEVEL",
    "Limits",
    "agresti_coull",
    "always_valid",
    "clopper_pearson",
    "fay_feuer",
    "garwood",
    "koopman",
    "mid_p_gamma",
    "mover_r",
    "newcombe",
    "normal_quantile",
    "wilson",
]

_HALVINGS = 80


def agresti_coull(found: ArrayLike, examined: ArrayLike, *, level: float = LEVEL) -> Limits:
    """Return Agresti and Coull's limits of a rate: a little wider than Wilson's, for small n.

    Parameters and returns as in `wilson`.

    References
    ----------
    A. Agresti, B. A. Coull (1998), Am. Stat. 52, 119-126.
    """
    f, n = fitting_counts(found, examined)
    z = normal_quantile(level)
    n_more = n + z * z
    p = (f + z * z / 2) / n_more
    reach = z * np.sqrt(p * (1 - p) / n_more)
    return np.clip(p - reach, 0.0, 1.0), np.clip(p + reach, 0.0, 1.0)


def clopper_pearson(found: ArrayLike, examined: ArrayLike, *, level: float = LEVEL) -> Limits:
    """Return the exact limits of a rate, which never cover less than ``level``.

    Parameters and returns as in `wilson`.

    References
    ----------
    C. J. Clopper, E. S. Pearson (1934), Biometrika 26, 404-413.
    """
    f, n = fitting_counts(found, examined)
    tail = (1 - level) / 2
    low = special.betaincinv(np.maximum(f, 1e-300), n - f + 1, tail)
    high = special.betaincinv(f + 1, np.maximum(n - f, 1e-300), 1 - tail)
    return np.where(f == 0, 0.0, low), np.where(f == n, 1.0, high)


def _gamma_pair(
    total: ArrayLike, variance: ArrayLike, largest: ArrayLike
) -> tuple[NDArray[np.float64], ...]:
    """Return shape and scale of the lower and of the upper gamma; scale 0 where degenerate."""
    t, v, w = np.broadcast_arrays(
        np.asarray(total, float), np.asarray(variance, float), np.asarray(largest, float)
    )
    if np.any(t < 0) or np.any(v < 0) or np.any(w < 0):
        raise ValueError("a weighted sum, its variance and its largest weight are 0 or more")
    safe_t, safe_v = np.where(t > 0, t, 1.0), np.where(v > 0, v, 1.0)
    shape_low, scale_low = safe_t**2 / safe_v, np.where(t > 0, v / safe_t, 0.0)
    up_t, up_v = t + w, v + w * w
    shape_up = np.where(up_v > 0, up_t**2 / np.where(up_v > 0, up_v, 1.0), 1.0)
    scale_up = np.where(up_t > 0, up_v / np.where(up_t > 0, up_t, 1.0), 0.0)
    return shape_low, scale_low, shape_up, scale_up


def fay_feuer(
    total: ArrayLike, variance: ArrayLike, largest: ArrayLike, *, level: float = LEVEL
) -> Limits:
    """Return the gamma limits of a weighted sum of rare events; for use where a promise must hold.

    Parameters
    ----------
    total : Σ y·w, >= 0
    variance : Σ y·w², >= 0
    largest : the largest weight that any covered unit could have, not the largest found

    Returns
    -------
    low, high : in the unit of ``total``

    References
    ----------
    M. P. Fay, E. J. Feuer (1997), Stat. Med. 16, 791-801.
    """
    shape_low, scale_low, shape_up, scale_up = _gamma_pair(total, variance, largest)
    tail = (1 - level) / 2
    return (
        special.gammaincinv(shape_low, tail) * scale_low,
        special.gammaincinv(shape_up, 1 - tail) * scale_up,
    )


def mid_p_gamma(
    total: ArrayLike, variance: ArrayLike, largest: ArrayLike, *, level: float = LEVEL
) -> Limits:
    """Return the mid-p gamma limits of a weighted sum of rare events.

    The limits are the x at which ½·F_L(x) + ½·F_U(x) reaches the two tails, F_L and F_U being
    the gammas of Fay and Feuer. With nothing found: 0, and 3.00 times the largest weight.

    Parameters and returns as in `fay_feuer`.

    References
    ----------
    M. P. Fay, S. Kim (2017), Biometrical J. 59, 1161-1175.
    """
    pair = _gamma_pair(total, variance, largest)
    tail = (1 - level) / 2
    return _mixed_quantile(pair, tail), _mixed_quantile(pair, 1 - tail)


def _mixed_quantile(pair: tuple[NDArray[np.float64], ...], share: float) -> NDArray[np.float64]:
    shape_low, scale_low, shape_up, scale_up = pair
    first = special.gammaincinv(shape_low, share) * scale_low
    second = special.gammaincinv(shape_up, share) * scale_up
    low, high = np.minimum(first, second), np.maximum(first, second)
    safe_low, safe_up = np.where(scale_low > 0, scale_low, 1.0), np.where(scale_up > 0, scale_up, 1)
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        lower_cdf = np.where(scale_low > 0, special.gammainc(shape_low, middle / safe_low), 1.0)
        upper_cdf = np.where(scale_up > 0, special.gammainc(shape_up, middle / safe_up), 1.0)
        beyond = (lower_cdf + upper_cdf) / 2 >= share
        low, high = np.where(beyond, low, middle), np.where(beyond, middle, high)
    return np.where(high < 1e-12 * np.maximum(scale_up, 1e-300), 0.0, high)


def newcombe(
    first: tuple[ArrayLike, ArrayLike, ArrayLike], second: tuple[ArrayLike, ArrayLike, ArrayLike]
) -> Limits:
    """Return the limits of the difference of two rates of disjoint groups, first − second.

    Parameters
    ----------
    first, second : (value, low, high), each with limits of the same level

    Returns
    -------
    low, high : differences of shares, in [-1, 1]

    References
    ----------
    R. G. Newcombe (1998), Stat. Med. 17, 873-890, method 10.
    """
    p1, l1, u1 = (np.asarray(part, float) for part in first)
    p0, l0, u0 = (np.asarray(part, float) for part in second)
    d = p1 - p0
    return (
        d - np.sqrt((p1 - l1) ** 2 + (u0 - p0) ** 2),
        d + np.sqrt((u1 - p1) ** 2 + (p0 - l0) ** 2),
    )


def mover_r(
    first: tuple[ArrayLike, ArrayLike, ArrayLike], second: tuple[ArrayLike, ArrayLike, ArrayLike]
) -> Limits:
    """Return the limits of the ratio of two rates, first / second.

    Parameters
    ----------
    first, second : (value, low, high), each with limits of the same level

    Returns
    -------
    low, high : ratios >= 0; low is 0 where the first found nothing, high is infinite where the
        lower limit of the second is 0

    References
    ----------
    A. Donner, G. Y. Zou (2012), Stat. Methods Med. Res. 21, 347-359.
    """
    p1, l1, u1 = (np.asarray(part, float) for part in first)
    p0, l0, u0 = (np.asarray(part, float) for part in second)
    a = p1 * p0
    lower_part, upper_part = l1 * (2 * p1 - l1), u1 * (2 * p1 - u1)
    lower_root = np.sqrt(np.maximum(0.0, a * a - lower_part * u0 * (2 * p0 - u0)))
    upper_root = np.sqrt(np.maximum(0.0, a * a - upper_part * l0 * (2 * p0 - l0)))
    low = np.where(p1 > 0, lower_part / np.where(a + lower_root > 0, a + lower_root, 1.0), 0.0)
    divisor = l0 * (2 * p0 - l0)
    high = np.where(divisor > 0, (a + upper_root) / np.where(divisor > 0, divisor, 1.0), np.inf)
    return low, high


def always_valid(
    found: ArrayLike,
    examined: ArrayLike,
    *,
    factor: float = 20.0,
    prior: tuple[float, float] = (1.0, 9.0),
) -> Limits:
    """Return limits of a rate that stay valid however often one looks.

    Keeps every p with B(a+f, b+n−f)/B(a, b) < factor·p^f·(1−p)^(n−f), Robbins' mixture.

    Parameters
    ----------
    found : counts, 0 <= found <= examined
    examined : counts, >= 0 (0 gives [0, 1])
    factor : 1/α; 20 for 95 %, 40 for 97.5 % of each of two sides
    prior : (a, b), fixed before the first result

    Returns
    -------
    low, high : shares in [0, 1]

    References
    ----------
    H. Robbins (1970), Ann. Math. Stat. 41, 1397-1409; S. R. Howard et al. (2021),
    Ann. Stat. 49, 1055-1080.
    """
    f, n = np.broadcast_arrays(np.asarray(found, float), np.asarray(examined, float))
    if np.any(f < 0) or np.any(f > n):
        raise ValueError(f"{found!r} found do not fit {examined!r} examined")
    a, b = prior
    edge = special.betaln(a + f, b + n - f) - special.betaln(a, b) - np.log(factor)
    best = f / np.where(n > 0, n, 1.0)
    low = _likelihood_crossing(f, n, edge, (np.zeros_like(best), best))
    high = _likelihood_crossing(f, n, edge, (np.ones_like(best), best))
    return (
        np.where((f == 0) | (n == 0), 0.0, low),
        np.where((f == n) | (n == 0), 1.0, high),
    )


def _likelihood_crossing(
    f: NDArray[np.float64],
    n: NDArray[np.float64],
    edge: NDArray[np.float64],
    ends: tuple[NDArray[np.float64], NDArray[np.float64]],
) -> NDArray[np.float64]:
    outer, inner = ends
    for _ in range(_HALVINGS):
        middle = (outer + inner) / 2
        kept = special.xlogy(f, middle) + special.xlog1py(n - f, -middle) > edge
        outer, inner = np.where(kept, outer, middle), np.where(kept, middle, inner)
    return inner


def koopman(
    first: tuple[int, int], second: tuple[int, int], *, level: float = LEVEL
) -> tuple[float, float]:
    """Return Koopman's score limits of a ratio of two rates: the check on `mover_r`.

    Parameters
    ----------
    first, second : (found, examined)

    Returns
    -------
    low, high : ratios >= 0; high is infinite where the second found nothing

    References
    ----------
    P. A. R. Koopman (1984), Biometrics 40, 513-517.
    """
    fitting_counts(*first)
    fitting_counts(*second)
    bound = normal_quantile(level) ** 2
    (x1, n1), (x0, n0) = first, second
    if x1 == 0 and x0 == 0:
        return 0.0, np.inf
    point = np.inf if x0 == 0 else (x1 / n1) / (x0 / n0)
    low = 0.0 if x1 == 0 else _score_crossing(first, second, bound, (1e-12, min(point, 1e12)))
    high = np.inf if x0 == 0 else _score_crossing(first, second, bound, (1e12, max(point, 1e-12)))
    return low, high


def _score_crossing(
    first: tuple[int, int], second: tuple[int, int], bound: float, ends: tuple[float, float]
) -> float:
    outer, inner = ends
    for _ in range(200):
        middle = float(np.sqrt(outer * inner))
        if _koopman_score(first, second, middle) > bound:
            outer = middle
        else:
            inner = middle
    return inner


def _koopman_score(first: tuple[int, int], second: tuple[int, int], ratio: float) -> float:
    (x1, n1), (x0, n0) = first, second
    b = ratio * (n1 + x0) + x1 + n0
    root = np.sqrt(max(0.0, b * b - 4 * ratio * (n1 + n0) * (x1 + x0)))
    p1 = min(max((b - root) / (2 * (n1 + n0)), 1e-15), 1 - 1e-15)
    spread = n1 * p1 * (1 - p1)
    return float((x1 - n1 * p1) ** 2 / spread * (1 + n1 * (ratio - p1) / (n0 * (1 - p1))))
