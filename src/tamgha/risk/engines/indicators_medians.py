"""The median of a group's values on earlier days of a window."""

import numpy as np
import polars as pl

from tamgha.risk.engines.indicators_rows import Floats, by_group
from tamgha.risk.engines.indicators_run import Codes, Keys, Run

FEW_DAYS = 45
"""Up to so many days a table is answered day by day from values kept in order."""


class Medians:
    """Medians over a window, table after table.

    Parameters
    ----------
    window_days : days D-w … D-1 are seen; None for all earlier days
    least : fewer values give NaN
    """

    def __init__(self, window_days: int | None, least: int) -> None:
        self.window_days, self.least = window_days, least
        self.slot = np.empty(0, np.int32)
        self.day = np.empty(0, np.int32)
        self.value = np.empty(0, np.float64)

    def of(self, run: Run, keys: Keys, measured: Floats) -> Floats:
        """Return the usual value at each row, NaN where there is none; take the rows up."""
        slots, day = run.slots(keys), run.rows.day
        places = np.flatnonzero(~np.isnan(measured) & (slots >= 0)).astype(np.int32)
        asked_slots, asked_days, values = slots[places], day[places], measured[places]
        result = np.full(run.rows.count, np.nan)
        if not len(places):
            return result
        size = run.size(keys)
        if len(self.value) == 0 or _distinct(asked_days).size > FEW_DAYS:
            result[places] = self._rolled(asked_slots, asked_days, values, size)
            if run.keeps:
                self._keep(asked_slots, asked_days, values)
        else:
            self._keep(asked_slots, asked_days, values)
            result[places] = self._day_by_day(asked_slots, asked_days, size)
        return result

    def _rolled(self, slots: Codes, days: Codes, values: Floats, size: int) -> Floats:
        """Return the medians by one rolling pass over all groups laid end to end."""
        count = len(self.value)
        if count:
            kept = np.argsort(self.day, kind="stable")
            slots = np.concatenate([self.slot[kept], slots])
            days = np.concatenate([self.day[kept], days])
            values = np.concatenate([self.value[kept], values])
        first, span = int(days[0]), int(days[-1] - days[0]) + 1
        reach = span if self.window_days is None else min(self.window_days, span)
        ordered = by_group(slots, size)
        order = ordered.rows
        line = ordered.slots * np.int64(span + reach)
        line += days[order] - np.int32(first)
        rolled = pl.DataFrame({"line": line, "value": values[order]}).select(
            pl.col("value").rolling_median_by(
                "line", f"{reach}i", closed="left", min_samples=self.least
            )
        )
        medians = np.empty(len(order))
        medians[order] = rolled["value"].to_numpy()
        return medians[count:]

    def _keep(self, slots: Codes, days: Codes, values: Floats) -> None:
        """Take up values; they are kept in ascending order, those out of reach are dropped."""
        order = np.argsort(values, kind="stable")
        at = np.searchsorted(self.value, values[order])
        self.slot = np.insert(self.slot, at, slots[order])
        self.day = np.insert(self.day, at, days[order])
        self.value = np.insert(self.value, at, values[order])

    def forget(self, first_day: int) -> None:
        """Drop what a row of ``first_day`` or later cannot see, when it has become a fifth."""
        if self.window_days is None:
            return
        seen = self.day >= first_day - self.window_days
        if np.count_nonzero(seen) > 0.8 * len(seen):
            return
        self.slot, self.day, self.value = self.slot[seen], self.day[seen], self.value[seen]

    def _day_by_day(self, slots: Codes, days: Codes, size: int) -> Floats:
        """Return the medians by picking from each day's window of values already in order."""
        self.forget(int(days[0]))
        wanted = np.zeros(size, np.bool_)
        wanted[slots] = True
        chosen = np.flatnonzero(wanted[self.slot]).astype(np.int32)
        ordered = by_group(self.slot[chosen], size)
        own_slot, own = ordered.slots, chosen[ordered.rows]
        own_day, own_value = self.day[own], self.value[own]
        reach = np.iinfo(np.int32).max if self.window_days is None else self.window_days
        result = np.full(len(slots), np.nan)
        for day in _distinct(days):
            rows = np.flatnonzero(days == day)
            inside = (own_day < day) & (own_day >= int(day) - reach)
            result[rows] = self._picked(own_slot[inside], own_value[inside], slots[rows])
        return result

    def _picked(self, slot: Codes, value: Floats, asked: Codes) -> Floats:
        """Return the medians of ``asked`` groups; ``value`` ascends inside each group."""
        if not len(slot):
            return np.full(len(asked), np.nan)
        begins = np.flatnonzero(slot[1:] != slot[:-1]) + 1
        begins = np.append(0, begins)
        counts = np.diff(np.append(begins, len(slot)))
        low, high = begins + (counts - 1) // 2, begins + counts // 2
        medians = np.where(counts >= self.least, (value[low] + value[high]) / 2, np.nan)
        present = slot[begins]
        at = np.minimum(np.searchsorted(present, asked), len(present) - 1)
        return np.where(present[at] == asked, medians[at], np.nan)


def _distinct(days: Codes) -> Codes:
    """Return the days that occur; ``days`` ascends."""
    return days[np.append(True, days[1:] != days[:-1])] if len(days) else days
