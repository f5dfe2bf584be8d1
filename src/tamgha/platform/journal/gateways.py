"""The journal's tables as rows, read and written without models: a million of them in seconds."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any, NamedTuple

from django.db import connection, migrations, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Model

from tamgha.platform.journal.domain import (
    KEPT_EVERY,
    Columns,
    Guard,
    HashOf,
    Node,
    content_of,
    leaf_hash,
    leaf_of,
    node_hash,
)
from tamgha.platform.journal.models import Entry, Head, Place, TreeNode

PAGE = 5_000
BLOCK = 1 << KEPT_EVERY
BEFORE_ALL = -(1 << 62)
"""Below every number, also one that another hand has given."""
GUARDED = (Entry, Place, TreeNode, Head)
"""The journal's own tables, whose rows are never changed and never removed."""
_guarded: set[str] = set()
_TRIGGERS = {
    "sqlite": (
        "SELECT tbl_name, name FROM sqlite_master WHERE type = 'trigger' "
        "AND substr(name, 1, length(tbl_name) + 4) = tbl_name || '_no_'"
    ),
    "postgresql": (
        "SELECT relname, tgname FROM pg_trigger JOIN pg_class c ON c.oid = tgrelid "
        "WHERE NOT tgisinternal AND tgenabled = 'O' AND pg_table_is_visible(c.oid) "
        "AND starts_with(tgname::text, relname::text || '_no_')"
    ),
}
_DEFINITIONS = (
    "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' "
    "AND substr(name, 1, length(tbl_name) + 4) = tbl_name || '_no_'"
)

_COLUMNS = (
    "e.id, e.mark, {at}, e.act, e.administration_id, e.by_id, e.for_whom_id, e.object_kind, "
    "e.object_key, e.object_name, e.nonce, e.body"
)
_AT = {
    # As text straight from the database: parsing a moment costs more than hashing its entry.
    "sqlite": "e.at || ''",
    "postgresql": "to_char(e.at AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS.US')",
}
_PLACED = (
    "SELECT p.position, p.entry_number, p.leaf, {columns} FROM journal_place p "
    "LEFT JOIN journal_entry e ON e.id = p.entry_number "
    "WHERE p.position >= %s ORDER BY p.position LIMIT %s"
)
_UNSEALED = (
    "SELECT {columns} FROM journal_entry e LEFT JOIN journal_place p ON p.entry_number = e.id "
    "WHERE e.id > %s AND p.position IS NULL ORDER BY e.id LIMIT %s"
)
_ONE = "SELECT {columns} FROM journal_entry e WHERE e.id = %s"


class Row(NamedTuple):
    """An entry as it stands in the table: its number, its mark, its text, and when it was."""

    number: int
    mark: bytes
    content: str
    at: str

    @property
    def leaf_bytes(self) -> bytes:
        """What its leaf hashes."""
        return leaf_of(self.number, self.mark, self.content)


class PlacedRow(NamedTuple):
    """A place of the sealed order: what its leaf was, and is; ``now`` is None for a row that is gone."""

    position: int
    number: int
    leaf: bytes
    now: bytes | None


def placed_rows() -> Iterator[PlacedRow]:
    """Yield every sealed entry in its order, page by page; memory stays flat."""
    after = 0
    while True:
        page = _fetched(_PLACED, [after, PAGE])
        for position, number, leaf, *entry in page:
            now = None if entry[0] is None else leaf_hash(_leaf_bytes(entry))
            yield PlacedRow(position, number, bytes(leaf), now)
        if len(page) < PAGE:
            return
        after = page[-1][0] + 1


def unsealed_rows(*, after: int) -> Iterator[Row]:
    """Yield the entries with a number above ``after`` that have no place yet, by number."""
    while True:
        page = _fetched(_UNSEALED, [after, PAGE])
        yield from map(_row, page)
        if len(page) < PAGE:
            return
        after = page[-1][0]


def row_of(number: int) -> Row | None:
    """Return one entry by its number."""
    found = _fetched(_ONE, [number])
    return _row(found[0]) if found else None


def _fetched(sql: str, params: Sequence[Any]) -> list[tuple[Any, ...]]:
    columns = _COLUMNS.format(at=_AT[connection.vendor])
    with connection.cursor() as cursor:
        cursor.execute(sql.format(columns=columns), params)
        return list(cursor.fetchall())


def _row(entry: Sequence[Any]) -> Row:
    number, mark, at = entry[:3]
    return Row(number, bytes(mark), _content(entry), _padded(at))


def _leaf_bytes(entry: Sequence[Any]) -> bytes:
    return leaf_of(entry[0], entry[1], _content(entry))


def _content(entry: Sequence[Any]) -> str:
    return content_of(Columns(_padded(entry[2]), *entry[3:]))


def _padded(at: str) -> str:
    """Return the moment with its microseconds: SQLite keeps none where there are none."""
    return at if len(at) == 26 else f"{at}.000000"


def moment_text(at: datetime) -> str:
    """Return an aware moment as it is hashed: UTC, with microseconds."""
    return at.astimezone(UTC).replace(tzinfo=None).isoformat(" ", "microseconds")


class StoredTree:
    """Hashes of complete subtrees, from the leaves and the kept nodes, read in blocks of 256."""

    def __init__(self) -> None:
        self._blocks: dict[tuple[int, int], dict[int, bytes]] = {}

    def hash_of(self, level: int, index: int) -> bytes:
        """Return the hash of a complete subtree. Raises LookupError when what it needs is gone."""
        if level % KEPT_EVERY:
            left = self.hash_of(level - 1, 2 * index)
            return node_hash(left, self.hash_of(level - 1, 2 * index + 1))
        block = index >> KEPT_EVERY
        if (level, block) not in self._blocks:
            self._blocks[level, block] = self._read(level, block << KEPT_EVERY)
        return self._blocks[level, block][index]

    @staticmethod
    def _read(level: int, first: int) -> dict[int, bytes]:
        found: Any
        if level:
            nodes = TreeNode.objects.filter(level=level)
            found = nodes.filter(index__gte=first, index__lt=first + BLOCK)
            pairs = found.values_list("index", "hash")
        else:
            found = Place.objects.filter(position__gte=first, position__lt=first + BLOCK)
            pairs = found.values_list("position", "leaf")
        return {index: bytes(value) for index, value in pairs}


def stored_hashes() -> HashOf:
    """Return a reader of the tree as it stands now."""
    return StoredTree().hash_of


def add_places(places: Sequence[tuple[int, int, bytes]], nodes: Sequence[Node]) -> None:
    """Write places (position, entry, leaf) and the nodes that they completed."""
    Place.objects.bulk_create(
        (Place(position=p, entry_number=n, leaf=leaf) for p, n, leaf in places), batch_size=2_000
    )
    TreeNode.objects.bulk_create(
        TreeNode(level=node.level, index=node.place, hash=node.hash) for node in nodes
    )


def lost_numbers(*, after: int) -> list[int]:
    """Return numbers above ``after`` that were given and are there no more, at most a hundred.

    SQLite gives numbers without gaps, and takes back those of a transaction that was rolled back.
    PostgreSQL leaves gaps of its own: there nothing can be said, and nothing is returned.
    """
    if connection.vendor != "sqlite":
        return []
    with connection.cursor() as cursor:
        cursor.execute("SELECT seq FROM sqlite_sequence WHERE name = 'journal_entry'")
        given = cursor.fetchone()
        cursor.execute("SELECT min(id) - 1, max(id) FROM journal_entry")
        before_first, highest = cursor.fetchone()
        if given is None or (highest is None and after == 0):
            return []
        start, lost = max(after, before_first or 0, 0), list[int]()
        cursor.execute("SELECT id FROM journal_entry WHERE id > %s ORDER BY id", [start])
        expected = start + 1
        for (number,) in cursor:
            lost += range(expected, min(number, expected + 100))
            expected = number + 1
            if len(lost) >= 100:
                return lost[:100]
        lost += range(expected, min(given[0] + 1, expected + 100))
        return lost[:100]


def guarding(guards: Sequence[Guard]) -> migrations.RunPython:
    """Return the operation of a migration that puts guards up, and takes them down again."""

    def each(statements: Callable[[Guard, str], list[str]]) -> Callable[[Any, Any], None]:
        def run(_apps: Any, schema_editor: Any) -> None:
            for guard in guards:
                for statement in statements(guard, schema_editor.connection.vendor):
                    schema_editor.execute(statement, params=None)

        return run

    return migrations.RunPython(each(Guard.put_up), each(Guard.take_down))


def register_guarded(*models: type[Model]) -> None:
    """Say that rows of these tables are guarded too; called by their areas at start."""
    _guarded.update(model._meta.db_table for model in models)


def missing_guards() -> list[str]:
    """Return the tables whose triggers are gone or switched off."""
    found = _triggers(connection)
    own = {model._meta.db_table for model in GUARDED}
    is_sqlite = connection.vendor == "sqlite"

    def wanted(table: str) -> set[str]:
        last = {"replace"} if table in own else set[str]()
        return {"update", "delete"} | (last if is_sqlite else {"truncate"})

    return [
        table for table in sorted(own | _guarded) if not wanted(table) <= found.get(table, set())
    ]


def _triggers(database: BaseDatabaseWrapper) -> dict[str, set[str]]:
    """Return what triggers that are switched on refuse, by table."""
    found: dict[str, set[str]] = {}
    with database.cursor() as cursor:
        cursor.execute(_TRIGGERS[database.vendor])
        for table, name in cursor.fetchall():
            what = name.removeprefix(f"{table}_no_")
            found.setdefault(table, set()).update(
                {"update", "delete"} if what == "change" else {what}
            )
    return found


@contextmanager
def guards_lifted(database: BaseDatabaseWrapper) -> Iterator[None]:
    """Take every guard off while the whole database is emptied, and put them back.

    Nothing but the command ``flush`` does so. It is no hole in the journal: whoever may do this may
    drop the tables; what protects entries from him are the signed heads that are kept elsewhere.
    """
    alias = database.alias
    with transaction.atomic(using=alias), database.cursor() as cursor:
        _settle_constraints(database)
        if database.vendor == "sqlite":
            cursor.execute(_DEFINITIONS)
            kept = cursor.fetchall()
            for name, _sql in kept:
                cursor.execute(f'DROP TRIGGER "{name}"')
            back = [sql for _name, sql in kept]
        else:
            tables = sorted(_triggers(database))
            for table in tables:
                cursor.execute(f'ALTER TABLE "{table}" DISABLE TRIGGER USER')
            back = [f'ALTER TABLE "{table}" ENABLE TRIGGER USER' for table in tables]
    try:
        yield
    finally:
        with transaction.atomic(using=alias), database.cursor() as cursor:
            _settle_constraints(database)
            for sql in back:
                cursor.execute(sql)


def _settle_constraints(database: BaseDatabaseWrapper) -> None:
    """Check what PostgreSQL put off to the end of a transaction: until then no trigger is switched."""
    if database.vendor == "postgresql":
        with database.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED")
