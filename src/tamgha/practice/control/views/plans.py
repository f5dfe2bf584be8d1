"""Plans of offices: the list, one plan with its preview, the form, the moves."""

from datetime import date
from typing import Any

from django.db.models import OuterRef, Subquery
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
from tamgha.practice.control.choices import Direction, Mode, PlanState
from tamgha.practice.control.domain.life import PLAN
from tamgha.practice.control.domain.terms import PlanTerms
from tamgha.practice.control.forms.plans import PlaceForm, PlanForm
from tamgha.practice.control.models import OfficePlan, PlanVersion
from tamgha.practice.control.queries import plans as queries
from tamgha.practice.control.services import plans as services
from tamgha.practice.control.views.access import (
    CRUMB,
    readers_only,
    said,
    workplace_of,
    writers_only,
)
from tamgha.practice.targeting.models import DeclarationSet
from tamgha.practice.targeting.permissions import sets_visible_to
from tamgha.shared.errors import RefusedError, TamghaError
from tamgha.shared.lifecycle import Step, possible_moves
from tamgha.shared.shares import Share

PLANS = (lazy("Plans of offices"), "/risk/plans/")


@method_decorator(readers_only, name="dispatch")
class PlanList(RowList):
    """The plans of the administration."""

    template_name = "control/plans/list.html"
    name = "plans"
    search_fields = ("office",)
    search_label = lazy("Office")
    default_sort = "office"
    columns = (
        Column(
            "office",
            lazy("Office"),
            value=lambda row: row.office or _("every other office"),
            sort="office",
            link=lambda row: reverse("control:plan", args=[row.pk]),
            optional=False,
        ),
        Column("direction", lazy("Direction"), value="get_direction_display"),
        Column("mode", lazy("Mode"), value=lambda row: _label(Mode, row.mode)),
        Column("state", lazy("Newest version"), value=lambda row: _label(PlanState, row.state)),
        Column("latest", lazy("Version"), kind="number", sort="latest"),
        Column("since", lazy("In force since"), kind="time"),
    )
    filters = (Choice("direction", lazy("Direction"), Direction.choices),)
    empty = Empty(
        lazy("No plan yet"),
        lazy(
            "A plan says how many declarations of an office go to which lane, and how chance works."
        ),
        lazy("Write the first plan"),
        "/risk/plans/new",
    )

    def queryset_for(self, request: HttpRequest) -> Any:
        """Return the plans with their newest version, in one query."""
        versions = PlanVersion.objects.filter(plan=OuterRef("pk")).order_by("-number")
        live = versions.filter(state=PlanState.PUBLISHED)
        return permissions.plans_visible_to(request.user).annotate(
            mode=Subquery(versions.values("mode")[:1]),
            state=Subquery(versions.values("state")[:1]),
            since=Subquery(live.values("published_at")[:1]),
        )

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add crumbs and what the reader may do."""
        extra = {
            "crumbs": [CRUMB, (_("Plans of offices"), "")],
            "may_write": permissions.can_write(self.request.user),
            "simulated": workplace_of(self.request)[0].is_simulated,
        }
        return super().get_context_data(**kwargs) | extra


def _label(choices: Any, value: str | None) -> str:
    return str(choices(value).label) if value else ""


def _sets(request: HttpRequest) -> list[DeclarationSet]:
    return list(sets_visible_to(request.user).order_by("-changed_at")[:20])


@readers_only
@require_GET
def plan_page(request: HttpRequest, pk: int, number: int = 0) -> HttpResponseBase:
    """Show a version of a plan: its terms, what it would have done, what was done to it."""
    own, user = workplace_of(request)
    plan = get_object_or_404(permissions.plans_visible_to(request.user), pk=pk)
    versions = list(plan.versions.select_related("made_by").order_by("-number"))
    version = get_object_or_404(
        plan.versions.select_related("made_by"), number=number or plan.latest
    )
    steps = list(version.steps.select_related("by").order_by("pk"))
    past = [Step(step.move, step.by_id) for step in steps]
    moves = possible_moves(
        PLAN,
        version.state,
        services.actor_of(user, own),
        past=past,
        four_eyes=own.four_eyes,
    )
    terms = PlanTerms.of(version)
    sets = _sets(request)
    preview = queries.from_kept(version.preview)
    tried_now = preview is None and bool(sets)
    if tried_now:
        preview = queries.preview_of(
            own, terms, office=plan.office, direction=plan.direction, row=sets[0]
        )
    context = {
        "plan": plan,
        "version": version,
        "versions": versions,
        "steps": [(_step_words(step.move), step) for step in steps],
        "moves": moves,
        "facts": _facts(version, get_language() or "en"),
        "warnings": [words.text(get_language() or "en") for words in terms.warnings],
        "preview": preview,
        "tried_now": tried_now,
        "lanes": {lane: preview.lanes.get(lane, 0) for lane in ("red", "yellow", "blue", "green")}
        if preview
        else {},
        "ways": _ways(preview),
        "first": date.fromisoformat(preview.first) if preview else None,
        "last": date.fromisoformat(preview.last) if preview else None,
        "sets": sets,
        "simulated": preview.simulated if preview else False,
        "may_write": permissions.can_write(request.user),
        "crumbs": [CRUMB, PLANS, (str(plan), "")],
    }
    return render(request, "control/plans/plan.html", context)


_WAYS = (
    ("mandatory", lazy("Always selected")),
    ("criteria", lazy("By profiles")),
    ("max_hits", lazy("By the maximum of hits")),
    ("random", lazy("By the draw")),
    ("topup", lazy("By top-up")),
    ("score", lazy("By score")),
    ("explore", lazy("By exploration")),
)


def _ways(preview: queries.Preview | None) -> list[tuple[str, int, float]]:
    """Return by which ways declarations were chosen: label, how many, share of the most."""
    counts = preview.ways if preview else {}
    most = max((counts.get(name, 0) for name, _label in _WAYS), default=0)
    return [
        (str(label), counts[name], counts[name] / most) for name, label in _WAYS if counts.get(name)
    ]


def _step_words(move: str) -> str:
    words = {
        "make": _("written"),
        "submit": _("submitted"),
        "approve": _("approved and put in force"),
        "return": _("returned to draft"),
        "withdraw": _("withdrawn"),
        "retire": _("taken out of force"),
    }
    return words.get(move, move)


def _percent(points: int) -> str:
    return f"{Share(points).percent_text}\N{NO-BREAK SPACE}%"


def _facts(version: PlanVersion, language: str) -> list[tuple[str, str]]:
    """Return the terms of a version as label and value, those that its mode uses."""
    if version.mode == Mode.CAPACITY:
        hours = version.capacity * version.planned_minutes / 60
        found = [
            (_("Examinations a day"), f"{version.capacity}"),
            (_("Of them by chance"), f"{version.random_examinations}"),
            (_("Hours of examination a day"), f"{hours:g}"),
            (_("Who is not chosen at once"), str(version.get_rule_display())),
            (_("Length of a lot, minutes"), f"{version.lot_minutes}"),
            (_("Exploration, % of what is free"), _percent(version.exploration)),
            (_("Profiles that always select"), ", ".join(version.mandatory) or "–"),
            (_("Arrivals are scored by"), _scored_by(version)),
        ]
    else:
        found = [
            (_("Maximum hits"), "–" if version.maximum_hits is None else f"{version.maximum_hits}"),
            (_("The draw may lift a lane"), _("yes") if version.random_lifts else _("no")),
            (_("Rates are counted by"), str(version.get_period_display())),
        ]
    task = version.task_ru if language.startswith("ru") else version.task_en
    days = version.yellow_to_blue_days
    return [
        *found,
        (_("Release is held, minutes"), f"{version.green_delay_minutes}"),
        (_("Documents become later audit after, days"), "–" if days is None else f"{days}"),
        (_("One examination takes, minutes"), f"{version.planned_minutes}"),
        (_("General task"), task),
    ]


def _scored_by(version: PlanVersion) -> str:
    if version.score_model is None:
        return _("the profiles that hit")
    return _("model %(number)d") % {"number": version.score_model}


@writers_only
def plan_new(request: HttpRequest) -> HttpResponseBase:
    """Choose the office and the direction of a new plan."""
    form = PlaceForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        office, direction = form.cleaned_data["office"].strip(), form.cleaned_data["direction"]
        found = permissions.plans_visible_to(request.user).filter(
            office=office, direction=direction
        )
        known = found.first()
        if known is not None:
            notices.warned(request, _("There is a plan for this office already: here it is."))
            return redirect("control:plan", pk=known.pk)
        request.session["plan_place"] = [office, direction]
        return redirect("control:plan-write")
    context = {
        "form": form,
        "crumbs": [CRUMB, PLANS, (_("New plan"), "")],
    }
    return render(request, "control/plans/new.html", context)


@writers_only
def plan_write(request: HttpRequest, pk: int = 0) -> HttpResponseBase:
    """Write the terms of a new plan, or the next version of one."""
    own, user = workplace_of(request)
    plan: OfficePlan | None = None
    if pk:
        plan = get_object_or_404(permissions.plans_visible_to(request.user), pk=pk)
    kept = request.session.get("plan_place") or []
    if plan is None and not kept:
        return redirect("control:plan-new")
    place = (plan.office, plan.direction) if plan else (str(kept[0]), str(kept[1]))
    newest = plan.versions.order_by("-number").first() if plan else None
    form = PlanForm(request.POST or None, initial=PlanForm.initial_of(newest))
    form.offer(queries.models_to_choose(own))
    form.draft_of = f"{place[0]}-{place[1]}"
    if request.method == "POST" and form.is_valid():
        try:
            version = services.save_plan(
                administration=own,
                place=place,
                terms=form.terms(),
                by=user,
                at=timezone.now(),
                based_on=form.cleaned_data["based_on"] or 0,
            )
        except RefusedError as refusal:
            for fault in refusal.faults:
                form.add_error(None, fault.text(get_language() or "en"))
        else:
            request.session.pop("plan_place", None)
            notices.succeeded(
                request, _("Version %(n)d is saved as a draft.") % {"n": version.number}
            )
            return redirect("control:plan", pk=version.plan_id)
    shown = OfficePlan(office=place[0], direction=place[1])
    context = {
        "form": form,
        "heading": plan or shown,
        "plan": plan,
        "crumbs": [CRUMB, PLANS, (str(plan or shown), "")],
    }
    return render(
        request, "control/plans/write.html", context, status=422 if form.is_bound else 200
    )


@readers_only
@require_POST
def plan_move(request: HttpRequest, pk: int, number: int) -> HttpResponseBase:
    """Submit, approve, return, withdraw or retire a version."""
    _own, user = workplace_of(request)
    plan = get_object_or_404(permissions.plans_visible_to(request.user), pk=pk)
    version = get_object_or_404(plan.versions, number=number)
    sets = _sets(request)
    wanted = next((one for one in sets if str(one.pk) == request.POST.get("set", "")), None)
    try:
        services.move_plan(
            version=version,
            move=request.POST.get("move", ""),
            by=user,
            at=timezone.now(),
            reason=request.POST.get("reason", "")[:400],
            tried_on=wanted or (sets[0] if sets else None),
        )
    except TamghaError as refusal:
        notices.refused(request, said(refusal))
    else:
        notices.succeeded(request, _("Done. It is written down who did it and when."))
    return redirect("control:plan-version", pk=plan.pk, number=number)


urlpatterns: list[URLPattern] = [
    path("plans/", PlanList.as_view(), name="plans"),
    path("plans/new", plan_new, name="plan-new"),
    path("plans/write", plan_write, name="plan-write"),
    path("plans/<int:pk>/", plan_page, name="plan"),
    path("plans/<int:pk>/write", plan_write, name="plan-change"),
    path("plans/<int:pk>/versions/<int:number>", plan_page, name="plan-version"),
    path("plans/<int:pk>/versions/<int:number>/move", plan_move, name="plan-move"),
]
