import sys
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django_tasks_db.models import DBTaskResult
from tests.platform.jobs.conftest import DID, NOW

from tamgha.platform.jobs import queries, services, worker
from tamgha.platform.jobs.choices import State
from tamgha.platform.jobs.domain import UnknownKindError, kind
from tamgha.platform.jobs.models import LOST_AFTER, Job
from tamgha.platform.jobs.services import context as contexts
from tamgha.shared.words import Words

LATER = NOW + timedelta(minutes=5)


def start(name: str, bob, **params) -> Job:
    return services.start(name, params, by=bob, administration=bob.administration, at=NOW)


def test_small_work_is_done_inside_the_call(bob):
    job = start("test.count", bob, to=3)

    assert (job.state, job.done, job.total) == (State.DONE, 3, 3)
    assert job.result == {
        "summary": {"en": "3 rows", "ru": "3 строк"},
        "address": "/there/",
        "data": {"rows": 3},
    }
    assert DID == [0, 1, 2]


def test_long_work_waits_for_a_worker(bob):
    job = start("test.later", bob, to=3)
    before = (job.state, list(DID))

    worker.run_waiting()

    job.refresh_from_db()
    assert before == (State.QUEUED, [])
    assert (job.state, job.done, DID) == (State.DONE, 3, [0, 1, 2])
    assert job.worker == "" or job.worker.count(":") == 2


def test_work_asked_for_in_a_transaction_that_fails_never_was(bob):
    def ask_and_break():
        start("test.later", bob, to=3)
        raise RuntimeError("the page broke")

    with pytest.raises(RuntimeError), transaction.atomic():
        ask_and_break()

    worker.run_waiting()

    assert (Job.objects.count(), DBTaskResult.objects.count(), DID) == (0, 0, [])


@pytest.mark.django_db(transaction=True)
def test_broken_work_says_so_and_goes_on_where_it_stood(bob, caplog):
    job = start("test.count", bob, to=4, break_at=2)
    broken = (job.state, job.error["en"], list(DID))

    resumed = services.resume(job=job, at=LATER)

    assert broken[0] == State.FAILED
    assert f"under work {job.pk}" in broken[1]
    assert "the disk is full" in caplog.text
    assert broken[2] == [0, 1]
    assert (resumed.state, resumed.error, DID) == (State.DONE, {}, [0, 1, 2, 3])


def test_what_a_person_can_mend_is_said_in_both_languages(bob):
    job = start("test.refuse", bob)

    assert job.state == State.FAILED
    assert job.error == {
        "en": "14 columns were expected; 12 came",
        "ru": "Ожидалось 14 граф, пришло 12",
    }


def test_an_unknown_kind_is_refused_with_the_names_there_are(bob):
    with pytest.raises(UnknownKindError, match=r"test\.count"):
        start("test.nothing", bob)


def test_a_name_of_work_belongs_to_one_function():
    with pytest.raises(ValueError, match="is the name of count already"):
        kind("test.count", title=Words("x", "x"))(lambda context: None)


def test_work_that_waits_is_stopped_at_once_and_never_runs(bob):
    job = start("test.later", bob, to=3)

    services.stop(job=job, at=LATER)
    worker.run_waiting()

    job.refresh_from_db()
    assert (job.state, job.finished_at, DID) == (State.STOPPED, LATER, [])


@pytest.mark.django_db(transaction=True)
def test_running_work_stops_at_its_next_step(bob, monkeypatch):
    monkeypatch.setattr(contexts, "SAY_EVERY", 0)
    job = start("test.later", bob, to=5)

    class Stopping(list):
        def append(self, step):
            super().append(step)
            if step == 2:
                services.stop(job=job, at=LATER)

    seen = Stopping()
    monkeypatch.setattr("tests.platform.jobs.conftest.DID", seen)
    worker.run_waiting()

    job.refresh_from_db()
    assert (job.state, job.done, seen) == (State.STOPPED, 3, [0, 1, 2])


def test_finished_work_is_neither_stopped_nor_taken_up_again(bob):
    job = start("test.count", bob, to=1)

    services.stop(job=job, at=LATER)

    job.refresh_from_db()
    assert job.state == State.DONE
    with pytest.raises(services.CannotResumeError):
        services.resume(job=job, at=LATER)


def running(bob, **values) -> Job:
    """A job that some worker took."""
    job = start("test.later", bob, to=3)
    values = {"state": State.RUNNING, "heartbeat_at": NOW, "worker": "elsewhere:1:1", **values}
    Job.objects.filter(pk=job.pk).update(**values)
    job.refresh_from_db()
    return job


def test_a_silent_worker_is_noticed_and_its_work_offered(bob):
    job = running(bob)

    early = services.notice_lost(at=NOW + LOST_AFTER)
    late = services.notice_lost(at=NOW + LOST_AFTER + timedelta(seconds=1))

    job.refresh_from_db()
    assert (early, late, job.state) == (0, 1, State.FAILED)
    assert "take it up again" in job.error["en"]


def test_a_worker_whose_process_is_gone_is_noticed_at_once(bob, tmp_path):
    import socket
    import subprocess

    child = subprocess.Popen([sys.executable, "-c", ""])
    child.wait()
    job = running(bob, worker=f"{socket.gethostname()[:60]}:{child.pid}:1")

    assert services.notice_lost(at=NOW) == 1
    job.refresh_from_db()
    assert job.state == State.FAILED


def test_work_whose_worker_died_before_it_began_is_noticed(bob):
    job = start("test.later", bob, to=3)
    DBTaskResult.objects.update(status="RUNNING", started_at=NOW)

    assert services.notice_lost(at=NOW + timedelta(minutes=2)) == 1
    job.refresh_from_db()
    assert job.state == State.FAILED


def test_a_worker_that_was_only_slow_gives_up_when_another_took_over(bob):
    job = running(bob)
    slow = services.JobContext(job)

    services.resume(job=job, at=LATER)
    Job.objects.update(state=State.RUNNING, worker="the other:1:1")  # it has begun already
    with pytest.raises(services.TakenOverError):
        slow.progress(3, 3)
    Job.objects.update(state=State.QUEUED)
    worker.run_waiting()

    job.refresh_from_db()
    assert (job.state, job.attempt, DID) == (State.DONE, 2, [0, 1, 2])


def test_progress_is_written_twice_a_second_at_most(bob, django_assert_num_queries):
    context = services.JobContext(running(bob))

    with django_assert_num_queries(4):  # the first and the last: a write and a look each
        for done in range(1, 1001):
            context.progress(done, 1000)


def test_results_wait_until_they_are_put_away(bob, people):
    job = start("test.count", bob, to=1)
    before = list(queries.waiting_for(bob))
    others = list(queries.waiting_for(people["charlie"]))

    services.put_away(job=job, at=LATER)

    assert (before, others) == ([job], [])
    assert list(queries.waiting_for(bob)) == []
    assert list(queries.put_away_by(bob)) == [job]


@pytest.mark.parametrize(
    "wrong",
    [
        {"state": "resting"},
        {"done": -1},
        {"state": "done"},
        {"state": "running"},
        {"finished_at": NOW},
    ],
)
def test_the_database_refuses_a_wrong_record(bob, wrong):
    job = start("test.later", bob, to=1)

    with pytest.raises(IntegrityError), transaction.atomic():
        Job.objects.filter(pk=job.pk).update(**wrong)


def test_an_error_in_the_database_leaves_the_callers_transaction_usable(bob):
    @kind("test.clash", title=Words("Clash", "Сбой"), in_background=False)
    def clash(context):
        Job.objects.filter(pk=context.job_id).update(done=-1)

    with transaction.atomic():
        job = start("test.clash", bob)
        assert Job.objects.get(pk=job.pk).state == State.FAILED
