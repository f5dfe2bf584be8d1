"""The database of a node that runs on SQLite: its snapshot by the online backup, and its checks."""

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Final

from tamgha.shared.errors import TamghaError
from tamgha.shared.words import Words
from tamgha.site.backups.archive import Table

FILE: Final = "database/tamgha.sqlite3"
"""Where it lies in an archive."""

PATIENCE: Final = 60.0
"""Seconds for which a writer that holds the whole file is waited for."""


def snapshot(database: Path, into: Path) -> None:
    """Copy a database that may be in use, as it is at one moment, to a new file.

    All pages are copied in one step, inside one read transaction: in WAL mode writers go on
    meanwhile, and the copy cannot be made to begin anew by them.
    """
    if not database.is_file():
        raise TamghaError(
            Words(
                f"There is no database at {database}: nothing to back up. See TAMGHA_HOME.",
                f"Базы данных {database} нет: копировать нечего. См. TAMGHA_HOME.",
            )
        )
    with (
        closing(sqlite3.connect(database, timeout=PATIENCE)) as source,
        closing(sqlite3.connect(into)) as target,
    ):
        target.execute("PRAGMA synchronous = OFF")  # it is a step on the way; the archive is synced
        source.backup(target, pages=-1)
        # One file, no log beside it; the settings of the node switch the log on again.
        target.execute("PRAGMA journal_mode = DELETE")


def tables_of(database: Path) -> dict[str, Table]:
    """Return every table of a database file with its columns, rows and counters."""
    with closing(_opened(database)) as source:
        names = [
            str(name)
            for (name,) in source.execute(
                "SELECT name FROM sqlite_master WHERE type = 'table'"
                " AND name NOT LIKE 'sqlite_%' ORDER BY name"
            )
        ]
        given = dict(_counters(source))
        return {name: _table(source, name, given.get(name)) for name in names}


def migrations_of(database: Path) -> tuple[tuple[str, str], ...]:
    """Return the migrations that were applied to a database file."""
    with closing(_opened(database)) as source:
        rows = source.execute("SELECT app, name FROM django_migrations ORDER BY id").fetchall()
    return tuple((str(app), str(name)) for app, name in rows)


def faults_of(database: Path) -> list[Words]:
    """Return what SQLite itself finds wrong in a database file."""
    try:
        with closing(_opened(database)) as source:
            said = [str(row[0]) for row in source.execute("PRAGMA quick_check(5)")]
            links = source.execute("PRAGMA foreign_key_check").fetchmany(5)
    except sqlite3.DatabaseError as fault:
        said, links = [type(fault).__name__], []
    found = [text for text in said if text != "ok"]
    found += [f"{table} {row} -> {parent}" for table, row, parent, _number in links]
    return [
        Words(f"{FILE}: the database is broken: {text}", f"{FILE}: база данных повреждена: {text}")
        for text in found
    ]


def quoted(name: str) -> str:
    """Return a name as SQLite takes it."""
    return '"' + name.replace('"', '""') + '"'


def _opened(database: Path) -> sqlite3.Connection:
    return sqlite3.connect(database, timeout=PATIENCE)


def _counters(source: sqlite3.Connection) -> list[tuple[str, int]]:
    kept = source.execute("SELECT 1 FROM sqlite_master WHERE name = 'sqlite_sequence'").fetchone()
    return source.execute("SELECT name, seq FROM sqlite_sequence").fetchall() if kept else []


def _table(source: sqlite3.Connection, name: str, given: int | None) -> Table:
    told = source.execute(f"PRAGMA table_xinfo({quoted(name)})").fetchall()
    columns = tuple(str(row[1]) for row in told if row[6] in {0, 1})  # the rest is generated
    (rows,) = source.execute(f"SELECT count(*) FROM {quoted(name)}").fetchone()  # noqa: S608 -- a name of the schema, quoted
    key = next((str(row[1]) for row in told if row[5] == 1), "")
    counters = {key: int(given)} if given is not None and key else {}
    return Table(columns, int(rows), counters)
