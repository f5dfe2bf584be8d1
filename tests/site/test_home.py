"""The first page of each role, told by those who hold it."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from tests.site.made_node import NOW, Node

from tamgha.platform.accounts import services as accounts
from tamgha.platform.accounts.choices import Role
from tamgha.platform.accounts.models import RoleGrant, User
from tamgha.platform.journal.gateways import guards_lifted
from tamgha.practice.control.domain.terms import PlanTerms
from tamgha.practice.control.services import plans
from tamgha.practice.targeting.models import ProfileVersion
from tamgha.practice.targeting.services import profiles
from tamgha.site.homes import HOMES, homes_of


def page(browser, address="/", **extra) -> str:
    return browser.get(address, **extra).content.decode()


def give(person: User, role: Role) -> None:
    RoleGrant.objects.create(
        person=person, role=role, administration=person.administration, starts_at=NOW
    )
    person.__dict__.pop("open_grants", None)


def test_a_stranger_is_led_to_the_cards_of_the_demo(client, node):
    answer = client.get("/", follow=True)

    assert answer.redirect_chain == [(reverse("account_login"), 302)]
    assert "Sign in as Timur" in answer.content.decode()


def test_every_role_has_a_home():
    assert {home.role for home in HOMES} == set(Role)


@pytest.mark.parametrize("language", ["en", "ru"])
@pytest.mark.parametrize("home", HOMES, ids=lambda home: home.role.value)
def test_each_role_has_its_page_in_both_languages(as_person, node: Node, home, language):
    place = "region" if home.role in {Role.SECRETARIAT, Role.DONOR, Role.EXPERT} else "juniper"
    browser = as_person(node.people[f"{home.role}.{place}"])
    browser.cookies["django_language"] = language

    text = page(browser)

    assert home.empty.text(language) in text
    assert ("Waits for you" in text) == (language == "en" and not home.empty.en)
    assert ("Ждёт вас" in text) == (language == "ru" and not home.empty.en)


def test_the_analyst_sees_what_waits_the_profiles_and_the_sets(as_person, node: Node):
    mark = node.things["juniper"]["mark"]
    text = page(as_person(node.people["analyst.juniper"]))

    assert f"Decide about {mark}-private.csv" in text
    assert "19 of 20 rows can be taken" in text
    assert f"{mark} profile" in text
    assert "12 of 40 examined" in text
    assert f"{mark} set" in text
    assert reverse("targeting:profile-new") in text


def test_a_finished_check_is_told_once(as_person, node: Node):
    intake = node.things["juniper"]["intake"]
    text = page(as_person(node.people["analyst.juniper"]))

    assert intake.job.state == "done"
    assert reverse("jobs:job", args=[intake.job_id]) not in text


def test_a_profile_that_ends_soon_waits_for_its_analyst(as_person, node: Node):
    version = node.things["juniper"]["version"]
    with guards_lifted(connection):
        ProfileVersion.objects.filter(pk=version.pk).update(valid_to=date(2999, 1, 1))
    browser = as_person(node.people["analyst.juniper"])
    assert "stops by itself" not in page(browser)

    from django.utils import timezone

    soon = timezone.localdate() + timezone.timedelta(days=30)
    with guards_lifted(connection):
        ProfileVersion.objects.filter(pk=version.pk).update(valid_to=soon)

    assert "P-001 zq7juniper profile stops by itself" in page(browser)


def test_the_approver_is_told_what_waits_for_a_second_person(as_person, node: Node):
    text = page(as_person(node.people["approver.juniper"]))

    assert "Retire P-001 zq7juniper profile v1?" in text
    assert reverse("targeting:profile-checks") in text
    assert "zq7juniper profile" in text
    assert reverse("targeting:profile-new") not in text


def test_the_approver_is_told_of_a_plan_that_another_person_submitted(as_person, node: Node):
    mark = node.things["juniper"]["mark"]
    analyst, approver = node.people["analyst.juniper"], node.people["approver.juniper"]
    assert "Plan of" not in page(as_person(approver))

    plan = node.things["juniper"]["plan"]
    terms = PlanTerms(random_red=300, task_en="Look", task_ru="Смотреть", reason="Fewer people")
    version = plans.save_plan(
        administration=plan.administration,
        place=(plan.office, plan.direction),
        terms=terms,
        by=analyst,
        at=NOW,
        based_on=plan.latest,
    )
    plans.move_plan(version=version, move="submit", by=analyst, at=NOW)

    text = page(as_person(approver))
    assert f"Plan of {mark}, import, version 2" in text
    assert "Fewer people" in text
    assert reverse("control:plan", args=[plan.pk]) in text
    assert "Plan of" not in page(as_person(analyst))


def test_the_coordinator_sees_open_invitations_and_who_holds_which_role(as_person, node: Node):
    text = page(as_person(node.people["coordinator.juniper"]))

    assert "zq7juniper Person" in text
    assert "zq7apricot" not in text
    assert "2 people" in text  # the examiner of the demo, and the one who was invited


def test_a_link_that_ran_out_waits_for_the_coordinator(as_person, node: Node):
    link = node.things["juniper"]["link"]
    link.made_at, link.expires_at = NOW.replace(year=2025), NOW.replace(year=2025, month=12)
    link.save()

    assert "The link of zq7juniper Person ran out" in page(
        as_person(node.people["coordinator.juniper"])
    )


def test_a_person_of_several_roles_has_chips_and_the_first_by_the_order(as_person, node: Node):
    person = node.people["examiner.juniper"]
    give(person, Role.ANALYST)
    browser = as_person(person)

    assert [home.role for home in homes_of(person)] == [Role.ANALYST, Role.EXAMINER]
    assert "New profile" in page(browser)
    assert "Open the next act" in page(browser, "/?role=examiner")
    assert "New profile" not in page(browser, "/?role=examiner")
    assert "New profile" in page(browser, "/?role=donor")  # a role not held counts not


def test_a_person_without_a_role_is_told_who_gives_one(as_person, node: Node):
    person = accounts.invite_person(
        new=accounts.NewPerson(full_name="Nobody Yet", username="nobody"),
        administration=node.people["analyst.juniper"].administration,
        roles=[],
        by=None,
        at=NOW,
    )

    assert "You have no role yet" in page(as_person(person))
    assert "Nobody Yet has no role" in page(as_person(node.people["coordinator.juniper"]))


def test_a_hub_shows_its_analyst_no_declarations(as_person, node: Node, settings):
    settings.TAMGHA_NODE = "hub"

    text = page(as_person(node.people["analyst.juniper"]))

    assert "This node is a hub." in text
    assert "zq7juniper set" not in text


@pytest.mark.parametrize("role", ["analyst", "coordinator"])
def test_more_rows_cost_no_more_queries(as_person, node: Node, role):
    browser = as_person(node.people[f"{role}.juniper"])
    page(browser)
    with CaptureQueriesContext(connection) as few:
        page(browser)
    analyst = node.people["analyst.juniper"]
    for number in range(2, 5):
        profiles.save_draft(
            administration=analyst.administration,
            code=f"P-{number:03d}",
            wording=profiles.Wording(name="More", condition="item = 1"),
            by=analyst,
            at=NOW,
        )
        more = accounts.invite_person(
            new=accounts.NewPerson(full_name=f"More {number}", username=f"more{number}"),
            administration=analyst.administration,
            roles=[Role.OFFICER, Role.EXAMINER],
            by=None,
            at=NOW,
        )
        accounts.make_link(person=more, by=None, at=NOW)
    with CaptureQueriesContext(connection) as many:
        page(browser)

    assert len(many) == len(few)
