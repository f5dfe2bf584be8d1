"""Every kind of decision is derived again with its exact probability, and a change in any is noticed."""

import json
from datetime import timedelta
from fractions import Fraction

import pytest
from django.db import connection
from tests.practice.control.lodgings import MORNING, minutes
from tests.practice.control.test_scored_arrivals import model, model_folder  # noqa: F401 -- fixtures

from tamgha.platform.journal.gateways import guards_lifted
from tamgha.practice.control.domain.packing import packed, unpacked
from tamgha.practice.control.models import Decision
from tamgha.practice.control.queries import replaying
from tamgha.practice.control.services import following, states

CAPACITY = {"mode": "capacity", "capacity": 14, "random_examinations": 5, "lot_minutes": 60}


@pytest.fixture
def by_rates(people, put_in_force, profile, ask):
    """Every way of mode modsel, an amendment of each sort, one lodged again, one on a share only."""
    put_in_force(
        office="1101",
        random_red=1_000,
        random_yellow=500,
        expected_red=2_000,
        expected_yellow=1_500,
        maximum_hits=1,
    )
    profile("P-RED", "item_price < 10", red=6_000, yellow=2_000)
    profile("P-MANY", "item_price < 5", blue=1_000)
    profile("P-SEEN", "importer_declarations_before > 20", yellow=10_000)
    for number in range(40):
        ask(number, at=minutes(number), price=4.0 if number % 9 == 0 else 50.0)
    for number in range(40, 55):
        ask(number, at=MORNING + timedelta(days=1, minutes=number), price=9.0)
    ask(1, version=2, at=minutes(50), price=4.0)
    ask(2, version=2, at=minutes(51), price=60.0)
    gone = Decision.objects.get(declaration="D-3")
    following.cancel(decision=gone, at=minutes(52))
    ask(80, at=minutes(53), replaces="D-3")


@pytest.fixture
def by_lots(people, put_in_force, profile, ask, model):  # noqa: F811 -- the fixture above
    """Lots with profiles as score, with a model, and what is amended before and after its lot."""
    put_in_force(office="2201", **CAPACITY, mandatory=("P-RED",))
    put_in_force(office="2202", **CAPACITY, mandatory=("P-RED",), score_model=1)
    profile("P-HALF", "item_price < 30", red=5_000)
    for office, start in (("2201", 100), ("2202", 200)):
        for number in range(start, start + 16):
            price = {0: 4.0, 1: 20.0}.get(number % 8, 50.0)
            ask(number, at=minutes(number - start), price=price, office=office)
        for number, price in ((3, 4.0), (4, 20.0), (5, 70.0)):
            ask(start + number, version=2, at=minutes(40), price=price, office=office)
    states.close_lots_due(administration=people.juniper, at=minutes(60))
    for start, office in ((100, "2201"), (200, "2202")):
        for number, price in ((6, 4.0), (7, 20.0), (10, 70.0)):
            ask(start + number, version=2, at=minutes(70), price=price, office=office)
    states.close_lots_due(administration=people.juniper, at=MORNING + timedelta(days=2))


@pytest.fixture
def at_once(people, put_in_force, ask):
    """Rule A with exploration: importers nobody ever examined."""
    put_in_force(
        office="3301", **CAPACITY | {"rule": "arrivals", "exploration": 5_000, "arrivals": 30}
    )
    for number in range(300, 330):
        ask(number, at=minutes(number - 300), office="3301", importer=f"NOBODY {number}")


def kinds():
    found = set()
    for row in Decision.objects.select_related("first"):
        kind = "amended" if row.first_id else "relodged" if row.chain_position > 1 else row.way
        if "waited" in unpacked(row.record):
            kind = "amended while waiting"
        found.add((row.mode, kind))
    return found


def replays():
    rows = Decision.objects.select_related("administration").order_by("pk")
    return [(row, replaying.replay(row)) for row in rows]


def test_every_kind_is_derived_again_with_its_probability(by_rates, by_lots, at_once, capsys):
    assert kinds() >= {
        ("modsel", "criteria"),
        ("modsel", "max_hits"),
        ("modsel", "random"),
        ("modsel", "topup"),
        ("modsel", "none"),
        ("modsel", "amended"),
        ("modsel", "relodged"),
        ("lots", "mandatory"),
        ("lots", "score"),
        ("lots", "random"),
        ("lots", "none"),
        ("lots", "amended"),
        ("lots", "amended while waiting"),
        ("arrivals", "explore"),
        ("arrivals", "random"),
        ("arrivals", "none"),
    }
    models = {unpacked(row.record).get("scored_by", "")[:8] for row in Decision.objects.all()}
    assert "model 1 " in models

    for row, again in replays():
        assert [fault.en for fault in again.faults] == []
        assert (again.lane, again.way) == (row.lane, row.way)
        assert again.with_key
        assert isinstance(again.inclusion, Fraction)
        weight = row.inclusion if row.way != "criteria" or not row.first_id else None
        assert weight in (None, float(again.inclusion))
    from tamgha.site.cli.replay import replay

    named = list(Decision.objects.values_list("key", flat=True))
    replay(named, as_json=True)
    told = json.loads(capsys.readouterr().out)
    assert len(told) == len(named)
    assert all(one["holds"] and one["draws_checked"] for one in told)


@pytest.mark.slow
def test_in_every_kind_a_changed_lane_probability_or_draw_is_noticed(by_rates, by_lots, at_once):
    one_of_each = {}
    for row in Decision.objects.order_by("pk"):
        one_of_each[row.mode, row.way, bool(row.first_id)] = row
    for row in one_of_each.values():
        for change in ({"lane": other(row.lane)}, {"inclusion": 0.4321}, {"way": "forged"}):
            with guards_lifted(connection):
                Decision.objects.filter(pk=row.pk).update(**change)
            assert replaying.replay(Decision.objects.get(pk=row.pk)).faults, (row, change)
            with guards_lifted(connection):
                Decision.objects.filter(pk=row.pk).update(
                    lane=row.lane, inclusion=row.inclusion, way=row.way
                )
        record = unpacked(row.record)
        if "decision" in record:
            record["decision"]["declared"]["random_draw"] = "12345"
            with guards_lifted(connection):
                Decision.objects.filter(pk=row.pk).update(record=packed(record))
            assert replaying.replay(Decision.objects.get(pk=row.pk)).faults, row
            with guards_lifted(connection):
                Decision.objects.filter(pk=row.pk).update(record=row.record)
    assert len(one_of_each) >= 12


def other(lane):
    return "red" if lane != "red" else "green"
