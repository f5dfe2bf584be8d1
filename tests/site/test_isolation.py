"""Isolation: every address of the site, walked by every kind of visitor, held to one table."""

from dataclasses import dataclass

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse
from tests.site.entrances import ACTORS, ENTRANCES, NOBODY, Entrance, every_name
from tests.site.made_node import MARKS, Node

from tamgha.practice.targeting import gateways, permissions
from tamgha.practice.targeting.models import DeclarationSet

METHODS = ("get", "post")


@dataclass
class Answer:
    status: int
    location: str
    body: str

    @property
    def is_refusal(self) -> bool:
        """Whether the visitor was not let in: sent to sign in, refused, no such page or no such act."""
        to_sign_in = self.status == 302 and self.location.startswith(reverse("account_login"))
        return to_sign_in or self.status in {401, 403, 404, 405}


class Visitor:
    """One kind of visitor; whatever a call changes is taken back after it."""

    def __init__(self, person):
        browser = Client()
        if person is not None:
            browser.force_login(person)
        self.cookies = {name: morsel.value for name, morsel in browser.cookies.items()}

    def ask(self, method: str, address: str) -> Answer:
        browser = Client(raise_request_exception=False)
        browser.cookies.load(self.cookies)
        before = transaction.savepoint()
        try:
            found = getattr(browser, method)(address)
            parts = found.streaming_content if found.streaming else [found.content]
            body = b"".join(parts).decode("utf-8", "replace")
        finally:
            transaction.savepoint_rollback(before)
        return Answer(found.status_code, found.headers.get("Location", ""), body)


@pytest.fixture
def visitors(node: Node) -> dict[str, Visitor]:
    return {
        actor: Visitor(node.people[person] if person else None) for actor, person in ACTORS.items()
    }


def faults_at(entrance: Entrance, visitors, things, *, shut: bool = False) -> list[str]:
    """Return what does not agree with the table at one address."""
    found = []
    address = entrance.address(things)
    for method in METHODS:
        let_in = NOBODY if shut else getattr(entrance, method)
        for actor, visitor in visitors.items():
            answer = visitor.ask(method, address)
            said = f"{actor} {method.upper()} {address} ({entrance.name}): {answer.status}"
            if answer.status >= 500:
                found.append(f"{said}, a fault of ours")
            elif answer.is_refusal == (actor in let_in):
                found.append(
                    f"{said} {answer.location}, {'refused' if answer.is_refusal else 'let in'}"
                )
            if MARKS["juniper"] in answer.body and (actor not in entrance.seers() or shut):
                found.append(f"{said}, shows what is Juniper's")
            if MARKS["apricot"] in answer.body and actor != "other":
                found.append(f"{said}, shows what is Apricot's")
    return found


def test_every_address_stands_in_the_table():
    named = {entrance.name for entrance in ENTRANCES}

    assert set(every_name()) - named == set(), "who may enter these is not declared"
    assert named - set(every_name()) == set(), "these addresses are no longer there"


def area_of(entrance: Entrance) -> str:
    """Return the first word of the name of an address; those of signing in have no such word."""
    return entrance.name.partition(":")[0] if ":" in entrance.name else "sign-in"


AREAS = sorted({area_of(entrance) for entrance in ENTRANCES})


@pytest.mark.slow
@pytest.mark.parametrize("area", AREAS)
def test_every_visitor_enters_what_the_table_says_and_nothing_else(node: Node, visitors, area):
    things = node.things["juniper"]
    entrances = [one for one in ENTRANCES if area_of(one) == area]

    faults = [fault for entrance in entrances for fault in faults_at(entrance, visitors, things)]

    if faults:
        pytest.fail("\n".join(faults), pytrace=False)


@pytest.mark.slow
def test_on_a_hub_own_declarations_are_shut_to_everybody(node: Node, visitors, settings):
    settings.TAMGHA_NODE = "hub"
    gateways.forget_workbenches()
    things = node.things["juniper"]
    of_own_data = [
        entrance
        for entrance in ENTRANCES
        if entrance.name.startswith(("targeting:", "control:", "register:"))
        or entrance.name == "site:risk"
    ]

    faults = [
        fault
        for entrance in of_own_data
        for fault in faults_at(entrance, visitors, things, shut=True)
    ]

    assert len(of_own_data) > 30
    if faults:
        pytest.fail("\n".join(faults), pytrace=False)


MARKED = (
    "site:home", "site:search", "jobs:mine", "files:files", "targeting:sets", "targeting:set",
    "targeting:intake", "targeting:profiles", "targeting:profile", "targeting:profile-version",
    "targeting:trade-list", "targeting:indicators",
)  # fmt: skip


@pytest.mark.parametrize("name", MARKED)
def test_the_mark_is_on_the_page_so_that_the_walk_can_miss_it_elsewhere(node, visitors, name):
    entrance = next(one for one in ENTRANCES if one.name == name)

    answer = visitors["analyst"].ask("get", entrance.address(node.things["juniper"]))

    assert MARKS["juniper"] in answer.body


def test_the_walk_notices_a_door_that_was_left_open(node, visitors, monkeypatch):
    things = node.things["juniper"]
    entrance = next(one for one in ENTRANCES if one.name == "targeting:set")
    assert faults_at(entrance, visitors, things) == []

    monkeypatch.setattr(
        permissions, "sets_visible_to", lambda user, put_away=False: DeclarationSet.objects.all()
    )

    address = entrance.address(things)
    assert faults_at(entrance, visitors, things) == [
        f"other GET {address} (targeting:set): 200 , let in",
        f"other GET {address} (targeting:set): 200, shows what is Juniper's",
    ]
