"""Whatever a program sends, it gets an answer that the description of the interface knows.

Calls are made up from the description by schemathesis, in the same order in each run. TAMGHA_FAULTS sets
how many of each kind.
"""

import json
import os

import pytest
from django.core.handlers.wsgi import WSGIHandler
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from django.test import Client
from hypothesis import HealthCheck, given, settings
from schemathesis import GenerationMode, openapi
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi import checks
from tests.practice.control.conftest import NOW
from tests.practice.control.test_api import BODY

from tamgha.practice.control.models import ActVersion, Decision
from tamgha.practice.control.services import examiners, systems

pytestmark = pytest.mark.slow

EXAMPLES = int(os.environ.get("TAMGHA_FAULTS", "20"))
CHECKS = [
    not_a_server_error,
    checks.status_code_conformance,
    checks.content_type_conformance,
    checks.response_schema_conformance,
]
ORDERLY = settings(
    max_examples=EXAMPLES,
    derandomize=True,
    database=None,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)


@pytest.fixture
def program(people, put_in_force, profile):
    """A program that may do everything, and offices that decide in every way."""
    for direction, told in (
        ("import", {"random_red": 300, "expected_red": 1_000}),
        ("export", {"mode": "capacity", "capacity": 50, "random_examinations": 5}),
        ("transit", {"mode": "capacity", "capacity": 9, "random_examinations": 2, "rule": "arrivals"}),
    ):  # fmt: skip
        put_in_force(direction=direction, **told)
    profile("P-001", "item_price < 10", red=10_000, task_en="Weigh it.", task_ru="Взвесить.")
    profile("P-002", "unit_value < 3 OR net_gross_ratio > 1.2", yellow=5_000)
    examiners.set_examiner(
        person=people.bakyt, group="working", office="", is_available=True, by=people.nargiza, at=NOW
    )  # fmt: skip
    _system, secret = systems.enter_system(
        name="Clearance", may_decide=True, may_hand_in=True, per_minute=10**6, by=people.aigul, at=NOW
    )  # fmt: skip
    headers = {"Authorization": f"Bearer {secret}", "Idempotency-Key": "known"}
    answer = Client(headers=headers).post(
        "/api/v1/decisions", json.dumps(BODY), content_type="application/json"
    )
    assert (answer.status_code, answer.json()["lane"]) == (201, "red")
    return headers


@pytest.fixture
def described(program):
    """The interface, as it describes itself; calls stay in the transaction of the test."""
    signals = (request_started, request_finished)
    for signal in signals:
        signal.disconnect(close_old_connections)
    yield openapi.from_wsgi("/api/v1/openapi.json", WSGIHandler())
    for signal in signals:
        signal.connect(close_old_connections)


COUNTRIES = ("origin", "departure", "destination", "trading_country")


def mended(body):
    """Put right what a description cannot say: countries that there are, items numbered once."""
    if not isinstance(body, dict) or not isinstance(body.get("items"), list):
        return body
    for place, item in enumerate([body, *body["items"]]):
        if isinstance(item, dict):
            item.update({name: "CN" for name in COUNTRIES if item.get(name) is not None})
            if place:
                item["item"] = place
    return {**body, "lodged": "2026-11-24T09:00:00+05:00"} if "lodged" in body else body


def whole_act(body):
    """Make an act of both items of the declaration that is there, with what each result needs."""
    one = next((each for each in body.get("items", []) if isinstance(each, dict)), {})
    needed = {"open": {"open_reason": "scale"}, "found": {"kind": one.get("kind") or "value"}}
    one = {**one, **needed.get(one.get("result"), {})}
    items = [{**one, "item": 1}, {"item": 2, "result": "clean"}]
    told = {"declaration": "D-1", "examined": "2026-11-24", "items": items}
    return {**body, **told, "reason": body.get("reason") or "weighed again"}


def operations(described):
    return [one.ok() for one in described.get_all_operations()]


def tried(strategy, **told):
    """Call with everything a strategy makes up; return how often each status came."""
    seen: dict[int, int] = {}

    @ORDERLY
    @given(case=strategy)
    def call(case):
        if isinstance(case.body, dict):
            case.body = mended(case.body) if told.get("mend") else case.body
            case.body = whole_act(case.body) if told.get("act") else case.body
        headers = {"Authorization": told["headers"]["Authorization"], "Accept-Encoding": "identity"}
        answer = case.call_and_validate(headers=headers, checks=CHECKS)
        seen[answer.status_code] = seen.get(answer.status_code, 0) + 1

    call()
    return seen


@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE])
def test_every_call_that_fits_the_description_or_does_not_is_answered_as_described(
    described, program, mode
):
    seen: dict[str, dict[int, int]] = {}
    for operation in operations(described):
        strategy = operation.as_strategy(generation_mode=mode)
        fits = mode is GenerationMode.POSITIVE
        seen[operation.label] = tried(strategy, headers=program, mend=fits)

    print(mode, seen)
    assert len(seen) == 5
    lodged = seen["POST /api/v1/decisions"]
    if mode is GenerationMode.POSITIVE:
        assert lodged.get(201, 0) > EXAMPLES // 3
        assert Decision.objects.count() > EXAMPLES // 3
    else:
        assert lodged.get(422, 0) + lodged.get(400, 0) > EXAMPLES // 3


def test_what_is_known_is_read_examined_cancelled_as_described(described, program):
    """Paths that name something that is there; acts with every result a program can think of."""
    key = {"path_parameters": {"key": "known"}}
    seen = {}
    for operation in operations(described):
        if operation.label == "POST /api/v1/acts":
            seen[operation.label] = tried(operation.as_strategy(), headers=program, act=True)
        elif "{key}" in operation.path:
            seen[operation.label] = tried(operation.as_strategy(**key), headers=program)

    print(seen)
    assert {name: set(told) for name, told in seen.items() if "{key}" in name} == {
        "GET /api/v1/decisions/{key}": {200},
        "POST /api/v1/decisions/{key}/cancel": {200},
        "POST /api/v1/decisions/{key}/clear": {200},
    }
    assert ActVersion.objects.count() == seen["POST /api/v1/acts"][201] >= EXAMPLES // 6


def test_a_stranger_learns_nothing_but_that_he_is_one(described):
    seen = {}
    for operation in operations(described):
        stranger = {"Authorization": "Bearer tamgha_00000000_x"}
        seen |= tried(operation.as_strategy(), headers=stranger)

    assert set(seen) <= {401, 422, 400}
    assert 401 in seen


@pytest.mark.parametrize(
    ("changes", "place"),
    [
        ({"declaration": "D\x00"}, "declaration"),
        ({"office": "\ud800"}, "office"),
        ({"importer": "a\x00b"}, "importer"),
        ({"lodged": "0001-01-01T00:00:00+14:00"}, "lodged"),
        ({"lodged": "9999-12-31T23:59:59-12:00"}, "lodged"),
        ({"version": 2**70}, "version"),
        ({"packages": 2**40}, "packages"),
        ({"net_mass_kg": 1e308}, "net_mass_kg"),
    ],
)
def test_values_that_no_database_keeps_are_faults_with_their_place(program, changes, place):
    headers = {**program, "Idempotency-Key": "odd"}

    answer = Client(headers=headers).post(
        "/api/v1/decisions", json.dumps({**BODY, **changes}), content_type="application/json"
    )

    assert answer.status_code == 422
    assert place in [one["path"] for one in answer.json()["faults"]]
