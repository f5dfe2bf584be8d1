"""Writing risks: versions that never change, what stays scored, who may own."""

from datetime import date

import pytest
from django.db import IntegrityError, transaction
from tests.practice.register.conftest import NOW

from tamgha.practice.register.models import Risk
from tamgha.practice.register.queries import differences
from tamgha.practice.register.services import writing
from tamgha.practice.register.services.keeping import RegisterError
from tamgha.shared.errors import RefusedError


def test_every_save_is_a_version_and_the_first_stays_as_it_was(desk):
    first = desk.write()

    second = desk.write(first.risk, title_en="Undervaluation of boots")

    first.refresh_from_db()
    assert (first.number, first.title_en, first.state) == (
        1,
        "Undervaluation of footwear",
        "replaced",
    )
    assert (second.number, second.state, second.risk.code) == (2, "draft", "R-01")
    assert Risk.objects.get().shown == second


@pytest.mark.parametrize("who", ["nargiza", "aigul", "bakyt", "charlie"])
def test_only_analysts_of_the_administration_write(desk, people, who):
    with pytest.raises(RegisterError, match="does not write this register"):
        desk.write(by=getattr(people, who))


def test_numbers_go_on_from_the_highest_and_each_administration_has_its_own(desk, people):
    desk.write(number=12)

    assert desk.write().risk.code == "R-13"
    apricot = desk.write(place=people.apricot, by=people.charlie, owner=people.charlie.pk)
    assert apricot.risk.code == "R-01"
    with pytest.raises(RefusedError, match="R-12 is taken already"):
        desk.write(number=12)


@pytest.mark.parametrize(
    ("text", "number"),
    [("R-12", 12), ("r12", 12), ("Р-003", 3), (" R-140 ", 140), ("R-0", None), ("P-001", None)],
)
def test_a_code_is_read_in_both_alphabets(text, number):
    assert writing.number_of(text) == number


def test_all_faults_of_a_wording_are_named_at_once(desk, people):
    with pytest.raises(RefusedError) as refusal:
        desk.write(
            title_en=" ",
            title_ru="",
            area="luck",
            causes="",
            measures=" ",
            owner=people.bakyt.pk,
            review_on=None,
        )

    said = [fault.en for fault in refusal.value.faults]
    assert said[:4] == [
        "Give the risk a title, in English or in Russian.",
        "Say what may cause it.",
        "Say how it is treated or transferred.",
        "Give the day of its next review.",
    ]
    assert said[4].startswith("area: one of valuation, classification")
    assert said[5].startswith("The owner must be an analyst, an approver or the coordinator")
    assert not Risk.objects.exists()


def test_a_risk_that_is_tolerated_needs_no_measures(desk):
    assert desk.write(treatment="tolerate", measures="").state == "draft"


def test_a_version_based_on_an_older_one_is_refused_by_name(desk, people):
    first = desk.write()
    desk.write(first.risk, by=people.dana)

    with pytest.raises(RefusedError, match="Dana Demo saved version 2 meanwhile"):
        writing.save_version(
            place=first.risk, wording=desk.wording(), by=people.timur, at=NOW, based_on=1
        )


def test_a_later_review_day_keeps_the_agreed_score(desk):
    before = desk.in_force()

    after = desk.write(before.risk, review_on=date(2027, 6, 1), note="looked at, stays")

    assert (after.scoring, after.inherent_score, after.residual_score) == (before.scoring, 20, 12)
    assert after.agreed_by == before.agreed_by


@pytest.mark.parametrize("changed", [{"causes": "New firms"}, {"treatment": "tolerate"}])
def test_a_change_of_what_was_scored_wants_new_scores(desk, changed):
    before = desk.in_force()

    after = desk.write(before.risk, **changed)

    assert (after.residual_score, after.agreed_at) == (None, None)
    assert after.scoring != before.scoring


def test_new_scores_can_be_asked_for_though_nothing_has_changed(desk):
    before = desk.in_force()

    after = desk.write(before.risk, anew=True)

    assert after.scoring != before.scoring
    assert after.residual_score is None


def test_a_change_of_the_scale_wants_new_scores(desk, people):
    before = desk.in_force()
    writing.set_up(administration=people.juniper, values={"scale": "3"}, by=people.nargiza, at=NOW)

    after = desk.write(before.risk)

    before.refresh_from_db()
    assert (before.scale, before.residual_level.name) == ("5", "high")
    assert (after.scale, after.residual_score) == ("3", None)


def test_the_next_common_review_follows_the_last(people):
    with pytest.raises(RefusedError, match="Give a later day"):
        writing.set_up(
            administration=people.juniper,
            values={
                "scale": "5",
                "last_review": date(2026, 9, 30),
                "next_review": date(2026, 9, 30),
            },
            by=people.nargiza,
            at=NOW,
        )


def test_differences_name_fields_and_the_score_in_words(desk, people):
    before = desk.in_force()
    after = desk.write(
        before.risk, treatment="transfer", owner=people.dana.pk, kind="post", causes="New firms"
    )

    found = {str(one.label): (one.before, one.after) for one in differences(before, after)}

    assert found == {
        "Carried by": ("Cargo", "Post"),
        "Causes": ("Duty by value", "New firms"),
        "Treatment": ("Treat", "Transfer"),
        "Owner": ("Timur Demo", "Dana Demo"),
        "Agreed score": ("20 → 12", "–"),
    }


def test_the_database_itself_refuses_two_versions_at_work(desk):
    first = desk.write()
    second = desk.write(first.risk)

    with pytest.raises(IntegrityError), transaction.atomic():
        type(first).objects.filter(pk=first.pk).update(state="submitted", agreed_at=NOW)
    second.refresh_from_db()
    assert second.state == "draft"
