"""Decisions for analysts and approvers: the list, and one with hits, draws and probability."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.views.decorators.http import require_GET, require_POST

from tamgha.platform.tables.columns import Between, Choice, Column, Empty
from tamgha.platform.tables.lists import RowList
from tamgha.platform.tables.sources import RowSource
from tamgha.platform.ui import notices
from tamgha.practice.control import permissions
from tamgha.practice.control.choices import DecisionState, Direction, Lane
from tamgha.practice.control.forms.decisions import RerouteForm
from tamgha.practice.control.models import Decision, InspectionAct
from tamgha.practice.control.queries import replaying
from tamgha.practice.control.queries.decisions import DecisionSource, Told, told_of
from tamgha.practice.control.services import following
from tamgha.practice.control.views.access import (
    CRUMB,
    person_of,
    readers_only,
    reroute_people_only,
    said,
    workplace_of,
)
from tamgha.practice.targeting.permissions import profiles_visible_to
from tamgha.shared.errors import TamghaError

DECISIONS = (lazy("Decisions"), "/risk/decisions/")
WAYS = [
    ("criteria", lazy("profiles")),
    ("max_hits", lazy("maximum hits")),
    ("random", lazy("random draw")),
    ("topup", lazy("top-up")),
    ("mandatory", lazy("always selected")),
    ("score", lazy("score")),
    ("explore", lazy("exploration")),
    ("none", lazy("not selected")),
]
WAY_LABELS = dict(WAYS)


def _profiles(request: HttpRequest) -> list[tuple[str, str]]:
    codes = profiles_visible_to(request.user).order_by("code").values_list("code", "name")
    return [(code, f"{code} {name}") for code, name in codes[:500]]


@method_decorator(readers_only, name="dispatch")
class DecisionList(RowList):
    """Every decision of the administration, the latest first."""

    template_name = "control/decisions/list.html"
    name = "decisions"
    search_label = lazy("Beginning of a declaration number or an importer")
    default_sort = "-decided"
    columns = (
        Column(
            "declaration",
            lazy("Declaration"),
            link=lambda row: reverse("control:decision", args=[row.pk]),
            detail=lambda row: row.importer,
            optional=False,
        ),
        Column(
            "lane",
            lazy("Lane"),
            value="get_lane_now_display",
            template="control/decisions/lane.html",
            alike=lambda row: (row.lane_now, row.lane, row.way, row.state),
        ),
        Column("way", lazy("Chosen by"), value=lambda row: WAY_LABELS.get(row.way, row.way)),
        Column("office", lazy("Office"), detail=lambda row: row.get_direction_display()),
        Column("hits", lazy("Profiles that hit"), kind="number"),
        Column("items", lazy("Items"), kind="number", hidden=True),
        Column(
            "inclusion",
            lazy("Probability"),
            kind="number",
            template="control/decisions/chance.html",
            alike=lambda row: row.inclusion,
        ),
        Column("score", lazy("Score"), kind="number", hidden=True),
        Column("decided", lazy("Decided"), value="decided_at", kind="time", sort="decided_at"),
    )
    filters = (
        Choice("lane", lazy("Lane"), Lane.choices, field="lane_now"),
        Choice("way", lazy("Chosen by"), WAYS),
        Choice("state", lazy("State"), DecisionState.choices),
        Choice("direction", lazy("Direction"), Direction.choices),
        Choice("profile", lazy("Profile"), _profiles),
        Between("day", lazy("Day"), kind="date"),
    )
    empty = Empty(
        lazy("No decision yet"),
        lazy(
            "Decisions stand here once a customs system asks for the lane of a declaration, or a file "
            "is dropped in."
        ),
    )

    def source_for(self, request: HttpRequest) -> RowSource:
        """Return the decisions without what only their own pages show."""
        visible = permissions.decisions_visible_to(request.user)
        return DecisionSource(
            visible.defer("body", "record", "task_en", "task_ru"),
            columns=self.columns,
            filters=self.filters,
        )

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add crumbs and what the reader may do."""
        extra = {
            "crumbs": [CRUMB, (_("Decisions"), "")],
            "may_write": permissions.can_write(self.request.user),
            "simulated": workplace_of(self.request)[0].is_simulated,
        }
        return super().get_context_data(**kwargs) | extra


@readers_only
@require_GET
def decision(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Show a decision: hits with their reasons, draws, probability, what happened after."""
    row = get_object_or_404(
        permissions.decisions_visible_to(request.user).select_related(
            "administration", "plan_version__plan", "system", "first", "drop"
        ),
        pk=pk,
    )
    language = get_language() or "en"
    again = None
    if request.GET.get("again") and row.state != DecisionState.WAITING:
        again = replaying.replay(row)
    told = told_of(row, language)
    columns = ("hs", "origin", "goods", "net_mass_kg", "item_price", "currency")
    context = {
        "row": row,
        "told": told,
        "chances": _chances(told),
        "way": WAY_LABELS.get(row.way, row.way),
        "items": [
            [one.get("item"), *(one.get(name, "") for name in columns)] for one in told.items
        ],
        "events": list(row.events.select_related("by").order_by("at", "pk")),
        "amendments": list(row.amendments.order_by("version").defer("body", "record")),
        "act": InspectionAct.objects.filter(decision=row)
        .select_related("examiner__person")
        .first(),
        "again": again,
        "faults": [fault.text(language) for fault in again.faults] if again else [],
        "form": RerouteForm(initial={"lane": row.lane_now})
        if permissions.can_reroute(request.user) and row.state == DecisionState.DECIDED
        else None,
        "simulated": row.administration.is_simulated,
        "crumbs": [CRUMB, DECISIONS, (row.declaration, "")],
    }
    return render(request, "control/decisions/decision.html", context)


def _chances(told: Told) -> dict[str, float]:
    """Return the chance of each lane; what is left of one is the release."""
    chances = {lane: chance for lane, _text, chance in told.chances}
    return chances | {"green": max(0.0, 1.0 - sum(chances.values()))} if chances else {}


@reroute_people_only
@require_POST
def reroute(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Change the lane of a declaration, with a reason."""
    user = person_of(request)
    own = user.administration
    if own is None:
        raise PermissionDenied
    row = get_object_or_404(Decision.objects.filter(administration=own), pk=pk)
    form = RerouteForm(request.POST)
    if not form.is_valid():
        notices.refused(request, _("A reason and another lane were expected. Nothing was changed."))
        return _own_page(request, pk)
    try:
        following.reroute(
            decision=row,
            lane=form.cleaned_data["lane"],
            reason=form.cleaned_data["reason"],
            by=user,
            at=timezone.now(),
        )
    except TamghaError as refusal:
        notices.refused(request, said(refusal))
    else:
        notices.succeeded(
            request, _("The lane is changed. The system's own decision stays as it was.")
        )
    return _own_page(request, pk)


def _own_page(request: HttpRequest, pk: int) -> HttpResponseBase:
    if permissions.can_read(request.user):
        return redirect("control:decision", pk=pk)
    act = InspectionAct.objects.filter(decision=pk).first()
    return redirect("control:act", pk=act.pk) if act else redirect("control:acts")


urlpatterns: list[URLPattern] = [
    path("decisions/", DecisionList.as_view(), name="decisions"),
    path("decisions/<int:pk>/", decision, name="decision"),
    path("decisions/<int:pk>/lane", reroute, name="decision-lane"),
]
