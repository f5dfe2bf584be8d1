"""A tree without ``Not`` as an "or" of "and"s (its disjunctive form)."""

import math
from itertools import product
from typing import TypeAlias

from tamgha.risk.profiles import All, Any, Leaf, Node

Terms: TypeAlias = list[tuple[Leaf, ...]]

MOST_TERMS = 12
"""A condition of more terms is computed leaf by leaf instead."""


def terms_of(tree: Node) -> Terms | None:
    """Return the terms of a tree without ``Not``; None if there are too many of them."""
    if isinstance(tree, Any):
        found: Terms = []
        for part in tree.parts:
            more = terms_of(part)
            if more is None or len(found) + len(more) > MOST_TERMS:
                return None
            found += more
        return found
    if isinstance(tree, All):
        choices: list[Terms] = []
        for part in tree.parts:
            more = terms_of(part)
            if more is None or len(more) * math.prod(map(len, choices)) > MOST_TERMS:
                return None
            choices.append(more)
        return [tuple(leaf for term in chosen for leaf in term) for chosen in product(*choices)]
    return [(tree,)]  # type: ignore[list-item]  # without Not a leaf is left
