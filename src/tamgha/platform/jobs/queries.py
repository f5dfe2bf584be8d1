"""Reads that the pages of work and the homes share."""

from django.contrib.auth.models import AnonymousUser
from django.db.models import QuerySet

from tamgha.platform.accounts.models import User
from tamgha.platform.jobs.choices import FINISHED, State
from tamgha.platform.jobs.domain import UnknownKindError, kind_of
from tamgha.platform.jobs.models import Job
from tamgha.platform.jobs.permissions import visible_to


def running_for(user: User | AnonymousUser) -> QuerySet[Job]:
    """Return the user's work that waits or runs, the oldest first."""
    return visible_to(user).filter(state__in=[State.QUEUED, State.RUNNING]).order_by("pk")


def waiting_for(user: User | AnonymousUser) -> QuerySet[Job]:
    """Return the user's finished work that was not put away yet, the latest first: for the home."""
    return (
        visible_to(user).filter(state__in=sorted(FINISHED), seen_at=None).order_by("-finished_at")
    )


def put_away_by(user: User | AnonymousUser) -> QuerySet[Job]:
    """Return the user's finished work that was put away, the latest first."""
    return visible_to(user).filter(seen_at__isnull=False).order_by("-finished_at")


def goes_on_where_it_stood(job: Job) -> bool:
    """Return whether the work, taken up again, goes on instead of starting anew."""
    try:
        return kind_of(job.kind).resumable and bool(job.checkpoint)
    except UnknownKindError:
        return False
