"""The bar, the index of Risk, the search across the areas, and the pages that say what went wrong."""

import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from tests.site.made_node import NOW, Node

from tamgha.platform.ui.rows import rows_address
from tamgha.practice.targeting.services import profiles
from tamgha.shared.figures import Query


def words_of_bar(browser, address="/") -> list[str]:
    text = browser.get(address).content.decode()
    bar = re.search(r'<nav class="tm-areas".*?</nav>', text, re.DOTALL).group()
    return re.findall(r">([^<>]+)</a>", bar)


@pytest.mark.parametrize(
    ("who", "words"),
    [
        ("analyst.juniper", ["Home", "Risk"]),
        ("approver.juniper", ["Home", "Risk"]),
        ("examiner.juniper", ["Home", "Examinations"]),
        ("coordinator.juniper", ["Home", "Risk", "People"]),
        ("donor.region", ["Home"]),
        ("secretariat.region", ["Home", "People"]),
    ],
)
def test_the_bar_has_the_areas_of_the_role_and_no_others(as_person, node: Node, who, words):
    assert words_of_bar(as_person(node.people[who])) == words


def test_on_a_hub_there_is_no_risk(as_person, node: Node, settings):
    settings.TAMGHA_NODE = "hub"

    assert words_of_bar(as_person(node.people["analyst.juniper"])) == ["Home"]


def test_the_index_of_risk_leads_to_every_part_with_its_count(as_person, node: Node):
    answer = as_person(node.people["analyst.juniper"]).get(reverse("site:risk"))

    parts = {part.address: part.count for part in answer.context["parts"]}
    assert parts[reverse("targeting:sets")] == 1
    assert parts[reverse("targeting:profiles")] == 1
    assert parts[reverse("targeting:trade-lists")] == 1
    assert all(
        as_person(node.people["analyst.juniper"]).get(one).status_code == 200 for one in parts
    )


def test_a_coordinator_finds_the_register_and_results_and_nothing_else_in_risk(
    as_person, node: Node
):
    answer = as_person(node.people["coordinator.juniper"]).get(reverse("site:risk"))

    parts = {part.address: part.count for part in answer.context["parts"]}
    assert parts == {reverse("register:risks"): 1, reverse("control:results"): None}


def test_figures_of_a_back_test_know_the_page_of_their_rows():
    address = rows_address(
        Query(
            "targeting:profile-rows", {"set": "3", "which": "found", "condition": "hs LIKE '64%'"}
        )
    )

    assert address == "/risk/profiles/rows?set=3&which=found&condition=hs+LIKE+%2764%25%27"


# ---- search --------------------------------------------------------------------------------------


def found(browser, words) -> dict[str, list[str]]:
    groups = browser.get(reverse("site:search"), {"q": words}).context["groups"]
    return {group.label.en: [hit.title for hit in group.hits] for group in groups}


def test_the_search_goes_through_all_areas_of_the_reader(as_person, node: Node):
    mark = "zq7juniper"

    assert found(as_person(node.people["analyst.juniper"]), "ZQ7") == {
        "Risk register": [f"R-01 {mark} risk"],
        "Profiles": [f"P-001 {mark} profile"],
        "Declarations": [f"{mark} set"],
        "Files": [f"{mark}-shared.csv", f"{mark}-private.csv"],
    }


def test_a_coordinator_finds_the_people_of_the_own_administration(as_person, node: Node):
    assert found(as_person(node.people["coordinator.juniper"]), "zq7 person") == {
        "People": ["zq7juniper Person"]
    }


def test_a_donor_finds_nothing_of_an_administration(as_person, node: Node):
    assert found(as_person(node.people["donor.region"]), "zq7") == {}


def test_hs_codes_are_found_by_words_and_by_digits(as_person, node: Node):
    browser = as_person(node.people["analyst.juniper"])

    assert found(browser, "6403.99")["HS codes"][0].startswith("640399 ")
    hit = browser.get(reverse("site:search"), {"q": "640399"}).context["groups"][0].hits[0]
    assert hit.way == "Risk › HS codes › 64 › 6403"
    assert "640399" in browser.get(hit.address).content.decode()


@pytest.mark.parametrize("words", ["", "z", "%", "nothing such", "\\", "'; --"])
def test_odd_words_find_nothing_and_break_nothing(as_person, node: Node, words):
    assert found(as_person(node.people["examiner.juniper"]), words) == {}


def test_more_finds_cost_no_more_queries(as_person, node: Node):
    browser = as_person(node.people["analyst.juniper"])
    found(browser, "zq7")
    with CaptureQueriesContext(connection) as few:
        found(browser, "zq7")
    analyst = node.people["analyst.juniper"]
    for number in range(2, 5):
        profiles.save_draft(
            administration=analyst.administration,
            code=f"P-{number:03d}",
            wording=profiles.Wording(name="zq7", condition="item = 1"),
            by=analyst,
            at=NOW,
        )
    with CaptureQueriesContext(connection) as many:
        found(browser, "zq7")

    assert len(many) == len(few)


# ---- what went wrong -----------------------------------------------------------------------------

ERRORS = {
    400: ("The request was not understood", "Запрос не понят"),
    403: ("This page is not open to you", "Эта страница вам не открыта"),
    404: ("There is no such page", "Такой страницы нет"),
    500: ("Something broke on our side", "Сбой на нашей стороне"),
}


@pytest.fixture
def faulty(settings, monkeypatch):
    """A node on which every way to fail is open."""
    settings.DEBUG = False
    from tamgha.site import search

    def break_down(*_words, **_more):
        raise RuntimeError("broken on purpose")

    monkeypatch.setattr(search, "find", break_down)


ADDRESSES = {
    400: ("/", {"HTTP_HOST": "elsewhere.example"}),
    403: ("/risk/", {}),
    404: ("/no/such/page", {}),
    500: ("/search?q=anything", {}),
}


@pytest.mark.parametrize("language", ["en", "ru"])
@pytest.mark.parametrize("status", sorted(ERRORS))
def test_each_fault_has_its_page_in_both_languages(as_person, node, faulty, status, language):
    browser = as_person(node.people["examiner.juniper"])
    browser.cookies["django_language"] = language
    address, extra = ADDRESSES[status]

    answer = browser.get(address, **extra)

    assert answer.status_code == status
    text = answer.content.decode()
    assert f'<html lang="{language}"' in text
    assert ERRORS[status][language == "ru"] in text


@pytest.mark.parametrize("language", ["en", "ru"])
def test_a_form_that_waited_too_long_says_so(node, language):
    browser = Client(enforce_csrf_checks=True)
    browser.cookies["django_language"] = language

    answer = browser.post(reverse("account_login"), {"login": "a", "password": "b"})

    assert answer.status_code == 403
    said = "The form waited too long", "Форма ждала слишком долго"
    assert said[language == "ru"] in answer.content.decode()


def test_no_page_of_a_fault_tells_what_broke(as_person, node, faulty):
    answer = as_person(node.people["analyst.juniper"]).get("/search?q=anything")

    assert "broken on purpose" not in answer.content.decode()
