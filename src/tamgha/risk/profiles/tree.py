"""The condition of a profile as a small frozen tree, and what can be asked of any such tree.

Leaves ask one thing of one row; ``All``, ``Any`` and ``Not`` join them. Logic is that of SQL with its
three values: a leaf over an empty field is unknown, and a profile hits only where the whole is TRUE.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Literal, TypeAlias

Value: TypeAlias = str | int | float | bool | date
Operator: TypeAlias = Literal["=", "<>", "<", "<=", ">", ">="]
Pattern: TypeAlias = Literal["begins", "ends", "contains"]

OPPOSITE: dict[Operator, Operator] = {
    "=": "<>",
    "<>": "=",
    "<": ">=",
    ">=": "<",
    ">": "<=",
    "<=": ">",
}
"""The operator that is TRUE exactly where the other is FALSE."""

MIRRORED: dict[Operator, Operator] = {
    "=": "=",
    "<>": "<>",
    "<": ">",
    ">": "<",
    "<=": ">=",
    ">=": "<=",
}
"""The operator that holds when both sides change places."""


@dataclass(frozen=True, slots=True)
class Term:
    """What a leaf looks at: a column, or a function of one.

    Parameters
    ----------
    column : canonical name of a column or an indicator
    function : "LEFT", "LENGTH", "ABS", "MONTH", "WEEKDAY", or "" for the column itself
    argument : int or None
        Number of characters, for LEFT only.
    """

    column: str
    function: str = ""
    argument: int | None = None


@dataclass(frozen=True, slots=True)
class Compare:
    """``term operator other``; unknown where either side is empty."""

    term: Term
    operator: Operator
    other: Value | Term
    id: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True)
class Between:
    """``low <= term <= high``, both ends included."""

    term: Term
    low: Value
    high: Value
    negated: bool = False
    id: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True)
class OneOf:
    """The term is one of the values written in the condition."""

    term: Term
    values: tuple[Value, ...]
    negated: bool = False
    id: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True)
class InList:
    """The term is on a named list; on a list of HS codes, it begins with one of its codes."""

    term: Term
    list_name: str
    negated: bool = False
    id: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True)
class Like:
    """The text begins with, ends with or contains ``text``, letter for letter."""

    term: Term
    pattern: Pattern
    text: str
    negated: bool = False
    id: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True)
class Missing:
    """The field is empty (or, for a computed number, has no value); never unknown itself."""

    term: Term
    negated: bool = False
    id: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True)
class All:
    """Every part must hold; at least two parts."""

    parts: tuple["Node", ...]
    id: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True)
class Any:
    """At least one part must hold; at least two parts."""

    parts: tuple["Node", ...]
    id: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True)
class Not:
    """A group must be FALSE. Leaves are negated in themselves."""

    part: "All | Any"
    id: str = field(default="", compare=False)


Leaf: TypeAlias = Compare | Between | OneOf | InList | Like | Missing
Group: TypeAlias = All | Any
Node: TypeAlias = Leaf | Group | Not


def joined(kind: type[All] | type[Any], parts: list[Node], node_id: str = "") -> Node:
    """Return the parts as one group; groups of the same kind are merged, one part stands alone."""
    flat: list[Node] = []
    for part in parts:
        if isinstance(part, kind):
            flat.extend(part.parts)
        else:
            flat.append(part)
    return flat[0] if len(flat) == 1 else kind(tuple(flat), node_id)


def opposite(leaf: Leaf) -> Leaf:
    """Return the leaf that is TRUE exactly where this one is FALSE, and unknown where it is unknown."""
    if isinstance(leaf, Compare):
        if leaf.operator == "=" and isinstance(leaf.other, bool):
            return replace(leaf, other=not leaf.other)
        return replace(leaf, operator=OPPOSITE[leaf.operator])
    return replace(leaf, negated=not leaf.negated)


def negation(node: Node) -> Node:
    """Return the plain negation: of a leaf its opposite, of a group a ``Not``, of a ``Not`` its part."""
    if isinstance(node, Not):
        return node.part
    if isinstance(node, All | Any):
        return Not(node)
    return opposite(node)


def without_not(node: Node, *, negate: bool = False) -> Node:
    """Return an equal tree without ``Not``: negations are pushed down to the leaves.

    De Morgan's laws hold in three-valued logic, so the result is TRUE in the same rows; and since
    nothing above a leaf negates, only "is this leaf TRUE?" is left to ask.
    """
    if isinstance(node, Not):
        return without_not(node.part, negate=not negate)
    if isinstance(node, All | Any):
        kind = (Any if isinstance(node, All) else All) if negate else type(node)
        return joined(kind, [without_not(part, negate=negate) for part in node.parts], node.id)
    return opposite(node) if negate else node


def walk(node: Node) -> Iterator[Node]:
    """Yield every node, a group before its parts, in reading order."""
    yield node
    if isinstance(node, Not):
        yield from walk(node.part)
    elif isinstance(node, All | Any):
        for part in node.parts:
            yield from walk(part)


def leaves(node: Node) -> Iterator[Leaf]:
    """Yield every leaf in reading order, repeated ones too."""
    for each in walk(node):
        if not isinstance(each, All | Any | Not):
            yield each


def terms(node: Node) -> Iterator[Term]:
    """Yield every term looked at, repeated ones too."""
    for leaf in leaves(node):
        yield leaf.term
        if isinstance(leaf, Compare) and isinstance(leaf.other, Term):
            yield leaf.other


def columns_of(node: Node) -> tuple[str, ...]:
    """Return the names of the columns that the tree looks at, each once, in order of appearance."""
    return tuple(dict.fromkeys(term.column for term in terms(node)))


def list_names(node: Node) -> tuple[str, ...]:
    """Return the names of the lists that the tree refers to, each once."""
    return tuple(dict.fromkeys(leaf.list_name for leaf in leaves(node) if isinstance(leaf, InList)))


def depth(node: Node) -> int:
    """Return how many groups enclose the deepest leaf."""
    if isinstance(node, Not):
        return 1 + depth(node.part)
    if isinstance(node, All | Any):
        return 1 + max(depth(part) for part in node.parts)
    return 0


def with_ids(node: Node, *, like: Node | None = None) -> Node:
    """Return the tree with an id on every node, unique in the tree.

    Ids that are there already stay. A leaf that has none takes the id of an equal leaf of ``like``
    (the tree before the edit), so that a page keeps pointing at the same condition; the rest are
    numbered ``c1``, ``c2`` … in reading order.
    """
    taken = {each.id for each in walk(node) if each.id}
    earlier: dict[Node, list[str]] = {}
    for each in () if like is None else walk(like):
        if each.id and each.id not in taken:
            earlier.setdefault(each, []).append(each.id)
    reserved = taken | {each.id for each in (() if like is None else walk(like))}
    seen: set[str] = set()
    counter = 0

    def named(each: Node) -> Node:
        nonlocal counter
        new_id = each.id
        if not new_id or new_id in seen:
            known = earlier.get(each, [])
            new_id = known.pop(0) if known else ""
        while not new_id or new_id in seen:
            counter += 1
            candidate = f"c{counter}"
            new_id = candidate if candidate not in reserved else ""
        seen.add(new_id)
        if isinstance(each, Not):
            part = named(each.part)
            assert isinstance(part, All | Any)  # noqa: S101 -- named() keeps the class
            return replace(each, part=part, id=new_id)
        if isinstance(each, All | Any):
            return replace(each, parts=tuple(named(part) for part in each.parts), id=new_id)
        return replace(each, id=new_id)

    return named(node)
