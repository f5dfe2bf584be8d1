"""Pages of one's own work: what runs, what waits to be looked at, one piece of work."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from tamgha.platform.jobs import permissions, queries, services
from tamgha.platform.jobs.models import Job
from tamgha.platform.ui import notices
from tamgha.shared.errors import TamghaError

KEPT = 20


@require_GET
@login_required
@never_cache
def mine(request: HttpRequest) -> HttpResponse:
    """List what runs, what is finished and not put away, and the last that was."""
    context = {
        "running": [_seen(job) for job in queries.running_for(request.user)],
        "waiting": [_seen(job) for job in queries.waiting_for(request.user)],
        "old": list(queries.put_away_by(request.user)[:KEPT]),
    }
    return render(request, "jobs/mine.html", context)


@require_GET
@login_required
@never_cache
def job(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one piece of work; with script it keeps itself up to date."""
    found = get_object_or_404(permissions.visible_to(request.user), pk=pk)
    return render(request, "jobs/job.html", {"job": found, **_seen(found)})


@require_GET
@login_required
@never_cache
def part(request: HttpRequest, pk: int) -> HttpResponse:
    """Return the moving part alone, for the script that asks every two seconds."""
    found = get_object_or_404(permissions.visible_to(request.user), pk=pk)
    return render(request, "jobs/_work.html", {"job": found, **_seen(found)})


@require_POST
@login_required
def stop(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask the work to stop."""
    found = get_object_or_404(permissions.visible_to(request.user), pk=pk)
    services.stop(job=found, at=timezone.now())
    return _back(request, found)


@require_POST
@login_required
def resume(request: HttpRequest, pk: int) -> HttpResponse:
    """Take the work up again."""
    found = get_object_or_404(permissions.visible_to(request.user), pk=pk)
    try:
        services.resume(job=found, at=timezone.now())
    except TamghaError as error:
        notices.refused(request, error)
    else:
        notices.succeeded(request, _("The work goes on."))
    return _back(request, found)


@require_POST
@login_required
def put_away(request: HttpRequest, pk: int) -> HttpResponse:
    """Take finished work off the home, and go to its result when asked for it."""
    found = get_object_or_404(permissions.visible_to(request.user), pk=pk)
    services.put_away(job=found, at=timezone.now())
    if request.POST.get("open") and found.address:
        return redirect(found.address)
    return _back(request, found)


def _seen(found: Job) -> dict[str, object]:
    """Return what a template needs to know of a piece of work at this moment."""
    is_lost = found.is_lost()
    return {
        "job": found,
        "is_lost": is_lost,
        "is_stopping": bool(found.stop_requested_at) and not found.is_finished,
        "can_resume": is_lost or found.state in {"failed", "stopped"},
        "goes_on": queries.goes_on_where_it_stood(found),
    }


def _back(request: HttpRequest, found: Job) -> HttpResponse:
    wish = request.POST.get("next", "")
    if url_has_allowed_host_and_scheme(
        wish, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    ):
        return redirect(wish)
    return redirect("jobs:job", pk=found.pk)
