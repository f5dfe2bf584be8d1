"""Reads of the running counts: sums by day, lane, office and profile, and the finds with their chances."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any, Final

import numpy as np
from django.db.models import Max, Min, QuerySet, Sum
from numpy.typing import NDArray

from tamgha import risk
from tamgha.platform.accounts.models import Administration
from tamgha.practice.control.domain.results import MEASURES, MILLION, monday_of
from tamgha.practice.control.models import (
    Decision,
    ResultCell,
    ResultChance,
    ResultEntry,
    ResultUpkeep,
)
from tamgha.shared.periods import Period

RANDOM: Final = "random"
BY_PROFILE: Final = frozenset({"criteria", "max_hits", "score"})
"""Ways in which a profile made the choice."""
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


def sums(rows: QuerySet[ResultCell], *by: str) -> dict[tuple[Any, ...], Sums]:
    """Return the sums of every measure by these fields; one query."""
    grouped = rows.order_by(*by).values(*by).annotate(**{f"n_{one}": Sum(one) for one in MEASURES})
    return {
        tuple(row[name] for name in by): Counter(
            {one: int(row[f"n_{one}"]) for one in MEASURES if row[f"n_{one}"]}
        )
        for row in grouped
    }


def totals(scope: Scope, *by: str) -> dict[tuple[Any, ...], Sums]:
    """Return the sums over declarations, each counted once, by these fields of a cell."""
    return sums(scope.narrow(ResultCell.objects.filter(code="")), *by)


def by_profile(scope: Scope) -> dict[tuple[str, int, bool], dict[str, Sums]]:
    """Return of every version of a profile that hit: way -> sums."""
    rows = scope.narrow(ResultCell.objects.exclude(code=""))
    found: dict[tuple[str, int, bool], dict[str, Sums]] = {}
    for (code, number, live, way), amounts in sums(rows, "code", "number", "live", "way").items():
        found.setdefault((code, number, live), {})[way] = amounts
    return found


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


@dataclass(frozen=True, slots=True)
class Finds:
    """The declarations of a scope in which something was found; arrays of shape (finds,).

    Parameters
    ----------
    inclusion : probability of examination, NaN where unknown
    value : money found, NaN where unknown
    by_draw : whether the random draw chose them
    delay : days from examination until the find was known
    age : days from examination until today
    direction : of trade
    """

    inclusion: NDArray[np.float64]
    value: NDArray[np.float64]
    by_draw: NDArray[np.bool_]
    delay: NDArray[np.float64]
    age: NDArray[np.float64]
    direction: NDArray[np.object_]

    def where(self, mask: NDArray[np.bool_]) -> "Finds":
        """Return some of them."""
        return Finds(
            self.inclusion[mask],
            self.value[mask],
            self.by_draw[mask],
            self.delay[mask],
            self.age[mask],
            self.direction[mask],
        )


def finds_of(scope: Scope, today: date) -> Finds:
    """Return the finds among what the system sent to examination."""
    rows = (
        scope.narrow(ResultEntry.objects.filter(is_found=True, is_counted=True, lane="red"))
        .order_by("pk")
        .values_list("inclusion", "value", "way", "examined", "known", "direction")
    )
    found = list(rows)
    nan = float("nan")
    examined = [row[3] or today for row in found]
    known = [row[4] or today for row in found]
    return Finds(
        inclusion=np.array([nan if row[0] is None else row[0] for row in found], float),
        value=np.array([nan if row[1] is None else row[1] / 100 for row in found], float),
        by_draw=np.array([row[2] == RANDOM for row in found], bool),
        delay=np.array(
            [(late - day).days for late, day in zip(known, examined, strict=True)], float
        ),
        age=np.array([(today - day).days for day in examined], float),
        direction=np.array([row[5] for row in found], object),
    )


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
    profile, random : (found, results)
    examined : sent to examination, of both
    """

    first: date
    profile: tuple[int, int]
    random: tuple[int, int]
    examined: tuple[int, int]

    @property
    def standing(self) -> risk.Standing:
        """How the version stands against the draw, valid however often one looks."""
        return risk.standing(self.profile, self.random, examined=self.examined)


def histories(
    administration: Administration, until: date, *, live: bool = True
) -> dict[tuple[str, int], History]:
    """Return the whole history of every version that hit, and of the draw on the same days.

    Of the profile every examined hit counts, whatever chose it; of the draw what it chose, hit or
    not, in every office.
    """
    cells = ResultCell.objects.filter(administration=administration, day__lt=until)
    versions = (
        cells.exclude(code="")
        .filter(live=live)
        .order_by("code", "number")
        .values("code", "number")
        .annotate(
            first=Min("day"),
            last=Max("day"),
            n_found=Sum("found"),
            n_results=Sum("results"),
            n_chosen=Sum("chosen"),
        )
    )
    drawn = (
        cells.filter(code="", way=RANDOM)
        .order_by("day")
        .values("day")
        .annotate(n_found=Sum("found"), n_results=Sum("results"), n_chosen=Sum("chosen"))
    )
    days = list(drawn)
    found = {}
    for row in versions:
        mine = [one for one in days if row["first"] <= one["day"] <= row["last"]]
        random = tuple(sum(one[name] for one in mine) for name in ("n_found", "n_results"))
        found[row["code"], row["number"]] = History(
            first=row["first"],
            profile=(row["n_found"], row["n_results"]),
            random=(random[0], random[1]),
            examined=(row["n_chosen"], sum(one["n_chosen"] for one in mine)),
        )
    return found


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
    rows = ResultCell.objects.filter(administration=administration, code="")
    ends = rows.aggregate(first=Min("day"), last=Max("day"))
    upkeep = ResultUpkeep.objects.filter(administration=administration).first()
    later = Decision.objects.filter(
        administration=administration,
        first=None,
        pk__gt=upkeep.settled if upkeep else 0,
        result=None,
    )
    return Extent(
        first=ends["first"],
        last=ends["last"],
        offices=tuple(rows.order_by("office").values_list("office", flat=True).distinct()),
        directions=tuple(rows.order_by("direction").values_list("direction", flat=True).distinct()),
        waiting=later.exists(),
        counted_at=upkeep.counted_at if upkeep else None,
    )
