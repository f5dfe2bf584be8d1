"""How each kind of indicator follows declarations one by one."""

import math
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any, Protocol

from tamgha.risk.engines.indicators_kinds import (
    MOST_ZEROS,
    NIGHT_FROM,
    NIGHT_UNTIL,
    SUM_LIMIT,
    SUM_SCALE,
    calendar_value,
)
from tamgha.risk.engines.indicators_online_totals import (
    Ages,
    Group,
    LastSeen,
    Members,
    Totals,
    Values,
)
from tamgha.risk.indicators import Indicator, Key, Measure

Row = Mapping[str, Any]
EPOCH = date(1970, 1, 1).toordinal()
EVERYTHING: Group = ()


def group_of(row: Row, keys: tuple[Key, ...]) -> Group | None:
    """Return a row's group, None when a key is NULL."""
    values = []
    for key in keys:
        value = row.get(key.column)
        if value is None:
            return None
        values.append(value if key.length is None else value[: key.length])
    return tuple(values)


def measured_one(measure: Measure, row: Row) -> float | None:
    """Return the measure of a row, None where it cannot be computed."""
    result: float | None = None
    for place, term in enumerate(measure.terms):
        operand = term.number
        for name in term.columns:
            operand = _number(row.get(name))
            if operand is not None:
                break
        if operand is None:
            return None
        if result is None:
            result = float(operand)
        else:
            result = _worked(measure.signs[place - 1], result, operand)
            if result is None:
                return None
    return result if result is not None and math.isfinite(result) else None


def month_start_of(day: int) -> int:
    """Return the first day of a day's month (days since 1970-01-01)."""
    return day - date.fromordinal(day + EPOCH).day + 1


def _number(value: Any) -> float | None:
    return None if value is None or not math.isfinite(value) else float(value)


def _worked(sign: str, left: float, right: float) -> float | None:
    if sign == "*":
        return left * right
    if sign == "/":
        return None if right == 0 else left / right
    return left + right if sign == "+" else left - right


class Online(Protocol):
    """One indicator under way."""

    def value(self, row: Row, day: int) -> float | None:
        """Return the value of a row, not rounded."""

    def observe(self, rows: list[Row], day: int) -> None:
        """Take up the items of one declaration."""


class Stateless:
    """A value of the row alone."""

    def __init__(self, work: Callable[[Row, int], float | None]) -> None:
        self.work = work

    def value(self, row: Row, day: int) -> float | None:
        """Return the value."""
        return self.work(row, day)

    def observe(self, rows: list[Row], day: int) -> None:
        """Nothing is kept."""


def _calendar(indicator: Indicator) -> Stateless:
    option = indicator.option

    def work(row: Row, day: int) -> float | None:
        if option not in {"hour", "night"}:
            return calendar_value(option, day)
        hour = row.get("hour")
        if hour is None:
            return None
        return float(hour) if option == "hour" else float(hour >= NIGHT_FROM or hour < NIGHT_UNTIL)

    return Stateless(work)


def _roundness(indicator: Indicator) -> Stateless:
    measure = indicator.arithmetic

    def work(row: Row, _day: int) -> float | None:
        value = measured_one(measure, row)
        if not value:
            return None
        zeros = 0
        while zeros < MOST_ZEROS and math.fmod(value, 10.0 ** (zeros + 1)) == 0:
            zeros += 1
        return float(zeros)

    return Stateless(work)


def _own(indicator: Indicator) -> Stateless:
    measure = indicator.arithmetic
    return Stateless(lambda row, _day: measured_one(measure, row))


class Counting:
    """Numbers of declarations or items by group, before."""

    STATE = ("totals", "today", "today_day")

    def __init__(
        self,
        keys: tuple[Key, ...],
        window_days: int | None,
        *,
        items: bool,
        monthly: bool = False,
    ) -> None:
        self.keys, self.window_days, self.items = keys, window_days, items
        self.monthly = monthly
        self.totals = Totals(1)
        self.today: set[Group] = set()
        self.today_day = -(1 << 40)

    def count(self, group: Group, day: int) -> int:
        """Return the number before a day."""
        return self.totals.at(day, group)[0]

    def observe(self, rows: list[Row], day: int) -> None:
        """Count the items, or the declaration once in each of its groups."""
        if day > self.today_day:
            self.today, self.today_day = set(), day
            self.totals.at(month_start_of(day) if self.monthly else day, EVERYTHING)
        # of a day that is over, all items of a declaration come together
        sights = self.today if day == self.today_day else set()
        for row in rows:
            group = group_of(row, self.keys)
            if group is None:
                continue
            if not self.items:
                sight = (group, row.get("declaration"))
                if sight in sights:
                    continue
                sights.add(sight)
            self.totals.add_window(day, group, (1,), self.window_days)


class Count:
    """Declarations or items of the group before."""

    STATE = ("counting",)

    def __init__(self, indicator: Indicator) -> None:
        self.counting = Counting(
            indicator.keys, indicator.window_days, items=indicator.option == "items"
        )

    def value(self, row: Row, day: int) -> float | None:
        """Return the count."""
        group = group_of(row, self.counting.keys)
        return None if group is None else float(self.counting.count(group, day))

    def observe(self, rows: list[Row], day: int) -> None:
        """Count."""
        self.counting.observe(rows, day)


class Share:
    """Share of the group's earlier declarations."""

    STATE = ("whole", "part")

    def __init__(self, indicator: Indicator) -> None:
        items, window = indicator.option == "items", indicator.window_days
        self.whole = Counting(indicator.keys, window, items=items)
        self.part = Counting((*indicator.keys, *indicator.of_keys), window, items=items)
        self.least = max(indicator.min_count, 1)

    def value(self, row: Row, day: int) -> float | None:
        """Return the share."""
        group, part = group_of(row, self.whole.keys), group_of(row, self.part.keys)
        if group is None or part is None:
            return None
        whole = self.whole.count(group, day)
        return None if whole < self.least else self.part.count(part, day) / whole

    def observe(self, rows: list[Row], day: int) -> None:
        """Count."""
        self.whole.observe(rows, day)
        self.part.observe(rows, day)


class Sum:
    """Sum of a measure before."""

    STATE = ("totals",)

    def __init__(self, indicator: Indicator) -> None:
        self.keys, self.window_days = indicator.keys, indicator.window_days
        self.measure = indicator.arithmetic
        self.totals = Totals(1)

    def value(self, row: Row, day: int) -> float | None:
        """Return the sum."""
        group = group_of(row, self.keys)
        return None if group is None else self.totals.at(day, group)[0] / SUM_SCALE

    def observe(self, rows: list[Row], day: int) -> None:
        """Add."""
        self.totals.at(day, EVERYTHING)
        for row in rows:
            group, value = group_of(row, self.keys), measured_one(self.measure, row)
            if group is not None and value is not None and abs(value) < SUM_LIMIT / SUM_SCALE:
                self.totals.add_window(
                    day, group, (math.floor(value * SUM_SCALE + 0.5),), self.window_days
                )


class First:
    """Days since the first."""

    STATE = ("ages",)

    def __init__(self, indicator: Indicator) -> None:
        self.keys, self.ages = indicator.keys, Ages()

    def value(self, row: Row, day: int) -> float | None:
        """Return the age."""
        group = group_of(row, self.keys)
        return None if group is None else float(day - self.ages.first.get(group, day))

    def observe(self, rows: list[Row], day: int) -> None:
        """Keep the first day."""
        for row in rows:
            group = group_of(row, self.keys)
            if group is not None:
                self.ages.add_first(day, group)


class Last:
    """Days since the last."""

    STATE = ("ages",)

    def __init__(self, indicator: Indicator) -> None:
        self.keys, self.ages = indicator.keys, Ages(indicator.window_days)

    def value(self, row: Row, day: int) -> float | None:
        """Return the days."""
        group = group_of(row, self.keys)
        last = None if group is None else self.ages.before(day, group)
        return None if last is None else float(day - last)

    def observe(self, rows: list[Row], day: int) -> None:
        """Keep the last days."""
        self.ages.before(day, EVERYTHING)
        for row in rows:
            group = group_of(row, self.keys)
            if group is not None:
                self.ages.add_last(day, group)


class Usual:
    """A measure against its usual value."""

    STATE = ("seen",)

    def __init__(self, indicator: Indicator) -> None:
        self.keys, self.measure = indicator.keys, indicator.arithmetic
        self.ratio, self.least = indicator.option != "difference", indicator.min_count
        self.seen = Values(indicator.window_days)

    def value(self, row: Row, day: int) -> float | None:
        """Return the ratio or difference."""
        group, own = group_of(row, self.keys), measured_one(self.measure, row)
        if group is None or own is None:
            return None
        usual = self.seen.median(day, group, self.least)
        if usual is None:
            return None
        if not self.ratio:
            return own - usual
        return None if usual == 0 else own / usual

    def observe(self, rows: list[Row], day: int) -> None:
        """Keep the values."""
        self.seen.median(day, EVERYTHING, self.least)
        for row in rows:
            group, own = group_of(row, self.keys), measured_one(self.measure, row)
            if group is not None and own is not None:
                self.seen.add(day, group, own)


class Distinct:
    """Distinct values before."""

    STATE = ("members",)

    def __init__(self, indicator: Indicator) -> None:
        self.keys, self.of_keys = indicator.keys, indicator.of_keys
        self.members = Members(indicator.window_days)

    def value(self, row: Row, day: int) -> float | None:
        """Return the number."""
        group = group_of(row, self.keys)
        return None if group is None else float(self.members.at(day, group))

    def observe(self, rows: list[Row], day: int) -> None:
        """Keep the members."""
        self.members.at(day, EVERYTHING)
        for row in rows:
            group, member = group_of(row, self.keys), group_of(row, self.of_keys)
            if group is not None and member is not None:
                self.members.add(day, group, member)


class NeighbourDuty:
    """Rates of the other codes of the group."""

    STATE = ("seen",)

    def __init__(self, indicator: Indicator) -> None:
        self.keys, self.of_keys = indicator.keys, indicator.of_keys
        self.measure = indicator.arithmetic
        self.sign = -1.0 if indicator.option == "lower" else 1.0
        self.seen = LastSeen(indicator.window_days or 1)

    def _read(self, row: Row) -> tuple[Group, Group, float] | None:
        group, code = group_of(row, self.keys), group_of(row, self.of_keys)
        own = measured_one(self.measure, row)
        return None if group is None or code is None or own is None else (group, code, own)

    def value(self, row: Row, day: int) -> float | None:
        """Return the gap."""
        read = self._read(row)
        if read is None:
            return None
        best = self.seen.others(day, read[0], read[1])
        return None if best is None else best - self.sign * read[2]

    def observe(self, rows: list[Row], day: int) -> None:
        """Keep the rates."""
        self.seen.others(day, EVERYTHING, EVERYTHING)
        for row in rows:
            read = self._read(row)
            if read is not None:
                self.seen.add(day, read[0], read[1], self.sign * read[2])


class Findings:
    """Numbers of examined and found items by group, as known."""

    STATE = ("totals",)

    def __init__(self, indicator: Indicator) -> None:
        self.delay_days, self.window_days = indicator.delay_days, indicator.window_days
        self.totals = Totals(2)

    def correct(self, group: Group, day: int, before: list[Any], after: list[Any]) -> None:
        """Put a row's findings ``after`` in the place of those ``before``."""
        for versions, sign in ((before, -1), (after, 1)):
            for when, examined, found in self._dated(day, versions):
                self.totals.add(when, group, (sign * examined, sign * found))

    def _dated(self, day: int, versions: list[Any]) -> list[tuple[int, int, int]]:
        usable = sorted(
            (max(known + max(self.delay_days, 1), day + 1), version, found)
            for known, version, found in versions
        )
        dated: list[tuple[int, int, int]] = []
        highest = stands = None
        for when, version, found in usable:
            if highest is not None and version <= highest:
                continue
            if dated and self.window_days is not None and when >= dated[0][0] + self.window_days:
                continue
            dated.append((when, int(highest is None), int(found) - int(stands or 0)))
            highest, stands = version, found
        if dated and self.window_days is not None:
            dated.append((dated[0][0] + self.window_days, -1, -int(stands or 0)))
        return dated


class FindRate:
    """Smoothed rate of findings known by then."""

    STATE = ("findings",)

    def __init__(self, indicator: Indicator) -> None:
        self.keys, self.findings = indicator.keys, Findings(indicator)
        self.strength, self.least = indicator.smoothing, indicator.min_count

    def value(self, row: Row, day: int) -> float | None:
        """Return the rate."""
        group = group_of(row, self.keys)
        if group is None:
            return None
        examined, found = self.findings.totals.at(day, ("g", *group))
        if examined < self.least:
            return None
        rate = 0.0
        if self.strength:
            whole, hits = self.findings.totals.at(day, EVERYTHING)
            if not whole:
                return None
            rate = hits / whole
        weight = examined + self.strength
        return (found + self.strength * rate) / weight if weight else None

    def observe(self, rows: list[Row], day: int) -> None:
        """Nothing is kept of rows."""
        self.findings.totals.at(day, EVERYTHING)

    def correct(self, group: Group | None, day: int, before: list[Any], after: list[Any]) -> None:
        """Take up what is known of a row."""
        if self.strength:
            self.findings.correct(EVERYTHING, day, before, after)
        if group is not None:
            self.findings.correct(("g", *group), day, before, after)


class Grade:
    """Monthly grade by rules."""

    STATE = ("counting", "findings", "ages")

    def __init__(self, indicator: Indicator) -> None:
        self.keys, self.rules = indicator.keys, indicator.rules
        self.counting = Counting(indicator.keys, indicator.window_days, items=False, monthly=True)
        self.findings, self.ages = Findings(indicator), Ages()

    def value(self, row: Row, day: int) -> float | None:
        """Return the grade."""
        group = group_of(row, self.keys)
        if group is None:
            return None
        month = month_start_of(day)
        examined, found = self.findings.totals.at(month, group)
        facts: dict[str, float] = {
            "declarations": self.counting.count(group, month),
            "examined": examined,
            "found": found,
            "find_rate": found / examined if examined else math.nan,
            "age_days": max(month - self.ages.first.get(group, month), 0),
        }
        for rule in self.rules:
            if all(
                facts[fact] >= number if sign == ">=" else facts[fact] <= number
                for fact, sign, number in rule.when
            ):
                return rule.grade
        return None

    def observe(self, rows: list[Row], day: int) -> None:
        """Count, and keep the first day."""
        self.findings.totals.at(month_start_of(day), EVERYTHING)
        self.counting.observe(rows, day)
        for row in rows:
            group = group_of(row, self.keys)
            if group is not None:
                self.ages.add_first(day, group)

    def correct(self, group: Group | None, day: int, before: list[Any], after: list[Any]) -> None:
        """Take up what is known of a row."""
        if group is not None:
            self.findings.correct(group, day, before, after)


def followed(indicator: Indicator) -> Online:
    """Return an indicator with nothing seen yet."""
    kinds: dict[str, Callable[[Indicator], Online]] = {
        "own": _own,
        "usual": Usual,
        "count_before": Count,
        "sum_before": Sum,
        "find_rate": FindRate,
        "days_since_first": First,
        "days_since_last": Last,
        "share_within": Share,
        "distinct_before": Distinct,
        "calendar": _calendar,
        "roundness": _roundness,
        "neighbour_duty": NeighbourDuty,
        "trader_grade": Grade,
    }
    return kinds[indicator.kind](indicator)
