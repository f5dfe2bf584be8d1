"""Numbers of a node in the text form of Prometheus, and the counters of all its processes.

The counters lie in one small file that every process of the node maps into its memory, so that an
answer from any of them tells the whole, whatever number of processes serves; and a process that
ends takes nothing away. Prometheus' own client keeps one file per process for ever instead, and
wants a variable of the environment before it is loaded.

Source of the form: Prometheus, "Exposition formats", text format 0.0.4.
"""

import contextlib
import fcntl
import logging
import mmap
import os
import struct
import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

logger = logging.getLogger(__name__)

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
MAGIC: Final = b"tamgha-counters1"
HEAD: Final = 64
SLOT: Final = 128
SLOTS: Final = 4096
"""More different counters than these are not kept: the file stays at half a megabyte."""

_VALUE = struct.Struct("<d")
_USED = struct.Struct("<I")
_LENGTH = struct.Struct("<B")
_LONGEST: Final = SLOT - _VALUE.size - _LENGTH.size


class Counters:
    """Counters that all processes of a node add to.

    Parameters
    ----------
    path : of the file; it and its folder are made when missing
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._lock = threading.Lock()
        self._map: mmap.mmap | None = None
        self._handle = -1
        self._pid = 0
        self._places: dict[str, int] = {}

    def add(self, amounts: Mapping[str, float]) -> None:
        """Add to counters by their keys (at most 119 bytes); one that is new starts at 0.

        A counter that finds no room is not kept. Counting never breaks what is counted: a disk
        that is full or shut is told to the log, once, and nothing is counted.
        """
        with self._lock:
            if not self._is_open():
                return
            with self._alone():
                for key, amount in amounts.items():
                    place = self._place(key)
                    if place is not None:
                        self._write(place, self._read(place) + amount)

    def values(self) -> dict[str, float]:
        """Return every counter by its key."""
        with self._lock:
            if not self._is_open():
                return {}
            with self._alone():
                self._learn()
                return {key: self._read(place) for key, place in self._places.items()}

    def close(self) -> None:
        """Let the file go."""
        with self._lock:
            self._close()

    def _is_open(self) -> bool:
        if self._map is not None and self._pid == os.getpid():
            return True
        if self._pid == os.getpid():  # it could not be opened before
            return False
        self._close()
        self._pid = os.getpid()
        try:
            self._open()
        except (OSError, ValueError):
            logger.warning("nothing is counted: the file of the counters does not open")
            self._close()
        return self._map is not None

    def _open(self) -> None:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        self._handle = os.open(self.path, os.O_RDWR | os.O_CREAT, 0o600)
        size = HEAD + SLOT * SLOTS
        with self._alone():
            is_ours = os.pread(self._handle, len(MAGIC), 0) == MAGIC
            if not is_ours or os.fstat(self._handle).st_size != size:
                os.ftruncate(self._handle, 0)
                # Real blocks: to write into a hole of a full disk would kill the process.
                os.posix_fallocate(self._handle, 0, size)
                os.pwrite(self._handle, MAGIC, 0)
        self._map = mmap.mmap(self._handle, size)
        self._places = {}

    def _close(self) -> None:
        if self._map is not None:
            self._map.close()
        if self._handle >= 0:
            with contextlib.suppress(OSError):
                os.close(self._handle)
        self._map, self._handle, self._pid = None, -1, 0

    @contextlib.contextmanager
    def _alone(self) -> Iterator[None]:
        fcntl.flock(self._handle, fcntl.LOCK_EX)
        try:
            yield
        finally:
            fcntl.flock(self._handle, fcntl.LOCK_UN)

    def _learn(self) -> None:
        """Take note of the counters that other processes have begun."""
        memory = self._memory()
        (used,) = _USED.unpack_from(memory, len(MAGIC))
        for number in range(len(self._places), min(used, SLOTS)):
            start = HEAD + number * SLOT
            (length,) = _LENGTH.unpack_from(memory, start + _VALUE.size)
            name = start + _VALUE.size + _LENGTH.size
            self._places[memory[name : name + length].decode("utf-8", "replace")] = start

    def _place(self, key: str) -> int | None:
        known = self._places.get(key)
        if known is not None:
            return known
        self._learn()
        name = key.encode()
        number = len(self._places)
        if key in self._places or len(name) > _LONGEST or number >= SLOTS:
            return self._places.get(key)
        memory, start = self._memory(), HEAD + number * SLOT
        memory[start : start + SLOT] = bytes(SLOT)
        _LENGTH.pack_into(memory, start + _VALUE.size, len(name))
        begin = start + _VALUE.size + _LENGTH.size
        memory[begin : begin + len(name)] = name
        _USED.pack_into(memory, len(MAGIC), number + 1)
        self._places[key] = start
        return start

    def _read(self, place: int) -> float:
        return float(_VALUE.unpack_from(self._memory(), place)[0])

    def _write(self, place: int, value: float) -> None:
        _VALUE.pack_into(self._memory(), place, value)

    def _memory(self) -> mmap.mmap:
        if self._map is None:
            raise RuntimeError("the file of the counters is shut")
        return self._map


@dataclass(frozen=True, slots=True)
class Sample:
    """One number with its labels; ``suffix`` is what a histogram adds to the name of its family."""

    value: float
    labels: tuple[tuple[str, str], ...] = ()
    suffix: str = ""


@dataclass(frozen=True, slots=True)
class Family:
    """All numbers of one name.

    Parameters
    ----------
    name : as Prometheus wants it, with its unit: ``tamgha_jobs``
    kind : "gauge", "counter" or "histogram"
    meaning : one sentence
    """

    name: str
    kind: str
    meaning: str
    samples: Sequence[Sample] = field(default_factory=tuple)


def gauge(name: str, meaning: str, value: float, **labels: str) -> Family:
    """Return a family of one number."""
    return Family(name, "gauge", meaning, (Sample(value, tuple(labels.items())),))


def exposition(families: Iterable[Family]) -> str:
    """Return the families in the text form."""
    lines: list[str] = []
    for family in families:
        lines.append(f"# HELP {family.name} {_escaped(family.meaning)}")
        lines.append(f"# TYPE {family.name} {family.kind}")
        for sample in family.samples:
            inner = ",".join(f'{name}="{_escaped(text)}"' for name, text in sample.labels)
            labels = f"{{{inner}}}" if inner else ""
            lines.append(f"{family.name}{sample.suffix}{labels} {_number(sample.value)}")
    return "\n".join(lines) + "\n"


def _escaped(text: str) -> str:
    return text.replace("\\", r"\\").replace("\n", r"\n").replace('"', r"\"")


def _number(value: float) -> str:
    return str(int(value)) if float(value).is_integer() else repr(float(value))
