"""A profile's way to the border post: who moves it, what is frozen, what decides, how it ends."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from django.core.management import call_command
from django.db import connection

from tamgha import risk
from tamgha.platform.accounts import services as accounts
from tamgha.platform.accounts.choices import Role
from tamgha.platform.accounts.models import User
from tamgha.platform.journal.gateways import guards_lifted
from tamgha.practice.targeting import events
from tamgha.practice.targeting.models import ProfileVersion, VersionStep
from tamgha.practice.targeting.queries.passports import (
    live_stamp,
    live_versions,
    moved_lists,
    past_of,
)
from tamgha.practice.targeting.services import passports as services
from tamgha.practice.targeting.services import profiles, proposals
from tamgha.practice.targeting.services.passports import Wish
from tamgha.shared.errors import RefusedError, TamghaError
from tamgha.shared.lifecycle import MoveRefusedError

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
SOON = NOW + timedelta(hours=1)
WHOLE = profiles.Wording(
    name="Cheap",
    condition="unit_value_ratio < 60 %",
    red=8000,
    task_en="Weigh a pair",
    purpose="undervaluation",
    risk="R-12",
    valid_to=date(2027, 5, 31),
)
TEST = {"set": 1, "set_name": "Year", "set_change": 1, "rate": 0.2, "low": 0.1, "high": 0.3}


def saved(people, *, based_on=0, test=TEST, **changes):
    return profiles.save_draft(
        administration=people.juniper,
        code="P-001",
        wording=replace(WHOLE, **changes),
        by=people.timur,
        at=NOW,
        based_on=based_on,
        evidence_of_test=test,
    )


def move(version, by, name, *, at=SOON, reason="because", rollout=None):
    return services.make_move(version=version, wish=Wish(name, reason, rollout), by=by, at=at)


def brought_live(people, *, rollout=None, **changes):
    version = saved(people, **changes)
    move(version, people.timur, "submit")
    move(version, people.nargiza, "approve")
    return move(version, people.nargiza, "activate", rollout=rollout)


def state_of(version):
    return ProfileVersion.objects.get(pk=version.pk).state


def said(people, at=SOON):
    return [
        (one.number, one.shadow, one.start, one.rollout)
        for one in live_versions(people.juniper, at)
    ]


@pytest.fixture
def heard():
    acts = []

    def hear(act, **_kwargs):
        acts.append(act)

    events.acted.connect(hear)
    yield acts
    events.acted.disconnect(hear)


@pytest.fixture
def leyla(people):
    """A second analyst of Juniper."""
    person = User.objects.filter(administration=people.juniper).exclude(
        pk__in=[people.timur.pk, people.nargiza.pk]
    )[0]
    accounts.grant_role(
        person=person, role=Role.ANALYST, administration=people.juniper, by=None, at=NOW
    )
    return User.objects.get(pk=person.pk)


def test_a_version_goes_from_draft_to_the_border_by_two_people_and_each_step_is_kept(people, heard):
    version = saved(people)

    move(version, people.timur, "submit")
    move(version, people.nargiza, "approve")
    move(version, people.timur, "start_shadow")
    move(version, people.nargiza, "activate", rollout=3000)

    steps = [
        (one.move, one.by.full_name.split()[0], one.source, one.target, one.rollout)
        for one in VersionStep.objects.order_by("pk")
    ]
    assert steps == [
        ("submit", "Timur", "tested", "submitted", None),
        ("approve", "Nargiza", "submitted", "approved", None),
        ("start_shadow", "Timur", "approved", "shadow", None),
        ("activate", "Nargiza", "shadow", "active", 3000),
    ]
    assert [act.name for act in heard][1:] == [
        "targeting.profile.submitted",
        "targeting.profile.approved",
        "targeting.profile.shadow_started",
        "targeting.profile.activated",
    ]
    assert heard[-1].facts == {
        "before": "shadow",
        "after": "active",
        "version": 1,
        "reason": "because",
        "rollout": 3000,
    }


def test_who_wrote_it_cannot_approve_it_though_he_is_an_approver(people):
    accounts.grant_role(
        person=people.timur, role=Role.APPROVER, administration=people.juniper, by=None, at=NOW
    )
    timur = User.objects.get(pk=people.timur.pk)
    version = saved(people)
    move(version, timur, "submit")

    with pytest.raises(MoveRefusedError, match="another person"):
        move(version, timur, "approve")
    assert state_of(version) == "submitted"

    proposals.save_rules(
        administration=people.juniper, values={"apart": "nobody"}, by=people.nargiza, at=NOW
    )
    assert move(version, timur, "approve").state == "approved"


def test_where_three_people_are_asked_for_a_third_one_puts_it_live(people, leyla):
    proposals.save_rules(
        administration=people.juniper, values={"apart": "all"}, by=people.nargiza, at=NOW
    )
    version = saved(people)
    move(version, people.timur, "submit")
    move(version, people.nargiza, "approve")

    for person in (people.timur, people.nargiza):
        with pytest.raises(MoveRefusedError, match="another person"):
            move(version, person, "activate")
    assert move(version, leyla, "activate").state == "active"


def test_an_analyst_of_another_administration_moves_nothing(people):
    version = saved(people)

    with pytest.raises(MoveRefusedError) as refusal:
        services.make_move(version=version, wish=Wish("submit"), by=people.bakyt, at=SOON)
    assert refusal.value.why == "role"


def test_what_is_missing_is_said_at_once_and_nothing_moves(people):
    version = saved(people, test=None, purpose="", risk="", task_en="", valid_to=None)

    with pytest.raises(RefusedError) as refusal:
        move(version, people.timur, "submit")

    assert len(refusal.value.faults) == 5
    assert state_of(version) == "draft"
    assert not VersionStep.objects.exists()


def test_a_return_needs_a_reason_and_a_new_version_takes_the_place_of_the_returned_one(people):
    version = saved(people)
    move(version, people.timur, "submit")
    with pytest.raises(MoveRefusedError, match="reason"):
        move(version, people.nargiza, "return", reason=" ")

    move(version, people.nargiza, "return", reason="Name the source of the 60 %")
    second = saved(people, based_on=1, evidence="Price lists")

    assert (state_of(version), state_of(second)) == ("replaced", "tested")
    assert [step.move for step in past_of(version)] == ["make", "submit", "return", "replace"]


def test_approval_freezes_wording_test_and_versions_of_lists_with_a_fingerprint(people):
    for members in (["IM-1"], ["IM-1", "IM-2"]):
        profiles.save_list(
            administration=people.juniper,
            name="watch",
            kind="trader",
            members=members,
            by=people.timur,
            at=NOW,
        )
    version = saved(people, condition="importer IN LIST 'watch' AND unit_value_ratio < 60 %")
    move(version, people.timur, "submit")

    frozen = move(version, people.nargiza, "approve").frozen

    assert frozen["back_test"] == TEST
    assert frozen["wording"]["valid_to"] == "2027-05-31"
    assert [
        (one["name"], one["version"], one["members"]) for one in frozen["rests_on"]["lists"]
    ] == [("watch", 2, 2)]
    assert [one["name"] for one in frozen["rests_on"]["indicators"]] == ["unit_value_ratio"]
    assert frozen["approved_by"] == people.nargiza.pk
    assert services.fingerprint(frozen) == frozen["sha256"]
    assert services.fingerprint(frozen | {"version": 2}) != frozen["sha256"]


def test_a_live_version_decides_with_the_members_of_its_approval_not_of_today(people):
    profiles.save_list(
        administration=people.juniper, name="watch", kind="trader", members=["IM-1"],
        by=people.timur, at=NOW,
    )  # fmt: skip
    version = brought_live(people, condition="importer IN LIST 'watch'")

    profiles.save_list(
        administration=people.juniper, name="watch", kind="trader", members=["IM-1", "IM-2"],
        by=people.timur, at=SOON,
    )  # fmt: skip

    live = live_versions(people.juniper, SOON)
    assert [one.frozen_condition for one in live] == ["importer IN ('IM-1')"]
    decide = risk.compile_profiles([live[0].engine])
    assert decide({"importer": "IM-1"}) == ["P-001"]
    assert decide({"importer": "IM-2"}) == []
    assert moved_lists(version) == [("watch", 1, 2)]


def test_the_shadow_is_counted_and_stops_nobody(people):
    version = saved(people)
    move(version, people.timur, "submit")
    assert said(people) == []
    move(version, people.nargiza, "approve")
    assert said(people) == []

    move(version, people.timur, "start_shadow")

    assert said(people) == [(1, True, 0, 10_000)]
    assert live_versions(people.apricot, SOON) == []


def test_the_version_before_keeps_what_the_new_one_is_not_rolled_out_to(people):
    first = brought_live(people)
    second = brought_live(people, based_on=1, rollout=3000, condition="unit_value_ratio < 50 %")
    assert said(people) == [(2, False, 0, 3000), (1, False, 3000, 7000)]
    assert state_of(first) == "active"

    move(second, people.timur, "roll_out", rollout=10_000)

    assert said(people) == [(2, False, 0, 10_000)]
    assert state_of(first) == "replaced"


def test_a_share_outside_the_declarations_is_refused(people):
    version = saved(people)
    move(version, people.timur, "submit")
    move(version, people.nargiza, "approve")

    for wrong in (0, 10_001):
        with pytest.raises(RefusedError, match="share from"):
            move(version, people.timur, "activate", rollout=wrong)


def test_it_stops_by_itself_on_its_last_day_before_anybody_writes_so(people):
    version = brought_live(people, valid_to=date(2026, 11, 26))
    before, after = (
        datetime(2026, 11, 25, 18, 0, tzinfo=UTC),
        datetime(2026, 11, 26, 1, 0, tzinfo=UTC),
    )

    assert said(people, before) == [(1, False, 0, 10_000)]
    assert said(people, after) == []
    assert state_of(version) == "active"

    assert services.settle(before) == 0
    assert services.settle(after) == 1
    assert state_of(version) == "retired"
    assert VersionStep.objects.last().by is None
    assert services.settle(after) == 0


def test_a_version_whose_time_has_not_come_decides_nothing(people):
    brought_live(people, valid_from=date(2026, 12, 1))

    assert said(people) == []
    assert said(people, datetime(2026, 12, 1, 9, 0, tzinfo=UTC)) == [(1, False, 0, 10_000)]


def test_an_alert_is_live_at_once_and_ends_itself_unless_another_approves_within_the_day(people):
    version = saved(people, test=None)

    move(version, people.timur, "alert", reason="letter of the neighbours, tonight")

    assert said(people) == [(1, False, 0, 10_000)]
    end = SOON + timedelta(hours=24)
    assert said(people, end - timedelta(seconds=1)) == [(1, False, 0, 10_000)]
    assert said(people, end) == []
    with pytest.raises(MoveRefusedError, match="stands at: Retired"):
        move(version, people.nargiza, "confirm", at=end)


def test_what_the_clock_ended_stays_ended_after_a_refused_move(people):
    version = saved(people, test=None)
    move(version, people.timur, "alert")

    assert services.settle(SOON + timedelta(days=1)) == 1
    assert state_of(version) == "retired"
    assert VersionStep.objects.last().move == "lapse"


def test_an_approved_alert_goes_on_and_takes_the_place_of_the_version_before(people):
    first = brought_live(people)
    second = saved(people, based_on=1, test=None, condition="unit_value_ratio < 40 %")
    move(second, people.timur, "alert")
    assert said(people) == [(2, False, 0, 10_000)]
    assert state_of(first) == "active"

    confirmed = move(second, people.nargiza, "confirm")

    assert confirmed.urgent_until is None
    assert confirmed.frozen["sha256"]
    assert said(people, SOON + timedelta(days=3)) == [(2, False, 0, 10_000)]
    assert state_of(first) == "replaced"


def test_when_an_alert_lapses_the_version_before_decides_again(people):
    brought_live(people)
    second = saved(people, based_on=1, test=None)
    move(second, people.timur, "alert")

    assert said(people, SOON + timedelta(days=2)) == [(1, False, 0, 10_000)]


def test_a_profile_in_force_is_not_put_away_by_its_writer(people):
    version = brought_live(people)

    with pytest.raises(TamghaError, match="An approver retires it first"):
        profiles.retire_profile(profile=version.profile, by=people.timur, at=SOON)

    move(version, people.nargiza, "retire", reason="finds nothing")
    profiles.retire_profile(profile=version.profile, by=people.timur, at=SOON)
    assert said(people) == []


def test_a_proposal_waits_once_and_an_approver_decides_with_a_reason(people, heard):
    version = brought_live(people)
    evidence = proposals.evidence_of_standing(risk.standing((0, 400), (60, 1000)), at=SOON)
    assert evidence["verdict"] == "retire"

    first = proposals.propose_retirement(version=version, evidence=evidence, at=SOON)
    again = proposals.propose_retirement(version=version, evidence=evidence, at=SOON)
    assert first.pk == again.pk

    def decide(by, *, accept=True, reason="worn out"):
        return proposals.decide_proposal(
            proposal=first, accept=accept, reason=reason, by=by, at=SOON
        )

    with pytest.raises(TamghaError, match="Only an approver"):
        decide(people.timur)
    with pytest.raises(TamghaError, match="Say why"):
        decide(people.nargiza, reason=" ")
    decide(people.nargiza)

    first.refresh_from_db()
    assert (first.state, state_of(version)) == ("accepted", "retired")
    assert "targeting.profile.retirement_proposed" in [act.name for act in heard]
    with pytest.raises(TamghaError, match="decided already"):
        decide(people.nargiza)


def test_a_declined_proposal_leaves_the_version_in_force_and_may_come_again(people):
    version = brought_live(people)
    made = proposals.propose_retirement(version=version, evidence={}, at=SOON)

    proposals.decide_proposal(
        proposal=made, accept=False, reason="season", by=people.nargiza, at=SOON
    )

    assert state_of(version) == "active"
    assert proposals.propose_retirement(version=version, evidence={}, at=SOON).pk != made.pk


def test_a_version_that_ends_takes_its_open_proposal_with_it(people):
    version = brought_live(people, valid_to=date(2026, 11, 26))
    made = proposals.propose_retirement(version=version, evidence={}, at=SOON)

    services.settle(NOW + timedelta(days=3))

    made.refresh_from_db()
    assert made.state == "lapsed"
    with pytest.raises(TamghaError, match="not in force"):
        proposals.propose_retirement(version=version, evidence={}, at=NOW + timedelta(days=3))


def test_changed_rules_are_announced_with_what_was_before(people, heard):
    proposals.save_rules(
        administration=people.juniper,
        values={"apart": "all", "shadow_days": 14},
        by=people.nargiza,
        at=NOW,
    )

    assert heard[-1].name == "targeting.rules_changed"
    assert heard[-1].facts == {"changed": {"apart": ["checker", "all"]}}


def test_the_stamp_moves_with_every_version_and_move_and_only_then(people):
    before = live_stamp()
    assert live_stamp() == before

    version = saved(people)
    with_version = live_stamp()
    move(version, people.timur, "submit")

    assert len({before, with_version, live_stamp()}) == 3


def test_live_versions_cost_as_many_queries_for_three_profiles_as_for_one(
    people, django_assert_num_queries
):
    brought_live(people)
    with django_assert_num_queries(2) as one:
        live_versions(people.juniper, SOON)
    for code in ("P-002", "P-003"):
        ProfileVersion.objects.filter(
            profile__code=code,
        ).delete()
        version = profiles.save_draft(
            administration=people.juniper, code=code, wording=WHOLE, by=people.timur, at=NOW,
            evidence_of_test=TEST,
        )  # fmt: skip
        move(version, people.timur, "submit")
        move(version, people.nargiza, "approve")
        move(version, people.timur, "activate")

    with django_assert_num_queries(len(one.captured_queries)):
        found = live_versions(people.juniper, SOON)
    assert [one.version.profile.code for one in found] == ["P-001", "P-002", "P-003"]


def test_the_command_writes_down_what_the_clock_ended(people, capsys):
    version = brought_live(people)
    with guards_lifted(connection):
        ProfileVersion.objects.filter(pk=version.pk).update(
            valid_from=date(2020, 1, 1), valid_to=date(2020, 1, 2)
        )

    call_command("settle_profiles")

    assert capsys.readouterr().out == "1 versions ended\n"
    assert state_of(version) == "retired"
