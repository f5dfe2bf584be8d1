"""A back-test as the editor shows it: every number a figure, with what it rests on."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tamgha import risk
from tamgha.practice.targeting.gateways import Workbench
from tamgha.practice.targeting.models import DeclarationSet
from tamgha.practice.targeting.queries import LatestWording
from tamgha.practice.targeting.queries.learning import model_instead
from tamgha.shared.figures import Estimate, Figure, Interval, NotShown, Query, Unit
from tamgha.shared.periods import Period
from tamgha.shared.words import Words


@dataclass(frozen=True, slots=True)
class OverlapRow:
    """Another profile of the administration that hits some of the same declarations."""

    code: str
    name: str
    both: int
    share: float


@dataclass(frozen=True, slots=True)
class Panel:
    """The live panel: what a condition would have done in a set.

    Parameters
    ----------
    test : the back-test itself
    figures : every figure by name; ``shown`` are those of the table, in order
    instead : what chance (and a model) would have found at as many examinations
    overlaps : other profiles that hit the same declarations, the largest first
    yardstick : base rate in [0, 1], or None; ``yardstick_words`` says which rate it is
    wear_fell : the later weeks found less, and chance does not explain it
    """

    test: risk.Backtest
    figures: Mapping[str, Figure]
    instead: tuple[tuple[Words, Figure], ...]
    overlaps: tuple[OverlapRow, ...]
    yardstick: float | None
    yardstick_words: Words
    wear_fell: bool
    rows: int
    office: str
    direction: str
    simulated: bool
    period: Period | None

    @property
    def shown(self) -> tuple[Figure, ...]:
        """The figures of the table, in their order."""
        return tuple(self.figures[name] for name in SHOWN)

    @property
    def provenance(self) -> tuple[Words, ...]:
        """What the numbers of the panel rest on."""
        return (
            Words(f"{self.rows:,} rows", f"строк: {_grouped(self.rows)}"),
            Words(
                "indicators as known before each day",
                "индикаторы — как они были известны до каждого дня",
            ),
        )


SHOWN = (
    "difference",
    "lift",
    "lift_flow",
    "reach",
    "lane_share",
    "per_day",
    "capacity",
    "found_value",
    "found_value_capped",
)


def panel_of(
    bench: Workbench,
    profile: risk.Profile,
    *,
    others: list[LatestWording],
    capacity: float | None,
    lists: risk.ProfileLists,
) -> Panel:
    """Return the live panel of a profile: of its condition, in its office and direction.

    Parameters
    ----------
    others : the administration's other profiles, for the overlap
    capacity : examinations a working day, None where nobody said
    """
    hits = bench.hits(profile, lists)
    masks = {one.profile.code: bench.declaration_hits(one.engine, lists) for one in others}
    union = np.zeros(bench.context.declarations, dtype=bool)
    for mask in masks.values():
        union |= mask
    folded = risk.Others(masks, union)
    test = risk.backtest(bench.context, hits, others=folded, red=profile.red, capacity=capacity)
    names = {one.profile.code: one.version.name for one in others}
    base = bench.context.base_rate
    wear = test.wear
    return Panel(
        test=test,
        figures=_figures(bench, test, profile),
        instead=_instead(bench, test, hits),
        overlaps=tuple(
            OverlapRow(one.code, names[one.code], one.both, one.share_of_this)
            for one in sorted(test.overlaps, key=lambda each: -each.both)
            if one.both
        )[:6],
        yardstick=base.value if isinstance(base, Estimate) else None,
        yardstick_words=bench.context.base_name,
        wear_fell=isinstance(wear, Estimate)
        and wear.interval is not None
        and wear.interval.high < 0,
        rows=bench.rows,
        office=profile.office,
        direction=profile.direction,
        simulated=bench.row.simulated,
        period=period_of(bench),
    )


def evidence_of(panel: Panel, row: DeclarationSet) -> dict[str, Any]:
    """Return a back-test as it was shown, to be kept with the version that is saved."""
    test, rate = panel.test, panel.figures["hit_rate"]
    limits = rate.interval
    return {
        "set": row.pk,
        "set_name": row.name,
        "set_change": row.change,
        "simulated": panel.simulated,
        "rows": panel.rows,
        "items_hit": test.items_hit,
        "declarations_hit": test.hit,
        "results": test.results,
        "finds": test.finds,
        "rate": rate.value,
        "low": limits.low if limits else None,
        "high": limits.high if limits else None,
        "method": limits.method if limits else "",
    }


def _instead(
    bench: Workbench, test: risk.Backtest, hits: NDArray[np.bool_]
) -> tuple[tuple[Words, Figure], ...]:
    """Return what the profile found among its results, and what chance and a model would have found.

    In as many examinations, each; the model only where the set has one.
    """
    if not test.results:
        return ()
    base = bench.context.base_rate
    expected: Estimate | NotShown = (
        base if isinstance(base, NotShown) else _scaled(base, test.results)
    )

    def count(found: Estimate | NotShown, definition: Words) -> Figure:
        return Figure.of(
            found,
            name=Words("finds", "находки"),
            definition=definition,
            simulated=bench.row.simulated,
            unit="count",
            period=period_of(bench),
        )

    model = model_instead(bench, hits)
    return (
        (
            Words("This profile", "Этот профиль"),
            count(
                Estimate(test.finds, None, test.results),
                Words("finds among its examined hits", "находки среди досмотренных попаданий"),
            ),
        ),
        (
            Words("Chance", "Наугад"),
            count(
                expected,
                Words(
                    f"{bench.context.base_name.en} times as many examinations",
                    f"{bench.context.base_name.ru}, умноженная на столько же досмотров",
                ),
            ),
        ),
        *([] if model is None else [model]),
    )


def _scaled(rate: Estimate, times: int) -> Estimate:
    limits = rate.interval
    if limits is None:
        return Estimate(rate.value * times, None, rate.n)
    return Estimate(
        rate.value * times,
        Interval(limits.low * times, limits.high * times, limits.level, limits.method),
        rate.n,
    )


def period_of(bench: Workbench) -> Period | None:
    """Return the days that the set covers."""
    return bench.period


def _figures(bench: Workbench, test: risk.Backtest, profile: risk.Profile) -> dict[str, Figure]:
    simulated, period = bench.row.simulated, period_of(bench)

    def shown(
        found: Estimate | NotShown,
        what: str,
        unit: Unit,
        *,
        which: str = "",
        currency: str = "",
        n_words: Words | None = None,
    ) -> Figure:
        query = (
            Query(
                "targeting:profile-rows",
                {
                    "set": str(bench.row.pk),
                    "which": which,
                    "condition": profile.condition.text,
                    "office": profile.office,
                    "direction": profile.direction,
                },
            )
            if which
            else None
        )
        name, definition = MEANINGS[what]
        return Figure.of(
            found,
            name=name,
            definition=definition,
            simulated=simulated,
            unit=unit,
            currency=currency,
            period=period,
            query=query,
            n_words=n_words,
        )

    counted = Words(
        f"{test.finds:,} finds in {test.results:,} examined",
        f"находок: {_grouped(test.finds)}, досмотрено: {_grouped(test.results)}",
    )
    inside = test.against_rest if bench.context.evidence == "random" else test.against_examined
    money = bench.row.currency or "XXX"
    return {
        "hit_rate": shown(
            test.hit_rate,
            "hit_rate",
            "share",
            which="found",
            n_words=counted if test.results else None,
        ),
        "difference": shown(inside.difference, _which(bench, "difference"), "points"),
        "lift": shown(inside.lift, _which(bench, "lift"), "ratio"),
        "lift_flow": shown(test.against_flow.lift, "lift_flow", "ratio"),
        "reach": shown(test.reach, "reach", "share", which="missed"),
        "lane_share": shown(test.lane_share, "lane_share", "share", which="hit"),
        "per_day": shown(test.per_day, "per_day", "number"),
        "capacity": shown(test.capacity_used, "capacity", "share"),
        "completeness": shown(test.completeness, "completeness", "share"),
        "found_value": shown(test.found_value, "found_value", "money", currency=money),
        "found_value_capped": shown(
            test.found_value_capped, "found_value_capped", "money", currency=money
        ),
        "wear": shown(test.wear, "wear", "points"),
    }


def _grouped(number: int) -> str:
    """Write a count as Russian does: thousands parted by a space that does not break."""
    return f"{number:,}".replace(",", "\u00a0")


def _which(bench: Workbench, name: str) -> str:
    return f"{name}_rest" if bench.context.evidence == "random" else f"{name}_examined"


MEANINGS: dict[str, tuple[Words, Words]] = {
    "hit_rate": (
        Words("hit rate", "результативность"),
        Words("finds in examined declarations that it hits", "находки в досмотренных декларациях, на которые он попадает"),
    ),
    "difference_rest": (
        Words("difference to the draw", "разница со случайным отбором"),
        Words("hit rate less the find rate of random examinations it does not hit", "результативность минус доля находок случайных досмотров вне профиля"),
    ),
    "difference_examined": (
        Words("difference to the other examined", "разница с остальными досмотренными"),
        Words("hit rate less the find rate of the other examined; says nothing about the flow", "результативность минус доля находок остальных досмотренных; о потоке не говорит"),
    ),
    "lift_rest": (
        Words("lift over the draw", "во сколько раз чаще случайного отбора"),
        Words("hit rate by the find rate of random examinations it does not hit", "результативность, делённая на долю находок случайных досмотров вне профиля"),
    ),
    "lift_examined": (
        Words("lift over the other examined", "во сколько раз чаще, чем у остальных досмотренных"),
        Words("hit rate by the find rate of the other examined; says nothing about the flow", "результативность, делённая на долю находок остальных досмотренных; о потоке не говорит"),
    ),
    "lift_flow": (
        Words("lift over the flow", "во сколько раз чаще, чем в потоке"),
        Words("hit rate by the estimated share of the flow that examination would find", "результативность, делённая на оценку доли нарушений в потоке"),
    ),
    "reach": (
        Words("share of the known finds", "доля известных находок"),
        Words("finds that it hits among all known finds", "находки, на которые он попадает, среди всех известных"),
    ),
    "lane_share": (
        Words("share of the flow sent to red", "доля потока в красном коридоре"),
        Words("declarations hit times the share sent to red, by all declarations", "декларации с попаданием × доля красного, от всех деклараций"),
    ),
    "per_day": (
        Words("examinations a working day", "досмотров в рабочий день"),
        Words("declarations hit times the share sent to red, by days with declarations", "декларации с попаданием × доля красного, на день с декларациями"),
    ),
    "capacity": (
        Words("share of the capacity", "доля возможных досмотров"),
        Words("examinations a working day by what can be done", "досмотров в рабочий день от возможного числа"),
    ),
    "completeness": (
        Words("results that are in", "полученные результаты"),
        Words("examined declarations it hits whose result is known", "досмотренные декларации с попаданием, по которым результат известен"),
    ),
    "found_value": (
        Words("value found", "сумма по находкам"),
        Words("duty and penalties of the finds it hits, a plain sum", "доначисленные пошлины и штрафы по находкам, на которые он попадает, простая сумма"),
    ),
    "found_value_capped": (
        Words("value found, capped", "сумма по находкам с ограничением"),
        Words("the same with each case counted up to the 95th percentile of known finds", "то же, но каждый случай не более 95-го процентиля известных находок"),
    ),
    "wear": (
        Words("later weeks against earlier", "поздние недели против ранних"),
        Words("hit rate of the later half of the weeks less that of the earlier half", "результативность второй половины недель минус первой половины"),
    ),
}  # fmt: skip


def row_mask(
    bench: Workbench, profile: risk.Profile, which: str, lists: risk.ProfileLists
) -> NDArray[np.bool_]:
    """Return which items a link of the panel speaks of: hit, found, clean, or missed finds."""
    hits = bench.hits(profile, lists)
    found = bench.context.item_found
    if which == "found":
        return hits & found
    if which == "clean":
        return hits & ~found
    if which == "missed":
        return ~hits & found
    return hits


@dataclass(frozen=True, slots=True)
class Weeks:
    """Some weeks of a back-test together: first day, counts, and the hit rate with its interval."""

    first: date
    results: int
    finds: int
    rate: Estimate | NotShown
    complete: bool


MOST_MARKS = 14


def weeks_together(test: risk.Backtest) -> list[Weeks]:
    """Return the weeks of a back-test, so many together that at most 14 marks are drawn."""
    weeks = test.weeks
    step = max(1, -(-len(weeks.monday) // MOST_MARKS))
    found = []
    for start in range(0, len(weeks.monday), step):
        part = slice(start, start + step)
        results, finds = int(weeks.results[part].sum()), int(weeks.finds[part].sum())
        examined = int(weeks.examined[part].sum())
        found.append(
            Weeks(
                first=weeks.monday[start].astype(object),
                results=results,
                finds=finds,
                rate=risk.wilson_proportion(finds, results),
                complete=results >= 0.95 * examined,
            )
        )
    return found
