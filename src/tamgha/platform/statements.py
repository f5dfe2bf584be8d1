"""Statements whose text is made once, for what is written hundreds of times a second.

A model's own ``save`` composes its INSERT anew for every row, and the way from there to the driver is
long: both cost more than the database needs to carry it out. `Insert` composes once for each kind of
database and converts values as the fields of the model do, so that what is stored is the same; `run`
goes to the driver by the shortest way that keeps transactions and errors as they are.
"""

from collections.abc import Callable, Iterator, Sequence
from functools import cache
from typing import Any, Final, TypeVar

from django.db import OperationalError, connection, models

MOST_VALUES: Final = 1_000
"""Values that one statement carries; more are carried by several."""
AS_THEY_ARE: Final = (models.CharField, models.TextField, models.IntegerField, models.FloatField)
"""Fields whose values a database takes as they stand; keys of other rows are whole numbers too."""

Prepare = Callable[[Any], Any]
Row = TypeVar("Row")


def run(text: str, values: Sequence[Any] = ()) -> list[Any]:
    """Carry a statement out and return its rows; [] for one that has none.

    Inside a transaction the driver is asked directly: PostgreSQL then keeps the plan of a text that
    comes again. Outside, or while somebody counts or logs statements, it goes Django's way.

    Parameters
    ----------
    text : with ``%s`` for each value, and no other percent sign
    values : as the database takes them
    """
    wrapper: Any = connection
    straight = wrapper.in_atomic_block and not (
        wrapper.needs_rollback or wrapper.execute_wrappers or wrapper.queries_logged
    )
    if not straight or wrapper.connection is None:
        with wrapper.cursor() as cursor:
            cursor.execute(text, values)
            return list(cursor.fetchall()) if cursor.description else []
    with wrapper.wrap_database_errors:
        if wrapper.vendor == "sqlite":
            return list(wrapper.connection.execute(_with_marks(text), values).fetchall())
        with _bound_cursor()(wrapper.connection) as cursor:
            cursor.execute(text, values)
            return list(cursor.fetchall()) if cursor.description else []


def will_pass(error: OperationalError) -> bool:
    """Return whether a transaction can simply be tried again: two waited for one another."""
    state = getattr(error.__cause__, "sqlstate", None)
    return state in {"40P01", "40001"}  # deadlock, serialization failure


@cache
def _with_marks(text: str) -> str:
    return text.replace("%s", "?")


@cache
def _bound_cursor() -> Any:
    from psycopg import Cursor  # noqa: PLC0415 -- a node on SQLite need not load it

    return Cursor


class Insert:
    """The INSERT of whole rows of a model.

    No signal is sent and nothing is filled in: a row is written as it stands.

    Parameters
    ----------
    model : with a key ``id`` that the database gives
    """

    def __init__(self, model: type[models.Model]) -> None:
        self.model = model

    def __call__(self, rows: Sequence[models.Model]) -> None:
        """Write the rows; each gets its key."""
        names = _names(self.model)
        vendor = connection.vendor
        prepares = _prepares(self.model, vendor)
        for part in _parts(rows, max(1, MOST_VALUES // len(names))):
            values = []
            for row in part:
                known = row.__dict__
                for name, prepare in zip(names, prepares, strict=True):
                    value = known[name]
                    values.append(value if prepare is None else prepare(value))
            keys = run(_text(self.model, vendor, len(part)), values)
            for row, (key,) in zip(part, keys, strict=True):
                row.pk = key
                row._state.adding = False
                row._state.db = connection.alias


class InsertPlain:
    """The INSERT of rows as tuples, where nobody asks for their keys.

    Parameters
    ----------
    model : whose table it is
    names : of the columns, in the order of the tuples; values as the database takes them
    """

    def __init__(self, model: type[models.Model], names: Sequence[str]) -> None:
        self.model, self.names = model, tuple(names)

    def __call__(self, rows: Sequence[Sequence[Any]]) -> None:
        """Write the rows."""
        for part in _parts(rows, MOST_VALUES // len(self.names)):
            values = [value for row in part for value in row]
            run(_insert_text(self.model, self.names, connection.vendor, len(part)), values)


def _parts(rows: Sequence[Row], most: int) -> Iterator[Sequence[Row]]:
    for start in range(0, len(rows), most):
        yield rows[start : start + most]


def _fields(model: type[models.Model]) -> list[models.Field[Any, Any]]:
    return [one for one in model._meta.concrete_fields if not one.primary_key]


@cache
def _names(model: type[models.Model]) -> tuple[str, ...]:
    return tuple(one.attname for one in _fields(model))


@cache
def _prepares(model: type[models.Model], _vendor: str) -> tuple[Prepare | None, ...]:
    return tuple(_prepare_of(one) for one in _fields(model))


def _prepare_of(field: models.Field[Any, Any]) -> Prepare | None:
    target = field.target_field if isinstance(field, models.ForeignKey) else field
    if isinstance(target, AS_THEY_ARE):
        return None

    def prepare(value: Any) -> Any:
        return field.get_db_prep_save(value, connection)

    return prepare


@cache
def _text(model: type[models.Model], vendor: str, rows: int) -> str:
    columns = tuple(str(one.column) for one in _fields(model))
    return f"{_insert_text(model, columns, vendor, rows)} RETURNING id"


@cache
def _insert_text(
    model: type[models.Model], columns: tuple[str, ...], _vendor: str, rows: int
) -> str:
    quoted = connection.ops.quote_name
    names = ", ".join(quoted(one) for one in columns)
    places = "(" + ", ".join(["%s"] * len(columns)) + ")"
    values = ", ".join([places] * rows)
    table = quoted(model._meta.db_table)
    return f"INSERT INTO {table} ({names}) VALUES {values}"  # noqa: S608 -- names of the model
