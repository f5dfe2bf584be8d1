"""The sealer: a thread of the server or of the worker that seals what waits, once a minute."""

import logging
import threading
from typing import Final

from django.db import close_old_connections, connection
from django.db.utils import OperationalError
from django.utils import timezone

from tamgha.platform.journal import services
from tamgha.shared.errors import TamghaError

logger = logging.getLogger(__name__)

EVERY: Final = 60.0
"""Seconds between two sealings: how long the tail grows at most while a node runs."""

THOROUGH_EVERY: Final = 60
"""Sealings between two searches for late entries among all."""

_stop = threading.Event()
_threads: list[threading.Thread] = []


def start_thread() -> threading.Thread:
    """Seal in a thread of this process. Started twice, the first goes on alone.

    Several processes may do so at once: whoever is slower finds the places taken and does nothing.
    """
    for thread in _threads:
        if thread.is_alive():
            return thread
    _stop.clear()
    thread = threading.Thread(target=_work, name="tamgha-sealer", daemon=True)
    _threads[:] = [thread]
    thread.start()
    return thread


def stop_thread() -> None:
    """Let the thread end, and wait for it."""
    _stop.set()
    for thread in _threads:
        thread.join(timeout=10)


def seal_once(*, thorough: bool) -> int:
    """Seal what waits; return how many heads were signed, 0 when it could not be done now."""
    try:
        return services.seal_all(at=timezone.now(), thorough=thorough)
    except OperationalError:
        logger.warning("the database does not answer; the sealer looks again", exc_info=True)
    except TamghaError:  # a lost key file: said in the log until somebody puts it back
        logger.exception("the journal could not be sealed")
    return 0


def _work() -> None:
    rounds = 0
    try:
        while not _stop.is_set():
            close_old_connections()
            seal_once(thorough=rounds % THOROUGH_EVERY == 0)
            close_old_connections()
            rounds += 1
            _stop.wait(EVERY)
    finally:
        connection.close()
