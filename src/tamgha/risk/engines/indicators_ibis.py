"""Indicators as Ibis expressions: on DuckDB beyond memory, on Spark beyond one machine."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from tamgha.risk.engines.indicators_batch import WHOLE_VALUES
from tamgha.risk.engines.indicators_ibis_events import (
    additions_of_findings,
    additions_of_rows,
    additions_of_sights,
    placed_findings,
    running_totals,
    weighted,
)
from tamgha.risk.engines.indicators_ibis_rows import (
    before,
    day_number,
    group_known,
    key_columns,
    keyed,
    measured,
    rounded,
)
from tamgha.risk.engines.indicators_kinds import (
    MONTH_END_DAYS,
    MOST_ZEROS,
    NIGHT_FROM,
    NIGHT_UNTIL,
    SATURDAY,
    SUM_LIMIT,
    SUM_SCALE,
)
from tamgha.risk.indicators import Indicator, check_indicators

if TYPE_CHECKING:
    import ibis.expr.types as ir

LONGEST_MONTH, FEBRUARY = 31, 2


def ibis_indicators(
    items: ir.Table, indicators: Sequence[Indicator], findings: ir.Table | None = None
) -> ir.Table:
    """Return an Ibis table with the indicators of every row.

    Parameters
    ----------
    items : Ibis table of declaration rows, on DuckDB or Spark; absent columns count as empty
    indicators : what is computed
    findings : Ibis table of findings on the same backend, or None

    Returns
    -------
    declaration, item, and one column of float64 per indicator; rows in no order. Values agree with
    ``compute_indicators`` to about 1e-11 (the last bits of a quotient differ between engines).

    Raises
    ------
    RefusedError
        If an indicator is declared wrongly.
    """
    check_indicators(indicators)
    table = keyed(items, indicators)
    known = None if findings is None else placed_findings(table, findings)
    result = table
    for place, one in enumerate(indicators):
        result = _with(result, table, known, one, f"v{place}")
    return result.select(
        "declaration",
        "item",
        **{one.name: result[f"v{place}"] for place, one in enumerate(indicators)},
    )


def _with(
    result: ir.Table, table: ir.Table, known: ir.Table | None, one: Indicator, name: str
) -> ir.Table:
    """Return ``result`` with one more column."""
    result, value = _KINDS[one.kind](result, table, known, one, name)
    value = value.cast("float64")
    if one.kind not in WHOLE_VALUES:
        value = rounded(value, one.rounding)
    if one.null_rule == "zero":
        value = value.fill_null(0.0)
    kept = [column for column in result.columns if not column.startswith("_x")]
    return result.mutate(**{name: value}).select(*kept, name)


Rendered = tuple[Any, Any]
_RESULTS = {"examined": "_xe", "found": "_xf"}


def _own(result: ir.Table, *given: Any) -> Rendered:
    return result, measured(result, given[2].arithmetic)


def _calendar(result: ir.Table, *given: Any) -> Rendered:
    option, day = given[2].option, result["_day"]
    if option in {"hour", "night"}:
        hour = result["hour"].cast("float64")
        night = ((hour >= NIGHT_FROM) | (hour < NIGHT_UNTIL)).ifelse(1.0, 0.0)
        return result, hour if option == "hour" else hour.isnull().ifelse(None, night)
    weekday = (day + 3) % 7 + 1
    if option in {"weekday", "weekend"}:
        return result, weekday if option == "weekday" else (weekday >= SATURDAY).ifelse(1.0, 0.0)
    date = result["day"]
    month, year = date.month(), date.year()
    leap = ((year % 4 == 0) & (year % 100 != 0)) | (year % 400 == 0)
    usual = (month.isin([4, 6, 9, 11])).ifelse(LONGEST_MONTH - 1, LONGEST_MONTH)
    length = (month == FEBRUARY).ifelse(leap.ifelse(29, 28), usual)
    left = length - date.day()
    return result, left if option != "month_end" else (left < MONTH_END_DAYS).ifelse(1.0, 0.0)


def _roundness(result: ir.Table, *given: Any) -> Rendered:
    value = measured(result, given[2].arithmetic)
    zeros = sum(((value % 10.0**power) == 0).ifelse(1, 0) for power in range(1, MOST_ZEROS + 1))
    return result, (value.isnull() | (value == 0)).ifelse(None, zeros)


def _amount(result: ir.Table, one: Indicator) -> Any:
    value = measured(result, one.arithmetic)
    fits = value.abs() < SUM_LIMIT / SUM_SCALE
    return fits.ifelse((value * SUM_SCALE + 0.5).floor().cast("int64"), None)


def _count(result: ir.Table, _table: ir.Table, _known: Any, one: Indicator, _name: str) -> Rendered:
    keys = key_columns(one.keys)
    result = weighted(result, keys, "_xw", items=one.option == "items")
    total = before(result, result["_xw"].sum, keys, one.window_days).fill_null(0)
    return result, group_known(result, keys).ifelse(total, None)


def _sum(result: ir.Table, _table: ir.Table, _known: Any, one: Indicator, _name: str) -> Rendered:
    keys = key_columns(one.keys)
    result = result.mutate(_xw=_amount(result, one))
    total = before(result, result["_xw"].sum, keys, one.window_days).fill_null(0)
    return result, group_known(result, keys).ifelse(total.cast("float64") / SUM_SCALE, None)


def _share(result: ir.Table, _table: ir.Table, _known: Any, one: Indicator, _name: str) -> Rendered:
    keys = key_columns(one.keys)
    further = [*keys, *key_columns(one.of_keys)]
    items = one.option == "items"
    result = weighted(result, keys, "_xw", items=items)
    result = weighted(result, further, "_xp", items=items)
    whole = before(result, result["_xw"].sum, keys, one.window_days).fill_null(0)
    part = before(result, result["_xp"].sum, further, one.window_days).fill_null(0)
    result = result.mutate(_xa=whole, _xb=part)
    enough = group_known(result, further) & (result["_xa"] >= max(one.min_count, 1))
    share = result["_xb"].cast("float64") / result["_xa"].nullif(0)
    return result, enough.ifelse(share, None)


def _first(result: ir.Table, _table: ir.Table, _known: Any, one: Indicator, _name: str) -> Rendered:
    import ibis  # noqa: PLC0415 -- heavy, only when used

    keys = key_columns(one.keys)
    first = result["_day"].min().over(ibis.window(group_by=keys))
    return result, group_known(result, keys).ifelse(result["_day"] - first, None)


def _last(result: ir.Table, _table: ir.Table, _known: Any, one: Indicator, _name: str) -> Rendered:
    keys = key_columns(one.keys)
    last = before(result, result["_day"].max, keys, one.window_days)
    return result, group_known(result, keys).ifelse(result["_day"] - last, None)


def _usual(result: ir.Table, _table: ir.Table, _known: Any, one: Indicator, _name: str) -> Rendered:
    keys = key_columns(one.keys)
    result = result.mutate(_xv=measured(result, one.arithmetic))
    result = result.mutate(
        _xm=before(result, result["_xv"].median, keys, one.window_days),
        _xn=before(result, result["_xv"].count, keys, one.window_days),
    )
    enough = group_known(result, keys) & (result["_xn"] >= max(one.min_count, 1))
    usual = enough.ifelse(result["_xm"], None)
    if one.option == "difference":
        return result, result["_xv"] - usual
    return result, result["_xv"] / usual.nullif(0.0)


def _distinct(
    result: ir.Table, table: ir.Table, _known: Any, one: Indicator, _name: str
) -> Rendered:
    keys = key_columns(one.keys)
    events = additions_of_sights(table, keys, key_columns(one.of_keys), one.window_days)
    result = running_totals(result, table, events, keys=keys, day="_day", names={"amount": "_xn"})
    return result, group_known(result, keys).ifelse(result["_xn"].fill_null(0), None)


def _find_rate(
    result: ir.Table, table: ir.Table, known: Any, one: Indicator, _name: str
) -> Rendered:
    import ibis  # noqa: PLC0415 -- heavy, only when used

    keys = key_columns(one.keys)
    if known is None:
        return result, ibis.null("float64")
    events = additions_of_findings(known, one)
    result = running_totals(result, table, events, keys=keys, day="_day", names=_RESULTS)
    examined, found = result["_xe"].fill_null(0), result["_xf"].fill_null(0)
    rate: Any = ibis.literal(0.0)
    if one.smoothing:
        result = running_totals(
            result.mutate(_all=1),
            table.mutate(_all=1),
            events.mutate(_all=1),
            keys=["_all"],
            day="_day",
            names={"examined": "_xwe", "found": "_xwf"},
        ).drop("_all")
        examined, found = result["_xe"].fill_null(0), result["_xf"].fill_null(0)
        rate = result["_xwf"].cast("float64") / result["_xwe"].nullif(0)
    value = (found + rate * one.smoothing) / (examined + one.smoothing).cast("float64").nullif(0.0)
    enough = group_known(result, keys) & (examined >= one.min_count)
    return result, enough.ifelse(value, None)


def _neighbour_duty(
    result: ir.Table, table: ir.Table, _known: Any, one: Indicator, _name: str
) -> Rendered:
    import ibis  # noqa: PLC0415 -- heavy, only when used

    sign, reach = (-1.0 if one.option == "lower" else 1.0), one.window_days or 1
    keys, code = key_columns(one.keys), key_columns(one.of_keys)
    rows = table.mutate(_xv=measured(table, one.arithmetic) * sign)
    rows = rows.filter(group_known(rows, [*keys, *code]) & rows["_xv"].notnull())
    daily = rows.group_by([*keys, *code, "_day"]).aggregate(_xv=rows["_xv"].max())
    following = (
        daily["_day"].lead().over(ibis.window(group_by=[*keys, *code], order_by=daily["_day"]))
    )
    daily = daily.mutate(_until=ibis.least(following.fill_null(1 << 30), daily["_day"] + reach))
    seen = daily.rename({f"_o{place}": name for place, name in enumerate([*code])}).rename(
        _since="_day"
    )
    asked = rows.select(*keys, *code, "_day").distinct()
    pairs = asked.join(
        seen,
        [
            *keys,
            asked["_day"] > seen["_since"],
            asked["_day"] <= seen["_until"],
            ~_all_equal(asked, code, seen),
        ],
    )
    best = pairs.group_by([*keys, *code, "_day"]).aggregate(_xb=pairs["_xv"].max())
    result = result.mutate(_xo=measured(result, one.arithmetic) * sign)
    result = result.left_join(best, [*keys, *code, "_day"]).drop(
        *[f"{name}_right" for name in (*keys, *code, "_day")]
    )
    return result, result["_xb"] - result["_xo"]


def _all_equal(asked: ir.Table, code: list[str], seen: ir.Table) -> Any:
    equal: Any = True
    for place, name in enumerate(code):
        same = asked[name] == seen[f"_o{place}"]
        equal = same if equal is True else equal & same
    return equal


def _grade(result: ir.Table, table: ir.Table, known: Any, one: Indicator, _name: str) -> Rendered:
    import ibis  # noqa: PLC0415 -- heavy, only when used

    keys = key_columns(one.keys)
    events = additions_of_rows(weighted(table, keys, "_xw", items=False), keys, one.window_days)
    result = running_totals(result, table, events, keys=keys, day="_month", names={"amount": "_xn"})
    if known is None:
        result = result.mutate(_xe=ibis.literal(0, "int64"), _xf=ibis.literal(0, "int64"))
    else:
        events = additions_of_findings(known, one)
        result = running_totals(result, table, events, keys=keys, day="_month", names=_RESULTS)
    first = result["_day"].min().over(ibis.window(group_by=keys))
    result = result.mutate(_xa=ibis.greatest(result["_month"] - first, ibis.literal(0, "int64")))
    examined, found = result["_xe"].fill_null(0), result["_xf"].fill_null(0)
    facts = {
        "declarations": result["_xn"].fill_null(0),
        "examined": examined,
        "found": found,
        "find_rate": found.cast("float64") / examined.nullif(0),
        "age_days": result["_xa"],
    }
    grade: Any = ibis.null("float64")
    for rule in reversed(one.rules):
        holds: Any = ibis.literal(True)  # noqa: FBT003 -- the value
        for fact, sign, number in rule.when:
            met = facts[fact] >= number if sign == ">=" else facts[fact] <= number
            holds = holds & met.fill_null(False)  # noqa: FBT003 -- the fill value
        grade = holds.ifelse(rule.grade, grade)
    return result, group_known(result, keys).ifelse(grade, None)


_KINDS: dict[str, Callable[..., Rendered]] = {
    "own": _own,
    "usual": _usual,
    "count_before": _count,
    "sum_before": _sum,
    "find_rate": _find_rate,
    "days_since_first": _first,
    "days_since_last": _last,
    "share_within": _share,
    "distinct_before": _distinct,
    "calendar": _calendar,
    "roundness": _roundness,
    "neighbour_duty": _neighbour_duty,
    "trader_grade": _grade,
}

__all__ = ["day_number", "ibis_indicators"]
