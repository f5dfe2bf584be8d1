"""Rows of a SQLite file in the form of PostgreSQL: a node that was tried out may grow."""

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any, Final

from tamgha.site.backups.sqlite import quoted

ROWS: Final = 2000
_ESCAPES = str.maketrans(
    {"\\": r"\\", "\t": r"\t", "\n": r"\n", "\r": r"\r", "\b": r"\b", "\f": r"\f", "\v": r"\v"}
)


def rows_for_postgresql(
    database: Path, table: str, columns: Sequence[tuple[str, str]]
) -> Iterator[bytes]:
    """Yield the rows of a table as PostgreSQL's COPY reads them.

    Parameters
    ----------
    database : a SQLite file that nobody writes
    table : its name, the same in both databases
    columns : their names, and their types in PostgreSQL

    Source of the form: PostgreSQL manual, "COPY", section "Text Format".
    """
    names = ", ".join(quoted(name) for name, _kind in columns)
    kinds = [kind for _name, kind in columns]
    with closing(sqlite3.connect(database)) as source:
        found = source.execute(f"SELECT {names} FROM {quoted(table)}")  # noqa: S608 -- names of the schema, quoted
        while rows := found.fetchmany(ROWS):
            lines = [
                "\t".join(_value(value, kind) for value, kind in zip(row, kinds, strict=True))
                for row in rows
            ]
            yield ("\n".join(lines) + "\n").encode()


def _value(value: Any, kind: str) -> str:
    if value is None:
        return r"\N"
    if kind == "boolean":
        return "t" if value else "f"
    if isinstance(value, bytes):
        return rf"\\x{value.hex()}"
    text = str(value)
    if kind == "timestamp with time zone":  # Django keeps UTC without saying so
        text += "+00"
    elif kind == "interval":  # Django keeps microseconds
        text += " microseconds"
    return text.translate(_ESCAPES)
