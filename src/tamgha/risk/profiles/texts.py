"""From tree to canonical text: one way of writing each condition, read back to the same tree."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from tamgha.risk.profiles.checks import written
from tamgha.risk.profiles.segments import Segment, Sentence, sentence_of
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
    Term,
    Value,
)


def text_of(tree: Node) -> Sentence:
    """Return the canonical SQL of a tree, each leaf a piece of its own."""
    return sentence_of(_pieces(tree, outer=None))


def _pieces(node: Node, *, outer: type[Node] | None) -> Iterator[Segment]:
    if isinstance(node, Not):
        yield Segment("NOT (")
        yield from _pieces(node.part, outer=None)
        yield Segment(")")
    elif isinstance(node, All | Any):
        # AND binds more tightly than OR; brackets stand wherever a group is inside another one.
        bracketed = outer is not None
        word = " AND " if isinstance(node, All) else " OR "
        yield Segment("(" if bracketed else "")
        for place, part in enumerate(node.parts):
            yield Segment(word if place else "")
            yield from _pieces(part, outer=type(node))
        yield Segment(")" if bracketed else "")
    else:
        yield Segment(leaf_text(node), "condition", node.id)


def leaf_text(leaf: Leaf) -> str:
    """Return the canonical SQL of one leaf."""
    term = written(leaf.term)
    if isinstance(leaf, Compare):
        other = written(leaf.other) if isinstance(leaf.other, Term) else literal(leaf.other)
        return f"{term} {leaf.operator} {other}"
    no = "NOT " if leaf.negated else ""
    if isinstance(leaf, Between):
        return f"{term} {no}BETWEEN {literal(leaf.low)} AND {literal(leaf.high)}"
    if isinstance(leaf, OneOf):
        return f"{term} {no}IN ({', '.join(literal(value) for value in leaf.values)})"
    if isinstance(leaf, InList):
        return f"{term} {no}IN LIST {literal(leaf.list_name)}"
    if isinstance(leaf, Missing):
        return f"{term} IS {no}NULL"
    return f"{term} {no}LIKE {_like_literal(leaf)}"


def literal(value: Value) -> str:
    """Return a value as it is written in a condition."""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, str):
        return "'" + value.replace("'", "''") + "'"
    if isinstance(value, date):
        return f"DATE '{value.isoformat()}'"
    return plain_number(value)


def plain_number(value: int | float) -> str:
    """Return the shortest decimal that reads back as the same number, without an exponent."""
    return f"{Decimal(repr(number_of(Decimal(repr(value))))):f}"


def _like_literal(leaf: Like) -> str:
    text = leaf.text
    escaped = any(sign in text for sign in "%_")
    if escaped:
        text = "".join(f"!{sign}" if sign in "!%_" else sign for sign in text)
    before = "" if leaf.pattern == "begins" else "%"
    after = "" if leaf.pattern == "ends" else "%"
    return literal(f"{before}{text}{after}") + (" ESCAPE '!'" if escaped else "")


def number_of(number: Decimal) -> int | float:
    """Return a number as an int where it is whole, else as the nearest float; never minus zero."""
    if number.is_finite() and abs(number.adjusted()) < 400 and number == number.to_integral_value():
        return int(number)
    return float(number) or 0
