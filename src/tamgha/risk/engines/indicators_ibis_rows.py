"""What the Ibis rendering of every kind needs of rows: keys, days, measures, windows, rounding."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Any

from tamgha.risk.indicators import Indicator, Key, Measure
from tamgha.risk.schema import COLUMNS

if TYPE_CHECKING:
    import ibis.expr.types as ir

SMALLEST_SHIFT, LARGEST_SHIFT = -300, 300


def key_columns(keys: Iterable[Key]) -> list[str]:
    """Return the names under which keys stand in the table of ``keyed``."""
    return [f"_k_{key.column}_{key.length or 'whole'}" for key in keys]


def day_number(day: ir.DateValue) -> ir.IntegerValue:
    """Return days since 1970-01-01."""
    return day.epoch_days().cast("int64")


def keyed(items: ir.Table, indicators: Sequence[Indicator]) -> ir.Table:
    """Return the columns that the indicators read, their keys, the day and its month's first day.

    Absent columns are NULL; numbers that are not finite are NULL too.
    """
    import ibis  # noqa: PLC0415 -- heavy, only when used
    import ibis.expr.datatypes as dt  # noqa: PLC0415 -- heavy, only when used

    wanted = ["declaration", "item", "day"]
    wanted.extend(name for one in indicators for name in one.columns)
    columns: dict[str, Any] = {}
    for name in dict.fromkeys(wanted):
        if name in items.columns:
            column = items[name]
            is_float = isinstance(column.type(), dt.Floating)
            columns[name] = _finite(column) if is_float else column
        else:
            columns[name] = ibis.null("float64" if COLUMNS[name].is_number else "string")
    table = items.select(**columns)
    keys = {key for one in indicators for key in (*one.keys, *one.of_keys)}
    number = day_number(table["day"])
    derived: dict[str, Any] = {"_day": number, "_month": number - table["day"].day() + 1}
    for key in sorted(keys, key=lambda one: one.text):
        column = table[key.column]
        (name,) = key_columns([key])
        derived[name] = column if key.length is None else column.substr(0, key.length)
    return table.mutate(**derived)


def _finite(column: Any) -> Any:
    return (column.isnan() | column.isinf()).ifelse(None, column)


def group_known(table: ir.Table, names: Sequence[str]) -> Any:
    """Return whether no key of a row is NULL."""
    known = table[names[0]].notnull()
    for name in names[1:]:
        known = known & table[name].notnull()
    return known


def measured(table: ir.Table, measure: Measure) -> Any:
    """Return the measure of each row, NULL where it cannot be computed."""
    import ibis  # noqa: PLC0415 -- heavy, only when used

    def operand(place: int) -> Any:
        term = measure.terms[place]
        if term.number is not None:
            return ibis.literal(term.number, "float64")
        return ibis.coalesce(*(table[name].cast("float64") for name in term.columns))

    result = operand(0)
    for place, sign in enumerate(measure.signs, 1):
        right = operand(place)
        if sign == "*":
            result = result * right
        elif sign == "/":
            result = result / right.nullif(0.0)
        elif sign == "+":
            result = result + right
        else:
            result = result - right
    return _finite(result)


def before(
    table: ir.Table, aggregate: Callable[[], Any], keys: Sequence[str], window_days: int | None
) -> Any:
    """Return an aggregate over rows of the group on earlier days of the window."""
    import ibis  # noqa: PLC0415 -- heavy, only when used

    return aggregate().over(
        ibis.range_window(preceding=(window_days, 1), group_by=list(keys), order_by=table["_day"])
    )


def rounded(value: Any, digits: int) -> Any:
    """Return a value rounded to significant digits."""
    import ibis  # noqa: PLC0415 -- heavy, only when used

    size = value.abs().nullif(0.0)
    shift = ibis.least(digits - 1 - size.log10().floor().cast("int64"), LARGEST_SHIFT)
    scale = ibis.literal(10.0, "float64").pow(ibis.greatest(shift, SMALLEST_SHIFT))
    up = (value * scale).round() / scale
    whole = (value / (1.0 / scale)).round() * (1.0 / scale)
    return (value.abs() == 0).ifelse(0.0, (shift >= 0).ifelse(up, whole))
