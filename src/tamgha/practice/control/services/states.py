"""What the next decision starts from: locked, moved, stored with the decision; lots."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from django.db import transaction
from django.db.models import Q

from tamgha import risk
from tamgha.platform.accounts.models import Administration
from tamgha.platform.journal import services as journal
from tamgha.platform.statements import run
from tamgha.practice.control.choices import DecisionState, Lane
from tamgha.practice.control.domain.packing import packed, unpacked
from tamgha.practice.control.gateways import desks
from tamgha.practice.control.models import (
    Decision,
    DeskState,
    InspectionAct,
)
from tamgha.practice.control.services import assigning
from tamgha.practice.control.services.rows import (
    Bench,
    announce_decision,
    fill,
)

BACK_DAYS = 30
MOST_PAST = 200_000
LEAST_SCORES = 100
"""Scores of the last thirty days under which those of the model's own set stand in for them."""
SLICE = 500
DECIDED_FIELDS = (
    "state",
    "lane",
    "lane_now",
    "way",
    "member",
    "inclusion",
    "task_en",
    "task_ru",
)
"""What is written into a waiting declaration when it is decided, and repeated by its amendments."""
_WRITTEN: Final = (*DECIDED_FIELDS, "mode", "record")
_DECIDED: Final = (
    f"UPDATE control_decision SET {', '.join(f'{name} = %s' for name in _WRITTEN)} "  # noqa: S608 -- names
    "WHERE id = %s"
)


@dataclass
class OpenState:
    """The locked state of an office, direction and period, moved on by one decision after another.

    Parameters
    ----------
    held : its locked row
    parameters : of the plan; of a day of capacity, of the plan that it was opened with
    state, forecast : as the engine has them
    """

    held: DeskState
    parameters: risk.ModselParameters | risk.CapacityParameters
    state: risk.Counters | risk.DayState | risk.SlotState
    forecast: risk.DayForecast | None = None

    @classmethod
    def take(cls, administration: Administration, seen: risk.Seen, bench: Bench) -> "OpenState":
        """Lock the day of capacity that a declaration counts in, and draw its lots so far."""
        held = locked_day(administration, seen.key, bench)
        close_until(held, seen.declared.decided_at, bench.standard)
        return cls(
            held,
            day_parameters(held),
            risk.state_from_json(held.state),
            risk.forecast_from_json(held.forecast),
        )

    def decide(self, seen: risk.Seen, bench: Bench) -> risk.Decided | risk.Waiting:
        """Decide on a declaration and move the state; `keep` stores it."""
        answer, self.state = risk.decide(
            seen, bench.desk, self.parameters, self.state, self.forecast
        )
        return answer

    def keep(self) -> None:
        """Store the moved state."""
        keep_state(self.held, self.state)


def keep_state(held: DeskState, after: risk.Counters | risk.DayState | risk.SlotState) -> None:
    """Store a moved state."""
    held.state = risk.state_as_json(after)
    held.save(update_fields=["state", "is_over"])


def locked_counters(administration: Administration, key: risk.CounterKey) -> DeskState:
    """Return the locked counters of an office, direction and period; new ones begin at zero."""
    wanted = DeskState.objects.select_for_update().filter(
        administration=administration,
        office=key.office,
        direction=key.direction,
        period=key.period,
    )
    held = wanted.first()
    if held is None:
        DeskState.objects.get_or_create(
            administration=administration,
            office=key.office,
            direction=key.direction,
            period=key.period,
            defaults={"state": risk.state_as_json(risk.Counters())},
        )
        held = wanted.get()
    return held


def day_parameters(held: DeskState) -> risk.CapacityParameters:
    """Return what a day of capacity goes by: the plan that it was opened with."""
    if held.plan_version is None:
        raise TypeError("a day of capacity has a plan")
    parameters = desks.parameters_of(held.plan_version)
    if not isinstance(parameters, risk.CapacityParameters):
        raise TypeError("a day of capacity has a plan of capacity")
    return parameters


def locked_day(administration: Administration, key: risk.CounterKey, bench: Bench) -> DeskState:
    """Return the locked state of a day of capacity; the first declaration opens it."""
    wanted = (
        DeskState.objects.select_for_update(of=("self",))
        .select_related("plan_version")
        .filter(
            administration=administration,
            office=key.office,
            direction=key.direction,
            period=key.period,
        )
    )
    held = wanted.first()
    if held is None:
        DeskState.objects.get_or_create(
            administration=administration,
            office=key.office,
            direction=key.direction,
            period=key.period,
            defaults={
                "day": datetime.fromisoformat(key.period).date(),
                "plan_version": bench.plan,
            },
        )
        held = wanted.get()
    if not held.state:
        _open_day(held, key, bench)
    return held


def lock_days(administration: Administration, keys: Collection[risk.CounterKey]) -> None:
    """Lock the states of several offices and of their earlier days, before any lot is closed.

    Closing locks examiners: whoever holds those must not wait for a state that another holds.
    """
    if len(keys) < 2:
        return
    places = Q(pk=None)
    for office, direction in sorted({(key.office, key.direction) for key in keys}):
        places |= Q(office=office, direction=direction)
    periods = [key.period for key in keys]
    wanted = DeskState.objects.select_for_update(of=("self",)).filter(
        places, Q(is_over=False) | Q(period__in=periods), administration=administration
    )
    list(wanted.order_by("office", "direction", "period").values_list("pk"))


def _open_day(held: DeskState, key: risk.CounterKey, bench: Bench) -> None:
    """Close what is open of earlier days, forecast this one, and begin it with the backlog."""
    if held.day is None:
        raise TypeError("a day of capacity has a day")
    earlier = list(
        DeskState.objects.select_for_update(of=("self",))
        .select_related("plan_version")
        .filter(
            administration_id=held.administration_id,
            office=held.office,
            direction=held.direction,
            day__lt=held.day,
            is_over=False,
        )
        .order_by("day")
    )
    for one in earlier:
        close_day(one, bench.standard)
    parameters = day_parameters(held)
    forecast = risk.forecast_day(
        _past(held),
        held.day,
        timezone=bench.desk.timezone,
        lot_minutes=parameters.lot_minutes,
        first_guess=bench.plan.arrivals,
    )
    if bench.scorer is not None and len(forecast.scores) < LEAST_SCORES:
        forecast = replace(forecast, scores=bench.scorer.usual() or forecast.scores)
    held.forecast = risk.forecast_as_json(forecast)
    opened = risk.open_state(key, bench.desk, parameters, _backlog(held))
    held.state = risk.state_as_json(opened)
    held.save(update_fields=["state", "forecast"])


def _past(held: DeskState) -> list[risk.PastArrival]:
    """Return the arrivals of the last thirty days; scores only of what scores now."""
    if held.day is None:
        return []
    scored_by = held.plan_version.score_model if held.plan_version is not None else None
    found = (
        Decision.objects.filter(
            administration_id=held.administration_id,
            office=held.office,
            direction=held.direction,
            day__gte=held.day - timedelta(days=BACK_DAYS),
            day__lt=held.day,
            first=None,
        )
        .order_by("-pk")
        .values_list("decided_at", "way", "novel", "score", "plan_version__score_model")[:MOST_PAST]
    )
    return [
        risk.PastArrival(
            at,
            mandatory=way == "mandatory",
            novel=novel,
            score=score if by == scored_by else None,
        )
        for at, way, novel, score, by in found
    ]


def _backlog(held: DeskState) -> tuple[str, ...]:
    """Return who was chosen earlier and is not examined yet, the oldest first."""
    if held.day is None:
        return ()
    before = (
        DeskState.objects.filter(
            administration_id=held.administration_id,
            office=held.office,
            direction=held.direction,
            day__lt=held.day,
        )
        .order_by("-day")
        .first()
    )
    if before is None or not before.state:
        return ()
    names = list(getattr(risk.state_from_json(before.state), "backlog", ()))
    open_acts = set(
        InspectionAct.objects.filter(
            administration_id=held.administration_id,
            decision__declaration__in=names,
            state="open",
        ).values_list("decision__declaration", flat=True)
    )
    return tuple(name for name in names if name in open_acts)


# ---- lots ---------------------------------------------------------------------------------------


def close_until(held: DeskState, at: datetime, standard: desks.Standard) -> int:
    """Close every lot of a locked day that has ended at a moment; return how many were decided."""
    parameters = day_parameters(held)
    if parameters.rule != "lots" or held.day is None:
        return 0
    zone = desks.zone_of(held.administration)
    local = at.astimezone(zone).date()
    if local < held.day:
        return 0
    lots = risk.lots_of_day(parameters.lot_minutes)
    until = risk.lot_of(at, zone, parameters.lot_minutes) if local == held.day else lots
    return _close(held, until, standard)


def close_day(held: DeskState, standard: desks.Standard) -> int:
    """Close all lots of a locked day that is over."""
    parameters = day_parameters(held)
    decided = 0
    if parameters.rule == "lots":
        decided = _close(held, risk.lots_of_day(parameters.lot_minutes), standard)
    held.is_over = True
    held.save(update_fields=["is_over"])
    return decided


def _close(held: DeskState, until: int, standard: desks.Standard) -> int:
    state = risk.state_from_json(held.state)
    if held.day is None or not isinstance(state, risk.DayState) or state.closed >= until:
        return 0
    rows = list(
        Decision.objects.select_for_update()
        .filter(
            administration_id=held.administration_id,
            office=held.office,
            direction=held.direction,
            day=held.day,
            state=DecisionState.WAITING,
            lot__lt=until,
            first=None,
        )
        .order_by("pk")
    )
    waiting = [risk.waiting_from_json(unpacked(row.record)) for row in rows]
    decided, after = risk.close_lots(
        waiting,
        day_parameters(held),
        state,
        risk.forecast_from_json(held.forecast),
        until=until,
    )
    answers = {one.decision.declared.declaration: one for one in decided}
    amended = repeated_by(rows)
    for row in rows:
        came = unpacked(row.record).get("came")
        fill(row, answers[row.declaration], standard, held.plan_version)
        if came is not None:  # which version brought which hit: told by no later look
            row.record = packed(unpacked(row.record) | {"came": came})
        run(_DECIDED, [*(getattr(row, name) for name in _WRITTEN), row.pk])
    red = [row for row in rows if row.lane == Lane.RED]
    for row in red:
        row.items = amended.get(row.pk, row.items)  # not stored: what is to be examined
    assigning.open_many(red, standard.rules, at=_lot_ended)
    with journal.gathered():
        for row in rows:
            announce_decision(row, _lot_ended(row))
    repeat_decision([row for row in rows if row.pk in amended])
    keep_state(held, after)
    return len(rows)


def _lot_ended(row: Decision) -> datetime:
    return row.lot_ends or row.decided_at


def repeated_by(rows: Sequence[Decision]) -> dict[int, int]:
    """Return of those that were amended while they waited how many items the last version has."""
    found: dict[int, int] = {}
    for start in range(0, len(rows), SLICE):
        pks = [row.pk for row in rows[start : start + SLICE]]
        amendments = Decision.objects.filter(first__in=pks, state=DecisionState.WAITING)
        found |= {
            first: items
            for first, items in amendments.order_by("version").values_list("first", "items")
            if first is not None
        }
    return found


def repeat_decision(firsts: Sequence[Decision]) -> None:
    """Let the amendments that waited with a declaration say what was decided on it."""
    for first in firsts:
        first.amendments.filter(state=DecisionState.WAITING).update(
            **{name: getattr(first, name) for name in DECIDED_FIELDS}
        )


def close_lots_due(*, administration: Administration, at: datetime) -> int:
    """Close every lot of an administration that has ended; return how many declarations it decided.

    May come at any time and twice: what a lot decides does not depend on when it is closed.
    """
    standard = desks.standard_of(administration, at)
    zone = desks.zone_of(administration)
    open_days = DeskState.objects.filter(
        administration=administration, day__isnull=False, is_over=False
    ).order_by("day")
    decided = 0
    for pk in list(open_days.values_list("pk", flat=True)):
        with transaction.atomic():
            held = (
                DeskState.objects.select_for_update(of=("self",))
                .select_related("plan_version", "administration")
                .get(pk=pk)
            )
            if held.is_over or not held.state or held.day is None:
                continue
            if held.day < at.astimezone(zone).date():
                decided += close_day(held, standard)
            else:
                decided += close_until(held, at, standard)
    return decided


# ---- chains -------------------------------------------------------------------------------------


def first_of(administration: Administration, declaration: str) -> Decision | None:
    """Return the first decision on a declaration."""
    return Decision.objects.filter(
        administration=administration, declaration=declaration, first=None
    ).first()


def chain_again(first: Decision, bench: Bench) -> risk.Chain:
    """Return the chain of a decided declaration: an amendment keeps its draws."""
    year, quarter = first.epoch.split("Q")
    inside = datetime(int(year), 3 * int(quarter) - 1, 15, tzinfo=bench.desk.timezone)
    return risk.Chain(first.draw_id, inside, first.chain_position, first.predecessor)


def pass_on(predecessor: Decision, declaration: str) -> bool:
    """Let a cancelled declaration pass its draws on, to one successor only."""
    free = Decision.objects.filter(pk=predecessor.pk, successor="")
    return free.update(successor=declaration) == 1
