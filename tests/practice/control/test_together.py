"""Declarations that come at the same time share a transaction, and each gets what it would get alone."""

import json
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection
from django.test import Client
from tests.practice.control.conftest import NOW
from tests.practice.control.lodgings import lodging

from tamgha.platform.journal.models import Entry
from tamgha.practice.control.models import (
    ApiSystem,
    Decision,
    DecisionHit,
    DeskState,
    InspectionAct,
)
from tamgha.practice.control.services import deciding, settling, systems
from tamgha.practice.control.services.errors import KeyUsedError
from tamgha.practice.control.services.rows import Source
from tamgha.practice.control.views.api import DecisionOut


@pytest.fixture
def source(people):
    program, _secret = systems.enter_system(
        name="Clearance",
        may_decide=True,
        may_hand_in=False,
        per_minute=600,
        by=people.aigul,
        at=NOW,
    )
    return Source(administration=people.juniper, system=program)


@pytest.fixture
def held_back(monkeypatch):
    """Let the first transaction wait, so that the others gather behind it; note who went together."""
    sizes: list[int] = []
    first, go_on = threading.Event(), threading.Event()
    settle = settling.settle

    def slow(administration, ready):
        sizes.append(len(ready))
        if len(sizes) == 1:
            first.set()
            go_on.wait(20)
        return settle(administration, ready)

    monkeypatch.setattr(deciding, "settle", slow)
    return sizes, first, go_on


def together(source, asked, held_back):
    """Ask for all at once; return what each was answered, the first one's way being held back."""
    _sizes, first, go_on = held_back

    def ask(one):
        key, told = one
        try:
            return deciding.decide(source=source, lodged=told, key=key, at=NOW)
        except Exception as error:  # noqa: BLE001 -- told to the test
            return error
        finally:
            connection.close()

    with ThreadPoolExecutor(len(asked)) as pool:
        calls = [pool.submit(ask, asked[0])]
        first.wait(20)
        calls += [pool.submit(ask, one) for one in asked[1:]]
        while len(deciding._with_others._waiting) < len(asked) - 1:
            time.sleep(0.005)
        go_on.set()
        return [call.result(30) for call in calls]


@pytest.mark.django_db(transaction=True)
def test_those_that_come_at_once_go_together_and_come_to_what_each_gets_alone(
    source, put_in_force, profile, held_back
):
    put_in_force(random_red=300)
    profile("P-001", "item_price < 10", red=5_000, task_en="Weigh it.")
    names = [f"D-{number}" for number in range(9)]
    lodged = {name: lodging(name.removeprefix("D-")) for name in names}

    answers = together(source, [(name, lodged[name]) for name in names], held_back)

    assert held_back[0] == [1, 8]
    assert [one.declaration for one in answers] == names
    assert DeskState.objects.get().state["decided"] == 9
    alone = [deciding.known_decision(source, lodged[name], name) for name in names]
    assert [(one.pk, one.lane, one.inclusion) for one in alone] == [
        (one.pk, one.lane, one.inclusion) for one in answers
    ]
    for one in Decision.objects.all():
        assert DecisionHit.objects.filter(decision=one).count() == one.hits
        assert InspectionAct.objects.filter(decision=one).exists() == (one.lane == "red")
        assert Entry.objects.filter(act="control.decided", object_key=str(one.pk)).count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_key_that_came_twice_gets_one_decision_and_does_not_hold_up_the_others(
    source, put_in_force, held_back
):
    put_in_force(random_red=300)
    asked = [("k-0", lodging(0)), ("k-1", lodging(1)), ("k-1", lodging(1))]
    asked += [("k-2", lodging(1)), ("k-3", lodging(3))]

    answers = together(source, asked, held_back)

    assert answers[1].pk == answers[2].pk
    refused = next(one for one in answers if isinstance(one, Exception))
    assert isinstance(refused, KeyUsedError)
    assert "k-1" in str(refused) or "k-2" in str(refused)
    assert answers[4].declaration == "D-3"
    assert sorted(Decision.objects.values_list("declaration", flat=True)) == ["D-0", "D-1", "D-3"]
    assert DeskState.objects.get().state["decided"] == 3


def test_a_first_version_that_comes_after_a_later_one_is_refused(source, put_in_force):
    put_in_force(random_red=300)
    deciding.decide(source=source, lodged=lodging(1, version=2), key="k-2", at=NOW)

    with pytest.raises(KeyUsedError, match="Version 2 of D-1 came before version 1"):
        deciding.decide(source=source, lodged=lodging(1), key="k-1", at=NOW)

    assert Decision.objects.count() == 1
    assert DeskState.objects.get().state["decided"] == 1


def test_an_answer_is_what_the_interface_says_it_is(source, people, put_in_force):
    put_in_force(random_red=300)
    _program, secret = systems.enter_system(
        name="Other", may_decide=True, may_hand_in=False, per_minute=60, by=people.aigul, at=NOW
    )
    headers = {"Authorization": f"Bearer {secret}", "Idempotency-Key": "k"}
    told = lodging(1).model_dump(mode="json", exclude_none=True)

    answer = Client(headers=headers).post(
        "/api/v1/decisions", json.dumps(told), content_type="application/json"
    )

    assert answer.status_code == 201
    assert set(answer.json()) == set(DecisionOut.model_validate(answer.json()).model_dump())
    assert answer.headers["Content-Security-Policy"] == "default-src 'none'; frame-ancestors 'none'"
    assert not answer.cookies


def test_a_program_is_not_asked_for_what_only_browsers_have(people, client):
    assert client.get("/api/v1/nothing").status_code == 404
    assert client.get("/api/v1/decisions/k").status_code == 401


def test_a_key_revoked_by_another_process_opens_nothing_after_a_second(people):
    program, secret = systems.enter_system(
        name="Gate", may_decide=True, may_hand_in=False, per_minute=60, by=people.aigul, at=NOW
    )
    assert systems.system_of(secret) == program

    ApiSystem.objects.filter(pk=program.pk).update(revoked_at=NOW)  # as another process would
    time.sleep(systems.FRESH_SECONDS + 0.05)

    assert systems.system_of(secret) is None
