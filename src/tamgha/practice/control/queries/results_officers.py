"""How often each officer changes lanes, beside the others of the same posts (4.11). For approvers alone.

Nobody writes down which decisions an officer looked at. Each is therefore compared as if the officers of a
post had looked at equal parts of its decisions; the page says so.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from django.db.models import Count, Q

from tamgha import risk
from tamgha.platform.accounts.models import User
from tamgha.practice.control.choices import EventKind
from tamgha.practice.control.domain.results import LEAST_SHOWN
from tamgha.practice.control.models import DecisionEvent, ResultEntry
from tamgha.practice.control.queries import results as reads
from tamgha.practice.control.queries import results_meanings as say
from tamgha.practice.control.queries.results import Scope, Sums
from tamgha.practice.control.queries.results_shape import Board, told_counts
from tamgha.shared.figures import Estimate, Figure, NotShown

LEAST_OFFICERS: Final = 3
"""Officers under which a comparison would speak of persons, not of a habit."""


@dataclass(frozen=True, slots=True)
class Officer:
    """One officer.

    Parameters
    ----------
    name : full name
    ups, downs : declarations made stricter, and eased
    rates : of both, against the officer's part of the decisions
    sent : hit rate of what the officer sent to examination
    stands_out : whether the 99.8 % interval of either rate excludes that of the posts
    """

    name: str
    ups: int
    downs: int
    rates: tuple[Figure, Figure]
    sent: Figure
    stands_out: bool


@dataclass(frozen=True, slots=True)
class Officers:
    """The officers that changed lanes in a scope, and the rates of all together."""

    rows: Sequence[Officer]
    whole: tuple[Figure, Figure]
    missing: NotShown | None


@dataclass(slots=True)
class _Part:
    ups: int = 0
    downs: int = 0
    base: float = 0.0
    results: int = 0
    found: int = 0


def officers_of(scope: Scope, *, today: date) -> Officers:
    """Return how often each officer changed lanes; a constant number of queries."""
    own = scope.administration
    board = Board(
        scope=scope,
        settled=scope,
        simulated=own.is_simulated,
        currency=own.currency,
        counts=Sums(),
        draw=None,
        as_of=today,
    )
    decided = {office: sums["decided"] for (office,), sums in reads.totals(scope, "office").items()}
    parts = _parts(scope, decided)
    ups, downs = sum(one.ups for one in parts.values()), sum(one.downs for one in parts.values())
    size = sum(decided.values())
    whole = tuple(
        board.figure(meaning, risk.override_rate(n, size), "share", rows={"changed": way})
        for meaning, n, way in ((say.OVERRIDES_UP, ups, "up"), (say.OVERRIDES_DOWN, downs, "down"))
    )
    if len(parts) < LEAST_OFFICERS:
        least = str(LEAST_OFFICERS)
        few = NotShown("too_few", say.FEW_OFFICERS.format(least=least), say.NEEDS_OFFICERS)
        return Officers([], (whole[0], whole[1]), few)
    names = dict(User.objects.filter(pk__in=list(parts)).values_list("pk", "full_name"))
    flagged = _flagged(parts.values())
    rows = [
        _officer(board, names.get(key, ""), part, stands_out=flag)
        for (key, part), flag in zip(parts.items(), flagged, strict=True)
    ]
    rows.sort(key=lambda one: (not one.stands_out, -(one.ups + one.downs), one.name))
    return Officers(rows, (whole[0], whole[1]), None)


def _parts(scope: Scope, decided: dict[str, int]) -> dict[int, _Part]:
    """Return of each officer what was changed, and the part of the decisions that falls to him."""
    counted = scope.narrow(ResultEntry.objects.filter(is_counted=True))
    events = DecisionEvent.objects.filter(
        kind=EventKind.REROUTED,
        by__isnull=False,
        decision__in=counted.filter(Q(went_up=True) | Q(went_down=True)).values("pk"),
    )
    is_result = Q(upwards=True, decision__result__is_examined=True)
    is_result &= ~Q(decision__result__lane="red")
    rows = list(
        events.order_by("by", "decision__office")
        .values("by", "decision__office")
        .annotate(
            ups=Count("decision", filter=Q(upwards=True), distinct=True),
            downs=Count("decision", filter=Q(upwards=False), distinct=True),
            results=Count("decision", filter=is_result, distinct=True),
            found=Count(
                "decision", filter=is_result & Q(decision__result__is_found=True), distinct=True
            ),
        )
    )
    officers: dict[str, int] = {}
    for row in rows:
        officers[row["decision__office"]] = officers.get(row["decision__office"], 0) + 1
    parts: dict[int, _Part] = {}
    for row in rows:
        office = row["decision__office"]
        part = parts.setdefault(row["by"], _Part())
        part.ups += row["ups"]
        part.downs += row["downs"]
        part.results += row["results"]
        part.found += row["found"]
        part.base += decided.get(office, 0) / officers[office]
    return parts


def _flagged(parts: Iterable[_Part]) -> list[bool]:
    """Return who changes more or less than all together, beyond chance, up or down."""
    own = list(parts)
    base = [max(1, round(one.base), one.ups, one.downs) for one in own]
    flags = [False] * len(own)
    for counts in ([one.ups for one in own], [one.downs for one in own]):
        found = risk.flag_overrides(counts, base, sum(counts) / sum(base))
        flags = [one or bool(two) for one, two in zip(flags, found, strict=True)]
    return flags


def _officer(board: Board, name: str, part: _Part, *, stands_out: bool) -> Officer:
    base = max(round(part.base), part.ups, part.downs)
    least = str(LEAST_SHOWN)
    few = NotShown("too_few", say.FEW.format(least=least), say.NEEDS_FEW.format(least=least))
    shown = base >= LEAST_SHOWN
    rates = [
        board.figure(meaning, risk.override_rate(n, base) if shown else few, "share")
        for meaning, n in ((say.OVERRIDES_UP, part.ups), (say.OVERRIDES_DOWN, part.downs))
    ]
    sent: Estimate | NotShown = few
    if part.results >= LEAST_SHOWN:
        sent = risk.hit_rate(part.found, part.results)
    counts = {"found": part.found, "results": part.results}
    return Officer(
        name=name,
        ups=part.ups,
        downs=part.downs,
        rates=(rates[0], rates[1]),
        sent=board.figure(say.SENT_UP, sent, "share", n_words=told_counts(counts)),
        stands_out=stands_out and shown,
    )
