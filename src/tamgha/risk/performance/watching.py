"""Looking every day without being fooled: always-valid limits, and when to retire a profile (4.17)."""

from dataclasses import dataclass
from typing import Literal

from tamgha.risk.performance import intervals
from tamgha.risk.performance import reasons as say
from tamgha.risk.performance.rates import interval
from tamgha.shared.figures import Estimate, NotShown

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

    verdict: Literal["retire", "not_better", "better"]
    profile: Estimate | NotShown
    random: Estimate | NotShown


def standing(profile: tuple[int, int], random: tuple[int, int]) -> Standing:
    """Return whether a profile is to be proposed for retirement.

    Parameters
    ----------
    profile, random : (found, results) of the profile's hits and of the random stratum

    Returns
    -------
    Standing. The rule is slow; "not shown better than random" is another, weaker sentence.
    """
    own, draw = live_hit_rate(*profile, factor=40), live_hit_rate(*random, factor=40)
    verdict: Literal["retire", "not_better", "better"] = "not_better"
    if isinstance(own, Estimate) and isinstance(draw, Estimate) and own.interval and draw.interval:
        if own.interval.high < draw.interval.low:
            verdict = "retire"
        elif own.interval.low > draw.interval.high:
            verdict = "better"
    return Standing(verdict, own, draw)
