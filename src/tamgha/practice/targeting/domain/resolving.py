"""Conditions with the lists they name written out, so that a later change of a list changes nothing."""

from collections import defaultdict
from dataclasses import replace

from tamgha import risk


def resolved(condition: risk.Condition, lists: risk.ProfileLists) -> risk.Condition:
    """Return an equal condition that names no list: every member stands in it.

    The tree may be larger than a text may state (a list holds up to 100,000 members): run it, do not
    parse its text again. A list of HS codes holds beginnings, so a row is on it when the first digits
    of its code, as many as the entry has, are an entry.

    Parameters
    ----------
    condition : as it was written
    lists : each list that it names, with the members of the wanted version

    Raises
    ------
    TamghaError
        If a list is not among ``lists``.
    """
    if not condition.lists:
        return condition
    return replace(condition, tree=_node(condition.tree, lists))


def _node(node: risk.Node, lists: risk.ProfileLists) -> risk.Node:
    if isinstance(node, risk.InList):
        return _members(node, lists.current(node.list_name))
    if isinstance(node, risk.Not):
        part = _node(node.part, lists)
        assert isinstance(part, risk.All | risk.Any)  # noqa: S101 -- a group stays a group
        return replace(node, part=part)
    if isinstance(node, risk.All | risk.Any):
        parts: list[risk.Node] = []
        for part in node.parts:
            made = _node(part, lists)
            parts += made.parts if isinstance(made, type(node)) else [made]
        return replace(node, parts=tuple(parts))
    return node


def _members(leaf: risk.InList, found: risk.NamedList) -> risk.Node:
    if not found.by_beginning:
        return risk.OneOf(leaf.term, found.values, leaf.negated, leaf.id)
    parts: list[risk.Node]
    if leaf.term.function:
        parts = [risk.Like(leaf.term, "begins", code, leaf.negated) for code in found.values]
    else:
        by_length = defaultdict(list)
        for code in found.values:
            by_length[len(code)].append(code)
        parts = [
            risk.OneOf(risk.Term(leaf.term.column, "LEFT", length), tuple(codes), leaf.negated)
            for length, codes in sorted(by_length.items())
        ]
    if len(parts) == 1:
        return replace(parts[0], id=leaf.id)
    kind = risk.All if leaf.negated else risk.Any
    return kind(tuple(parts), leaf.id)
