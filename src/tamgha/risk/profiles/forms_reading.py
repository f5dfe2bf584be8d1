"""From form to tree: every row of a condition builder is read, and every faulty one named by its id."""

from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any as Anything
from typing import cast

from tamgha.risk.profiles.checks import (
    MOST_DEPTH,
    MOST_LEAVES,
    MOST_VALUES,
    kind_of_term,
    term_faults,
    too_deep,
    tree_faults,
)
from tamgha.risk.profiles.faults import ConditionError, ConditionFault
from tamgha.risk.profiles.fields import Fields
from tamgha.risk.profiles.forms import COMPARISONS, OPERATORS, is_percent
from tamgha.risk.profiles.texts import number_of
from tamgha.risk.profiles.tree import (
    All,
    Any,
    Between,
    Compare,
    InList,
    Leaf,
    Like,
    Missing,
    Node,
    Not,
    OneOf,
    Operator,
    Pattern,
    Term,
    Value,
    joined,
    negation,
    with_ids,
)
from tamgha.shared.words import Words


def tree_of(form: Mapping[str, Anything], fields: Fields) -> Node:
    """Return the tree of a form, ids kept; rows without an id get one.

    Raises
    ------
    ConditionError
        With every faulty row, each by its id.
    """
    reader = _FormReader(fields)
    tree = reader.tried(form, 0)
    if reader.faults or tree is None:
        raise ConditionError(reader.faults or [ConditionFault(_EMPTY)])
    found = [
        ConditionFault(message, node="" if leaf is None else leaf.id)
        for leaf, message in tree_faults(tree, fields)
    ]
    if found:
        raise ConditionError(found)
    return with_ids(tree)


MOST_DIGITS = 400
"""A number of a form has at most so many signs; the smallest float64, written out, has 326."""


class _RowError(Exception):
    """One row of a form that cannot be read; never leaves this module."""

    def __init__(self, node_id: str, message: Words) -> None:
        self.fault = ConditionFault(message, node=node_id)
        super().__init__(message.en)


class _FormReader:
    """Reads one form; faults are gathered row by row."""

    def __init__(self, fields: Fields) -> None:
        self.fields = fields
        self.faults: list[ConditionFault] = []
        self.rows = 0

    def tried(self, form: object, level: int) -> Node | None:
        """Return the node, or note its fault and go on with the next."""
        try:
            return self.node(form, level)
        except _RowError as error:
            if error.fault.message != _MANY or all(each.message != _MANY for each in self.faults):
                self.faults.append(error.fault)
            return None

    def node(self, form: object, level: int) -> Node | None:
        if not isinstance(form, Mapping):
            raise _RowError("", _SHAPE)
        node_id, kind = self._id(form), form.get("kind")
        if kind == "condition":
            self.rows += 1
            if self.rows > MOST_LEAVES:
                raise _RowError(node_id, _MANY)
            return self._leaf(form, node_id)
        parts = form.get("parts")
        if kind not in ("all", "any", "not") or not isinstance(parts, list | tuple):
            raise _RowError(node_id, _SHAPE)
        if level > MOST_DEPTH:
            raise _RowError(node_id, too_deep())
        if not parts or (kind == "not" and len(parts) != 1):
            raise _RowError(node_id, _EMPTY)
        if len(parts) > MOST_LEAVES:
            raise _RowError(node_id, _MANY)
        made = [each for part in parts if (each := self.tried(part, level + 1)) is not None]
        if len(made) != len(parts):
            return None
        if kind == "not":
            negated = negation(made[0])
            return Not(negated.part, node_id) if isinstance(negated, Not) else negated
        return joined(All if kind == "all" else Any, made, node_id)

    def _id(self, form: Mapping[str, Anything]) -> str:
        given = form.get("id")
        plain = (
            isinstance(given, str)
            and len(given) <= 40
            and given.replace("-", "").replace("_", "").isalnum()
        )
        return cast("str", given) if plain and cast("str", given).isascii() else ""

    def _leaf(self, form: Mapping[str, Anything], node_id: str) -> Leaf:
        term = self._term(form, node_id)
        kind = kind_of_term(term, self.fields)
        operator = form.get("operator")
        if operator not in OPERATORS[kind]:
            known = ", ".join(OPERATORS[kind])
            raise _RowError(
                node_id,
                Words(
                    f"{term.column}: one of {known} was expected; {operator!r} came",
                    f"{term.column}: ожидается одно из: {known}, а задано {operator!r}",
                ),
            )
        if form.get("other") is not None and operator in COMPARISONS:
            other = self._term(form["other"], node_id)
            return Compare(term, cast("Operator", operator), other, node_id)
        return _build(
            term, str(operator), self._values(form, term, str(operator), node_id), node_id
        )

    def _term(self, form: object, node_id: str) -> Term:
        if not isinstance(form, Mapping):
            raise _RowError(node_id, _SHAPE)
        column, function = form.get("column"), form.get("function") or ""
        argument = _small_number(form.get("argument")) if function else None
        if not isinstance(column, str) or not isinstance(function, str):
            raise _RowError(node_id, _SHAPE)
        term = Term(column, function, argument)
        for message in term_faults(term, self.fields):
            raise _RowError(node_id, message)
        return term

    def _values(
        self, form: Mapping[str, Anything], term: Term, operator: str, node_id: str
    ) -> list[Value]:
        given = form.get("values", [])
        plain = operator.removeprefix("not_")
        least, most = _HOW_MANY.get(plain, (1, 1))
        if not isinstance(given, list | tuple) or not least <= len(given) <= most:
            wanted = str(least) if least == most else f"{least}–{most}"
            raise _RowError(
                node_id,
                Words(
                    f"{term.column}: number of values expected: {wanted}",
                    f"{term.column}: ожидается значений: {wanted}",
                ),
            )
        text_only = plain in ("in_list", "begins", "ends", "contains")
        kind = "text" if text_only else kind_of_term(term, self.fields)
        percent = is_percent(term, self.fields)
        values: list[Value] = []
        for each in given:
            value = _READERS[kind](each, percent)
            if value is None:
                raise _RowError(
                    node_id,
                    Words(
                        f"{term.column}: {_FORM_KINDS[kind].en} was expected; {each!r:.60} came",
                        f"{term.column}: ожидается {_FORM_KINDS[kind].ru}, а задано {each!r:.60}",
                    ),
                )
            values.append(value)
        return values


def _small_number(given: object) -> int | None:
    """Return the argument of a function; None for anything that cannot be one."""
    if isinstance(given, str) and given.isascii() and given.isdigit() and len(given) < 5:
        return int(given)
    return given if isinstance(given, int) and not isinstance(given, bool) else None


def _build(term: Term, operator: str, values: list[Value], node_id: str) -> Leaf:
    negated = operator.startswith("not_") or operator == "present"
    plain = operator.removeprefix("not_")
    if plain == "<>" and isinstance(values[0], bool):
        return Compare(term, "=", not values[0], node_id)
    if plain in COMPARISONS:
        return Compare(term, plain, values[0], node_id)
    if plain == "between":
        return Between(term, values[0], values[1], negated, node_id)
    if plain == "in":
        return OneOf(term, tuple(dict.fromkeys(values)), negated, node_id)
    if plain == "in_list":
        return InList(term, str(values[0]), negated, node_id)
    if plain in ("missing", "present"):
        return Missing(term, negated, node_id)
    return Like(term, cast("Pattern", plain), str(values[0]), negated, node_id)


def _read_text(given: object, percent: bool) -> Value | None:
    return given if isinstance(given, str) else None


def _read_number(given: object, percent: bool) -> Value | None:
    if isinstance(given, bool) or not isinstance(given, str | int | float):
        return None
    text = str(given).strip().replace("\u00a0", "").replace("\u202f", "").replace("−", "-")
    if text.count(",") == 1 and "." not in text:
        text = text.replace(",", ".")
    if len(text) > MOST_DIGITS or "_" in text:
        return None
    try:
        number = Decimal(text)
    except InvalidOperation:
        return None
    if not number.is_finite() or (number and abs(number.adjusted()) > MOST_DIGITS):
        return None
    return number_of(number / 100 if percent else number)


def _read_date(given: object, percent: bool) -> Value | None:
    try:
        return date.fromisoformat(given) if isinstance(given, str) and len(given) == 10 else None
    except ValueError:
        return None


def _read_truth(given: object, percent: bool) -> Value | None:
    if isinstance(given, bool):
        return given
    return {"true": True, "false": False}.get(given) if isinstance(given, str) else None


_READERS: dict[str, Callable[[object, bool], Value | None]] = {
    "text": _read_text,
    "number": _read_number,
    "date": _read_date,
    "truth": _read_truth,
}
_FORM_KINDS = {
    "text": Words("a text", "текст"),
    "number": Words("a number", "число"),
    "date": Words("a date such as 2026-11-24", "дата, например 2026-11-24"),
    "truth": Words("true or false", "true или false"),
}
_HOW_MANY = {"between": (2, 2), "in": (1, MOST_VALUES), "missing": (0, 0), "present": (0, 0)}
_SHAPE = Words("the row of the form is not complete", "строка формы заполнена не полностью")
_EMPTY = Words("a group holds at least one condition", "в группе должно быть хотя бы одно условие")
_MANY = Words(
    f"a condition has at most {MOST_LEAVES} parts", f"в условии не более {MOST_LEAVES} частей"
)
