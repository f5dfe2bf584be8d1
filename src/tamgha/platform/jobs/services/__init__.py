"""The acts on long work. ``from tamgha.platform.jobs import services as jobs``, then ``jobs.start``."""

from tamgha.platform.jobs.services.acts import (
    CannotResumeError,
    notice_lost,
    put_away,
    resume,
    start,
    stop,
)
from tamgha.platform.jobs.services.context import JobContext, StopRequestedError, TakenOverError

__all__ = [
    "CannotResumeError",
    "JobContext",
    "StopRequestedError",
    "TakenOverError",
    "notice_lost",
    "put_away",
    "resume",
    "start",
    "stop",
]
