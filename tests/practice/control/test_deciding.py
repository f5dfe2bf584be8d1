"""Decisions: one for each key, by the plan in force, with everything stored that they rest on."""

import hashlib
import json
from datetime import timedelta
from fractions import Fraction

import pytest
from django.db import connection
from pydantic import ValidationError
from tests.practice.control.conftest import NOW
from tests.practice.control.lodgings import MORNING, lodging, minutes

from tamgha import risk
from tamgha.platform.journal.gateways import guards_lifted
from tamgha.practice.control.choices import DecisionState
from tamgha.practice.control.domain.lodging import Lodging, faults_of
from tamgha.practice.control.domain.packing import packed, rows_of, unpacked
from tamgha.practice.control.gateways import desks, online, read_key
from tamgha.practice.control.models import (
    Decision,
    DecisionHit,
    DeskState,
    DrawKey,
    Examiner,
    InspectionAct,
    OnlineDay,
)
from tamgha.practice.control.queries import replaying
from tamgha.practice.control.services import drawing, following, states
from tamgha.practice.control.services.beginning import begin_indicators
from tamgha.practice.control.services.deciding import decide
from tamgha.practice.control.services.errors import KeyUsedError, NoPlanError
from tamgha.practice.control.services.rows import Source
from tamgha.practice.targeting.gateways import open_set


@pytest.fixture
def ask(people):
    """Ask for a decision; the key is the number of the declaration."""

    def one(number, *, at=MORNING, key="", **told):
        return decide(
            source=Source(administration=people.juniper),
            lodged=lodging(number, **told),
            key=key or f"key-{number}-{told.get('version', 1)}",
            at=at,
        )

    return one


def tamper(row, **values):
    """Change a stored decision as one who may take the triggers off."""
    with guards_lifted(connection):
        Decision.objects.filter(pk=row.pk).update(**values)


def state_of(people, period):
    held = DeskState.objects.get(administration=people.juniper, period=period)
    return risk.state_from_json(held.state)


def test_a_profile_sends_to_the_lane_that_it_draws_and_its_task_is_told(
    people, put_in_force, profile, ask
):
    put_in_force(random_red=300)
    profile("P-001", "hs LIKE '64%'", red=10_000, task_en="Weigh a pair.", task_ru="Взвесить пару.")

    row = ask(1)

    assert (row.lane, row.way, row.inclusion, row.hits) == ("red", "criteria", 1.0, 1)
    assert row.task_en == "Weigh a pair."
    assert [(one.code, one.items, one.drawn) for one in DecisionHit.objects.all()] == [
        ("P-001", 2, "red")
    ]
    assert [one["item"] for one in rows_of(row.body)] == [1, 2]


def test_the_stored_row_alone_gives_lane_and_probability_again(people, put_in_force, profile, ask):
    put_in_force(random_red=300, expected_yellow=1_000)
    profile("P-001", "item_price < 200", red=3_000)

    for number in range(12):
        row = ask(number)
        again = risk.replay(unpacked(row.record), read_key(people.juniper, row.epoch))
        assert again.faults == ()
        assert again.decision.lane == row.lane
        assert float(again.inclusion) == row.inclusion
    assert Fraction(1, 10) < again.inclusion < Fraction(4, 10)


def test_the_same_key_gives_the_same_decision_and_counts_once(people, put_in_force, ask):
    put_in_force(random_red=300)

    first, second = ask(1), ask(1, at=minutes(30))

    assert first.pk == second.pk
    assert state_of(people, "2026-11").decided == 1


def test_a_key_for_other_content_and_a_declaration_under_another_key_are_refused(
    people, put_in_force, ask
):
    put_in_force(random_red=300)
    ask(1)

    with pytest.raises(KeyUsedError, match="stands for another content"):
        ask(1, price=99.0)
    with pytest.raises(KeyUsedError, match="under the key key-1-1"):
        ask(1, key="another")
    assert Decision.objects.count() == 1


def test_without_a_plan_in_force_nothing_is_decided(people, put_in_force, ask):
    put_in_force(direction="export", random_red=300)

    with pytest.raises(NoPlanError, match="1101, import"):
        ask(1)


def test_top_up_fills_the_rates_exactly_and_counters_agree_with_the_rows(people, put_in_force, ask):
    put_in_force(expected_red=1_000, expected_yellow=2_000)

    lanes = [ask(number).lane for number in range(40)]

    assert (lanes.count("red"), lanes.count("yellow"), lanes.count("green")) == (4, 8, 28)
    held = state_of(people, "2026-11")
    rows = Decision.objects.values_list("office", "direction", "period", "lane", "member")
    counted = risk.recount((risk.CounterKey(*row[:3]), risk.Lane(row[3]), row[4]) for row in rows)
    assert counted == {risk.CounterKey("1101", "import", "2026-11"): held}


def test_an_amendment_keeps_the_draws_and_only_makes_the_lane_stricter(
    people, put_in_force, profile, ask
):
    put_in_force()
    profile("P-001", "item_price < 10", red=10_000)
    first = ask(1)

    milder = ask(1, version=2, price=50.0)
    stricter = ask(1, version=3, price=5.0)
    back = ask(1, version=4, price=100.0)

    assert [one.lane for one in (first, milder, stricter, back)] == ["green", "green", "red", "red"]
    assert (stricter.way, stricter.inclusion) == ("criteria", 1.0)
    assert stricter.draw_id == first.draw_id == "D-1"
    first.refresh_from_db()
    assert (first.lane, first.lane_now) == ("green", "red")
    assert state_of(people, "2026-11") == risk.Counters(decided=1, red=1)
    assert InspectionAct.objects.get().decision == first


def test_cancelled_and_lodged_again_keeps_the_draws_of_the_first(people, put_in_force, ask):
    put_in_force(random_red=300)
    first = ask(1, transport_document="BL-7")
    following.cancel(decision=first, at=minutes(5))

    again = ask(2, at=minutes(9), transport_document="BL-7")
    third = ask(3, at=minutes(10), transport_document="BL-7")

    assert (again.draw_id, again.chain_position, again.predecessor) == ("D-1", 2, "D-1")
    assert (
        unpacked(again.record)["decision"]["declared"]["random_draw"]
        == (unpacked(first.record)["decision"]["declared"]["random_draw"])
    )
    assert (third.draw_id, third.chain_position) == ("D-3", 1)


def test_who_is_not_chosen_waits_and_the_lot_draws_exactly(people, put_in_force, ask):
    put_in_force(mode="capacity", capacity=12, random_examinations=4, lot_minutes=60)
    rows = [ask(number, at=minutes(number)) for number in range(50)]
    assert {(row.state, row.lane) for row in rows} == {(DecisionState.WAITING, "")}
    assert rows[0].lot_ends == MORNING + timedelta(hours=1)

    before = states.close_lots_due(administration=people.juniper, at=minutes(59))
    decided = states.close_lots_due(administration=people.juniper, at=minutes(60))
    twice = states.close_lots_due(administration=people.juniper, at=minutes(61))

    assert (before, decided, twice) == (0, 50, 0)
    for row in Decision.objects.all():
        again = risk.replay(unpacked(row.record), read_key(people.juniper, row.epoch))
        assert again.faults == ()
        assert row.state == DecisionState.DECIDED


def test_over_a_day_of_lots_exactly_k_are_drawn_and_capacity_is_never_exceeded(
    people, put_in_force, profile, ask
):
    put_in_force(mode="capacity", capacity=12, random_examinations=4, lot_minutes=60)
    profile("P-001", "item_price < 10", red=8_000)
    start = MORNING - timedelta(hours=9)  # midnight in Tashkent
    for number in range(72):
        ask(number, at=minutes(20 * number, start), price=5.0 if number % 3 == 0 else 50.0)

    states.close_lots_due(administration=people.juniper, at=start + timedelta(hours=24))

    ways = list(Decision.objects.values_list("way", flat=True))
    red = Decision.objects.filter(lane="red").count()
    assert ways.count("random") == 4
    assert 0 < ways.count("score") <= 8
    assert red == InspectionAct.objects.count() == ways.count("random") + ways.count("score")


def test_the_next_day_begins_with_the_backlog_of_mandatory_work(people, put_in_force, profile, ask):
    put_in_force(
        mode="capacity", capacity=3, random_examinations=1, lot_minutes=60, mandatory=("P-001",)
    )
    profile("P-001", "item_price < 10", red=10_000)
    for number in range(4):
        ask(number, price=5.0)

    ask(9, at=MORNING + timedelta(days=1))

    first, second = DeskState.objects.order_by("day")
    assert risk.state_from_json(first.state).backlog == ("D-2", "D-3")
    assert first.is_over
    assert risk.state_from_json(second.state).purse == 0


def test_the_examiner_who_carries_least_is_proposed(people, put_in_force, profile, ask):
    put_in_force()
    profile("P-001", "hs LIKE '64%'", red=10_000)
    light = Examiner.objects.create(person=people.bakyt, administration=people.juniper)
    other = Examiner.objects.create(person=people.timur, administration=people.juniper, workload=30)

    ask(1, items=8)
    ask(2, items=1)

    assert [(act.examiner, act.weight) for act in InspectionAct.objects.order_by("pk")] == [
        (light, 50),
        (other, 15),
    ]
    light.refresh_from_db()
    assert light.workload == 50


def test_indicators_of_a_day_see_earlier_days_only_and_every_process_the_same(
    people, put_in_force, profile, ask
):
    put_in_force()
    profile("P-001", "importer_declarations_before > 1", red=10_000)
    first_day = [ask(number, at=minutes(number)) for number in range(3)]
    next_day = ask(7, at=MORNING + timedelta(days=1))
    online.forget_standings()
    desks.forget_standards()
    rebuilt = ask(8, at=MORNING + timedelta(days=1))

    values = [rows_of(row.body)[0]["importer_declarations_before"] for row in first_day]
    assert values == [0, 0, 0]
    assert rows_of(next_day.body)[0]["importer_declarations_before"] == 3
    assert rows_of(rebuilt.body)[0]["importer_declarations_before"] == 3
    assert (next_day.lane, rebuilt.lane) == ("red", "red")
    assert OnlineDay.objects.count() == 2


def test_an_exchanged_key_is_noticed_before_anything_is_decided(people, put_in_force, ask):
    put_in_force(random_red=300)
    row = ask(1)
    from tamgha.practice.control.gateways import key_path

    key_path(people.juniper, row.epoch).write_bytes(bytes(32))
    drawing.forget_keys()

    with pytest.raises(Exception, match="not the one that was announced"):
        ask(2)


def test_keys_of_the_draws_are_made_for_their_owner_alone(people, own_home):
    epoch, key = drawing.key_of(people.juniper, MORNING.replace(year=2031), at=NOW)

    path = own_home / "keys" / "draws" / f"juniper-{epoch}.key"
    assert path.read_bytes() == key
    assert path.stat().st_mode & 0o077 == 0
    assert path.parent.stat().st_mode & 0o077 == 0
    assert DrawKey.objects.get().sha256 == hashlib.sha256(key).hexdigest()


def test_all_faults_of_a_lodging_are_said_at_once_with_their_places():
    wrong = {
        "declaration": "",
        "office": "1101",
        "direction": "inwards",
        "lodged": "2026-11-24T09:00:00",
        "colour": "red",
        "items": [
            {"item": 1, "hs": "64", "hs_edition": 2022},
            {"item": 1, "hs": "640399", "hs_edition": 2021, "origin": "XX", "net_mass_kg": -1},
        ],
    }

    with pytest.raises(ValidationError) as refusal:
        Lodging.model_validate(wrong)

    assert sorted({fault["path"] for fault in faults_of(refusal.value)}) == [
        "colour",
        "declaration",
        "direction",
        "items[0].hs",
        "items[1].hs_edition",
        "items[1].net_mass_kg",
        "items[1].origin",
        "lodged",
    ]


def test_another_administration_decides_for_itself(people, put_in_force, ask):
    put_in_force(random_red=300)
    ask(1)

    with pytest.raises(NoPlanError):
        decide(
            source=Source(administration=people.apricot), lodged=lodging(1), key="key-1-1", at=NOW
        )


def test_replay_names_what_was_changed_in_a_stored_row(people, put_in_force, profile, ask):
    put_in_force(random_red=300)
    profile("P-001", "item_price < 200", red=3_000)
    row = ask(1)
    assert replaying.replay(row).faults == ()

    tamper(row, lane="green", inclusion=0.5)
    changed = replaying.replay(Decision.objects.get(pk=row.pk))
    record = unpacked(row.record)
    record["decision"]["declared"]["hits"][0]["draw"] = "7"
    tamper(row, record=packed(record))
    forged = replaying.replay(Decision.objects.get(pk=row.pk))

    assert any("probability" in fault.en for fault in changed.faults)
    assert any("P-001" in fault.en for fault in forged.faults)


def test_replay_evaluates_the_stored_condition_on_the_stored_values(
    people, put_in_force, profile, ask
):
    put_in_force()
    profile("P-001", "item_price < 200 AND importer_declarations_before < 1", red=10_000)
    row = ask(1)
    rows = [{**one, "item_price": 900.0} for one in rows_of(row.body)]

    tamper(row, body=packed(rows))

    faults = replaying.replay(Decision.objects.get(pk=row.pk)).faults
    assert [fault.en for fault in faults] == [
        "Declaration D-1: profile P-001 v1 is stored as hitting items [1, 2]; by its condition and "
        "the stored values it hits []."
    ]


def test_an_amendment_is_derived_again_from_the_first_decision(people, put_in_force, profile, ask):
    put_in_force(random_red=300)
    profile("P-001", "item_price < 10", red=10_000)
    ask(1)
    amended = ask(1, version=2, price=5.0)

    again = replaying.replay(amended)

    assert (again.lane, again.inclusion, again.faults) == ("red", 1, ())


def test_a_command_derives_decisions_again_and_says_so(people, put_in_force, ask, capsys):
    from tamgha.site.cli.replay import replay

    put_in_force(random_red=300)
    ask(1)

    replay(["D-1", "key-1-1"], as_json=True)

    told = json.loads(capsys.readouterr().out)
    assert [one["holds"] for one in told] == [True, True]
    assert told[0]["probability"]["red"] == "3/100"


def test_documents_become_later_audit_after_their_days_unless_cleared(people, put_in_force, ask):
    put_in_force(expected_yellow=10_000, yellow_to_blue_days=3)
    first, second = ask(1), ask(2)
    following.clear(decision=second, at=minutes(5))

    early = following.run_timers(administration=people.juniper, at=MORNING + timedelta(days=2))
    turned = following.run_timers(administration=people.juniper, at=MORNING + timedelta(days=3))
    twice = following.run_timers(administration=people.juniper, at=MORNING + timedelta(days=4))

    assert (early, turned, twice) == (0, 1, 0)
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.lane, first.lane_now, second.lane_now) == ("yellow", "blue", "yellow")


def test_indicators_begin_with_the_history_of_a_set(people, year, put_in_force, profile, ask):
    put_in_force()
    profile("P-001", "importer_declarations_before > 0", red=10_000)
    known = next(
        one
        for one in open_set(year).items(["importer", "direction"]).to_pylist()
        if one["importer"]
    )

    begin_indicators(administration=people.juniper, row=year, by=people.timur, at=MORNING)
    row = ask(1, importer=known["importer"])
    stranger = ask(2, importer="NOBODY 1")

    assert rows_of(row.body)[0]["importer_declarations_before"] > 0
    assert rows_of(stranger.body)[0]["importer_declarations_before"] == 0
