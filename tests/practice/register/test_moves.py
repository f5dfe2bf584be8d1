"""From draft to in force: the maker submits, another approves; every step leaves a trace."""

import json

import pytest
from django.urls import reverse
from tests.practice.register.conftest import MARKS, NOW

from tamgha.platform.accounts import services as accounts
from tamgha.platform.accounts.choices import Role
from tamgha.platform.journal.queries import history_of
from tamgha.practice.register.models import Risk
from tamgha.practice.register.queries import kept_approval
from tamgha.practice.register.services import moves
from tamgha.practice.register.services.keeping import RegisterError
from tamgha.shared.errors import RefusedError
from tamgha.shared.lifecycle import MoveRefusedError


def give(person, role):
    accounts.grant_role(
        person=person, role=role, administration=person.administration, by=None, at=NOW
    )
    person.__dict__.pop("open_grants", None)


def submitted(desk, people, **changes):
    version = desk.scored(desk.write(**changes))
    return desk.move(version, "submit", people.timur)


def test_an_approved_version_is_in_force_and_shown(desk, people):
    version = submitted(desk, people)
    assert Risk.objects.get().state == "submitted"

    desk.move(version, "approve", people.nargiza)

    risk = Risk.objects.get()
    assert (risk.state, risk.shown.number, risk.shown.state, risk.working) == (
        "published",
        1,
        "published",
        None,
    )
    assert [step.move for step in risk.steps.order_by("pk")] == [
        "make",
        "score",
        "score",
        "agree",
        "submit",
        "approve",
    ]


def test_nothing_is_submitted_without_an_agreed_score(desk, people):
    version = desk.write()

    with pytest.raises(RegisterError, match="Two people score first"):
        desk.move(version, "submit", people.timur)


def test_a_new_version_replaces_the_one_in_force_only_when_it_is_approved(desk, people):
    first = desk.in_force()
    second = desk.write(first.risk, title_en="Undervaluation of boots")
    assert Risk.objects.get().shown == first

    desk.move(desk.move(second, "submit", people.timur), "approve", people.nargiza)

    first.refresh_from_db()
    assert first.state == "replaced"
    assert Risk.objects.get().shown == second


@pytest.mark.parametrize("who", ["timur", "dana", "aigul", "charlie"])
def test_nobody_but_an_approver_of_the_administration_approves(desk, people, who):
    version = submitted(desk, people)

    with pytest.raises(MoveRefusedError, match="approver"):
        desk.move(version, "approve", getattr(people, who))


def test_the_maker_never_approves_even_with_both_roles(desk, people):
    version = submitted(desk, people)
    give(people.timur, Role.APPROVER)

    with pytest.raises(MoveRefusedError, match="needs another person") as refusal:
        desk.move(version, "approve", people.timur)
    assert refusal.value.why == "person"


def test_whoever_wrote_an_earlier_draft_does_not_approve_the_last(desk, people):
    give(people.nargiza, Role.ANALYST)
    first = desk.write(by=people.nargiza)
    version = desk.scored(desk.write(first.risk))
    desk.move(version, "submit", people.timur)

    with pytest.raises(MoveRefusedError, match="wrote this"):
        desk.move(version, "approve", people.nargiza)


def test_whoever_scored_does_not_approve(desk, people):
    version = desk.write()
    desk.score(version, people.nargiza)
    desk.score(version, people.dana)
    desk.agree(version)
    desk.move(version, "submit", people.timur)

    with pytest.raises(MoveRefusedError, match="Give your score"):
        desk.move(version, "approve", people.nargiza)


def test_scores_that_go_on_bind_the_next_approval_too(desk, people):
    first = desk.write()
    desk.score(first, people.nargiza)
    desk.score(first, people.dana)
    desk.agree(first)
    second = desk.write(first.risk, note="the same again")
    assert second.residual_score == 12
    desk.move(second, "submit", people.timur)

    with pytest.raises(MoveRefusedError, match="needs another person"):
        desk.move(second, "approve", people.nargiza)


def test_an_administration_may_do_without_the_second_person(desk, people):
    people.juniper.four_eyes = False
    people.juniper.save()
    version = submitted(desk, people)
    give(people.timur, Role.APPROVER)

    desk.move(version, "approve", people.timur)

    assert Risk.objects.get().state == "published"


def test_a_return_needs_a_reason_and_gives_the_draft_back(desk, people):
    version = submitted(desk, people)
    with pytest.raises(MoveRefusedError, match="needs a reason"):
        desk.move(version, "return", people.nargiza)

    desk.move(version, "return", people.nargiza, "Name the posts")

    risk = Risk.objects.get()
    assert (risk.state, risk.working.state) == ("draft", "draft")
    assert risk.steps.order_by("pk").last().reason == "Name the posts"


def test_what_waits_is_not_changed_before_it_is_withdrawn(desk, people):
    version = submitted(desk, people)
    with pytest.raises(RefusedError, match="Withdraw it first"):
        desk.write(version.risk)

    desk.move(version, "withdraw", people.dana)

    assert desk.write(version.risk).number == 2


def test_a_dropped_draft_leaves_what_is_in_force(desk, people):
    first = desk.in_force()
    second = desk.write(first.risk, causes="New firms")

    desk.move(second, "drop", people.timur, "not so")

    risk = Risk.objects.get()
    assert (risk.state, risk.shown, risk.working) == ("published", first, None)


def test_a_risk_whose_only_draft_was_dropped_is_put_away_and_can_be_written_again(desk, people):
    version = desk.write()
    desk.move(version, "drop", people.timur, "doubled")
    risk = Risk.objects.get()
    assert (risk.state, risk.shown) == ("retired", version)

    again = desk.write(risk)

    assert (again.number, Risk.objects.get().state) == (2, "draft")


def test_putting_away_is_the_approvers_and_needs_a_reason(desk, people):
    version = desk.in_force()
    with pytest.raises(MoveRefusedError, match="approver"):
        desk.move(version, "retire", people.timur, "gone")

    desk.move(version, "retire", people.nargiza, "the duty was abolished")

    risk = Risk.objects.get()
    assert (risk.state, risk.shown.state) == ("retired", "retired")


def test_a_risk_with_a_draft_is_not_put_away(desk, people):
    version = desk.in_force()
    desk.write(version.risk)

    with pytest.raises(RegisterError, match="Finish it or drop it first"):
        desk.move(version, "retire", people.nargiza, "gone")


def test_a_move_on_a_version_that_is_no_longer_the_newest_is_refused(desk, people):
    first = desk.scored(desk.write())
    desk.write(first.risk, by=people.dana)

    with pytest.raises(RegisterError, match="Dana Demo saved version 2 meanwhile"):
        desk.move(first, "submit", people.timur)


def test_two_approvals_at_once_count_once(desk, people):
    version = submitted(desk, people)
    desk.move(version, "approve", people.nargiza)

    with pytest.raises(RegisterError, match="has no draft"):
        desk.move(version, "approve", people.nargiza)


def test_buttons_are_the_moves_that_the_service_would_take(desk, people):
    version = submitted(desk, people)
    risk = Risk.objects.select_related("administration", "working", "shown").get()

    def offered(person):
        return [move.name for move, _version in moves.moves_for(risk, person)]

    assert offered(people.timur) == ["withdraw"]
    assert offered(people.nargiza) == ["approve", "return"]
    assert offered(people.aigul) == []
    desk.move(version, "approve", people.nargiza)
    risk = Risk.objects.select_related("administration", "working", "shown").get()
    assert offered(people.nargiza) == ["retire"]


def test_a_refused_move_is_said_on_the_page(desk, people, as_person):
    version = submitted(desk, people)
    address = reverse("register:risk-move", args=[version.risk.code])

    page = as_person(people.timur).post(address, {"move": "approve", "seen": 1}, follow=True)

    assert "needs one of these roles: approver" in page.content.decode()
    version.refresh_from_db()
    assert version.state == "submitted"


def test_approval_by_the_page(desk, people, as_person):
    version = submitted(desk, people)
    address = reverse("register:risk-move", args=[version.risk.code])

    page = as_person(people.nargiza).post(
        address, {"move": "approve", "seen": 1, "reason": "seen at the posts"}, follow=True
    )

    assert "R-01, version 1: in force." in page.content.decode()
    assert Risk.objects.get().shown.marks == MARKS


def test_the_journal_keeps_each_act_with_its_states_and_no_persons_numbers(desk, people):
    version = desk.in_force()

    entries = list(history_of(version.risk).order_by("pk"))

    assert [entry.act.removeprefix("register.risk.") for entry in entries] == [
        "made",
        "scored",
        "scored",
        "agreed",
        "submitted",
        "approved",
    ]
    bodies = [json.loads(entry.body) for entry in entries]
    assert bodies[0]["after"]["causes"] == "Duty by value"
    assert bodies[1] == bodies[2] == {"after": {"version": 1}}
    assert bodies[3]["after"] == {"version": 1, "inherent": 20, "residual": 12}
    assert bodies[5] == {
        "before": {"state": "submitted"},
        "after": {"version": 1, "state": "published"},
    }
    assert {entry.administration_id for entry in entries} == {people.juniper.pk}


def test_the_approval_says_where_the_journal_keeps_it(desk, people, as_person):
    version = desk.in_force()
    entry = history_of(version.risk).first()

    text = as_person(people.aigul).get(reverse("register:risk", args=["R-01"])).content.decode()

    assert kept_approval(version.risk, version).entry == entry.pk
    assert "Not sealed yet, version 1" in text
    assert f"entry {entry.pk:,} of the journal" in text
