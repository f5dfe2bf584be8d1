"""The running counts of results inside the database: changes added to many cells, sums made from all rows.

Plain SQL that SQLite and PostgreSQL both understand: a million declarations are counted where they lie, and
only what Python must round (Σ 1/π) or weigh (acts, amendments) passes through it.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import fields
from datetime import date
from itertools import islice
from typing import Any, Final

from django.db import connection
from django.db.models import Count, F, Sum

from tamgha.platform.accounts.models import Administration
from tamgha.practice.control.choices import DecisionState, EventKind
from tamgha.practice.control.domain.results import (
    MEASURES,
    ChanceKey,
    Facts,
    Key,
    chance_step,
    monday_of,
)
from tamgha.practice.control.domain.results import inverse_of as inverse_sums
from tamgha.practice.control.models import (
    Decision,
    DecisionEvent,
    DecisionHit,
    InspectionAct,
    ResultCell,
    ResultChance,
    ResultEntry,
    ResultWeek,
)

CELL: Final = ("day", "office", "direction", "lane", "way", "code", "number", "live")
CHANCE: Final = ("day", "office", "direction", "chance")
WEEK: Final = ("monday", "way", "code", "number", "live")
WEEKLY: Final = ("decided", "chosen", "results", "found")
WeekKey = tuple[date, str, str, int, bool]
SLICE: Final = 2_000

_RESULT: Final = "e.lane = 'red' AND e.is_examined"
_BESIDE: Final = "e.lane <> 'red' AND e.is_examined"
_TIMED: Final = f"{_RESULT} AND e.minutes > 0"
_COUNTED: Final = {
    "decided": "TRUE",
    "uncovered": "e.inclusion IS NULL OR e.inclusion <= 0",
    "chosen": "e.lane = 'red'",
    "results": _RESULT,
    "found": f"{_RESULT} AND e.is_found",
    "extra_results": _BESIDE,
    "extra_found": f"{_BESIDE} AND e.is_found",
    "valued": f"{_RESULT} AND e.is_found AND e.value IS NOT NULL",
    "timed": _TIMED,
    "timed_found": f"{_TIMED} AND e.is_found",
    "by_chance": f"{_RESULT} AND e.inclusion > 0 AND e.inclusion < 1",
    "ups": "e.went_up",
    "downs": "e.went_down",
}
"""Which declarations each count counts; the same as `domain.results.measures_of`."""
_SUMMED: Final = {
    "value": ("e.value", f"{_RESULT} AND e.is_found AND e.value IS NOT NULL"),
    "minutes": ("e.minutes", _TIMED),
}
_ROUNDED: Final = frozenset({"inverse", "inverse_squared"})
"""Sums of 1/π: each is rounded as Python rounds, so they are added afterwards."""


# ---- changes -------------------------------------------------------------------------------------


def add_to_cells(administration: Administration, cells: Mapping[Key, Mapping[str, int]]) -> None:
    """Add amounts to the cells of these keys, and to their weeks; what comes to nothing goes away."""
    _add(administration, ResultCell, CELL, MEASURES, [
        (key, [amounts.get(name, 0) for name in MEASURES])
        for key, amounts in sorted(cells.items())
        if any(amounts.values())
    ])  # fmt: skip
    weeks: dict[WeekKey, Counter[str]] = {}
    for (day, _office, _direction, _lane, way, code, number, live), amounts in cells.items():
        if code:
            week = weeks.setdefault((monday_of(day), way, code, number, live), Counter())
            week.update({name: amounts.get(name, 0) for name in WEEKLY})
    _add_to_weeks(administration, weeks)
    if any(amounts.get("decided", 0) < 0 for amounts in cells.values()):
        for model in (ResultCell, ResultWeek):
            model.objects.filter(administration=administration, decided=0).delete()


def _add_to_weeks(
    administration: Administration, weeks: Mapping[WeekKey, Mapping[str, int]]
) -> None:
    wanted = [
        (key, [amounts.get(name, 0) for name in WEEKLY]) for key, amounts in sorted(weeks.items())
    ]
    kept = [(key, amounts) for key, amounts in wanted if any(amounts)]
    _add(administration, ResultWeek, WEEK, WEEKLY, kept)


def add_to_chances(administration: Administration, chances: Mapping[ChanceKey, int]) -> None:
    """Add to the counts of declarations by probability."""
    wanted = [(key, [amount]) for key, amount in sorted(chances.items()) if amount]
    _add(administration, ResultChance, CHANCE, ("declarations",), wanted)
    if any(amount < 0 for amount in chances.values()):
        ResultChance.objects.filter(administration=administration, declarations=0).delete()


def _add(
    administration: Administration,
    model: type[ResultCell] | type[ResultChance] | type[ResultWeek],
    names: tuple[str, ...],
    measures: tuple[str, ...],
    wanted: list[tuple[tuple[Any, ...], list[int]]],
) -> None:
    """Add in one pass; what takes something away asks for its row first, since a check looks at it."""
    table, columns = model._meta.db_table, ("administration_id", *names)
    marks = ", ".join(["%s"] * (len(columns) + len(measures)))
    told = ", ".join(f"{one} = {table}.{one} + excluded.{one}" for one in measures)
    insert = f"INSERT INTO {table} ({', '.join((*columns, *measures))}) VALUES ({marks}) ON CONFLICT ({', '.join(columns)})"  # noqa: S608 -- names of columns alone
    moved = f"UPDATE {table} SET {', '.join(f'{one} = {one} + %s' for one in measures)} WHERE {' AND '.join(f'{one} = %s' for one in columns)}"  # noqa: S608 -- names of columns alone
    more: list[tuple[list[Any], list[int]]] = []
    less: list[tuple[list[Any], list[int]]] = []
    for key, amounts in wanted:
        place = [administration.pk, connection.ops.adapt_datefield_value(key[0]), *key[1:]]
        (less if min(amounts) < 0 else more).append((place, amounts))
    with connection.cursor() as cursor:
        if more:
            rows = [[*place, *amounts] for place, amounts in more]
            cursor.executemany(f"{insert} DO UPDATE SET {told}", rows)
        if less:
            none = [0] * len(measures)
            cursor.executemany(f"{insert} DO NOTHING", [[*place, *none] for place, _ in less])
            cursor.executemany(moved, [[*amounts, *place] for place, amounts in less])


# ---- everything from the rows --------------------------------------------------------------------


def clear(administration: Administration) -> None:
    """Throw the counts of an administration away."""
    with connection.cursor() as cursor:
        for model in (ResultCell, ResultWeek, ResultChance, ResultEntry):
            table = model._meta.db_table
            cursor.execute(
                f"DELETE FROM {table} WHERE administration_id = %s",  # noqa: S608 -- a table's name alone
                [administration.pk],
            )


def told_beside(administration: Administration, after: int, upto: int) -> list[int]:
    """Return the declarations in a range of keys of which more is told than their decision.

    They were examined, amended, or sent elsewhere by a person.
    """
    between = {"decision__gt": after, "decision__lte": upto}
    examined = InspectionAct.objects.filter(administration=administration, latest__gt=0, **between)
    moved = DecisionEvent.objects.filter(
        kind=EventKind.REROUTED,
        decision__administration=administration,
        decision__first=None,
        **between,
    )
    amended = Decision.objects.filter(
        administration=administration, first__gt=after, first__lte=upto
    )
    return sorted(
        {*examined.values_list("decision", flat=True)}
        | {*moved.values_list("decision", flat=True)}
        | {key for key in amended.values_list("first", flat=True) if key is not None}
    )


def enter(administration: Administration, rows: Iterable[tuple[int, Facts, bool]]) -> None:
    """Write new entries: key of the decision, its facts, whether it waits for its lot."""
    names = [one.name for one in fields(Facts)]
    days = frozenset(("day", "examined", "known"))
    adapt = connection.ops.adapt_datefield_value
    told = [
        [administration.pk, key, waits]
        + [adapt(getattr(facts, name)) if name in days else getattr(facts, name) for name in names]
        for key, facts, waits in rows
    ]
    if not told:
        return
    columns = ["administration_id", "decision_id", "is_waiting", *names]
    marks = ", ".join(["%s"] * len(columns))
    with connection.cursor() as cursor:
        cursor.executemany(
            f"INSERT INTO {ResultEntry._meta.db_table} ({', '.join(columns)}) VALUES ({marks})",  # noqa: S608 -- names of columns alone
            told,
        )


def enter_plain(administration: Administration, after: int, upto: int) -> None:
    """Write the entries of the declarations in a range of keys that have none: their decision is all."""
    plain = {
        "decision_id": "d.id",
        **{name: f"d.{name}" for name in ("administration_id", "day", "office", "direction")},
        **{name: f"d.{name}" for name in ("lane", "way", "inclusion")},
        "is_counted": f"d.state = '{DecisionState.DECIDED}'",
        "is_waiting": f"d.state = '{DecisionState.WAITING}'",
        **dict.fromkeys(("is_examined", "is_found", "went_up", "went_down"), "FALSE"),
    }
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {ResultEntry._meta.db_table} ({', '.join(plain)})"  # noqa: S608 -- names of columns alone
            f" SELECT {', '.join(plain.values())} FROM {Decision._meta.db_table} d"
            " WHERE d.administration_id = %s AND d.id > %s AND d.id <= %s AND d.first_id IS NULL"
            " ON CONFLICT (decision_id) DO NOTHING",
            [administration.pk, after, upto],
        )


def sum_up(administration: Administration) -> None:
    """Make every cell and every count by probability from the entries; there must be none yet."""
    entry, hit = ResultEntry._meta.db_table, DecisionHit._meta.db_table
    place = [f"e.{name}" for name in CELL[:5]]
    _insert_cells(administration, f"{entry} e", place, ["''", "0", "TRUE"])
    joined = f"{entry} e JOIN {hit} h ON h.decision_id = e.decision_id"
    _insert_cells(administration, joined, [*place, *(f"h.{name}" for name in CELL[5:])], [])
    sum_weeks(administration)
    for cells in _in_slices(_inverses(administration)):
        add_to_cells(administration, dict(cells))
    for chances in _in_slices(_chances(administration)):
        add_to_chances(administration, dict(chances))


def sum_weeks(administration: Administration) -> None:
    """Make the weeks of profiles from their cells; there must be none yet."""
    by = ("day", *WEEK[1:])
    rows = (
        ResultCell.objects.filter(administration=administration, code__gt="")
        .order_by()
        .values_list(*by)
        .annotate(**{f"n_{name}": Sum(name) for name in WEEKLY})
    )
    weeks: dict[WeekKey, Counter[str]] = {}
    for day, way, code, number, live, *amounts in rows.iterator(chunk_size=SLICE):
        week = weeks.setdefault((monday_of(day), way, code, number, live), Counter())
        week.update(dict(zip(WEEKLY, amounts, strict=True)))
    _add_to_weeks(administration, weeks)


def _insert_cells(
    administration: Administration, source: str, by: list[str], fixed: list[str]
) -> None:
    whole = {
        name: f"SUM(CASE WHEN {where} THEN 1 ELSE 0 END)" for name, where in _COUNTED.items()
    } | {
        name: f"SUM(CASE WHEN {where} THEN {what} ELSE 0 END)"
        for name, (what, where) in _SUMMED.items()
    }
    values = [whole.get(name, "0") for name in MEASURES]
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {ResultCell._meta.db_table}"  # noqa: S608 -- names of columns alone
            f" (administration_id, {', '.join(CELL)}, {', '.join(MEASURES)})"
            f" SELECT e.administration_id, {', '.join([*by, *fixed, *values])} FROM {source}"
            " WHERE e.administration_id = %s AND e.is_counted"
            f" GROUP BY e.administration_id, {', '.join(by)}",
            [administration.pk],
        )


def _inverses(administration: Administration) -> Iterator[tuple[Key, Counter[str]]]:
    """Yield Σ 1/π and Σ 1/π² of every cell with results that came by chance."""
    rows = ResultEntry.objects.filter(
        administration=administration,
        is_counted=True,
        lane="red",
        is_examined=True,
        inclusion__gt=0,
        inclusion__lt=1,
    )
    place = CELL[:5]
    hits = {
        name: F(f"decision__profile_hits__{field}")
        for name, field in (("p_code", "code"), ("p_number", "number"), ("p_live", "live"))
    }
    by_hit = rows.filter(decision__profile_hits__isnull=False).annotate(**hits)
    for found, names in ((rows, place), (by_hit, (*place, *hits))):
        told = found.order_by(*names).values_list(*names, "inclusion").annotate(n=Count("pk"))
        kept: Key | None = None
        sums: Counter[str] = Counter()
        for *key, chance, n in told.iterator(chunk_size=SLICE):
            now: Any = tuple(key) if len(key) == len(CELL) else (*key, "", 0, True)
            if kept is not None and now != kept:
                yield kept, sums
                sums = Counter()
            kept = now
            for name, amount in inverse_sums(chance).items():
                sums[name] += amount * n
        if kept is not None:
            yield kept, sums


def _chances(administration: Administration) -> Iterator[tuple[ChanceKey, int]]:
    rows = ResultEntry.objects.filter(
        administration=administration, is_counted=True, inclusion__isnull=False
    ).exclude(inclusion=0)
    names = ("day", "office", "direction")
    told = rows.order_by(*names).values_list(*names, "inclusion").annotate(n=Count("pk"))
    kept: tuple[date, str, str] | None = None
    steps: Counter[int] = Counter()
    for day, office, direction, chance, n in told.iterator(chunk_size=SLICE):
        if kept is not None and kept != (day, office, direction):
            yield from (((*kept, step), amount) for step, amount in steps.items())
            steps = Counter()
        kept = (day, office, direction)
        steps[chance_step(chance)] += n
    if kept is not None:
        yield from (((*kept, step), amount) for step, amount in steps.items())


def _in_slices(pairs: Iterable[Any]) -> Iterator[list[Any]]:
    flow = iter(pairs)
    while part := list(islice(flow, SLICE)):
        yield part
