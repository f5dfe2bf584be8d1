"""From decisions, acts and events as they stand to the plain facts that the counts are made of."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import fields
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final, NamedTuple
from zoneinfo import ZoneInfo

from tamgha.practice.control.choices import DecisionState, EventKind, Result, VersionKind
from tamgha.practice.control.domain.results import Facts, Hit
from tamgha.practice.control.models import (
    ActItem,
    ActVersion,
    Decision,
    DecisionEvent,
    DecisionHit,
    ResultEntry,
)

FIELDS = tuple(one.name for one in fields(Facts))
STRICTNESS = {"": 0, "green": 1, "blue": 2, "yellow": 3, "red": 4}


class _Told(NamedTuple):
    """What a decision says of itself."""

    day: date
    office: str
    direction: str
    lane: str
    way: str
    inclusion: float | None
    state: str


_TOLD: Final = _Told._fields


class _Version(NamedTuple):
    """A version of an act, with what its items brought."""

    kind: str
    at: datetime
    examined: date
    minutes: int | None
    finds: int
    amounts: tuple[Decimal | None, ...]


def facts_of(
    keys: Sequence[int], zone: ZoneInfo, *, with_hits: bool = True
) -> dict[int, tuple[Facts, bool, tuple[Hit, ...]]]:
    """Return of each declaration its facts, whether it waits for its lot, and which profiles hit it.

    Parameters
    ----------
    keys : of first decisions; amendments speak through their first
    zone : the clock of the offices
    with_hits : False where the hits are not needed
    """
    rows = Decision.objects.filter(pk__in=keys, first=None).order_by("pk")
    raised = _raised(keys)
    acts = _acts(keys)
    turned = _turned(keys)
    hits = hits_of(keys) if with_hits else {}
    found = {}
    for key, *told in rows.values_list("pk", *_TOLD):
        row = _Told(*told)
        facts = _facts(row, raised.get(key), acts.get(key, ()), zone, turned.get(key))
        found[key] = (facts, row.state == DecisionState.WAITING, hits.get(key, ()))
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


def _raised(keys: Sequence[int]) -> dict[int, _Told]:
    """Return of each amended declaration the amendment with the strictest lane."""
    found: dict[int, _Told] = {}
    rows = Decision.objects.filter(first__in=keys).exclude(lane="").order_by("version")
    for key, *told in rows.values_list("first", *_TOLD):
        row = _Told(*told)
        if key not in found or STRICTNESS[row.lane] > STRICTNESS[found[key].lane]:
            found[key] = row
    return found


def _acts(keys: Sequence[int]) -> dict[int, list[_Version]]:
    """Return the versions of the acts, each with what its items brought."""
    brought: dict[int, tuple[int, tuple[Decimal | None, ...]]] = {}
    finds = ActItem.objects.filter(version__act__decision__in=keys, result=Result.FOUND)
    for version, *amounts in finds.values_list("version", "duty", "penalty"):
        n, known = brought.get(version, (0, ()))
        brought[version] = (n + 1, (*known, *amounts))
    found: dict[int, list[_Version]] = defaultdict(list)
    rows = ActVersion.objects.filter(act__decision__in=keys).order_by("act", "number")
    names = ("act__decision", "pk", "kind", "at", "examined", "minutes")
    for key, pk, kind, at, examined, minutes in rows.values_list(*names):
        n, came = brought.get(pk, (0, ()))
        found[key].append(_Version(kind, at, examined, minutes, n, came))
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
    row: _Told,
    raised: _Told | None,
    versions: Sequence[_Version],
    zone: ZoneInfo,
    went: tuple[bool, bool] | None,
) -> Facts:
    said = row
    if raised is not None and STRICTNESS[raised.lane] > STRICTNESS[row.lane]:
        said = raised
    outcome = _outcome(versions, zone)
    is_decided = row.state == DecisionState.DECIDED
    is_cancelled = row.state == DecisionState.CANCELLED and bool(row.lane)
    ups, downs = went or (False, False)
    return Facts(
        day=row.day,
        office=row.office,
        direction=row.direction,
        lane=said.lane,
        way=said.way,
        inclusion=said.inclusion,
        is_counted=is_decided or (is_cancelled and outcome["is_examined"]),
        went_up=ups,
        went_down=downs,
        **outcome,
    )


def _outcome(versions: Sequence[_Version], zone: ZoneInfo) -> dict[str, Any]:
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
        "value": _hundredths(*last.amounts) if is_found else None,
        "minutes": max(spent) if spent else None,
        "examined": last.examined,
        "known": _known(versions, zone, is_found=is_found) if is_examined else None,
    }


def _known(versions: Sequence[_Version], zone: ZoneInfo, *, is_found: bool) -> date:
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
