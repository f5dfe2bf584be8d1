"""The acts on long work.

An area writes ``from tamgha.platform.jobs import services as jobs``; in its ``tasks`` module it
registers functions with ``@jobs.kind``, in its services it calls ``jobs.start``.
"""

from tamgha.platform.jobs.domain import Duty, Outcome, kind
from tamgha.platform.jobs.services.acts import (
    CannotResumeError,
    notice_lost,
    put_away,
    resume,
    start,
    stop,
)
from tamgha.platform.jobs.services.context import JobContext, StopRequestedError, TakenOverError
from tamgha.platform.jobs.services.duties import do_duty

__all__ = [
    "CannotResumeError",
    "Duty",
    "JobContext",
    "Outcome",
    "StopRequestedError",
    "TakenOverError",
    "do_duty",
    "kind",
    "notice_lost",
    "put_away",
    "resume",
    "start",
    "stop",
]
