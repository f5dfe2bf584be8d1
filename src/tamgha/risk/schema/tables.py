"""Bring tables into the shape of the schema: columns, types, derived day and hour, order."""

from collections.abc import Sequence
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import pyarrow as pa
import pyarrow.compute as pc

from tamgha.risk.schema.columns import COLUMNS, FINDING_SCHEMA, ITEM_SCHEMA, SORT_KEYS
from tamgha.risk.schema.errors import SchemaError
from tamgha.shared.words import Words


def check_timezone(name: str) -> None:
    """Refuse a time zone that is not an IANA name."""
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise SchemaError(
            Words(
                f"The time zone is an IANA name such as Asia/Bishkek; {name!r} came.",
                f"Часовой пояс — имя IANA, например Asia/Bishkek, а задано {name!r}.",
            )
        ) from error


def whole_items(items: pa.Table, *, timezone: str, keep_encoded: bool = False) -> pa.Table:
    """Return the rows with every column of the schema, typed, derived and in canonical order.

    Parameters
    ----------
    items : Arrow table
        At least the required columns that are not derived; ``item`` may be missing (then 1).
        Columns that the schema does not know are refused. Dictionary-encoded text is accepted.
    timezone : IANA name
        Where days and hours are counted.
    keep_encoded : whether dictionary-encoded text stays so

    Returns
    -------
    pyarrow.Table
        Of ``ITEM_SCHEMA``. ``day`` and ``hour`` are computed from ``lodged`` when missing; when every
        moment is a local midnight, the hours are taken to be unknown and stay NULL.

    Raises
    ------
    SchemaError
        If a column is unknown, missing, of an unfit type, or a required value is empty.
    """
    check_timezone(timezone)
    _refuse_unknown(items, ITEM_SCHEMA)
    table = items
    if "item" not in table.column_names:
        table = table.append_column("item", pa.repeat(pa.scalar(1, pa.int32()), len(table)))
    if "lodged" in table.column_names and not pa.types.is_timestamp(table["lodged"].type):
        raise _unfit("lodged", table["lodged"].type, ITEM_SCHEMA.field("lodged").type)
    if "lodged" in table.column_names and {"day", "hour"} - set(table.column_names):
        table = _with_day_and_hour(table, timezone)
    return in_order(_cast(table, ITEM_SCHEMA, keep_encoded=keep_encoded))


def whole_findings(findings: pa.Table) -> pa.Table:
    """Return findings with every column of ``FINDING_SCHEMA``, sorted by declaration, item, version.

    Missing ``version``, ``state`` and ``way`` become 1, "final" and "other".

    Raises
    ------
    SchemaError
        As for ``whole_items``.
    """
    _refuse_unknown(findings, FINDING_SCHEMA)
    table = findings
    defaults = {"version": 1, "item": 1, "state": "final", "way": "other"}
    for name, value in defaults.items():
        if name not in table.column_names:
            kind = FINDING_SCHEMA.field(name).type
            table = table.append_column(name, pa.repeat(pa.scalar(value, kind), len(table)))
    table = _cast(table, FINDING_SCHEMA)
    return in_order(table, ("declaration", "item", "version"))


def in_order(table: pa.Table, keys: Sequence[str] = SORT_KEYS) -> pa.Table:
    """Return the rows sorted by (lodged, declaration, item); untouched when they are already."""
    if len(table) < 2 or is_in_order(table, keys):
        return table
    by = [(name, "ascending") for name in keys]
    return table.take(pc.sort_indices(table.select(list(keys)), sort_keys=by))


def is_in_order(table: pa.Table, keys: Sequence[str] = SORT_KEYS) -> bool:
    """Return whether the rows are sorted by the keys already."""
    earlier, later = table.slice(0, len(table) - 1), table.slice(1)
    settled: pa.ChunkedArray | None = None  # rows whose order an earlier key has decided
    for name in keys:
        left, right = _plain(earlier[name]), _plain(later[name])
        fine = pc.less_equal(left, right)
        if settled is not None:
            fine = pc.or_(settled, fine)
        if not pc.all(fine).as_py():
            return False
        less = pc.less(left, right)
        settled = less if settled is None else pc.or_(settled, less)
    return True


def _plain(column: pa.ChunkedArray) -> pa.ChunkedArray:
    return column.cast(column.type.value_type) if pa.types.is_dictionary(column.type) else column


def _with_day_and_hour(table: pa.Table, timezone: str) -> pa.Table:
    local = pc.local_timestamp(
        table["lodged"].cast(pa.timestamp("us", "UTC")).cast(pa.timestamp("us", timezone))
    )
    if "day" not in table.column_names:
        table = table.append_column("day", local.cast(pa.date32(), safe=False))
    if "hour" not in table.column_names:
        hours = pc.hour(local).cast(pa.int8())
        if pc.all(pc.equal(local, pc.floor_temporal(local, unit="day"))).as_py():
            hours = pa.nulls(len(table), pa.int8())
        table = table.append_column("hour", hours)
    return table


def _refuse_unknown(table: pa.Table, schema: pa.Schema) -> None:
    if unknown := [name for name in table.column_names if name not in schema.names]:
        raise SchemaError(
            Words(
                f"The table has columns that the schema does not know: {', '.join(unknown)}. "
                f"Known are: {', '.join(schema.names)}.",
                f"В таблице есть столбцы, которых нет в схеме: {', '.join(unknown)}. "
                f"Известны: {', '.join(schema.names)}.",
            )
        )
    if len(set(table.column_names)) != len(table.column_names):
        raise SchemaError(
            Words("A column occurs twice in the table.", "Столбец встречается в таблице дважды.")
        )


def _cast(table: pa.Table, schema: pa.Schema, *, keep_encoded: bool = False) -> pa.Table:
    arrays = []
    for wanted in schema:
        column = COLUMNS.get(wanted.name)
        required = column.required if column and schema is ITEM_SCHEMA else False
        if wanted.name not in table.column_names:
            if required:
                raise SchemaError(
                    Words(
                        f"The column {wanted.name} is required and is missing.",
                        f"Обязательного столбца {wanted.name} нет.",
                    )
                )
            arrays.append(pa.nulls(len(table), wanted.type))
            continue
        given = table[wanted.name]
        if keep_encoded and pa.types.is_dictionary(given.type):
            arrays.append(given)
        else:
            arrays.append(_cast_column(given, wanted, required=required))
    if keep_encoded:
        return pa.Table.from_arrays(arrays, names=schema.names)
    return pa.Table.from_arrays(arrays, schema=schema)


def _cast_column(column: pa.ChunkedArray, wanted: pa.Field, *, required: bool) -> pa.ChunkedArray:
    try:
        cast = column if column.type == wanted.type else column.cast(wanted.type)
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError) as error:
        raise _unfit(wanted.name, column.type, wanted.type) from error
    if required and cast.null_count:
        raise SchemaError(
            Words(
                f"The column {wanted.name} is required; {cast.null_count} rows leave it empty.",
                f"Столбец {wanted.name} обязателен, а пуст в {cast.null_count} строках.",
            )
        )
    return cast


def _unfit(name: str, came: pa.DataType, wanted: pa.DataType) -> SchemaError:
    return SchemaError(
        Words(
            f"The column {name} holds {wanted}; {came} came and does not convert.",
            f"Столбец {name} имеет тип {wanted}; пришёл {came}, его нельзя преобразовать.",
        )
    )
