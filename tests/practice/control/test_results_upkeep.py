"""The running counts of results: right after every change, and the same when counted again."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from tests.practice.control.lodgings import MORNING, lodging

from tamgha.practice.control.domain.acts import HandedIn, ItemResult
from tamgha.practice.control.domain.results import (
    Facts,
    Hit,
    chance_step,
    changes,
    measures_of,
    settled_until,
)
from tamgha.practice.control.models import (
    Decision,
    InspectionAct,
    ResultCell,
    ResultChance,
    ResultEntry,
    ResultWeek,
)
from tamgha.practice.control.services import acts, following, states, upkeep
from tamgha.practice.control.services.deciding import decide
from tamgha.practice.control.services.rows import Source

LATER = MORNING + timedelta(hours=2)
DAY = date(2026, 11, 24)


def result(*, found=(), still_open=(), items=2, minutes=90):
    """Return an act handed in: these items with a find, these still open, the others clean."""
    return HandedIn(
        examined=DAY,
        minutes=minutes,
        items=tuple(
            ItemResult(
                item=place,
                result="found" if place in found else "open" if place in still_open else "clean",
                kind="value" if place in found else "",
                duty=Decimal("120.50") if place in found else None,
                open_reason="Scale is broken" if place in still_open else "",
                open_by="Bakyt" if place in still_open else "",
                open_until=LATER + timedelta(days=1) if place in still_open else None,
            )
            for place in range(1, items + 1)
        ),
    )


@pytest.fixture
def decided(people, put_in_force, profile):
    """Decide on twelve declarations: a profile sends those of chapter 64 to examination."""
    put_in_force(random_red=3_000)
    profile("P-001", "hs LIKE '64%'", red=10_000)
    rows = []
    for number in range(12):
        hs = "6403990000" if number % 3 == 0 else "8471300000"
        rows.append(
            decide(
                source=Source(administration=people.juniper),
                lodged=lodging(number, hs=hs),
                key=f"k-{number}",
                at=MORNING + timedelta(minutes=number),
            )
        )
    return rows


def hand_in(row, given, *, at=LATER, reason=""):
    act = InspectionAct.objects.get(decision=row)
    return acts.hand_in(act=act, given=given, hand=acts.Hand(source="page"), at=at, reason=reason)


def cells():
    """Return every cell that counts something, without its key in the database."""
    rows = ResultCell.objects.order_by("day", "office", "lane", "way", "code", "number", "live")
    return [{name: value for name, value in row.items() if name != "id"} for row in rows.values()]


def tables():
    chances = ResultChance.objects.order_by("day", "office", "chance").values(
        "day", "office", "direction", "chance", "declarations"
    )
    weeks = ResultWeek.objects.order_by("monday", "way", "code", "number", "live").values_list(
        "monday", "way", "code", "number", "live", "decided", "chosen", "results", "found"
    )
    return cells(), list(chances), list(weeks), list(ResultEntry.objects.order_by("pk").values())


def total(name, **where):
    rows = ResultCell.objects.filter(code="", **where)
    return sum(rows.values_list(name, flat=True))


def test_a_sweep_counts_every_decision_once_however_often_it_runs(people, decided):
    for _time in range(3):
        upkeep.sweep(administration=people.juniper, at=LATER)

    assert total("decided") == 12
    assert total("chosen") == sum(row.lane == "red" for row in decided)
    own = ResultCell.objects.filter(code="P-001")
    assert sum(own.values_list("decided", flat=True)) == 4
    assert sum(ResultChance.objects.values_list("declarations", flat=True)) == 12
    assert set(ResultChance.objects.values_list("chance", flat=True)) == {300_000, 1_000_000}


def test_a_result_counts_at_once_even_where_its_decision_was_not_swept_yet(people, decided):
    hand_in(decided[0], result(found=(1,)))

    assert (total("decided"), total("results"), total("found")) == (1, 1, 1)
    assert (total("value"), total("valued"), total("minutes")) == (12_050, 1, 90)
    upkeep.sweep(administration=people.juniper, at=LATER)
    assert (total("decided"), total("results"), total("found")) == (12, 1, 1)


def test_a_partial_act_counts_as_a_result_only_once_something_is_found(people, decided):
    upkeep.sweep(administration=people.juniper, at=LATER)
    hand_in(decided[0], result(still_open=(1, 2)))
    assert (total("results"), total("found")) == (0, 0)

    hand_in(decided[0], result(found=(2,), still_open=(1,)), at=LATER + timedelta(hours=1))
    assert (total("results"), total("found")) == (1, 1)

    hand_in(decided[0], result(), at=LATER + timedelta(hours=2))
    assert (total("results"), total("found"), total("value")) == (1, 0, 0)


def test_overturned_findings_are_a_result_without_a_find(people, decided):
    hand_in(decided[0], result(found=(1, 2)))
    act = InspectionAct.objects.get(decision=decided[0])

    acts.overturn(act=act, by=people.nargiza, at=LATER + timedelta(days=3), reason="Appeal won")

    assert (total("results"), total("found"), total("value")) == (1, 0, 0)
    entry = ResultEntry.objects.get(decision=decided[0])
    assert entry.known == date(2026, 11, 27)


def test_what_a_person_sends_to_examination_stays_out_of_the_estimates(people, decided):
    upkeep.sweep(administration=people.juniper, at=LATER)
    green = next(row for row in decided if row.lane == "green")
    before = total("chosen")

    following.reroute(
        decision=green, lane="red", reason="Call from the post", by=people.nargiza, at=LATER
    )
    hand_in(green, result(found=(1,)))

    assert (total("ups"), total("extra_results"), total("extra_found")) == (1, 1, 1)
    assert (total("chosen"), total("found")) == (before, 0)


def test_a_cancelled_declaration_is_taken_out_again(people, decided):
    upkeep.sweep(administration=people.juniper, at=LATER)

    following.cancel(decision=decided[0], at=LATER)

    assert total("decided") == 11
    assert not ResultCell.objects.filter(decided=0).exists()
    assert sum(ResultChance.objects.values_list("declarations", flat=True)) == 11


def test_counting_again_from_the_rows_gives_the_identical_tables(people, decided):
    upkeep.sweep(administration=people.juniper, at=LATER)
    reds = [row for row in decided if row.lane == "red"]
    hand_in(reds[0], result(found=(1,)))
    hand_in(reds[1], result(still_open=(1,)))
    hand_in(reds[2], result())
    hand_in(reds[2], result(found=(2,)), at=LATER + timedelta(days=2), reason="Second weighing")
    hand_in(reds[3], result(found=(1,)))
    acts.overturn(
        act=InspectionAct.objects.get(decision=reds[3]),
        by=people.nargiza,
        at=LATER + timedelta(days=3),
        reason="Appeal",
    )
    following.cancel(decision=reds[1], at=LATER)
    green = next(row for row in decided if row.lane == "green")
    following.reroute(decision=green, lane="red", reason="Call", by=people.nargiza, at=LATER)
    kept = tables()

    upkeep.recount(administration=people.juniper, at=LATER + timedelta(days=4))

    assert tables() == kept
    assert total("decided") == 11


def test_a_recount_in_small_steps_says_how_far_it_is_and_mends_what_a_hand_changed(people, decided):
    upkeep.sweep(administration=people.juniper, at=LATER)
    for row in decided:
        if row.lane == "red":
            hand_in(row, result(found=(1,)))
    kept, heard = tables(), []
    ResultCell.objects.filter(code="P-001").update(found=7, inverse=1)
    ResultCell.objects.filter(code="", lane="green").delete()

    counted = upkeep.recount(
        administration=people.juniper, at=LATER, told=lambda *at: heard.append(at), step=5
    )

    assert (counted, tables()) == (12, kept)
    assert [done for done, _of in heard] == [5, 10, 12]
    assert {of for _done, of in heard} == {12}


def test_a_recount_of_one_administration_leaves_the_other_s_counts(people, decided):
    upkeep.sweep(administration=people.juniper, at=LATER)
    hand_in(decided[0], result(found=(1,)))
    kept = tables()

    assert upkeep.recount(administration=people.apricot, at=LATER) == 0

    assert tables() == kept


def test_an_amended_declaration_counts_again_as_it_was_raised(people, decided):
    green = next(row for row in decided if row.lane == "green")
    decide(
        source=Source(administration=people.juniper),
        lodged=lodging(int(green.declaration[2:]), version=2),
        key="amended",
        at=LATER,
    )
    upkeep.sweep(administration=people.juniper, at=LATER)
    assert ResultEntry.objects.get(decision=green).lane == "red"
    kept = tables()

    upkeep.recount(administration=people.juniper, at=LATER)

    assert tables() == kept


def test_a_lot_counts_once_it_is_closed(people, put_in_force):
    put_in_force(mode="capacity", capacity=4, random_examinations=2, lot_minutes=60, arrivals=8)
    for number in range(8):
        decide(
            source=Source(administration=people.juniper),
            lodged=lodging(number),
            key=f"k-{number}",
            at=MORNING + timedelta(minutes=number),
        )
    upkeep.sweep(administration=people.juniper, at=LATER)
    assert total("decided") == 0

    states.close_lots_due(administration=people.juniper, at=LATER)
    upkeep.sweep(administration=people.juniper, at=LATER)

    assert total("decided") == 8
    assert total("chosen") == Decision.objects.filter(lane="red").count() > 0


def test_another_administration_has_counts_of_its_own(people, decided):
    upkeep.sweep(administration=people.apricot, at=LATER)
    assert not ResultCell.objects.exists()


# ---- the arithmetic ----------------------------------------------------------------------------

RED = Facts(
    day=DAY,
    office="1101",
    direction="import",
    lane="red",
    way="random",
    inclusion=0.05,
    is_counted=True,
)


def test_an_examined_member_of_the_draw_carries_its_weight():
    done = Facts(
        day=DAY,
        office="1101",
        direction="import",
        lane="red",
        way="random",
        inclusion=0.05,
        is_counted=True,
        is_examined=True,
        is_found=True,
        value=500,
        minutes=30,
    )

    assert dict(measures_of(done)) == {
        "decided": 1,
        "chosen": 1,
        "results": 1,
        "found": 1,
        "valued": 1,
        "value": 500,
        "timed": 1,
        "minutes": 30,
        "timed_found": 1,
        "by_chance": 1,
        "inverse": 20_000_000,
        "inverse_squared": 400_000_000,
    }


def test_the_same_state_twice_changes_nothing():
    assert changes(RED, RED, [Hit("P-1", 1, live=True)]) == {}


@pytest.mark.parametrize(
    ("chance", "step"),
    [(0.05, 50_000), (1.0, 1_000_000), (0.123456, 123_000), (0.0999999, 99_900), (1e-6, 1)],
)
def test_probabilities_are_rounded_down_to_three_figures(chance, step):
    assert chance_step(chance) == step


def test_young_weeks_stay_out_until_their_results_are_in():
    mondays = [date(2026, 11, 2) + timedelta(weeks=place) for place in range(4)]
    weeks = dict(zip(mondays, [(20, 20), (20, 18), (20, 20), (20, 3)], strict=True))

    assert settled_until(weeks, date(2026, 11, 30)) == mondays[3]
    assert settled_until(weeks | {mondays[2]: (20, 12)}, date(2026, 11, 30)) == mondays[1]
    assert settled_until({}, date(2026, 11, 30)) == date(2026, 11, 30)
