"""How many random examinations a question needs."""

import math
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from scipy import special

from tamgha.risk.performance import intervals

_MOST = 10_000_000


def interval_at(examined: int, rate: float) -> tuple[float, float]:
    """Return the Wilson limits to expect from ``examined`` random examinations at a true rate.

    Parameters
    ----------
    examined : count, > 0
    rate : share in [0, 1]

    Returns
    -------
    low, high : shares
    """
    low, high = intervals.wilson(examined * rate, examined)
    return float(low), float(high)


def examinations_for_width(rate: float, half_width: float) -> int:
    """Return how many examinations give an interval no wider than ± ``half_width``.

    Parameters
    ----------
    rate : true rate, share in (0, 1)
    half_width : in shares, > 0; for "± 25 % of the rate" give rate / 4

    Returns
    -------
    least n at which Wilson's half width is at most ``half_width``
    """

    def fits(n: int) -> bool:
        low, high = interval_at(n, rate)
        return (high - low) / 2 <= half_width

    return _first(fits)


def _first(fits: Callable[[int], bool]) -> int:
    low, high = 0, 1
    while not fits(high):
        low, high = high, high * 2
        if high > _MOST:
            raise ValueError("more than ten million examinations; ask for less")
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if fits(middle) else (middle, high)
    return high


def power_below_base(examined: int, rate: float, base: float) -> float:
    """Return the chance that a profile's Wilson upper limit lies below a known base rate.

    Parameters
    ----------
    examined : examinations of the profile
    rate : its true rate
    base : the rate of random examinations, known

    Returns
    -------
    share in [0, 1]
    """
    found = np.arange(examined + 1)
    _, high = intervals.wilson(found, examined)
    below = np.flatnonzero(high < base)
    if not below.size:
        return 0.0
    return float(special.bdtr(int(below[-1]), examined, rate))


def examinations_to_see_fall(rate: float, base: float, *, power: float = 0.8) -> int:
    """Return how many examinations of a profile show that it fell below a known base rate.

    Parameters
    ----------
    rate : the profile's true rate now, < base
    base : rate of random examinations
    power : wanted chance of seeing it

    Returns
    -------
    least n from which a Wilson upper limit below the base comes with at least ``power``
    """
    if not rate < base:
        raise ValueError(f"a fall means a rate below the base; {rate} and {base} came")
    n = 1
    while power_below_base(n, rate, base) < power:
        n += 1
        if n > _MOST:
            raise ValueError("more than ten million examinations; ask for less")
    return n


def power_against_random(profile: tuple[int, float], random: tuple[int, float]) -> float:
    """Return the chance that Newcombe's interval shows a profile below the random draw.

    Parameters
    ----------
    profile, random : (examinations, true rate)

    Returns
    -------
    share in [0, 1], by exact sums over both binomials
    """
    n1, n0 = profile[0], random[0]
    weight1, weight0 = _binomial(*profile), _binomial(*random)
    x1, x0 = np.arange(n1 + 1)[:, None], np.arange(n0 + 1)[None, :]
    keep1, keep0 = weight1 > 1e-12, weight0 > 1e-12
    x1, x0 = x1[keep1], x0[:, keep0]
    rates = [(x / n, *intervals.wilson(x, n)) for x, n in ((x1, n1), (x0, n0))]
    _, high = intervals.newcombe(rates[0], rates[1])
    return float(weight1[keep1] @ (high < 0) @ weight0[keep0])


def _binomial(n: int, rate: float) -> NDArray[np.float64]:
    k = np.arange(n + 1)
    log = special.gammaln(n + 1) - special.gammaln(k + 1) - special.gammaln(n - k + 1)
    logs = log + special.xlogy(k, rate) + special.xlog1py(n - k, -rate)
    return np.asarray(np.exp(logs), dtype=float)


def examinations_to_meet(share: float, *, certainty: float = 0.95, sensitivity: float = 1.0) -> int:
    """Return how many random examinations meet a scheme at least once.

    Parameters
    ----------
    share : of the flow that the scheme makes, in (0, 1)
    certainty : wanted chance
    sensitivity : chance that an examination of it finds it

    Returns
    -------
    least n with 1 − (1 − share·sensitivity)^n >= certainty
    """
    return math.ceil(math.log(1 - certainty) / math.log1p(-share * sensitivity))
