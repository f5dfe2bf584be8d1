"""Mode capacity, arrival by arrival, rule A: nobody waits.

Its blind part (no slot left, probability 0) is stored as 0 and printed.
"""

from dataclasses import dataclass, replace
from fractions import Fraction
from math import ceil

from tamgha.risk.selection.batch import NOTHING, SURE, Candidate, red_or_green
from tamgha.risk.selection.decisions import CapacityFacts, Decision, Declared
from tamgha.risk.selection.draws import is_below_fraction
from tamgha.risk.selection.lanes import Lane, Way
from tamgha.risk.selection.plans import CapacityParameters
from tamgha.risk.selection.probabilities import arrival_chance

NORMAL_95 = Fraction(1645, 1000)


@dataclass(frozen=True, slots=True)
class SlotState:
    """Slots of one office, direction and day; moved on a locked row.

    Parameters
    ----------
    slots : C − examined today
    backlog : ids chosen and not yet examined, the oldest first
    arrived : declarations so far
    """

    slots: int
    backlog: tuple[str, ...] = ()
    arrived: int = 0


def open_slots(parameters: CapacityParameters, backlog: tuple[str, ...] = ()) -> SlotState:
    """Return the slots of a new day: the backlog of yesterday takes them first, K excepted."""
    worked_off = min(len(backlog), parameters.capacity - parameters.random)
    return SlotState(parameters.capacity - worked_off, backlog[worked_off:])


def reserve(rate: Fraction, remaining: Fraction) -> int:
    """Return the slots kept back for the random draw: ⌈μ + 1.645·√μ⌉ with μ = p·L, exactly.

    Parameters
    ----------
    rate : p = K/forecast, fixed for the day
    remaining : L, arrivals still to come
    """
    mean = rate * remaining
    least = ceil(mean)
    while (least - mean) ** 2 < NORMAL_95**2 * mean:
        least += 1
    return least


def decide_arrival(
    one: Candidate, state: SlotState, facts: CapacityFacts
) -> tuple[Decision, SlotState]:
    """Return the decision on one arrival, and the slots after it.

    Parameters
    ----------
    one : the arrival
    state : slots before
    facts : with ``rate`` p, ``explore_rate`` p_e, ``reserve`` and ``threshold`` (the score cut;
        None chooses no one by score); slots, draws and flags are filled in here

    Returns
    -------
    decision, state. A mandatory declaration without a slot is red and goes to the backlog.
    """
    facts = replace(
        facts,
        slots=state.slots,
        mandatory=one.mandatory,
        novel=one.novel,
        tie_draw=one.tie_draw,
        explore_draw=one.explore_draw,
    )
    decision = arrival_decision(one.declared, facts)
    if decision.lane is not Lane.RED:
        return decision, state
    waits = one.mandatory and facts.slots - facts.reserve < 1
    if waits:
        return decision, replace(state, backlog=(*state.backlog, one.id))
    return decision, replace(state, slots=state.slots - 1)


def arrival_decision(declared: Declared, facts: CapacityFacts) -> Decision:
    """Return the decision that the facts of an arrival imply."""
    rate = facts.rate or NOTHING
    room = facts.slots - facts.reserve >= 1
    if facts.mandatory or chosen_by_score(declared, facts):
        way = Way.MANDATORY if facts.mandatory else Way.SCORE
        return red_or_green(declared, "arrivals", way, SURE, facts)
    if facts.slots < 1:
        return red_or_green(declared, "arrivals", Way.NONE, NOTHING, facts)
    explores = facts.explore_rate if room and facts.novel else None
    way = Way.NONE
    if explores is not None and is_below_fraction(facts.explore_draw, explores):
        way = Way.EXPLORE
    elif is_below_fraction(declared.random_draw, rate):
        way = Way.RANDOM
    return red_or_green(declared, "arrivals", way, arrival_chance(rate, explores), facts)


def chosen_by_score(declared: Declared, facts: CapacityFacts) -> bool:
    """Return whether the score chooses an arrival: room beside the reserve, and not below the cut."""
    return (
        facts.slots - facts.reserve >= 1
        and facts.threshold is not None
        and declared.score is not None
        and declared.score >= facts.threshold
    )
