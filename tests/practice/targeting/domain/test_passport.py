"""The life of a version: who may, what it needs, and which part of the declarations it decides on."""

from datetime import UTC, date, datetime, timedelta

import pytest

from tamgha.practice.targeting.choices import VersionState
from tamgha.practice.targeting.domain.passport import (
    BEFORE_CHECK,
    DONE,
    LIFE,
    LIFE_OF_THREE,
    LIVE,
    OVER,
    Band,
    Passport,
    bands,
    ended_by_clock,
    four_eyes,
    life_for,
    missing,
)
from tamgha.shared.lifecycle import MAKE, Actor, MoveRefusedError, Step, check_move, possible_moves

TIMUR, NARGIZA, LEYLA = 1, 2, 3
ANALYST, APPROVER = frozenset({"analyst"}), frozenset({"approver"})
BOTH = ANALYST | APPROVER
WRITTEN = [Step(MAKE, TIMUR), Step("submit", TIMUR)]
TODAY = date(2026, 11, 24)
NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
WHOLE = Passport(
    is_tested=True,
    purpose="why",
    risk="R-12",
    task="open",
    red=5_000,
    taken=5_000,
    valid_from=None,
    valid_to=date(2027, 5, 31),
)


def test_every_state_of_the_database_is_a_state_of_the_life():
    assert [state.name for state in LIFE.states] == list(VersionState.values)
    assert {state.name for state in LIFE.states if LIFE.is_end(state.name)} == OVER
    assert LIVE | BEFORE_CHECK | OVER | {"approved", "shadow"} == set(VersionState.values)


def test_the_writer_cannot_approve_even_as_an_approver():
    with pytest.raises(MoveRefusedError) as refusal:
        check_move(LIFE, "approve", "submitted", Actor(TIMUR, BOTH), past=WRITTEN)

    assert refusal.value.why == "person"
    assert check_move(LIFE, "approve", "submitted", Actor(NARGIZA, APPROVER), past=WRITTEN)


def test_where_nobody_must_be_apart_one_person_may_make_every_step():
    assert four_eyes("nobody") is False

    move = check_move(
        life_for("nobody"),
        "approve",
        "submitted",
        Actor(TIMUR, BOTH),
        past=WRITTEN,
        four_eyes=four_eyes("nobody"),
    )

    assert move.to == "approved"


@pytest.mark.parametrize(
    ("person", "may"), [(Actor(TIMUR, ANALYST), False), (Actor(NARGIZA, APPROVER), False)]
)
def test_where_three_are_apart_neither_writer_nor_checker_puts_it_live(person, may):
    past = [*WRITTEN, Step("approve", NARGIZA)]

    names = [move.name for move in possible_moves(LIFE_OF_THREE, "approved", person, past=past)]

    assert ("activate" in names) is may
    assert ("start_shadow" in names) is may
    assert "activate" in [move.name for move in possible_moves(LIFE, "approved", person, past=past)]
    third = possible_moves(LIFE_OF_THREE, "approved", Actor(LEYLA, ANALYST), past=past)
    assert {"activate", "start_shadow"} <= {move.name for move in third}


def test_who_raised_an_alert_cannot_approve_it():
    past = [Step(MAKE, LEYLA), Step("alert", TIMUR)]

    with pytest.raises(MoveRefusedError, match="another person"):
        check_move(LIFE, "confirm", "alert", Actor(TIMUR, BOTH), past=past)


def test_an_alert_needs_a_reason_and_so_does_a_retirement():
    for name, state, person in (
        ("alert", "tested", Actor(TIMUR, ANALYST)),
        ("retire", "active", Actor(NARGIZA, APPROVER)),
        ("return", "submitted", Actor(NARGIZA, APPROVER)),
    ):
        with pytest.raises(MoveRefusedError) as refusal:
            check_move(LIFE, name, state, person, past=WRITTEN, reason="  ")
        assert refusal.value.why == "reason"


def test_an_analyst_alone_takes_nothing_live_off_the_border_but_an_alert():
    assert [m.name for m in possible_moves(LIFE, "alert", Actor(TIMUR, ANALYST))] == ["end_alert"]
    assert "retire" not in [m.name for m in possible_moves(LIFE, "active", Actor(TIMUR, ANALYST))]


def test_all_that_is_missing_is_said_at_once():
    bare = Passport(False, " ", "", "", 0, 0, None, None)

    said = [words.en for words in missing(bare, today=TODAY, longest_days=366)]

    assert [one.split(".")[0] for one in said] == [
        "It was saved without a back-test",
        "It sends no hit to any lane",
        "Say its purpose",
        "Say which risk it answers",
        "It has no end",
    ]
    assert missing(WHOLE, today=TODAY, longest_days=366) == []


def test_examination_without_a_task_is_refused_and_documents_without_one_are_not():
    silent = Passport(True, "why", "R", "", 5_000, 5_000, None, date(2027, 5, 31))
    papers = Passport(True, "why", "R", "", 0, 5_000, None, date(2027, 5, 31))

    assert "gives no task" in missing(silent, today=TODAY, longest_days=366)[0].en
    assert missing(papers, today=TODAY, longest_days=366) == []


def test_a_profile_may_not_live_longer_than_the_rules_allow():
    assert missing(WHOLE, today=TODAY, longest_days=188) == []
    assert "188 days" in missing(WHOLE, today=TODAY, longest_days=187)[0].en


def test_it_stops_on_the_day_of_its_end_and_an_alert_at_its_hour():
    def clock(state, today, at=NOW):
        return ended_by_clock(
            state, valid_to=date(2026, 11, 25), urgent_until=NOW, at=at, today=today
        )

    assert clock("active", TODAY) == ""
    assert clock("active", TODAY + timedelta(days=1)) == "expire"
    assert clock("alert", TODAY) == "lapse"
    assert clock("alert", TODAY, at=NOW - timedelta(seconds=1)) == ""
    assert clock("retired", TODAY + timedelta(days=9)) == ""


def test_versions_of_one_profile_share_the_declarations_without_overlap():
    assert bands([10_000]) == [Band(0, 10_000)]
    assert bands([3_000, 10_000]) == [Band(0, 3_000), Band(3_000, 7_000)]
    assert bands([1_000, 3_000, 10_000]) == [Band(0, 1_000), Band(1_000, 3_000), Band(4_000, 6_000)]
    assert bands([10_000, 3_000]) == [Band(0, 10_000), Band(10_000, 0)]


def test_every_move_of_a_person_has_its_word_in_the_history():
    assert {move.name for move in LIFE.moves if move.roles} == set(DONE)
