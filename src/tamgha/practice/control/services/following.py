"""What happens after a decision: lanes changed by people, timers, cancelling, clearing. Beside the row."""

from datetime import datetime, timedelta

from django.db import transaction

from tamgha import risk
from tamgha.platform.accounts.models import Administration, User
from tamgha.practice.control import events
from tamgha.practice.control.choices import ActState, DecisionState, EventKind, Lane
from tamgha.practice.control.gateways import desks
from tamgha.practice.control.models import Decision, DecisionEvent, InspectionAct, PlanVersion
from tamgha.practice.control.services import assigning, upkeep
from tamgha.practice.control.services.errors import ControlError
from tamgha.shared.words import Words

MOST_TIMED = 5_000


@transaction.atomic
def reroute(*, decision: Decision, lane: str, reason: str, by: User, at: datetime) -> DecisionEvent:
    """Change the lane of a declaration, up or down, with the person and the reason.

    The system's lane, its probability and the counters stay: the difference is the override.

    Raises
    ------
    TamghaError
        When the lane stays the same, the reason is missing, or the declaration has no lane yet.
    """
    locked = _locked(decision)
    if locked.state != DecisionState.DECIDED:
        raise ControlError(
            Words(
                "Only a decided declaration that was not cancelled changes its lane.",
                "Коридор меняется только у декларации с решением, которая не отозвана.",
            )
        )
    wanted = risk.Event(
        risk.EventKind.REROUTED, at, risk.Lane(lane), person=by.full_name, reason=reason
    )
    checked = risk.reroute(risk.Lane(locked.lane_now), wanted)
    event = DecisionEvent.objects.create(
        decision=locked,
        kind=EventKind.REROUTED,
        at=at,
        lane=lane,
        upwards=checked.direction == "up",
        by=by,
        reason=reason.strip()[:400],
    )
    locked.lane_now = lane
    locked.save(update_fields=["lane_now"])
    locked.amendments.update(lane_now=lane)
    _fit_act(locked, at)
    upkeep.count_now(locked)
    events.announce("control.rerouted", on=locked, by=by, at=at, lane=lane, reason=event.reason)
    return event


def _fit_act(decision: Decision, at: datetime) -> None:
    """Open the act of a declaration that is to be examined now; close one that nobody began."""
    act = InspectionAct.objects.select_for_update().filter(decision=decision).first()
    if decision.lane_now == Lane.RED:
        if act is None:
            standard = desks.standard_of(decision.administration, at)
            _with_task(decision, standard)
            assigning.open_act(decision, standard.rules, at=at)
        elif act.state == ActState.CLOSED:
            act.state = ActState.OPEN
            act.save(update_fields=["state"])
            assigning.put_on(act)
    elif act is not None and act.state == ActState.OPEN:
        act.state = ActState.CLOSED
        act.save(update_fields=["state"])
        assigning.take_off(act)


def _with_task(decision: Decision, standard: desks.Standard) -> None:
    plan = decision.plan_version
    if not decision.task_en and plan is not None:
        decision.task_en, decision.task_ru = plan.task_en, plan.task_ru
        decision.save(update_fields=["task_en", "task_ru"])


@transaction.atomic
def cancel(*, decision: Decision, at: datetime, by: User | None = None) -> Decision:
    """Take a declaration back, whichever of its versions is named: its draws go on to one successor.

    Cancelled twice counts once. Returns the decision that was named, as it stands then.
    """
    locked = _locked(decision)
    if locked.state == DecisionState.CANCELLED:
        return _named(decision, locked)
    locked.state, locked.cancelled_at = DecisionState.CANCELLED, at
    locked.save(update_fields=["state", "cancelled_at"])
    locked.amendments.update(state=DecisionState.CANCELLED, cancelled_at=at)
    DecisionEvent.objects.create(decision=locked, kind=EventKind.CANCELLED, at=at, by=by)
    act = InspectionAct.objects.select_for_update().filter(decision=locked).first()
    if act is not None and act.state == ActState.OPEN:
        act.state = ActState.CLOSED
        act.save(update_fields=["state"])
        assigning.take_off(act)
    upkeep.count_now(locked)
    events.announce("control.cancelled", on=locked, by=by, at=at, declaration=locked.declaration)
    return _named(decision, locked)


@transaction.atomic
def clear(*, decision: Decision, at: datetime, by: User | None = None) -> Decision:
    """Say that the control of a declaration has ended: it counts as verified from then on."""
    locked = _locked(decision)
    if not locked.events.filter(kind=EventKind.CLEARED).exists():
        DecisionEvent.objects.create(decision=locked, kind=EventKind.CLEARED, at=at, by=by)
        events.announce("control.cleared", on=locked, by=by, at=at, declaration=locked.declaration)
    return _named(decision, locked)


def _locked(decision: Decision) -> Decision:
    """Return the locked first decision of a declaration: what happens after it stands there."""
    return Decision.objects.select_for_update(of=("self",)).get(pk=decision.first_id or decision.pk)


def _named(decision: Decision, first: Decision) -> Decision:
    """Return the version that was named, as it stands now."""
    if decision.pk == first.pk:
        return first
    return Decision.objects.select_related("plan_version").get(pk=decision.pk)


def run_timers(*, administration: Administration, at: datetime) -> int:
    """Turn documents into later audit where the plan says after how many days; return how many.

    The way and the counters stay. May come at any time and twice.
    """
    turned = 0
    plans = PlanVersion.objects.filter(
        plan__administration=administration, yellow_to_blue_days__isnull=False
    )
    for plan in plans:
        due = risk.blue_due(at, -(plan.yellow_to_blue_days or 0))
        turned += _turned(plan, due, at)
    return turned


@transaction.atomic
def _turned(plan: PlanVersion, due: datetime, at: datetime) -> int:
    rows = list(
        Decision.objects.select_for_update(of=("self",))
        .filter(
            plan_version=plan,
            state=DecisionState.DECIDED,
            lane_now=Lane.YELLOW,
            decided_at__lte=due,
            first=None,
        )
        .exclude(events__kind=EventKind.CLEARED)
        .order_by("pk")[:MOST_TIMED]
    )
    days = timedelta(days=plan.yellow_to_blue_days or 0)
    DecisionEvent.objects.bulk_create(
        DecisionEvent(
            decision=row,
            kind=EventKind.TIMER,
            at=row.decided_at + days,
            lane=Lane.BLUE,
            facts={"noticed": at.isoformat()},
        )
        for row in rows
    )
    pks = [row.pk for row in rows]
    Decision.objects.filter(pk__in=pks).update(lane_now=Lane.BLUE)
    Decision.objects.filter(first__in=pks).update(lane_now=Lane.BLUE)
    return len(rows)
