"""The worker: takes work from the queue and does it, in a thread of the server or apart."""

import logging
import signal
import threading
from types import FrameType

from django.db import close_old_connections, connection
from django.db.utils import OperationalError
from django.utils import timezone
from django_tasks_db.management.commands.db_worker import Worker
from django_tasks_db.models import DBTaskResult
from django_tasks_db.utils import exclusive_transaction

from tamgha.platform.jobs import services
from tamgha.platform.jobs.domain import bell
from tamgha.platform.jobs.services.acts import BACKGROUND
from tamgha.platform.jobs.services.running import worker_name

logger = logging.getLogger(__name__)

LOOK_EVERY = 1.0
"""Seconds between two looks into the queue, when no bell rings."""

NOTICE_EVERY = 15
"""Looks between two searches for work whose worker died."""

_stop = threading.Event()
_threads: list[threading.Thread] = []


def start_thread() -> threading.Thread:
    """Do the work in a thread of this process. Started twice, the first goes on alone."""
    for thread in _threads:
        if thread.is_alive():
            return thread
    thread = threading.Thread(target=_work_in_thread, name="tamgha-worker", daemon=True)
    _threads[:] = [thread]
    thread.start()
    return thread


def run_forever() -> None:
    """Do the work of the node until a signal says to stop; the work in hand is finished first."""
    signal.signal(signal.SIGINT, _ask_to_stop)
    signal.signal(signal.SIGTERM, _ask_to_stop)
    _work(_stop)


def run_waiting() -> int:
    """Do everything that waits in the queue now, and return how much it was."""
    done = 0
    while run_next():
        done += 1
    return done


def run_next() -> bool:
    """Do the next piece of work in the queue; return whether there was one."""
    waiting = DBTaskResult.objects.ready().filter(backend_name=BACKGROUND)
    if not waiting.exists():  # looked at before the queue is locked: idleness keeps nobody waiting
        return False
    name = worker_name()[:64]
    with exclusive_transaction(waiting.db):
        taken = waiting.get_locked()
        if taken is None:
            return False
        taken.claim(name)
    Worker(
        queue_names=["*"],
        interval=0,
        batch=True,
        backend_name=BACKGROUND,
        startup_delay=False,
        max_tasks=1,
        worker_id=name,
        excluded_queue_names=[],
    ).run_task(taken)
    return True


def _work_in_thread() -> None:
    try:
        _work(_stop)
    finally:
        connection.close()


def _work(stop: threading.Event) -> None:
    looks = 0
    while not stop.is_set():
        bell.clear()
        try:
            close_old_connections()
            if looks % NOTICE_EVERY == 0:
                services.notice_lost(at=timezone.now())
            while not stop.is_set() and run_next():
                close_old_connections()
        except OperationalError:
            logger.warning("the database does not answer; the worker looks again", exc_info=True)
        looks += 1
        bell.wait(LOOK_EVERY)


def _ask_to_stop(signal_number: int, frame: FrameType | None) -> None:
    logger.warning("stopping after the work in hand (signal %s)", signal_number)
    _stop.set()
    bell.set()
