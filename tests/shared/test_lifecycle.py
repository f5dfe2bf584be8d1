import pytest

from tamgha.platform.accounts.choices import Role
from tamgha.shared.lifecycle import (
    MAKE,
    ROLE_WORDS,
    Actor,
    Life,
    Move,
    MoveRefusedError,
    State,
    Step,
    check_move,
    possible_moves,
    second_check,
)
from tamgha.shared.words import Words

STATES = {
    "draft": "Черновик",
    "tested": "Проверен",
    "submitted": "На утверждении",
    "approved": "Утверждено",
    "shadow": "Наблюдение",
    "active": "Действует",
    "published": "Действует",
    "retired": "Выведено из действия",
}
RETIRE = Move(
    name="retire",
    label=Words("Retire", "Вывести из действия"),
    sources=("published",),
    to="retired",
    act="retired",
    roles=frozenset({"approver"}),
    needs_reason=True,
)


def life(name, states, *moves):
    return Life(
        name, tuple(State(one, Words(one.title(), STATES[one])) for one in states), tuple(moves)
    )


RISK = life(
    "register.risk",
    ["draft", "submitted", "approved", "published", "retired"],
    *second_check(
        makers={"analyst"},
        approvers={"approver"},
        approved="approved",
        returned_from=("submitted", "approved"),
    ),
    Move(
        name="publish",
        label=Words("Publish", "Ввести в действие"),
        sources=("approved",),
        to="published",
        act="published",
        roles=frozenset({"approver"}),
    ),
    RETIRE,
)
ANN = Actor(1, frozenset({"analyst", "approver"}))
BOB = Actor(2, frozenset({"approver"}))
CEM = Actor(3, frozenset({"officer"}))
WRITTEN_BY_ANN = (Step(MAKE, 1), Step("submit", 1))

PASSPORT = life(
    "targeting.profile",
    ["draft", "tested", "submitted", "approved", "shadow", "active", "retired"],
    *second_check(
        makers={"analyst"},
        approvers={"approver"},
        approved="approved",
        drafts=("draft", "tested"),
        labels={"submit": Words("Ask for the check", "Отправить на проверку")},
    ),
    Move(
        name="activate",
        label=Words("Activate", "Включить"),
        sources=("shadow",),
        to="active",
        act="activated",
        roles=frozenset({"approver"}),
        other_than=(MAKE, "approve"),
    ),
    Move(
        name="expire",
        label=Words("Expire", "Истечение срока"),
        sources=("shadow", "active"),
        to="retired",
        act="expired",
        by_clock=True,
    ),
)


def names(of, state, actor, **rest):
    return [move.name for move in possible_moves(of, state, actor, **rest)]


def test_an_object_begins_as_a_draft_and_ends_retired():
    assert RISK.first == "draft"
    assert RISK.is_end("retired")
    assert not RISK.is_end("draft")


def test_a_maker_may_submit_and_withdraw_and_nothing_else():
    maker = Actor(1, frozenset({"analyst"}))

    assert names(RISK, "draft", maker) == ["submit"]
    assert names(RISK, "submitted", maker) == ["withdraw"]


def test_nobody_approves_what_they_wrote_though_they_hold_the_role():
    assert names(RISK, "submitted", ANN, past=WRITTEN_BY_ANN) == ["return", "withdraw"]
    assert names(RISK, "submitted", BOB, past=WRITTEN_BY_ANN) == ["approve", "return"]


def test_who_worked_on_an_earlier_round_stays_a_maker():
    past = (*WRITTEN_BY_ANN, Step("return", 2), Step(MAKE, 2), Step("submit", 4))

    with pytest.raises(MoveRefusedError) as refused:
        check_move(RISK, "approve", "submitted", BOB, past=past)

    assert refused.value.why == "person"


def test_an_administration_without_four_eyes_lets_the_maker_approve():
    move = check_move(RISK, "approve", "submitted", ANN, past=WRITTEN_BY_ANN, four_eyes=False)

    assert move.to == "approved"


@pytest.mark.parametrize(
    ("name", "state", "actor", "reason", "why"),
    [
        ("bless", "submitted", BOB, "", "unknown"),
        ("approve", "draft", BOB, "", "state"),
        ("approve", "submitted", CEM, "", "role"),
        ("approve", "submitted", None, "", "role"),
        ("approve", "submitted", ANN, "", "person"),
        ("return", "submitted", BOB, " \n", "reason"),
    ],
)
def test_a_refusal_names_its_rule(name, state, actor, reason, why):
    with pytest.raises(MoveRefusedError) as refused:
        check_move(RISK, name, state, actor, past=WRITTEN_BY_ANN, reason=reason)

    assert refused.value.why == why


def test_a_refusal_says_what_was_expected_and_what_to_do_in_both_languages():
    with pytest.raises(MoveRefusedError) as refused:
        check_move(RISK, "approve", "submitted", CEM)

    assert refused.value.words == Words(
        "“Approve” needs one of these roles: approver. Ask a colleague who holds it, "
        "or your coordinator for the role.",
        "Для действия «Утвердить» нужна одна из ролей: утверждающий. Обратитесь к коллеге с такой "
        "ролью или попросите роль у координатора.",
    )


def test_what_may_be_made_is_exactly_what_is_not_refused():
    reason = "the threshold is wrong"
    for one in (RISK, PASSPORT):
        for state in one.states:
            for actor in (ANN, BOB, CEM, None):
                for move in one.moves:
                    given = {"past": WRITTEN_BY_ANN}
                    possible = move in possible_moves(one, state.name, actor, **given)
                    try:
                        check_move(one, move.name, state.name, actor, reason=reason, **given)
                    except MoveRefusedError:
                        assert not possible
                    else:
                        assert possible


def test_the_second_check_goes_from_any_draft_and_returns_to_the_last_of_them():
    assert names(PASSPORT, "draft", ANN) == ["submit"]
    assert names(PASSPORT, "tested", ANN) == ["submit"]
    assert {move.name: move.to for move in PASSPORT.moves[:4]} == {
        "submit": "submitted",
        "approve": "approved",
        "return": "tested",
        "withdraw": "tested",
    }
    assert PASSPORT.move("submit").label.en == "Ask for the check"
    assert PASSPORT.move("approve").label == RISK.move("approve").label


def test_three_different_people_where_maker_checker_and_deployer_must_differ():
    past = (*WRITTEN_BY_ANN, Step("approve", 2))
    third = Actor(5, frozenset({"approver"}))

    assert names(PASSPORT, "shadow", BOB, past=past) == []
    assert names(PASSPORT, "shadow", third, past=past) == ["activate"]


def test_what_ends_itself_is_made_by_the_clock_and_by_nobody_else():
    assert names(PASSPORT, "active", None) == ["expire"]
    with pytest.raises(MoveRefusedError, match="by itself"):
        check_move(PASSPORT, "expire", "active", BOB)


def test_the_journal_calls_a_move_by_the_kind_of_object_and_what_was_done():
    assert RISK.act("approve") == "register.risk.approved"
    assert RISK.act(RISK.move("return")) == "register.risk.returned"
    assert RISK.act(MAKE) == "register.risk.made"


def test_a_life_that_names_an_unknown_state_is_refused_when_it_is_written():
    lost = Move(
        name="lose", label=Words("Lose", "Потерять"), sources=("draft",), to="lost", act="lost"
    )
    with pytest.raises(ValueError, match="lost"):
        Life("x", (State("draft", Words("Draft", "Черновик")),), (lost,))
    with pytest.raises(ValueError, match="stands once"):
        Life("x", RISK.states * 2, ())


def test_every_role_of_the_site_has_its_words():
    assert set(ROLE_WORDS) == {role.value for role in Role}
