"""What a node does by the clock: a thread of the server or of the worker.

Each duty may run at any time, twice, and in several processes at once.
"""

import logging
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db import DatabaseError, close_old_connections, connection
from django.utils import timezone

from tamgha.platform.accounts.models import Administration
from tamgha.practice.control.services import alerting, following, states
from tamgha.practice.targeting.services import passports
from tamgha.shared.errors import TamghaError

logger = logging.getLogger(__name__)

TICK: Final = 20.0
"""Seconds between two looks at what is due."""


@dataclass(frozen=True, slots=True)
class Duty:
    """Something that is done again and again.

    Parameters
    ----------
    name : for the log
    every : seconds between two times
    do : takes the moment it is done at
    """

    name: str
    every: float
    do: Callable[[datetime], object]


def _run_timers(now: datetime) -> None:
    for administration in Administration.objects.order_by("pk"):
        states.close_lots_due(administration=administration, at=now)
        following.run_timers(administration=administration, at=now)


def _watch_results(now: datetime) -> None:
    for administration in Administration.objects.order_by("pk"):
        alerting.watch(administration=administration, at=now)


DUTIES: Final = (
    Duty("draw the lots that have ended, turn documents into later audit", 60, _run_timers),
    Duty("end versions whose last day is over, and alerts nobody approved", 600, passports.settle),
    Duty("count what decisions brought, raise alerts", 3600, _watch_results),
)


class Housekeeping:
    """Knows when each duty was last done.

    Parameters
    ----------
    duties : in the order in which those that are due are done
    """

    def __init__(self, duties: Sequence[Duty] = DUTIES) -> None:
        self._duties = duties
        self._done: dict[str, float] = {}

    def do_due(self, clock: float, now: datetime) -> list[str]:
        """Do what is due; a duty that fails is said in the log and tried again when due.

        Parameters
        ----------
        clock : seconds of a clock that only goes forward
        now : aware moment that the duties are told

        Returns
        -------
        names of what was done without failing
        """
        done = []
        for duty in self._duties:
            last = self._done.get(duty.name)
            if last is not None and clock - last < duty.every:
                continue
            self._done[duty.name] = clock
            try:
                duty.do(now)
            except (TamghaError, DatabaseError, OSError):
                logger.exception("could not: %s", duty.name)
                continue
            done.append(duty.name)
        return done


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
    keeping = Housekeeping()
    try:
        while not _stop.wait(TICK):  # the first look waits too: the server answers first
            close_old_connections()
            keeping.do_due(time.monotonic(), timezone.now())
            close_old_connections()
    finally:
        connection.close()
