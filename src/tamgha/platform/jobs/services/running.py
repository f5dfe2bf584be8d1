"""Doing a piece of work: from waiting to done, failed or stopped."""

import logging
import os
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from typing import Any

from django.db import OperationalError, connection, transaction
from django.utils import timezone
from django_tasks import task

from tamgha.platform.jobs.choices import State
from tamgha.platform.jobs.domain import Outcome, kind_of
from tamgha.platform.jobs.models import Job
from tamgha.platform.jobs.services.context import JobContext, StopRequestedError, TakenOverError
from tamgha.shared.errors import TamghaError
from tamgha.shared.words import Words

logger = logging.getLogger(__name__)

SIGN_EVERY = 10.0
"""Seconds between two signs of life of a worker."""

BROKE = Words(
    "Something broke on our side. It is written in the node's log under work {number}; tell it to "
    "whoever runs the node.",
    "Произошёл сбой на нашей стороне. Он записан в журнал узла под номером работы {number}; "
    "сообщите его тому, кто обслуживает узел.",
)


def worker_name() -> str:
    """Return who does the work here: host, process, thread."""
    return f"{socket.gethostname()[:60]}:{os.getpid()}:{threading.get_ident()}"


@task()
def run_job(job_id: int, attempt: int) -> None:
    """Do one piece of work, unless somebody stopped it or took it over in the meantime."""
    now = timezone.now()
    claimed = Job.objects.filter(pk=job_id, attempt=attempt, state=State.QUEUED).update(
        state=State.RUNNING, worker=worker_name(), started_at=now, heartbeat_at=now
    )
    if not claimed:
        return
    job = Job.objects.select_related("by", "administration").get(pk=job_id)
    with _signs_of_life(job):
        _finish(job, **_result_of(job))


def _result_of(job: Job) -> dict[str, Any]:
    """Call the function and turn whatever comes back into values of the record."""
    in_transaction = connection.in_atomic_block
    try:
        with transaction.atomic() if in_transaction else nullcontext():
            outcome = kind_of(job.kind).run(JobContext(job), **job.params)
    except StopRequestedError:
        return {"state": State.STOPPED}
    except TakenOverError:
        logger.warning("job %s was taken over from %s", job.pk, job.worker)
        return {}
    except TamghaError as error:
        return {"state": State.FAILED, "error": _kept(error.words)}
    except Exception:
        logger.exception("job %s (%s) broke", job.pk, job.kind)
        return {"state": State.FAILED, "error": _kept(BROKE.format(number=job.pk))}
    return {"state": State.DONE, "result": _result(outcome)}


def _finish(job: Job, **values: Any) -> None:
    if not values:
        return
    mine = Job.objects.filter(pk=job.pk, attempt=job.attempt, state=State.RUNNING)
    mine.update(finished_at=timezone.now(), **values)


def _result(outcome: Outcome | None) -> dict[str, Any]:
    if outcome is None:
        return {}
    return {
        "summary": _kept(outcome.summary),
        "address": outcome.address,
        "data": dict(outcome.data),
    }


def _kept(words: Words) -> dict[str, str]:
    return {"en": words.en, "ru": words.ru}


@contextmanager
def _signs_of_life(job: Job) -> Iterator[None]:
    """Sign every ten seconds while the work runs, also when the work itself says nothing.

    Work that is done at once, inside a call, needs no sign: who asked is waiting for it.
    """
    if not job.in_background:
        yield
        return
    done = threading.Event()
    signer = threading.Thread(
        target=_sign, args=(job.pk, job.attempt, done), name=f"job-{job.pk}-alive", daemon=True
    )
    signer.start()
    try:
        yield
    finally:
        done.set()
        signer.join(timeout=5)


def _sign(job_id: int, attempt: int, done: threading.Event) -> None:
    mine = Job.objects.filter(pk=job_id, attempt=attempt, state=State.RUNNING)
    try:
        while not done.wait(SIGN_EVERY):
            try:
                mine.update(heartbeat_at=timezone.now())
            except OperationalError:
                logger.info("job %s could not sign; the database is busy", job_id)
    finally:
        connection.close()
