"""Hold, timer, re-route and control_status: pure functions of time (rules 12 to 18)."""

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from tests.risk.selection.made import NOON

from tamgha.risk.selection import (
    CounterKey,
    Counters,
    Event,
    EventKind,
    Lane,
    control_status,
    is_held,
    is_verified,
    lane_now,
    override,
    period_of,
    recount,
    recount_faults,
    reroute,
    timed_lane,
)
from tamgha.shared.errors import TamghaError

KEY = CounterKey("KZ10", "import", "2026-03")


def event(kind, hours, lane=None, **more):
    return Event(kind, NOON + timedelta(hours=hours), lane, **more)


def test_green_is_due_exactly_when_the_delay_ends():
    assert is_held(Lane.GREEN, NOON, 30, NOON + timedelta(minutes=29, seconds=59))
    assert not is_held(Lane.GREEN, NOON, 30, NOON + timedelta(minutes=30))
    assert not is_held(Lane.RED, NOON, 30, NOON)


@pytest.mark.parametrize(
    ("lane", "hours", "verified", "then"),
    [
        (Lane.YELLOW, 71, False, Lane.YELLOW),
        (Lane.YELLOW, 72, False, Lane.BLUE),
        (Lane.YELLOW, 72, True, Lane.YELLOW),
        (Lane.RED, 72, False, Lane.RED),
    ],
)
def test_yellow_becomes_blue_after_full_days(lane, hours, verified, then):
    assert timed_lane(lane, NOON, 3, NOON + timedelta(hours=hours), verified=verified) is then


def test_a_rerouted_green_declaration_gets_an_examiner():
    found = reroute(
        Lane.GREEN,
        event(EventKind.REROUTED, 1, Lane.RED, person="Timur Demo", reason="seal broken"),
    )

    assert (found.direction, found.needs_examiner) == ("up", True)


def test_a_reroute_without_reason_or_change_is_refused():
    with pytest.raises(TamghaError, match="Say why"):
        reroute(Lane.RED, event(EventKind.REROUTED, 1, Lane.GREEN, person="Timur Demo"))
    with pytest.raises(TamghaError, match="already"):
        reroute(Lane.RED, event(EventKind.REROUTED, 1, Lane.RED, person="Timur Demo", reason="x"))


@pytest.mark.parametrize(
    ("system", "events", "found"),
    [
        (Lane.RED, [], None),
        (Lane.RED, [event(EventKind.REROUTED, 1, Lane.YELLOW)], "down"),
        (Lane.GREEN, [event(EventKind.REROUTED, 1, Lane.RED)], "up"),
        (Lane.RED, [event(EventKind.REROUTED, 1, Lane.GREEN)], None),
        (Lane.YELLOW, [event(EventKind.TIMER, 72, Lane.BLUE)], None),
        (Lane.GREEN, [event(EventKind.AMENDED, 1, Lane.RED)], None),
    ],
    ids=["none", "down", "up", "control ended", "timer", "amended"],
)
def test_an_override_is_what_staff_changed(system, events, found):
    assert override(system, events) == found


def test_lists_follow_the_declaration_through_its_control():
    cleared = [event(EventKind.REROUTED, 2, Lane.GREEN), event(EventKind.CLEARED, 3)]
    query = [event(EventKind.QUERY_OPENED, 1)]

    def at(lane, events, hours=24):
        now = NOON + timedelta(hours=hours)
        return control_status(lane, NOON, events, now, green_delay_minutes=60)

    assert at(Lane.RED, []) == "selected"
    assert at(Lane.RED, cleared) == "controlled"
    assert at(Lane.GREEN, [], hours=0) == "stand_by"
    assert at(Lane.GREEN, []) == "not_required"
    assert at(Lane.GREEN, [event(EventKind.REROUTED, 1, Lane.RED)]) == "selected"
    assert at(Lane.RED, query) == "query"
    assert at(Lane.RED, [*query, event(EventKind.QUERY_CLOSED, 2)]) == "selected"
    assert at(Lane.RED, [event(EventKind.CANCELLED, 1)]) == "cancelled"


def test_a_selected_declaration_is_verified_when_rerouted_to_green_or_cleared():
    assert not is_verified(Lane.RED, [event(EventKind.REROUTED, 1, Lane.YELLOW)])
    assert is_verified(Lane.RED, [event(EventKind.REROUTED, 1, Lane.GREEN)])
    assert is_verified(Lane.YELLOW, [event(EventKind.CLEARED, 1)])


def test_events_count_in_the_order_of_time():
    events = [event(EventKind.REROUTED, 5, Lane.YELLOW), event(EventKind.REROUTED, 1, Lane.RED)]

    assert lane_now(Lane.GREEN, events) is Lane.YELLOW


def test_period_is_of_the_decision_in_the_offices_time_zone():
    evening = NOON.replace(month=3, day=31, hour=20)
    almaty = ZoneInfo("Asia/Almaty")

    assert period_of(evening, almaty) == "2026-04"
    assert period_of(evening, almaty, "day") == "2026-04-01"
    assert period_of(evening, almaty, "week") == "2026-W14"
    assert period_of(evening, almaty, "none") == "all"


def test_a_recount_that_differs_is_shown_not_mended():
    decisions = [(KEY, Lane.RED, True), (KEY, Lane.GREEN, False)]

    counted = recount(decisions)

    assert counted == {KEY: Counters(2, 1, 0, 0, 1, 1)}
    assert recount_faults(counted, counted) == []
    (fault,) = recount_faults({KEY: Counters(1, 0, 0, 0, 1)}, counted)
    assert fault.en == (
        "Counters of KZ10, import, 2026-03: 1:0/0/0/1, 0 is stored, the decisions add up to "
        "2:1/0/0/1, 1."
    )


def test_counters_that_do_not_add_up_cannot_exist():
    with pytest.raises(ValueError, match="5 decided, but 4 in the lanes"):
        Counters(5, 1, 1, 1, 1)
