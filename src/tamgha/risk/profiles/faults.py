"""What is wrong with a condition, and where."""

from collections.abc import Sequence
from dataclasses import dataclass

from tamgha.shared.errors import RefusedError
from tamgha.shared.words import Words


@dataclass(frozen=True, slots=True)
class ConditionFault:
    """One fault of a condition.

    Parameters
    ----------
    message : what was expected and what came
    start, end : int
        Place in the text, as offsets of characters, ``end`` not included; both 0 for a form.
    line, column : int, from 1
        The same place for people; both 0 for a form.
    node : str
        Id of the row of the form; "" for a text.
    """

    message: Words
    start: int = 0
    end: int = 0
    line: int = 0
    column: int = 0
    node: str = ""

    @property
    def placed(self) -> Words:
        """The message with its place in front."""
        if self.line:
            return Words(
                f"line {self.line}, character {self.column}: {self.message.en}",
                f"строка {self.line}, знак {self.column}: {self.message.ru}",
            )
        return self.message


def fault_at(text: str, start: int, end: int, message: Words) -> ConditionFault:
    """Return a fault at characters ``start`` to ``end`` of a text."""
    start = max(0, min(start, len(text)))
    end = max(start, min(end, len(text)))
    before = text[:start]
    return ConditionFault(
        message, start, end, before.count("\n") + 1, start - (before.rfind("\n") + 1) + 1
    )


class ConditionError(RefusedError):
    """A condition was refused.

    Attributes
    ----------
    places : tuple of ConditionFault
        Every fault with its place.
    """

    def __init__(self, faults: Sequence[ConditionFault]) -> None:
        self.places = tuple(faults)
        super().__init__(
            Words("The condition was not accepted", "Условие не принято"),
            [fault.placed for fault in faults],
        )
