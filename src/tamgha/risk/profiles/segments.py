"""A text in pieces, so that a page can mark the condition that a piece speaks of."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal, TypeAlias

SegmentKind: TypeAlias = Literal["plain", "condition", "lane"]


@dataclass(frozen=True, slots=True)
class Segment:
    """One piece of a text.

    Parameters
    ----------
    text : the words themselves, with their spaces
    kind : "condition" for the words of one leaf, "lane" for the name of a lane, else "plain"
    node : id of the leaf; "" for other pieces
    """

    text: str
    kind: SegmentKind = "plain"
    node: str = ""


@dataclass(frozen=True, slots=True)
class Sentence:
    """A text as its pieces; ``str()`` gives the whole."""

    segments: tuple[Segment, ...]

    def __str__(self) -> str:
        return "".join(segment.text for segment in self.segments)

    @property
    def text(self) -> str:
        """The whole text."""
        return str(self)


def sentence_of(segments: Iterable[Segment]) -> Sentence:
    """Return the pieces as one text; neighbouring plain pieces are joined."""
    made: list[Segment] = []
    for segment in segments:
        if made and segment.kind == "plain" and made[-1].kind == "plain":
            made[-1] = Segment(made[-1].text + segment.text)
        elif segment.text:
            made.append(segment)
    return Sentence(tuple(made))
