"""How each kind of indicator is computed over tables of rows, one table after the other."""

from collections.abc import Callable
from typing import Protocol

import numpy as np

from tamgha.risk.engines.indicators_medians import Medians
from tamgha.risk.engines.indicators_neighbours import Neighbours
from tamgha.risk.engines.indicators_rows import Flags, Floats, Ints, by_group
from tamgha.risk.engines.indicators_run import Codes, Keys, Run
from tamgha.risk.engines.indicators_tally import Additions, Tally, before_today, grown
from tamgha.risk.indicators import GradeRule, Indicator

SUM_SCALE = 1000
"""Sums are taken in thousandths, as whole numbers: their order changes nothing."""

SUM_LIMIT = 9e15
"""Larger amounts (in thousandths: 64 bits) are not summed; they count as missing."""

NIGHT_FROM, NIGHT_UNTIL = 22, 6
SATURDAY, MONTH_END_DAYS, MOST_ZEROS = 6, 3, 9

NEVER = np.iinfo(np.int32).max
LONG_AGO = np.iinfo(np.int32).min


class Computed(Protocol):
    """One indicator under way."""

    def values(self, run: Run) -> Floats:
        """Return the value of each row, not rounded, NaN for NULL; take the rows up."""


class Own:
    """Arithmetic on the row."""

    def __init__(self, indicator: Indicator) -> None:
        self.measure = indicator.arithmetic

    def values(self, run: Run) -> Floats:
        """Return the measure."""
        return run.rows.measured(self.measure)


class RowTotals:
    """Totals of a group over rows of earlier days, kept from one table to the next."""

    def __init__(self, keys: Keys, window_days: int | None) -> None:
        self.keys, self.window_days = keys, window_days
        self.tally = Tally(1)

    def before(self, run: Run, amounts: Ints | None) -> Ints:
        """Return for each row the sum of ``amounts`` (None: 1 each) of its group before its day."""
        rows = run.rows
        size = run.size(self.keys)
        if run.first and self.window_days is None:
            found = before_today(run.placed(self.keys), amounts, rows.count)
            if run.keeps:
                self._take_up(run, amounts)
        else:
            ones = np.ones(rows.count, np.int64) if amounts is None else amounts
            added = run.row_additions(self.keys, (ones,), self.window_days)
            (found,) = self.tally.totals(added, run.ordered(self.keys), rows.day, size)
        if run.keeps and rows.count:
            self.tally.settle(int(rows.day[-1]), size)
        return found

    def _take_up(self, run: Run, amounts: Ints | None) -> None:
        ones = np.ones(run.rows.count, np.int64) if amounts is None else amounts
        self.tally.pending = run.row_additions(self.keys, (ones,), None)


def _missing_where(values: Floats, missing: Flags) -> Floats:
    values[missing] = np.nan
    return values


class Count:
    """Declarations or items of the group before."""

    def __init__(self, indicator: Indicator) -> None:
        self.totals = RowTotals(indicator.keys, indicator.window_days)
        self.items = indicator.option == "items"

    def values(self, run: Run) -> Floats:
        """Return the counts."""
        keys = self.totals.keys
        found = self.totals.before(run, None if self.items else run.weights(keys))
        return _missing_where(found.astype(np.float64), run.slots(keys) < 0)


class Sum:
    """Sum of a measure over the group before."""

    def __init__(self, indicator: Indicator) -> None:
        self.totals = RowTotals(indicator.keys, indicator.window_days)
        self.measure = indicator.arithmetic

    def values(self, run: Run) -> Floats:
        """Return the sums."""
        measured = run.rows.measured(self.measure)
        fits = np.abs(measured) < SUM_LIMIT / SUM_SCALE
        amounts = np.floor(np.where(fits, measured, 0.0) * SUM_SCALE + 0.5).astype(np.int64)
        found = self.totals.before(run, amounts) / SUM_SCALE
        return _missing_where(found, run.slots(self.totals.keys) < 0)


class Share:
    """Share of the group's earlier declarations that agree in the further keys."""

    def __init__(self, indicator: Indicator) -> None:
        keys = indicator.keys
        self.whole = RowTotals(keys, indicator.window_days)
        self.part = RowTotals((*keys, *indicator.of_keys), indicator.window_days)
        self.items = indicator.option == "items"
        self.least = max(indicator.min_count, 1)

    def values(self, run: Run) -> Floats:
        """Return the shares."""
        whole, part = (
            one.before(run, None if self.items else run.weights(one.keys))
            for one in (self.whole, self.part)
        )
        shares = part / np.maximum(whole, 1)
        return _missing_where(shares, (whole < self.least) | (run.slots(self.part.keys) < 0))


class First:
    """Days since the group's first row."""

    def __init__(self, keys: Keys) -> None:
        self.keys = keys
        self.first = np.empty(0, np.int64)

    def values(self, run: Run) -> Floats:
        """Return the ages."""
        slots, day = run.slots(self.keys), run.rows.day
        self.take_up(run)
        return _missing_where((day - self.first[slots]).astype(np.float64), slots < 0)

    def take_up(self, run: Run) -> None:
        """Take up the rows; ``first`` then holds the first day by slot, and one more for none."""
        slots = run.slots(self.keys)
        own = np.full(run.size(self.keys) + 1, NEVER, np.int64)
        own[slots[::-1]] = run.rows.day[::-1]
        own[-1] = NEVER
        kept = grown(self.first[:-1], run.size(self.keys), NEVER)[: run.size(self.keys)]
        self.first = np.append(np.minimum(own[:-1], kept), NEVER)


class Last:
    """Days since the group's last row on an earlier day."""

    def __init__(self, indicator: Indicator) -> None:
        self.keys, self.window_days = indicator.keys, indicator.window_days
        self.last = np.empty(0, np.int64)
        self.previous = np.empty(0, np.int64)

    def values(self, run: Run) -> Floats:
        """Return the days."""
        where, size = run.placed(self.keys), run.size(self.keys)
        self.last = grown(self.last, size, LONG_AGO)
        self.previous = grown(self.previous, size, LONG_AGO)
        slots = where.ordered.slots
        kept = np.where(self.last[slots] < where.day, self.last[slots], self.previous[slots])
        here = where.day_start > where.group_start
        before = np.where(here, where.day[np.maximum(where.day_start - 1, 0)], kept)
        result = np.full(run.rows.count, np.nan)
        result[where.ordered.rows] = np.where(before == LONG_AGO, np.nan, where.day - before)
        ends = np.flatnonzero(np.append(slots[1:] != slots[:-1], len(slots) > 0))
        self.previous[slots[ends]] = before[ends]
        self.last[slots[ends]] = where.day[ends]
        if self.window_days is not None:
            result[result > self.window_days] = np.nan
        return result


class FindRate:
    """Smoothed rate of findings known by then."""

    def __init__(self, indicator: Indicator) -> None:
        self.indicator = indicator
        self.own, self.all = Tally(2), Tally(2)

    def values(self, run: Run) -> Floats:
        """Return the rates."""
        one, day = self.indicator, run.rows.day
        added = run.finding_additions(one.keys, one.delay_days, one.window_days)
        examined, found = self.own.totals(added, run.ordered(one.keys), day, run.size(one.keys))
        strength, rate = one.smoothing, np.zeros(1)
        if strength:
            added = run.finding_additions((), one.delay_days, one.window_days)
            whole, hits = _daily(self.all, added, day)
            rate = np.where(whole > 0, hits / np.maximum(whole, 1), np.nan)
        with np.errstate(invalid="ignore", divide="ignore"):
            values = (found + strength * rate) / (examined + strength)
        if run.keeps and run.rows.count:
            self.own.settle(int(day[-1]), run.size(one.keys))
            self.all.settle(int(day[-1]), 1)
        return _missing_where(values, (examined < one.min_count) | (run.slots(one.keys) < 0))


def _daily(tally: Tally, added: Additions, day: Codes) -> tuple[Ints, Ints]:
    """Ask a tally of one group once a day, and give each row its day's answer."""
    days, place = _distinct_days(day)
    whole, hits = tally.totals(added, by_group(np.zeros(len(days), np.int32), 1), days, 1)
    return whole[place], hits[place]


def _distinct_days(day: Codes) -> tuple[Codes, Ints]:
    """Return the days that occur (``day`` ascends), and the place of each row's day among them."""
    if not len(day):
        return day, np.empty(0, np.int64)
    begins = np.append(True, day[1:] != day[:-1])
    return day[begins], np.cumsum(begins) - 1


class Distinct:
    """Number of distinct values of the further keys in the group before."""

    def __init__(self, indicator: Indicator) -> None:
        self.keys = indicator.keys
        self.pair_keys = (*indicator.keys, *indicator.of_keys)
        self.window_days = indicator.window_days
        self.last = np.empty(0, np.int64)
        self.tally = Tally(1)

    def values(self, run: Run) -> Floats:
        """Return the numbers."""
        slots, day, size = run.slots(self.keys), run.rows.day, run.size(self.keys)
        (found,) = self.tally.totals(self._changes(run), run.ordered(self.keys), day, size)
        if run.keeps and run.rows.count:
            self.tally.settle(int(day[-1]), size)
        return _missing_where(found.astype(np.float64), slots < 0)

    def _changes(self, run: Run) -> Additions:
        """Return when a value enters its group's number, and when its last sight leaves it."""
        where = run.placed(self.pair_keys)
        self.last = grown(self.last, run.size(self.pair_keys), LONG_AGO)
        at = np.flatnonzero(where.day_start == np.arange(len(where.day)))
        pair, day = where.ordered.slots[at], where.day[at].astype(np.int64)
        group = run.slots(self.keys)[where.ordered.rows[at]]
        opens = np.append(True, pair[1:] != pair[:-1])[: len(at)]
        closes = np.append(opens[1:], True)[: len(at)]
        before = np.where(opens, self.last[pair], np.roll(day, 1))
        self.last[pair[closes]] = day[closes]
        if self.window_days is None:
            return _changes([(day + 1, group, 1, before == LONG_AGO)])
        reach = self.window_days
        afresh = (before == LONG_AGO) | (day - before > reach)
        leaves = closes | (np.roll(day, -1) - day > reach)
        return _changes(
            [
                (day + 1, group, 1, afresh),
                (before + reach + 1, group, 1, opens & ~afresh),
                (day + reach + 1, group, -1, leaves),
            ]
        )


def _changes(parts: list[tuple[Ints, Codes, int, Flags]]) -> Additions:
    """Put changes (day, group, amount, which) in the order of their days."""
    day = np.concatenate([one[which] for one, _, _, which in parts])
    group = np.concatenate([one[which] for _, one, _, which in parts])
    amount = np.concatenate([np.full(which.sum(), by, np.int64) for _, _, by, which in parts])
    order = np.argsort(day, kind="stable")
    return Additions(day[order].astype(np.int32), group[order], (amount[order],))


class Calendar:
    """Property of the day or hour."""

    def __init__(self, indicator: Indicator) -> None:
        self.option = indicator.option

    def values(self, run: Run) -> Floats:
        """Return the property."""
        if self.option in {"hour", "night"}:
            hour = run.rows.number("hour")
            if self.option == "hour":
                return hour.copy()
            night = ((hour >= NIGHT_FROM) | (hour < NIGHT_UNTIL)).astype(np.float64)
            return _missing_where(night, np.isnan(hour))
        days, place = _distinct_days(run.rows.day)
        return np.asarray([calendar_value(self.option, int(day)) for day in days], np.float64)[
            place
        ]


def calendar_value(option: str, day: int) -> float:
    """Return a property of a day, given in days since 1970-01-01."""
    weekday = (day + 3) % 7 + 1
    if option == "weekday":
        return float(weekday)
    if option == "weekend":
        return float(weekday >= SATURDAY)
    date = np.datetime64(day, "D")
    left = int((date.astype("M8[M]") + 1).astype("M8[D]").astype(np.int64)) - 1 - day
    return float(left if option == "days_to_month_end" else left < MONTH_END_DAYS)


class Roundness:
    """Zeros at the end of a whole number."""

    def __init__(self, indicator: Indicator) -> None:
        self.measure = indicator.arithmetic

    def values(self, run: Run) -> Floats:
        """Return the numbers of zeros."""
        measured = run.rows.measured(self.measure)
        zeros = np.zeros(len(measured))
        with np.errstate(invalid="ignore"):
            for power in range(1, MOST_ZEROS + 1):
                divides = np.fmod(measured, 10.0**power) == 0
                if not divides.any():
                    break
                zeros += divides
        return _missing_where(zeros, np.isnan(measured) | (measured == 0))


class Usual:
    """A measure against its usual value."""

    def __init__(self, indicator: Indicator) -> None:
        self.measure, self.keys = indicator.arithmetic, indicator.keys
        self.ratio = indicator.option != "difference"
        self.medians = Medians(indicator.window_days, max(indicator.min_count, 1))

    def values(self, run: Run) -> Floats:
        """Return ratios or differences."""
        measured = run.rows.measured(self.measure)
        usual = self.medians.of(run, self.keys, measured)
        if not self.ratio:
            return measured - usual
        with np.errstate(divide="ignore", invalid="ignore"):
            return measured / np.where(usual == 0, np.nan, usual)


class NeighbourDuty:
    """Rates of the other codes of the group."""

    def __init__(self, indicator: Indicator) -> None:
        self.measure, self.keys = indicator.arithmetic, indicator.keys
        self.pair_keys = (*indicator.keys, *indicator.of_keys)
        self.sign = -1.0 if indicator.option == "lower" else 1.0
        self.neighbours = Neighbours(indicator.window_days or 1)

    def values(self, run: Run) -> Floats:
        """Return the gaps."""
        own = self.sign * run.rows.measured(self.measure)
        return self.neighbours.highest(run, self.keys, self.pair_keys, own) - own


def month_start(day: Codes) -> Codes:
    """Return the first day of each day's month (days since 1970-01-01)."""
    return day.astype("M8[D]").astype("M8[M]").astype("M8[D]").astype(np.int64).astype(np.int32)


class Grade:
    """Monthly grade by rules."""

    def __init__(self, indicator: Indicator) -> None:
        self.indicator = indicator
        self.rows, self.findings, self.first = Tally(1), Tally(2), First(indicator.keys)

    def values(self, run: Run) -> Floats:
        """Return the grades."""
        one, size = self.indicator, run.size(self.indicator.keys)
        slots, months = run.slots(one.keys), month_start(run.rows.day)
        ordered = run.ordered(one.keys)
        weights = run.weights(one.keys)
        ones = np.ones(run.rows.count, np.int64) if weights is None else weights
        added = run.row_additions(one.keys, (ones,), one.window_days)
        (declarations,) = self.rows.totals(added, ordered, months, size)
        added = run.finding_additions(one.keys, one.delay_days, one.window_days)
        examined, found = self.findings.totals(added, ordered, months, size)
        self.first.take_up(run)
        age = np.maximum(months - self.first.first[slots], 0)
        if run.keeps and run.rows.count:
            self.rows.settle(int(months[-1]), size)
            self.findings.settle(int(months[-1]), size)
        with np.errstate(divide="ignore", invalid="ignore"):
            facts = {
                "declarations": declarations,
                "examined": examined,
                "found": found,
                "find_rate": np.where(examined > 0, found / examined, np.nan),
                "age_days": age,
            }
        return _missing_where(_graded(one.rules, facts, len(slots)), slots < 0)


def _graded(rules: tuple[GradeRule, ...], facts: dict[str, Ints], count: int) -> Floats:
    """Return the grade of the first rule that holds, NaN where none does."""
    grades = np.full(count, np.nan)
    for rule in reversed(rules):
        holds = np.ones(count, np.bool_)
        for fact, sign, number in rule.when:
            holds &= facts[fact] >= number if sign == ">=" else facts[fact] <= number
        grades[holds] = rule.grade
    return grades


def computed(indicator: Indicator) -> Computed:
    """Return the computation of an indicator, with nothing seen yet."""
    if indicator.kind == "days_since_first":
        return First(indicator.keys)
    kinds: dict[str, Callable[[Indicator], Computed]] = {
        "own": Own,
        "usual": Usual,
        "count_before": Count,
        "sum_before": Sum,
        "find_rate": FindRate,
        "days_since_last": Last,
        "share_within": Share,
        "distinct_before": Distinct,
        "calendar": Calendar,
        "roundness": Roundness,
        "neighbour_duty": NeighbourDuty,
        "trader_grade": Grade,
    }
    return kinds[indicator.kind](indicator)
