"""A day of mode capacity: what is expected of it, its lots, and what an arrival is decided by."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from fractions import Fraction
from statistics import mean, stdev
from zoneinfo import ZoneInfo

from tamgha.risk.selection.arrivals import SlotState, reserve
from tamgha.risk.selection.batch import NOTHING, Candidate
from tamgha.risk.selection.decisions import CapacityFacts
from tamgha.risk.selection.lots import DayForecast, score_threshold
from tamgha.risk.selection.plans import CapacityParameters, random_rate_needed

DAY_MINUTES = 24 * 60
BACK_DAYS = 30
MOST_SCORES = 1_000
"""Ranks of past scores that are kept: the threshold is a rank among them."""
_LEAST_VARIATION, _UNKNOWN_VARIATION = 0.1, 0.5
_LEAST_DAYS = 3


@dataclass(frozen=True, slots=True)
class PastArrival:
    """An arrival of an earlier day, of one office and direction.

    Parameters
    ----------
    at : aware datetime
    mandatory, novel : as it was decided
    score : of the model, or None
    """

    at: datetime
    mandatory: bool = False
    novel: bool = False
    score: float | None = None


def lots_of_day(lot_minutes: int) -> int:
    """Return the number of lots of a day; the last one may be shorter."""
    return -(-DAY_MINUTES // lot_minutes)


def lot_of(at: datetime, timezone: ZoneInfo, lot_minutes: int) -> int:
    """Return the number of the lot that a moment falls into, 0 for the first after midnight."""
    local = at.astimezone(timezone)
    return (local.hour * 60 + local.minute) // lot_minutes


def lot_id(office: str, direction: str, day: str, lot: int) -> str:
    """Return the id under which a lot's decisions are stored."""
    return f"{office} {direction} {day} lot {lot}"


def day_gone(forecast: DayForecast, at: datetime, timezone: ZoneInfo, lot_minutes: int) -> Fraction:
    """Return the usual share of the day gone at a moment, F_t; inside a lot it grows evenly."""
    local = at.astimezone(timezone)
    lot = lot_of(at, timezone, lot_minutes)
    inside = (local.hour * 60 + local.minute) * 60 + local.second - lot * lot_minutes * 60
    return forecast.gone(lot) + forecast.lot_shares[lot] * Fraction(inside, lot_minutes * 60)


def forecast_day(
    past: Iterable[PastArrival],
    day: date,
    *,
    timezone: ZoneInfo,
    lot_minutes: int = 30,
    first_guess: int = 100,
) -> DayForecast:
    """Return what is expected of a day: made the evening before, of the 30 days before it.

    Days without arrivals are closed days and do not count. Where the same weekday was open at
    least three times, the expected number is its mean, else that of all open days. Each lot gets
    half an arrival more than was seen, so that no hour is without a chance.

    Parameters
    ----------
    past : arrivals of one office and direction, any order; those of other days are passed over
    day : local
    first_guess : arrivals expected where nothing is known yet, > 0
    """
    counts: Counter[date] = Counter()
    lots: Counter[int] = Counter()
    seen: list[PastArrival] = []
    for one in past:
        local = one.at.astimezone(timezone).date()
        if day - timedelta(days=BACK_DAYS) <= local < day:
            counts[local] += 1
            lots[lot_of(one.at, timezone, lot_minutes)] += 1
            seen.append(one)
    alike = [count for when, count in counts.items() if when.weekday() == day.weekday()]
    numbers = alike if len(alike) >= _LEAST_DAYS else list(counts.values())
    expected = Fraction(sum(numbers), len(numbers)) if numbers else Fraction(first_guess)
    total, width = len(seen), lots_of_day(lot_minutes)
    part = expected / total if total else NOTHING
    return DayForecast(
        arrivals=expected,
        variation=_variation(numbers),
        mandatory=sum(one.mandatory for one in seen) * part,
        lot_shares=tuple(Fraction(2 * lots[lot] + 1, 2 * total + width) for lot in range(width)),
        novel=sum(one.novel for one in seen) * part,
        scores=thinned([one.score for one in seen if one.score is not None]),
    )


def thinned(scores: Sequence[float], most: int = MOST_SCORES) -> tuple[float, ...]:
    """Return scores rising, at most ``most`` of them: those at even ranks, the highest included."""
    rising = sorted(scores)
    count = len(rising)
    if count <= most:
        return tuple(rising)
    return tuple(rising[-(-(rank + 1) * count // most) - 1] for rank in range(most))


def _variation(numbers: Sequence[int]) -> Fraction:
    spread = stdev(numbers) / mean(numbers) if len(numbers) >= _LEAST_DAYS else _UNKNOWN_VARIATION
    return Fraction(max(_LEAST_VARIATION, spread)).limit_denominator(1_000)


def slot_facts(
    one: Candidate,
    parameters: CapacityParameters,
    state: SlotState,
    forecast: DayForecast,
    gone: Fraction,
) -> CapacityFacts:
    """Return what an arrival is decided by under rule A.

    The reserve is what the random draw may still need of the arrivals to come; the score cut the
    quantile that fills the slots left beside it; p_e spreads the day's exploration over the
    novel that are expected.

    Parameters
    ----------
    state : slots before
    gone : usual share of the day gone, F_t
    """
    rate = random_rate_needed(parameters.random, forecast.arrivals)
    remaining = forecast.remaining(state.arrived, gone)
    kept = reserve(rate, remaining)
    free = Fraction(max(0, state.slots - kept)) - forecast.mandatory * (1 - gone)
    threshold = score_threshold(forecast.scores, max(NOTHING, free), remaining)
    return CapacityFacts(
        parameters_version=parameters.version,
        reserve=kept,
        # without history nobody is chosen by score: rule A knows no other cut
        threshold=threshold if forecast.scores and free >= 1 else None,
        free=free,
        rate=rate,
        explore_rate=_explore_rate(parameters, forecast),
    )


def _explore_rate(parameters: CapacityParameters, forecast: DayForecast) -> Fraction | None:
    if not parameters.exploration:
        return None
    slots = parameters.capacity - parameters.random - forecast.mandatory
    wanted = max(NOTHING, slots) * Fraction(parameters.exploration, 10_000)
    return min(Fraction(1), wanted / max(Fraction(1), forecast.novel))
