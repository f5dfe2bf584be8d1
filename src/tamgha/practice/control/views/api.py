"""Decisions by HTTP, for programs; described by its own types."""

from datetime import datetime
from typing import Any

from django.http import HttpRequest, JsonResponse
from django.utils import timezone
from ninja import Schema
from ninja.errors import HttpError
from pydantic import Field

from tamgha import risk
from tamgha.practice.control.choices import DecisionState
from tamgha.practice.control.domain.lodging import Lodging
from tamgha.practice.control.models import ApiSystem, Decision
from tamgha.practice.control.services import deciding, following, states
from tamgha.practice.control.services.rows import Source
from tamgha.practice.control.views import api_acts
from tamgha.practice.control.views.interface import PROBLEMS, Key, KeyInPath, Text, api, entered

__all__ = ["api", "api_acts"]


class DecisionOut(Schema):
    """The lane of a declaration and what is to be done; never why it was chosen."""

    key: str
    declaration: str
    version: int
    state: str = Field(description="waiting, decided or cancelled")
    lane: str | None = Field(description="red, yellow, blue or green; null while it waits")
    task: Text | None = Field(description="what the officer is to do, of red and yellow")
    decided_at: datetime
    hold_until: datetime | None = Field(description="a green declaration is held until then")
    lot_ends: datetime | None = Field(description="when the lot of a waiting one is drawn")


@api.post(
    "/decisions",
    response={200: DecisionOut, 201: DecisionOut, **PROBLEMS},
    url_name="decide",
    summary="Ask for the lane of a declaration",
)
def decide(request: HttpRequest, lodging: Lodging, key: Key) -> JsonResponse:
    """Decide on a declaration with its items, once for each key.

    201 for a new decision, 200 for one that the key has had already. A higher ``version`` of the same
    declaration amends it: its lane can only become stricter.
    """
    system = entered(request, "may_decide")
    at = timezone.now()
    source = Source(administration=system.administration, system=system)
    row = deciding.decide(source=source, lodged=lodging, key=key, at=at)
    # Made here as `DecisionOut` says, not checked against it once more: a test does that.
    return JsonResponse(answer_of(row, at), status=201 if row.decided_at == at else 200)


@api.get(
    "/decisions/{key}",
    response={200: DecisionOut, **PROBLEMS},
    url_name="decision",
    summary="Read a decision again",
)
def decision(request: HttpRequest, key: KeyInPath) -> dict[str, Any]:
    """Return the decision of a key as it stands now; a lot that has ended is drawn."""
    system = entered(request, "may_decide")
    at = timezone.now()
    row = own_decision(system, key)
    if row.state == DecisionState.WAITING and row.lot_ends and row.lot_ends <= at:
        states.close_lots_due(administration=system.administration, at=at)
        row = own_decision(system, key)
    return answer_of(row, at)


@api.post(
    "/decisions/{key}/cancel",
    response={200: DecisionOut, **PROBLEMS},
    url_name="cancel",
    summary="Say that a declaration was cancelled",
)
def cancel(request: HttpRequest, key: KeyInPath) -> dict[str, Any]:
    """Take a declaration back. One lodged in its place keeps its draws."""
    system = entered(request, "may_decide")
    at = timezone.now()
    return answer_of(following.cancel(decision=own_decision(system, key), at=at), at)


@api.post(
    "/decisions/{key}/clear",
    response={200: DecisionOut, **PROBLEMS},
    url_name="clear",
    summary="Say that the control of a declaration has ended",
)
def clear(request: HttpRequest, key: KeyInPath) -> dict[str, Any]:
    """End the control of a declaration: released after documents or examination."""
    system = entered(request, "may_decide")
    at = timezone.now()
    return answer_of(following.clear(decision=own_decision(system, key), at=at), at)


def own_decision(system: ApiSystem, key: str) -> Decision:
    """Return the program's own decision of a key. Raises HttpError 404."""
    row = (
        Decision.objects.filter(administration=system.administration, system=system, key=key)
        .select_related("plan_version")
        .defer("body", "record")
        .first()
    )
    if row is None:
        raise HttpError(404, "decision")
    return row


def answer_of(row: Decision, at: datetime) -> dict[str, Any]:
    """Return what a program is told of a decision: lane and task, never hits or reasons."""
    plan = row.plan_version
    lane = row.lane_now or None
    hold = None
    if plan is not None and lane == "yellow":
        days = plan.yellow_to_blue_days
        lane = str(risk.timed_lane(risk.Lane.YELLOW, row.decided_at, days, at, verified=False))
    if plan is not None and lane == "green" and plan.green_delay_minutes:
        hold = risk.green_due(row.decided_at, plan.green_delay_minutes)
    has_task = lane in {"red", "yellow"} and (row.task_en or row.task_ru)
    return {
        "key": row.key,
        "declaration": row.declaration,
        "version": row.version,
        "state": row.state,
        "lane": lane,
        "task": {"en": row.task_en, "ru": row.task_ru} if has_task else None,
        "decided_at": row.decided_at,
        "hold_until": hold,
        "lot_ends": row.lot_ends if row.state == DecisionState.WAITING else None,
    }
