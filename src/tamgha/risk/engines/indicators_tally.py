"""Running totals of groups over days: additions that are dated, totals that are asked for a day."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from tamgha.risk.engines.indicators_rows import Ints, Ordered, by_group

Codes = npt.NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class Additions:
    """Dated additions to the totals of groups.

    Parameters
    ----------
    day : shape (n,), ascending; the first day whose total contains the addition
    slot : shape (n,), group; -1 for none
    amounts : one array of shape (n,) per total kept, whole numbers
    """

    day: Codes
    slot: Codes
    amounts: tuple[Ints, ...]

    def part(self, chosen: slice | npt.NDArray[np.bool_]) -> "Additions":
        """Return some of the additions, in their order."""
        return Additions(
            self.day[chosen], self.slot[chosen], tuple(one[chosen] for one in self.amounts)
        )


def nothing(width: int) -> Additions:
    """Return no additions to ``width`` totals."""
    return Additions(np.empty(0, np.int32), np.empty(0, np.int32), (np.empty(0, np.int64),) * width)


def together(parts: Sequence[Additions]) -> Additions:
    """Put additions together by day."""
    filled = [one for one in parts if len(one.day)]
    if len(filled) <= 1:
        return filled[0] if filled else parts[0]
    day = np.concatenate([one.day for one in filled])
    order = np.argsort(day, kind="stable")
    return Additions(
        day[order],
        np.concatenate([one.slot for one in filled])[order],
        tuple(
            np.concatenate(columns)[order]
            for columns in zip(*(one.amounts for one in filled), strict=True)
        ),
    )


def grown(array: npt.NDArray[np.int64], size: int, fill: int = 0) -> Ints:
    """Return the array with room for ``size`` groups."""
    if len(array) >= size:
        return array
    room = np.full(max(size, len(array) * 5 // 4), fill, np.int64)
    room[: len(array)] = array
    return room


class Tally:
    """Totals per group, asked for days that never go back.

    Totals are whole numbers, so that the order of additions changes nothing.

    Parameters
    ----------
    width : how many totals are kept for each group
    """

    def __init__(self, width: int) -> None:
        self.settled: list[Ints] = [np.zeros(0, np.int64) for _ in range(width)]
        self.pending = nothing(width)

    def totals(self, added: Additions, ordered: Ordered, days: Codes, size: int) -> list[Ints]:
        """Return each row's totals of its group on its day, after taking up ``added``.

        Parameters
        ----------
        added : additions not yet seen
        ordered : the rows by group
        days : shape (rows,), ascending
        size : number of groups seen so far

        Returns
        -------
        list of arrays of shape (rows,); 0 for a row without a group
        """
        self.pending = together([self.pending, added])
        last = int(days[-1]) if len(days) else 0
        due = self.pending.part(slice(0, int(np.searchsorted(self.pending.day, last, "right"))))
        found = _asked(due, ordered, days, size)
        if len(self.settled[0]):
            self.settled = [grown(one, size) for one in self.settled]
            for total, settled in zip(found, self.settled, strict=True):
                total[ordered.rows] += settled[ordered.slots]
        return found

    def settle(self, day: int, size: int) -> None:
        """Close the days up to ``day``: nobody will ask for an earlier one."""
        until = int(np.searchsorted(self.pending.day, day, "right"))
        done = self.pending.part(slice(0, until))
        self.settled = [grown(one, size) for one in self.settled]
        has = done.slot >= 0
        for settled, amount in zip(self.settled, done.amounts, strict=True):
            np.add.at(settled, done.slot[has], amount[has])
        self.pending = self.pending.part(slice(until, None))


def _asked(due: Additions, ordered: Ordered, days: Codes, size: int) -> list[Ints]:
    """Return for each row the sum of the due additions to its group up to its day."""
    totals = [np.zeros(len(days), np.int64) for _ in due.amounts]
    if not len(due.day) or not len(ordered.rows):
        return totals
    events = by_group(due.slot, size)
    first = min(int(due.day[0]), int(days[0]))
    width = max(int(due.day[-1]), int(days[-1])) - first + 1
    line = events.slots.astype(np.int64) * width + (due.day[events.rows] - first)
    asked = ordered.slots.astype(np.int64) * width + (days[ordered.rows] - first)
    opens = np.ones(len(asked), np.bool_)
    np.not_equal(asked[1:], asked[:-1], out=opens[1:])
    runs = np.flatnonzero(opens)
    until = np.searchsorted(line, asked[runs], "right")
    since = events.begins[ordered.slots[runs]]
    widths = np.diff(np.append(runs, len(asked)))
    for amount, total in zip(due.amounts, totals, strict=True):
        running = np.zeros(len(line) + 1, np.int64)
        np.cumsum(amount[events.rows], out=running[1:])
        total[ordered.rows] = np.repeat(running[until] - running[since], widths)
    return totals


@dataclass(frozen=True, slots=True)
class Placed:
    """Rows by group and day.

    Parameters
    ----------
    ordered : rows put together by group
    day : shape (m,), day of each in that order
    group_start, day_start : shape (m,), place where its group, and its group's day, begins
    """

    ordered: Ordered
    day: Codes
    group_start: Codes
    day_start: Codes


def placed(ordered: Ordered, day: Codes) -> Placed:
    """Find where groups and their days begin."""
    days = day[ordered.rows]
    group_start = np.repeat(ordered.begins[:-1], np.diff(ordered.begins))
    changed = np.zeros(len(days), np.bool_)
    if len(days):
        changed[0] = True
        np.logical_or(
            ordered.slots[1:] != ordered.slots[:-1], days[1:] != days[:-1], out=changed[1:]
        )
    places = np.flatnonzero(changed).astype(np.int32)
    day_start = np.zeros(len(days), np.int32)
    day_start[places] = places
    np.maximum.accumulate(day_start, out=day_start)
    return Placed(ordered, days, group_start, day_start)


def before_today(where: Placed, amounts: Ints | None, count: int) -> Ints:
    """Return for each row the sum of ``amounts`` (or the number) of its group's earlier days.

    Parameters
    ----------
    where : the rows by group and day
    amounts : shape (count,) or None for 1 each
    count : number of rows

    Returns
    -------
    shape (count,); 0 for a row without a group
    """
    if amounts is None:
        found = where.day_start.astype(np.int64) - where.group_start
    else:
        running = np.empty(len(where.day) + 1, np.int64)
        running[0] = 0
        np.cumsum(amounts[where.ordered.rows], out=running[1:])
        found = running[where.day_start] - running[where.group_start]
    result = np.zeros(count, np.int64)
    result[where.ordered.rows] = found
    return result
