"""The running counts of results: kept at each act, swept over decisions, counted again from the rows.

An act, a changed lane or a cancelled declaration counts in its own transaction (`count_now`). Decisions
are many, and nobody waits for a count of them: `sweep` takes in what has come since, in batches. What
one declaration adds now is kept beside its decision, so taking it in again changes nothing, and the
sums always are the sums of the entries.

Whoever counts locks the administration's `ResultUpkeep` last and releases it with the transaction: two
counts never cross.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta
from typing import Final

from django.db import transaction
from django.db.models import Max, Min

from tamgha.platform.accounts.models import Administration
from tamgha.practice.control.choices import DecisionState, EventKind
from tamgha.practice.control.domain.results import (
    ChanceKey,
    Facts,
    Hit,
    Key,
    chance_changes,
    changes,
)
from tamgha.practice.control.gateways import counting, desks
from tamgha.practice.control.models import (
    ActVersion,
    Decision,
    DecisionEvent,
    ResultEntry,
    ResultUpkeep,
)
from tamgha.practice.control.queries.results_facts import FIELDS, as_facts, facts_of

KIND: Final = "control.results"
BATCH: Final = 1_000
SETTLES: Final = timedelta(minutes=15)
"""Longest transaction of a decision: keys that are older than this have all come."""
STEP: Final = 50_000
Told = Callable[[int, int], None]


@transaction.atomic
def count_now(decision: Decision) -> None:
    """Count one declaration as it stands now, inside the transaction that changed it."""
    administration = decision.administration
    _locked(administration)
    _count(administration, [decision.first_id or decision.pk])


def sweep(
    *, administration: Administration, at: datetime, most: int = 1_000_000, told: Told | None = None
) -> int:
    """Take in the decisions that came since, and those whose lot was closed; return how many.

    May be called at any time, by two at once and again after a break.

    Parameters
    ----------
    told : called now and then with how many were taken in, of how many
    """
    counted = last = 0
    of = _waiting_for_count(administration) if told else 0
    while counted < most:
        with transaction.atomic():
            held = _locked(administration)
            keys = _not_counted(administration, max(held.settled, last))
            _count(administration, keys)
            counted += len(keys)
            if len(keys) < BATCH:
                _settle(held, at)
                break
            last = keys[-1]
        if told is not None:
            told(counted, max(of, counted))
    with transaction.atomic():
        held = _locked(administration)
        counted += _count_closed_lots(administration)
        counted += _count_changed(administration, held, at)
        held.counted_at = at
        held.save(update_fields=["counted_at", "acts_settled"])
    return counted


def recount(
    *, administration: Administration, at: datetime, told: Told | None = None, step: int = STEP
) -> int:
    """Throw the counts of an administration away and count again from decisions and acts.

    The tables are identical afterwards, unless somebody had changed them by hand. Declarations with
    nothing beside their decision are counted inside the database; the memory stays flat.

    Parameters
    ----------
    told : called after each step with how many keys of decisions are done, of how many
    step : keys of decisions that are counted at a time
    """
    zone = desks.zone_of(administration)
    with transaction.atomic():
        held = _locked(administration)
        counting.clear(administration)
        rows = Decision.objects.filter(administration=administration)
        ends = rows.aggregate(first=Min("pk"), last=Max("pk"))
        first, last = (ends["first"] or 1) - 1, ends["last"] or 0
        for after in range(first, last, step):
            upto = min(last, after + step)
            beside = counting.told_beside(administration, after, upto)
            for start in range(0, len(beside), BATCH):
                found = facts_of(beside[start : start + BATCH], zone, with_hits=False)
                told_of = ((key, facts, waits) for key, (facts, waits, _hits) in found.items())
                counting.enter(administration, told_of)
            counting.enter_plain(administration, after, upto)
            if told is not None:
                told(upto - first, last - first)
        counting.sum_up(administration)
        held.settled = 0
        held.save(update_fields=["settled"])
        _settle(held, at)
        held.counted_at = at
        held.save(update_fields=["counted_at"])
        return ResultEntry.objects.filter(administration=administration).count()


def _waiting_for_count(administration: Administration) -> int:
    held = ResultUpkeep.objects.filter(administration=administration).first()
    later = Decision.objects.filter(administration=administration, first=None, result=None)
    return later.filter(pk__gt=held.settled if held else 0).count()


def _locked(administration: Administration) -> ResultUpkeep:
    ResultUpkeep.objects.get_or_create(administration=administration)
    return ResultUpkeep.objects.select_for_update().get(administration=administration)


def _not_counted(administration: Administration, after: int) -> list[int]:
    """Return the next decisions without an entry, above a key up to which all are counted."""
    return list(
        Decision.objects.filter(
            administration=administration, first=None, pk__gt=after, result=None
        )
        .order_by("pk")
        .values_list("pk", flat=True)[:BATCH]
    )


def _settle(held: ResultUpkeep, at: datetime) -> None:
    """Note below which key every decision has come and is counted."""
    last = Decision.objects.filter(
        administration=held.administration_id, pk__gt=held.settled, decided_at__lt=at - SETTLES
    ).aggregate(last=Max("pk"))["last"]
    if last:
        held.settled = last
        held.save(update_fields=["settled"])


def _count_closed_lots(administration: Administration) -> int:
    """Count the declarations that waited for their lot and have their lane now."""
    keys = list(
        ResultEntry.objects.filter(administration=administration, is_waiting=True)
        .exclude(decision__state=DecisionState.WAITING)
        .values_list("pk", flat=True)
    )
    for start in range(0, len(keys), BATCH):
        _count(administration, keys[start : start + BATCH])
    return len(keys)


def _count_changed(administration: Administration, held: ResultUpkeep, at: datetime) -> int:
    """Count again what was amended, examined or changed since; most of it counted itself already."""
    versions = ActVersion.objects.filter(
        act__administration=administration, pk__gt=held.acts_settled
    )
    since = (held.counted_at or at) - SETTLES
    events = DecisionEvent.objects.filter(
        kind__in=[EventKind.AMENDED, EventKind.REROUTED, EventKind.CANCELLED],
        at__gte=since,
        decision__administration=administration,
        decision__first=None,
    )
    keys = sorted(
        set(versions.values_list("act__decision", flat=True))
        | set(events.values_list("decision", flat=True))
    )
    for start in range(0, len(keys), BATCH):
        _count(administration, keys[start : start + BATCH])
    last = versions.filter(at__lt=at - SETTLES).aggregate(last=Max("pk"))["last"]
    held.acts_settled = last or held.acts_settled
    return len(keys)


def _count(administration: Administration, keys: Sequence[int]) -> None:
    """Bring entries and sums of these declarations to what the rows say now."""
    if not keys:
        return
    before = {
        entry.pk: entry
        for entry in ResultEntry.objects.filter(pk__in=keys, administration=administration)
    }
    cells: dict[Key, Counter[str]] = {}
    chances: Counter[ChanceKey] = Counter()
    new, moved = [], []
    for key, (facts, waits, hits) in facts_of(keys, desks.zone_of(administration)).items():
        entry = before.get(key)
        old = as_facts(entry) if entry else None
        if old == facts and entry is not None and entry.is_waiting == waits:
            continue
        _add(cells, chances, (old, facts), hits)
        if entry is None:
            new.append((key, facts, waits))
            continue
        entry.is_waiting = waits
        for name in FIELDS:
            setattr(entry, name, getattr(facts, name))
        moved.append(entry)
    counting.enter(administration, new)
    ResultEntry.objects.bulk_update(moved, [*FIELDS, "is_waiting"], batch_size=100)
    counting.add_to_cells(administration, cells)
    counting.add_to_chances(administration, chances)


def _add(
    cells: dict[Key, Counter[str]],
    chances: Counter[ChanceKey],
    states: tuple[Facts | None, Facts],
    hits: Iterable[Hit],
) -> None:
    for key, amounts in changes(*states, hits).items():
        cell = cells.setdefault(key, Counter())
        for name, amount in amounts.items():
            cell[name] += amount
    for place, amount in chance_changes(*states).items():
        chances[place] += amount
