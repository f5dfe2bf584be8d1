"""The journal on the page of each object: who did what when, whether it is sealed; bounded queries."""

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from tests.site.entrances import ENTRANCES
from tests.site.made_node import NOW

from tamgha.platform.journal import services as journal
from tamgha.practice.targeting.models import Profile

PAGES = {
    "register:risk": ("analyst.juniper", "a version of a risk was written"),
    "targeting:profile-version": ("analyst.juniper", "Profile saved"),
    "targeting:trade-list": ("analyst.juniper", "List saved"),
    "targeting:set": ("analyst.juniper", "Declarations entered"),
    "control:plan": ("analyst.juniper", "Plan approved and in force"),
    "control:decision": ("analyst.juniper", "Declaration decided"),
    "control:act": ("examiner.juniper", "In the journal"),
    "accounts:person": ("coordinator.juniper", "Person entered"),
}


def page_of(name, node, as_person):
    role, _words = PAGES[name]
    entrance = next(one for one in ENTRANCES if one.name == name and one.get)
    address = entrance.address(node.things["juniper"]).partition("?")[0]
    answer = as_person(node.people[role]).get(address)
    assert answer.status_code == 200
    return answer.content.decode()


def card_of(page):
    """Return the card of the journal alone."""
    start = page.index('id="journal"')
    return page[start : page.index("</section>", start)]


@pytest.mark.parametrize("name", PAGES)
def test_the_page_of_an_object_tells_what_was_done_to_it(node, as_person, name):
    assert PAGES[name][1] in card_of(page_of(name, node, as_person))


def test_it_says_what_is_sealed_and_what_waits(node, as_person):
    waiting = card_of(page_of("control:plan", node, as_person))
    journal.seal_all(at=NOW)
    sealed = card_of(page_of("control:plan", node, as_person))

    assert "wait for the seal" in waiting
    assert ", not sealed yet" in waiting
    assert "3 acts, sealed" in sealed
    assert ", not sealed yet" not in sealed


def test_an_examiner_reads_no_entry_and_no_condition(node, as_person):
    with transaction.atomic():
        journal.record(
            "control.act.assigned",
            by=node.people["approver.juniper"],
            at=NOW,
            on=node.things["juniper"]["act"],
            change=journal.Change(after={"condition": "unit_value_ratio < 60 %"}),
        )

    card = card_of(page_of("control:act", node, as_person))

    assert "Act given to another examiner" in card
    assert "unit_value_ratio" not in card
    assert "/journal/" not in card


def test_a_long_history_costs_no_more_queries_than_a_short_one(node, as_person):
    profile = Profile.objects.get(administration__code="juniper", code="P-001")
    browser = as_person(node.people["approver.juniper"])
    address = reverse("targeting:profile-version", args=["P-001", 1])
    browser.get(address)
    with CaptureQueriesContext(connection) as short:
        browser.get(address)
    with transaction.atomic():
        for _n in range(40):
            journal.record(
                "targeting.profile.retired", by=node.people["analyst.juniper"], at=NOW, on=profile
            )
    with CaptureQueriesContext(connection) as long:
        page = browser.get(address).content.decode()

    assert len(long) <= len(short)
    assert "Everything that happened to it" in page
    assert card_of(page).count("<li") == 10
