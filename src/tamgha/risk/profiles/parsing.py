"""From text to tree: a restricted SQL predicate, read by sqlglot and admitted node by node."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any as Anything

from sqlglot import exp

from tamgha.risk.profiles.checks import (
    FUNCTIONS,
    MOST_LEAVES,
    leaf_faults,
    size_faults,
    text_faults,
)
from tamgha.risk.profiles.faults import ConditionError, ConditionFault, fault_at
from tamgha.risk.profiles.fields import Fields
from tamgha.risk.profiles.scanning import Scanned, UnreadableError, scan
from tamgha.risk.profiles.texts import number_of
from tamgha.risk.profiles.tree import (
    MIRRORED,
    All,
    Any,
    Between,
    Compare,
    InList,
    Leaf,
    Like,
    Missing,
    Node,
    OneOf,
    Operator,
    Term,
    Value,
    joined,
    negation,
)
from tamgha.shared.words import Words

_COMPARISONS: dict[type[exp.Expr], Operator] = {
    exp.EQ: "=",
    exp.NEQ: "<>",
    exp.LT: "<",
    exp.LTE: "<=",
    exp.GT: ">",
    exp.GTE: ">=",
}
_FUNCTION_NODES: dict[type[exp.Expr], str] = {
    exp.Left: "LEFT",
    exp.Length: "LENGTH",
    exp.Abs: "ABS",
    exp.Month: "MONTH",
}
_NOT_OURS = {
    exp.Subquery: Words("a query inside", "вложенный запрос"),
    exp.Select: Words("a query inside", "вложенный запрос"),
    exp.Case: Words("CASE", "CASE"),
    exp.Cast: Words("a change of type", "преобразование типа"),
    exp.Add: Words("arithmetic", "арифметика"),
    exp.Sub: Words("arithmetic", "арифметика"),
    exp.Mul: Words("arithmetic", "арифметика"),
    exp.Div: Words("arithmetic", "арифметика"),
    exp.Mod: Words("arithmetic", "арифметика"),
    exp.ILike: Words("ILIKE", "ILIKE"),
    exp.RegexpLike: Words("a regular expression", "регулярное выражение"),
    exp.Column: Words("a name with a point", "имя с точкой"),
    exp.Literal: Words("a bare value in this place", "отдельное значение на этом месте"),
    exp.Bracket: Words("a square bracket", "квадратная скобка"),
    exp.Placeholder: Words("a parameter", "параметр"),
    exp.Parameter: Words("a parameter", "параметр"),
    exp.Concat: Words("joining texts", "соединение текстов"),
}


def parse_tree(text: str, fields: Fields) -> Node:
    """Return the tree of a condition's text.

    Raises
    ------
    ConditionError
        With every fault that can be told apart, each with its place.
    """
    try:
        scanned = scan(text)
        reader = _Reader(text, fields, scanned)
        tree = reader.node(scanned.parsed)
    except UnreadableError as refused:
        raise ConditionError([refused.fault]) from None
    faults = reader.faults + [fault_at(text, 0, len(text), each) for each in size_faults(tree)]
    if faults:
        raise ConditionError(faults)
    return tree


class _Reader:
    """Reads one text. Faults of single leaves are gathered; what breaks the structure ends it."""

    def __init__(self, text: str, fields: Fields, scanned: Scanned) -> None:
        self.text = text
        self.fields = fields
        self.faults: list[ConditionFault] = []
        self.lists = scanned.lists
        self.percents = scanned.percents

    # -- after the parser: admit node by node ----------------------------------------------------

    def node(self, parsed: exp.Expr) -> Node:
        parsed = _unwrapped(parsed)
        if isinstance(parsed, exp.And | exp.Or):
            kind = All if isinstance(parsed, exp.And) else Any
            parts = self._parts(parsed)
            return joined(kind, [self.node(part) for part in parts])
        if isinstance(parsed, exp.Not):
            return negation(self.node(parsed.this))
        return self.leaf(parsed)

    def _parts(self, parsed: exp.And | exp.Or) -> list[exp.Expr]:
        """Return the operands of a chain, without recursing along its left side."""
        parts: list[exp.Expr] = []
        rest: exp.Expr = parsed
        while type(rest) is type(parsed):
            parts.append(rest.expression)
            rest = rest.this
            if len(parts) > MOST_LEAVES:
                raise self._refusal(
                    0,
                    len(self.text),
                    Words(
                        f"a condition has at most {MOST_LEAVES} parts",
                        f"в условии не более {MOST_LEAVES} частей",
                    ),
                )
        return [rest, *reversed(parts)]

    def leaf(self, parsed: exp.Expr) -> Leaf:
        """Return one leaf; its faults are gathered so that the rest is still read."""
        leaf = self._leaf(parsed)
        start, end = self._span(parsed)
        found = leaf_faults(leaf, self.fields)
        self.faults.extend(fault_at(self.text, start, end, message) for message in found)
        return leaf

    def _leaf(self, parsed: exp.Expr) -> Leaf:
        readers: dict[type[exp.Expr], Callable[[Anything], Leaf]] = {
            exp.Between: self._between,
            exp.In: self._in,
            exp.Like: self._like,
            exp.Escape: self._like,
            exp.Is: self._is,
            exp.Column: self._truth,
            exp.Boolean: self._constant,
            exp.Literal: self._constant,
        }
        if type(parsed) in _COMPARISONS:
            return self._comparison(parsed)
        reader = readers.get(type(parsed))
        if reader is None:
            raise self._unknown(parsed)
        return reader(parsed)

    def _comparison(self, parsed: exp.Expr) -> Leaf:
        self._only(parsed, "this", "expression")
        operator = _COMPARISONS[type(parsed)]
        left, right = _unwrapped(parsed.this), _unwrapped(parsed.expression)
        if _is_value(left) and not _is_value(right):
            left, right, operator = right, left, MIRRORED[operator]
        if isinstance(right, exp.Null) or isinstance(left, exp.Null):
            raise self._refusal(
                *self._span(parsed),
                Words(
                    "nothing equals NULL; write IS NULL or IS NOT NULL",
                    "с NULL ничего не сравнивается; напишите IS NULL или IS NOT NULL",
                ),
            )
        term = self._term(left)
        if _is_value(right):
            value = self._value(right, term)
            if isinstance(value, bool) and operator == "<>":
                return Compare(term, "=", not value)
            return Compare(term, operator, value)
        return Compare(term, operator, self._term(right))

    def _between(self, parsed: exp.Between) -> Leaf:
        self._only(parsed, "this", "low", "high")
        term = self._term(parsed.this)
        return Between(
            term, self._value(parsed.args["low"], term), self._value(parsed.args["high"], term)
        )

    def _in(self, parsed: exp.In) -> Leaf:
        term = self._term(parsed.this)
        where = parsed.args.get("field")
        if isinstance(where, exp.Column):
            start = where.this.meta.get("start", -1)
            if start in self.lists:
                self._only(parsed, "this", "field")
                return InList(term, self.lists[start])
        if where is not None or parsed.args.get("query") is not None or parsed.args.get("unnest"):
            raise self._refusal(
                *self._span(parsed),
                Words(
                    "IN expects values in brackets, IN ('US', 'CN'), or a list, IN LIST 'watch'",
                    "после IN ожидаются значения в скобках, IN ('US', 'CN'), или список, IN LIST 'watch'",
                ),
            )
        self._only(parsed, "this", "expressions")
        values = [self._value(each, term) for each in parsed.expressions]
        return OneOf(term, tuple(dict.fromkeys(values)))

    def _like(self, parsed: exp.Like | exp.Escape) -> Leaf:
        escape = ""
        inner: exp.Expr = parsed
        if isinstance(parsed, exp.Escape):
            self._only(parsed, "this", "expression")
            escape = self._string(parsed.expression)
            inner = parsed.this
        if not isinstance(inner, exp.Like):
            raise self._unknown(parsed)
        self._only(inner, "this", "expression", "negate")
        term = self._term(inner.this)
        pattern = self._string(_unwrapped(inner.expression))
        found = _like_parts(pattern, escape)
        if found is None:
            raise self._refusal(
                *self._span(parsed),
                Words(
                    "LIKE looks for a beginning 'abc%', an end '%abc' or a part '%abc%'; "
                    f"{pattern!r} came. For a whole value write =",
                    "LIKE ищет начало 'abc%', конец '%abc' или часть '%abc%', "
                    f"а задано {pattern!r}. Для точного совпадения напишите =",
                ),
            )
        return Like(term, found[0], found[1], negated=bool(inner.args.get("negate")))  # type: ignore[arg-type]  # one of three patterns

    def _is(self, parsed: exp.Is) -> Leaf:
        self._only(parsed, "this", "expression")
        if not isinstance(parsed.expression, exp.Null):
            raise self._refusal(
                *self._span(parsed),
                Words(
                    "IS expects NULL or NOT NULL; for TRUE and FALSE write =",
                    "после IS ожидается NULL или NOT NULL; для TRUE и FALSE напишите =",
                ),
            )
        return Missing(self._term(parsed.this))

    def _truth(self, parsed: exp.Column) -> Leaf:
        return Compare(self._term(parsed), "=", other=True)

    def _constant(self, parsed: exp.Expr) -> Leaf:
        raise self._refusal(
            *self._span(parsed),
            Words(
                "a comparison with a column was expected; a bare value came",
                "ожидается сравнение с графой, а задано отдельное значение",
            ),
        )

    # -- terms and values ------------------------------------------------------------------------

    def _term(self, parsed: exp.Expr) -> Term:
        parsed = _unwrapped(parsed)
        if isinstance(parsed, exp.Column):
            self._only(parsed, "this")
            name = parsed.this
            if isinstance(name, exp.Identifier) and name.meta.get("start", -1) not in self.lists:
                plain = name.this
                return Term(
                    plain
                    if plain in self.fields
                    else plain.lower()
                    if plain.lower() in self.fields
                    else plain
                )
        function = _FUNCTION_NODES.get(type(parsed))
        if function is not None:
            return self._function(parsed, function, parsed.this, parsed.args.get("expression"))
        if isinstance(parsed, exp.Anonymous):
            name = str(parsed.this).upper()
            arguments = parsed.expressions
            if name in FUNCTIONS and len(arguments) == 1:
                return self._function(parsed, name, arguments[0], None)
        raise self._unknown(parsed)

    def _function(
        self, parsed: exp.Expr, name: str, inner: exp.Expr, argument: exp.Expr | None
    ) -> Term:
        self._only(parsed, "this", "expression", "expressions")
        column = _unwrapped(inner)
        if not isinstance(column, exp.Column):
            raise self._refusal(
                *self._span(parsed),
                Words(f"{name} takes a column", f"{name}: ожидается графа"),
            )
        number = None
        if argument is not None:
            value = self._value(argument, None)
            number = value if isinstance(value, int) and not isinstance(value, bool) else -1
        return replace(self._term(column), function=name, argument=number)

    def _value(self, parsed: exp.Expr, term: Term | None) -> Value:
        parsed = _unwrapped(parsed)
        if isinstance(parsed, exp.Neg):
            self._only(parsed, "this")
            value = self._value(parsed.this, term)
            if isinstance(value, int | float) and not isinstance(value, bool):
                return -value or 0
        elif isinstance(parsed, exp.Boolean):
            return bool(parsed.this)
        elif isinstance(parsed, exp.Literal):
            return self._literal(parsed, term)
        elif isinstance(parsed, exp.Cast):
            return self._date(parsed)
        elif isinstance(parsed, exp.Null):
            raise self._refusal(
                *self._span(parsed),
                Words(
                    "NULL is no value here; write IS NULL",
                    "NULL здесь не значение; напишите IS NULL",
                ),
            )
        raise self._unknown(parsed)

    def _literal(self, parsed: exp.Literal, term: Term | None) -> Value:
        if parsed.is_string:
            return self._string(parsed, term)
        try:
            number = Decimal(str(parsed.this))
        except ArithmeticError:
            raise self._unknown(parsed) from None
        if parsed.meta.get("start", -1) in self.percents:
            number = self._percent(parsed, number, term)
        return number_of(number)

    def _percent(self, parsed: exp.Literal, number: Decimal, term: Term | None) -> Decimal:
        field = None if term is None or term.function else self.fields.get(term.column)
        if field is not None and field.is_percent:
            return number / 100
        if field is not None and field.unit == "percent":
            return number
        raise self._refusal(
            *self._span(parsed),
            Words(
                "per cent fit only shares, rates and ratios to the usual",
                "проценты допустимы только для долей, ставок и отношений к обычному",
            ),
        )

    def _string(self, parsed: exp.Expr, term: Term | None = None) -> str | Anything:
        if not (isinstance(parsed, exp.Literal) and parsed.is_string):
            raise self._refusal(
                *self._span(parsed),
                Words("text in quotes was expected", "ожидается текст в кавычках"),
            )
        text = str(parsed.this)
        field = None if term is None else self.fields.get(term.column)
        if field is not None and field.kind == "date" and term is not None and not term.function:
            return _day(text) or text
        for message in text_faults(text):
            raise self._refusal(*self._span(parsed), message)
        return text

    def _date(self, parsed: exp.Cast) -> date:
        inner, to = parsed.this, parsed.args.get("to")
        plain = isinstance(inner, exp.Literal) and inner.is_string
        if plain and isinstance(to, exp.DataType) and to.is_type("date"):
            found = _day(str(inner.this))
            if found is not None:
                return found
        raise self._refusal(
            *self._span(parsed),
            Words(
                "a date was expected, such as DATE '2026-11-24'",
                "ожидается дата, например DATE '2026-11-24'",
            ),
        )

    # -- refusals --------------------------------------------------------------------------------

    def _only(self, parsed: exp.Expr, *allowed: str) -> None:
        """Refuse a node that carries anything but the named parts."""
        for name, value in parsed.args.items():
            if name not in allowed and value:
                raise self._unknown(parsed)

    def _unknown(self, parsed: exp.Expr) -> UnreadableError:
        named = _NOT_OURS.get(type(parsed))
        if named is None:
            named = Words(_shortened(parsed), _shortened(parsed))
        return self._refusal(
            *self._span(parsed),
            Words(
                f"{named.en} is not part of the condition language. Allowed: comparisons, BETWEEN, IN, IN LIST, "
                f"LIKE, IS NULL, AND, OR, NOT and the functions {', '.join(FUNCTIONS)}",
                f"{named.ru}: в языке условий этого нет. Допустимы сравнения, BETWEEN, IN, IN LIST, "
                f"LIKE, IS NULL, AND, OR, NOT и функции {', '.join(FUNCTIONS)}",
            ),
        )

    def _span(self, parsed: exp.Expr) -> tuple[int, int]:
        """Return the characters that a node covers: from its first placed token to its last."""
        places = [
            (each.meta["start"], each.meta["end"] + 1)
            for each in parsed.walk()
            if "start" in each.meta
        ]
        if not places:
            parent = parsed.parent
            return self._span(parent) if parent is not None else (0, len(self.text))
        return min(start for start, _ in places), max(end for _, end in places)

    def _refusal(self, start: int, end: int, message: Words) -> UnreadableError:
        return UnreadableError(fault_at(self.text, start, end, message))


def _unwrapped(parsed: exp.Expr) -> exp.Expr:
    while isinstance(parsed, exp.Paren):
        parsed = parsed.this
    return parsed


def _is_value(parsed: exp.Expr) -> bool:
    if isinstance(parsed, exp.Neg):
        return _is_value(_unwrapped(parsed.this))
    return isinstance(parsed, exp.Literal | exp.Boolean | exp.Cast)


def _shortened(parsed: exp.Expr) -> str:
    name = type(parsed).__name__
    if isinstance(parsed, exp.Anonymous):
        name = f"{parsed.this}()"
    elif isinstance(parsed, exp.Func):
        name = f"{parsed.sql_name()}()"
    return name[:40]


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if len(text) == 10 else None
    except ValueError:
        return None


def _like_parts(pattern: str, escape: str) -> tuple[str, str] | None:
    """Return ("begins" | "ends" | "contains", text) of a LIKE pattern, or None for any other."""
    if len(escape) > 1:
        return None
    signs: list[tuple[str, bool]] = []  # each character, and whether it is a wildcard
    place = 0
    while place < len(pattern):
        sign = pattern[place]
        if escape and sign == escape:
            place += 1
            if place == len(pattern):
                return None
            signs.append((pattern[place], False))
        else:
            signs.append((sign, sign in "%_"))
        place += 1
    starts_open = bool(signs) and signs[0] == ("%", True)
    ends_open = len(signs) > 1 and signs[-1] == ("%", True)
    middle = signs[1 if starts_open else 0 : len(signs) - 1 if ends_open else len(signs)]
    if not middle or any(wild for _, wild in middle) or not (starts_open or ends_open):
        return None
    kind = "contains" if starts_open and ends_open else "ends" if starts_open else "begins"
    return kind, "".join(sign for sign, _ in middle)
