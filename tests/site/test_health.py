"""Alive, ready, and the numbers of a node: who may ask, what is told, and that it is true."""

import json
import re
import subprocess
import sys
from datetime import timedelta

import pytest
from django.db import OperationalError, connection
from django.urls import reverse
from django.utils import timezone
from tests.site.made_node import Node

from tamgha.platform.jobs.choices import State
from tamgha.platform.jobs.models import DutyRun, Job
from tamgha.platform.journal import services as journal
from tamgha.site import acts, health, measures, metrics, middleware
from tamgha.site.metrics import Counters, Family, Sample, exposition

TOKEN = "t" * 40


@pytest.fixture(autouse=True)
def _look_anew():
    health._kept.clear()
    health._migrated.clear()


def numbers(client, **headers: str) -> dict[str, float]:
    """Return every sample of /metrics by its name and labels."""
    body = client.get(reverse("site:metrics"), **headers).content.decode()
    rows = [line.rpartition(" ") for line in body.splitlines() if not line.startswith("#")]
    return {name: float(value) for name, _space, value in rows}


# ---- alive and ready -----------------------------------------------------------------------------


def test_alive_asks_neither_database_nor_session(db, client, django_assert_num_queries):
    with django_assert_num_queries(0):
        answer = client.get(reverse("site:alive"))

    assert (answer.status_code, answer.content) == (200, b"alive\n")
    assert answer.cookies == {}


def test_ready_tells_a_stranger_yes_or_no_and_who_may_read_metrics_why(db, client):
    near = client.get(reverse("site:ready"))
    far = client.get(reverse("site:ready"), REMOTE_ADDR="203.0.113.9")

    assert (far.status_code, far.json()) == (200, {"ready": True})
    assert [one["name"] for one in near.json()["checks"]] == [
        "database", "migrations", "folders", "disk", "worker", "duties",
    ]  # fmt: skip


def test_without_a_database_the_node_is_alive_but_not_ready(db, client, monkeypatch):
    def gone():
        raise OperationalError("no such host as db.zarina.example")

    monkeypatch.setattr(health, "_database", gone)

    answer = client.get(reverse("site:ready"))

    assert answer.status_code == 503
    assert client.get(reverse("site:alive")).status_code == 200
    first = answer.json()["checks"][0]
    assert (first["name"], first["state"]) == ("database", "fault")
    assert "zarina" not in answer.content.decode()


def test_a_migration_that_is_not_applied_makes_the_node_not_ready(db, client):
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM django_migrations WHERE app = 'jobs'")

    answer = client.get(reverse("site:ready"))

    assert answer.status_code == 503
    faults = [one for one in answer.json()["checks"] if one["state"] == "fault"]
    assert [one["name"] for one in faults] == ["migrations"]
    assert "tamgha manage migrate" in faults[0]["said"]


def test_a_folder_that_takes_nothing_makes_the_node_not_ready(db, client, settings, tmp_path):
    (tmp_path / "file").write_text("not a folder")
    settings.TAMGHA_FILES = tmp_path / "file" / "files"

    checks = client.get(reverse("site:ready")).json()["checks"]

    assert [one["name"] for one in checks if one["state"] == "fault"] == ["folders"]


@pytest.mark.parametrize(
    ("free", "state", "status"),
    [(health.FULL - 1, "fault", 503), (health.NEARLY_FULL - 1, "warning", 200)],
)
def test_a_disk_that_runs_full_is_told(db, client, monkeypatch, free, state, status):
    monkeypatch.setattr(measures, "free_bytes", lambda: free)

    answer = client.get(reverse("site:ready"))

    assert answer.status_code == status
    disk = next(one for one in answer.json()["checks"] if one["name"] == "disk")
    assert disk["state"] == state


def test_probing_leaves_nothing_in_the_folders(db, client, settings):
    client.get(reverse("site:ready"))

    assert [path for path in settings.TAMGHA_FILES.rglob("*") if path.is_file()] == []


def test_an_answer_is_kept_for_a_moment_so_that_strangers_cost_nothing(
    db, client, django_assert_num_queries
):
    client.get(reverse("site:ready"))

    with django_assert_num_queries(0):
        client.get(reverse("site:ready"))


# ---- long work -----------------------------------------------------------------------------------


def job(node: Node, state: str, **values) -> Job:
    now = timezone.now()
    values = {"queued_at": now, "heartbeat_at": None, "finished_at": None} | values
    return Job.objects.create(kind="x", state=state, by=node.people["analyst.juniper"], **values)


def worker_check() -> health.Check:
    return next(one for one in health.look() if one.name == "worker")


def test_work_that_waits_while_nobody_works_wants_a_person(node: Node):
    now = timezone.now()
    waiting = job(node, State.QUEUED, queued_at=now - timedelta(minutes=7))

    lonely = worker_check()
    job(node, State.RUNNING, heartbeat_at=now)
    busy = worker_check()
    waiting.delete()

    assert (lonely.state, busy.state) == ("warning", "ok")
    assert lonely.said.en.startswith("work has waited for 7 minutes")
    assert health.is_ready([lonely])


def duties_check() -> health.Check:
    return next(one for one in health.look() if one.name == "duties")


def test_a_duty_that_failed_or_is_late_wants_a_person_and_is_told(node: Node, client):
    now = timezone.now()
    run = DutyRun.objects.create(
        name="journal.seal", begun_at=now, done_at=now, times=5, failures=1
    )
    well = duties_check()
    DutyRun.objects.filter(pk=run.pk).update(fault="OSError", failures=2)
    failed = duties_check()
    DutyRun.objects.filter(pk=run.pk).update(fault="", done_at=now - timedelta(minutes=20))
    late = duties_check()
    (told,) = client.get(reverse("site:ready")).json()["duties"]
    measured = numbers(client)

    assert [one.state for one in (well, failed, late)] == ["ok", "warning", "warning"]
    assert late.said.en.endswith("seal the journal")
    assert (told["name"], told["begun"]) == ("journal.seal", now.isoformat())
    assert measured['tamgha_duty_runs_total{duty="journal.seal"}'] == 5
    assert measured['tamgha_duty_failures_total{duty="journal.seal"}'] == 2


def test_metrics_count_the_long_work(node: Node, client):
    Job.objects.all().update(state=State.DONE, finished_at=timezone.now())
    now = timezone.now()
    job(node, State.QUEUED, queued_at=now - timedelta(seconds=90))
    job(node, State.QUEUED)
    job(node, State.RUNNING, heartbeat_at=now)
    job(node, State.FAILED, finished_at=now)

    told = numbers(client)

    states = {
        name: told[f'tamgha_jobs{{state="{name}"}}'] for name in ("waiting", "running", "failed")
    }
    assert states == {"waiting": 2, "running": 1, "failed": 1}
    assert 90 <= told["tamgha_jobs_oldest_waiting_seconds"] < 150


def test_metrics_tell_how_much_of_the_journal_waits_for_its_seal(node: Node, client):
    journal.seal_all(at=timezone.now())
    now = timezone.now()
    for ago in (40, 5):
        journal.record(acts.BACKED_UP, by=None, at=now - timedelta(seconds=ago))

    before = numbers(client)
    journal.seal_all(at=now)
    after = numbers(client)

    assert before["tamgha_journal_unsealed"] == 2
    assert 40 <= before["tamgha_journal_unsealed_seconds"] < 100
    assert (after["tamgha_journal_unsealed"], after["tamgha_journal_unsealed_seconds"]) == (0, 0)


# ---- who may read the metrics --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 200),
        ({"REMOTE_ADDR": "::1"}, 200),
        ({"REMOTE_ADDR": "203.0.113.9"}, 403),
        ({"REMOTE_ADDR": "10.0.0.7"}, 403),
        ({"REMOTE_ADDR": ""}, 403),
        *[({f"HTTP_{name.upper().replace('-', '_')}": "203.0.113.9"}, 403) for name in health.FORWARDED],
    ],
)  # fmt: skip
def test_without_a_token_only_the_machine_itself_reads_metrics(db, client, headers, status):
    assert client.get(reverse("site:metrics"), **headers).status_code == status


def test_behind_https_every_call_seems_local_and_none_is_believed(db, client, settings):
    settings.TAMGHA_HTTPS = True

    assert client.get(reverse("site:metrics")).status_code == 403


@pytest.mark.parametrize(
    ("authorization", "status"),
    [
        (f"Bearer {TOKEN}", 200),
        (f"bearer {TOKEN}", 200),
        (f"Bearer {TOKEN}x", 403),
        (f"Basic {TOKEN}", 403),
        ("Bearer", 403),
        ("Bearer ключ", 403),
        ("", 403),
    ],
)
def test_with_a_token_nothing_else_opens(db, client, settings, authorization, status):
    settings.TAMGHA_METRICS_TOKEN = TOKEN

    answer = client.get(reverse("site:metrics"), headers={"Authorization": authorization})

    assert answer.status_code == status


def test_who_is_signed_in_reads_no_metrics_for_that(node: Node, as_person):
    browser = as_person(node.people["secretariat.region"])

    assert browser.get(reverse("site:metrics"), REMOTE_ADDR="10.0.0.7").status_code == 403


# ---- what they tell ------------------------------------------------------------------------------


def test_requests_are_counted_by_view_and_status_and_spread_over_time(db, client):
    for _call in range(3):
        client.get(reverse("site:alive"))
    client.post(reverse("site:alive"))

    told = numbers(client)

    assert told['tamgha_requests_total{view="site:alive",method="GET",status="200"}'] == 3
    assert told['tamgha_requests_total{view="site:alive",method="POST",status="405"}'] == 1
    assert told['tamgha_request_seconds_count{view="site:alive"}'] == 4
    assert told['tamgha_request_seconds_bucket{view="site:alive",le="+Inf"}'] == 4
    assert 0 < told['tamgha_request_seconds_sum{view="site:alive"}'] < 60


def test_buckets_grow_with_their_bounds(db, client, monkeypatch):
    for seconds in (0.01, 0.02, 0.3, 99.0):
        middleware.counters().add(
            {f"b\x1fv\x1f{middleware.bisect_left(middleware.BOUNDS, seconds)}": 1}
        )

    told = numbers(client)

    spread = {
        bound: told[f'tamgha_request_seconds_bucket{{view="v",le="{bound}"}}']
        for bound in ("0.01", "0.025", "0.25", "0.5", "10.0", "+Inf")
    }
    assert spread == {"0.01": 1, "0.025": 2, "0.25": 2, "0.5": 3, "10.0": 3, "+Inf": 4}


def test_no_address_becomes_a_label(node: Node, as_person):
    browser = as_person(node.people["analyst.juniper"])
    for word in ("zq7a", "zq7b"):
        browser.get(f"/no/such/{word}")
        browser.get(reverse("site:search"), {"q": word})
        browser.generic("ZQ7METHOD", "/")

    body = browser.get(reverse("site:metrics")).content.decode()

    assert "zq7" not in body.lower()
    assert 'tamgha_requests_total{view="none",method="GET",status="404"} 2' in body
    assert body.count('method="other"') == 1


def test_the_node_tells_its_database_and_its_disk(db, client):
    told = numbers(client)

    assert told["tamgha_database_bytes"] > 100_000
    assert told["tamgha_disk_free_bytes"] > 0
    assert told["tamgha_last_backup_seconds"] == 0
    assert any(
        name.startswith("tamgha_node{") and f'database="{connection.vendor}"' in name
        for name in told
    )


def test_asking_for_metrics_costs_the_same_whatever_there_is(node: Node, client):
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as few:
        numbers(client)
    for _number in range(20):
        job(node, State.QUEUED)
    with CaptureQueriesContext(connection) as many:
        numbers(client)

    assert len(many) == len(few) <= 10


def test_every_line_is_as_prometheus_wants_it(db, client):
    answer = client.get(reverse("site:metrics"))

    assert answer["Content-Type"] == "text/plain; version=0.0.4; charset=utf-8"
    label = r'[a-z_]+="(?:[^"\\\n]|\\.)*"'
    sample = rf"[a-z_]+(?:\{{{label}(?:,{label})*\}})? -?[0-9.e+-]+"
    comment = r"# (?:HELP [a-z_]+ .+|TYPE [a-z_]+ (?:counter|gauge|histogram))"
    lines = answer.content.decode().splitlines()
    assert [line for line in lines if not re.fullmatch(f"{sample}|{comment}", line)] == []
    assert len({line for line in lines if line.startswith("# TYPE")}) == sum(
        line.startswith("# TYPE") for line in lines
    )


def test_labels_are_escaped():
    family = Family("x", "gauge", "a\nb\\c", (Sample(1.5, (("k", 'q"\\\n'),)),))

    assert exposition([family]) == (
        "# HELP x a\\nb\\\\c\n# TYPE x gauge\n" + 'x{k="q\\"\\\\\\n"} 1.5\n'
    )


def test_the_command_looks_at_the_same_things():
    from tamgha.site.cli.health import NAMES, STATES

    assert set(NAMES) == {"database", "migrations", "folders", "disk", "worker", "duties"}
    assert set(STATES) == {"ok", "warning", "fault"}


# ---- counters of several processes ---------------------------------------------------------------


COUNTING = """
import sys, time
from pathlib import Path
from tamgha.site.metrics import Counters

path, times = Path(sys.argv[1]), int(sys.argv[2])
counters = Counters(path)
counters.add({"ready": 1})
while counters.values()["ready"] < 3:
    time.sleep(0.001)
for number in range(times):
    counters.add({"all": 1, f"key {number % 7}": 0.5})
"""


def test_processes_that_count_at_once_lose_nothing(tmp_path):
    path = tmp_path / "run" / "requests"
    command = [sys.executable, "-c", COUNTING, str(path), "14000"]

    processes = [subprocess.Popen(command) for _worker in range(3)]
    ended = [process.wait(timeout=120) for process in processes]

    told = Counters(path).values()
    assert ended == [0, 0, 0]
    assert told.pop("ready") == 3
    assert told.pop("all") == 42_000
    assert told == {f"key {number}": 3_000.0 for number in range(7)}


def test_one_process_sees_what_another_has_counted_since(tmp_path):
    ours, theirs = Counters(tmp_path / "c"), Counters(tmp_path / "c")
    ours.add({"a": 1})
    theirs.add({"b": 2, "a": 1})
    ours.add({"c": 4})

    assert ours.values() == theirs.values() == {"a": 2, "b": 2, "c": 4}


def test_counting_goes_on_after_a_restart(tmp_path):
    before = Counters(tmp_path / "c")
    before.add({"a": 1})
    before.close()

    after = Counters(tmp_path / "c")
    after.add({"a": 1})

    assert after.values() == {"a": 2}


def test_a_file_that_is_not_ours_is_begun_anew(tmp_path):
    (tmp_path / "c").write_bytes(b"something else")
    counters = Counters(tmp_path / "c")

    counters.add({"a": 1})

    assert counters.values() == {"a": 1}


def test_more_keys_than_there_is_room_for_are_left_out(tmp_path, monkeypatch):
    monkeypatch.setattr(metrics, "SLOTS", 3)
    counters = Counters(tmp_path / "c")

    for number in range(9):
        counters.add({f"key {number}": 1, "x" * 300: 1})

    assert counters.values() == {"key 0": 1, "key 1": 1, "key 2": 1}


def test_a_home_that_takes_no_file_breaks_no_request(db, client, settings, tmp_path):
    (tmp_path / "file").write_text("not a folder")
    settings.TAMGHA_HOME = tmp_path / "file" / "home"

    assert client.get(reverse("site:alive")).status_code == 200


def test_last_backup_is_read_from_its_note(db, client, settings):
    path = settings.TAMGHA_HOME / "run" / measures.LAST_BACKUP
    path.parent.mkdir(parents=True)
    path.write_text(json.dumps({"at": "2026-11-24T00:00:00+00:00"}))

    assert numbers(client)["tamgha_last_backup_seconds"] == 1795478400
