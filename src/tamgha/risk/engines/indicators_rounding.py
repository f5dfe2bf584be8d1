"""Significant digits, the same for one value and for an array."""

import math
from functools import cache

import numpy as np

from tamgha.risk.engines.indicators_rows import Floats

_LEAST, _MOST = -305, 308
_POWERS: dict[int, float] = {power: float(f"1e{power}") for power in range(_LEAST, _MOST + 1)}
_TINY = math.ldexp(1.0, -930)
_EXPONENTS = 1 << 11


def _decimal(size: float) -> int:
    """Return the power of ten of the first digit; ``size`` is at least 2**-930 and finite."""
    guess = ((math.frexp(size)[1] - 1) * 1233) >> 12
    if guess < _MOST and size >= _POWERS[guess + 1]:
        return guess + 1
    return guess - 1 if size < _POWERS[guess] else guess


def significant_one(value: float, digits: int) -> float:
    """Round one value, to the very bits that ``significant`` gives."""
    size = abs(value)
    if not _TINY <= size < math.inf:
        return value
    shift = digits - 1 - _decimal(size)
    if shift >= 0:
        return round(value * _POWERS[shift]) / _POWERS[shift]
    return round(value / _POWERS[-shift]) * _POWERS[-shift]


@cache
def _scales(digits: int) -> tuple[Floats, Floats, Floats, Floats, Floats]:
    """Return by binary exponent: the power of ten inside it, then the scales below and from it on.

    First the two scales up (for numbers with a fraction to keep), then the two down.
    """
    border = np.full(_EXPONENTS, np.inf)
    scales = np.ones((4, _EXPONENTS))
    for exponent in range(_EXPONENTS - 1):
        low = math.ldexp(1.0, exponent - 1023)
        if low < _TINY:
            continue
        decimal = _decimal(low)
        if decimal < _MOST:
            border[exponent] = _POWERS[decimal + 1]
        shift = digits - 1 - decimal
        scales[:, exponent] = [
            _POWERS[max(power, 0)] for power in (shift, shift - 1, -shift, 1 - shift)
        ]
    return border, scales[0], scales[1], scales[2], scales[3]


def significant(values: Floats, digits: int) -> Floats:
    """Round to significant digits, half to even; NaN, 0 and what is below 2**-930 stay as they are.

    Parameters
    ----------
    values : shape (n,), finite or NaN
    digits : 1 to 15
    """
    size = np.abs(values)
    border, up, up_above, down, down_above = _scales(digits)
    exponent = size.view(np.int64) >> 52
    above = size >= border[exponent]
    scale = np.where(above, up_above[exponent], up[exponent])
    rounded: Floats = np.rint(values * scale)
    rounded /= scale
    large = np.flatnonzero(size >= _POWERS[digits])
    if len(large):
        at = exponent[large]
        scale = np.where(above[large], down_above[at], down[at])
        rounded[large] = np.rint(values[large] / scale) * scale
    tiny = np.flatnonzero((size < _TINY) & (size > 0))
    rounded[tiny] = values[tiny]
    return rounded
