"""Reads of the running counts: sums by day, lane, office and profile, and the finds with their chances."""

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any, Final

import numpy as np
from django.db.models import Max, Min, Q, QuerySet, Sum
from numpy.typing import NDArray

from tamgha import risk
from tamgha.platform.accounts.models import Administration
from tamgha.practice.control.domain.results import (
    MEASURES,
    MILLION,
    monday_of,
    settled_until,
)
from tamgha.practice.control.models import (
    Decision,
    ResultCell,
    ResultChance,
    ResultEntry,
    ResultUpkeep,
    ResultWeek,
)
from tamgha.shared.periods import Period

RANDOM: Final = "random"
BY_PROFILE: Final = frozenset({"criteria", "max_hits", "score"})
"""Ways in which a profile made the choice."""
SHOWN: Final = ("decided", "chosen", "results", "found")
"""Measures that a line of a table shows."""
HISTORY: Final = ("found", "results", "chosen")
"""Measures that the history of a version is made of."""
Sums = Counter[str]


@dataclass(frozen=True, slots=True)
class Scope:
    """Which results are meant.

    Parameters
    ----------
    administration : whose
    period : local days of the decisions, half-open
    office, direction : "" for all
    """

    administration: Administration
    period: Period
    office: str = ""
    direction: str = ""

    def until(self, day: date) -> "Scope":
        """Return the same, before a day."""
        end = max(min(day, self.period.end), self.period.start + timedelta(days=1))
        return replace(self, period=Period(self.period.start, end))

    def narrow(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        """Return the rows of the administration, period, office and direction."""
        found = rows.filter(
            administration=self.administration,
            day__gte=self.period.start,
            day__lt=self.period.end,
        )
        if self.office:
            found = found.filter(office=self.office)
        return found.filter(direction=self.direction) if self.direction else found


def sums(
    rows: QuerySet[ResultCell], *by: str, of: Sequence[str] = MEASURES
) -> dict[tuple[Any, ...], Sums]:
    """Return the sums of these measures by these fields; one query."""
    grouped = rows.order_by(*by).values(*by).annotate(**{f"n_{one}": Sum(one) for one in of})
    names = [f"n_{one}" for one in of]
    return {
        tuple(key): Counter({one: int(n) for one, n in zip(of, amounts, strict=True) if n})
        for *key, amounts in (
            (*row[: len(by)], row[len(by) :]) for row in grouped.values_list(*by, *names)
        )
    }


def totals(scope: Scope, *by: str, of: Sequence[str] = MEASURES) -> dict[tuple[Any, ...], Sums]:
    """Return the sums over declarations, each counted once, by these fields of a cell."""
    return sums(scope.narrow(ResultCell.objects.filter(code="")), *by, of=of)


def by_profile(scope: Scope) -> dict[tuple[str, int, bool], dict[str, Sums]]:
    """Return of every version of a profile that hit: way -> the sums that a line shows.

    Whole weeks are read as weeks where no office or direction is asked for.
    """
    found: dict[tuple[str, int, bool], dict[str, Sums]] = {}
    for code, number, live, way, *amounts in _of_profiles(scope):
        told = Counter({one: int(n) for one, n in zip(SHOWN, amounts, strict=True) if n})
        ways = found.setdefault((code, number, live), {})
        ways[way] = ways.get(way, Sums()) + told
    return found


def _of_profiles(scope: Scope) -> Iterator[tuple[Any, ...]]:
    by = ("code", "number", "live", "way")
    told = {f"n_{one}": Sum(one) for one in SHOWN}
    start, end = scope.period.start, scope.period.end
    first, last = monday_of(start + timedelta(days=6)), monday_of(end)
    cells = scope.narrow(ResultCell.objects.filter(code__gt=""))
    if not (scope.office or scope.direction) and first < last:
        weeks = ResultWeek.objects.filter(
            administration=scope.administration, monday__gte=first, monday__lt=last
        )
        yield from weeks.order_by(*by).values_list(*by).annotate(**told)
        cells = cells.filter(Q(day__lt=first) | Q(day__gte=last))
    yield from cells.order_by(*by).values_list(*by).annotate(**told)


def added(parts: Iterable[Mapping[str, int]]) -> Sums:
    """Return the sum of sums."""
    whole: Sums = Counter()
    for part in parts:
        whole.update(part)
    return whole


def weeks_of(days: Mapping[tuple[Any, ...], Sums]) -> dict[date, Sums]:
    """Return sums by Monday from sums whose first field is the day."""
    found: dict[date, Sums] = {}
    for (day, *_rest), amounts in days.items():
        found.setdefault(monday_of(day), Counter()).update(amounts)
    return found


def settled_part(scope: Scope, weekly: Mapping[date, Sums]) -> Scope:
    """Return the part of a scope whose results are in, by the sums of its weeks."""
    weeks = {monday: (week["chosen"], week["results"]) for monday, week in weekly.items()}
    return scope.until(settled_until(weeks, scope.period.end))


@dataclass(frozen=True, slots=True)
class Finds:
    """The declarations of a scope in which something was found; arrays of shape (finds,).

    Parameters
    ----------
    day : of the decision
    inclusion : probability of examination, NaN where unknown
    value : money found, NaN where unknown
    by_draw : whether the random draw chose them
    delay : days from examination until the find was known
    age : days from examination until today
    direction : of trade
    """

    day: NDArray[np.datetime64]
    inclusion: NDArray[np.float64]
    value: NDArray[np.float64]
    by_draw: NDArray[np.bool_]
    delay: NDArray[np.float64]
    age: NDArray[np.float64]
    direction: NDArray[np.object_]

    def where(self, mask: NDArray[np.bool_]) -> "Finds":
        """Return some of them."""
        return Finds(
            self.day[mask],
            self.inclusion[mask],
            self.value[mask],
            self.by_draw[mask],
            self.delay[mask],
            self.age[mask],
            self.direction[mask],
        )


def finds_of(scope: Scope, today: date) -> Finds:
    """Return the finds among what the system sent to examination."""
    names = ("day", "inclusion", "value", "way", "examined", "known", "direction")
    rows = list(_found(scope).order_by("pk").values_list(*names))
    day, inclusion, value, way, examined, known, direction = (
        zip(*rows, strict=True) if rows else ((),) * len(names)
    )
    now = np.datetime64(today, "D")
    looked, told = (
        np.array([one or today for one in days], "datetime64[D]") for days in (examined, known)
    )
    return Finds(
        day=np.array(day, "datetime64[D]"),
        inclusion=np.array(inclusion, float),  # None becomes NaN
        value=np.array(value, float) / 100,
        by_draw=np.array([one == RANDOM for one in way], bool),
        delay=(told - looked).astype(float),
        age=(now - looked).astype(float),
        direction=np.array(direction, object),
    )


def _found(scope: Scope) -> QuerySet[ResultEntry]:
    rows = ResultEntry.objects.filter(is_found=True, is_counted=True, lane="red")
    return scope.narrow(rows)


def values_found(scope: Scope) -> NDArray[np.float64]:
    """Return the money that the finds of a scope brought, where it is known."""
    rows = _found(scope).filter(value__isnull=False).values_list("value", flat=True)
    return np.array(list(rows), float) / 100


def least_chance(scope: Scope) -> float | None:
    """Return the least probability above 0 that any declaration of the scope had."""
    rows = scope.narrow(ResultChance.objects.filter(declarations__gt=0))
    least = rows.aggregate(least=Min("chance"))["least"]
    return None if least is None else least / MILLION


def sample_of(counts: Mapping[str, int], finds: Finds, least: float | None) -> risk.Sample:
    """Return what the engine's estimates by probability need, from sums and finds.

    The estimates look at every find's own π, and of the examined without a find only at their
    number and the sum of 1/π: those that came by chance all stand here with the π that keeps
    that sum.
    """
    known = finds.inclusion > 0
    pi = np.where(known, np.minimum(finds.inclusion, 1.0), 1.0)
    chance = known & (finds.inclusion < 1)
    clean_by_chance = max(0, counts.get("by_chance", 0) - int(chance.sum()))
    clean = max(0, counts.get("results", 0) - counts.get("found", 0))
    clean_by_chance = min(clean, clean_by_chance)
    inverse = counts.get("inverse", 0) / MILLION - float((1 / pi[chance]).sum())
    usual = min(1.0, clean_by_chance / inverse) if inverse > 0 else 1.0
    inclusion = np.concatenate(
        [pi, np.full(clean_by_chance, usual), np.ones(clean - clean_by_chance)]
    )
    found = np.zeros(inclusion.size, bool)
    found[: pi.size] = True
    value = np.concatenate([finds.value, np.zeros(clean)])
    decided = counts.get("decided", 0)
    covered = 1 - counts.get("uncovered", 0) / decided if decided else 1.0
    bounded = None if least is None else min(least, float(inclusion.min(initial=1.0)))
    return risk.Sample(
        found=found,
        inclusion=inclusion,
        flow=max(decided, inclusion.size),
        covered=covered,
        least_inclusion=bounded,
        value=np.nan_to_num(value) if counts.get("valued") else None,
    )


@dataclass(frozen=True, slots=True)
class History:
    """What one version of a profile and the random draw brought since the version came, until a day.

    Parameters
    ----------
    first : Monday of its first week
    profile, random : (found, results)
    examined : sent to examination, of both
    verdict : how the version stands against the draw, valid however often one looks
    """

    first: date
    profile: tuple[int, int]
    random: tuple[int, int]
    examined: tuple[int, int]
    verdict: str

    @property
    def standing(self) -> risk.Standing:
        """The verdict with both rates and their limits."""
        return risk.standing(self.profile, self.random, examined=self.examined)


def histories(
    administration: Administration, until: date, *, live: bool = True
) -> dict[tuple[str, int], History]:
    """Return the whole history of every version that hit, and of the draw in the same weeks.

    Of the profile every examined hit counts, whatever chose it; of the draw what it chose, hit or
    not, in every office.

    Parameters
    ----------
    until : weeks that begin before this day count
    live : the versions that decide; False: those that only watch
    """
    end = monday_of(until + timedelta(days=6))
    rows = list(
        ResultWeek.objects.filter(administration=administration, monday__lt=end, live=live)
        .order_by("code", "number")
        .values_list("code", "number")
        .annotate(Min("monday"), Max("monday"), *(Sum(one) for one in HISTORY))
    )
    drawn = (
        ResultCell.objects.filter(administration=administration, day__lt=end)
        .filter(code="", way=RANDOM)
        .order_by("day")
        .values_list("day")
        .annotate(*(Sum(one) for one in HISTORY))
    )
    days = list(drawn)
    places = [row[0] for row in days]
    running = np.cumsum([[0, 0, 0], *(row[1:] for row in days)], axis=0, dtype=np.int64)
    draws = [
        running[bisect_left(places, last + timedelta(days=7))] - running[bisect_left(places, first)]
        for _code, _number, first, last, *_counts in rows
    ]
    profiles = [(row[4], row[5]) for row in rows]
    randoms = [(int(draw[0]), int(draw[1])) for draw in draws]
    examined = [(row[6], int(draw[2])) for row, draw in zip(rows, draws, strict=True)]
    said = risk.verdicts(profiles, randoms, examined)
    return {
        (row[0], row[1]): History(row[2], profile, random, every, verdict)
        for row, profile, random, every, verdict in zip(
            rows, profiles, randoms, examined, said, strict=True
        )
    }


@dataclass(frozen=True, slots=True)
class Extent:
    """What there is to show: first and last day, offices, directions, and what is not counted yet."""

    first: date | None = None
    last: date | None = None
    offices: tuple[str, ...] = ()
    directions: tuple[str, ...] = ()
    waiting: bool = False
    counted_at: Any = field(default=None)


def extent_of(administration: Administration) -> Extent:
    """Return over which days, offices and directions results are counted."""
    rows = (
        ResultCell.objects.filter(administration=administration, code="")
        .order_by("office", "direction")
        .values_list("office", "direction")
        .annotate(first=Min("day"), last=Max("day"))
    )
    found = list(rows)
    upkeep = ResultUpkeep.objects.filter(administration=administration).first()
    later = Decision.objects.filter(
        administration=administration,
        first=None,
        pk__gt=upkeep.settled if upkeep else 0,
        result=None,
    )
    return Extent(
        first=min((row[2] for row in found), default=None),
        last=max((row[3] for row in found), default=None),
        offices=tuple(dict.fromkeys(row[0] for row in found)),
        directions=tuple(sorted({row[1] for row in found})),
        waiting=later.exists(),
        counted_at=upkeep.counted_at if upkeep else None,
    )
