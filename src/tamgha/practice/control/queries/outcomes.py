"""What became of the decisions, as the engine's figures want it: one row a declaration, plain arrays.

For `tamgha.risk.performance`: who was chosen how, with which probability, who was examined and what that
brought, as known on a day. Of a declaration that was cancelled and lodged again the last one stands.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pyarrow as pa
from django.db.models import QuerySet
from numpy.typing import NDArray

from tamgha import risk
from tamgha.platform.accounts.models import Administration
from tamgha.practice.control.choices import DecisionState, EventKind, Result, VersionKind
from tamgha.practice.control.gateways.desks import zone_of
from tamgha.practice.control.models import (
    ActItem,
    ActVersion,
    Decision,
    DecisionEvent,
    DecisionHit,
    InspectionAct,
)
from tamgha.shared.periods import Period

SLICE = 5_000
NO_DAY = np.datetime64("NaT", "D")


@dataclass(frozen=True, slots=True)
class DecisionOutcomes:
    """One row a declaration, in the order of the decisions; all arrays of shape (n,).

    Parameters
    ----------
    pk : key of the decision
    declaration, office, direction : text
    day : local day of the decision
    lane, lane_now : of the system; after what happened since
    way : why the lane was given; "criteria" where an amendment raised it
    inclusion : probability of examination before the draws, 1 where an amendment raised the lane
    member : random member
    overridden : 1 up, -1 down, 0 not, by a person
    examined : whether a result is known
    found : whether anything was found; False where not examined
    value : duty and penalty of the find, NaN where none is known
    known : day on which the result became known, NaT where it is out
    minutes : of the examination, NaN where not written down
    opened : whether an act was opened, so that a result is due
    hits : (code, version) of a profile -> which declarations it hit while it decided
    shadows : the same of versions that were only recorded
    """

    pk: NDArray[np.int64]
    declaration: NDArray[np.object_]
    office: NDArray[np.object_]
    direction: NDArray[np.object_]
    day: NDArray[np.datetime64]
    lane: NDArray[np.object_]
    lane_now: NDArray[np.object_]
    way: NDArray[np.object_]
    inclusion: NDArray[np.float64]
    member: NDArray[np.bool_]
    overridden: NDArray[np.int8]
    examined: NDArray[np.bool_]
    found: NDArray[np.bool_]
    value: NDArray[np.float64]
    known: NDArray[np.datetime64]
    minutes: NDArray[np.float64]
    opened: NDArray[np.bool_]
    hits: dict[tuple[str, int], NDArray[np.bool_]]
    shadows: dict[tuple[str, int], NDArray[np.bool_]]

    def __len__(self) -> int:
        return len(self.pk)


def decided_in(
    administration: Administration, period: Period | None = None, **where: Any
) -> QuerySet[Decision]:
    """Return the decisions that figures speak of: decided, first versions, the last of each chain.

    Parameters
    ----------
    period : local days of the decision, half-open
    where : more lookups, such as ``office="1101"``
    """
    found = Decision.objects.filter(
        administration=administration,
        state=DecisionState.DECIDED,
        first=None,
        successor="",
        **where,
    )
    if period is not None:
        found = found.filter(day__gte=period.start, day__lt=period.end)
    return found.order_by("pk")


def outcomes_of(
    administration: Administration,
    period: Period | None = None,
    *,
    as_of: datetime | None = None,
    **where: Any,
) -> DecisionOutcomes:
    """Return what became of the decisions of a period, as it was known at a moment.

    Parameters
    ----------
    as_of : results handed in later are still out; None takes all
    where : more lookups of the decision
    """
    names = ("pk", "declaration", "office", "direction", "day", "lane", "lane_now", "way")
    rows = list(
        decided_in(administration, period, **where).values_list(*names, "inclusion", "member")
    )
    columns: list[Any] = list(zip(*rows, strict=True)) if rows else [()] * 10
    pk = np.array(columns[0], np.int64)
    place = {int(one): at for at, one in enumerate(pk)}
    texts = [np.array(column, object) for column in columns[1:4]]
    lane, lane_now, way = (np.array(column, object) for column in columns[5:8])
    inclusion = np.array([np.nan if one is None else one for one in columns[8]], np.float64)
    overridden = np.zeros(len(pk), np.int8)
    _amend_and_override(place, lane, way, inclusion, overridden)
    results = _results(administration, place, len(pk), as_of)
    hits, shadows = _hits(place, len(pk))
    return DecisionOutcomes(
        pk=pk,
        declaration=texts[0],
        office=texts[1],
        direction=texts[2],
        day=np.array(columns[4], "datetime64[D]"),
        lane=lane,
        lane_now=lane_now,
        way=way,
        inclusion=inclusion,
        member=np.array(columns[9], np.bool_),
        overridden=overridden,
        hits=hits,
        shadows=shadows,
        **results,
    )


def _slices(place: dict[int, int]) -> Iterator[list[int]]:
    keys = sorted(place)
    for start in range(0, len(keys), SLICE):
        yield keys[start : start + SLICE]


def _between(keys: list[int]) -> dict[str, int]:
    return {"decision_id__gte": keys[0], "decision_id__lte": keys[-1]}


def _amend_and_override(
    place: dict[int, int],
    lane: NDArray[np.object_],
    way: NDArray[np.object_],
    inclusion: NDArray[np.float64],
    overridden: NDArray[np.int8],
) -> None:
    """Let an amendment that raised a lane speak for itself, and note what people changed."""
    kinds = (EventKind.AMENDED, EventKind.REROUTED)
    for keys in _slices(place):
        found = (
            DecisionEvent.objects.filter(kind__in=kinds, **_between(keys))
            .order_by("at", "pk")
            .values_list("decision_id", "kind", "lane", "upwards")
        )
        for decision, kind, new, upwards in found:
            at = place.get(decision)
            if at is None or not new:
                continue
            if kind == EventKind.AMENDED:
                lane[at], way[at], inclusion[at] = new, "criteria", 1.0
            else:
                overridden[at] = 1 if upwards else -1


def _results(
    administration: Administration, place: dict[int, int], n: int, as_of: datetime | None
) -> dict[str, Any]:
    zone = zone_of(administration)
    told: dict[str, Any] = {
        "examined": np.zeros(n, np.bool_),
        "found": np.zeros(n, np.bool_),
        "value": np.full(n, np.nan),
        "known": np.full(n, NO_DAY, "datetime64[D]"),
        "minutes": np.full(n, np.nan),
        "opened": np.zeros(n, np.bool_),
    }
    for keys in _slices(place):
        acts = dict(InspectionAct.objects.filter(**_between(keys)).values_list("pk", "decision_id"))
        for decision in acts.values():
            if decision in place:
                told["opened"][place[decision]] = True
        _examined(told, keys, {act: place.get(one) for act, one in acts.items()}, as_of, zone)
    return told


def _examined(
    told: dict[str, Any],
    keys: list[int],
    row_of_act: dict[int, int | None],
    as_of: datetime | None,
    zone: ZoneInfo,
) -> None:
    """Fill in what the newest version of each act, as of a moment, says."""
    versions = ActVersion.objects.filter(
        act__decision_id__gte=keys[0], act__decision_id__lte=keys[-1]
    )
    if as_of is not None:
        versions = versions.filter(at__lte=as_of)
    newest = {
        act: (pk, kind, at, minutes)
        for pk, act, kind, at, minutes in versions.order_by("number").values_list(
            "pk", "act_id", "kind", "at", "minutes"
        )
    }
    by_version = {pk: act for act, (pk, *_rest) in newest.items()}
    items = ActItem.objects.filter(version_id__in=list(by_version)).exclude(result=Result.OPEN)
    for version, result, duty, penalty in items.values_list(
        "version_id", "result", "duty", "penalty"
    ):
        act = by_version[version]
        at = row_of_act.get(act)
        if at is None:
            continue
        _pk, kind, moment, minutes = newest[act]
        told["examined"][at] = True
        told["known"][at] = np.datetime64(moment.astimezone(zone).date(), "D")
        if minutes is not None:
            told["minutes"][at] = minutes
        if result == Result.FOUND and kind != VersionKind.OVERTURNED:
            told["found"][at] = True
            _add(told["value"], at, duty, penalty)


def _add(value: NDArray[np.float64], at: int, *amounts: Any) -> None:
    """Add the amounts that are known; what is not known at all stays NaN."""
    known = [float(one) for one in amounts if one is not None]
    if known:
        value[at] = sum(known) + (0.0 if np.isnan(value[at]) else value[at])


def _hits(
    place: dict[int, int], n: int
) -> tuple[dict[tuple[str, int], NDArray[np.bool_]], dict[tuple[str, int], NDArray[np.bool_]]]:
    hits: dict[tuple[str, int], NDArray[np.bool_]] = {}
    shadows: dict[tuple[str, int], NDArray[np.bool_]] = {}
    for keys in _slices(place):
        found = DecisionHit.objects.filter(**_between(keys)).values_list(
            "decision_id", "code", "number", "live"
        )
        for decision, code, number, live in found.iterator(chunk_size=SLICE):
            at = place.get(decision)
            if at is None:
                continue
            kept = hits if live else shadows
            mask = kept.get((code, number))
            if mask is None:
                mask = kept[code, number] = np.zeros(n, np.bool_)
            mask[at] = True
    return hits, shadows


def findings_table(administration: Administration, *, since: date | None = None) -> pa.Table:
    """Return every version of every finding as the engine's table of findings.

    Parameters
    ----------
    since : only versions handed in on this day or later
    """
    zone = zone_of(administration)
    found = ActItem.objects.filter(version__act__administration=administration).exclude(
        result=Result.OPEN
    )
    if since is not None:
        found = found.filter(version__at__date__gte=since)
    names = (
        "item",
        "result",
        "kind",
        "counted",
        "value",
        "duty",
        "penalty",
        "version__number",
        "version__kind",
        "version__at",
        "version__examined",
        "version__act__decision__declaration",
        "version__act__decision__way",
        "version__act__decision__inclusion",
    )
    rows = []
    for told in found.order_by("pk").values_list(*names).iterator(chunk_size=SLICE):
        item, result, kind, counted, value, duty, penalty, number, state, at, examined, *rest = told
        declaration, way, inclusion = rest
        rows.append(
            {
                "declaration": declaration,
                "item": item,
                "version": number,
                "examined": examined,
                "known": at.astimezone(zone).date(),
                "found": result == Result.FOUND,
                "kind": kind or None,
                "quantity": counted,
                "value": _number(value),
                "duty": _number(duty),
                "penalty": _number(penalty),
                "state": state,
                "way": way if way in risk.WAYS else "other",
                "inclusion": inclusion or None,
            }
        )
    return pa.Table.from_pylist(rows, schema=risk.FINDING_SCHEMA)


def _number(value: Any) -> float | None:
    return None if value is None else float(value)
