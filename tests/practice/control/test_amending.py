"""Amendments: the draws of the first, a lane that only becomes stricter, in every mode and state."""

import threading
from datetime import timedelta

import pytest
from django.db import connection
from tests.practice.control.lodgings import MORNING, lodging, minutes

from tamgha import risk
from tamgha.practice.control.choices import DecisionState
from tamgha.practice.control.domain.packing import unpacked
from tamgha.practice.control.models import (
    Decision,
    DecisionEvent,
    DecisionHit,
    DeskState,
    InspectionAct,
)
from tamgha.practice.control.queries import replaying
from tamgha.practice.control.queries.acts import declared_items
from tamgha.practice.control.queries.decisions import told_of
from tamgha.practice.control.services import following, states, upkeep
from tamgha.practice.control.services.acts import item_numbers
from tamgha.practice.control.services.deciding import decide
from tamgha.practice.control.services.errors import ControlError, KeyUsedError
from tamgha.practice.control.services.rows import Source

LOTS = {"mode": "capacity", "capacity": 12, "random_examinations": 4, "lot_minutes": 60}


@pytest.fixture
def ask(people):
    """Ask for a decision; the key is the number and version of the declaration."""

    def one(number, *, at=MORNING, **told):
        return decide(
            source=Source(administration=people.juniper),
            lodged=lodging(number, **told),
            key=f"key-{number}-{told.get('version', 1)}",
            at=at,
        )

    return one


def day_of(people, day="2026-11-24"):
    held = DeskState.objects.get(administration=people.juniper, period=day)
    return risk.state_from_json(held.state)


def draws_of(row):
    told = unpacked(row.record)
    declared = told["declared"] if "declared" in told else told["decision"]["declared"]
    return declared["random_draw"], declared["draw_id"]


def faults_of(*rows):
    return [fault.en for row in rows for fault in replaying.replay(row).faults]


# ---- while it waits for its lot -----------------------------------------------------------------


def test_the_lot_sees_the_amended_version_under_the_same_draw(people, put_in_force, profile, ask):
    put_in_force(**LOTS)
    profile("P-001", "item_price < 10", yellow=5_000)
    first = ask(1)
    before = day_of(people)

    amended = ask(1, version=2, price=5.0, items=3, at=minutes(5))

    assert (amended.state, amended.lane, amended.lot_ends) == ("waiting", "", first.lot_ends)
    first = Decision.objects.get(pk=first.pk)
    assert draws_of(first)[1] == "D-1"
    assert [hit["code"] for hit in unpacked(first.record)["declared"]["hits"]] == ["P-001"]
    assert first.hits == 1
    assert unpacked(amended.record)["waited"]["declared"]["hits"] == []
    assert day_of(people) == before

    decided = states.close_lots_due(administration=people.juniper, at=minutes(60))

    assert decided == 1
    first.refresh_from_db()
    amended.refresh_from_db()
    assert first.state == amended.state == DecisionState.DECIDED
    told = [(one.lane, one.lane_now, one.way, one.inclusion) for one in (first, amended)]
    assert told[0] == told[1]
    assert day_of(people).arrived == 1
    assert faults_of(first, amended) == []
    assert DecisionEvent.objects.get().facts == {"version": 2, "by_version": amended.pk}


def test_nothing_is_drawn_twice_and_the_lot_still_draws_exactly(people, put_in_force, ask):
    put_in_force(**LOTS)
    for number in range(40):
        ask(number, at=minutes(number))
    waiting = [unpacked(row.record) for row in Decision.objects.order_by("pk")]
    for number in range(0, 40, 2):
        ask(number, version=2, price=77.0, at=minutes(45))
        ask(number, version=3, price=78.0, at=minutes(46))
    drawn_once = [one["declared"]["random_draw"] for one in waiting]
    drawn_amended = [
        unpacked(row.record)["declared"]["random_draw"]
        for row in Decision.objects.filter(first=None).order_by("pk")
    ]

    decided = states.close_lots_due(administration=people.juniper, at=minutes(60))
    twice = states.close_lots_due(administration=people.juniper, at=minutes(61))

    assert drawn_amended == drawn_once
    assert (decided, twice) == (40, 0)
    firsts = list(Decision.objects.filter(first=None))
    facts = {row.declaration: unpacked(row.record)["decision"]["facts"] for row in firsts}
    assert {(one["n"], one["k"]) for one in facts.values()} == {(40, facts["D-1"]["k"])}
    assert sum(row.way == "random" for row in firsts) == facts["D-1"]["k"]
    chosen = sorted(int(one) for one in drawn_once)[: facts["D-1"]["k"]]
    assert {int(draws_of(row)[0]) for row in firsts if row.lane == "red"} == set(chosen)
    assert faults_of(*Decision.objects.all()) == []


def test_an_amendment_that_is_mandatory_takes_a_slot_at_once(people, put_in_force, profile, ask):
    put_in_force(**LOTS, mandatory=("P-001",))
    profile("P-001", "item_price < 10", red=10_000, task_en="Weigh it.", task_ru="Взвесить.")
    first, other = ask(1), ask(2)

    between = ask(1, version=2, price=50.0, at=minutes(3))
    amended = ask(1, version=3, price=5.0, items=4, at=minutes(5))

    first.refresh_from_db()
    between.refresh_from_db()
    for row in (first, between, amended):
        assert (row.state, row.lane, row.lane_now, row.way) == (
            "decided", "red", "red", "mandatory",
        )  # fmt: skip
        assert (row.inclusion, row.task_en) == (1.0, "Weigh it.")
    assert day_of(people).purse == 12 - 4 - 1
    act = InspectionAct.objects.get()
    assert (act.decision, act.weight) == (first, 10 + 5 * 4)
    assert item_numbers(act) == [1, 2, 3, 4]
    assert [one.told["item_price"] for one in declared_items(act, tolerance=0)] == [5.0] * 4
    assert states.close_lots_due(administration=people.juniper, at=minutes(60)) == 1
    other.refresh_from_db()
    assert unpacked(other.record)["decision"]["facts"]["n"] == 1
    assert faults_of(*Decision.objects.all()) == []


def test_an_amendment_is_scored_so_that_nobody_hides_behind_a_harmless_version(
    people, put_in_force, profile, ask
):
    put_in_force(**LOTS)
    profile("P-001", "item_price < 10", red=8_000)
    first = ask(1)

    milder = ask(1, version=2, price=60.0, at=minutes(3))
    chosen = ask(1, version=3, price=5.0, at=minutes(5))

    first.refresh_from_db()
    assert (milder.state, chosen.state, first.lane) == ("waiting", "decided", "red")
    assert (first.way, first.score, first.inclusion) == ("score", 0.8, 1.0)
    assert DecisionHit.objects.filter(decision=first, code="P-001").count() == 1
    assert faults_of(*Decision.objects.all()) == []


def test_no_version_makes_the_score_or_the_hits_milder(people, put_in_force, profile, ask):
    put_in_force(**LOTS | {"capacity": 5})
    profile("P-001", "item_price < 10", red=100, yellow=3_000)
    rows = [ask(number, price=5.0, at=minutes(number)) for number in range(3)]
    waiting = next(row for row in rows if row.state == "waiting")
    number = int(waiting.declaration.split("-")[1])

    ask(number, version=2, price=500.0, at=minutes(9))

    after = Decision.objects.get(pk=waiting.pk)
    assert after.score == waiting.score == pytest.approx(0.01)
    hits = unpacked(after.record)["declared"]["hits"]
    assert [hit["code"] for hit in hits] == ["P-001"]


def test_the_same_key_again_is_the_same_amendment_before_and_after_the_lot(
    people, put_in_force, ask
):
    put_in_force(**LOTS)
    ask(1)

    amended = ask(1, version=2, price=5.0, at=minutes(5))
    again = ask(1, version=2, price=5.0, at=minutes(6))
    states.close_lots_due(administration=people.juniper, at=minutes(60))
    after = ask(1, version=2, price=5.0, at=minutes(70))

    assert amended.pk == again.pk == after.pk
    assert (again.state, after.state) == ("waiting", "decided")
    assert Decision.objects.count() == 2
    assert DecisionEvent.objects.count() == 1
    with pytest.raises(KeyUsedError):
        ask(1, version=2, price=6.0, at=minutes(71))


def test_an_amendment_after_its_lot_ended_closes_the_lot_first(people, put_in_force, ask):
    put_in_force(**LOTS)
    ask(1)

    amended = ask(1, version=2, price=5.0, at=minutes(75))

    first = Decision.objects.get(version=1)
    assert first.state == amended.state == "decided"
    assert first.lane == amended.lane
    assert unpacked(amended.record)["amendment"]["old"] == first.lane


def test_an_amendment_of_the_next_day_closes_the_day_before(people, put_in_force, ask):
    put_in_force(**LOTS)
    ask(1)

    amended = ask(1, version=2, price=5.0, at=MORNING + timedelta(days=1))

    first = Decision.objects.get(version=1)
    assert (first.state, amended.state, amended.lane) == ("decided", "decided", first.lane)
    assert DeskState.objects.get(period="2026-11-24").is_over


def test_a_cancelled_one_takes_its_waiting_amendments_along(people, put_in_force, ask):
    put_in_force(**LOTS)
    first = ask(1)
    amended = ask(1, version=2, price=5.0, at=minutes(5))

    named = following.cancel(decision=amended, at=minutes(6))

    first.refresh_from_db()
    assert (named.pk, named.state, first.state) == (amended.pk, "cancelled", "cancelled")
    assert states.close_lots_due(administration=people.juniper, at=minutes(60)) == 0
    with pytest.raises(ControlError, match="cancelled"):
        ask(1, version=3, at=minutes(61))


def test_the_page_of_a_waiting_amendment_shows_what_the_lot_will_see(
    people, put_in_force, profile, ask
):
    put_in_force(**LOTS)
    profile("P-001", "item_price < 10", yellow=5_000)
    ask(1)
    amended = ask(1, version=2, price=5.0, at=minutes(5))

    told = told_of(amended, "en")

    assert [hit.code for hit in told.hits] == ["P-001"]
    assert told.amendment is None


# ---- decided already ----------------------------------------------------------------------------


def test_after_the_lot_a_higher_score_still_chooses(people, put_in_force, profile, ask):
    put_in_force(**LOTS | {"random_examinations": 0})
    profile("P-001", "item_price < 10", red=8_000)
    ask(1)
    states.close_lots_due(administration=people.juniper, at=minutes(60))

    milder = ask(1, version=2, price=60.0, at=minutes(70))
    chosen = ask(1, version=3, price=5.0, at=minutes(71))
    again = ask(1, version=4, price=4.0, at=minutes(72))

    first = Decision.objects.get(version=1)
    assert [row.lane for row in (first, milder, chosen, again)] == ["green", "green", "red", "red"]
    assert (first.lane_now, chosen.way, chosen.inclusion) == ("red", "criteria", 1.0)
    assert day_of(people).purse == 12 - 1
    assert faults_of(*Decision.objects.all()) == []


def test_rule_a_amends_at_once(people, put_in_force, profile, ask):
    put_in_force(**LOTS | {"rule": "arrivals", "random_examinations": 0}, mandatory=("P-001",))
    profile("P-001", "item_price < 10", red=10_000)
    ask(1)

    chosen = ask(1, version=2, price=5.0, at=minutes(5))

    assert (chosen.state, chosen.lane, chosen.way) == ("decided", "red", "criteria")
    assert day_of(people).slots == 11
    assert faults_of(*Decision.objects.all()) == []


def test_an_office_that_selects_by_rates_now_amends_what_waited_in_a_lot(
    people, put_in_force, profile, ask
):
    put_in_force(**LOTS, mandatory=("P-001",))
    profile("P-001", "item_price < 10", red=10_000)
    ask(1)
    put_in_force(random_red=300, at=minutes(10), based_on=1)

    waits = ask(1, version=2, price=50.0, at=minutes(12))
    later = ask(1, version=3, price=60.0, at=MORNING + timedelta(days=1))

    first = Decision.objects.get(version=1)
    assert (waits.state, later.state, first.state) == ("waiting", "decided", "decided")
    assert faults_of(*Decision.objects.all()) == []


def test_an_amendment_never_softens_what_a_person_decided(people, put_in_force, profile, ask):
    put_in_force()
    profile("P-001", "item_price < 10", yellow=10_000)
    first = ask(1)
    following.reroute(
        decision=first, lane="red", reason="Tip of the police.", by=people.nargiza, at=minutes(2)
    )

    amended = ask(1, version=2, price=5.0, at=minutes(5))

    first.refresh_from_db()
    assert (amended.lane, first.lane, first.lane_now) == ("yellow", "green", "red")


def test_a_lane_changed_under_the_number_of_an_amendment_is_changed_for_all(
    people, put_in_force, ask
):
    put_in_force(expected_yellow=10_000, yellow_to_blue_days=2)
    first, amended = ask(1), ask(1, version=2, price=5.0, at=minutes(5))
    second = ask(2)
    second_amended = ask(2, version=2, price=5.0, at=minutes(5))

    following.reroute(
        decision=amended, lane="red", reason="Tip of the police.", by=people.nargiza, at=minutes(9)
    )
    following.run_timers(administration=people.juniper, at=MORNING + timedelta(days=3))

    for row in (first, amended, second, second_amended):
        row.refresh_from_db()
    assert (first.lane_now, amended.lane_now) == ("red", "red")
    assert (second.lane_now, second_amended.lane_now) == ("blue", "blue")
    assert InspectionAct.objects.get().decision == first


def test_a_waiting_declaration_counts_once_with_all_its_profiles(
    people, put_in_force, profile, ask
):
    put_in_force(**LOTS)
    profile("P-001", "item_price < 10", yellow=5_000)
    ask(1)
    upkeep.sweep(administration=people.juniper, at=minutes(2))
    ask(1, version=2, price=5.0, at=minutes(5))
    states.close_lots_due(administration=people.juniper, at=minutes(60))

    upkeep.sweep(administration=people.juniper, at=minutes(61))

    from tamgha.practice.control.models import ResultCell

    assert sorted(ResultCell.objects.values_list("code", "decided")) == [("", 1), ("P-001", 1)]


# ---- two at once --------------------------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_a_lot_that_closes_while_versions_come_in_sees_each_whole_or_not_at_all(
    people, put_in_force, profile, ask
):
    put_in_force(**LOTS | {"capacity": 60, "random_examinations": 20}, mandatory=("P-001",))
    profile("P-001", "item_price < 10", red=10_000)
    for number in range(24):
        ask(number, at=minutes(number))
    troubles = []

    def run(act):
        try:
            act()
        except Exception as trouble:  # noqa: BLE001 -- told below, whatever it was
            troubles.append(trouble)
        finally:
            connection.close()

    def amend(part):
        for number in range(part, 24, 3):
            ask(number, version=2, price=5.0 if number % 2 else 70.0, at=minutes(58))

    def close():
        for _again in range(6):
            states.close_lots_due(administration=people.juniper, at=minutes(60))

    acts = [lambda part=part: amend(part) for part in range(3)] + [close, close]
    threads = [threading.Thread(target=run, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    states.close_lots_due(administration=people.juniper, at=minutes(60))

    assert troubles == []
    rows = list(Decision.objects.order_by("pk"))
    assert len(rows) == 48
    assert {row.state for row in rows} == {"decided"}
    state = day_of(people)
    taken = InspectionAct.objects.exclude(decision__way="random").count()
    raised = sum(
        row.lane == "red" for row in rows if row.first_id and int(row.key.split("-")[1]) % 2
    )
    assert state.arrived == 24
    assert raised == 12
    assert state.purse == 40 - taken - sum(
        row.way == "criteria" and row.first.way == "random" for row in rows if row.first_id
    )
    assert InspectionAct.objects.count() == sum(
        row.lane_now == "red" for row in rows if row.first_id is None
    )
    assert faults_of(*rows) == []
