"""The log: one line per happening, for programs as JSON, for people in a terminal as text.

A line holds no personal data. What may stand in it is a short list: names of views, numbers, names
of classes, places in the code. A path, a query, a form, a name, an address or the text of a fault
may tell of a person, so none of them is written. This file loads the standard library alone: the
server's master reads it too, and must stay small.
"""

import json
import logging
import re
import secrets
import sys
import traceback
from collections.abc import Iterator
from contextvars import ContextVar
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

OWN = "tamgha"
REQUESTS = "tamgha.requests"
"""The logger of the one line that each request leaves."""

FORMATS: Final = ("auto", "json", "line")
FIELDS: Final = ("method", "view", "status", "ms", "signed_in")
"""What a record may carry beside its text; anything else stays out."""

DEEPEST = 25
"""Places in the code that are told of one fault, counted from where it rose."""

_ROOT = str(Path(__file__).resolve().parents[2])
_FOREIGN = re.compile(r".*/(?:site-packages|lib/python3\.\d+)/")

number_now: ContextVar[str] = ContextVar("number_now", default="")
"""Number of the request that is being answered, "" outside of one."""

# Digits and a to f only: a name would not fit through.
_WELL_FORMED = re.compile(r"(?=(?:-*[0-9a-f]){16})[0-9a-f-]{16,64}")


def new_number() -> str:
    """Return a number for a request: 16 hexadecimal digits, short enough to be read out."""
    return secrets.token_hex(8)


def accepted_number(given: str | None) -> str:
    """Return the number that a server in front gave the request, or "" when it is none.

    Taken are 16 to 64 small hexadecimal digits and hyphens, at least 16 of them digits: what
    proxies make (nginx, Traefik, UUID). Anything else might be a text about somebody.
    """
    return given if given and _WELL_FORMED.fullmatch(given) else ""


def _told(record: logging.LogRecord) -> str:
    """Return the text of a record of ours; of a stranger's what holds nothing of the request.

    A text with its blanks not filled in is of the program; one without blanks may have been put
    together from anything (a host name, the address of a caller), so only its place is told.
    """
    if record.name == OWN or record.name.startswith(f"{OWN}."):
        return record.getMessage()
    text = str(record.msg) if record.args else "text left out"
    return f"{text} ({_place(record.pathname, record.lineno)})"


def _place(path: str, line: int | None, function: str = "") -> str:
    """Return a place in the code, without the folders of this machine."""
    within = _FOREIGN.sub("", path).removeprefix(f"{_ROOT}/")
    return f"{within if within != path else Path(path).name}:{line} {function}".rstrip()


def _chain(fault: BaseException | None) -> Iterator[BaseException]:
    seen: set[int] = set()
    while fault is not None and id(fault) not in seen:
        seen.add(id(fault))
        yield fault
        hidden = fault.__suppress_context__
        fault = fault.__cause__ or (None if hidden else fault.__context__)


def _faults(record: logging.LogRecord, *, with_texts: bool) -> list[dict[str, Any]]:
    """Return the fault of a record and its causes: class and places, on wish with the texts."""
    if not record.exc_info or record.exc_info[1] is None:
        return []
    told = []
    for fault in _chain(record.exc_info[1]):
        kind = type(fault)
        one: dict[str, Any] = {
            "type": f"{kind.__module__}.{kind.__qualname__}".removeprefix("builtins."),
            "at": [
                _place(frame.filename, frame.lineno, frame.name)
                for frame in traceback.extract_tb(fault.__traceback__)[-DEEPEST:]
            ],
        }
        if with_texts:
            one["text"] = str(fault)
        told.append(one)
    return told


class JsonLines(logging.Formatter):
    """One JSON object per line."""

    def __init__(self, *, with_texts: bool = False) -> None:
        super().__init__()
        self.with_texts = with_texts

    def format(self, record: logging.LogRecord) -> str:
        told: dict[str, Any] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "text": _told(record),
            "process": record.process,
        }
        if number := number_now.get():
            told["request"] = number
        carried = record.__dict__
        told |= {name: carried[name] for name in FIELDS if name in carried}
        if faults := _faults(record, with_texts=self.with_texts):
            told["faults"] = faults
        return json.dumps(told, ensure_ascii=False, default=str)


class Lines(logging.Formatter):
    """One line for people; a fault adds a line for each place in the code."""

    def __init__(self, *, with_texts: bool = False) -> None:
        super().__init__()
        self.with_texts = with_texts

    def format(self, record: logging.LogRecord) -> str:
        clock = datetime.fromtimestamp(record.created).astimezone().strftime("%H:%M:%S")
        level, number = record.levelname.lower(), number_now.get()
        mark = f"  #{number}" if number else ""
        if record.name == REQUESTS:
            view, ms = getattr(record, "view", ""), getattr(record, "ms", 0)
            method, status = getattr(record, "method", ""), getattr(record, "status", "")
            return f"{clock} {level:<7} {method:<4} {status} {ms:7.1f} ms  {view}{mark}"
        lines = [f"{clock} {level:<7} {record.name}: {_told(record)}{mark}"]
        for fault in _faults(record, with_texts=self.with_texts):
            lines.append(f"    {fault['type']} {fault.get('text', '')}".rstrip())
            lines += [f"        {place}" for place in fault["at"]]
        return "\n".join(lines)


def is_news(record: logging.LogRecord) -> bool:
    """Return whether a record tells more than the line of the request does.

    Django warns of each page that is not there or not open; its status stands in our line.
    """
    return record.name != "django.request" or getattr(record, "status_code", 500) >= 500


def configuration(*, shape: str, level: str, with_texts: bool = False) -> dict[str, Any]:
    """Return what `logging.config.dictConfig` takes.

    Parameters
    ----------
    shape : "json", "line", or "auto": lines in a terminal, JSON elsewhere
    level : least level of Tamgha's own records; of all others warnings are kept
    with_texts : write the texts of faults too, which may tell of people
    """
    lines = shape == "line" or (shape == "auto" and sys.stderr.isatty())
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"one": {"()": Lines if lines else JsonLines, "with_texts": with_texts}},
        "filters": {"news": {"()": lambda: is_news}},
        "handlers": {
            "console": {
                "class": "logging.StreamHandler",
                "formatter": "one",
                "filters": ["news"],
            }
        },
        "root": {"handlers": ["console"], "level": "WARNING"},
        "loggers": {
            OWN: {"level": level.upper()},
            # No handlers of Django's own: one of them sends whole requests by e-mail.
            "django": {"handlers": [], "propagate": True},
            "django.server": {"handlers": [], "propagate": True},
            "gunicorn.error": {"handlers": [], "propagate": True, "level": "WARNING"},
        },
    }
