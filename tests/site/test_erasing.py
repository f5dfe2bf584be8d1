"""A person who was erased: refused while tasks are open; then no page of anybody tells the name."""

from datetime import UTC, datetime

import pytest
from django.test import Client
from django.urls import reverse
from tests.site.entrances import ACTORS, ENTRANCES
from tests.site.made_node import NOW

from tamgha.platform.accounts.models import User
from tamgha.platform.accounts.services import close_account
from tamgha.platform.journal import services as journal
from tamgha.practice.control.models import ActVersion, InspectionAct

NAMES = ("Quaxley", "quaxley", "Zebulon", "zebulon")
READERS = ("analyst", "approver", "coordinator", "secretariat")


@pytest.fixture
def examiner(node):
    """The examiner of Juniper, under a name that nobody else has, whose account is closed."""
    person = node.people["examiner.juniper"]
    User.objects.filter(pk=person.pk).update(
        full_name="Zebulon Quaxley", email="zebulon@quaxley.example", username="quaxley"
    )
    close_account(
        person=User.objects.get(pk=person.pk), by=node.people["coordinator.juniper"], at=NOW
    )
    return User.objects.get(pk=person.pk)


@pytest.fixture
def coordinator(node, as_person):
    return as_person(node.people["coordinator.juniper"])


def every_page(node, actor):
    """Yield address and text of all that an actor may read."""
    browser = Client(raise_request_exception=False)
    browser.force_login(node.people[ACTORS[actor]])
    addresses = [
        one.address(node.things["juniper"]) for one in ENTRANCES if actor in one.get and one.name
    ]
    for query in ("uaxle", "ebulo"):  # so that what was asked for is not said again
        addresses.append(f"{reverse('accounts:people')}?closed=1&q={query}")
        addresses.append(f"{reverse('site:search')}?q={query}")
        addresses.append(f"{reverse('journal:list')}?q={query}")
    for address in addresses:
        found = browser.get(address)
        parts = found.streaming_content if found.streaming else [found.content]
        text = b"".join(parts).decode("utf-8", "replace")
        yield address, text


def test_open_examinations_and_owned_risks_are_named_and_the_person_stays(
    node, coordinator, examiner
):
    page = coordinator.get(reverse("accounts:erase", args=[examiner.pk])).content.decode()
    refused = coordinator.post(reverse("accounts:erase", args=[examiner.pk]), follow=True)

    assert "Examinations not handed in: 1" in page
    assert "Examinations not handed in: 1" in refused.content.decode()
    assert User.objects.get(pk=examiner.pk).full_name == "Zebulon Quaxley"
    analyst = node.people["analyst.juniper"]
    close_account(person=analyst, by=node.people["coordinator.juniper"], at=NOW)
    page = coordinator.get(reverse("accounts:erase", args=[analyst.pk])).content.decode()
    assert "Risks owned: R-01" in page
    assert "Actions of treatment not done yet, at R-01" in page


def test_one_is_asked_first_and_told_what_is_destroyed_and_what_stays(node, coordinator, examiner):
    InspectionAct.objects.filter(examiner__person=examiner).update(state="closed")

    page = coordinator.get(reverse("accounts:erase", args=[examiner.pk])).content.decode()

    assert "Erase Zebulon Quaxley?" in page
    assert "the journal still verifies" in page
    assert "Nobody can undo this" in page
    assert User.objects.get(pk=examiner.pk).erased_at is None


@pytest.mark.slow
def test_no_page_of_anybody_tells_the_name_or_the_mail_afterwards(node, coordinator, examiner):
    act = InspectionAct.objects.get(examiner__person=examiner)
    ActVersion.objects.create(
        act=act, number=1, kind="final", by=examiner, at=NOW, examined=NOW.date()
    )
    InspectionAct.objects.filter(pk=act.pk).update(state="final", latest=1)
    before = {
        address
        for actor in READERS
        for address, text in every_page(node, actor)
        if any(name in text for name in NAMES)
    }

    coordinator.post(reverse("accounts:erase", args=[examiner.pk]))

    told = [
        f"{actor} {address}"
        for actor in READERS
        for address, text in every_page(node, actor)
        if any(name in text for name in NAMES)
    ]
    assert len(before) > 5, "the name stood on too few pages to prove anything"
    assert told == []
    page = coordinator.get(reverse("accounts:person", args=[examiner.pk])).content.decode()
    assert f"Erased person {examiner.pk}" in page
    journal.seal_all(at=datetime.now(UTC))
    assert journal.check().is_whole
