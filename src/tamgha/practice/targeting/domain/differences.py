"""Two conditions side by side as sentences, with the leaves that differ marked."""

from collections import Counter
from dataclasses import dataclass

from tamgha import risk


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of a sentence; ``changed`` where the other condition does not ask the same."""

    text: str
    changed: bool = False


def marked_sentences(
    before: risk.Condition, after: risk.Condition, language: str
) -> tuple[list[Piece], list[Piece]]:
    """Return both sentences in pieces; leaves that stand in one alone are marked.

    A leaf that only moved is not marked; the grouping is read in the words.
    """
    return _marked(before, after, language), _marked(after, before, language)


def _marked(condition: risk.Condition, other: risk.Condition, language: str) -> list[Piece]:
    left = Counter(other.leaves)
    changed = set()
    for leaf in condition.leaves:
        if left[leaf]:
            left[leaf] -= 1
        else:
            changed.add(leaf.id)
    return [
        Piece(segment.text, segment.kind == "condition" and segment.node in changed)
        for segment in condition.sentence(language).segments
    ]
