"""Pages of the passport: what waits, the difference, moves, proposals, rules."""

import re
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation

from tamgha.platform.accounts.models import User
from tamgha.practice.targeting.models import ProfileVersion, RetirementProposal, TargetingRules
from tamgha.practice.targeting.queries.waiting import checks, waiting_for
from tamgha.practice.targeting.services import passports as services
from tamgha.practice.targeting.services import profiles, proposals
from tamgha.practice.targeting.services.passports import Wish

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
TEST = {
    "set": 1, "set_name": "Year", "set_change": 3, "rate": 0.25, "low": 0.1, "high": 0.4,
    "finds": 5, "results": 20, "method": "Wilson", "simulated": True,
}  # fmt: skip
CHEAP = profiles.Wording(
    name="Cheap",
    condition="hs LIKE '64%' AND unit_value_ratio < 60 %",
    red=8000,
    task_en="Weigh a pair",
    purpose="undervaluation",
    risk="R-12",
    valid_to=date.today() + timedelta(days=100),  # noqa: DTZ011 -- any day to come
)


def saved(people, wording=CHEAP, *, based_on=0, test=TEST):
    return profiles.save_draft(
        administration=people.juniper,
        code="P-001",
        wording=wording,
        by=people.timur,
        at=NOW,
        based_on=based_on,
        evidence_of_test=test,
    )


def moved(version, by, *names, reason="because"):
    for name in names:
        services.make_move(version=version, wish=Wish(name, reason), by=by, at=timezone.now())
    return version


def text_of(answer):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode()))


@pytest.fixture
def live(people):
    version = saved(people)
    moved(version, people.timur, "submit")
    return moved(version, people.nargiza, "approve", "activate")


@pytest.fixture
def second(people, live):
    version = saved(
        people,
        replace(CHEAP, condition="hs LIKE '64%' AND unit_value_ratio < 50 %", red=5000),
        based_on=1,
    )
    return moved(version, people.timur, "submit")


def test_an_approver_sees_what_waits_with_its_evidence_and_what_changes(people, second, as_person):
    answer = as_person(people.nargiza).get(reverse("targeting:profile-checks"))

    page, text = answer.content.decode(), text_of(answer)
    assert "25 % hit rate" in text.replace("\u00a0", " ")
    assert "5 finds in 20 examined" in text
    assert "Year, change 3" in text
    assert "Version 2 beside version 1" in text
    marked = re.findall(r"<(?:ins|del)>([^<]*)</", page)
    assert len(marked) == 2
    assert "60" in marked[0]
    assert "50" in marked[1]
    assert "Asked for by Timur Demo" in text
    assert 'value="approve"' in page


def test_the_analyst_sees_it_waiting_and_has_no_button_to_approve(people, second, as_person):
    page = as_person(people.timur).get(reverse("targeting:profile-checks")).content.decode()

    assert "You asked for it; another person checks." in page
    assert 'value="approve"' not in page


def test_the_whole_way_by_buttons(people, year, as_person):
    saved(people)

    def press(person, name, **more):
        address = reverse("targeting:profile-move", args=["P-001", 1])
        client = Client()
        client.force_login(person, backend=BACKEND)
        answer = client.post(address, {"move": name, **more}, follow=True)
        assert answer.status_code == 200
        return text_of(answer)

    assert "Waits for the second check" in press(people.timur, "submit")
    assert "needs a reason" in press(people.nargiza, "return")
    assert "Approved" in press(people.nargiza, "approve")
    assert "Live" in press(people.nargiza, "activate", rollout="30")
    version = ProfileVersion.objects.get()
    assert (version.state, version.rollout) == ("active", 3000)
    page = text_of(
        as_person(people.timur).get(reverse("targeting:profile-version", args=["P-001", 1]))
    )
    assert "on 30 % of the declarations" in page
    assert "frozen with the approval" in page


def test_an_examiner_and_another_administration_move_nothing(people, second, as_person):
    address = reverse("targeting:profile-move", args=["P-001", 2])

    assert as_person(people.bakyt).post(address, {"move": "approve"}).status_code == 403
    assert as_person(people.charlie).post(address, {"move": "approve"}).status_code == 404
    second.refresh_from_db()
    assert second.state == "submitted"


def test_asking_from_the_editor_takes_the_saved_version_where_nothing_changed(
    people, year, as_person
):
    client = as_person(people.timur)
    version = saved(people)
    opened = client.get(reverse("targeting:profile", args=["P-001"])).content.decode()
    token = re.search(r'name="version"[^>]* value="([^"]+)"', opened).group(1)
    shape = re.search(r'name="shape" id="shape" value="([^"]+)"', opened).group(1)
    fields = dict(re.findall(r'<input[^>]*name="(n?[\w-]+-value)"[^>]*value="([^"]*)"', opened))

    def choice(name):
        part = re.search(rf'<select[^>]*name="{name}".*?</select>', opened, re.DOTALL).group(0)
        return re.search(r'value="([^"]*)" selected', part).group(1)

    selects = {
        name: choice(name)
        for name in re.findall(r'<select[^>]*name="([\w-]+-(?:kind|column|operator))"', opened)
    }
    posted = {
        "shape": shape.replace("&quot;", '"'),
        "version": token,
        "based_on": "1",
        "set": str(year.pk),
        "red": "80",
        "yellow": "0",
        "blue": "0",
        "name": "Cheap",
        "task_en": "Weigh a pair",
        "purpose": "undervaluation",
        "risk": "R-12",
        "valid_to": CHEAP.valid_to.isoformat(),
        "do": "ask",
        **selects,
        **fields,
    }

    answer = client.post(reverse("targeting:profile", args=["P-001"]), posted)

    assert answer.status_code == 302, text_of(answer)
    version.refresh_from_db()
    assert version.state == "submitted"
    assert ProfileVersion.objects.count() == 1

    posted |= {"red": "70"}
    client.post(reverse("targeting:profile", args=["P-001"]), posted)
    states = ProfileVersion.objects.order_by("number").values_list("number", "state", "red")
    assert list(states) == [(1, "replaced", 8000), (2, "submitted", 7000)]


def test_what_a_version_lacks_is_said_on_the_page(people, as_person):
    saved(people, replace(CHEAP, purpose="", valid_to=None), test=None)

    answer = as_person(people.timur).post(
        reverse("targeting:profile-move", args=["P-001", 1]), {"move": "submit"}, follow=True
    )

    for words in ("without a back-test", "Say its purpose", "It has no end"):
        assert words in text_of(answer)


def test_any_two_versions_stand_side_by_side(people, second, as_person):
    page = text_of(
        as_person(people.nargiza).get(
            reverse("targeting:profile-compare", args=["P-001"]), {"from": "1", "to": "2"}
        )
    )

    assert "80 % 50 %" in page
    assert "Version 2 beside version 1" in page


def test_a_proposal_is_decided_by_an_approver_on_the_page(people, live, as_person):
    as_person(people.timur).post(
        reverse("targeting:profile-propose", args=["P-001", 1]), {"reason": "finds nothing"}
    )
    proposal = RetirementProposal.objects.get()
    address = reverse("targeting:proposal-decide", args=[proposal.pk])
    assert "finds nothing" in text_of(
        as_person(people.nargiza).get(reverse("targeting:profile-checks"))
    )
    assert as_person(people.timur).post(address, {"do": "retire"}).status_code == 403

    as_person(people.nargiza).post(address, {"do": "retire", "reason": "agreed"})

    live.refresh_from_db()
    assert live.state == "retired"


def test_approver_and_coordinator_set_the_rules_and_an_analyst_does_not(people, as_person):
    address = reverse("targeting:rules")
    values = {"apart": "all", "shadow_days": "7", "alert_hours": "12", "longest_days": "200"}
    coordinator = User.objects.get(administration=people.juniper, grants__role="coordinator")
    assert as_person(people.timur).get(address).status_code == 403

    assert as_person(coordinator).post(address, values).status_code == 302

    rules = TargetingRules.objects.get()
    assert (rules.apart, rules.shadow_days, rules.alert_hours) == ("all", 7, 12)
    assert rules.changed_by == coordinator
    refused = as_person(people.nargiza).post(address, values | {"alert_hours": "48"})
    assert refused.status_code == 200
    assert TargetingRules.objects.get().alert_hours == 12


def test_what_waits_is_told_to_who_can_decide_and_to_nobody_else(people, second):
    moved(second, people.nargiza, "return", reason="name the source")

    returned = waiting_for(people.timur, at=timezone.now())
    assert [(one.what, one.reason) for one in returned] == [("returned", "name the source")]
    assert waiting_for(people.nargiza, at=timezone.now()) == []

    moved(second, people.timur, "submit")
    assert [one.what for one in waiting_for(people.nargiza, at=timezone.now())] == ["check"]
    assert waiting_for(people.timur, at=timezone.now()) == []
    assert waiting_for(people.charlie, at=timezone.now()) == []
    assert waiting_for(people.bakyt, at=timezone.now()) == []


def test_an_alert_waits_first_and_not_after_it_ended(people, second):
    other = profiles.save_draft(
        administration=people.juniper, code="P-002", wording=CHEAP, by=people.timur, at=NOW
    )
    moved(other, people.timur, "alert")
    now = timezone.now()

    assert [one.what for one in waiting_for(people.nargiza, at=now)] == ["alert", "check"]
    later = now + timedelta(days=1, minutes=1)
    assert [one.what for one in checks(people.nargiza, at=later)] == ["check"]


def test_who_proposed_does_not_decide(people, live):
    made = proposals.propose_retirement(
        version=live, evidence={"reason": "r"}, by=people.nargiza, at=timezone.now()
    )

    assert waiting_for(people.nargiza, at=timezone.now()) == []
    assert RetirementProposal.objects.get() == made


def test_the_list_tells_state_and_what_is_in_force(people, second, as_person):
    page = text_of(as_person(people.nargiza).get(reverse("targeting:profiles")))

    assert "waits for the second check v1" in page


def test_the_pages_speak_russian(people, second, as_person, request):
    request.addfinalizer(translation.deactivate)  # the client leaves it to the thread
    client = as_person(people.nargiza)
    client.cookies["django_language"] = "ru"
    for address in (
        reverse("targeting:profile-checks"),
        reverse("targeting:profile-version", args=["P-001", 2]),
        reverse("targeting:profile-compare", args=["P-001"]),
        reverse("targeting:rules"),
    ):
        page = text_of(client.get(address))
        assert "Second check" not in page
        assert "Вторая проверка" in page or "Правила для профилей" in page or "рядом" in page
