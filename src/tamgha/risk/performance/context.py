"""What a back-test needs to know of a set, worked out once: its declarations and their outcomes."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import ArrayLike, NDArray

from tamgha.risk.performance import reasons as say
from tamgha.risk.performance import weighted
from tamgha.risk.performance.rates import Rate, hit_rate
from tamgha.risk.performance.revenue import cap_from
from tamgha.shared.figures import Estimate, NotShown
from tamgha.shared.words import Words

Evidence = Literal["random", "no_random", "inspected_only"]
Bools = NDArray[np.bool_]
Floats = NDArray[np.float64]
Ints = NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class Outcomes:
    """What examination brought, per item, aligned with the items of a set.

    Parameters
    ----------
    examined : shape (n,), bool
    found : shape (n,), bool; False where there is no result
    result : shape (n,), bool: whether the result is known
    value : shape (n,), money found, NaN where unknown
    inclusion : shape (n,), probability of examination by any way, NaN where unknown
    """

    examined: Bools
    found: Bools
    result: Bools
    value: Floats
    inclusion: Floats

    @classmethod
    def of(cls, table: pa.Table) -> "Outcomes":
        """Return the outcomes of an Arrow table as `DeclarationSet.outcomes` gives it."""
        examined = _booleans(table["examined"])
        result = examined & _booleans(pc.is_valid(table["found"]))
        return cls(
            examined=examined,
            found=result & _booleans(table["found"]),
            result=result,
            value=_numbers(table["value"]),
            inclusion=_numbers(table["inclusion"]),
        )


def _booleans(column: pa.ChunkedArray) -> Bools:
    filled = pc.fill_null(pc.cast(column, pa.bool_()), fill_value=False)
    return np.asarray(filled.to_numpy(), dtype=bool)


def _numbers(column: pa.ChunkedArray) -> Floats:
    return np.asarray(pc.cast(column, pa.float64()).to_numpy(), dtype=float)


@dataclass(frozen=True)
class BacktestContext:
    """The declarations of a set and what is known of them, ready for any number of back-tests.

    Build it once with `of` or `from_arrays` (about 0.3 s for a million rows); each
    `backtest` then takes milliseconds.

    Parameters
    ----------
    code : shape (n,), the declaration (0 … D−1) of each item; None where each item is its own
    day : shape (D,), days since 1970-01-01, of the local calendar
    examined, result, found : shape (D,), of the declaration: any item examined; a find in any
        item, or a result for every examined item; any item found
    value : shape (D,), money found over its items, NaN where no amount is known
    inclusion : shape (D,), NaN where unknown
    item_found : shape (n,), bool
    covered : share of the flow that had a chance of an examination
    cap : money up to which a case counts; None where no find has an amount
    """

    code: Ints | None
    day: Ints
    examined: Bools
    result: Bools
    found: Bools
    value: Floats
    inclusion: Floats
    item_found: Bools
    covered: float
    cap: float | None

    @classmethod
    def of(
        cls,
        items: pa.Table,
        outcomes: pa.Table,
        *,
        covered: float | None = None,
        cap: float | None = None,
    ) -> "BacktestContext":
        """Return the context of a set.

        Parameters
        ----------
        items : table with `declaration` and `day`, in the canonical order
        outcomes : table aligned with it, as `DeclarationSet.outcomes` gives it
        covered : share of the flow with a chance of examination; estimated from the
            probabilities when left out
        cap : money a case; the 95th percentile of all known finds when left out
        """
        encoded = pc.dictionary_encode(items["declaration"]).combine_chunks()
        if isinstance(encoded, pa.ChunkedArray):
            encoded = encoded.chunk(0)
        day = np.asarray(pc.cast(items["day"], pa.int32()).to_numpy(), dtype=np.int32)
        return cls.from_arrays(
            np.asarray(encoded.indices), day, Outcomes.of(outcomes), covered=covered, cap=cap
        )

    @classmethod
    def from_arrays(
        cls,
        declaration: ArrayLike,
        day: ArrayLike,
        outcomes: Outcomes,
        *,
        covered: float | None = None,
        cap: float | None = None,
    ) -> "BacktestContext":
        """Return the context of plain arrays.

        Parameters
        ----------
        declaration : shape (n,), declaration of each item: ids, or codes 0 … D−1 in the order
            of first appearance
        day : shape (n,), days since 1970-01-01 (or datetime64)
        outcomes : shape (n,) each
        """
        code, first = _codes(np.asarray(declaration))
        days = np.asarray(day)
        if days.dtype.kind == "M":
            days = days.astype("datetime64[D]").astype(np.int32)
        count = first.size
        own = count == code.size
        fold = _Fold(None if own else code, count)
        examined = fold.any(outcomes.examined)
        found = fold.any(outcomes.found)
        waiting = fold.any(outcomes.examined & ~outcomes.result)
        inclusion = fold.largest(outcomes.inclusion)
        value = fold.total(np.where(outcomes.found, outcomes.value, np.nan))
        return cls(
            code=None if own else code,
            day=days[first].astype(np.int32),
            examined=examined,
            result=examined & (found | ~waiting),
            found=found,
            value=value,
            inclusion=inclusion,
            item_found=outcomes.found,
            covered=_covered(examined, inclusion) if covered is None else covered,
            cap=cap_from(value[found]) if cap is None else cap,
        )

    @property
    def items(self) -> int:
        """Number of items, n."""
        return self.item_found.size

    @property
    def declarations(self) -> int:
        """Number of declarations, D."""
        return self.day.size

    def declaration_hits(self, hits: ArrayLike) -> Bools:
        """Return which declarations are hit: those with at least one item hit; shape (D,).

        Parameters
        ----------
        hits : shape (n,), bool, per item
        """
        mask = np.asarray(hits, dtype=bool)
        if mask.shape != (self.items,):
            raise ValueError(f"hits of {self.items} items were expected; {mask.shape} came")
        if self.code is None:
            return mask
        hit = np.zeros(self.declarations, dtype=bool)
        hit[self.code[np.flatnonzero(mask)]] = True
        return hit

    @cached_property
    def chance(self) -> NDArray[np.intp]:
        """Declarations with a result and a known π under 1: the random and exploration part."""
        with np.errstate(invalid="ignore"):
            return np.flatnonzero(self.result & (self.inclusion < 1) & (self.inclusion > 0))

    @cached_property
    def evidence(self) -> Evidence:
        """What the set can carry: a random stratum, none, or nothing but inspected declarations."""
        if self.chance.size:
            return "random"
        return "inspected_only" if bool(self.examined.all()) else "no_random"

    @cached_property
    def sample(self) -> weighted.Sample:
        """The declarations with a result, and their probabilities; unknown ones speak for themselves."""
        rows = np.flatnonzero(self.result)
        inclusion = self.inclusion[rows]
        positive = self.inclusion[self.inclusion > 0]
        return weighted.Sample(
            found=self.found[rows],
            inclusion=np.where(np.isfinite(inclusion) & (inclusion > 0), inclusion, 1.0),
            flow=self.declarations,
            covered=self.covered,
            least_inclusion=float(positive.min()) if positive.size else None,
            value=np.nan_to_num(self.value[rows]),
            inspected_only=self.evidence == "inspected_only",
        )

    @cached_property
    def find_rate_of_examined(self) -> Estimate | NotShown:
        """Finds in all examined declarations of the set."""
        return hit_rate(
            int(np.count_nonzero(self.found)),
            int(np.count_nonzero(self.result)),
            examined=int(np.count_nonzero(self.examined)),
        )

    @cached_property
    def flow_rate(self) -> Estimate | NotShown:
        """Estimated share of the flow that examination would find."""
        return weighted.flow_rate(self.sample)

    @cached_property
    def base_rate(self) -> Estimate | NotShown:
        """The yardstick: the flow rate where it is known, else the find rate of the examined."""
        if isinstance(self.flow_rate, Estimate):
            return self.flow_rate
        return self.find_rate_of_examined

    @property
    def base_name(self) -> Words:
        """What `base_rate` is: the two must never be confused."""
        if isinstance(self.flow_rate, Estimate):
            return say.FLOW_RATE_NAME
        return say.EXAMINED_RATE_NAME

    @cached_property
    def flow_as_rate(self) -> Rate | None:
        """The flow rate as a reference for differences and lift; None where not estimable."""
        if isinstance(self.flow_rate, NotShown) or self.flow_rate.interval is None:
            return None
        limits = self.flow_rate.interval
        return Rate(self.flow_rate.value, limits.low, limits.high, self.flow_rate.n)

    @cached_property
    def week(self) -> Ints:
        """Week of each declaration, counted from 0; weeks begin on Monday. Shape (D,)."""
        week = (self.day + 3) // 7
        return np.asarray(week - (week.min() if week.size else 0), dtype=np.int32)

    @cached_property
    def first_monday(self) -> np.datetime64:
        """The Monday on which week 0 begins."""
        first = int(self.day.min()) if self.day.size else 0
        return np.datetime64((first + 3) // 7 * 7 - 3, "D")

    @cached_property
    def weeks(self) -> int:
        """Number of weeks from the first to the last declaration."""
        return int(self.week.max()) + 1 if self.week.size else 0

    @cached_property
    def by_week(self) -> NDArray[np.int64]:
        """Declarations of each week, shape (weeks,)."""
        return np.bincount(self.week, minlength=self.weeks)

    @cached_property
    def day_groups(self) -> "_Groups":
        """Declarations by day, for counting."""
        return _Groups.of(self.day - (self.day.min() if self.day.size else 0))

    @cached_property
    def week_groups(self) -> "_Groups":
        """Declarations by week, for counting."""
        return _Groups.of(self.week)

    @cached_property
    def working_days(self) -> int:
        """Number of days with at least one declaration."""
        return int(np.unique(self.day).size)

    @cached_property
    def weighed(self) -> NDArray[np.intp]:
        """Declarations with a result and a known π above 0, also those surely examined."""
        with np.errstate(invalid="ignore"):
            return np.flatnonzero(self.result & (self.inclusion > 0))

    def overall(self, *, sensitivity: float | None = None) -> Mapping[str, Estimate | NotShown]:
        """Return what the set says about the flow as a whole, each figure with its interval.

        Parameters
        ----------
        sensitivity : chance that an examination finds what is there, for the two true figures
        """
        figures: dict[str, Any] = {
            "find_rate_of_examined": self.find_rate_of_examined,
            "missed_fraud": weighted.missed_fraud(self.sample),
            "detection_rate": weighted.detection_rate(self.sample),
            "flow_rate": self.flow_rate,
        }
        if sensitivity is not None:
            figures["true_detection"] = weighted.true_detection(self.sample, sensitivity)
            figures["truly_missed"] = weighted.truly_missed(self.sample, sensitivity)
        return figures


@dataclass(frozen=True, slots=True)
class _Groups:
    """Declarations grouped by a small whole number; counted fast where they stand in its order."""

    index: Ints
    size: int
    starts: NDArray[np.intp] | None

    @classmethod
    def of(cls, index: Ints) -> "_Groups":
        size = int(index.max()) + 1 if index.size else 0
        steps = np.diff(index)
        if not index.size or (steps < 0).any():
            return cls(index, size, None)
        return cls(index, size, np.r_[0, np.flatnonzero(steps) + 1])

    def count(self, mask: Bools) -> NDArray[np.int64]:
        """Return how many of ``mask``, shape (D,), fall in each group; shape (size,)."""
        if self.starts is None:
            return np.bincount(self.index[mask], minlength=self.size)
        counts = np.zeros(self.size, dtype=np.int64)
        counts[self.index[self.starts]] = np.add.reduceat(
            mask.view(np.uint8), self.starts, dtype=np.int32
        )
        return counts


@dataclass(frozen=True, slots=True)
class _Fold:
    """Items folded into their declarations."""

    code: Ints | None
    count: int

    def any(self, mask: Bools) -> Bools:
        if self.code is None:
            return mask.copy()
        folded = np.zeros(self.count, dtype=bool)
        folded[self.code[np.flatnonzero(mask)]] = True
        return folded

    def largest(self, numbers: Floats) -> Floats:
        if self.code is None:
            return numbers.copy()
        rows = np.flatnonzero(np.isfinite(numbers))
        folded = np.full(self.count, -np.inf)
        np.maximum.at(folded, self.code[rows], numbers[rows])
        return np.where(np.isfinite(folded), folded, np.nan)

    def total(self, numbers: Floats) -> Floats:
        if self.code is None:
            return numbers.copy()
        rows = np.flatnonzero(np.isfinite(numbers))
        code = self.code[rows]
        folded = np.bincount(code, weights=numbers[rows], minlength=self.count)
        known = np.zeros(self.count, dtype=bool)
        known[code] = True
        return np.where(known, folded, np.nan)


def _codes(declaration: NDArray[Any]) -> tuple[Ints, NDArray[np.intp]]:
    """Return codes in the order of first appearance, and the first item of each declaration."""
    if declaration.dtype.kind not in "iu":
        encoded = pa.array(declaration).dictionary_encode()
        declaration = np.asarray(encoded.indices)
    code = declaration.astype(np.int32)
    if not code.size:
        return code, np.zeros(0, dtype=np.intp)
    running = np.maximum.accumulate(code)
    fresh = np.r_[True, running[1:] > running[:-1]]
    first = np.flatnonzero(fresh)
    if code[0] != 0 or not np.array_equal(code[first], np.arange(first.size, dtype=np.int32)):
        _, first, inverse = np.unique(code, return_index=True, return_inverse=True)
        rank = np.argsort(np.argsort(first)).astype(np.int32)
        return rank[inverse], np.sort(first)
    return code, first


def _covered(examined: Bools, inclusion: Floats) -> float:
    """Return the share of the flow with π > 0, as far as the probabilities tell.

    Where π is known of all declarations it is counted. Where only the examined carry theirs, it
    is the estimated size of the flow that they stand for (Σ 1/π), at most 1; declarations
    examined with unknown π stand for themselves.
    """
    if not examined.size:
        return 0.0
    known = np.isfinite(inclusion)
    if known.all():
        return float(np.count_nonzero(inclusion > 0)) / examined.size
    with np.errstate(invalid="ignore"):
        drawn = examined & known & (inclusion > 0)
    size = float((1 / inclusion[drawn]).sum()) + np.count_nonzero(examined & ~drawn)
    noise = float(np.sqrt(((1 - inclusion[drawn]) / inclusion[drawn] ** 2).sum()))
    return min(1.0, (size + 2 * noise) / examined.size)
