"""The journal's pages: what each reader finds there, and what not."""

from datetime import timedelta

import pytest
from django.db import transaction
from django.template import Context, Template
from django.urls import reverse
from tests.site.made_node import NOW, Node

from tamgha.platform.journal import services as journal
from tamgha.platform.journal.models import Entry
from tamgha.practice.targeting.models import Profile


@pytest.fixture
def reader(node: Node, as_person):
    """Return a function that signs a role in and reads the list."""

    def read(role, **asked):
        page = as_person(node.people[role]).get(reverse("journal:list"), asked)
        assert page.status_code == 200
        return [line.row for line in page.context["list"]["lines"]]

    return read


def test_the_approver_reads_of_declarations_and_the_coordinator_of_people(node, reader):
    juniper = node.people["analyst.juniper"].administration

    approver, coordinator = reader("approver.juniper"), reader("coordinator.juniper")

    assert {row.act.split(".")[0] for row in approver} <= {"targeting", "register", "control"}
    assert {row.act.split(".")[0] for row in coordinator} <= {"accounts", "register"}
    assert approver
    assert coordinator
    assert {row.administration_id for row in (*approver, *coordinator)} == {juniper.pk}


def test_the_list_is_narrowed_by_act_person_period_and_object(node, reader):
    profile = Profile.objects.get(administration__code="juniper", code="P-001")
    analyst = node.people["analyst.juniper"]

    saved = reader("approver.juniper", act="targeting.profile.saved")
    by_analyst = reader("approver.juniper", who=str(analyst.pk))
    later = reader("approver.juniper", at_from=f"{NOW + timedelta(days=2):%Y-%m-%d}")
    of_profile = reader("approver.juniper", kind="targeting.profile", key=str(profile.pk))
    found = reader("approver.juniper", q="zq7juniper profile")

    assert {row.act for row in saved} == {"targeting.profile.saved"}
    assert {row.by for row in by_analyst} == {analyst}
    assert later == []
    assert {row.object_name for row in of_profile} == {str(profile)}
    assert of_profile[0].pk in {row.pk for row in found}


@pytest.mark.parametrize("extra", [0, 25])
def test_the_list_costs_the_same_number_of_queries_however_long_it_is(
    node, as_person, extra, django_assert_num_queries
):
    approver = as_person(node.people["approver.juniper"])
    with transaction.atomic():
        for _row in range(extra):
            journal.record(
                "targeting.set.changed",
                by=node.people["analyst.juniper"],
                at=NOW,
                on=node.things["juniper"]["set"],
            )
    address = reverse("journal:list")
    approver.get(address)

    with django_assert_num_queries(9):
        approver.get(address)


def test_an_entry_shows_before_and_after_and_its_seal(node, as_person):
    entry = Entry.objects.get(
        act="targeting.profile.saved", administration__code="juniper", object_name__contains="P-001"
    )
    approver = as_person(node.people["approver.juniper"])
    address = reverse("journal:entry", args=[entry.pk])

    before = approver.get(address).content.decode()
    refused = approver.get(reverse("journal:proof", args=[entry.pk]))
    journal.seal_all(at=NOW)
    after = approver.get(address).content.decode()
    proof = approver.get(reverse("journal:proof", args=[entry.pk]))

    assert "unit_value_ratio &lt; 60 %" in before
    assert "Not sealed yet" in before
    assert refused.status_code == 409
    assert "Reads as it was sealed" in after
    assert journal.check_proof(proof.json()) == entry.pk
    assert f'filename="journal-entry-{entry.pk}.json"' in proof["Content-Disposition"]


def test_the_address_of_a_log_in_is_read_by_the_coordinator_alone(node, as_person):
    analyst = node.people["analyst.juniper"]
    with transaction.atomic():
        entry = journal.record(
            "accounts.logged_in",
            by=analyst,
            at=NOW,
            for_whom=analyst,
            change=journal.Change(personal=[journal.Personal(analyst, {"address": "10.20.30.40"})]),
        )
    address = reverse("journal:entry", args=[entry.pk])

    coordinator = as_person(node.people["coordinator.juniper"]).get(address)
    others = [
        as_person(node.people[role]).get(address).status_code
        for role in (
            "approver.juniper",
            "analyst.juniper",
            "coordinator.apricot",
            "secretariat.region",
        )
    ]
    journal.erase_person(person=analyst, by=None, at=NOW)
    erased = as_person(node.people["coordinator.juniper"]).get(address)

    assert "10.20.30.40" in coordinator.content.decode()
    assert others == [404, 404, 404, 404]
    assert "10.20.30.40" not in erased.content.decode()
    assert "key was destroyed" in erased.content.decode()


def test_the_history_of_an_object_stands_on_its_page_and_opens_for_readers_alone(node, rf):
    profile = Profile.objects.get(administration__code="juniper", code="P-001")
    template = Template("{% load journal %}{% journal_of profile %}")

    def shown_to(role):
        request = rf.get("/")
        request.user = node.people[role]
        return template.render(Context({"profile": profile, "request": request}))

    analyst, approver = shown_to("analyst.juniper"), shown_to("approver.juniper")

    assert "Profile saved" in analyst
    assert "/journal/" not in analyst
    assert "/journal/" in approver


def test_the_pages_speak_russian(node, as_person):
    approver = as_person(node.people["approver.juniper"])
    approver.cookies["django_language"] = "ru"

    page = approver.get(reverse("journal:list")).content.decode()

    assert "Профиль сохранён" in page
    assert "Что сделано" in page
    assert "Когда" in page
