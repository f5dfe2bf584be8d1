"""What targeting offers to the risk register: indicators by hand, profiles by what their passport names."""

from datetime import UTC, date, datetime

import pytest
from django.urls import reverse

from tamgha.practice.register.domain.wording import Wording
from tamgha.practice.register.queries.links import choices_for, links_of
from tamgha.practice.register.services import following, writing
from tamgha.practice.targeting.services import profiles as services

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
CONDITION = "unit_value_ratio < 60 %"
EVIDENCE = {
    "rate": 0.35,
    "low": 0.19,
    "high": 0.55,
    "finds": 8,
    "results": 23,
    "set_name": "Year",
    "simulated": True,
}


@pytest.fixture
def risk(people):
    wording = Wording(
        title_en="Undervaluation",
        area="valuation",
        causes="Duty by value",
        consequences="Duty lost",
        measures="A profile",
        owner=people.timur.pk,
        review_on=date(2027, 1, 15),
    )
    return writing.save_version(
        place=people.juniper, wording=wording, by=people.timur, at=NOW, number=12
    ).risk


def save(people, code, named, evidence=None):
    return services.save_draft(
        administration=people.juniper,
        code=code,
        wording=services.Wording(name=f"Profile {code}", condition=CONDITION, risk=named),
        by=people.timur,
        at=NOW,
        evidence_of_test=evidence,
    )


def answering(risk, person):
    found = {kind.name: shown for kind, shown in links_of(risk, person)}
    return [one.thing for one in found["profile"]]


def test_a_profile_answers_the_risk_whose_code_its_passport_names(people, risk):
    save(people, "P-001", "R-12 Undervaluation", EVIDENCE)
    save(people, "P-002", "answers r-12, and R-07")
    save(people, "P-003", "R-120 and XR-12 and R-1")

    first, second = answering(risk, people.timur)

    assert (first.key, second.key) == ("P-001", "P-002")
    assert first.url == reverse("targeting:profile", args=["P-001"])
    assert (first.figure.value, first.figure.n, first.figure.simulated) == (0.35, 23, True)
    assert second.figure is None


def test_profiles_are_told_to_nobody_who_may_not_see_them(people, risk):
    save(people, "P-001", "R-12")

    assert [one.key for one in answering(risk, people.nargiza)] == ["P-001"]
    assert answering(risk, people.bakyt) == []
    assert choices_for(people.bakyt) == []


def test_an_indicator_is_linked_by_its_name_and_opens_its_page(people, risk):
    following.link(
        risk=risk,
        kind="indicator",
        key="importer_age_days",
        direction="raises",
        by=people.timur,
        at=NOW,
    )

    found = {kind.name: shown for kind, shown in links_of(risk, people.timur)}
    (one,) = found["indicator"]

    assert (one.thing.key, one.link.direction) == ("importer_age_days", "raises")
    assert one.thing.url == reverse("targeting:indicator", args=["importer_age_days"])


def test_the_editor_offers_the_codes_of_the_register(people, risk, as_person):
    text = as_person(people.timur).get(reverse("targeting:profile-new")).content.decode()

    assert '<option value="R-12 Undervaluation">' in text
    assert 'list="risk-codes"' in text
