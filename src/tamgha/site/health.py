"""Is the node alive, can it do its work, and its numbers: three addresses for programs.

``/healthz`` answers as long as the process does. ``/readyz`` looks at what the node stands on; a
stranger learns yes or no, who may read the metrics learns why. ``/metrics`` is for Prometheus.
"""

import contextlib
import hmac
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from typing import Final, Literal

from django.conf import settings
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from tamgha.platform.jobs.models import DutyRun
from tamgha.shared.words import Words
from tamgha.site import housekeeping, measures, metrics

State = Literal["ok", "warning", "fault"]

FULL: Final = 64 * 1024 * 1024
"""Free bytes below which nothing can be stored safely."""

NEARLY_FULL: Final = 1024 * 1024 * 1024
WAITS_TOO_LONG: Final = timedelta(minutes=5)
DUTY_IS_LATE: Final = timedelta(minutes=10)
"""How far beyond three of its periods a duty may lie back before somebody should look."""

LOOKS_EVERY = 1.0
"""Seconds for which an answer is kept: strangers may ask, and must cost nothing."""

FORWARDED: Final = ("X-Forwarded-For", "X-Forwarded-Host", "X-Real-IP", "Forwarded", "Via")
"""What a server in front adds; with any of them the caller is not who sits at the machine."""


@dataclass(frozen=True, slots=True)
class Check:
    """What was looked at and how it stands. A fault means not ready; a warning wants a person."""

    name: str
    state: State
    said: Words


GOOD = Words("in order", "в порядке")


def look() -> list[Check]:
    """Look at everything the node stands on. Without a database the rest is not looked at."""
    database = _guarded("database", _database)
    if database.state == "fault":
        return [database, _guarded("folders", _folders)]
    now = timezone.now()
    return [
        database,
        _guarded("migrations", _migrations),
        _guarded("folders", _folders),
        _guarded("disk", _disk),
        _guarded("worker", lambda: _worker(now)),
        _guarded("duties", lambda: _duties(now)),
    ]


def is_ready(checks: list[Check]) -> bool:
    """Return whether the node can do its work."""
    return all(check.state != "fault" for check in checks)


def may_read_metrics(request: HttpRequest) -> bool:
    """Return whether the caller may read what the node measures.

    With a token in the settings: who sends it as ``Authorization: Bearer …``. Without one: who
    calls from the machine itself, past any server in front. Behind HTTPS there is always such a
    server, and every call seems to come from the machine; there only a token opens.
    """
    token = str(settings.TAMGHA_METRICS_TOKEN)
    if token:
        scheme, _space, given = request.headers.get("Authorization", "").partition(" ")
        same = hmac.compare_digest(given.strip().encode(), token.encode())
        return scheme.lower() == "bearer" and same
    if settings.TAMGHA_HTTPS or any(name in request.headers for name in FORWARDED):
        return False
    with contextlib.suppress(ValueError):
        return ip_address(str(request.META.get("REMOTE_ADDR", ""))).is_loopback
    return False


@require_safe
@never_cache
def alive(request: HttpRequest) -> HttpResponse:
    """Answer, and nothing else: no database, no session."""
    return HttpResponse("alive\n", content_type="text/plain; charset=utf-8")


@require_safe
@never_cache
def ready(request: HttpRequest) -> HttpResponse:
    """Say whether the node can do its work: 200 or 503."""
    checks, duties = _lately()
    told: dict[str, object] = {"ready": is_ready(checks)}
    if may_read_metrics(request):
        told["checks"] = [
            {"name": one.name, "state": one.state, "said": one.said.en} for one in checks
        ]
        told["duties"] = duties
    return JsonResponse(told, status=200 if is_ready(checks) else 503)


@require_safe
@never_cache
def read_metrics(request: HttpRequest) -> HttpResponse:
    """Give the numbers of the node to who may read them."""
    if not may_read_metrics(request):
        return HttpResponse(
            "refused: see TAMGHA_METRICS_TOKEN\n", status=403, content_type="text/plain"
        )
    body = metrics.exposition(measures.all_families())
    return HttpResponse(body, content_type=metrics.CONTENT_TYPE)


_kept: list[tuple[float, list[Check], list[dict[str, object]]]] = []


def _lately() -> tuple[list[Check], list[dict[str, object]]]:
    """Return the checks of the last second and what the duties did, or look anew."""
    now = time.monotonic()
    if _kept and now - _kept[0][0] < LOOKS_EVERY:
        return _kept[0][1:]
    checks = look()
    duties = _last_times() if checks[0].state != "fault" else []
    _kept[:] = [(now, checks, duties)]
    return checks, duties


def _guarded(name: str, check: Callable[[], tuple[State, Words]]) -> Check:
    try:
        state, said = check()
    except (DatabaseError, OSError) as fault:
        kind = type(fault).__name__
        state, said = "fault", Words(f"does not answer ({kind})", f"не отвечает ({kind})")
    return Check(name, state, said)


def _database() -> tuple[State, Words]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
        cursor.fetchone()
    return "ok", GOOD


_migrated: set[str] = set()


def _migrations() -> tuple[State, Words]:
    name = str(connection.settings_dict["NAME"])
    if name in _migrated:  # what is applied stays applied
        return "ok", GOOD
    executor = MigrationExecutor(connection)
    lacking = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if not lacking:
        _migrated.add(name)
        return "ok", GOOD
    return "fault", Words(
        f"{len(lacking)} migrations are not applied; run tamgha manage migrate",
        f"не применено миграций: {len(lacking)}; выполните tamgha manage migrate",
    )


def _folders() -> tuple[State, Words]:
    for folder in (settings.TAMGHA_FILES, settings.TAMGHA_SETS):
        probe = Path(folder) / f".tmp-{uuid.uuid4().hex}"
        probe.parent.mkdir(parents=True, exist_ok=True)
        try:
            probe.write_bytes(b"1")
        finally:
            probe.unlink(missing_ok=True)
    return "ok", GOOD


def _disk() -> tuple[State, Words]:
    free = measures.free_bytes()
    megabytes = free // 1_000_000
    said = Words(f"{megabytes} MB are free", f"свободно {megabytes} МБ")
    if free < FULL:
        return "fault", said
    return ("warning" if free < NEARLY_FULL else "ok"), said


def _worker(now: datetime) -> tuple[State, Words]:
    waits = measures.oldest_waiting_seconds(now)
    if waits < WAITS_TOO_LONG.total_seconds() or measures.is_worker_at_work(now):
        return "ok", GOOD
    minutes = int(waits // 60)
    return "warning", Words(
        f"work has waited for {minutes} minutes, and no worker is doing any; see TAMGHA_WORKER",
        f"работа ждёт {minutes} мин, и ни один исполнитель не занят; см. TAMGHA_WORKER",
    )


def _duties(now: datetime) -> tuple[State, Words]:
    last = {run.name: run for run in DutyRun.objects.all()}
    if not last:
        return "ok", Words("none was due yet", "пока ничего не выполнялось")
    wrong = [
        duty.title
        for duty in housekeeping.DUTIES
        if (run := last.get(duty.name)) is not None
        and (run.fault or now - (run.done_at or run.begun_at) > 3 * duty.every + DUTY_IS_LATE)
    ]
    if not wrong:
        return "ok", GOOD
    return "warning", Words(
        f"failed or late, see the node's log: {'; '.join(title.en for title in wrong)}",
        f"с ошибкой или с опозданием, см. журнал узла: {'; '.join(title.ru for title in wrong)}",
    )


def _last_times() -> list[dict[str, object]]:
    """Return when each duty was last done, and how it went the last time."""
    return [
        {
            "name": run.name,
            "begun": run.begun_at.isoformat(),
            "done": run.done_at.isoformat() if run.done_at else None,
            "fault": run.fault,
            "by": run.worker,
        }
        for run in DutyRun.objects.order_by("name")
    ]
