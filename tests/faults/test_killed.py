"""kill -9 under load: what was acknowledged is there, what was not is decided once when it is asked again."""

import json
import random
import time

import pytest
from tests.faults.running import Answer, Clients, PostgreSQL, ask, wanted

pytestmark = pytest.mark.slow


def check(node, count: int, early: list[Answer]) -> dict:
    """Ask for every declaration again; return what the node holds when all of it fits together.

    Parameters
    ----------
    early : answers from before, while and after something was killed
    """
    assert sum(one.is_acknowledged for one in early) == count
    stored = {key for (key,) in node.rows("SELECT key FROM control_decision")}
    kept = [one for one in early if one.is_acknowledged]
    lost = [one.number for one in kept if f"k-{one.number}" not in stored]
    assert lost == [], f"acknowledged and lost: {lost}"

    again = ask(node, range(count))

    refused = [one for one in again if not one.is_acknowledged]
    assert refused == [], node.log()[-3000:]
    told = {one.number: one.told for one in again}
    for one in kept:
        now = told[one.number]
        assert now["decided_at"] == one.told["decided_at"]
        assert one.told["lane"] in {now["lane"], None}
    assert {one.status for one in again if one.number in {each.number for each in kept}} <= {200}
    facts = node.facts("drawn")
    assert facts["faults"] == []
    assert facts["decisions"] == facts["keys"] == facts["declarations"] == count
    return facts


def of_drop(node) -> int:
    """Return how many declarations of a file have their decision."""
    return node.rows("SELECT count(*) FROM control_decision WHERE drop_id IS NOT NULL")[0][0]


def test_a_killed_process_of_the_server_loses_nothing(node):
    count = wanted(150, most=2_000)
    node.start()

    with Clients(node, range(count)) as clients:
        for part in (1, 2, 3):
            clients.wait_for(count * part // 5)
            node.kill_worker()

    check(node, count, clients.answers)


def test_a_killed_server_loses_nothing(node):
    count = wanted(150, most=2_000)
    node.start()

    with Clients(node, range(count)) as clients:
        for part in (1, 2):
            clients.wait_for(count * part // 5)
            node.kill()
            node.start()

    early = clients.answers
    assert any(not one.is_acknowledged for one in early)
    check(node, count, early)


@pytest.mark.parametrize("prepared", ["postgresql"], indirect=True)
def test_a_killed_database_loses_nothing_and_the_server_goes_on_with_the_next(node):
    count = wanted(150, most=2_000)
    node.start()
    database: PostgreSQL = node.database

    with Clients(node, range(count)) as clients:
        clients.wait_for(count // 5)
        database.kill_backend()
        clients.wait_for(count * 2 // 5)
        database.kill()
        time.sleep(0.5)
        database.start()

    early = clients.answers
    failed = [one for one in early if not one.is_acknowledged]
    assert failed
    assert {one.status for one in failed} <= {0, 503}, {one.status: one.told for one in failed}
    check(node, count, early)


def test_a_sealer_that_is_killed_leaves_a_journal_that_is_whole(node):
    """It is killed again and again, each time somewhere else, while the server goes on deciding."""
    count = wanted(150, most=2_000)
    node.worker = "apart"
    node.start()
    chance = random.Random(5)
    sealers = [node.begin("tests.faults.facts", "seal") for _sealer in range(4)]
    for one in sealers:
        assert one.stdout.readline() == "ready\n"

    with Clients(node, range(count)) as clients:
        for number, one in enumerate(sealers):
            clients.wait_for(count * (number + 1) // 6)
            one.stdin.write("go\n")
            one.stdin.flush()
            time.sleep(chance.uniform(0, 0.08))
            one.kill()
            one.communicate()

    assert [one.returncode for one in sealers].count(-9) >= 2
    facts = check(node, count, clients.answers)
    sealed = node.facts("sealed")
    assert sealed["faults"] == []
    assert sealed["unsealed"] == 0
    assert sealed["journal"] >= facts["journal"] > count


def test_a_file_whose_worker_is_killed_is_taken_up_again_and_decided_once(node):
    count = wanted(1_200, most=20_000)
    node.worker = "apart"
    node.start()
    drop = json.loads(node.run("tests.faults.facts", "drop", str(count)).splitlines()[-1])
    kills = 0

    with Clients(node, range(30), clients=2) as clients:
        for least in (1, count // 3):
            working = node.begin("tests.faults.facts", "work")
            while working.poll() is None and of_drop(node) < least:
                time.sleep(0.01)
            if working.poll() is None:
                working.kill()
                kills += 1
            working.communicate()

    assert kills >= 1
    node.run("tests.faults.facts", "work")
    facts = node.facts()
    assert facts["faults"] == []
    assert of_drop(node) == count
    assert facts["decisions"] == facts["declarations"] == count + 30
    assert all(one.is_acknowledged for one in clients.answers)
    told = json.loads(node.run("tests.faults.facts", "answer", str(drop)).splitlines()[-1])
    assert told == {"state": "done", "lines": count}
