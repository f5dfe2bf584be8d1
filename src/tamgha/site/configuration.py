"""Every setting of a node, in one table: name, variable, default, meaning, and what is refused."""

import os
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urlsplit

from tamgha.shared.errors import RefusedError
from tamgha.shared.words import Words

Reader = Callable[[str], object]


class _RefusedValueError(ValueError):
    """A value that a setting does not take; the text says what was expected."""


def _flag(text: str) -> bool:
    known = {"1": True, "true": True, "yes": True, "0": False, "false": False, "no": False}
    if text.lower() not in known:
        raise _RefusedValueError("1 or 0")
    return known[text.lower()]


def _count(least: int, most: int) -> Reader:
    def read(text: str) -> int:
        if not text.isascii() or not text.isdigit() or not least <= int(text) <= most:
            raise _RefusedValueError(f"a whole number from {least} to {most}")
        return int(text)

    return read


def _folder(text: str) -> Path:
    path = Path(text).expanduser()
    if path.exists() and not path.is_dir():
        raise _RefusedValueError("a folder, or a path where one can be made")
    return path.resolve()


def _hosts(text: str) -> list[str]:
    hosts = [host.strip() for host in text.split(",") if host.strip()]
    if not hosts or any("/" in host or " " in host for host in hosts):
        raise _RefusedValueError("host names parted by commas, without https://")
    return hosts


def _secret(text: str) -> str:
    if len(text) < 32:
        raise _RefusedValueError("at least 32 characters that nobody can guess")
    return text


def _database(text: str) -> str:
    parts = urlsplit(text)
    if parts.scheme not in {"sqlite", "postgresql"}:
        raise _RefusedValueError(
            "sqlite:///path/to/file, or postgresql://user:password@host:port/name"
        )
    return text


def _choice(*known: str) -> Reader:
    def read(text: str) -> str:
        if text not in known:
            raise _RefusedValueError(" or ".join(known))
        return text

    return read


def _zone(text: str) -> str:
    from zoneinfo import ZoneInfo  # noqa: PLC0415 -- only when a zone is named

    try:
        ZoneInfo(text)
    except (KeyError, ValueError, OSError):
        raise _RefusedValueError("a name of the time zone database, such as Asia/Almaty") from None
    return text


def _text(text: str) -> str:
    return text


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting.

    Parameters
    ----------
    name : name in the settings module
    variable : environment variable that sets it
    default : the text that is read when the variable is not set
    meaning : one sentence for the manual
    read : turns the text into the value, or refuses it
    """

    name: str
    variable: str
    default: str
    meaning: str
    read: Reader = _text


OF_TESTS = frozenset(
    {
        "TAMGHA_DATA",
        "TAMGHA_FAULTS",
        "TAMGHA_TEST_POSTGRES",
        "TAMGHA_YEAR",
        "TAMGHA_YEAR_DECLARATIONS",
        "TAMGHA_YEAR_SEEDS",
    }
)
"""Variables that only tests read."""

SETTINGS: tuple[Setting, ...] = (
    Setting(
        "HOME",
        "TAMGHA_HOME",
        "var",
        "Folder of the database, the declarations and the stored files.",
        _folder,
    ),
    Setting(
        "DATABASE_URL",
        "TAMGHA_DATABASE_URL",
        "",
        "Where the database is; empty means a SQLite file in the home folder.",
        lambda text: _database(text) if text else "",
    ),
    Setting(
        "SECRET_KEY",
        "TAMGHA_SECRET_KEY",
        "",
        "Key of log-ins and links; empty means one that is made at the first start and kept in the home folder.",
        lambda text: _secret(text) if text else "",
    ),
    Setting(
        "DEMO",
        "TAMGHA_DEMO",
        "0",
        "Demo mode: invented people and sign-in cards. Refuses to listen on a public address.",
        _flag,
    ),
    Setting(
        "DEBUG", "TAMGHA_DEBUG", "0", "Development only: error pages with their causes.", _flag
    ),
    Setting(
        "NODE",
        "TAMGHA_NODE",
        "node",
        "What this server is: an administration's own node, or the hub of a region. A hub takes no own declarations.",
        _choice("node", "hub"),
    ),
    Setting(
        "NODE_NAME",
        "TAMGHA_NODE_NAME",
        "Demo node",
        "Name of the node, shown at the foot of every page.",
    ),
    Setting(
        "HOSTS",
        "TAMGHA_HOSTS",
        "localhost,127.0.0.1,[::1]",
        "Host names by which browsers may call the node.",
        _hosts,
    ),
    Setting(
        "HTTPS",
        "TAMGHA_HTTPS",
        "0",
        "The node stands behind HTTPS: cookies are sent over it alone.",
        _flag,
    ),
    Setting(
        "LANGUAGE",
        "TAMGHA_LANGUAGE",
        "en",
        "Language of a first visit whose browser asks for none that we have.",
        _choice("en", "ru"),
    ),
    Setting(
        "TIME_ZONE",
        "TAMGHA_TIME_ZONE",
        "UTC",
        "Time zone of people and administrations that have named none.",
        _zone,
    ),
    Setting(
        "WORKER",
        "TAMGHA_WORKER",
        "process",
        "Who does long work: a thread of the server's own process, or a worker that is started apart.",
        _choice("process", "apart"),
    ),
    Setting(
        "UPLOAD_MB",
        "TAMGHA_UPLOAD_MB",
        "2048",
        "The largest file that is taken, in megabytes.",
        _count(1, 1_000_000),
    ),
    Setting(
        "CONNECTION_SECONDS",
        "TAMGHA_CONNECTION_SECONDS",
        "600",
        "How long a connection to PostgreSQL is kept, in seconds.",
        _count(0, 86_400),
    ),
    Setting(
        "LOCKOUT_FAILURES",
        "TAMGHA_LOCKOUT_FAILURES",
        "8",
        "Failed log-ins after which an account waits.",
        _count(3, 100),
    ),
    Setting(
        "LOCKOUT_MINUTES",
        "TAMGHA_LOCKOUT_MINUTES",
        "15",
        "How long it waits, in minutes.",
        _count(1, 1440),
    ),
    Setting(
        "LOG",
        "TAMGHA_LOG",
        "auto",
        "Form of the log on standard error: json, line (for people), or auto: lines in a terminal, else JSON.",
        _choice("auto", "json", "line"),
    ),
    Setting(
        "LOG_LEVEL",
        "TAMGHA_LOG_LEVEL",
        "info",
        "Least level that is logged; info has a line for each request.",
        _choice("debug", "info", "warning", "error"),
    ),
    Setting(
        "LOG_FAULT_TEXTS",
        "TAMGHA_LOG_FAULT_TEXTS",
        "0",
        "Log the texts of faults too. They may name people: switch it on only while a fault is looked for.",
        _flag,
    ),
    Setting(
        "METRICS_TOKEN",
        "TAMGHA_METRICS_TOKEN",
        "",
        "Token that opens /metrics and the details of /readyz; empty means calls from the machine itself, and nobody behind HTTPS.",
        lambda text: _secret(text) if text else "",
    ),
    Setting(
        "LINK_HOURS",
        "TAMGHA_LINK_HOURS",
        "72",
        "How long a link of invitation or password reset is good, in hours.",
        _count(1, 720),
    ),
)


def read_settings(environment: Mapping[str, str] = os.environ) -> dict[str, object]:
    """Return every setting by name, read from the environment.

    Raises
    ------
    RefusedError
        With every variable that holds nonsense, and every unknown TAMGHA_ variable.
    """
    values: dict[str, object] = {}
    faults: list[Words] = []
    for setting in SETTINGS:
        text = environment.get(setting.variable, setting.default).strip()
        try:
            values[setting.name] = setting.read(text)
        except _RefusedValueError as refusal:
            faults.append(
                Words(
                    f"{setting.variable}: expected {refusal}; {text!r} came",
                    f"{setting.variable}: ожидается {refusal}, задано {text!r}",
                )
            )
    known = {setting.variable for setting in SETTINGS} | OF_TESTS
    faults += [
        Words(
            f"{variable}: no such setting; the manual lists them in docs/reference/settings.md",
            f"{variable}: такой настройки нет; список — в docs/reference/settings.md",
        )
        for variable in sorted(environment)
        if variable.startswith("TAMGHA_") and variable not in known
    ]
    if faults:
        raise RefusedError(Words("The settings were refused", "Настройки не приняты"), faults)
    return values


def database(url: str, home: Path, connection_seconds: int) -> dict[str, object]:
    """Return Django's description of the database that a URL names.

    SQLite is opened so that what was acknowledged is on the disk (WAL, synchronous FULL) and
    writers queue instead of failing (BEGIN IMMEDIATE). PostgreSQL connections are kept.
    """
    parts = urlsplit(url)
    if parts.scheme == "postgresql":
        return {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": unquote(parts.path.lstrip("/")),
            "USER": unquote(parts.username or ""),
            "PASSWORD": unquote(parts.password or ""),
            "HOST": unquote(parts.hostname or ""),
            "PORT": str(parts.port or ""),
            "CONN_MAX_AGE": connection_seconds,
            "CONN_HEALTH_CHECKS": True,
        }
    name = unquote(parts.path.removeprefix("/")) if url else str(home / "tamgha.sqlite3")
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": name,
        "CONN_MAX_AGE": None,
        "OPTIONS": {
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;",
        },
    }


def kept_secret(home: Path) -> str:
    """Return the node's secret key, made at the first start and kept readable by its owner only."""
    path = home / "secret.key"
    if not path.exists():
        home.mkdir(parents=True, exist_ok=True)
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(handle, "w") as file:
            file.write(secrets.token_urlsafe(48))
    return path.read_text().strip()
