"""What waits for a person: one row of the card at the top of a home; and the work that runs."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from tamgha.platform.accounts import queries as accounts
from tamgha.platform.accounts.models import User
from tamgha.platform.files import queries as files
from tamgha.platform.jobs import queries as jobs
from tamgha.platform.jobs.models import Job
from tamgha.platform.ui import formats

SHOWN = 8
"""So many rows of a card; the rest stands on the page of its area."""


@dataclass(frozen=True, slots=True)
class Due:
    """One thing that waits for the reader.

    Parameters
    ----------
    icon : name of an icon
    title : what is to be done, in words
    facts : the detail, grey
    when : since when, or until when
    address, act : where it is done, and the words of the button
    """

    icon: str
    title: str
    facts: str
    when: str
    address: str
    act: str


def finished_work(user: User, *, besides: frozenset[int] = frozenset()) -> list[Due]:
    """Return the user's finished work that was not looked at, but what is told of elsewhere."""
    found = jobs.waiting_for(user).exclude(pk__in=besides)[:SHOWN]
    return [_of_job(job) for job in found]


def _of_job(job: Job) -> Due:
    return Due(
        icon="check" if job.state == "done" else "alert",
        title=job.title_text,
        facts=(job.error_text or job.get_state_display())
        if job.state != "done"
        else (job.summary_text or job.get_state_display()),
        when=formats.moment(job.finished_at) if job.finished_at else "",
        address=reverse("jobs:job", args=[job.pk]),
        act=_("See what came out"),
    )


def running_work(user: User) -> list[Job]:
    """Return the user's work that waits or runs."""
    return list(jobs.running_for(user)[:SHOWN])


def own_facts(user: User, *, at: datetime) -> dict[str, Any]:
    """Return what is the reader's own on every home: the way in, and files."""
    return {
        "has_second_factor": accounts.has_second_factor(user),
        "log_ins": accounts.open_log_ins(user, at=at).count(),
        "files": list(files.current_files(user)[:4]),
    }
