"""Seeded draws that give the same bytes on every machine and with every numpy.

Only what numpy and IEEE 754 promise is used: the raw words of PCG64 (that stream never changes,
those of ``Generator`` may), integer arithmetic, and the four operations of doubles. A machine's
own logarithm, exponential and cosine differ in the last bit, so none is called on drawn numbers.
"""

from hashlib import sha256

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import ndtri

Words64 = NDArray[np.uint64]
Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]

_GOLDEN = np.uint64(0x9E3779B97F4A7C15)
_LOG2_E = 1.4426950408889634
_LN_2 = 0.6931471805599453
_SLOTS_BITS = 12
_STEP: float = 2.0**-53
# Six decimals, so that the last bit of a machine's ndtri cannot be seen.
_NORMAL: Floats = np.round(ndtri((np.arange(65536) + 0.5) / 65536), 6)


def uniform(words: Words64) -> Floats:
    """Return numbers in [0, 1) from the upper 53 bits of random words; same shape."""
    return (words >> np.uint64(11)).astype(np.float64) * _STEP


def normal(words: Words64) -> Floats:
    """Return standard normal numbers, 65,536 levels from -4.3 to 4.3, from the upper 16 bits."""
    numbers: Floats = _NORMAL[(words >> np.uint64(48)).astype(np.intp)]
    return numbers


def exponential(x: Floats) -> Floats:
    """Return e**x with a relative error under 1e-10, bit for bit the same everywhere.

    Parameters
    ----------
    x : any shape, |x| < 700
    """
    power = np.rint(x * _LOG2_E)
    rest = x - power * _LN_2
    result = np.full_like(rest, 1.0 / 3_628_800)
    for divisor in (362_880, 40_320, 5_040, 720, 120, 24, 6, 2, 1, 1):
        result *= rest
        result += 1.0 / divisor
    return np.ldexp(result, power.astype(np.int32))


def scrambled(words: Words64) -> Words64:
    """Return the words with every bit depending on every other (finaliser of SplitMix64)."""
    words = (words ^ (words >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    words = (words ^ (words >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return words ^ (words >> np.uint64(31))


def _digest_word(text: str) -> int:
    return int.from_bytes(sha256(text.encode()).digest()[:8], "big")


class Streams:
    """All randomness of one world, by name.

    A name has its own stream: a new field with a new name leaves every other field as it was.

    Parameters
    ----------
    seed : int, >= 0
    """

    def __init__(self, seed: int) -> None:
        self._seed = seed

    def words(self, name: str, size: int, *numbers: int) -> Words64:
        """Return ``size`` random words of the stream ``name``, sub-stream ``numbers`` (a week)."""
        key = _digest_word(name)
        spawn_key = (key >> 32, key & 0xFFFFFFFF, *numbers)
        source = np.random.PCG64(np.random.SeedSequence(self._seed, spawn_key=spawn_key))
        return np.asarray(source.random_raw(size), dtype=np.uint64)

    def uniform(self, name: str, size: int, *numbers: int) -> Floats:
        """Return ``size`` numbers in [0, 1)."""
        return uniform(self.words(name, size, *numbers))

    def normal(self, name: str, size: int, *numbers: int) -> Floats:
        """Return ``size`` standard normal numbers."""
        return normal(self.words(name, size, *numbers))

    def facts(self, name: str, *parts: ArrayLike) -> Words64:
        """Return one random word per tuple of whole numbers: a lasting fact that needs no memory.

        The price that firm 7 pays for good 12 is the same word in every week.

        Parameters
        ----------
        parts : arrays of integers >= 0 that can be broadcast together
        """
        state = np.array([_digest_word(f"{self._seed}:{name}")], dtype=np.uint64)
        for part in parts:
            state = scrambled((state ^ np.asarray(part).astype(np.uint64)) + _GOLDEN)
        return scrambled(state)


class Wheel:
    """A choice among few things by weight, as a table of 4,096 slots.

    Parameters
    ----------
    weights : shape (things,) or (groups, things), >= 0, each row with a positive sum
        Weights under 1/4,096 of the whole may get no slot.
    """

    def __init__(self, weights: ArrayLike) -> None:
        rows = np.atleast_2d(np.asarray(weights, dtype=np.float64))
        slots = 1 << _SLOTS_BITS
        table = np.empty((len(rows), slots), dtype=np.int64)
        for row, place in zip(rows, table, strict=True):
            edges = np.cumsum(row)
            ends = np.rint(edges / edges[-1] * slots).astype(np.int64)
            place[:] = np.repeat(np.arange(len(row)), np.diff(ends, prepend=0))
        self._table = table

    def pick(self, words: Words64, group: Ints | int = 0) -> Ints:
        """Return the index of the thing chosen by each word, in its group; shape of ``words``."""
        things: Ints = self._table[group, (words >> np.uint64(64 - _SLOTS_BITS)).astype(np.intp)]
        return things
