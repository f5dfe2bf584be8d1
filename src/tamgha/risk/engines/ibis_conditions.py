"""A condition as an Ibis expression, for DuckDB beyond memory and Spark beyond one machine."""

from __future__ import annotations

import operator
from collections.abc import Callable
from datetime import date
from functools import reduce
from typing import TYPE_CHECKING
from typing import Any as Anything

from tamgha.risk.profiles import (
    All,
    Any,
    Between,
    Compare,
    Condition,
    InList,
    Leaf,
    Like,
    Missing,
    Node,
    Not,
    OneOf,
    ProfileLists,
    Term,
    Value,
)

if TYPE_CHECKING:
    import ibis.expr.types as ir

_OPERATORS: dict[str, Callable[[Anything, Anything], Anything]] = {
    "=": operator.eq,
    "<>": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


def ibis_condition(
    condition: Condition | Node, table: ir.Table, *, lists: ProfileLists | None = None
) -> ir.BooleanValue:
    """Return where a condition is TRUE in an Ibis table, never NULL.

    The tree is rendered as it stands, ``NOT`` included, under the engine's own three-valued logic.
    NaN is turned to NULL first: engines disagree about NaN, and here it means an empty field.

    Parameters
    ----------
    condition : Condition or tree
    table : Ibis table with every column that it asks about
    lists : ProfileLists or None
        What ``IN LIST`` refers to; the values are written into the query.
    """
    tree = condition.tree if isinstance(condition, Condition) else condition
    found = _Renderer(table, ProfileLists() if lists is None else lists).node(tree)
    return found.fill_null(False)  # noqa: FBT003 -- Ibis takes the value by place


class _Renderer:
    def __init__(self, table: ir.Table, lists: ProfileLists) -> None:
        self.table = table
        self.lists = lists

    def node(self, node: Node) -> Anything:
        if isinstance(node, Not):
            return ~self.node(node.part)
        if isinstance(node, All | Any):
            join = operator.and_ if isinstance(node, All) else operator.or_
            return reduce(join, [self.node(part) for part in node.parts])
        found = self._leaf(node)
        return ~found if not isinstance(node, Compare | Missing) and node.negated else found

    def _leaf(self, leaf: Leaf) -> Anything:
        """Return a leaf; of those that can be negated, the plain form."""
        column = self._term(leaf.term)
        if isinstance(leaf, Compare):
            other = (
                self._term(leaf.other)
                if isinstance(leaf.other, Term)
                else _literal(leaf.other, column)
            )
            return _OPERATORS[leaf.operator](column, other)
        if isinstance(leaf, Missing):
            return column.notnull() if leaf.negated else column.isnull()
        if isinstance(leaf, Between):
            return (column >= _literal(leaf.low, column)) & (column <= _literal(leaf.high, column))
        if isinstance(leaf, OneOf):
            return column.isin([_literal(value, column) for value in leaf.values])
        if isinstance(leaf, InList):
            return self._on_list(leaf, column)
        assert isinstance(leaf, Like)  # noqa: S101 -- the last of the leaves
        look = {"begins": column.startswith, "ends": column.endswith, "contains": column.contains}
        return look[leaf.pattern](leaf.text)

    def _on_list(self, leaf: InList, column: Anything) -> Anything:
        named = self.lists.current(leaf.list_name)
        if not named.by_beginning:
            return column.isin(list(named.values))
        sizes = sorted({len(entry) for entry in named.values})
        tests = [
            column.left(size).isin([entry for entry in named.values if len(entry) == size])
            for size in sizes
        ]
        return reduce(operator.or_, tests)

    def _term(self, term: Term) -> Anything:
        import ibis  # noqa: PLC0415 -- heavy, only when used

        column: Anything = self.table[term.column]
        if column.type().is_floating():
            column = column.isnan().ifelse(ibis.null(column.type()), column)
        if term.function == "LEFT":
            return column.left(term.argument)
        if term.function == "LENGTH":
            return column.length()
        if term.function == "ABS":
            return column.abs()
        if term.function == "MONTH":
            return column.month()
        if term.function == "WEEKDAY":
            return column.day_of_week.index() + 1
        return column


def _literal(value: Value, column: Anything) -> Anything:
    import ibis  # noqa: PLC0415 -- heavy, only when used

    if isinstance(value, bool):
        return ibis.literal(value) if column.type().is_boolean() else ibis.literal(float(value))
    if isinstance(value, str):
        return ibis.literal(value, type="string")
    if isinstance(value, date):
        return ibis.literal(value, type="date")
    return ibis.literal(float(value), type="float64")
