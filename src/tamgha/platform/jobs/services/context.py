"""What the function that does the work holds in its hand."""

import time
from collections.abc import Mapping
from typing import Any

from django.utils import timezone

from tamgha.platform.accounts.models import Administration, User
from tamgha.platform.jobs.choices import State
from tamgha.platform.jobs.models import Job
from tamgha.shared.words import Words

SAY_EVERY = 0.5
"""Seconds between two writes of progress; calls in between cost nothing."""


class StopRequestedError(Exception):
    """The person asked to stop. Let it rise: what is half done is the function's to undo."""


class TakenOverError(Exception):
    """Another worker does this work now (this one was taken for dead). Let it rise."""


class JobContext:
    """The way back from the work to its record: progress, stop, checkpoint.

    Inside a database transaction of the work nobody else sees its progress: keep transactions short.
    """

    def __init__(self, job: Job) -> None:
        self._attempt = job.attempt
        self._last_said = 0.0
        self.job_id: int = job.pk
        self.by: User = job.by
        self.administration: Administration | None = job.administration
        self.checkpoint: dict[str, Any] = dict(job.checkpoint)

    def progress(self, done: int, total: int | None = None, message: Words | None = None) -> None:
        """Say how far the work is. Call it as often as you like.

        Raises StopRequestedError when the person asked to stop, TakenOverError when another worker
        took the work over.
        """
        last = total is not None and done >= total
        if not last and time.monotonic() - self._last_said < SAY_EVERY:
            return
        said: dict[str, Any] = {"done": done, "heartbeat_at": timezone.now()}
        if total is not None:
            said["total"] = total
        if message is not None:
            said["message"] = {"en": message.en, "ru": message.ru}
        self._write(said)
        self._last_said = time.monotonic()

    def keep(self, checkpoint: Mapping[str, Any]) -> None:
        """Keep where the work stands; whoever resumes it finds this in ``checkpoint``.

        What it names must be on the disk already: a checkpoint is a promise.
        Raises what `progress` raises.
        """
        self.checkpoint = dict(checkpoint)
        self._write({"checkpoint": self.checkpoint, "heartbeat_at": timezone.now()})

    def _write(self, values: dict[str, Any]) -> None:
        mine = Job.objects.filter(pk=self.job_id, attempt=self._attempt, state=State.RUNNING)
        if not mine.update(**values):
            raise TakenOverError(f"job {self.job_id}, attempt {self._attempt}")
        if mine.filter(stop_requested_at__isnull=False).exists():
            raise StopRequestedError(f"job {self.job_id}")
