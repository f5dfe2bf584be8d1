"""What a node does by the clock: a thread of the server or of the worker.

One thread, so that a node holds one connection more and not four; a slow duty makes the next wait.
"""

import logging
import threading
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Final

from django.db import DatabaseError, close_old_connections, connection
from django.utils import timezone

from tamgha.platform.accounts.models import Administration
from tamgha.platform.jobs.services import Duty, do_duty
from tamgha.platform.journal import services as journal
from tamgha.practice.control.services import alerting, following, states
from tamgha.practice.targeting.services import passports
from tamgha.shared.words import Words

logger = logging.getLogger(__name__)

TICK: Final = 10.0
"""Seconds between two looks at what is due."""


def _seal(now: datetime) -> None:
    journal.seal_all(at=now)


def _seal_late_entries(now: datetime) -> None:
    journal.seal_all(at=now, thorough=True)


def _for_each(do: Callable[[Administration], object]) -> None:
    """Do it for each administration; what fails for one keeps no other waiting, and is raised last."""
    faults = []
    for administration in Administration.objects.order_by("pk"):
        try:
            do(administration)
        except Exception as fault:  # noqa: BLE001 -- raised with the others
            faults.append(fault)
    if faults:
        raise ExceptionGroup(f"failed for {len(faults)} administrations", faults)


def _draw_lots(now: datetime) -> None:
    _for_each(lambda one: states.close_lots_due(administration=one, at=now))


def _run_timers(now: datetime) -> None:
    _for_each(lambda one: following.run_timers(administration=one, at=now))


def _watch_results(now: datetime) -> None:
    _for_each(lambda one: alerting.watch(administration=one, at=now))


DUTIES: Final = (
    Duty(
        "journal.seal",
        Words("seal the journal", "опечатывание журнала"),
        timedelta(seconds=50),  # with the look: a tail of a minute at most
        _seal,
    ),
    Duty(
        "control.lots",
        Words("draw the lots that have ended", "розыгрыш закрытых партий"),
        timedelta(minutes=1),
        _draw_lots,
    ),
    Duty(
        "control.timers",
        Words(
            "turn documents into later audit",
            "перевод проверки документов в последующий контроль",
        ),
        timedelta(minutes=1),
        _run_timers,
    ),
    Duty(
        "targeting.settle",
        Words(
            "end versions whose last day is over, and alerts nobody approved",
            "завершение версий с истёкшим сроком и неутверждённых срочных ориентировок",
        ),
        timedelta(minutes=10),
        passports.settle,
    ),
    Duty(
        "control.results",
        Words("count what decisions brought, raise alerts", "подсчёт результатов, оповещения"),
        timedelta(hours=1),
        _watch_results,
    ),
    Duty(
        "journal.seal-late",
        Words(
            "look through the whole journal for late entries",
            "поиск запоздавших записей во всём журнале",
        ),
        timedelta(hours=1),
        _seal_late_entries,
    ),
)
"""In the order in which those that are due are done."""


def do_due(now: datetime, duties: Sequence[Duty] = DUTIES) -> list[str]:
    """Do what is due; return the names of what was done here, without failing."""
    return [duty.name for duty in duties if do_duty(duty, at=now)]


_stop = threading.Event()
_threads: list[threading.Thread] = []


def start_thread() -> threading.Thread:
    """Do the duties in a thread of this process. Started twice, the first goes on alone."""
    for thread in _threads:
        if thread.is_alive():
            return thread
    _stop.clear()
    thread = threading.Thread(target=_work, name="tamgha-housekeeping", daemon=True)
    _threads[:] = [thread]
    thread.start()
    return thread


def stop_thread() -> None:
    """Let the thread end, and wait for it."""
    _stop.set()
    for thread in _threads:
        thread.join(timeout=10)


def _work() -> None:
    try:
        while not _stop.wait(TICK):  # the first look waits too: the server answers first
            try:
                close_old_connections()
                do_due(timezone.now())
                close_old_connections()
            except DatabaseError:
                logger.warning("the database does not answer; looked again soon", exc_info=True)
    finally:
        connection.close()
