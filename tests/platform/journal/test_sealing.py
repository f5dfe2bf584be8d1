"""Sealing while others write, and after it was killed: real processes on the database of this run."""

import json
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from django.db import connection, connections, transaction
from tests.platform.journal.conftest import NOW

from tamgha.platform.journal import gateways
from tamgha.platform.journal import services as journal
from tamgha.platform.journal.models import Head, Place

PROBE = str(Path(__file__).with_name("probe.py"))
LOOK = (
    "import os, json; os.environ['DJANGO_SETTINGS_MODULE'] = 'tamgha.site.settings'\n"
    "import django; django.setup()\n"
    "from django.utils import timezone\n"
    "from tamgha.platform.journal import services as journal\n"
    "from tamgha.platform.journal.models import Entry, Place, Head\n"
    "found = journal.check()\n"
    "journal.seal_all(at=timezone.now())\n"
    "after = journal.check()\n"
    "print(json.dumps({'whole': found.is_whole and after.is_whole,\n"
    "  'faults': [f.words.en for f in after.faults], 'tail': after.tail.count,\n"
    "  'entries': sorted(Entry.objects.values_list('pk', flat=True)),\n"
    "  'placed': sorted(Place.objects.values_list('entry_number', flat=True)),\n"
    "  'heads': Head.objects.count()}))\n"
)


def begun(environment, *arguments):
    return subprocess.Popen(
        [sys.executable, PROBE, *arguments], env=environment, stdout=subprocess.DEVNULL
    )


def looked_at(environment):
    done = subprocess.run(
        [sys.executable, "-c", LOOK], env=environment, capture_output=True, text=True, check=True
    )
    return json.loads(done.stdout)


def numbers(*traces):
    return sorted(int(line) for trace in traces for line in trace.read_text().split())


@pytest.mark.slow
def test_two_writers_and_two_sealers_of_which_one_is_killed_lose_nothing(environment, tmp_path):
    traces = [tmp_path / name for name in ("first", "second")]
    writers = [begun(environment, "write", one.name, "400", str(one)) for one in traces]
    sealers = [begun(environment, "seal", "3") for _ in range(2)]
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline and not all(one.exists() for one in traces):
        time.sleep(0.05)
    time.sleep(1.5)  # in the middle of some batch
    sealers[0].send_signal(signal.SIGKILL)

    codes = [writer.wait(timeout=240) for writer in writers]
    went_on = sealers[1].poll()
    for sealer in sealers:
        sealer.kill()
        sealer.wait()

    found = looked_at(environment)
    assert codes == [0, 0]
    assert went_on is None
    assert found["whole"], found["faults"]
    assert found["entries"] == found["placed"] == numbers(*traces)
    assert len(found["entries"]) == 640
    assert found["tail"] == 0
    assert found["heads"] > 10


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has one writer at a time")
def test_an_entry_that_is_committed_late_is_sealed_after_later_numbers(write):
    held, done = threading.Event(), threading.Event()
    late = []

    def write_slowly():
        with transaction.atomic():
            late.append(journal.record("register.risk.made", by=None, at=NOW).pk)
            held.set()
            done.wait(30)
        connections.close_all()

    slow = threading.Thread(target=write_slowly)
    slow.start()
    held.wait(30)
    (quick,) = write()  # nobody waits for the slow one
    journal.seal_all(at=NOW)
    done.set()
    slow.join(30)
    journal.seal_all(at=NOW)

    assert late[0] < quick
    placed = list(Place.objects.order_by("position").values_list("entry_number", flat=True))
    assert placed == [quick, *late]
    assert journal.check().is_whole


@pytest.mark.django_db
def test_each_batch_has_its_head_and_nothing_to_seal_makes_none(write):
    write(5)

    assert journal.seal_all(at=NOW, batch=2) == 3
    assert journal.seal(at=NOW) is None
    assert list(Head.objects.order_by("number").values_list("size", flat=True)) == [2, 4, 5]


@pytest.mark.django_db
def test_an_entry_far_behind_is_found_by_the_thorough_search(write, monkeypatch):
    monkeypatch.setattr("tamgha.platform.journal.services.sealing.LOOK_BACK", 0)
    numbers = write(3)
    later = list(gateways.unsealed_rows(after=numbers[0]))
    with monkeypatch.context() as only_later:
        only_later.setattr(gateways, "unsealed_rows", lambda after: iter(later))
        journal.seal(at=NOW)

    quick = journal.seal(at=NOW)
    thorough = journal.seal(at=NOW, thorough=True)

    assert quick is None
    assert thorough.size == 3
    assert journal.check().is_whole


@pytest.mark.django_db
def test_another_sealer_that_was_faster_is_no_fault(write, monkeypatch):
    from tamgha.platform.journal.services import sealing

    write(3)
    written = sealing._written

    def overtaken(*given):
        monkeypatch.setattr(sealing, "_written", written)
        journal.seal(at=NOW)
        return written(*given)

    monkeypatch.setattr(sealing, "_written", overtaken)

    assert journal.seal(at=NOW) is None
    assert journal.check().is_whole
    assert Place.objects.count() == 3
