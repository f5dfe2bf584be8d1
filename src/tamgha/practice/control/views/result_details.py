"""Results in depth: one version of a profile, the scores, and who changes lanes."""

from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from tamgha.practice.control.forms.results import SPANS, Asked, read_scope
from tamgha.practice.control.gateways import desks
from tamgha.practice.control.queries.results import extent_of
from tamgha.practice.control.queries.results_officers import officers_of
from tamgha.practice.control.queries.results_profile import profile_of
from tamgha.practice.control.queries.results_score import score_of
from tamgha.practice.control.views.access import CRUMB, managers_only, readers_only, workplace_of
from tamgha.practice.control.views.results import RESULTS
from tamgha.practice.targeting.models import ProfileVersion
from tamgha.practice.targeting.permissions import profiles_visible_to


def _asked(request: HttpRequest) -> tuple[Asked, dict[str, Any], date]:
    """Return what the address asks for, what every page of these shows, and today."""
    own, _user = workplace_of(request)
    extent = extent_of(own)
    asked = read_scope(request.GET, own, extent)
    context = {
        "asked": asked,
        "extent": extent,
        "spans": SPANS,
        "place": own,
        "simulated": own.is_simulated,
    }
    return asked, context, timezone.now().astimezone(desks.zone_of(own)).date()


@readers_only
@require_GET
def profile(request: HttpRequest, code: str, number: int) -> HttpResponseBase:
    """Show what one version of a profile brought, and what it alone brought."""
    asked, context, today = _asked(request)
    version = get_object_or_404(
        ProfileVersion.objects.filter(profile__in=profiles_visible_to(request.user)),
        profile__code=code,
        number=number,
    )
    context |= {
        "version": version,
        "name": f"{code} v{number}",
        "crumbs": [CRUMB, RESULTS, (f"{code} v{number}", "")],
    }
    if asked.scope is not None:
        context["told"] = profile_of(asked.scope, (code, number), today=today)
    return render(request, "control/results/profile.html", context)


@readers_only
@require_GET
def score(request: HttpRequest) -> HttpResponseBase:
    """Show whether the scores of the model come true."""
    asked, context, today = _asked(request)
    context["crumbs"] = [CRUMB, RESULTS, (_("Model scores"), "")]
    if asked.scope is not None:
        context["told"] = score_of(asked.scope, today=today)
    return render(request, "control/results/score.html", context)


@managers_only
@require_GET
def officers(request: HttpRequest) -> HttpResponseBase:
    """Show who changes lanes how often; to approvers, who answer for it."""
    asked, context, today = _asked(request)
    context["crumbs"] = [CRUMB, RESULTS, (_("Changed lanes"), "")]
    if asked.scope is not None:
        context["told"] = officers_of(asked.scope, today=today)
    return render(request, "control/results/officers.html", context)


urlpatterns: list[URLPattern] = [
    path("results/profiles/<str:code>/<int:number>/", profile, name="result-profile"),
    path("results/scores/", score, name="result-scores"),
    path("results/officers/", officers, name="result-officers"),
]
