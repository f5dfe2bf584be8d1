"""Two rankings at the same capacity: what the new one finds that the old one did not (4.16)."""

import numpy as np
from numpy.typing import NDArray
from scipy import special

from tamgha.risk.performance import intervals
from tamgha.risk.performance import reasons as say
from tamgha.risk.performance.rates import interval, wilson_proportion
from tamgha.shared.figures import Estimate, NotShown


def precision_at(
    score: NDArray[np.float64], found: NDArray[np.bool_], capacity: int
) -> Estimate | NotShown:
    """Return the share of finds among the best ``capacity`` by score, by Wilson.

    Parameters
    ----------
    score : shape (n,), higher = riskier; ties in the order of the rows
    found : shape (n,), bool, known for every row
    capacity : C > 0
    """
    best = np.argsort(-score, kind="stable")[:capacity]
    return wilson_proportion(int(np.count_nonzero(found[best])), best.size)


def net_gain(only_new: int, only_old: int, capacity: int) -> Estimate | NotShown:
    """Return the gain in precision of a new ranking over an old one on the same flow.

    Parameters
    ----------
    only_new, only_old : finds chosen by the one and not by the other, b and c
    capacity : C, choices of each

    Returns
    -------
    Estimate of (b − c)/C, a difference of shares, by Wilson on b/(b + c)
    """
    apart = only_new + only_old
    if apart == 0:
        return say.too_few(say.TOO_FEW_PAIRS, say.NEEDS_PAIRS, capacity)
    low, high = intervals.wilson(only_new, apart)
    limits = interval(
        ((2 * low - 1) * apart / capacity, (2 * high - 1) * apart / capacity), "Wilson, discordant"
    )
    return Estimate((only_new - only_old) / capacity, limits, capacity)


def sign_test(only_new: int, only_old: int) -> float:
    """Return the exact two-sided p-value that both rankings are equally good; in (0, 1]."""
    n = only_new + only_old
    if n == 0:
        return 1.0
    return min(1.0, 2 * float(special.bdtr(min(only_new, only_old), n, 0.5)))


def finds_of_unlabelled(
    found: NDArray[np.bool_], inclusion: NDArray[np.float64], chosen_only_by_new: int
) -> Estimate | NotShown:
    """Return the finds in what only the new ranking chooses, where the old one made the labels.

    Parameters
    ----------
    found, inclusion : shape (n,), of those of them that were examined by a draw, π in (0, 1]
    chosen_only_by_new : all declarations that only the new ranking chooses, >= n

    Returns
    -------
    Estimate Σ y/π with the mid-p gamma interval; "not estimable" where none was drawn
    """
    if found.size == 0 and chosen_only_by_new:
        reason = say.UNLABELLED.format(count=chosen_only_by_new)
        return say.not_estimable(reason, say.NEEDS_RANDOM)
    weight = 1 / inclusion[found]
    largest = float((1 / inclusion).max()) if inclusion.size else 0.0
    limits = intervals.mid_p_gamma(weight.sum(), (weight**2).sum(), largest)
    return Estimate(float(weight.sum()), interval(limits, "mid-p gamma"), found.size)


def net_reclassification(
    new: NDArray[np.bool_], old: NDArray[np.bool_], found: NDArray[np.bool_]
) -> tuple[Estimate | NotShown, Estimate | NotShown]:
    """Return the net gain split: among what holds a find, and among the clean (4.16).

    Parameters
    ----------
    new, old : shape (n,), chosen by each ranking
    found : shape (n,), bool, known for every row

    Returns
    -------
    finds, clean : net share of each group moved *into* the choice; more finds and fewer clean
        are better
    """
    parts = []
    for group in (found, ~found):
        size = int(np.count_nonzero(group))
        gained = int(np.count_nonzero(group & new & ~old))
        lost = int(np.count_nonzero(group & old & ~new))
        parts.append(net_gain(gained, lost, size) if size else net_gain(0, 0, 0))
    return parts[0], parts[1]
