"""What is stored reads back as it was, and the state follows from the decisions again."""

import json
from dataclasses import replace
from fractions import Fraction

import pytest
from tests.risk.selection.desk import KEYS, arrival, desk, forecast, item

from tamgha.risk.selection import (
    CapacityParameters,
    CounterKey,
    Counters,
    LaneShares,
    ModselParameters,
    SlotState,
    Waiting,
    close_lots,
    decide,
    forecast_as_json,
    forecast_from_json,
    look,
    open_state,
    rebuilt_lots,
    rebuilt_slots,
    record_as_json,
    record_from_json,
    recount,
    replay,
    state_as_json,
    state_faults,
    state_from_json,
    waiting_as_json,
    waiting_from_json,
)
from tamgha.shared.errors import TamghaError

KEY = CounterKey("KZ10", "import", "2026-03-05")
LOTS = CapacityParameters(capacity=5, random=2, rule="lots")
SLOTS = CapacityParameters(capacity=9, random=2, exploration=2000, rule="arrivals")
PLANNED = forecast(scores=[number / 50 for number in range(50)], novel=Fraction(5))


def stored(told):
    """Return plain values as they come back from a database."""
    return json.loads(json.dumps(told))


def stream(parameters, count=60, backlog=("B1", "B2")):
    """Yield every arrival of a day with the state before it: a process that starts anew each time."""
    one = desk(mandatory={"APPLES"})
    state = open_state(KEY, one, parameters, backlog)
    for number in range(count):
        code = "0808100000" if number % 9 == 0 else "84713000"
        seen = look(
            arrival(
                f"D{number:02d}",
                item(hs=code),
                minutes=7 * number,
                score=(number * 13 % 50) / 50,
                novel=number % 5 == 0,
            ),
            one,
            parameters,
        )
        state = state_from_json(stored(state_as_json(state)))
        answer, state = decide(seen, one, parameters, state, PLANNED)
        yield answer, state


def test_a_record_reads_back_equal_and_replays():
    one = desk()
    parameters = ModselParameters(
        expected=LaneShares.percent("10", "20"), random=LaneShares.percent("5"), maximum_hits=1
    )
    counters = Counters()
    for number in range(50):
        importer = f"I{number % 4}"
        seen = look(arrival(f"D{number}", item(importer=importer)), one, parameters)
        decided, counters = decide(seen, one, parameters, counters)
        record = stored(record_as_json(decided))

        again = replay(record, KEYS["2026Q1"])

        assert record_from_json(record) == decided
        assert again.decision == decided.decision
        assert again.inclusion == decided.decision.inclusion
        assert again.faults == ()


@pytest.mark.parametrize(
    "spoil",
    [
        lambda record: record["decision"].update(lane="blue"),
        lambda record: record["decision"].update(chances=["1/3", "0/1", "0/1"]),
        lambda record: record["decision"]["declared"].update(random_draw="1"),
        lambda record: record["item_hits"].pop(),
    ],
)
def test_replaying_finds_what_was_changed(spoil):
    one = desk()
    parameters = ModselParameters(random=LaneShares.percent("5"))
    decided, _ = decide(look(arrival("D1"), one, parameters), one, parameters, Counters())
    record = stored(record_as_json(decided))

    spoil(record)

    assert replay(record, KEYS["2026Q1"]).faults != ()


def test_a_record_of_another_version_is_refused():
    with pytest.raises(TamghaError, match="version 1 was expected; 2 came"):
        replay({"record": 2})


def test_a_forecast_reads_back_equal():
    assert forecast_from_json(stored(forecast_as_json(PLANNED))) == PLANNED


def test_a_day_of_lots_is_the_same_after_restarts_and_from_its_decisions():
    decided, waiting = [], []
    for answer, after in stream(LOTS):
        state = after
        if isinstance(answer, Waiting):
            waiting.append(waiting_from_json(stored(waiting_as_json(answer))))
            assert waiting[-1] == answer
        else:
            decided.append(answer)
    first = [one for one in waiting if one.lot < 30]
    part, state = close_lots(first, LOTS, state, PLANNED, until=30)
    decided += part
    opened = open_state(KEY, desk(), LOTS, ("B1", "B2"))

    rebuilt = rebuilt_lots(
        opened,
        LOTS,
        PLANNED,
        [one.decision for one in reversed(decided)],
        waiting=sum(one.lot >= 30 for one in waiting),
        closed=30,
    )

    assert 0 < len(part) < len(waiting)
    assert len(state.backlog) > 0
    assert rebuilt == state
    assert state_faults(KEY, state, rebuilt) == []
    assert len(state_faults(KEY, replace(state, purse=state.purse + 1), rebuilt)) == 1


def test_a_day_of_rule_a_is_the_same_after_restarts_and_from_its_decisions():
    answers = list(stream(SLOTS))
    state = answers[-1][1]
    opened = open_state(KEY, desk(), SLOTS, ("B1", "B2"))

    rebuilt = rebuilt_slots(opened, [one.decision for one, _ in reversed(answers)])

    assert isinstance(opened, SlotState)
    assert state.slots < opened.slots
    assert rebuilt == state


def test_counters_are_the_same_after_a_restart_and_from_the_decisions():
    one = desk()
    parameters = ModselParameters(expected=LaneShares.percent("10"), random=LaneShares.percent("5"))
    state, rows = Counters(), []
    for number in range(40):
        seen = look(arrival(f"D{number}"), one, parameters)
        state = state_from_json(stored(state_as_json(state)))
        decided, state = decide(seen, one, parameters, state)
        rows.append((seen.key, decided.decision.lane, decided.decision.member))

    assert recount(rows) == {seen.key: state}


def test_a_day_over_midnight_hands_on_its_backlog():
    opened = open_state(KEY, desk(), LOTS, tuple(f"B{number}" for number in range(8)))

    assert (opened.purse, len(opened.backlog)) == (0, 5)
