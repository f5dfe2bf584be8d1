"""Looking every day without being fooled: always-valid limits, and when to retire a profile (4.17)."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from tamgha.risk.performance import intervals
from tamgha.risk.performance import reasons as say
from tamgha.risk.performance.context import BacktestContext
from tamgha.risk.performance.rates import interval
from tamgha.shared.figures import Estimate, NotShown

Verdict: TypeAlias = Literal["retire", "not_better", "better"]
PRIOR = (1.0, 9.0)
"""Of the mixture, fixed before any result: one find in ten."""


def live_hit_rate(found: int, results: int, *, factor: float = 20.0) -> Estimate | NotShown:
    """Return a hit rate whose interval stays valid however often one looks.

    For the live page of a profile and for automatic proposals; a fixed monthly report may use
    `hit_rate`. The price: width .078 instead of .048 at 600 results.

    Parameters
    ----------
    found, results : counts, 0 <= found <= results
    factor : 20 for 95 %, 40 for one of two sides at 97.5 %
    """
    if results == 0:
        return say.too_few(say.NO_RESULTS, say.NEEDS_RESULTS)
    limits = intervals.always_valid(found, results, factor=factor, prior=PRIOR)
    return Estimate(found / results, interval(limits, "always valid", 1 - 1 / factor), results)


@dataclass(frozen=True, slots=True)
class Standing:
    """How a profile stands against the random draw, valid at any time.

    Parameters
    ----------
    verdict : "retire" where its upper limit lies below the draw's lower limit; "not_better" where
        it is merely not shown better; "better" where its lower limit lies above the draw's upper
    profile, random : the two rates, each with 97.5 % always-valid limits
    """

    verdict: Verdict
    profile: Estimate | NotShown
    random: Estimate | NotShown


def standing(
    profile: tuple[int, int],
    random: tuple[int, int],
    *,
    examined: tuple[int, int] | None = None,
) -> Standing:
    """Return whether a profile is to be proposed for retirement.

    Where results are out, the verdict holds whatever they turn out to be: to retire a profile,
    its missing results count as finds and those of the draw as clean, and the other way round to
    call it better.

    Parameters
    ----------
    profile, random : (found, results) of the profile's hits and of the random stratum, as
        `standing_counts` gives them
    examined : examinations of both, results that are out included; None where all are in

    Returns
    -------
    Standing. The rule is slow; "not shown better than random" is another, weaker sentence.
    """
    own, draw = live_hit_rate(*profile, factor=40), live_hit_rate(*random, factor=40)
    every = (profile[1], random[1]) if examined is None else examined
    return Standing(verdicts([profile], [random], [every])[0], own, draw)


def verdicts(
    profiles: Sequence[tuple[int, int]],
    randoms: Sequence[tuple[int, int]],
    examined: Sequence[tuple[int, int]],
) -> list[Verdict]:
    """Return the verdict of `standing` on many profiles at once, in a time that hardly grows with them.

    Parameters
    ----------
    profiles, randoms : (found, results) of each profile's hits and of the draw on its days
    examined : examinations of both, results that are out included
    """
    if not profiles:
        return []
    every = np.asarray(examined, np.int64)
    own_low, own_high = _whatever_comes(np.asarray(profiles, np.int64), every[:, 0])
    draw_low, draw_high = _whatever_comes(np.asarray(randoms, np.int64), every[:, 1])
    found: list[Verdict] = []
    for (_f, results), (_r, drawn), below, above in zip(
        profiles, randoms, own_high < draw_low, own_low > draw_high, strict=True
    ):
        known = results > 0 and drawn > 0
        found.append("retire" if known and below else "better" if known and above else "not_better")
    return found


def _whatever_comes(
    counts: NDArray[np.int64], examined: NDArray[np.int64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return 97.5 % always-valid limits, with missing results as clean below and finds above."""
    found, results = counts.T
    if np.any(found > results) or np.any(results > examined):
        raise ValueError(f"{counts!r} found and results do not fit {examined!r} examined")
    low, _ = intervals.always_valid(found, examined, factor=40, prior=PRIOR)
    _, high = intervals.always_valid(found + examined - results, examined, factor=40, prior=PRIOR)
    return low, high


@dataclass(frozen=True, slots=True)
class StandingCounts:
    """What `standing` is told of a profile and of the draw, on the same days.

    Parameters
    ----------
    profile, random : (found, results)
    examined : examinations of both, results that are out included
    """

    profile: tuple[int, int]
    random: tuple[int, int]
    examined: tuple[int, int]

    @property
    def standing(self) -> Standing:
        """How the profile stands."""
        return standing(self.profile, self.random, examined=self.examined)


def standing_counts(
    context: BacktestContext, hits: ArrayLike, drawn: ArrayLike, *, until: int | None = None
) -> StandingCounts:
    """Return the counts of a profile's hits and of the random stratum, by declaration.

    The profile counts every examined declaration that it hits, whatever chose it; the draw those
    that chance chose, hit or not. Both on the same days, since a fraud rate that changed would
    otherwise pass for a difference; and young days should be left out, because finds become
    known later than "clean" does (4.13).

    Parameters
    ----------
    context : of the set, as of today
    hits : shape (n,), bool, per item
    drawn : shape (n,), bool, per item: whether its way was the random draw
    until : first day that is too young, days since 1970-01-01; None counts all
    """
    old = np.ones(context.declarations, bool) if until is None else context.day < until
    counts, examined = [], []
    for items in (hits, drawn):
        mine = context.declaration_hits(items) & context.examined & old
        found = int(np.count_nonzero(mine & context.found))
        counts.append((found, int(np.count_nonzero(mine & context.result))))
        examined.append(int(np.count_nonzero(mine)))
    return StandingCounts(counts[0], counts[1], (examined[0], examined[1]))
