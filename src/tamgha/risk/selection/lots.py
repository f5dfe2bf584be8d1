"""Mode capacity, arrival by arrival, rule B: score at once, the rest waits for its lot (2.3).

Two purses that never look at each other: K for the lots, C − K for mandatory and score.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from math import ceil, floor

from tamgha.risk.selection.batch import NOTHING, SURE, Candidate, red_or_green
from tamgha.risk.selection.decisions import CapacityFacts, Decision, Declared
from tamgha.risk.selection.draws import as_fraction
from tamgha.risk.selection.lanes import Way
from tamgha.risk.selection.plans import CapacityParameters
from tamgha.risk.selection.probabilities import lot_chance


@dataclass(frozen=True, slots=True)
class DayForecast:
    """What is expected of a day, fixed the evening before.

    Anything here that depended on today's draws would break the probabilities.

    Parameters
    ----------
    arrivals : expected declarations of the day, > 0
    variation : coefficient of variation (cv) of that forecast, > 0
    mandatory : expected mandatory declarations
    lot_shares : usual share of the day of each lot, together 1
    novel : expected declarations whose trader or goods were never examined
    scores : of the last 30 days, rising
    """

    arrivals: Fraction
    variation: Fraction
    mandatory: Fraction
    lot_shares: tuple[Fraction, ...]
    novel: Fraction = NOTHING
    scores: tuple[float, ...] = ()

    def gone(self, lots: int) -> Fraction:
        """Return the usual share of the day gone after ``lots`` lots, F_t."""
        return sum(self.lot_shares[:lots], NOTHING)

    def remaining(self, arrived: int, gone: Fraction) -> Fraction:
        """Return the arrivals still to come, L >= 1.

        L = max(1, (a + n_t)/(a/forecast + F_t) · (1 − F_t)) with a = 1/cv².

        Parameters
        ----------
        arrived : n_t, so far
        gone : F_t, usual share of the day gone
        """
        a = 1 / self.variation**2
        return max(Fraction(1), (a + arrived) / (a / self.arrivals + gone) * (1 - gone))


@dataclass(frozen=True, slots=True)
class DayState:
    """Purses and draws of one office, direction and local day; moved on a locked row.

    Parameters
    ----------
    phase_draw : the day's keyed draw, 0 <= draw < 2^64
    purse : slots left for mandatory and score
    backlog : ids chosen and not yet examined, the oldest first; goes on to the next day
    expected : A, sum of the e of the lots so far
    carry : expected part of lots in which nobody waited
    arrived : declarations so far, those that wait included
    closed : lots closed so far
    """

    phase_draw: int
    purse: int
    backlog: tuple[str, ...] = ()
    expected: Fraction = NOTHING
    carry: Fraction = NOTHING
    arrived: int = 0
    closed: int = 0


def open_day(
    parameters: CapacityParameters, phase_draw: int, backlog: tuple[str, ...] = ()
) -> DayState:
    """Return the state of a new day: the backlog of yesterday is taken off C − K."""
    purse = parameters.capacity - parameters.random - len(backlog)
    return DayState(phase_draw, max(0, purse), backlog[max(0, purse + len(backlog)) :])


def score_threshold(history: Sequence[float], free: Fraction, remaining: Fraction) -> float | None:
    """Return the least score chosen now: the (1 − min(1, free/L)) quantile of the last 30 days.

    Parameters
    ----------
    history : scores of the last 30 days, rising
    free : slots free for score
    remaining : L

    Returns
    -------
    the score at rank ⌈(1 − free/L)·m⌉ of m; None where every score may be chosen: as many slots
    as arrivals are left, or there is no history yet
    """
    share = 1 - min(Fraction(1), free / remaining)
    rank = ceil(share * len(history))
    return history[rank - 1] if rank > 0 else None


def on_arrival(
    one: Candidate, parameters: CapacityParameters, state: DayState, facts: CapacityFacts
) -> tuple[Decision | None, DayState]:
    """Return the decision at once on mandatory and score, or None: it waits for its lot.

    Parameters
    ----------
    one : the arrival
    state : of its office, direction and day
    facts : with ``free`` (purse − mandatory still expected) and ``threshold``, as
        `arrival_facts` gives them

    Returns
    -------
    decision or None, and the state after it
    """
    way = arrival_way(one.declared, facts)
    if way is Way.NONE:
        return None, state
    decision = red_or_green(one.declared, "lots", way, SURE, facts)
    if state.purse > 0:
        return decision, replace(state, purse=state.purse - 1)
    return decision, replace(state, backlog=(*state.backlog, one.id))


def arrival_facts(
    one: Candidate,
    parameters: CapacityParameters,
    state: DayState,
    forecast: DayForecast,
    history: Sequence[float],
    moment: tuple[int, Fraction],
) -> CapacityFacts:
    """Return what an arrival is decided by.

    Parameters
    ----------
    history : scores of the last 30 days, rising
    moment : (arrived so far, usual share of the day gone)
    """
    arrived, gone = moment
    free = state.purse - forecast.mandatory * (1 - gone)
    threshold = score_threshold(history, max(NOTHING, free), forecast.remaining(arrived, gone))
    return CapacityFacts(
        parameters_version=parameters.version,
        mandatory=one.mandatory,
        novel=one.novel,
        tie_draw=one.tie_draw,
        explore_draw=one.explore_draw,
        free=free,
        threshold=threshold,
    )


def arrival_way(declared: Declared, facts: CapacityFacts) -> Way:
    """Return the way of an arrival before any lot: mandatory, score or none."""
    if facts.mandatory:
        return Way.MANDATORY
    if facts.free is None or facts.free < 1 or declared.score is None:
        return Way.NONE
    return Way.SCORE if facts.threshold is None or declared.score >= facts.threshold else Way.NONE


def close_lot(
    waiting: Sequence[tuple[Declared, CapacityFacts]],
    parameters: CapacityParameters,
    state: DayState,
    share: Fraction,
    *,
    group: str,
) -> tuple[tuple[Decision, ...], DayState]:
    """Return who of a lot is drawn.

    The lot expects e = K·f + carry; k = ⌊A + e + φ⌋ − ⌊A + φ⌋, so that over the day exactly K are
    drawn and each lot gives k = e on average. Where nobody waits, e is handed on.

    Parameters
    ----------
    waiting : those that neither criteria nor score chose, with their facts of arrival
    share : f, usual share of the day of this lot, fixed the evening before
    group : id of the lot

    Returns
    -------
    decisions in the order of ``waiting``, and the state after the lot
    """
    expected = parameters.random * share + state.carry
    if not waiting:
        return (), replace(state, carry=expected)
    phase = as_fraction(state.phase_draw)
    drawn = floor(state.expected + expected + phase) - floor(state.expected + phase)
    places = sorted((0.0, one.random_draw, one.declaration) for one, _ in waiting)
    cut = places[min(drawn, len(places)) - 1] if drawn else None
    decisions = tuple(
        lot_decision(
            one,
            replace(
                facts,
                group=group,
                n=len(waiting),
                k=drawn,
                expected=expected,
                random_cut=cut,
            ),
        )
        for one, facts in waiting
    )
    return decisions, replace(state, expected=state.expected + expected, carry=NOTHING)


def lot_decision(declared: Declared, facts: CapacityFacts) -> Decision:
    """Return the decision that the facts of an arrival, and of its lot, imply."""
    way = arrival_way(declared, facts)
    if way is not Way.NONE:
        return red_or_green(declared, "lots", way, SURE, facts)
    place = (0.0, declared.random_draw, declared.declaration)
    if facts.random_cut is not None and place <= facts.random_cut:
        way = Way.RANDOM
    chance = NOTHING if facts.expected is None else lot_chance(facts.expected, facts.n)
    return red_or_green(declared, "lots", way, chance, facts)
