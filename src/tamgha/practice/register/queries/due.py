"""What waits for a person in the register: reviews, scores, agreements, approvals."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final, Literal

from django.db.models import Count, QuerySet

from tamgha.platform.accounts.models import User
from tamgha.practice.register import permissions
from tamgha.practice.register.choices import RiskState
from tamgha.practice.register.models import Risk
from tamgha.practice.register.queries import TWO

SOON: Final = timedelta(days=14)
Why = Literal["approve", "score", "agree", "review"]


@dataclass(frozen=True, slots=True)
class Waiting:
    """One risk that waits for the reader: why, and since or until when."""

    risk: Risk
    why: Why
    day: date


def waiting_for(user: User, *, today: date, most: int) -> list[Waiting]:
    """Return what waits for the reader, approvals first; five queries, however many risks."""
    risks = permissions.risks_visible_to(user).select_related("working", "shown")
    found: list[Waiting] = []
    if permissions.can_approve(user):
        found += _to_approve(risks, user, most)
    if permissions.can_score(user):
        found += _to_score(risks, user, most)
    found += _to_agree(risks, user, most)
    found += _to_review(risks, user, today, most)
    return found[:most]


def _to_approve(risks: QuerySet[Risk], user: User, most: int) -> Iterator[Waiting]:
    """Yield what the reader may approve; what the reader made or scored waits for another."""
    waiting = (
        risks.filter(state=RiskState.SUBMITTED)
        .exclude(working__author=user)
        .exclude(working__agreed_by=user)
        .exclude(working__scoring__scores__person=user)
    )
    for risk in waiting.order_by("changed_at")[:most]:
        yield Waiting(risk, "approve", risk.changed_at.date())


def _to_score(risks: QuerySet[Risk], user: User, most: int) -> Iterator[Waiting]:
    """Yield drafts that one more person must score; an approver is asked only by name, on the page."""
    if not permissions.can_write(user):
        return
    waiting = (
        risks.filter(working__state="draft", working__agreed_at=None)
        .exclude(working__scoring__scores__person=user)
        .annotate(given=Count("working__scoring__scores"))
        .filter(given__lt=TWO)
    )
    for risk in waiting.order_by("changed_at")[:most]:
        yield Waiting(risk, "score", risk.changed_at.date())


def _to_agree(risks: QuerySet[Risk], user: User, most: int) -> Iterator[Waiting]:
    waiting = (
        risks.filter(working__state="draft", working__agreed_at=None, working__owner=user)
        .annotate(given=Count("working__scoring__scores"))
        .filter(given__gte=TWO)
    )
    for risk in waiting.order_by("changed_at")[:most]:
        yield Waiting(risk, "agree", risk.changed_at.date())


def _to_review(risks: QuerySet[Risk], user: User, today: date, most: int) -> Iterator[Waiting]:
    due = risks.filter(
        state=RiskState.PUBLISHED,
        shown__owner=user,
        shown__review_on__lte=today + SOON,
        working=None,
    )
    for risk in due.order_by("shown__review_on", "number")[:most]:
        if risk.shown is not None:
            yield Waiting(risk, "review", risk.shown.review_on)
