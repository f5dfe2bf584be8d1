"""What a node measures of itself when it is asked: the gauges beside the counters of requests.

Each is one cheap query. An area that has something to be watched adds a function to `MEASURES`:
it returns families of few samples, with labels that are words of the program, never of people.
"""

import json
import shutil
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from importlib import metadata
from pathlib import Path

from django.conf import settings
from django.db import connection
from django.db.models import Count, Min
from django.utils import timezone

from tamgha.platform.accounts.models import Attempt
from tamgha.platform.jobs.choices import State
from tamgha.platform.jobs.models import LOST_AFTER, DutyRun, Job
from tamgha.platform.journal.models import Entry
from tamgha.platform.journal.queries import last_sealed_number
from tamgha.site.metrics import Family, Sample, gauge
from tamgha.site.middleware import request_families

LAST_BACKUP = "backup.json"
"""File in the folder "run" of the home that tells of the last backup."""

Measure = Callable[[datetime], Iterable[Family]]


def oldest_waiting_seconds(at: datetime) -> float:
    """Return how long the oldest long work has waited, 0 when none waits."""
    waiting = Job.objects.filter(state=State.QUEUED, in_background=True)
    since: datetime | None = waiting.aggregate(since=Min("queued_at"))["since"]
    return max(0.0, (at - since).total_seconds()) if since else 0.0


def is_worker_at_work(at: datetime) -> bool:
    """Return whether some worker has signed lately that it is doing long work."""
    return Job.objects.filter(state=State.RUNNING, heartbeat_at__gte=at - LOST_AFTER).exists()


def database_bytes() -> int:
    """Return how large the database is; with SQLite without the log that is yet to be merged."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SELECT pg_database_size(current_database())")
            return int(cursor.fetchone()[0])
        cursor.execute("SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size()")
        return int(cursor.fetchone()[0])


def free_bytes() -> int:
    """Return how many bytes are free where the home lies."""
    home = Path(settings.TAMGHA_HOME)
    home.mkdir(parents=True, exist_ok=True)
    return shutil.disk_usage(home).free


def last_backup_at() -> datetime | None:
    """Return when the last backup was whole, None when none was made from this home."""
    path = Path(settings.TAMGHA_HOME) / "run" / LAST_BACKUP
    try:
        return datetime.fromisoformat(json.loads(path.read_text(encoding="utf-8"))["at"])
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _node(_at: datetime) -> list[Family]:
    version = metadata.version("tamgha")
    return [
        gauge(
            "tamgha_node",
            "What this node is; always 1.",
            1,
            version=version,
            kind=str(settings.TAMGHA_NODE),
            database=connection.vendor,
        )
    ]


def _jobs(at: datetime) -> list[Family]:
    rows = Job.objects.exclude(state__in=[State.DONE, State.STOPPED]).values_list("state")
    counted = dict(rows.annotate(number=Count("pk")).order_by("state"))
    names = {State.QUEUED: "waiting", State.RUNNING: "running", State.FAILED: "failed"}
    samples = [Sample(counted.get(state, 0), (("state", name),)) for state, name in names.items()]
    return [
        Family("tamgha_jobs", "gauge", "Pieces of long work by where they stand.", samples),
        gauge(
            "tamgha_jobs_oldest_waiting_seconds",
            "How long the oldest long work has waited.",
            oldest_waiting_seconds(at),
        ),
    ]


def _storage(_at: datetime) -> list[Family]:
    return [
        gauge("tamgha_database_bytes", "Size of the database.", database_bytes()),
        gauge("tamgha_disk_free_bytes", "Free space where the home lies.", free_bytes()),
    ]


def _sign_ins(at: datetime) -> list[Family]:
    failed = Attempt.objects.filter(at__gte=at - timedelta(hours=1)).count()
    meaning = "Tries to sign in that did not succeed, of the last hour."
    return [gauge("tamgha_failed_log_ins_last_hour", meaning, failed)]


def _backups(_at: datetime) -> list[Family]:
    last = last_backup_at()
    meaning = "When the last backup was whole, in seconds since 1970; 0 when none was made."
    return [gauge("tamgha_last_backup_seconds", meaning, last.timestamp() if last else 0)]


def _journal(at: datetime) -> list[Family]:
    tail = Entry.objects.filter(pk__gt=last_sealed_number()).aggregate(
        number=Count("pk"), since=Min("at")
    )
    waits = max(0.0, (at - tail["since"]).total_seconds()) if tail["since"] else 0
    return [
        gauge("tamgha_journal_unsealed", "Entries of the journal not sealed yet.", tail["number"]),
        gauge("tamgha_journal_unsealed_seconds", "How long the oldest of them has waited.", waits),
    ]


def _duties(_at: datetime) -> list[Family]:
    runs = list(DutyRun.objects.order_by("name"))

    def samples(of: Callable[[DutyRun], float]) -> list[Sample]:
        return [Sample(of(run), (("duty", run.name),)) for run in runs]

    return [
        Family(
            "tamgha_duty_runs_total",
            "counter",
            "How often what the node does by the clock was done or tried.",
            samples(lambda run: run.times),
        ),
        Family(
            "tamgha_duty_failures_total",
            "counter",
            "How often it failed.",
            samples(lambda run: run.failures),
        ),
        Family(
            "tamgha_duty_done_seconds",
            "gauge",
            "When it was last done without failing, in seconds since 1970; 0 when never.",
            samples(lambda run: run.done_at.timestamp() if run.done_at else 0),
        ),
    ]


def _requests(_at: datetime) -> list[Family]:
    return request_families()


MEASURES: tuple[Measure, ...] = (
    _node,
    _jobs,
    _duties,
    _journal,
    _storage,
    _sign_ins,
    _backups,
    _requests,
)


def all_families() -> list[Family]:
    """Return everything that is measured, now."""
    now = timezone.now()
    return [family for measure in MEASURES for family in measure(now)]
