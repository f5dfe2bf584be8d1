"""Two processes and many programs at once: nothing is lost, none is doubled, nothing is overdrawn."""

import time
from collections import Counter, defaultdict

import pytest
from tests.faults.running import Clients, twice, wanted

pytestmark = pytest.mark.slow


def test_every_key_has_one_decision_and_capacity_and_lots_hold_exactly(node, record_property):
    """TAMGHA_FAULTS=10000 lodges ten thousand declarations, each twice at the same time."""
    count = wanted(240, most=100_000)
    node.start()
    started = time.perf_counter()

    with Clients(node, twice(range(count), seed=11)) as clients:
        pass

    seconds = time.perf_counter() - started
    statuses = Counter(one.status for one in clients.answers)
    answers = [one for one in clients.answers if one.is_acknowledged]
    assert len(answers) == 2 * count
    assert set(statuses) <= {201, 200, 503}, node.log()[-2000:]
    assert statuses[503] <= count // 100  # a database that is long busy says so, and is asked again
    assert 0 <= count - statuses[201] <= statuses[503]
    told = defaultdict(set)
    for one in answers:
        told[one.number].add((one.told["declaration"], one.told["decided_at"]))
    assert len(told) == count
    assert all(len(both) == 1 for both in told.values())
    before = node.facts()
    drawn = node.close_lots()
    after = node.facts()
    record_property("decisions a second", round(2 * count / seconds, 1))
    print(f"{2 * count} calls in {seconds:.1f} s, {statuses}; drawn {drawn}; {after}")
    assert before["faults"] == after["faults"] == []
    assert drawn == before["states"].get("waiting", 0) > 0
    for facts in (before, after):
        assert facts["decisions"] == facts["keys"] == facts["declarations"] == count
    assert after["states"] == {"decided": count}
