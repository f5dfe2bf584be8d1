"""What a profile would have hit, examined and found in a set: the live panel of the editor."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from tamgha.risk.performance import reasons as say
from tamgha.risk.performance.context import BacktestContext, Bools, Floats
from tamgha.risk.performance.rates import (
    Rate,
    completeness,
    difference,
    hit_rate,
    lift,
)
from tamgha.risk.performance.revenue import capped_sum
from tamgha.risk.performance.weekly import WeekSeries, week_series
from tamgha.risk.performance.weighted import weighted_rate
from tamgha.shared.figures import Estimate, NotShown
from tamgha.shared.shares import Share

Shown = Estimate | NotShown


@dataclass(frozen=True, slots=True)
class Comparison:
    """A profile's hit rate against a yardstick.

    Parameters
    ----------
    reference : the yardstick itself, a share
    difference : of shares, hit rate − yardstick
    lift : ratio, hit rate / yardstick
    reading : "above", "below" or "not_shown" (not shown to differ), from the interval of the
        difference alone; "" where there is no difference
    """

    reference: Shown
    difference: Shown
    lift: Shown
    reading: str = ""


@dataclass(frozen=True, slots=True)
class Overlap:
    """Declarations that another profile hits too.

    Parameters
    ----------
    code : the other profile
    both, only_this, only_other : declarations
    """

    code: str
    both: int
    only_this: int
    only_other: int

    @property
    def share_of_this(self) -> float:
        """Share of this profile's hits that the other hits too, in [0, 1]; 0 without hits."""
        return self.both / max(1, self.both + self.only_this)


@dataclass(frozen=True, slots=True)
class Others:
    """The other profiles of an administration, folded into declarations once.

    Parameters
    ----------
    hits : code -> shape (D,), bool
    union : shape (D,), declarations hit by any of them
    """

    hits: Mapping[str, Bools]
    union: Bools

    @classmethod
    def of(cls, context: BacktestContext, hits: Mapping[str, ArrayLike]) -> "Others":
        """Return the profiles ``code -> hits per item, shape (n,)`` folded for one context."""
        folded = {code: context.declaration_hits(mask) for code, mask in hits.items()}
        union = np.zeros(context.declarations, dtype=bool)
        for mask in folded.values():
            union |= mask
        return cls(folded, union)


@dataclass(frozen=True, slots=True)
class Backtest:
    """What one profile (or several together) would have done in a set.

    Counts are declarations unless they say items. *Examined* is what really was examined in the
    set; the profile itself examined nothing.

    Parameters
    ----------
    items, items_hit, items_found : items of the set, hit, and hit with a find in the same item
    declarations, hit : of the set, and with at least one item hit
    examined, results, finds : of the hit
    finds_missed : known finds in declarations that are not hit
    hit_rate : share of the results that are finds, or bounds where results are missing
    completeness : share of examined hits whose result is in
    against_rest : against the random examinations among what is not hit
    against_flow : against the estimated rate of the whole flow
    against_examined : against the other *examined* declarations: a comparison inside the
        inspected, which says nothing about the flow
    reach : share of all known finds that the profile hits, a plain count among the examined
    lane_share : share of the flow that it sends to red (hits times its share of red)
    per_day, busiest_day : examinations a working day that it asks for
    capacity_used : share of the capacity
    found_value : money known to be found in hits, a plain sum
    found_value_capped : the same with each case counted up to the cap, with its interval
    alone, alone_results, alone_finds : declarations that no other profile hits
    overlaps : with each other profile
    weeks : the series by week
    wear : hit rate of the later half of the weeks − that of the earlier half (Newcombe)
    """

    items: int
    items_hit: int
    items_found: int
    declarations: int
    hit: int
    examined: int
    results: int
    finds: int
    finds_missed: int
    hit_rate: Shown
    completeness: Shown
    against_rest: Comparison
    against_flow: Comparison
    against_examined: Comparison
    reach: Shown
    lane_share: Estimate
    per_day: Estimate
    busiest_day: float
    capacity_used: Shown
    found_value: Shown
    found_value_capped: Shown
    alone: int
    alone_results: int
    alone_finds: int
    overlaps: tuple[Overlap, ...]
    weeks: WeekSeries
    wear: Shown


def backtest(
    context: BacktestContext,
    hits: ArrayLike,
    *,
    others: Others | None = None,
    red: Share | None = None,
    capacity: float | None = None,
) -> Backtest:
    """Return what a profile would have done in a set.

    Parameters
    ----------
    context : the set, worked out once
    hits : shape (n,), bool: the items that the profile's condition hits, in the set's order
    others : the other profiles, for the overlap
    red : share of its hits that the profile sends to red; all when left out
    capacity : examinations that can be made a working day

    Returns
    -------
    Backtest. What needs a random stratum reads "not estimable" where the set has none.
    """
    mask = np.asarray(hits, dtype=bool)
    hit = context.declaration_hits(mask)
    seen = _Seen.of(context, hit)
    red_share = 1.0 if red is None else float(red)
    alone = hit if others is None else hit & ~others.union
    alone_seen = seen if others is None else _Seen.of(context, alone)
    weeks, wear = week_series(context, hit)
    all_finds = int(np.count_nonzero(context.found))
    return Backtest(
        items=context.items,
        items_hit=int(np.count_nonzero(mask)),
        items_found=int(np.count_nonzero(mask & context.item_found)),
        declarations=context.declarations,
        hit=seen.hit,
        examined=seen.examined,
        results=seen.results,
        finds=seen.finds,
        finds_missed=all_finds - seen.finds,
        hit_rate=_or_no_hits(seen, hit_rate(seen.finds, seen.results, examined=seen.examined)),
        completeness=_or_no_hits(seen, completeness(seen.results, seen.examined)),
        against_rest=_against_rest(context, hit, seen),
        against_flow=_against_flow(context, seen),
        against_examined=_against_examined(context, seen),
        reach=_reach(seen.finds, all_finds),
        lane_share=Estimate(red_share * seen.hit / max(1, context.declarations), None, seen.hit),
        per_day=Estimate(red_share * seen.hit / max(1, context.working_days), None, seen.hit),
        busiest_day=_busiest_day(context, hit) * red_share,
        capacity_used=_capacity_used(context, seen.hit * red_share, capacity),
        found_value=_found_value(context, hit, cap=None),
        found_value_capped=_found_value(context, hit, cap=context.cap),
        alone=alone_seen.hit,
        alone_results=alone_seen.results,
        alone_finds=alone_seen.finds,
        overlaps=_overlaps(hit, seen.hit, others),
        weeks=weeks,
        wear=wear,
    )


def backtest_all(
    context: BacktestContext,
    hits: Mapping[str, ArrayLike],
    *,
    red: Mapping[str, Share] | None = None,
    capacity: float | None = None,
) -> tuple[dict[str, Backtest], Backtest]:
    """Return the back-test of each profile, and that of all together.

    Parameters
    ----------
    hits : code -> shape (n,), bool
    red : code -> share of its hits that goes to red; all where left out

    Returns
    -------
    by code, and the union of all (all of it to red)
    """
    masks = {code: np.asarray(mask, dtype=bool) for code, mask in hits.items()}
    folded = Others.of(context, masks)
    depth = np.zeros(context.declarations, dtype=np.int32)
    for mask in folded.hits.values():
        depth += mask
    single: dict[str, Backtest] = {}
    for code, mask in masks.items():
        own = folded.hits[code]
        rest = Others(
            {name: other for name, other in folded.hits.items() if name != code}, depth - own > 0
        )
        share = (red or {}).get(code)
        single[code] = backtest(context, mask, others=rest, red=share, capacity=capacity)
    union = np.zeros(context.items, dtype=bool)
    for mask in masks.values():
        union |= mask
    return single, backtest(context, union, capacity=capacity)


@dataclass(frozen=True, slots=True)
class _Seen:
    hit: int
    examined: int
    results: int
    finds: int

    @classmethod
    def of(cls, context: BacktestContext, hit: Bools) -> "_Seen":
        return cls(
            int(np.count_nonzero(hit)),
            int(np.count_nonzero(hit & context.examined)),
            int(np.count_nonzero(hit & context.result)),
            int(np.count_nonzero(hit & context.found)),
        )

    @property
    def rate(self) -> Rate | None:
        return Rate.of(self.finds, self.results) if self.results else None


def _or_no_hits(seen: _Seen, found: Shown) -> Shown:
    return found if seen.hit else say.too_few(say.NO_HITS, say.NEEDS_HITS)


def _missing_rate(seen: _Seen) -> NotShown:
    if not seen.hit:
        return say.too_few(say.NO_HITS, say.NEEDS_HITS)
    if not seen.examined:
        return say.too_few(say.NONE_EXAMINED, say.NEEDS_EXAMINED)
    return say.too_few(say.NO_RESULTS, say.NEEDS_RESULTS, seen.examined)


def _comparison(seen: _Seen, reference: Rate | None, shown: Shown, gap: NotShown) -> Comparison:
    own = seen.rate
    if own is None:
        missing = _missing_rate(seen)
        return Comparison(shown, missing, missing)
    if reference is None:
        return Comparison(shown, gap, gap)
    apart = difference(own, reference)
    return Comparison(shown, apart, lift(own, reference), _reading(apart))


def _reading(apart: Estimate) -> str:
    if apart.interval is None or apart.interval.low <= 0 <= apart.interval.high:
        return "not_shown"
    return "above" if apart.value > 0 else "below"


def _no_flow(context: BacktestContext) -> NotShown:
    gap = context.sample.gap()
    return gap or say.not_estimable(say.NO_RANDOM, say.NEEDS_RANDOM, context.sample.found.size)


def _against_rest(context: BacktestContext, hit: Bools, seen: _Seen) -> Comparison:
    gap = context.sample.gap() or (None if context.chance.size else _no_flow(context))
    if gap is not None:
        return Comparison(gap, gap, gap)
    rows = context.weighed[~hit[context.weighed]]
    least = context.sample.least
    chance = rows[context.inclusion[rows] < 1]
    if chance.size == 0:
        missing = say.too_few(say.NO_REST, say.NEEDS_REST)
        return Comparison(missing, missing, missing)
    # what criteria surely examine belongs to the rest too, with its own weight of 1
    reference = weighted_rate(context.found[rows], context.inclusion[rows], least=least)
    shown = _as_estimate(reference, say.too_few(say.NO_REST, say.NEEDS_REST))
    return _comparison(seen, reference, shown, say.too_few(say.NO_REST, say.NEEDS_REST))


def _against_flow(context: BacktestContext, seen: _Seen) -> Comparison:
    gap = _no_flow(context)
    if isinstance(context.flow_rate, NotShown):
        gap = context.flow_rate
        return Comparison(gap, gap, gap)
    return _comparison(seen, context.flow_as_rate, context.flow_rate, gap)


def _against_examined(context: BacktestContext, seen: _Seen) -> Comparison:
    results = int(np.count_nonzero(context.result)) - seen.results
    finds = int(np.count_nonzero(context.found)) - seen.finds
    missing = say.too_few(say.NO_REST, say.NEEDS_REST)
    reference = Rate.of(finds, results) if results else None
    return _comparison(seen, reference, _as_estimate(reference, missing), missing)


def _as_estimate(rate: Rate | None, missing: NotShown) -> Shown:
    return missing if rate is None else rate.estimate()


def _reach(finds: int, all_finds: int) -> Shown:
    if not all_finds:
        return say.too_few(say.NO_FINDS, say.NEEDS_FINDS)
    return Estimate(finds / all_finds, None, all_finds, "among known finds")


def _busiest_day(context: BacktestContext, hit: Bools) -> int:
    return int(context.day_groups.count(hit).max()) if hit.size else 0


def _capacity_used(context: BacktestContext, wanted: float, capacity: float | None) -> Shown:
    if not capacity:
        return say.not_estimable(say.NO_CAPACITY, say.NEEDS_CAPACITY)
    days = max(1, context.working_days)
    return Estimate(wanted / (capacity * days), None, days)


def _found_value(context: BacktestContext, hit: Bools, cap: float | None) -> Shown:
    value: Floats = context.value[hit & context.found]
    known: NDArray[np.float64] = value[np.isfinite(value)]
    if context.cap is None or (value.size and not known.size):
        return say.not_estimable(say.NO_VALUES, say.NEEDS_VALUES, value.size)
    if cap is None:
        return Estimate(float(known.sum()), None, known.size)
    return capped_sum(known, cap)


def _overlaps(hit: Bools, size: int, others: Others | None) -> tuple[Overlap, ...]:
    if others is None:
        return ()
    found = []
    for code, other in others.hits.items():
        both = int(np.count_nonzero(hit & other))
        found.append(Overlap(code, both, size - both, int(np.count_nonzero(other)) - both))
    return tuple(found)
