"""The interface for programs: keys, faults with their places, lane and task and nothing else."""

import json
import threading

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse
from tests.practice.control.conftest import NOW
from tests.practice.control.lodgings import lodging

from tamgha.platform.journal.gateways import guards_lifted
from tamgha.practice.control.choices import DecisionState
from tamgha.practice.control.models import ApiSystem, Decision, DeskState
from tamgha.practice.control.services import systems
from tamgha.practice.control.views import api

BODY = {
    "declaration": "D-1",
    "office": "1101",
    "direction": "import",
    "lodged": "2026-11-24T09:00:00+05:00",
    "importer": "KARAVAN 118",
    "items": [
        {"item": 1, "hs": "640399", "hs_edition": 2022, "origin": "CN", "item_price": 5},
        {"item": 2, "hs": "640419", "hs_edition": 2022, "net_mass_kg": 189},
    ],
}


@pytest.fixture
def program(people):
    """A program of Juniper that may ask for decisions, and its key."""
    return systems.enter_system(
        name="Clearance",
        may_decide=True,
        may_hand_in=False,
        per_minute=600,
        by=people.aigul,
        at=NOW,
    )


@pytest.fixture
def call(program):
    def send(address="/api/v1/decisions", body=None, *, key="k-1", secret=None, method="post"):
        headers = {"Authorization": f"Bearer {program[1] if secret is None else secret}"}
        if key:
            headers["Idempotency-Key"] = key
        told = json.dumps(BODY if body is None else body)
        browser = Client(headers=headers)
        if method == "get":
            return browser.get(address)
        return browser.post(address, told, content_type="application/json")

    return send


def test_a_program_is_told_lane_and_task_and_never_why(people, put_in_force, profile, call):
    put_in_force(random_red=300)
    profile("P-001", "item_price < 10", red=10_000, task_en="Weigh it.", task_ru="Взвесить.")

    answer = call()

    assert answer.status_code == 201
    told = answer.json()
    assert (told["lane"], told["task"]) == ("red", {"en": "Weigh it.", "ru": "Взвесить."})
    assert set(told) == {
        "key", "declaration", "version", "state", "lane", "task", "decided_at", "hold_until", "lot_ends",
    }  # fmt: skip
    for secret in ("P-001", "criteria", "item_price", "random", "inclusion"):
        assert secret not in answer.content.decode()


def test_the_same_key_again_is_answered_from_what_is_stored(people, put_in_force, call):
    put_in_force(random_red=300)

    first, again = call(), call()
    read = call("/api/v1/decisions/k-1", method="get")

    assert (first.status_code, again.status_code, read.status_code) == (201, 200, 200)
    assert first.json() == again.json() == read.json()
    assert Decision.objects.count() == 1


def test_every_fault_comes_with_its_place_and_nothing_is_stored(people, put_in_force, call):
    put_in_force(random_red=300)
    wrong = {
        **BODY,
        "direction": "inwards",
        "items": [{"item": 1, "hs": "64", "hs_edition": 2022}, {"item": 2, "hs_edition": 2022}],
    }

    answer = call(body=wrong)

    assert answer.status_code == 422
    told = answer.json()
    assert told["error"] == "faults"
    assert {one["path"] for one in told["faults"]} == {"direction", "items[0].hs", "items[1].hs"}
    assert Decision.objects.count() == 0


def test_the_header_with_the_key_is_needed(people, put_in_force, call):
    put_in_force(random_red=300)

    answer = call(key="")

    assert answer.status_code == 422
    assert [one["path"] for one in answer.json()["faults"]] == ["Idempotency-Key"]


def test_what_is_no_json_is_refused_in_the_same_form(people, program):
    headers = {"Authorization": f"Bearer {program[1]}", "Idempotency-Key": "k"}

    answer = Client(headers=headers).post("/api/v1/decisions", "{", content_type="application/json")

    assert (answer.status_code, answer.json()["error"]) == (400, "not_read")


@pytest.mark.parametrize("secret", ["", "tamgha_00000000_nobody", "x" * 500])
def test_a_stranger_gets_nothing(people, put_in_force, call, secret):
    put_in_force(random_red=300)

    answer = call(secret=secret)

    assert (answer.status_code, answer.json()["error"]) == (401, "unknown_program")


def test_a_revoked_key_opens_nothing(people, put_in_force, program, call):
    put_in_force(random_red=300)
    systems.revoke_system(system=program[0], by=people.aigul, at=NOW)

    assert call().status_code == 401


def test_a_key_that_only_examines_decides_nothing_and_the_other_way(
    people, put_in_force, program, call
):
    put_in_force(random_red=300)
    call()
    act = {
        "declaration": "D-1",
        "examined": "2026-11-24",
        "items": [{"item": 1, "result": "clean"}],
    }
    _other, examining = systems.enter_system(
        name="Examinations", may_decide=False, may_hand_in=True, per_minute=60, by=people.aigul,
        at=NOW,
    )  # fmt: skip

    refused = [
        call("/api/v1/acts", act, key="a-1"),
        call(key="k-2", secret=examining),
        call("/api/v1/decisions/k-1", method="get", secret=examining),
        call("/api/v1/decisions/k-1/cancel", secret=examining),
        call("/api/v1/decisions/k-1/clear", secret=examining),
    ]

    assert [(one.status_code, one.json()["error"]) for one in refused] == [(403, "forbidden")] * 5
    assert Decision.objects.get().state == "decided"


def test_of_a_key_only_its_hash_is_kept(people, program):
    system, secret = program

    kept = [str(value) for value in ApiSystem.objects.filter(pk=system.pk).values_list()[0]]

    assert secret not in kept
    assert secret.split("_", 2)[2] not in " ".join(kept)


def test_a_program_reads_only_its_own_decisions(people, put_in_force, call):
    put_in_force(random_red=300)
    call()
    _other, secret = systems.enter_system(
        name="Second", may_decide=True, may_hand_in=False, per_minute=600, by=people.aigul, at=NOW
    )

    answer = call("/api/v1/decisions/k-1", method="get", secret=secret)

    assert (answer.status_code, answer.json()["error"]) == (404, "not_found")


def test_a_key_with_other_content_is_a_conflict(people, put_in_force, call):
    put_in_force(random_red=300)
    call()

    answer = call(body={**BODY, "importer": "ANOTHER"})

    assert (answer.status_code, answer.json()["error"]) == (409, "key_used")
    assert "version" in answer.json()["message"]["en"]


def test_without_a_plan_the_program_is_told_so(people, call):
    answer = call()

    assert (answer.status_code, answer.json()["error"]) == (409, "no_plan")


def test_too_many_calls_are_told_when_to_come_again(people, put_in_force, program, call):
    put_in_force(random_red=300)
    ApiSystem.objects.filter(pk=program[0].pk).update(per_minute=2)

    answers = [call() for _call in range(4)]

    told = [one.status_code for one in answers]
    assert told[-1] == 429 or told[-2] == 429  # a new minute may begin in between
    late = next(one for one in answers if one.status_code == 429)
    assert late.json()["error"] == "too_often"
    assert 1 <= int(late["Retry-After"]) <= 60
    assert Decision.objects.count() == 1


def test_cancelled_is_said_and_stays(people, put_in_force, call):
    put_in_force(random_red=300)
    call()

    twice = [call("/api/v1/decisions/k-1/cancel", key="") for _time in range(2)]

    assert [one.json()["state"] for one in twice] == ["cancelled", "cancelled"]
    assert Decision.objects.get().events.count() == 1


def test_a_lot_that_ended_is_drawn_when_the_program_asks_again(people, put_in_force, call):
    put_in_force(mode="capacity", capacity=5, random_examinations=2, lot_minutes=5)
    waiting = call().json()
    assert (waiting["state"], waiting["lane"]) == ("waiting", None)
    row = Decision.objects.get()
    early = row.lot_ends.replace(year=2020)
    with guards_lifted(connection):
        Decision.objects.update(lot_ends=early)
    state = DeskState.objects.get()
    assert state.state["closed"] <= row.lot

    read = call("/api/v1/decisions/k-1", method="get").json()

    assert read["state"] in {DecisionState.WAITING, DecisionState.DECIDED}


def test_the_coordinator_makes_a_key_sees_it_once_and_revokes_it(people, as_person):
    browser = as_person(people.aigul)
    made = browser.post(
        reverse("control:programs"), {"name": "Main", "may_decide": "on", "per_minute": 60}
    )
    again = browser.get(reverse("control:programs"))
    system = ApiSystem.objects.get()
    browser.post(reverse("control:program-revoke", args=[system.pk]))

    secret = made.context["secret"]
    assert secret in made.content.decode()
    assert secret not in again.content.decode()
    assert systems.system_of(secret) is None


def test_the_guide_lists_every_call_of_the_interface(people, as_person):
    shown = as_person(people.aigul).get(reverse("control:api-guide")).content.decode()

    for address in api.api.get_openapi_schema()["paths"]:
        assert address in shown
    assert "net_mass_kg" in shown


@pytest.mark.django_db(transaction=True)
def test_many_at_once_are_each_decided_once_and_the_counters_hold(people, put_in_force):
    """Four clients lodge the same forty declarations at the same time."""
    from tamgha.practice.control.services.deciding import decide
    from tamgha.practice.control.services.rows import Source

    put_in_force(expected_red=1_000, expected_yellow=2_000)
    faults, answers = [], []

    def client():
        try:
            for number in range(40):
                row = decide(
                    source=Source(administration=people.juniper),
                    lodged=lodging(number),
                    key=f"key-{number}",
                    at=NOW,
                )
                answers.append((row.declaration, row.pk, row.lane))
        except Exception as fault:  # noqa: BLE001 -- told below
            faults.append(fault)
        finally:
            connection.close()

    clients = [threading.Thread(target=client) for _number in range(4)]
    for one in clients:
        one.start()
    for one in clients:
        one.join()

    assert faults == []
    assert len(answers) == 160
    assert len(set(answers)) == Decision.objects.count() == 40
    state = DeskState.objects.get().state
    assert (state["decided"], state["red"], state["yellow"]) == (40, 4, 8)
