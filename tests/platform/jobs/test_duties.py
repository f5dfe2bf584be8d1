"""What is done by the clock is done once for all processes of a node."""

import datetime as dt
import threading

import pytest
from django.db import connection

from tamgha.platform.jobs.models import DutyRun
from tamgha.platform.jobs.services import Duty, do_duty
from tamgha.shared.words import Words

NOW = dt.datetime(2026, 10, 1, 12, tzinfo=dt.UTC)
MINUTE = dt.timedelta(minutes=1)
SECOND = dt.timedelta(seconds=1)


def duty(do, every=MINUTE):
    return Duty("look", Words("look", "осмотр"), every, do)


@pytest.mark.django_db
def test_a_duty_is_done_when_it_is_due_and_not_before():
    told: list[dt.datetime] = []

    done = [
        do_duty(duty(told.append), at=NOW + after)
        for after in (0 * SECOND, 59 * SECOND, MINUTE, 61 * SECOND, 2 * MINUTE)
    ]

    assert done == [True, False, True, False, True]
    assert told == [NOW, NOW + MINUTE, NOW + 2 * MINUTE]


@pytest.mark.django_db
def test_one_that_fails_is_counted_said_and_tried_again(caplog):
    def fail(_at):
        raise ZeroDivisionError

    tried = [do_duty(duty(fail), at=NOW), do_duty(duty(fail), at=NOW + MINUTE)]
    broken = DutyRun.objects.get()
    mended = do_duty(duty(lambda _at: None), at=NOW + 2 * MINUTE)
    run = DutyRun.objects.get()

    assert (tried, mended) == ([False, False], True)
    assert caplog.text.count("could not: look") == 2
    assert (broken.times, broken.failures, broken.fault) == (2, 2, "ZeroDivisionError")
    assert broken.done_at is None
    assert (run.times, run.failures, run.fault, run.done_at) == (3, 2, "", NOW + 2 * MINUTE)


@pytest.mark.django_db
def test_one_whose_process_was_killed_is_done_again_when_due():
    DutyRun.objects.create(name="look", begun_at=NOW, worker="gone")

    early = do_duty(duty(lambda _at: None), at=NOW + 30 * SECOND)
    due = do_duty(duty(lambda _at: None), at=NOW + MINUTE)

    assert (early, due) == (False, True)


@pytest.mark.django_db
def test_a_clock_that_was_put_back_stops_no_duty():
    do_duty(duty(lambda _at: None), at=NOW + dt.timedelta(days=1))

    assert do_duty(duty(lambda _at: None), at=NOW)


@pytest.mark.django_db(transaction=True)
def test_of_processes_that_look_at_the_same_moment_one_does_it():
    told: list[int] = []
    start = threading.Barrier(4)

    def look(number):
        try:
            for round_ in range(10):
                start.wait()
                do_duty(duty(lambda _at: told.append(number)), at=NOW + round_ * MINUTE)
        finally:
            connection.close()

    threads = [threading.Thread(target=look, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(told) == 10
    assert DutyRun.objects.get().times == 10
