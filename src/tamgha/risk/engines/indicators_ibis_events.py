"""Dated additions to the totals of groups, in Ibis: what comes and goes, summed up to a day."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from tamgha.risk.engines.indicators_ibis_rows import day_number, group_known
from tamgha.risk.indicators import Indicator

if TYPE_CHECKING:
    import ibis.expr.types as ir

NAME = ("declaration", "item")


def weighted(table: ir.Table, keys: Sequence[str], name: str, *, items: bool) -> ir.Table:
    """Add a column: 1 for the first row of a declaration in its group on its day, else 0.

    With ``items`` it is 1 everywhere.
    """
    import ibis  # noqa: PLC0415 -- heavy, only when used

    if items:
        return table.mutate(**{name: ibis.literal(1)})
    window = ibis.window(group_by=[*keys, "declaration", "_day"], order_by=table["item"])
    first = ibis.row_number().over(window) == 0
    return table.mutate(**{name: first.ifelse(1, 0)})


def additions_of_rows(
    table: ir.Table, keys: Sequence[str], window_days: int | None, weight: str = "_xw"
) -> ir.Table:
    """Return rows as additions (keys, when, amount) from the next day on, and their end."""
    rows = table.filter(group_known(table, keys))
    comes = rows.select(*keys, when=rows["_day"] + 1, amount=rows[weight].cast("int64"))
    if window_days is None:
        return comes
    goes = rows.select(
        *keys, when=rows["_day"] + window_days + 1, amount=-rows[weight].cast("int64")
    )
    return comes.union(goes)


def additions_of_sights(
    table: ir.Table, keys: Sequence[str], members: Sequence[str], window_days: int | None
) -> ir.Table:
    """Return when a member enters its group's number, and when its last sight leaves it."""
    import ibis  # noqa: PLC0415 -- heavy, only when used

    rows = table.filter(group_known(table, [*keys, *members]))
    sights = rows.select(*keys, *members, "_day").distinct()
    window = ibis.window(group_by=[*keys, *members], order_by=sights["_day"])
    sights = sights.mutate(
        _before=sights["_day"].lag().over(window), _after=sights["_day"].lead().over(window)
    )
    if window_days is None:
        enters = sights.filter(sights["_before"].isnull())
        return enters.select(*keys, when=enters["_day"] + 1, amount=ibis.literal(1, "int64"))
    enters = sights.filter(
        sights["_before"].isnull() | (sights["_day"] - sights["_before"] > window_days)
    )
    leaves = sights.filter(
        sights["_after"].isnull() | (sights["_after"] - sights["_day"] > window_days)
    )
    return enters.select(*keys, when=enters["_day"] + 1, amount=ibis.literal(1, "int64")).union(
        leaves.select(
            *keys, when=leaves["_day"] + window_days + 1, amount=ibis.literal(-1, "int64")
        )
    )


def placed_findings(table: ir.Table, findings: ir.Table) -> ir.Table:
    """Return versions of findings with the keys and the day of their rows, numbers as integers."""
    found = findings["found"].fill_null(False)  # noqa: FBT003 -- the fill value
    if "state" in findings.columns:
        found = found & (findings["state"].fill_null("") != "overturned")
    version: Any = findings["version"] if "version" in findings.columns else 1
    known = findings.select(
        *NAME,
        _version=version,
        _known=day_number(findings["known"]),
        _found=found.ifelse(1, 0),
    )
    keys = [name for name in table.columns if name.startswith("_k_")]
    rows = table.select(*NAME, *keys, "_day")
    return known.join(rows, list(NAME)).select(*NAME, *keys, "_day", "_version", "_known", "_found")


def additions_of_findings(known: ir.Table, one: Indicator) -> ir.Table:
    """Return findings as additions (keys, when, examined, found); see the batch for the rule."""
    import ibis  # noqa: PLC0415 -- heavy, only when used

    usable = ibis.greatest(known["_known"] + max(one.delay_days, 1), known["_day"] + 1)
    known = known.mutate(when=usable)
    in_order = {"group_by": list(NAME), "order_by": [known["when"], known["_version"]]}
    earlier = ibis.window(preceding=(None, 1), **in_order)
    known = known.mutate(
        _highest=known["_version"].max().over(earlier),
        _first=known["when"].min().over(ibis.window(group_by=list(NAME))),
    )
    counts = known["_highest"].isnull() | (known["_version"] > known["_highest"])
    if one.window_days is not None:
        counts = counts & (known["when"] < known["_first"] + one.window_days)
    known = known.filter(counts)
    window = ibis.window(group_by=list(NAME), order_by=[known["when"], known["_version"]])
    known = known.mutate(
        _earlier=known["_found"].lag().over(window), _later=known["_found"].lead().over(window)
    )
    keys = [name for name in known.columns if name.startswith("_k_")]
    comes = known.select(
        *keys,
        "when",
        examined=known["_earlier"].isnull().ifelse(1, 0).cast("int64"),
        found=(known["_found"] - known["_earlier"].fill_null(0)).cast("int64"),
    )
    if one.window_days is None:
        return comes
    last = known.filter(known["_later"].isnull())
    goes = last.select(
        *keys,
        when=last["_first"] + one.window_days,
        examined=ibis.literal(-1, "int64"),
        found=(-last["_found"]).cast("int64"),
    )
    return comes.union(goes)


def running_totals(
    result: ir.Table,
    table: ir.Table,
    events: ir.Table,
    *,
    keys: Sequence[str],
    day: str,
    names: Mapping[str, str],
) -> ir.Table:
    """Add to each row the totals of its group up to its ``day``.

    Parameters
    ----------
    result : rows; those with a NULL key get NULL
    table : the same rows before anything was added (asking ``result`` itself would double the query
        with every indicator)
    events : keys, when, and the amounts
    names : amounts, and the columns to write them to
    """
    import ibis  # noqa: PLC0415 -- heavy, only when used

    zero = ibis.literal(0, "int64")
    rows = table.filter(group_known(table, keys))
    asked = rows.select(*keys, when=rows[day]).distinct()
    asked = asked.mutate(**dict.fromkeys(names, zero), _asked=1)
    events = events.filter(group_known(events, keys))
    events = events.select(*keys, "when", *names).mutate(_asked=0)
    daily = asked.select(*keys, "when", *names, "_asked").union(
        events.select(*keys, "when", *names, "_asked")
    )
    daily = daily.group_by([*keys, "when"]).aggregate(
        **{name: daily[name].sum().cast("int64") for name in names},
        _asked=daily["_asked"].max(),
    )
    window = ibis.window(group_by=list(keys), order_by=daily["when"], preceding=None, following=0)
    totals = daily.select(
        *keys,
        "when",
        "_asked",
        **{column: daily[name].sum().over(window) for name, column in names.items()},
    )
    totals = totals.filter(totals["_asked"] == 1).drop("_asked")
    joined = result.left_join(
        totals, [*((result[key] == totals[key]) for key in keys), result[day] == totals["when"]]
    )
    gone = [name for name in joined.columns if name.endswith("_right") or name == "when"]
    return joined.drop(*gone)
