"""The renderer process: `python -m tamgha.platform.ui.charts SOCKET FONTS KEPT`.

Listens on a Unix socket, one request after the other; each is a JSON object and its answer is a
status byte and a body, both with their length in front. It ends by itself after five idle
minutes, and when one drawing takes more than a minute.
"""

import json
import signal
import socket
import struct
import time
from pathlib import Path
from typing import Any, Final

IDLE_SECONDS: Final = 300
LONGEST_SECONDS: Final = 60
KEPT_DAYS: Final = 30
OK, FAILED = b"+", b"-"


def send(connection: socket.socket, body: bytes) -> None:
    """Send a body with its length in front."""
    connection.sendall(struct.pack(">I", len(body)) + body)


def receive(connection: socket.socket) -> bytes:
    """Return a body that came with its length in front; raises EOFError when the line breaks off."""
    (length,) = struct.unpack(">I", _exactly(connection, 4))
    return _exactly(connection, length)


def _exactly(connection: socket.socket, count: int) -> bytes:
    parts: list[bytes] = []
    while count:
        part = connection.recv(min(count, 1 << 16))
        if not part:
            raise EOFError("the other side hung up")
        parts.append(part)
        count -= len(part)
    return b"".join(parts)


def answer(request: dict[str, Any]) -> bytes:
    """Return the drawing that a request asks for: "svg", "png" or "spec"."""
    from tamgha.platform.ui.charts import drawing  # noqa: PLC0415 -- heavy, only when used

    kind, page = request["kind"], bool(request["page"])
    drawing.refresh(request["source"], request["edition"])
    made = drawing.spec(request["source"], request["data"], width=request["width"], page=page)
    if kind == "spec":
        return json.dumps(made, ensure_ascii=False).encode()
    drawn = drawing.svg(
        made, label=request["label"], tag=request["tag"], page=page, watermark=kind == "png"
    )
    return drawing.png(drawn, scale=request["scale"]) if kind == "png" else drawn.encode()


def serve(path: Path, fonts: Path, *, idle: float = IDLE_SECONDS) -> None:
    """Answer requests until nobody has asked for a while."""
    import vl_convert  # noqa: PLC0415 -- heavy, only in the renderer process

    if fonts.is_dir():
        vl_convert.register_font_directory(str(fonts))
    path.unlink(missing_ok=True)
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as listener:
        listener.bind(str(path))
        listener.listen(64)
        listener.settimeout(idle)
        while True:
            try:
                connection, _ = listener.accept()
            except TimeoutError:
                break
            with connection:
                connection.settimeout(LONGEST_SECONDS)
                _one(connection)
    path.unlink(missing_ok=True)


def _one(connection: socket.socket) -> None:
    signal.alarm(LONGEST_SECONDS)
    try:
        body = OK + answer(json.loads(receive(connection)))
    except (EOFError, TimeoutError):
        return
    except Exception as fault:  # noqa: BLE001 -- the outermost edge: told to the caller, who logs it
        body = FAILED + f"{type(fault).__name__}: {fault}".encode()
    finally:
        signal.alarm(0)
    try:
        send(connection, body)
    except OSError:
        return


def forget_old(cache: Path, *, days: int = KEPT_DAYS) -> None:
    """Take away drawings that nobody has made or read for a month."""
    line = time.time() - days * 24 * 3600
    for path in cache.glob("*/*"):
        if path.stat().st_mtime < line:
            path.unlink(missing_ok=True)
