"""Doing what is due by the clock, once for all processes of the node."""

import logging
from datetime import datetime

from django.db.models import F
from django.utils import timezone

from tamgha.platform.jobs.domain import Duty
from tamgha.platform.jobs.models import DutyRun
from tamgha.platform.jobs.services.running import worker_name

logger = logging.getLogger(__name__)


def do_duty(duty: Duty, *, at: datetime) -> bool:
    """Do a duty if it is due and no other process has begun it; note how it went.

    Whatever goes wrong in it is said in the log, counted, and tried again after its period.

    Returns
    -------
    whether it was done here, without failing
    """
    if not _begin(duty, at):
        return False
    fault = ""
    try:
        duty.do(at)
    except Exception as problem:  # the edge of the keeper: one duty stops no other
        fault = type(problem).__name__[:80]
        logger.exception("could not: %s", duty.name)
    mine = DutyRun.objects.filter(name=duty.name)
    ended = timezone.now()
    if fault:
        mine.update(ended_at=ended, fault=fault, times=F("times") + 1, failures=F("failures") + 1)
    else:
        mine.update(ended_at=ended, fault="", times=F("times") + 1, done_at=at)
    return not fault


def _begin(duty: Duty, at: datetime) -> bool:
    """Return whether the duty is due and ours: of several processes one moves its row."""
    known = DutyRun.objects.filter(name=duty.name)
    begun = {"begun_at": at, "ended_at": None, "worker": worker_name()}
    last = known.values_list("begun_at", flat=True).first()
    if last is None:
        _row, is_ours = DutyRun.objects.get_or_create(name=duty.name, defaults=begun)
        return is_ours
    if at - duty.every < last <= at + duty.every:  # further ahead: the machine's clock was put back
        return False  # before anything is written: idleness locks nothing
    return bool(known.filter(begun_at=last).update(**begun))
