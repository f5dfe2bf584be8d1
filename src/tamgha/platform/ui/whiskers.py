"""The whisker of a tile or a table cell: value, interval and yardstick on an axis with named ends."""

import math
from dataclasses import dataclass

_BAR_START = 30.0


@dataclass(frozen=True, slots=True)
class Whisker:
    """Where each mark of a whisker stands, in pixels of its box.

    Parameters
    ----------
    width, start, end : the box and the ends of its axis
    low, high, value, yardstick : places on the axis; None where there is none
    beyond : whether the interval goes on past the right end of the axis
    """

    width: int
    start: float
    end: float
    low: float | None
    high: float | None
    value: float | None
    yardstick: float | None
    beyond: bool = False


def place(
    value: float | None,
    interval: tuple[float, float] | None,
    *,
    axis: tuple[float, float],
    yardstick: float | None = None,
    width: int = 240,
    ends: bool = True,
) -> Whisker:
    """Return the places of the marks; what lies outside the axis stands at its end.

    Parameters
    ----------
    value, interval, yardstick : in the unit of the axis
    axis : its two ends, low < high
    width : pixels of the whole drawing
    ends : whether room is kept at both sides for the names of the ends
    """
    low, high = axis
    if not low < high:
        raise ValueError(f"an axis runs upwards; {low} to {high} came")
    start = _BAR_START if ends else 4.0
    end = width - start

    def at(number: float | None) -> float | None:
        if number is None:
            return None
        share = 1.0 if math.isinf(number) else (number - low) / (high - low)
        return round(start + min(1.0, max(0.0, share)) * (end - start), 1)

    return Whisker(
        width=width,
        start=start,
        end=end,
        low=at(interval[0]) if interval else None,
        high=at(interval[1]) if interval else None,
        value=at(value),
        yardstick=at(yardstick),
        beyond=bool(interval and interval[1] > high),
    )
