"""Acts by spreadsheet and by program: the same service, the same faults, once for each key."""

import json

import pytest
from django.test import Client
from tests.practice.control.conftest import NOW
from tests.practice.control.lodgings import lodging, minutes

from tamgha.platform.tables import sheets as tables
from tamgha.practice.control.models import ActVersion, InspectionAct
from tamgha.practice.control.services import examiners, systems
from tamgha.practice.control.services.deciding import decide
from tamgha.practice.control.services.rows import Source
from tamgha.practice.control.sheets import ACTS

BODY = {
    "declaration": "D-1",
    "examined": "2026-11-24",
    "minutes": 52,
    "items": [
        {"item": 1, "result": "clean"},
        {"item": 2, "result": "found", "kind": "value", "duty": "120.50"},
    ],
}


@pytest.fixture
def to_examine(people, put_in_force, profile):
    examiners.set_examiner(
        person=people.bakyt,
        group="working",
        office="",
        is_available=True,
        by=people.nargiza,
        at=NOW,
    )
    put_in_force()
    profile("P-001", "item_price < 200", red=10_000)
    for number in (1, 2):
        decide(
            source=Source(administration=people.juniper),
            lodged=lodging(number),
            key=f"k-{number}",
            at=minutes(number),
        )


@pytest.fixture
def call(people):
    _system, secret = systems.enter_system(
        name="Dock", may_decide=False, may_hand_in=True, per_minute=60, by=people.aigul, at=NOW
    )

    def send(body, key="a-1", address="/api/v1/acts"):
        headers = {"Authorization": f"Bearer {secret}", "Idempotency-Key": key}
        return Client(headers=headers).post(
            address, json.dumps(body), content_type="application/json"
        )

    return send


def test_a_program_hands_an_act_in_once_for_each_key(to_examine, call):
    first, again = call(BODY), call(BODY)

    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json() == again.json()
    assert first.json()["kind"] == "final"
    version = ActVersion.objects.get()
    assert (version.source, version.minutes, version.by) == ("api", 52, None)
    assert str(version.items.get(item=2).duty) == "120.50"


def test_a_program_is_told_every_fault_of_an_act(to_examine, call):
    shape = call({**BODY, "minutes": 0, "items": [{"item": 1, "result": "lost"}]})
    content = call({**BODY, "items": [{"item": 1, "result": "found"}]})
    unknown = call({**BODY, "declaration": "D-99"})

    assert [one["path"] for one in shape.json()["faults"]] == ["minutes", "items[0].result"]
    assert (content.status_code, len(content.json()["faults"])) == (422, 2)
    assert (unknown.status_code, unknown.json()["error"]) == (404, "not_found")
    assert ActVersion.objects.count() == 0


def test_a_key_that_may_only_hand_in_asks_for_no_lane(to_examine, call):
    body = lodging(7).model_dump(mode="json", exclude_none=True)

    answer = call(body, address="/api/v1/decisions")

    assert (answer.status_code, answer.json()["error"]) == (403, "forbidden")


def test_a_final_act_is_revised_by_a_program_with_a_reason(to_examine, call):
    call(BODY)

    refused = call(BODY, key="a-2")
    taken = call({**BODY, "reason": "second weighing"}, key="a-3")

    assert refused.status_code == 422
    assert (taken.status_code, taken.json()["kind"], taken.json()["version"]) == (201, "revised", 2)


def sheet_of(*rows):
    head = "declaration;examined;result;items;minutes;duty;seen\n"
    return (head + "".join(f"{row}\n" for row in rows)).encode()


def test_a_sheet_of_acts_is_looked_at_and_then_taken(people, to_examine):
    data = sheet_of(
        "D-1;2026-11-24;no difference found;;40;;",
        "D-2;24.11.2026;value understated;2;55;120,5;low",
    )
    kept = tables.keep(ACTS, data=data, file_name="acts.csv", by=people.bakyt, at=NOW)
    plan = tables.plan_of(ACTS, kept, by=people.bakyt)

    tables.take(ACTS, kept, seen=plan.fingerprint, by=people.bakyt, at=NOW)

    assert plan.faults == ()
    assert [act.state for act in InspectionAct.objects.order_by("pk")] == ["final", "final"]
    second = ActVersion.objects.get(act__decision__declaration="D-2")
    assert (second.source, second.minutes) == ("sheet", 55)
    assert [(one.item, one.result, one.kind) for one in second.items.order_by("item")] == [
        (1, "clean", ""),
        (2, "found", "value"),
    ]


def test_a_sheet_names_the_rows_that_cannot_be_taken(people, to_examine):
    data = sheet_of(
        "D-9;2026-11-24;no difference found;;;;", "D-1;2026-11-24;value understated;9;;;"
    )
    kept = tables.keep(ACTS, data=data, file_name="acts.csv", by=people.bakyt, at=NOW)

    plan = tables.plan_of(ACTS, kept, by=people.bakyt)

    assert [fault.number for fault in plan.faults] == [2, 3]
    assert "no item 9" in plan.faults[1].text.en
    assert not ACTS.permission(people.timur)
