"""The web worker's side of the renderer process: start it, ask it, start it again if it died."""

import contextlib
import fcntl
import hashlib
import json
import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from functools import cache
from importlib import metadata, util
from pathlib import Path
from typing import Any, Final

from django.conf import settings

from tamgha.platform.ui.charts import worker
from tamgha.platform.ui.charts.ink import TOKENS

_START_SECONDS: Final = 30.0
_HERE: Final = Path(__file__).resolve().parent
_PACKAGE: Final = "tamgha.platform.ui.charts"

# The renderers that this web worker has started: asked at the next start whether they ended, so
# that none stays behind as a zombie.
_children: Final[list["subprocess.Popen[bytes]"]] = []


class RendererError(Exception):
    """A drawing could not be made; the text says why. Only we can mend it."""


def kept() -> Path:
    """Return the folder of the node's drawings: they hold its numbers, so they stay in its home."""
    folder = Path(getattr(settings, "TAMGHA_HOME", tempfile.gettempdir())) / "charts"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder


def socket_path() -> Path:
    """Return where the renderer of this edition of the code listens.

    The renderer keeps nothing, so nodes of one user and one installation share it. The path is
    short, because the system allows some 100 bytes, and its folder is the user's alone.
    """
    mark = hashlib.sha256(f"{_HERE}\n{_edition(_PACKAGE)}".encode()).hexdigest()[:16]
    folder = Path(tempfile.gettempdir()) / f"tamgha-{os.getuid()}"
    folder.mkdir(mode=0o700, exist_ok=True)
    if folder.stat().st_uid != os.getuid() or folder.stat().st_mode & 0o077:
        raise RendererError(f"{folder} must belong to the node's user alone")
    return folder / f"charts-{mark}.sock"


def draw(request: Mapping[str, Any]) -> bytes:
    """Return the drawing of a request, from disk if it was made before.

    Raises
    ------
    RendererError
        When the source fails, or the renderer cannot be started.
    """
    place = _place(request)
    try:
        kept = place.read_bytes()
    except FileNotFoundError:
        named = {**request, "edition": _edition(_module(request))}
        drawn = _ask(json.dumps(named, ensure_ascii=False).encode())
        _keep(place, drawn)
        return drawn
    os.utime(place)
    return kept


def _place(request: Mapping[str, Any]) -> Path:
    text = json.dumps(request, sort_keys=True, ensure_ascii=False)
    editions = f"{_edition(_module(request))}\n{_edition(_PACKAGE)}"
    whole = hashlib.sha256(f"{editions}\n{text}".encode()).hexdigest()
    return kept() / whole[:2] / f"{whole[2:]}.{request['kind']}"


def _module(request: Mapping[str, Any]) -> str:
    module, _, name = str(request["source"]).partition(":")
    if not module.startswith("tamgha.") or not name:
        raise RendererError(
            f"a source is named tamgha.package.module:function; {request['source']!r} came"
        )
    return module


@cache
def _edition(module: str) -> str:
    """Return a mark that changes with a module's text, or with any file of our package of charts."""
    found = util.find_spec(module)
    if found is None or found.origin is None:
        raise RendererError(f"there is no module {module}")
    files = [Path(found.origin)]
    if module == _PACKAGE:
        files = [*sorted(_HERE.glob("*.py")), TOKENS]
    mark = hashlib.sha256(metadata.version("tamgha").encode())
    for file in files:
        mark.update(file.read_bytes())
    return mark.hexdigest()


def _keep(place: Path, drawn: bytes) -> None:
    place.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=place.parent, delete=False) as file:
        file.write(drawn)
    Path(file.name).replace(place)


def _ask(body: bytes) -> bytes:
    for attempt in (1, 2):
        try:
            with _connected() as line:
                worker.send(line, body)
                reply = worker.receive(line)
            break
        except (EOFError, OSError) as fault:
            if attempt == 2:
                raise RendererError(f"the renderer of charts died twice: {fault}") from fault
    if reply[:1] != worker.OK:
        raise RendererError(reply[1:].decode(errors="replace"))
    return reply[1:]


@contextlib.contextmanager
def _connected() -> Iterator[socket.socket]:
    path = socket_path()
    line = _connect(path) or _start(path)
    with line:
        yield line


def _connect(path: Path) -> socket.socket | None:
    line = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    line.settimeout(worker.LONGEST_SECONDS)
    try:
        line.connect(str(path))
    except OSError:
        line.close()
        return None
    return line


def _start(path: Path) -> socket.socket:
    """Start the renderer, unless another web worker has just done so, and return a line to it."""
    with path.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        line = _connect(path)
        if line is not None:
            return line
        fonts = _HERE.parents[4] / "build" / "chart-fonts"
        for ended in [child for child in _children if child.poll() is not None]:
            _children.remove(ended)
        with path.with_suffix(".log").open("ab") as log:
            process = subprocess.Popen(  # noqa: S603 -- our own module, our own arguments
                [sys.executable, "-m", _PACKAGE, str(path), str(fonts), str(kept())],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                close_fds=True,
            )
        _children.append(process)
        return _wait(path, process)


def _wait(path: Path, process: "subprocess.Popen[bytes]") -> socket.socket:
    until = time.monotonic() + _START_SECONDS
    while time.monotonic() < until:
        line = _connect(path)
        if line is not None:
            return line
        if process.poll() is not None:
            raise RendererError(
                f"the renderer of charts ended at once; see {path.with_suffix('.log')}"
            )
        time.sleep(0.02)
    process.kill()
    raise RendererError("the renderer of charts did not start in time")
