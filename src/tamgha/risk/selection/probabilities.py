"""Inclusion probabilities, exact: the chance of each lane before the declaration's own draws.

Given hits and counters the probabilities are known exactly, and
unbiasedness needs no more.
"""

from fractions import Fraction
from functools import lru_cache

from tamgha.risk.selection.lanes import CHOSEN, WHOLE, Lane, LaneShares

Chances = tuple[Fraction, Fraction, Fraction]
"""Probability of red, of yellow, of blue."""


@lru_cache(maxsize=65_536)
@lru_cache(maxsize=8_192)
def lane_chances(
    shares: tuple[LaneShares, ...],
    random: LaneShares,
    *,
    forced: Lane | None = None,
    owed: Lane | None = None,
    random_lifts: bool = False,
) -> Chances:
    """Return the probabilities of red, yellow and blue in mode modsel.

    Parameters
    ----------
    shares : of each live criterion hit
    random : rates of the random draw
    forced : lane of "maximum hits", should no criterion draw a lane; None while hits <= H
    owed : lane that top-up owes just before this declaration
    random_lifts : whether a random member gets the stricter of its two lanes

    Returns
    -------
    three Fractions in [0, 1], together at most 1
    """
    by_criteria = _by_criteria(shares)
    left = 1 - by_criteria[-1]
    if forced is not None:
        edge = CHOSEN.index(forced)
        by_criteria = [
            chance + left if place >= edge else chance for place, chance in enumerate(by_criteria)
        ]
        left = Fraction(0)
    by_draw = [Fraction(edge, WHOLE) for edge in random.cumulated]
    if random_lifts:
        reached = [1 - (1 - c) * (1 - m) for c, m in zip(by_criteria, by_draw, strict=True)]
    else:
        reached = [c + left * m for c, m in zip(by_criteria, by_draw, strict=True)]
    chances = [reached[0], reached[1] - reached[0], reached[2] - reached[1]]
    if owed is not None:
        chances[CHOSEN.index(owed)] += left * (1 - by_draw[-1])
    return chances[0], chances[1], chances[2]


def _by_criteria(shares: tuple[LaneShares, ...]) -> list[Fraction]:
    """Return the chance that criteria give each lane or a stricter one."""
    chances = []
    for place in range(3):
        missed = 1
        for one in shares:
            missed *= WHOLE - one.cumulated[place]
        chances.append(1 - Fraction(missed, WHOLE ** len(shares)))
    return chances


def batch_chance(n: int, k: int, explored: int, pool: int, *, in_pool: bool) -> Fraction:
    """Return the probability of examination of what criteria and score leave in a batch (2.1).

    Parameters
    ----------
    n : those left after exploration
    k : drawn at random of them
    explored, pool : X drawn for exploration out of P
    in_pool : whether this declaration was in the pool

    Returns
    -------
    k/n; in the pool X/P + (1 − X/P)·k/n
    """
    drawn = Fraction(min(k, n), n) if n else Fraction(0)
    if not (in_pool and explored):
        return drawn
    chosen = Fraction(explored, pool)
    return chosen + (1 - chosen) * drawn


def lot_chance(expected: Fraction, waiting: int) -> Fraction:
    """Return the probability of being drawn in a lot (2.3): e/n while n > e.

    Parameters
    ----------
    expected : e, the lot's part of the random quota with what was carried over
    waiting : n > 0
    """
    whole = expected.numerator // expected.denominator
    part = expected - whole
    return ((1 - part) * min(whole, waiting) + part * min(whole + 1, waiting)) / waiting


def arrival_chance(rate: Fraction, explore: Fraction | None) -> Fraction:
    """Return the probability by rule A (2.4): p, or p + (1 − p)·p_e for the novel."""
    return rate if explore is None else rate + (1 - rate) * explore
