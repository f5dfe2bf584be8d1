"""Results in depth: what a profile alone brought, whether scores come true, who changes lanes."""

from datetime import UTC, datetime, timedelta
from itertools import count

import pytest
from django.urls import reverse
from tests.practice.control.test_results_page import counted  # noqa: F401 -- a fixture
from tests.practice.control.test_results_upkeep import (
    DAY,
    LATER,
    decided,  # noqa: F401 -- a fixture
    hand_in,
    result,
)

from tamgha import risk
from tamgha.practice.control.domain.packing import packed
from tamgha.practice.control.models import (
    Decision,
    DecisionEvent,
    DecisionHit,
    ResultCell,
    ResultEntry,
)
from tamgha.practice.control.queries.results import Scope
from tamgha.practice.control.queries.results_officers import officers_of
from tamgha.practice.control.queries.results_profile import profile_of
from tamgha.practice.control.queries.results_score import score_of
from tamgha.practice.control.services import upkeep
from tamgha.shared.figures import NotShown
from tamgha.shared.periods import Period

TODAY = DAY + timedelta(days=30)
WEEK = Period(DAY - timedelta(days=1), DAY + timedelta(days=1))


MOMENT = datetime(2026, 11, 24, 9, tzinfo=UTC)
NUMBERS = count(1)


def laid(
    administration,
    *,
    way,
    lane="red",
    score=None,
    scored_by="model 1 0a1b2c",
    mode="modsel",
    entry=None,
):
    """Keep an examined declaration of one day, with what it added to the counts."""
    number = next(NUMBERS)
    row = Decision.objects.create(
        administration=administration,
        key=f"laid-{number}",
        digest="",
        declaration=f"L-{number}",
        office="1101",
        direction="import",
        lodged=MOMENT,
        decided_at=MOMENT,
        day=DAY,
        period="2026-11",
        mode=mode,
        state="decided",
        lane=lane,
        lane_now="red",
        way=way,
        inclusion=0.05,
        score=score,
        draw_id=f"laid-{number}",
        epoch="2026Q4",
        body=b"",
        record=packed({"decision": {"declared": {"model_version": scored_by}}}),
    )
    facts = {
        "day": DAY,
        "office": "1101",
        "direction": "import",
        "lane": lane,
        "way": way,
        "inclusion": 0.05,
        "is_counted": True,
        "is_examined": True,
        "is_found": False,
        "examined": DAY,
        "known": DAY,
    }
    told = facts | (entry or {})
    ResultEntry.objects.create(decision=row, administration=administration, **told)
    return row


def cell(administration, **told):
    ResultCell.objects.create(
        administration=administration, day=DAY, office="1101", direction="import", **told
    )


# ---- one profile ---------------------------------------------------------------------------------


def test_what_a_profile_alone_brought_is_its_part_of_each_probability(people, decided):  # noqa: F811
    upkeep.sweep(administration=people.juniper, at=LATER)
    hits = [row for row in decided if row.way == "criteria"]
    assert len(hits) == 4
    for row in decided:
        if row.lane == "red":
            hand_in(row, result(found=(1,) if row in hits[:2] else ()))

    told = profile_of(Scope(people.juniper, WEEK), ("P-001", 1), today=TODAY)

    found = {figure.name.en: figure for figure in told.figures}
    alone = found["Finds that it alone brought"]
    assert alone.value == pytest.approx(2 * 0.7)  # sent for certain; 3 of 10 chance would have sent
    assert alone.interval.high == pytest.approx(risk.intervals.mid_p_gamma(1.4, 0.98, 0.7)[1])
    assert found["Examinations that it alone caused"].value == pytest.approx(4 * 0.7)
    assert found["Hit rate of what it alone brought"].value == pytest.approx(0.5)


def test_by_capacity_nobody_can_say_what_one_profile_alone_brought(people):
    for _one in range(5):
        row = laid(people.juniper, way="score", mode="arrivals")
        DecisionHit.objects.create(decision=row, code="P-001", number=1)

    told = profile_of(Scope(people.juniper, WEEK), ("P-001", 1), today=TODAY)

    for figure in told.figures[2:5]:
        assert figure.missing.kind == "not_estimable"
        assert "100 %" in figure.missing.reason.en
        assert "100 %" in figure.missing.reason.ru


def test_the_page_of_a_profile_tells_its_figures_to_its_readers(as_person, people, counted):  # noqa: F811
    address = reverse("control:result-profile", args=["P-001", 1])

    page = as_person(people.timur).get(address, {"span": "all"})

    assert page.status_code == 200
    assert "Finds that it alone brought" in page.content.decode()
    assert "70 of 200 examined" in page.content.decode()
    assert as_person(people.charlie).get(address).status_code == 404
    assert as_person(people.aigul).get(address).status_code == 403


# ---- scores --------------------------------------------------------------------------------------


@pytest.fixture
def scored(people):
    """Lay down what chance examined: scores from 5 to 95 %, with about half of the finds that they expect."""
    for step in range(10):
        for place in range(20):
            laid(
                people.juniper,
                way="random",
                score=0.05 + step / 10,
                entry={"is_found": place < step + 0.5},
            )
    cell(people.juniper, way="random", lane="red", decided=200, chosen=200, results=200, found=55)
    return Scope(people.juniper, WEEK)


def test_scores_are_judged_by_what_chance_examined(people, scored):
    laid(people.juniper, way="criteria", score=0.9)
    laid(people.juniper, way="random", score=0.9, scored_by="profiles")

    told = score_of(scored, today=TODAY)

    finds = sum(min(20, int(step + 0.5) + 1) for step in range(10))
    assert told.figure.value == pytest.approx(finds / 100)
    low, high = risk.intervals.garwood(finds)
    assert told.figure.interval.low == pytest.approx(low / 100)
    assert told.figure.interval.high == pytest.approx(high / 100)
    assert told.figure.n == 200
    assert len(told.bins) >= 5
    assert [expected for expected, _n, _figure in told.bins] == sorted(
        expected for expected, _n, _figure in told.bins
    )


def test_without_scores_by_chance_it_is_said_what_it_would_take(as_person, people, counted):  # noqa: F811
    client = as_person(people.nargiza)
    client.cookies.load({"django_language": "ru"})

    page = client.get(reverse("control:result-scores"), {"span": "all"}).content.decode()

    assert "менее 20 деклараций с баллом" in page
    assert as_person(people.aigul).get(reverse("control:result-scores")).status_code == 403


# ---- officers ------------------------------------------------------------------------------------


def change(people, *told):
    """Lay down 3,000 decisions of a post, of which these people changed so many, some examined since."""
    cell(people.juniper, way="none", lane="green", decided=3_000)
    for person, n, examined in told:
        for place in range(n):
            row = laid(
                people.juniper,
                way="none",
                lane="green",
                entry={"went_up": True, "is_examined": place < examined, "is_found": place < 5},
            )
            DecisionEvent.objects.create(
                decision=row,
                kind="rerouted",
                at=MOMENT,
                lane="red",
                upwards=True,
                by=person,
                reason="Call",
            )
    return Scope(people.juniper, WEEK)


@pytest.fixture
def changed(people):
    return change(people, (people.nargiza, 30, 25), (people.bakyt, 2, 0), (people.timur, 2, 0))


def test_who_changes_more_than_the_others_beyond_chance_is_asked_first(people, changed):
    told = officers_of(changed, today=TODAY)

    first, *others = told.rows
    assert (first.name, first.ups, first.stands_out) == (people.nargiza.full_name, 30, True)
    assert first.rates[0].value == pytest.approx(30 / 1_000)
    assert (first.sent.value, first.sent.n) == (5 / 25, 25)
    assert [one.sent.missing.kind for one in others] == ["too_few", "too_few"]
    whole = risk.override_rate(34, 3_000)
    assert told.whole[0].interval.high == pytest.approx(whole.interval.high)


def test_fewer_than_three_officers_are_not_told_apart(people):
    scope = change(people, (people.nargiza, 30, 25), (people.bakyt, 2, 0))

    told = officers_of(scope, today=TODAY)

    assert told.rows == []
    assert isinstance(told.missing, NotShown)


def test_only_approvers_read_who_changes_lanes(as_person, people, changed):
    address = reverse("control:result-officers")

    page = as_person(people.nargiza).get(address, {"span": "all"}).content.decode()

    assert people.nargiza.full_name in page
    assert "Ask why" in page
    for person in (people.timur, people.aigul, people.bakyt):
        assert as_person(person).get(address).status_code == 403
    assert (
        as_person(people.timur).get(reverse("control:results")).content.decode().count(address) == 0
    )
