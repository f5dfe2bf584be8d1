"""State of groups that follows the days one by one: what is scheduled, and what stands."""

import heapq
from bisect import bisect_left, insort
from collections.abc import Iterable
from typing import Any

Group = tuple[Any, ...]


class Schedule:
    """Events by day, handed out when their day has come.

    Attributes
    ----------
    now : the day up to which events were handed out (days since 1970-01-01)
    """

    def __init__(self) -> None:
        self.now = -(1 << 40)
        self.events: dict[int, list[Any]] = {}
        self.days: list[int] = []

    def put(self, day: int, event: Any) -> bool:
        """Schedule an event; return False when its day has come already and it is due at once."""
        if day <= self.now:
            return False
        waiting = self.events.get(day)
        if waiting is None:
            self.events[day] = [event]
            heapq.heappush(self.days, day)
        else:
            waiting.append(event)
        return True

    def due(self, day: int) -> Iterable[Any]:
        """Move on to ``day`` and hand out what came due, oldest first."""
        self.now = max(self.now, day)
        while self.days and self.days[0] <= day:
            yield from self.events.pop(heapq.heappop(self.days))


class Totals:
    """Whole-number totals per group; a group whose totals are all 0 is forgotten."""

    def __init__(self, width: int) -> None:
        self.nothing = (0,) * width
        self.totals: dict[Group, tuple[int, ...]] = {}
        self.schedule = Schedule()

    def add(self, day: int, group: Group, amounts: tuple[int, ...]) -> None:
        """Add to the totals of a group from ``day`` on."""
        if not self.schedule.put(day, (group, amounts)):
            self._apply(group, amounts)

    def add_window(
        self, day: int, group: Group, amounts: tuple[int, ...], window_days: int | None
    ) -> None:
        """Add from the day after ``day`` on, for ``window_days`` days."""
        self.add(day + 1, group, amounts)
        if window_days is not None:
            self.add(day + window_days + 1, group, tuple(-one for one in amounts))

    def at(self, day: int, group: Group) -> tuple[int, ...]:
        """Return the totals of a group on ``day``; no earlier day can be asked for afterwards."""
        if day > self.schedule.now:
            for event in self.schedule.due(day):
                self._apply(*event)
        return self.totals.get(group, self.nothing)

    def _apply(self, group: Group, amounts: tuple[int, ...]) -> None:
        stands = self.totals.get(group, self.nothing)
        total = tuple(a + b for a, b in zip(stands, amounts, strict=True))
        if any(total):
            self.totals[group] = total
        else:
            self.totals.pop(group, None)


class Members:
    """Number of distinct members of each group inside a window."""

    def __init__(self, window_days: int | None) -> None:
        self.window_days = window_days
        self.sights: dict[Group, int] = {}
        self.numbers: dict[Group, int] = {}
        self.today: dict[Group, int] = {}
        self.schedule = Schedule()

    def add(self, day: int, group: Group, member: Group) -> None:
        """See a member on a day, seen from the next day on; a late one from now on."""
        pair = (group, member)
        if self.today.get(pair) == day or (self.window_days is None and pair in self.sights):
            return
        if day >= self.schedule.now:
            self.today[pair] = day
        self._add(day + 1, group, member, 1)
        if self.window_days is not None:
            self._add(day + self.window_days + 1, group, member, -1)

    def _add(self, day: int, group: Group, member: Group, by: int) -> None:
        if not self.schedule.put(day, (group, member, by)):
            self._apply(group, member, by)

    def at(self, day: int, group: Group) -> int:
        """Return the number of members seen before ``day``."""
        if day > self.schedule.now:
            for event in self.schedule.due(day):
                self._apply(*event)
            self.today = {pair: seen for pair, seen in self.today.items() if seen >= day}
        return self.numbers.get(group, 0)

    def _apply(self, group: Group, member: Group, by: int) -> None:
        pair = (group, member)
        before = self.sights.get(pair, 0)
        after = before + by
        if after:
            self.sights[pair] = after
        else:
            self.sights.pop(pair, None)
        change = (after > 0) - (before > 0)
        if change:
            number = self.numbers.get(group, 0) + change
            if number:
                self.numbers[group] = number
            else:
                self.numbers.pop(group, None)


class Values:
    """Values of each group inside a window, in ascending order."""

    def __init__(self, window_days: int | None) -> None:
        self.window_days = window_days
        self.values: dict[Group, list[float]] = {}
        self.schedule = Schedule()

    def add(self, day: int, group: Group, value: float) -> None:
        """Take up a value, seen from the next day on; a late one from now on."""
        self._add(day + 1, group, value, comes=True)
        if self.window_days is not None:
            self._add(day + self.window_days + 1, group, value, comes=False)

    def _add(self, day: int, group: Group, value: float, *, comes: bool) -> None:
        if not self.schedule.put(day, (group, value, comes)):
            self._apply(group, value, comes)

    def median(self, day: int, group: Group, least: int) -> float | None:
        """Return the median before ``day``, None if there are fewer values than ``least``."""
        if day > self.schedule.now:
            for event in self.schedule.due(day):
                self._apply(*event)
        values = self.values.get(group, ())
        count = len(values)
        if count < max(least, 1):
            return None
        return (values[(count - 1) // 2] + values[count // 2]) / 2

    def _apply(self, group: Group, value: float, comes: bool) -> None:
        values = self.values.setdefault(group, [])
        if comes:
            insort(values, value)
            return
        del values[bisect_left(values, value)]
        if not values:
            del self.values[group]


class LastSeen:
    """The last value of each member of a group, as long as it was seen inside the window.

    Several values on one day: the highest counts.
    """

    def __init__(self, window_days: int) -> None:
        self.window_days = window_days
        self.seen: dict[Group, dict[Group, tuple[int, float]]] = {}
        self.schedule = Schedule()

    def add(self, day: int, group: Group, member: Group, value: float) -> None:
        """Take up a value, seen from the next day on; a late one from now on."""
        self._add(day + 1, group, member, day, value)
        self._add(day + self.window_days + 1, group, member, day, None)

    def _add(self, due: int, group: Group, member: Group, day: int, value: float | None) -> None:
        if not self.schedule.put(due, (group, member, day, value)):
            self._apply(group, member, day, value)

    def others(self, day: int, group: Group, member: Group) -> float | None:
        """Return the highest value last seen under another member before ``day``."""
        if day > self.schedule.now:
            for event in self.schedule.due(day):
                self._apply(*event)
        seen = self.seen.get(group, {})
        return max((value for one, (_, value) in seen.items() if one != member), default=None)

    def _apply(self, group: Group, member: Group, day: int, value: float | None) -> None:
        members = self.seen.setdefault(group, {})
        stands = members.get(member)
        if value is None:
            if stands is not None and stands[0] == day:
                del members[member]
        elif stands is not None and stands[0] == day:
            members[member] = (day, max(stands[1], value))
        elif stands is None or stands[0] < day:
            members[member] = (day, value)
        if not members:
            del self.seen[group]


class Ages:
    """First day, and the last two days, on which each group was seen."""

    def __init__(self, window_days: int | None = None) -> None:
        self.window_days = window_days
        self.first: dict[Group, int] = {}
        self.last: dict[Group, tuple[int, int | None]] = {}
        self.schedule = Schedule()

    def add_first(self, day: int, group: Group) -> None:
        """See a group; only its first day is kept."""
        if self.first.setdefault(group, day) > day:  # one that came late
            self.first[group] = day

    def add_last(self, day: int, group: Group) -> None:
        """See a group; its last two days are kept while the window reaches them."""
        stands = self.last.get(group)
        if stands is None:
            self.last[group] = (day, None)
        elif stands[0] < day:
            self.last[group] = (day, stands[0])
        elif stands[0] > day and (stands[1] is None or stands[1] < day):
            self.last[group] = (stands[0], day)
        if self.window_days is None or self.schedule.put(day + self.window_days + 1, (group, day)):
            return
        if self.last[group][0] == day:  # it came so late that its window is over
            del self.last[group]

    def before(self, day: int, group: Group) -> int | None:
        """Return the last day before ``day`` inside the window."""
        if day > self.schedule.now:
            for gone, seen in self.schedule.due(day):
                if gone in self.last and self.last[gone][0] == seen:
                    del self.last[gone]
        last, previous = self.last.get(group, (None, None))
        found = last if last is None or last < day else previous
        if found is None or (self.window_days is not None and day - found > self.window_days):
            return None
        return found
