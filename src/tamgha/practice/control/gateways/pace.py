"""How often each program calls: one count for all processes of a machine, in a small file of the home.

A place of 16 bytes for each program holds the minute and the calls in it. It is locked for some
microseconds by the kernel, which lets go when a process dies; the database is not asked.
"""

import fcntl
import logging
import os
import struct
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

from django.conf import settings

logger = logging.getLogger(__name__)

_PLACE: Final = struct.Struct("<QQ")
MINUTE: Final = 60


class Pace:
    """Counts the calls of programs, minute by minute.

    Where the file cannot be had (a full disk, a network folder without locks) each process counts for
    itself, which the log says once: programs go on being answered.

    Parameters
    ----------
    clock : seconds since 1970, the same for every process
    """

    def __init__(self, clock: Callable[[], float] = time.time) -> None:
        self._clock = clock
        self._turn = threading.Lock()
        self._file: tuple[Path, int, int] | None = None
        self._alone: dict[int, tuple[int, int]] = {}
        self._is_told = False

    def seconds_to_wait(self, program: int, per_minute: int) -> int:
        """Count a call; return 0, or the seconds until the next minute when there were too many.

        Parameters
        ----------
        program : its number
        per_minute : calls that it may make in a minute
        """
        now = self._clock()
        minute = int(now // MINUTE)
        with self._turn:
            try:
                count = self._counted(program, minute)
            except OSError as fault:
                count = self._counted_alone(program, minute, fault)
        return 0 if count <= per_minute else MINUTE - int(now % MINUTE)

    def _counted(self, program: int, minute: int) -> int:
        handle, place = self._opened(), program * _PLACE.size
        with _locked(handle, place):
            told = os.pread(handle, _PLACE.size, place)
            since, count = _PLACE.unpack(told) if len(told) == _PLACE.size else (0, 0)
            count = count + 1 if since == minute else 1
            os.pwrite(handle, _PLACE.pack(minute, count), place)
        return int(count)

    def _counted_alone(self, program: int, minute: int, fault: OSError) -> int:
        if not self._is_told:
            self._is_told = True
            logger.warning("calls of programs are counted in this process alone", exc_info=fault)
        since, count = self._alone.get(program, (minute, 0))
        count = count + 1 if since == minute else 1
        self._alone[program] = (minute, count)
        return count

    def _opened(self) -> int:
        path = Path(settings.TAMGHA_HOME) / "run" / "pace"
        if self._file is not None:
            opened, handle, process = self._file
            if opened == path and process == os.getpid():
                return handle
            self._file = None
            with suppress(OSError):
                os.close(handle)
        path.parent.mkdir(parents=True, exist_ok=True)
        handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        self._file = (path, handle, os.getpid())
        return handle


@contextmanager
def _locked(handle: int, place: int) -> Iterator[None]:
    fcntl.lockf(handle, fcntl.LOCK_EX, _PLACE.size, place)
    try:
        yield
    finally:
        fcntl.lockf(handle, fcntl.LOCK_UN, _PLACE.size, place)
