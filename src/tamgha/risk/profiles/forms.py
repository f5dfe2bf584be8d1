"""Between tree and form: the JSON that a condition builder shows row by row.

A group is ``{"id", "kind": "all" | "any" | "not", "parts": [...]}``; "not" has one part, a group.
A row is ``{"id", "kind": "condition", "column", "operator", "values": [texts]}``; it may carry
``"function"`` and ``"argument"``, and instead of a value ``"other"`` (a column to compare with).
Values are texts as people type them; where ``"unit"`` is "percent", 60 stands for 0.6.
"""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any as Anything
from typing import TypeAlias

from tamgha.risk.profiles.fields import Fields
from tamgha.risk.profiles.texts import plain_number
from tamgha.risk.profiles.tree import (
    All,
    Any,
    Between,
    Compare,
    InList,
    Leaf,
    Like,
    Node,
    Not,
    OneOf,
    Operator,
    Term,
    Value,
)

Form: TypeAlias = dict[str, Anything]

COMPARISONS: tuple[Operator, ...] = ("=", "<>", "<", "<=", ">", ">=")
OPERATORS: dict[str, tuple[str, ...]] = {
    "text": (
        *("=", "<>", "begins", "not_begins", "ends", "not_ends", "contains", "not_contains"),
        *("in", "not_in", "in_list", "not_in_list", "missing", "present"),
        *("between", "not_between", "<", "<=", ">", ">="),
    ),
    "number": (
        *("<", "<=", ">", ">=", "=", "<>", "between", "not_between"),
        *("in", "not_in", "missing", "present"),
    ),
    "date": (
        "<",
        "<=",
        ">",
        ">=",
        "=",
        "<>",
        "between",
        "not_between",
        "in",
        "not_in",
        "missing",
        "present",
    ),
    "truth": ("=", "<>", "missing", "present"),
}
"""The operators that a form offers for a field of each kind, the usual ones first."""


def form_of(tree: Node, fields: Fields) -> Form:
    """Return the form of a tree."""
    if isinstance(tree, Not):
        return {"id": tree.id, "kind": "not", "parts": [form_of(tree.part, fields)]}
    if isinstance(tree, All | Any):
        kind = "all" if isinstance(tree, All) else "any"
        return {
            "id": tree.id,
            "kind": kind,
            "parts": [form_of(part, fields) for part in tree.parts],
        }
    return _row(tree, fields)


def _row(leaf: Leaf, fields: Fields) -> Form:
    form: Form = {"id": leaf.id, "kind": "condition", "column": leaf.term.column}
    if leaf.term.function:
        form["function"] = leaf.term.function
    if leaf.term.argument is not None:
        form["argument"] = leaf.term.argument
    no = "" if isinstance(leaf, Compare) else "not_" if leaf.negated else ""
    operator, values = _operator_and_values(leaf)
    form["operator"] = "present" if operator == "missing" and no else f"{no}{operator}"
    percent = is_percent(leaf.term, fields)
    if isinstance(leaf, Compare) and isinstance(leaf.other, Term):
        form["other"] = _term_form(leaf.other)
    form["values"] = [_typed(value, percent=percent) for value in values]
    if percent:
        form["unit"] = "percent"
    return form


def _operator_and_values(leaf: Leaf) -> tuple[str, Sequence[Value]]:
    if isinstance(leaf, Compare):
        return leaf.operator, [] if isinstance(leaf.other, Term) else [leaf.other]
    if isinstance(leaf, Between):
        return "between", [leaf.low, leaf.high]
    if isinstance(leaf, OneOf):
        return "in", leaf.values
    if isinstance(leaf, InList):
        return "in_list", [leaf.list_name]
    if isinstance(leaf, Like):
        return leaf.pattern, [leaf.text]
    return "missing", []


def _term_form(term: Term) -> Form:
    form: Form = {"column": term.column}
    if term.function:
        form["function"] = term.function
    if term.argument is not None:
        form["argument"] = term.argument
    return form


def is_percent(term: Term, fields: Fields) -> bool:
    """Whether people type a term's values as per cent."""
    field = fields.get(term.column)
    return field is not None and field.is_percent and not term.function


def _typed(value: Value, *, percent: bool) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return value
    if isinstance(value, date):
        return value.isoformat()
    return f"{_shortest(Decimal(plain_number(value)) * 100):f}" if percent else plain_number(value)


def _shortest(number: Decimal) -> Decimal:
    whole = number.to_integral_value()
    return whole if number == whole else number.normalize()
