"""Inspection acts: the task and nothing else; results are versions; work goes to who carries least."""

import re
from datetime import timedelta
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from tests.practice.control.conftest import NOW, PIXEL
from tests.practice.control.lodgings import MORNING, lodging, minutes

from tamgha.platform.accounts.choices import Role
from tamgha.platform.accounts.models import RoleGrant, User
from tamgha.practice.control.choices import ActState
from tamgha.practice.control.domain.acts import HandedIn, ItemResult, mass_difference
from tamgha.practice.control.domain.packing import rows_of
from tamgha.practice.control.models import ActVersion, Examiner, InspectionAct
from tamgha.practice.control.queries.decisions import override_count
from tamgha.practice.control.queries.outcomes import findings_table, outcomes_of
from tamgha.practice.control.services import acts, examiners, following
from tamgha.practice.control.services.deciding import decide
from tamgha.practice.control.services.errors import ControlError
from tamgha.practice.control.services.rows import Source
from tamgha.shared.errors import RefusedError, TamghaError

DAY = MORNING.date()
CLEAN = ItemResult(item=1, result="clean")
FOUND = ItemResult(item=2, result="found", kind="value", value=Decimal(900), duty=Decimal(120))
LEFT = ItemResult(
    item=2, result="open", open_reason="scale broken", open_by="Leyla", open_until=NOW
)


@pytest.fixture
def bakyt_examines(people):
    return examiners.set_examiner(
        person=people.bakyt,
        group="working",
        office="",
        is_available=True,
        by=people.nargiza,
        at=NOW,
    )


@pytest.fixture
def to_examine(people, put_in_force, profile, bakyt_examines):
    """Send a declaration of two items to the red lane; return its act."""
    put_in_force()
    profile("P-SECRET", "item_price < 200", red=10_000, task_en="Weigh it.", task_ru="Взвесить.")

    def send(number=1, **told):
        row = decide(
            source=Source(administration=people.juniper),
            lodged=lodging(number, **told),
            key=f"k-{number}",
            at=minutes(number),
        )
        return InspectionAct.objects.select_related("administration", "decision").get(decision=row)

    return send


def handed(people, act, *items, at=NOW, reason="", minutes=40):
    return acts.hand_in(
        act=act,
        given=HandedIn(examined=DAY, items=items, minutes=minutes),
        hand=acts.Hand(by=people.bakyt),
        at=at,
        reason=reason,
    )


def test_a_partial_act_becomes_final_and_every_version_stays(people, to_examine):
    act = to_examine()

    handed(people, act, CLEAN, LEFT)
    act.refresh_from_db()
    assert act.state == ActState.PARTIAL
    handed(people, act, CLEAN, FOUND, at=NOW + timedelta(hours=1))

    act.refresh_from_db()
    assert act.state == ActState.FINAL
    assert list(ActVersion.objects.order_by("pk").values_list("number", "kind")) == [
        (1, "partial"),
        (2, "final"),
    ]
    assert act.versions.get(number=1).items.get(item=2).open_reason == "scale broken"


def test_a_final_act_is_revised_only_with_a_reason_and_overturned_only_by_an_approver(
    people, to_examine
):
    act = to_examine()
    handed(people, act, CLEAN, FOUND)

    with pytest.raises(RefusedError, match="why it is revised"):
        handed(people, act, CLEAN, ItemResult(item=2, result="clean"))
    handed(people, act, CLEAN, ItemResult(item=2, result="clean"), reason="weighed again")
    acts.overturn(act=act, by=people.nargiza, at=NOW, reason="appeal")

    assert list(act.versions.order_by("number").values_list("kind", "reason")) == [
        ("final", ""),
        ("revised", "weighed again"),
        ("overturned", "appeal"),
    ]


def test_everything_wrong_in_an_act_is_said_at_once(people, to_examine):
    act = to_examine()
    wrong = (
        ItemResult(item=1, result="found", weighed_kg=-4),
        ItemResult(item=7, result="open"),
    )

    with pytest.raises(RefusedError) as refusal:
        acts.hand_in(
            act=act,
            given=HandedIn(examined=DAY + timedelta(days=9), items=wrong, minutes=0),
            hand=acts.Hand(by=people.bakyt),
            at=NOW,
        )

    said = [fault.en for fault in refusal.value.faults]
    assert len(said) == 7
    assert "Item 2 has no result" in said[1]
    assert ActVersion.objects.count() == 0


def test_the_workload_leaves_with_the_work_and_suspension_waits_for_it(
    people, to_examine, bakyt_examines
):
    act = to_examine()
    bakyt_examines.refresh_from_db()
    assert bakyt_examines.workload == 20

    with pytest.raises(ControlError, match="has open acts: 1"):
        examiners.set_examiner(
            person=people.bakyt,
            group="chief",
            office="",
            is_available=True,
            by=people.nargiza,
            at=NOW,
        )
    handed(people, act, CLEAN, FOUND)
    chief = examiners.set_examiner(
        person=people.bakyt, group="chief", office="", is_available=True, by=people.nargiza, at=NOW
    )

    assert (chief.pk, chief.group, chief.workload) == (bakyt_examines.pk, "chief", 0)
    assert Examiner.objects.count() == 1


def test_work_that_is_open_again_is_carried_again(people, to_examine, bakyt_examines):
    act = to_examine()
    clean = ItemResult(item=2, result="clean")
    seen = []
    for items, reason in (
        ((CLEAN, clean), ""),
        ((CLEAN, LEFT), "scale"),
        ((CLEAN, clean), "weighed"),
    ):
        handed(people, act, *items, reason=reason)
        bakyt_examines.refresh_from_db()
        seen.append(bakyt_examines.workload)

    assert seen == [0, 20, 0]


def test_weights_are_changed_and_hold_for_new_acts(people, to_examine):
    first = to_examine(1)
    examiners.set_rules(
        administration=people.juniper, weights=(20, 1), tolerance=100, by=people.nargiza, at=NOW
    )
    from tamgha.practice.control.gateways import desks

    desks.forget_standards()
    second = to_examine(2)

    assert (first.weight, second.weight) == (20, 22)


def test_a_lane_is_changed_with_a_reason_and_counted_up_and_down_apart(people, to_examine):
    act, other = to_examine(1), to_examine(2)
    green = decide(
        source=Source(administration=people.juniper),
        lodged=lodging(3, price=900.0),
        key="k-3",
        at=minutes(3),
    )
    with pytest.raises(TamghaError, match="Say why"):
        following.reroute(decision=green, lane="red", reason=" ", by=people.nargiza, at=NOW)

    following.reroute(decision=green, lane="red", reason="tip-off", by=people.nargiza, at=NOW)
    following.reroute(
        decision=act.decision, lane="yellow", reason="papers", by=people.nargiza, at=NOW
    )

    count = override_count(act.decision.__class__.objects.all())
    assert (count.decided, count.upwards, count.downwards) == (3, 1, 1)
    green.refresh_from_db()
    assert (green.lane, green.lane_now, green.act.state) == ("green", "red", ActState.OPEN)
    act.refresh_from_db()
    other.refresh_from_db()
    assert (act.state, other.state) == (ActState.CLOSED, ActState.OPEN)


def test_the_examiner_sees_task_and_items_and_nothing_of_the_choice(people, to_examine, as_person):
    act = to_examine()
    browser = as_person(people.bakyt)

    page = browser.get(reverse("control:act", args=[act.pk])).content.decode()
    listed = browser.get(reverse("control:acts")).content.decode()

    assert "Weigh it." in page
    assert "Footwear" in page
    for text in (page, listed):
        for secret in ("P-SECRET", "item_price", "criteria", "unit_value", "3 %", "draw ", "score"):
            assert secret not in text
    for closed in ("control:decisions", "control:plans"):
        assert browser.get(reverse(closed)).status_code == 403
    assert browser.get(reverse("control:decision", args=[act.decision_id])).status_code == 403


def test_a_chief_examiner_changes_the_lane_from_the_act_and_others_are_not_offered_it(
    people, to_examine, as_person
):
    act = to_examine()
    page, change = f"/risk/acts/{act.pk}/", f"/risk/decisions/{act.decision_id}/lane"
    wish = {"lane": "green", "reason": "The wrong declaration was called"}
    bakyt = as_person(people.bakyt)
    assert change not in bakyt.get(page).text
    assert bakyt.post(change, wish).status_code == 403
    assert change not in as_person(people.timur).get(page).text

    madina = User.objects.get(administration=people.juniper, grants__role="officer")
    RoleGrant.objects.create(
        person=madina, role=Role.EXAMINER, administration=people.juniper, starts_at=NOW
    )
    examiners.set_examiner(
        person=madina, group="chief", office="", is_available=True, by=people.nargiza, at=NOW
    )
    chief = as_person(madina)
    assert f'action="{change}"' in chief.get(page).text
    answer = chief.post(change, wish)

    assert answer.headers["Location"] == page
    act.refresh_from_db()
    assert (act.state, act.decision.lane_now, act.decision.lane) == ("closed", "green", "red")


def test_bakyt_keeps_a_draft_adds_a_photo_and_hands_the_act_in(people, to_examine, as_person):
    act = to_examine()
    address = reverse("control:act", args=[act.pk])
    browser = as_person(people.bakyt)
    form = {
        "examined": DAY.isoformat(),
        "minutes": "52",
        "i1-finding": "clean",
        "i1-counted": "1920",
        "i2-finding": "value_and_weight",
        "i2-weighed_kg": "2008.5",
        "i2-seen": "Leather soles",
    }

    assert browser.get(reverse("control:act-next")).url == address
    browser.post(address, {**form, "do": "draft"})
    draft = browser.get(address).content.decode()
    browser.post(
        reverse("control:act-photo", args=[act.pk]),
        {"photo": SimpleUploadedFile("seal.png", PIXEL), "caption": "Seal"},
    )
    browser.post(reverse("control:act-time", args=[act.pk]), {"kind": "called", "witness": "party"})
    missing = browser.post(address, {**form, "i2-finding": "", "do": "hand-in"})
    done = browser.post(address, {**form, "do": "hand-in"}, follow=True)

    assert "2008.5" in draft
    assert missing.status_code == 422
    assert "Item 2 has no result" in missing.content.decode()
    assert "The act is handed in." in done.content.decode()
    act.refresh_from_db()
    assert (act.state, act.photos.count(), act.times.get().witness) == ("final", 1, "party")
    version = act.versions.get()
    assert version.minutes == 52
    assert version.items.get(item=2).weighed_kg == 2008.5
    assert re.search(r"1,95[89]", done.content.decode())


def test_a_photo_is_seen_by_who_may_open_the_act_and_by_nobody_else(people, to_examine, as_person):
    act = to_examine()
    photo = acts.add_photo(
        act=act, uploaded=SimpleUploadedFile("a.png", PIXEL), caption="", by=people.bakyt, at=NOW
    )
    address = reverse("control:photo", args=[photo.pk])

    seen = {}
    for name in ("bakyt", "timur", "nargiza", "charlie", "aigul"):
        answer = as_person(getattr(people, name)).get(address)
        seen[name] = answer.status_code
        if answer.streaming:
            b"".join(answer.streaming_content)

    assert seen == {"bakyt": 200, "timur": 200, "nargiza": 200, "charlie": 404, "aigul": 403}
    with pytest.raises(ControlError, match="picture"):
        acts.add_photo(
            act=act,
            uploaded=SimpleUploadedFile("a.csv", b"a,b\n1,2\n"),
            caption="",
            by=people.bakyt,
            at=NOW,
        )


def test_findings_reach_the_indicators_once_their_delay_is_over(
    people, to_examine, profile, put_in_force
):
    act = to_examine()
    handed(people, act, CLEAN, FOUND, at=minutes(60))

    profile("P-FINDS", "importer_find_rate > 1 %", red=10_000)
    row = decide(
        source=Source(administration=people.juniper),
        lodged=lodging(9, price=900.0, lodged=MORNING + timedelta(days=9)),
        key="k-9",
        at=MORNING + timedelta(days=9),
    )

    assert rows_of(row.body)[0]["importer_find_rate"] == 0.5


def test_outcomes_give_one_row_a_declaration_with_way_and_probability(people, to_examine):
    act = to_examine(1)
    to_examine(2)
    handed(people, act, CLEAN, FOUND, at=minutes(60))

    told = outcomes_of(people.juniper)
    table = findings_table(people.juniper)

    assert told.declaration.tolist() == ["D-1", "D-2"]
    assert told.lane.tolist() == ["red", "red"]
    assert told.way.tolist() == ["criteria", "criteria"]
    assert told.inclusion.tolist() == [1.0, 1.0]
    assert told.examined.tolist() == [True, False]
    assert told.found.tolist() == [True, False]
    assert told.value.tolist()[0] == 120.0
    assert told.minutes.tolist()[0] == 40
    assert told.hits["P-SECRET", 1].tolist() == [True, True]
    assert table.select(["declaration", "item", "found", "state", "way"]).to_pylist() == [
        {"declaration": "D-1", "item": 1, "found": False, "state": "final", "way": "criteria"},
        {"declaration": "D-1", "item": 2, "found": True, "state": "final", "way": "criteria"},
    ]


def test_an_overturned_finding_counts_as_none(people, to_examine):
    act = to_examine()
    handed(people, act, CLEAN, FOUND)
    acts.overturn(act=act, by=people.nargiza, at=NOW, reason="appeal")

    assert outcomes_of(people.juniper).found.tolist() == [False]
    assert findings_table(people.juniper)["state"].to_pylist()[-1] == "overturned"


@pytest.mark.parametrize(
    ("declared", "weighed", "expected"),
    [(1000.0, 2008.0, (1008.0, True)), (1000.0, 1020.0, (20.0, False)), (None, 5.0, None)],
)
def test_a_difference_of_mass_counts_beyond_the_tolerance(declared, weighed, expected):
    found = mass_difference(declared, weighed, tolerance=200)

    assert (found and (found.kg, found.beyond)) == expected


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_of_acts_asks_the_same_number_of_questions(
    people, to_examine, as_person, django_assert_num_queries, count
):
    for number in range(count):
        to_examine(number)
    browser = as_person(people.bakyt)
    browser.get(reverse("control:acts"))

    with django_assert_num_queries(12):
        browser.get(reverse("control:acts"))
