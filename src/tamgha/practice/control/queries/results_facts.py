"""From decisions, acts and events as they stand to the plain facts that the counts are made of."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Count, Q, Sum

from tamgha.practice.control.choices import DecisionState, EventKind, Result, VersionKind
from tamgha.practice.control.domain.results import Facts, Hit
from tamgha.practice.control.models import (
    ActVersion,
    Decision,
    DecisionEvent,
    DecisionHit,
    ResultEntry,
)

FIELDS = (
    "day",
    "office",
    "direction",
    "lane",
    "way",
    "inclusion",
    "is_counted",
    "is_examined",
    "is_found",
    "value",
    "minutes",
    "went_up",
    "went_down",
    "examined",
    "known",
)
STRICTNESS = {"": 0, "green": 1, "blue": 2, "yellow": 3, "red": 4}


@dataclass(slots=True)
class _Act:
    versions: list[ActVersion] = field(default_factory=list)


def facts_of(keys: Sequence[int], zone: ZoneInfo) -> dict[int, tuple[Facts, bool, tuple[Hit, ...]]]:
    """Return of each declaration its facts, whether it waits for its lot, and which profiles hit it.

    Parameters
    ----------
    keys : of first decisions; amendments speak through their first
    zone : the clock of the offices
    """
    rows = (
        Decision.objects.filter(pk__in=keys, first=None)
        .only("day", "office", "direction", "lane", "way", "inclusion", "state")
        .order_by("pk")
    )
    raised = _raised(keys)
    acts = _acts(keys)
    turned = _turned(keys)
    hits = hits_of(keys)
    found = {}
    for row in rows:
        ups, downs = turned.get(row.pk, (False, False))
        facts = _facts(row, raised.get(row.pk), acts.get(row.pk), zone, went=(ups, downs))
        waits = row.state == DecisionState.WAITING
        found[row.pk] = (facts, waits, hits.get(row.pk, ()))
    return found


def hits_of(keys: Sequence[int]) -> dict[int, tuple[Hit, ...]]:
    """Return which profiles hit which declarations, by key."""
    found: dict[int, list[Hit]] = defaultdict(list)
    rows = DecisionHit.objects.filter(decision__in=keys).values_list(
        "decision", "code", "number", "live"
    )
    for key, code, number, live in rows.order_by("decision", "pk"):
        found[key].append(Hit(code, number, live))
    return {key: tuple(hits) for key, hits in found.items()}


def as_facts(entry: ResultEntry) -> Facts:
    """Return what an entry holds, as plain facts."""
    return Facts(**{name: getattr(entry, name) for name in FIELDS})


def _raised(keys: Sequence[int]) -> dict[int, Decision]:
    """Return of each amended declaration the amendment with the strictest lane."""
    found: dict[int, Decision] = {}
    rows = Decision.objects.filter(first__in=keys).exclude(lane="")
    for row in rows.only("first", "lane", "way", "inclusion").order_by("version"):
        key = row.first_id
        if key is None:
            continue
        if key not in found or STRICTNESS[row.lane] > STRICTNESS[found[key].lane]:
            found[key] = row
    return found


def _acts(keys: Sequence[int]) -> dict[int, _Act]:
    """Return the versions of the acts, each with what its items brought."""
    is_found = Q(items__result=Result.FOUND)
    rows = (
        ActVersion.objects.filter(act__decision__in=keys)
        .annotate(
            finds=Count("items", filter=is_found),
            duty=Sum("items__duty", filter=is_found),
            penalty=Sum("items__penalty", filter=is_found),
        )
        .select_related("act")
        .order_by("act", "number")
    )
    found: dict[int, _Act] = defaultdict(_Act)
    for row in rows:
        found[row.act.decision_id].versions.append(row)
    return found


def _turned(keys: Sequence[int]) -> dict[int, tuple[bool, bool]]:
    """Return of which declarations a person changed the lane, up and down."""
    found: dict[int, tuple[bool, bool]] = {}
    rows = DecisionEvent.objects.filter(decision__in=keys, kind=EventKind.REROUTED)
    for key, upwards in rows.values_list("decision", "upwards"):
        up, down = found.get(key, (False, False))
        found[key] = (up or upwards is True, down or upwards is False)
    return found


def _facts(
    row: Decision,
    raised: Decision | None,
    act: _Act | None,
    zone: ZoneInfo,
    went: tuple[bool, bool],
) -> Facts:
    said = row
    if raised is not None and STRICTNESS[raised.lane] > STRICTNESS[row.lane]:
        said = raised
    outcome = _outcome(act.versions if act else [], zone)
    is_decided = row.state == DecisionState.DECIDED
    is_cancelled = row.state == DecisionState.CANCELLED and bool(row.lane)
    return Facts(
        day=row.day,
        office=row.office,
        direction=row.direction,
        lane=said.lane,
        way=said.way,
        inclusion=said.inclusion,
        is_counted=is_decided or (is_cancelled and outcome["is_examined"]),
        went_up=went[0],
        went_down=went[1],
        **outcome,
    )


def _outcome(versions: Sequence[Any], zone: ZoneInfo) -> dict[str, Any]:
    """Return what the versions of an act say together: the last one counts, its day is the first one's."""
    if not versions:
        return {"is_examined": False, "is_found": False}
    last = versions[-1]
    is_found = last.finds > 0 and last.kind != VersionKind.OVERTURNED
    is_examined = is_found or last.kind != VersionKind.PARTIAL
    spent = [one.minutes for one in versions if one.minutes]
    return {
        "is_examined": is_examined,
        "is_found": is_found,
        "value": _hundredths(last.duty, last.penalty) if is_found else None,
        "minutes": max(spent) if spent else None,
        "examined": last.examined,
        "known": _known(versions, zone, is_found=is_found) if is_examined else None,
    }


def _known(versions: Sequence[Any], zone: ZoneInfo, *, is_found: bool) -> date:
    """Return the day since when the outcome stands: the first version, in one run to the last, that says it."""
    since = versions[-1]
    for one in reversed(versions):
        finds = one.finds > 0 and one.kind != VersionKind.OVERTURNED
        if finds != is_found or (one.kind == VersionKind.PARTIAL and not is_found):
            break
        since = one
    day: date = since.at.astimezone(zone).date()
    return day


def _hundredths(*amounts: Decimal | None) -> int | None:
    known = [amount for amount in amounts if amount is not None]
    return int((sum(known, Decimal(0)) * 100).to_integral_value()) if known else None
