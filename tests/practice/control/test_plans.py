"""Plans of offices: nothing changes until a second person has approved it."""

import pytest
from django.urls import reverse
from tests.practice.control.conftest import NOW, TASK

from tamgha.practice.control.choices import PlanState
from tamgha.practice.control.domain.terms import PlanTerms
from tamgha.practice.control.models import OfficePlan, PlanVersion
from tamgha.practice.control.queries.plans import plan_in_force, preview_of
from tamgha.practice.control.services import plans
from tamgha.shared.errors import RefusedError
from tamgha.shared.lifecycle import MoveRefusedError

RATES = PlanTerms(expected_red=500, expected_yellow=1000, random_red=300, **TASK)


def draft_of(people, terms=RATES, **more):
    return plans.save_plan(
        administration=people.juniper,
        place=("", "import"),
        terms=terms,
        by=people.timur,
        at=NOW,
        **more,
    )


def test_a_draft_is_not_in_force_until_another_person_approves_it(people):
    version = draft_of(people)
    assert plan_in_force(people.juniper, "1101", "import") is None

    version = plans.move_plan(version=version, move="submit", by=people.timur, at=NOW)
    plans.move_plan(version=version, move="approve", by=people.nargiza, at=NOW)

    assert plan_in_force(people.juniper, "1101", "import") == version
    assert plan_in_force(people.juniper, "1101", "export") is None
    assert plan_in_force(people.apricot, "1101", "import") is None


def test_who_wrote_a_plan_cannot_approve_it(people):
    version = draft_of(people)
    plans.move_plan(version=version, move="submit", by=people.timur, at=NOW)
    people.timur.grants.create(
        role="approver", administration=people.juniper, starts_at=NOW, granted_by=people.aigul
    )
    people.timur.__dict__.pop("open_grants", None)

    with pytest.raises(MoveRefusedError) as refusal:
        plans.move_plan(version=version, move="approve", by=people.timur, at=NOW)

    assert refusal.value.why == "person"
    assert PlanVersion.objects.get().state == PlanState.SUBMITTED


def test_an_approved_version_replaces_the_one_before_and_an_office_goes_before_the_default(
    people, put_in_force
):
    put_in_force(random_red=200)
    own = put_in_force(office="1101", random_red=900)
    second = draft_of(people, based_on=1)
    second = plans.move_plan(version=second, move="submit", by=people.timur, at=NOW)
    plans.move_plan(version=second, move="approve", by=people.nargiza, at=NOW)

    assert [(one.number, one.state) for one in PlanVersion.objects.filter(plan__office="")] == [
        (1, PlanState.RETIRED),
        (2, PlanState.PUBLISHED),
    ]
    assert plan_in_force(people.juniper, "1101", "import") == own
    assert plan_in_force(people.juniper, "2202", "import") == second


def test_everything_wrong_is_said_at_once(people):
    wrong = PlanTerms(
        mode="capacity",
        expected_red=9_000,
        expected_yellow=2_000,
        capacity=4,
        random_examinations=4,
    )

    with pytest.raises(RefusedError) as refusal:
        draft_of(people, wrong)

    assert [fault.en.split(":")[0] for fault in refusal.value.faults] == [
        "Expected rates",
        "Random examinations",
        "A general task in both languages",
    ]
    assert OfficePlan.objects.count() == 0


def test_a_writer_who_looked_at_an_older_version_is_refused(people):
    draft_of(people)

    with pytest.raises(RefusedError, match="version 1 of this plan"):
        draft_of(people, based_on=0)


def test_a_plan_without_random_examinations_says_what_it_makes_unknowable():
    assert [words.en for words in PlanTerms(**TASK).warnings] == [
        "Nobody is examined by chance: missed fraud, detection rate and lift over the flow cannot "
        "be estimated."
    ]
    assert RATES.warnings == []


def test_the_preview_counts_every_declaration_of_the_month_once(people, year, profile):
    profile("P-001", "unit_value_ratio < 60 %", red=5_000)

    rates = preview_of(people.juniper, RATES, office="", direction="import", row=year)
    capacity = preview_of(
        people.juniper,
        PlanTerms(mode="capacity", capacity=3, random_examinations=1, **TASK),
        office="",
        direction="import",
        row=year,
    )

    assert rates.declarations == sum(rates.lanes.values()) == capacity.declarations > 50
    assert rates.covered_share == 1
    assert rates.ways["criteria"] > 0
    assert rates.lanes["red"] >= rates.declarations * 0.05
    assert capacity.ways["random"] > 0
    assert preview_of(people.juniper, RATES, office="none", direction="import", row=year) is None


def test_timur_writes_and_submits_on_pages_and_nargiza_approves(people, year, as_person):
    browser = as_person(people.timur)
    browser.post(reverse("control:plan-new"), {"office": "", "direction": "import"})
    shown = browser.get(reverse("control:plan-write"))
    form = {
        name: value
        for name, value in shown.context["form"].initial.items()
        if value is not None and value is not False
    }
    form |= {"expected_red": "5", "random_red": "2,5", "expected_yellow": "", "exploration": ""}
    for name in ("expected_blue", "random_yellow", "random_blue"):
        form[name] = "0"

    saved = browser.post(reverse("control:plan-write"), form, follow=True)
    assert saved.status_code == 200, saved.context["form"].faults
    version = PlanVersion.objects.get()
    address = reverse("control:plan-move", args=[version.plan_id, 1])
    browser.post(address, {"move": "submit", "set": year.pk})
    refused = browser.post(address, {"move": "approve"}, follow=True)
    as_person(people.nargiza).post(address, {"move": "approve"})

    assert "version 1: draft" in saved.content.decode()
    assert "On last month" in saved.content.decode()
    assert "Approve" in refused.content.decode()
    version.refresh_from_db()
    assert (version.state, version.random_red) == (PlanState.PUBLISHED, 250)
    assert version.preview["declarations"] > 50
    assert [step.move for step in version.steps.order_by("pk")] == ["make", "submit", "approve"]


def test_charlie_of_apricot_finds_no_plan_of_juniper(people, put_in_force, as_person):
    version = put_in_force()
    charlie = as_person(people.charlie)

    assert charlie.get(reverse("control:plan", args=[version.plan_id])).status_code == 404
    assert "every other office" not in charlie.get(reverse("control:plans")).content.decode()


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_asks_the_same_number_of_questions(
    people, put_in_force, as_person, django_assert_num_queries, count
):
    for number in range(count):
        put_in_force(office=f"{number}")
    browser = as_person(people.timur)
    browser.get(reverse("control:plans"))

    with django_assert_num_queries(8):
        browser.get(reverse("control:plans"))
