"""Triggers by which a database refuses to change or remove rows, on SQLite and on PostgreSQL.

A trigger looks at an UPDATE, a DELETE or a TRUNCATE; an INSERT meets none, unless ``replace`` asks for it.
A migration that alters a guarded table on SQLite makes the table anew and loses its triggers: it must
put them up again, and `missing_guards` of the journal's gateways says so.
"""

from dataclasses import dataclass
from typing import Final

FUNCTION: Final = """
CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '%: %', TG_ARGV[0], TG_TABLE_NAME USING ERRCODE = 'integrity_constraint_violation';
END $$
"""
_SAME: Final = {"sqlite": "IS NOT", "postgresql": "IS DISTINCT FROM"}


@dataclass(frozen=True, slots=True)
class Guard:
    """What of a table's rows never changes.

    Parameters
    ----------
    table : name of the table
    fixed : columns that keep the value that was inserted; none of all means every column
    unless : column sets that may change only while a condition on the row as it was (``OLD``) holds,
        in SQL that both databases read
    moves : further conditions on ``OLD`` and ``NEW`` under which an update is refused
    said : what the database says when it refuses, before the name of the table
    replace : the key, where SQLite must also refuse to put a row in the place of another
    """

    table: str
    fixed: tuple[str, ...] = ()
    unless: tuple[tuple[str, tuple[str, ...]], ...] = ()
    moves: tuple[str, ...] = ()
    said: str = "a row stays as it was written"
    replace: str = ""

    def put_up(self, vendor: str) -> list[str]:
        """Return the statements that make the triggers."""
        if vendor == "sqlite":
            return [
                self._sqlite("update", "UPDATE", self._refused(vendor)),
                self._sqlite("delete", "DELETE", ""),
                *([self._sqlite("replace", "INSERT", self._taken())] if self.replace else []),
            ]
        return [
            FUNCTION,
            self._postgresql("update", "UPDATE", "ROW", self._refused(vendor)),
            self._postgresql("delete", "DELETE", "ROW", ""),
            self._postgresql("truncate", "TRUNCATE", "STATEMENT", ""),
        ]

    def take_down(self, vendor: str) -> list[str]:
        """Return the statements that remove them; the function stays for the other tables."""
        if vendor == "sqlite":
            names = ("update", "delete", *(["replace"] if self.replace else []))
            return [f"DROP TRIGGER {self.table}_no_{name}" for name in names]
        names = ("update", "delete", "truncate")
        return [f"DROP TRIGGER {self.table}_no_{name} ON {self.table}" for name in names]

    def _refused(self, vendor: str) -> str:
        """Return when an update is refused; "" for always."""
        if not (self.fixed or self.unless or self.moves):
            return ""
        parts = [_changed(self.fixed, vendor)] if self.fixed else []
        parts += [f"NOT ({free}) AND {_changed(those, vendor)}" for free, those in self.unless]
        parts += self.moves
        return " OR ".join(f"({part})" for part in parts)

    def _taken(self) -> str:
        key = self.replace
        return f"EXISTS (SELECT 1 FROM {self.table} WHERE {key} = NEW.{key})"  # noqa: S608 -- names of our own

    def _sqlite(self, name: str, event: str, when: str) -> str:
        return (
            f"CREATE TRIGGER {self.table}_no_{name} BEFORE {event} ON {self.table}"
            f"{f' WHEN {when}' if when else ''} "
            f"BEGIN SELECT RAISE(ABORT, '{self.said}: {self.table}'); END"
        )

    def _postgresql(self, name: str, event: str, each: str, when: str) -> str:
        return (
            f"CREATE TRIGGER {self.table}_no_{name} BEFORE {event} ON {self.table} "
            f"FOR EACH {each}{f' WHEN ({when})' if when else ''} "
            f"EXECUTE FUNCTION refuse_change('{self.said}')"
        )


def _changed(columns: tuple[str, ...], vendor: str) -> str:
    pairs = (f'NEW."{name}" {_SAME[vendor]} OLD."{name}"' for name in columns)
    return f"({' OR '.join(pairs)})"
