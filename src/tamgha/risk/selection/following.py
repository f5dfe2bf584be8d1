"""After the decision: hold and timer as functions of time, re-routes, lists (rules 14–18).

The system's lane and the counters never change by what happens later; the difference between
the system's lane and the final one is the override.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Literal

from tamgha.risk.selection.lanes import LANE_WORDS, Lane
from tamgha.shared.errors import TamghaError
from tamgha.shared.words import Words


def green_due(decided_at: datetime, delay_minutes: int) -> datetime:
    """Return when a held green declaration is released."""
    return decided_at + timedelta(minutes=delay_minutes)


def is_held(lane: Lane, decided_at: datetime, delay_minutes: int, now: datetime) -> bool:
    """Return whether a declaration stands by: green, and its delay has not ended.

    Due when now >= decision time + delay. Holding changes neither lane nor counters.
    """
    return lane is Lane.GREEN and now < green_due(decided_at, delay_minutes)


def blue_due(decided_at: datetime, days: int) -> datetime:
    """Return when yellow becomes blue: n × 24 hours after the decision."""
    return decided_at + timedelta(hours=24 * days)


def timed_lane(
    lane: Lane, decided_at: datetime, days: int | None, now: datetime, *, verified: bool
) -> Lane:
    """Return the lane at a moment: yellow becomes blue after ``days``, if not verified (rule 15).

    The way stays, the event is "timer", the counters do not move.

    Parameters
    ----------
    lane : before the timer
    days : setting; None is never
    verified : whether the declaration was verified before the timer ran out
    """
    if lane is not Lane.YELLOW or days is None or verified:
        return lane
    return Lane.BLUE if now >= blue_due(decided_at, days) else lane


class Kind(StrEnum):
    """What happened to a declaration after its decision."""

    REROUTED = "rerouted"
    TIMER = "timer"
    AMENDED = "amended"
    QUERY_OPENED = "query_opened"
    QUERY_CLOSED = "query_closed"
    CLEARED = "cleared"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened to a declaration, beside its stored decision.

    Parameters
    ----------
    kind : what happened
    at : aware datetime
    lane : the lane from then on, where it changed one
    person, reason : who and why, of a re-route
    """

    kind: Kind
    at: datetime
    lane: Lane | None = None
    person: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Reroute:
    """A re-route that may be stored.

    Parameters
    ----------
    event : to be stored
    direction : "up" is stricter
    needs_examiner : green to yellow or red triggers the assignment of an examiner (rule 17)
    """

    event: Event
    direction: Literal["up", "down"]
    needs_examiner: bool


_SAME = Words(
    "The declaration is in the {lane} lane already. Choose another lane.",
    "Декларация уже в этом коридоре ({lane}). Выберите другой.",
)
_NO_REASON = Words(
    "A re-route is stored with the person and the reason. Say why the lane is changed.",
    "Изменение коридора сохраняется с именем сотрудника и причиной. Укажите причину.",
)


def reroute(lane: Lane, event: Event) -> Reroute:
    """Return the re-route of one declaration, or refuse it.

    Parameters
    ----------
    lane : lane now
    event : with lane, person and reason

    Raises
    ------
    TamghaError
        If the lane would stay the same, or person or reason are missing.
    """
    if event.lane is None or event.lane is lane:
        raise TamghaError(_SAME.format(lane=LANE_WORDS[lane]))
    if not (event.reason.strip() and event.person.strip()):
        raise TamghaError(_NO_REASON)
    up = event.lane.strictness > lane.strictness
    needs_examiner = lane is Lane.GREEN and event.lane in (Lane.RED, Lane.YELLOW)
    return Reroute(event, "up" if up else "down", needs_examiner)


def lane_now(system_lane: Lane, events: Sequence[Event]) -> Lane:
    """Return the lane after all events, in the order of time."""
    lanes = [event.lane for event in _in_time(events) if event.lane is not None]
    return lanes[-1] if lanes else system_lane


def override(system_lane: Lane, events: Sequence[Event]) -> Literal["up", "down"] | None:
    """Return whether staff overrode the system's lane, up or down; None where they did not.

    A timer or an amendment is the system's own doing. A selected declaration re-routed to green
    is the end of its control (rule 17), not an override.
    """
    system, final = system_lane, system_lane
    for event in _in_time(events):
        if event.lane is None:
            continue
        if event.kind is Kind.REROUTED:
            if event.lane is Lane.GREEN and final is not Lane.GREEN:
                continue
            final = event.lane
        else:
            system = final = event.lane
    if final is system:
        return None
    return "up" if final.strictness > system.strictness else "down"


def is_verified(system_lane: Lane, events: Sequence[Event]) -> bool:
    """Return whether a selected declaration counts as verified: re-routed to green, or cleared."""
    lane = system_lane
    for event in _in_time(events):
        if event.kind is Kind.CLEARED:
            return True
        if event.lane is not None:
            if event.lane is Lane.GREEN and lane is not Lane.GREEN:
                return True
            lane = event.lane
    return False


ControlStatus = Literal["query", "selected", "stand_by", "controlled", "not_required", "cancelled"]


def control_status(
    system_lane: Lane,
    decided_at: datetime,
    events: Sequence[Event],
    now: datetime,
    *,
    green_delay_minutes: int = 0,
) -> ControlStatus:
    """Return the list on which a declaration stands (rule 18).

    Query is a status, not a lane, and moves no counter.

    Returns
    -------
    "query" while a problem is open; "selected" until verified, then "controlled"; "stand_by"
    while green is held; "not_required" once released without control; "cancelled"
    """
    kinds = [event.kind for event in _in_time(events)]
    if Kind.CANCELLED in kinds:
        return "cancelled"
    if kinds.count(Kind.QUERY_OPENED) > kinds.count(Kind.QUERY_CLOSED):
        return "query"
    lane = lane_now(system_lane, events)
    was_selected = system_lane is not Lane.GREEN or any(
        event.lane not in (None, Lane.GREEN) for event in events
    )
    if was_selected:
        return "controlled" if is_verified(system_lane, events) else "selected"
    return "stand_by" if is_held(lane, decided_at, green_delay_minutes, now) else "not_required"


def _in_time(events: Sequence[Event]) -> list[Event]:
    return sorted(events, key=lambda event: event.at)
