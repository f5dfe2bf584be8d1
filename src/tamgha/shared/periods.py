"""Periods of days, half-open: the first day belongs to it, the end does not."""

from dataclasses import dataclass
from datetime import date

from tamgha.shared.errors import TamghaError
from tamgha.shared.words import Words


@dataclass(frozen=True, slots=True, order=True)
class Period:
    """The days from ``start`` up to, not including, ``end``.

    Raises
    ------
    TamghaError
        If the end is not after the start.
    """

    start: date
    end: date

    def __post_init__(self) -> None:
        if self.end <= self.start:
            raise TamghaError(
                Words(
                    f"A period ends after it starts; {self.start} to {self.end} came.",
                    f"Период заканчивается после начала, а задано: с {self.start} до {self.end}.",
                )
            )

    @property
    def days(self) -> int:
        """How many days it has."""
        return (self.end - self.start).days

    def __contains__(self, day: date) -> bool:
        return self.start <= day < self.end
