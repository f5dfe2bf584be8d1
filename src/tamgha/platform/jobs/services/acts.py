"""Starting work, stopping it, taking it up again, putting its result away."""

import os
import socket
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django_tasks import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from tamgha.platform.accounts.models import Administration, User
from tamgha.platform.jobs.choices import FINISHED, State
from tamgha.platform.jobs.domain import bell, kind_of
from tamgha.platform.jobs.models import LOST_AFTER, Job
from tamgha.platform.jobs.services.running import run_job
from tamgha.shared.errors import TamghaError
from tamgha.shared.words import Words

BACKGROUND = "background"

LOST = Words(
    "The program that did this work was stopped in the middle. Nothing of it is lost that was "
    "kept; you can take it up again.",
    "Программа, выполнявшая эту работу, была остановлена на полпути. Сохранённое не потеряно; "
    "работу можно возобновить.",
)


class CannotResumeError(TamghaError):
    """Work that runs or is done cannot be taken up again."""

    def __init__(self) -> None:
        super().__init__(
            Words(
                "Only work that failed, was stopped, or lost its worker can be taken up again.",
                "Возобновить можно только работу, которая не удалась, была остановлена или "
                "потеряла исполнителя.",
            )
        )


def start(
    kind: str,
    params: Mapping[str, Any],
    *,
    by: User,
    administration: Administration | None,
    at: datetime,
    title: Words | None = None,
) -> Job:
    """Ask for a piece of work and return its record.

    Work in the background is queued in the transaction of the caller. Small work is done at once,
    inside this call; the record that comes back is then finished.

    Parameters
    ----------
    kind : a name given to `domain.kind`; UnknownKindError when nobody gave it
    params : keyword arguments of the function; values that JSON can hold
    by, administration : who asked, and for which administration
    at : now
    title : what this piece is ("Taking in import-2026.csv"), when the kind's words are too general
    """
    known = kind_of(kind)
    words = title or known.title
    job = Job.objects.create(
        kind=kind,
        params=dict(params),
        title={"en": words.en, "ru": words.ru},
        unit={"en": known.unit.en, "ru": known.unit.ru} if known.unit.en else {},
        by=by,
        administration=administration,
        in_background=known.in_background,
        queued_at=at,
    )
    return _enqueued(job)


@transaction.atomic
def stop(*, job: Job, at: datetime) -> None:
    """Ask running work to stop at its next step; work that waits, or lost its worker, stops now.

    Finished work stays as it is.
    """
    locked = Job.objects.select_for_update().get(pk=job.pk)
    if locked.state == State.QUEUED or locked.is_lost(at):
        locked.state, locked.finished_at, locked.stop_requested_at = State.STOPPED, at, at
        locked.attempt += 1  # a worker that was only slow must not go on
    elif locked.state == State.RUNNING and locked.stop_requested_at is None:
        locked.stop_requested_at = at
    locked.save(update_fields=["state", "finished_at", "stop_requested_at", "attempt"])


def resume(*, job: Job, at: datetime) -> Job:
    """Take up work that failed, was stopped or lost its worker: from its checkpoint, or anew.

    A worker that was only slow finds its attempt outdated and gives up. Raises CannotResumeError.
    """
    with transaction.atomic():
        locked = Job.objects.select_for_update().get(pk=job.pk)
        can = locked.state in {State.FAILED, State.STOPPED} or locked.is_lost(at)
        if not can:
            raise CannotResumeError
        locked.state, locked.attempt = State.QUEUED, locked.attempt + 1
        locked.queued_at, locked.finished_at, locked.stop_requested_at = at, None, None
        locked.seen_at, locked.error, locked.worker = None, {}, ""
        if not locked.checkpoint:
            locked.done, locked.message = 0, {}
        locked.save()
        return _enqueued(locked)


def put_away(*, job: Job, at: datetime) -> None:
    """Take finished work off the person's home; its record stays."""
    Job.objects.filter(pk=job.pk, state__in=sorted(FINISHED), seen_at=None).update(seen_at=at)


def notice_lost(*, at: datetime) -> int:
    """Mark work whose worker is dead as failed, to be taken up again; return how much there was.

    Dead is who was silent for `LOST_AFTER`, or whose process on this machine is gone. Also work
    whose worker died between taking it from the queue and beginning.
    """
    lost = [
        job.pk
        for job in Job.objects.filter(state=State.RUNNING)
        if job.is_lost(at) or _is_gone(job.worker)
    ]
    taken = DBTaskResult.objects.filter(
        status__in=[TaskResultStatus.RUNNING, TaskResultStatus.FAILED],
        started_at__lt=at - LOST_AFTER,
    )
    waiting = Job.objects.filter(state=State.QUEUED).exclude(task="")
    known = {str(pk) for pk in taken.values_list("pk", flat=True)}
    lost += [job.pk for job in waiting if job.task in known]
    if not lost:
        return 0
    return Job.objects.filter(pk__in=lost, state__in=[State.QUEUED, State.RUNNING]).update(
        state=State.FAILED, finished_at=at, error={"en": LOST.en, "ru": LOST.ru}
    )


def _enqueued(job: Job) -> Job:
    if job.in_background:
        result = run_job.using(backend=BACKGROUND).enqueue(job.pk, job.attempt)
        Job.objects.filter(pk=job.pk).update(task=str(result.id))
        transaction.on_commit(bell.set)
    else:
        run_job.enqueue(job.pk, job.attempt)
    job.refresh_from_db()
    return job


def _is_gone(worker: str) -> bool:
    """Return whether the worker was a process of this machine that is there no more."""
    host, _colon, rest = worker.partition(":")
    pid = rest.partition(":")[0]
    if host != socket.gethostname()[:60] or not pid.isdigit():
        return False
    try:
        os.kill(int(pid), 0)
    except ProcessLookupError:
        return True
    except PermissionError:
        return False
    return False
