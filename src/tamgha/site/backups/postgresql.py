"""The database of a node that runs on PostgreSQL, without its own tools: one member per table.

Written is what ``COPY … TO STDOUT`` gives in its text form, all tables in one snapshot. Read back it
goes into an empty database in which the migrations of the archive have made the tables, all in one
transaction: what fails in the middle leaves the database empty.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from typing import Any, Final

from django.db import transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.migrations.executor import MigrationExecutor
from django.db.utils import DataError, IntegrityError

from tamgha.shared.errors import RefusedError
from tamgha.shared.words import Words
from tamgha.site.backups.archive import NOT_RESTORED, Table

BEGIN: Final = "BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY"
FORMS: Final = (
    "SET LOCAL DateStyle = 'ISO'",
    "SET LOCAL IntervalStyle = 'postgres'",
    "SET LOCAL TimeZone = 'UTC'",
    "SET LOCAL bytea_output = 'hex'",
    "SET LOCAL extra_float_digits = 1",
)
"""How values are written, whatever the server is set to."""

Column = tuple[str, str]
"""Name and type of a column."""


class Snapshot:
    """A database as it is at one moment."""

    def __init__(self, cursor: Any) -> None:
        self._cursor = cursor
        self.tables = {name: _table(cursor, name) for name in table_names(cursor)}

    def migrations(self) -> tuple[tuple[str, str], ...]:
        """Return the migrations that were applied."""
        self._cursor.execute("SELECT app, name FROM django_migrations ORDER BY id")
        return tuple((str(app), str(name)) for app, name in self._cursor.fetchall())

    def rows(self, name: str) -> Iterator[bytes]:
        """Yield the rows of a table as COPY writes them, and note how many there were."""
        table, rows = self.tables[name], 0
        columns = ", ".join(quoted(column) for column in table.columns)
        with self._cursor.copy(f"COPY {quoted(name)} ({columns}) TO STDOUT") as copy:
            for block in copy:
                data = bytes(block)
                rows += data.count(b"\n")  # one inside a value is written as \n
                yield data
        self.tables[name] = replace(table, rows=rows)


@contextmanager
def snapshot(connection: BaseDatabaseWrapper) -> Iterator[Snapshot]:
    """Give a snapshot of the database of a connection; on a connection of its own."""
    own = connection.copy()
    try:
        with own.cursor() as cursor:
            cursor.execute(BEGIN)
            for form in FORMS:
                cursor.execute(form)
            yield Snapshot(cursor)
            cursor.execute("ROLLBACK")
    finally:
        own.close()


def table_names(cursor: Any) -> list[str]:
    """Return the tables of the schema in use."""
    cursor.execute(
        "SELECT relname FROM pg_class JOIN pg_namespace n ON n.oid = relnamespace"
        " WHERE nspname = current_schema() AND relkind = 'r' ORDER BY relname"
    )
    return [str(name) for (name,) in cursor.fetchall()]


def columns_of(cursor: Any, table: str) -> list[Column]:
    """Return the columns of a table that are kept, not computed, in their order."""
    cursor.execute(
        "SELECT column_name, data_type FROM information_schema.columns"
        " WHERE table_schema = current_schema() AND table_name = %s AND is_generated = 'NEVER'"
        " ORDER BY ordinal_position",
        [table],
    )
    return [(str(name), str(kind)) for name, kind in cursor.fetchall()]


def load(
    connection: BaseDatabaseWrapper,
    *,
    tables: Mapping[str, Table],
    migrations: tuple[tuple[str, str], ...],
    rows: Callable[[str, list[Column]], Iterator[bytes]],
    before_commit: Callable[[], None],
) -> None:
    """Fill an empty database with the tables of an archive, in one transaction.

    Parameters
    ----------
    connection : to a database without tables
    tables, migrations : from the manifest
    rows : gives, for a table and its columns here, the rows as COPY reads them
    before_commit : called when everything is in; what it raises takes all of it back

    Raises
    ------
    RefusedError
        When the tables here are not those of the archive, or its rows break their rules.
    """
    try:
        with transaction.atomic(using=connection.alias), connection.cursor() as cursor:
            for form in FORMS:
                cursor.execute(form)
            # Else a migration that writes rows keeps the next one from changing their table.
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            _migrate(connection, migrations)
            here = {name: columns_of(cursor, name) for name in table_names(cursor)}
            _refuse_other_tables(here, tables)
            with connection.wrap_database_errors:  # COPY goes past what Django wraps
                _fill(cursor, here, tables, rows)
            before_commit()
    except (IntegrityError, DataError) as fault:
        what = str(fault).splitlines()[0]
        raise RefusedError(
            NOT_RESTORED,
            [
                Words(
                    f"the rows break a rule of the database: {what}",
                    f"строки нарушают правило базы данных: {what}",
                )
            ],
        ) from fault


def quoted(name: str) -> str:
    """Return a name as PostgreSQL takes it."""
    return '"' + name.replace('"', '""') + '"'


def _migrate(connection: BaseDatabaseWrapper, migrations: tuple[tuple[str, str], ...]) -> None:
    """Apply exactly the migrations of the archive, so that its rows find the tables they left."""
    executor = MigrationExecutor(connection)
    graph, wanted = executor.loader.graph, set(migrations)
    # Only the last of each application: named after one that follows it, one would be taken back.
    last = [
        key
        for key in migrations
        if key in graph.nodes
        and not any(
            child.key in wanted and child.key[0] == key[0] for child in graph.node_map[key].children
        )
    ]
    executor.migrate(last)


def _refuse_other_tables(here: Mapping[str, list[Column]], tables: Mapping[str, Table]) -> None:
    faults = [
        Words(f"table {name}: unknown to this program", f"таблица {name}: программе неизвестна")
        for name in sorted(set(tables) - set(here))
    ]
    faults += [
        Words(f"table {name}: not in the backup", f"таблица {name}: в копии её нет")
        for name in sorted(set(here) - set(tables))
    ]
    for name in sorted(set(here) & set(tables)):
        ours, theirs = {column for column, _kind in here[name]}, set(tables[name].columns)
        if ours != theirs:
            differing = ", ".join(sorted(ours ^ theirs))
            faults.append(
                Words(
                    f"table {name}: other columns than here: {differing}",
                    f"таблица {name}: столбцы отличаются: {differing}",
                )
            )
    if faults:
        raise RefusedError(NOT_RESTORED, faults)


def _fill(
    cursor: Any,
    here: Mapping[str, list[Column]],
    tables: Mapping[str, Table],
    rows: Callable[[str, list[Column]], Iterator[bytes]],
) -> None:
    """Replace what the migrations wrote by the rows of the archive.

    Triggers that keep a journal from being changed would also keep its table from being emptied, so
    those of the application rest meanwhile; nobody else sees the database yet.
    """
    names = sorted(here)
    for name in names:
        cursor.execute(f"ALTER TABLE {quoted(name)} DISABLE TRIGGER USER")
    cursor.execute(f"TRUNCATE {', '.join(map(quoted, names))}")
    cursor.execute("SET CONSTRAINTS ALL DEFERRED")
    for name in names:
        kinds = dict(here[name])
        columns = [(column, kinds[column]) for column in tables[name].columns]
        listed = ", ".join(quoted(column) for column, _kind in columns)
        with cursor.copy(f"COPY {quoted(name)} ({listed}) FROM STDIN") as copy:
            for block in rows(name, columns):
                copy.write(block)
    cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # now every link is looked at
    for name in names:
        cursor.execute(f"ALTER TABLE {quoted(name)} ENABLE TRIGGER USER")
        _count_on(cursor, name, tables[name])


def _count_on(cursor: Any, name: str, table: Table) -> None:
    """Let the counters of a table go on after the last number that was ever given out."""
    for column, sequence in _sequences(cursor, name):
        cursor.execute(f"SELECT max({quoted(column)}) FROM {quoted(name)}")  # noqa: S608 -- names of the schema, quoted
        last = max(cursor.fetchone()[0] or 0, table.counters.get(column, 0))
        if last:
            cursor.execute("SELECT setval(%s, %s)", [sequence, last])


def _sequences(cursor: Any, table: str) -> list[tuple[str, str]]:
    cursor.execute(
        "SELECT column_name, pg_get_serial_sequence(quote_ident(table_name), column_name)"
        " FROM information_schema.columns"
        " WHERE table_schema = current_schema() AND table_name = %s"
        " AND (is_identity = 'YES' OR column_default LIKE 'nextval(%%')",
        [table],
    )
    return [(str(column), str(sequence)) for column, sequence in cursor.fetchall() if sequence]


def _table(cursor: Any, name: str) -> Table:
    columns = tuple(column for column, _kind in columns_of(cursor, name))
    counters = {}
    for column, sequence in _sequences(cursor, name):
        cursor.execute(f"SELECT last_value, is_called FROM {sequence}")  # noqa: S608 -- a name that the server gave, quoted
        last, was_given = cursor.fetchone()
        if was_given:
            counters[column] = int(last)
    return Table(columns, 0, counters)
