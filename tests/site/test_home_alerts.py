"""Alerts on results at the homes: every kind, to those who may look into it and to nobody else."""

import html
import re

import pytest
from django.urls import reverse
from tests.site.made_node import NOW, Node

from tamgha.practice.control.models import ResultAlert
from tamgha.practice.control.queries.results_alerts import place_of, told
from tamgha.site.homes import HOMES

READ_BY = {"analyst", "approver"}
FACTS = {
    "wearing": {
        "code": "P-001", "number": 1, "found": 3, "results": 900, "drawn_found": 40, "drawn": 800,
    },
    "expiring": {"code": "P-001", "number": 1, "ends": "2026-12-09"},
    "feedback": {"missing": 17, "of": 40},
    "overdrawn": {"red": 90, "decided": 1000, "expected": 500, "direction": "import"},
    "drift": {"index": 0.31, "noise_95": 0.12, "profiles": ["P-001"]},
}  # fmt: skip


@pytest.fixture
def alerts(node: Node):
    place = node.things["juniper"]["set"].administration
    return [
        ResultAlert.objects.create(
            administration=place,
            kind=kind,
            subject=f"about {kind}",
            facts=facts,
            raised_at=NOW,
            looked_at=NOW,
        )
        for kind, facts in FACTS.items()
    ]


def text_of(browser, language) -> str:
    browser.cookies["django_language"] = language
    answer = browser.get(reverse("site:home"))
    assert answer.status_code == 200
    return in_one_line(html.unescape(answer.text))


def in_one_line(text) -> str:
    return re.sub(r"\s+", " ", text)


def test_there_are_facts_for_every_kind():
    assert set(FACTS) == set(ResultAlert.Kind.values)


@pytest.mark.parametrize("language", ["en", "ru"])
@pytest.mark.parametrize("home", HOMES, ids=lambda home: home.role.value)
def test_each_home_opens_and_tells_of_alerts_only_whom_they_concern(
    node: Node, alerts, as_person, home, language
):
    place = "region" if home.role in {"secretariat", "donor", "expert"} else "juniper"

    text = text_of(as_person(node.people[f"{home.role}.{place}"]), language)

    for alert in alerts:
        shown = alert.subject in text
        assert shown == (home.role in READ_BY), alert.kind
        assert (in_one_line(told(alert, language)) in text) == shown, told(alert, language)


def test_a_colleague_elsewhere_is_told_nothing(node: Node, alerts, as_person):
    text = text_of(as_person(node.people["analyst.apricot"]), "en")

    assert [alert.kind for alert in alerts if alert.subject in text] == []


def test_from_the_home_one_comes_to_the_alert_and_to_what_it_is_about(
    node: Node, alerts, as_person
):
    browser = as_person(node.people["approver.juniper"])
    text = text_of(browser, "en")

    for alert in alerts:
        address = reverse("control:alert", args=[alert.pk])
        assert f'href="{address}"' in text
        assert browser.get(address).status_code == 200
        assert browser.get(place_of(alert)).status_code == 200, alert.kind
