"""Alerts on results: the list, one alert, seen, dealt with."""

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.views.decorators.http import require_GET, require_POST

from tamgha.platform.tables.columns import Choice, Column, Empty
from tamgha.platform.tables.lists import RowList
from tamgha.platform.ui import notices
from tamgha.practice.control import permissions
from tamgha.practice.control.models import ResultAlert
from tamgha.practice.control.queries.results_alerts import place_of, subject_of, told
from tamgha.practice.control.services import alerting
from tamgha.practice.control.views.access import CRUMB, person_of, readers_only, said
from tamgha.practice.control.views.results import RESULTS
from tamgha.shared.errors import TamghaError

ALERTS = (lazy("Alerts"), "/risk/results/alerts/")


@method_decorator(readers_only, name="dispatch")
class AlertList(RowList):
    """Alerts of the administration, the newest first."""

    name = "alerts"
    heading = lazy("Alerts")
    search_fields = ("subject",)
    search_label = lazy("Profile, office or indicator")
    default_sort = "-raised"
    columns = (
        Column(
            "subject",
            lazy("What it is about"),
            value=lambda row: subject_of(row, get_language() or "en"),
            link=lambda row: reverse("control:alert", args=[row.pk]),
            detail=lambda row: told(row, get_language() or "en"),
            optional=False,
        ),
        Column("kind", lazy("Alert"), value="get_kind_display"),
        Column("state", lazy("State"), template="control/results/alert_state.html"),
        Column(
            "who",
            lazy("Person"),
            value=lambda row: (
                (row.done_by or row.seen_by).full_name if row.done_by or row.seen_by else ""
            ),
        ),
        Column("raised", lazy("Raised"), value="raised_at", kind="time", sort="raised_at"),
    )
    filters = (
        Choice("state", lazy("State"), ResultAlert.State.choices, chips=True),
        Choice("kind", lazy("Alert"), ResultAlert.Kind.choices),
    )
    empty = Empty(
        lazy("No alert"),
        lazy(
            "Alerts stand here when a profile wears out or is about to expire, results of a post are "
            "missing, a plan is overdrawn, or the trade has changed."
        ),
    )

    def queryset_for(self, request: HttpRequest) -> QuerySet[ResultAlert]:
        """Return the alerts that the reader may see."""
        return permissions.alerts_visible_to(request.user).select_related("seen_by", "done_by")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add crumbs."""
        place = self.request.user.administration if self.request.user.is_authenticated else None
        extra = {
            "crumbs": [CRUMB, RESULTS, (_("Alerts"), "")],
            "facts": _("What the watching of results saw, and who dealt with it"),
            "simulated": bool(place and place.is_simulated),
        }
        return super().get_context_data(**kwargs) | extra


@readers_only
@require_GET
def alert(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Show an alert, where to look, and what was made of it."""
    row = get_object_or_404(
        permissions.alerts_visible_to(request.user).select_related(
            "seen_by", "done_by", "administration"
        ),
        pk=pk,
    )
    subject = subject_of(row, get_language() or "en")
    context = {
        "row": row,
        "subject": subject,
        "simulated": row.administration.is_simulated,
        "words": told(row, get_language() or "en"),
        "address": place_of(row),
        "crumbs": [CRUMB, RESULTS, ALERTS, (subject, "")],
    }
    return render(request, "control/results/alert.html", context)


@readers_only
@require_POST
def alert_state(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Mark an alert as seen, or close it with what was done."""
    row = get_object_or_404(permissions.alerts_visible_to(request.user), pk=pk)
    user, now = person_of(request), timezone.now()
    try:
        if request.POST.get("state") == "done":
            remark = request.POST.get("remark", "")
            alerting.deal_with(alert=row, remark=remark, by=user, at=now)
            notices.succeeded(request, _("The alert is dealt with."))
        else:
            alerting.mark_seen(alert=row, by=user, at=now)
            notices.succeeded(request, _("Marked as seen, with your name."))
    except TamghaError as refusal:
        notices.refused(request, said(refusal))
    return redirect("control:alert", pk=pk)


urlpatterns: list[URLPattern] = [
    path("results/alerts/", AlertList.as_view(), name="alerts"),
    path("results/alerts/<int:pk>/", alert, name="alert"),
    path("results/alerts/<int:pk>/state", alert_state, name="alert-state"),
]
