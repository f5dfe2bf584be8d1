"""The highest value last seen under the other codes of a group."""

import numpy as np

from tamgha.risk.engines.indicators_rows import Floats, Ints, by_group
from tamgha.risk.engines.indicators_run import Codes, Keys, Run
from tamgha.risk.engines.indicators_tally import grown

BLOCK = 1 << 21
"""Pairs of a question and a code looked at together: bounds the memory."""


class Neighbours:
    """Values last seen under each code of a group, table after table.

    Parameters
    ----------
    window_days : a value seen longer ago does not count
    """

    def __init__(self, window_days: int) -> None:
        self.window_days = window_days
        self.pair = np.empty(0, np.int64)
        self.day = np.empty(0, np.int64)
        self.value = np.empty(0, np.float64)
        self.group_of = np.empty(0, np.int64)

    def highest(self, run: Run, keys: Keys, pair_keys: Keys, own: Floats) -> Floats:
        """Return for each row the highest value last seen before its day under another code.

        Of several values on one day the highest counts. NaN where no other code was seen.
        """
        groups, pairs, day = run.slots(keys), run.slots(pair_keys), run.rows.day
        self.group_of = grown(self.group_of, run.size(pair_keys))
        self.group_of[pairs[pairs >= 0]] = groups[pairs >= 0]
        rows = np.flatnonzero((pairs >= 0) & ~np.isnan(own))
        result = np.full(run.rows.count, np.nan)
        if not len(rows):
            return result
        self._take_up(pairs[rows], day[rows], own[rows])
        asked, place = np.unique(
            groups[rows].astype(np.int64) << 32 | day[rows], return_inverse=True
        )
        best, best_pair, second = self._two_best(asked, run.size(pair_keys), run.size(keys))
        mine = best_pair[place] == pairs[rows]
        found = np.where(mine, second[place], best[place])
        result[rows] = np.where(np.isneginf(found), np.nan, found)
        if run.keeps:
            seen = self.day >= int(day[-1]) - self.window_days
            self.pair, self.day, self.value = self.pair[seen], self.day[seen], self.value[seen]
        return result

    def _take_up(self, pairs: Codes, days: Codes, values: Floats) -> None:
        """Keep the highest value of each code and day, in their order."""
        pair = np.concatenate([self.pair, pairs.astype(np.int64)])
        day = np.concatenate([self.day, days.astype(np.int64)])
        value = np.concatenate([self.value, values])
        order = np.argsort(pair << 32 | day, kind="stable")
        pair, day, value = pair[order], day[order], value[order]
        begins = np.flatnonzero(np.append(True, (pair[1:] != pair[:-1]) | (day[1:] != day[:-1])))
        self.pair, self.day = pair[begins], day[begins]
        self.value = np.maximum.reduceat(value, begins)

    def _two_best(self, asked: Ints, pairs: int, groups: int) -> tuple[Floats, Ints, Floats]:
        """Return for each (group, day) the best value, its code, and the best of the others."""
        codes = by_group(self.group_of[:pairs].astype(np.int32), groups)
        begins = np.searchsorted(codes.slots, np.arange(groups))
        widths = np.searchsorted(codes.slots, np.arange(groups), "right") - begins
        group, day = asked >> 32, asked & 0xFFFFFFFF
        ends = np.cumsum(widths[group])
        best, second = np.empty(len(asked)), np.empty(len(asked))
        best_pair = np.empty(len(asked), np.int64)
        start = 0
        while start < len(asked):
            done = ends[start - 1] if start else 0
            stop = max(int(np.searchsorted(ends, done + BLOCK, "right")), start + 1)
            part = slice(start, stop)
            wide = widths[group[part]]
            offsets = np.cumsum(wide) - wide
            pair = codes.rows[
                np.repeat(begins[group[part]] - offsets, wide) + np.arange(wide.sum())
            ].astype(np.int64)
            value = self._last_seen(pair, np.repeat(day[part], wide))
            best[part] = np.maximum.reduceat(value, offsets)
            at = _first_of_each(value == np.repeat(best[part], wide), offsets)
            best_pair[part] = pair[at]
            value[at] = -np.inf
            second[part] = np.maximum.reduceat(value, offsets)
            start = stop
        return best, best_pair, second

    def _last_seen(self, pair: Ints, day: Ints) -> Floats:
        """Return the value last seen under each code before each day, minus infinity for none."""
        line = self.pair << 32 | self.day
        at = np.searchsorted(line, pair << 32 | day) - 1
        safe = np.maximum(at, 0)
        seen = (at >= 0) & (self.pair[safe] == pair)
        seen &= day - self.day[safe] <= self.window_days
        return np.where(seen, self.value[safe], -np.inf)


def _first_of_each(flags: np.ndarray[tuple[int], np.dtype[np.bool_]], offsets: Ints) -> Ints:
    """Return the place of the first True from each offset on (there is one)."""
    true = np.flatnonzero(flags)
    return true[np.searchsorted(true, offsets)]
