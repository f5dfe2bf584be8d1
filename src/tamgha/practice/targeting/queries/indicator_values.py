"""What an indicator's values look like on a set: distribution, drift, and whether they separate."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from tamgha import risk
from tamgha.platform.ui import formats
from tamgha.practice.targeting.domain.wording import UNITS
from tamgha.practice.targeting.gateways import Workbench
from tamgha.practice.targeting.queries.backtests import period_of
from tamgha.shared.figures import Estimate, Figure, NotShown
from tamgha.shared.periods import Period
from tamgha.shared.words import Words

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

FEW_VALUES: Final = 12
STEPS: Final = 20
GROUPS: Final = 5
TENTHS: Final = 10
LEAST_ROWS: Final = 20
SHOWN_QUANTILES: Final = (0.01, 0.25, 0.5, 0.75, 0.99)
EPOCH: Final = date(1970, 1, 1)

FLOW, EXAMINED = "flow", "examined"


def floats_of(values: pa.ChunkedArray) -> Floats:
    """Return an indicator's values as numbers, NaN where it has none; shape (rows,)."""
    return np.asarray(pc.cast(values, pa.float64()).to_numpy(), dtype=float)


def days_of(bench: Workbench) -> NDArray[np.int64]:
    """Return the day of each row, counted from 1970-01-01; shape (rows,)."""
    return np.asarray(pc.cast(bench.items["day"], pa.int32()).to_numpy(), dtype=np.int64)


def printed(value: float, unit: str, language: str) -> str:
    """Return a value as people read it, without its unit: ratios and shares as per cent."""
    if unit == "flag":
        yes = bool(value)
        return ("да" if yes else "нет") if language == "ru" else ("yes" if yes else "no")
    return formats.number(value * 100 if unit in {"ratio", "share"} else value, language=language)


def unit_mark(indicator: risk.Indicator, language: str) -> str:
    """Return what stands after a value: "% of the usual", "kg", "days" … or ""."""
    unit = indicator.unit
    if unit == "ratio" and indicator.kind != "usual":
        return "%"
    return UNITS[unit].text(language) if unit in UNITS else ""


# ---- distribution ------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Distribution:
    """How an indicator's values are spread over the rows of a set.

    Parameters
    ----------
    steps : (label, rows) from the lowest to the highest
    clipped : whether the outer steps also hold what lies beyond the 1 % and 99 % quantiles
    logarithmic : whether the steps grow by a constant factor
    quantiles : (share of the rows below, value printed)
    """

    n: int
    empty: int
    steps: tuple[tuple[str, int], ...]
    clipped: bool
    logarithmic: bool
    quantiles: tuple[tuple[float, str], ...]
    share_empty: Figure

    @property
    def known(self) -> int:
        """Rows that have a value."""
        return self.n - self.empty


def distribution_of(
    bench: Workbench, values: Floats, indicator: risk.Indicator, language: str
) -> Distribution:
    """Return the distribution of an indicator over all rows of a set."""
    known = values[np.isfinite(values)]
    empty = int(values.size - known.size)
    steps, clipped, logarithmic = _steps(known, indicator.unit, language)
    quantiles = np.quantile(known, SHOWN_QUANTILES) if known.size else np.zeros(0)
    share = Estimate(empty / values.size if values.size else 0.0, None, values.size)
    return Distribution(
        n=values.size,
        empty=empty,
        steps=steps,
        clipped=clipped,
        logarithmic=logarithmic,
        quantiles=tuple(
            (share, printed(float(value), indicator.unit, language))
            for share, value in zip(SHOWN_QUANTILES, quantiles, strict=False)
        ),
        share_empty=Figure.of(
            share,
            name=Words("share without a value", "доля строк без значения"),
            definition=Words(
                f"rows without a value: {risk.KINDS[indicator.kind].nothing.en}",
                f"строки без значения: {risk.KINDS[indicator.kind].nothing.ru}",
            ),
            simulated=bench.row.simulated,
            unit="share",
            period=period_of(bench),
        ),
    )


def _steps(
    known: Floats, unit: str, language: str
) -> tuple[tuple[tuple[str, int], ...], bool, bool]:
    if not known.size:
        return (), False, False
    distinct, counts = np.unique(known, return_counts=True)
    if distinct.size <= FEW_VALUES:
        pairs = zip(distinct.tolist(), counts.tolist(), strict=True)
        return tuple((printed(value, unit, language), n) for value, n in pairs), False, False
    low, middle, high = (float(each) for each in np.quantile(known, [0.01, 0.5, 0.99]))
    if high <= low:
        low, high = float(distinct[0]), float(distinct[-1])
    logarithmic = low > 0 and high / max(middle, low) > 10
    edges = np.geomspace(low, high, STEPS + 1) if logarithmic else np.linspace(low, high, STEPS + 1)
    counted, _ = np.histogram(np.clip(known, edges[0], edges[-1]), edges)
    clipped = bool(known.min() < edges[0] or known.max() > edges[-1])
    labels = [printed(_short(float(edge)), unit, language) for edge in edges]
    steps = tuple(
        (f"{labels[at]}–{labels[at + 1]}", int(count)) for at, count in enumerate(counted)
    )
    return steps, clipped, logarithmic


def _short(value: float) -> float:
    return float(f"{value:.3g}")


# ---- drift -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Moved:
    """How far an indicator moved between two periods.

    Parameters
    ----------
    found : the stability index with its noise and test
    steps : (label, share now, share before)
    stands_out : chance alone explains it in fewer than 5 of 100 cases
    """

    found: risk.Drift
    before: Period
    now: Period
    steps: tuple[tuple[str, float, float], ...]

    @property
    def stands_out(self) -> bool:
        """Whether it is more than chance explains, at 5 %."""
        return self.found.p_value < 0.05

    @property
    def last_before(self) -> date:
        """Last day of the earlier period."""
        return self.before.end - timedelta(days=1)

    @property
    def last_now(self) -> date:
        """Last day of the later period."""
        return self.now.end - timedelta(days=1)


def halves_of(days: NDArray[np.int64]) -> tuple[Period, Period] | None:
    """Return the early and the late half of the rows, cut at a day; None within a single day."""
    if not days.size or days.min() == days.max():
        return None
    cut = int(np.clip(np.quantile(days, 0.5) + 1, days.min() + 1, days.max()))
    first, middle, last = (
        EPOCH + timedelta(days=int(each)) for each in (days.min(), cut, days.max() + 1)
    )
    return Period(first, middle), Period(middle, last)


def moved(
    values: Floats,
    days: NDArray[np.int64],
    periods: tuple[Period, Period],
    unit: str,
    language: str,
) -> Moved | NotShown:
    """Return the drift of an indicator from the first of two periods to the second."""
    before, now = (values[_within(days, each)] for each in periods)
    least = min(before.size, now.size)
    if least < LEAST_ROWS:
        return NotShown(
            "too_few",
            Words(
                f"One of the periods has {least} rows; shown from {LEAST_ROWS} on.",
                f"В одном из периодов строк: {least}; показываем от {LEAST_ROWS}.",
            ),
            Words("Choose a longer period.", "Выберите более длинный период."),
            least,
        )
    edges = risk.histogram_bins(before, TENTHS)
    counts_before, counts_now = risk.bin_counts(before, edges), risk.bin_counts(now, edges)
    used = (counts_before + counts_now) > 0
    if used.sum() < 2:
        return NotShown(
            "not_estimable",
            Words(
                "The indicator has one value in both periods.",
                "В обоих периодах у индикатора одно значение.",
            ),
            Words("Values that differ.", "Различающиеся значения."),
            least,
        )
    labels = _bin_labels(edges, unit, language)
    steps = tuple(
        (labels[at], counts_now[at] / now.size, counts_before[at] / before.size)
        for at in np.flatnonzero(used)
    )
    return Moved(
        risk.drift(counts_now[used], counts_before[used]),
        periods[0],
        periods[1],
        tuple((label, float(a), float(b)) for label, a, b in steps),
    )


def _within(days: NDArray[np.int64], period: Period) -> Flags:
    start, end = ((each - EPOCH).days for each in (period.start, period.end))
    return np.asarray((days >= start) & (days < end))


def _bin_labels(edges: Floats, unit: str, language: str) -> list[str]:
    """Return names of the bins between inner edges, and of the last, that of rows without a value."""
    empty = "нет" if language == "ru" else "none"
    if not edges.size:
        return ["все" if language == "ru" else "all", empty]
    told = [printed(_short(float(edge)), unit, language) for edge in edges]
    inner = [f"{told[at]}–{told[at + 1]}" for at in range(len(told) - 1)]
    return [f"< {told[0]}", *inner, f"≥ {told[-1]}", empty]


# ---- does it separate --------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Group:
    """Rows whose indicator lies between two limits, and the finds among them."""

    label: str
    rate: Figure
    rows: int
    riskiest: bool = False


@dataclass(frozen=True, slots=True)
class Separation:
    """Whether finds are more frequent where the indicator says "riskier".

    Parameters
    ----------
    basis : "flow" where a random draw makes it speak of all rows, else "examined"
    groups : fifths by the indicator, fewer where values repeat; rows without a value last
    difference : of the riskiest group and all others that have a value
    base : rate of all rows taken together
    """

    basis: str
    groups: tuple[Group, ...]
    difference: Figure
    base: Figure

    @property
    def reading(self) -> str:
        """What the interval of the difference says: "separates", "against" or "unclear"."""
        limits = self.difference.interval
        if self.difference.missing or limits is None:
            return "unclear"
        if limits.low > 0:
            return "separates"
        return "against" if limits.high < 0 else "unclear"


@dataclass(frozen=True, slots=True)
class _Results:
    """Rows with a result, aligned: value, find, and weight's probability (1 where it is not used)."""

    value: Floats
    found: Flags
    inclusion: Floats


def bases_of(bench: Workbench) -> tuple[str, ...]:
    """Return what rates of a set may speak of; the flow first where a random draw was made."""
    speaks = bench.context.evidence == "random" and isinstance(bench.context.flow_rate, Estimate)
    return (FLOW, EXAMINED) if speaks else (EXAMINED,)


def separation_of(
    bench: Workbench, values: Floats, indicator: risk.Indicator, basis: str, language: str
) -> Separation | NotShown:
    """Return the find rates of the examined rows by fifths of an indicator."""
    seen = _results(bench, values, basis)
    with_value = np.isfinite(seen.value)
    if int(with_value.sum()) < LEAST_ROWS:
        return NotShown(
            "too_few",
            Words(
                f"{int(with_value.sum())} examined rows have a value and a result; shown from {LEAST_ROWS} on.",
                f"Досмотренных строк со значением и результатом: {int(with_value.sum())}; показываем от {LEAST_ROWS}.",
            ),
            Words("More examinations with a result.", "Больше досмотров с результатом."),
            int(with_value.sum()),
        )
    edges = risk.histogram_bins(seen.value, GROUPS)
    place = np.searchsorted(edges, seen.value, side="right")
    place[~with_value] = edges.size + 1
    labels = _bin_labels(edges, indicator.unit, language)
    used = [at for at in range(edges.size + 2) if (place == at).any()]
    valued = [at for at in used if at <= edges.size]
    riskiest = valued[-1] if indicator.direction == "higher" else valued[0]
    groups = tuple(
        Group(
            labels[at],
            _figure(bench, seen, place == at, basis),
            int((place == at).sum()),
            riskiest=at == riskiest,
        )
        for at in used
    )
    return Separation(
        basis,
        groups,
        _difference(bench, seen, place == riskiest, with_value & (place != riskiest), basis),
        _figure(bench, seen, np.ones(seen.found.size, dtype=bool), basis),
    )


def _results(bench: Workbench, values: Floats, basis: str) -> _Results:
    told = risk.Outcomes.of(bench.outcomes)
    with np.errstate(invalid="ignore"):
        rows = told.result & ((told.inclusion > 0) if basis == FLOW else True)
    inclusion = told.inclusion[rows] if basis == FLOW else np.ones(int(rows.sum()))
    return _Results(values[rows], told.found[rows], inclusion)


def _rate(seen: _Results, rows: Flags) -> risk.Rate | None:
    return risk.weighted_rate(
        seen.found[rows], seen.inclusion[rows], least=float(seen.inclusion.min())
    )


RATE: Final = {
    EXAMINED: Words(
        "rows with a find among examined rows with a result; says nothing of rows not examined",
        "строки с находкой среди досмотренных с результатом; о недосмотренных не говорит",
    ),
    FLOW: Words(
        "estimated share of all rows that examination would find, each examined row weighted by 1/π",
        "оценка доли всех строк, в которых досмотр нашёл бы нарушение; вес досмотренной строки 1/π",
    ),
}


def _figure(bench: Workbench, seen: _Results, rows: Flags, basis: str) -> Figure:
    rate = _rate(seen, rows)
    found = rate.estimate() if rate is not None else NONE_EXAMINED
    return Figure.of(
        found,
        name=Words("find rate", "доля находок"),
        definition=RATE[basis],
        simulated=bench.row.simulated,
        unit="share",
        period=period_of(bench),
    )


NONE_EXAMINED: Final = NotShown(
    "too_few",
    Words("None of these rows was examined.", "Ни одна из этих строк не досматривалась."),
    Words("Examinations with a result.", "Досмотры с результатом."),
)


def _difference(
    bench: Workbench, seen: _Results, riskiest: Flags, others: Flags, basis: str
) -> Figure:
    first, second = _rate(seen, riskiest), _rate(seen, others)
    found = (
        risk.difference(first, second)
        if first is not None and second is not None
        else NONE_EXAMINED
    )
    return Figure.of(
        found,
        name=Words("riskiest group less all others", "самая рискованная группа минус остальные"),
        definition=Words(
            "find rate of the riskiest group less that of all other rows with a value",
            "доля находок самой рискованной группы минус доля остальных строк со значением",
        ),
        simulated=bench.row.simulated,
        unit="points",
        period=period_of(bench),
    )
