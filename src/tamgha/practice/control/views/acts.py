"""Inspection acts: the examiner's list and page on laptop and phone; photos and times."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import FileResponse, HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from tamgha.platform.files import services as files
from tamgha.platform.tables.columns import Choice, Column, Empty
from tamgha.platform.tables.lists import RowList
from tamgha.platform.ui import notices
from tamgha.practice.control import permissions
from tamgha.practice.control.choices import ActState, DecisionState
from tamgha.practice.control.domain.acts import ItemResult
from tamgha.practice.control.forms.acts import (
    ActForm,
    AssignForm,
    ItemForm,
    PhotoForm,
    ReasonForm,
    TimeForm,
)
from tamgha.practice.control.forms.decisions import RerouteForm
from tamgha.practice.control.gateways.desks import zone_of
from tamgha.practice.control.models import InspectionAct
from tamgha.practice.control.queries import acts as queries
from tamgha.practice.control.services import acts as services
from tamgha.practice.control.views import examiners
from tamgha.practice.control.views.access import (
    act_people_only,
    managers_only,
    person_of,
    said,
)
from tamgha.shared.errors import RefusedError, TamghaError

ACTS = (lazy("Examinations"), "/risk/acts/")
INERT = "default-src 'none'; sandbox"


@method_decorator(act_people_only, name="dispatch")
class ActList(RowList):
    """The acts that the reader may open: an examiner's own, a chief's all."""

    template_name = "control/acts/list.html"
    name = "acts"
    search_fields = ("decision__declaration",)
    search_label = lazy("Declaration")
    default_sort = "-opened"
    columns = (
        Column(
            "declaration",
            lazy("Declaration"),
            value="decision.declaration",
            link=lambda row: reverse("control:act", args=[row.pk]),
            detail=lambda row: row.decision.importer,
            optional=False,
        ),
        Column("state", lazy("State"), template="control/acts/state.html"),
        Column("office", lazy("Office")),
        Column("items", lazy("Items"), value="decision.items", kind="number"),
        Column(
            "examiner",
            lazy("Examiner"),
            value=lambda row: row.examiner.person.full_name if row.examiner else "",
        ),
        Column("opened", lazy("Since"), value="opened_at", kind="time", sort="opened_at"),
    )
    filters = (Choice("state", lazy("State"), ActState.choices, chips=True),)
    empty = Empty(
        lazy("No act is due"),
        lazy("Acts stand here as soon as a declaration is to be examined."),
    )

    def queryset_for(self, request: HttpRequest) -> Any:
        """Return the acts with their declarations, without what nobody here may see."""
        return (
            permissions.acts_visible_to(request.user)
            .select_related("decision", "examiner__person")
            .only(
                "state",
                "office",
                "opened_at",
                "decision__declaration",
                "decision__importer",
                "decision__items",
                "examiner__person__full_name",
            )
        )

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add crumbs and whether the reader has acts of their own."""
        place = permissions.act_place(self.request.user)
        extra = {
            "crumbs": [(_("Examinations"), "")],
            "area": "examinations",
            "own": permissions.examiner_of(self.request.user),
            "may_manage": permissions.can_manage_examiners(self.request.user),
            "simulated": bool(place and place.is_simulated),
        }
        return super().get_context_data(**kwargs) | extra


@act_people_only
@require_GET
def next_act(request: HttpRequest) -> HttpResponseBase:
    """Go to the act that has waited longest for the reader."""
    own = permissions.examiner_of(request.user)
    if own is not None:
        found = queries.open_acts(permissions.acts_visible_to(request.user), own).first()
        if found is not None:
            return redirect("control:act", pk=found.pk)
    notices.succeeded(request, _("No act waits for you."))
    return redirect("control:acts")


def _act(request: HttpRequest, pk: int) -> InspectionAct:
    found = permissions.acts_visible_to(request.user).select_related(
        "administration", "decision__plan_version", "examiner__person"
    )
    return get_object_or_404(found, pk=pk)


def _own_act(request: HttpRequest, pk: int) -> InspectionAct:
    found = _act(request, pk)
    if not permissions.can_hand_in(request.user, found):
        raise PermissionDenied(_("Only its examiner, or a chief examiner, writes this act."))
    return found


@act_people_only
@require_http_methods(["GET", "POST"])
def act(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Show an act; keep it as a draft, or hand it in."""
    found = _own_act(request, pk) if request.method == "POST" else _act(request, pk)
    tolerance = queries.tolerance_of(found)
    items = queries.declared_items(found, tolerance=tolerance)
    page = _ActPage(request, found, items)
    if request.method == "POST" and request.POST.get("do") == "draft":
        services.keep_draft(act=found, values=page.typed(), at=timezone.now())
        notices.succeeded(
            request, _("The draft is kept. It counts for nothing until you hand it in.")
        )
        return redirect("control:act", pk=pk)
    if request.method == "POST" and page.hand_in():
        return redirect("control:act", pk=pk)
    status = 422 if request.method == "POST" else 200
    return render(request, "control/acts/act.html", page.context(tolerance), status=status)


class _ActPage:
    """The forms of one act, bound to what was typed, to the draft, or to the newest version."""

    def __init__(
        self, request: HttpRequest, act: InspectionAct, items: list[queries.DeclaredItem]
    ) -> None:
        self.request, self.act, self.items = request, act, items
        self.may_write = permissions.can_hand_in(request.user, act) and act.state != ActState.CLOSED
        data = request.POST if request.method == "POST" else None
        draft = act.draft if data is None else {}
        self.form = ActForm(data, initial=self._first(draft))
        self.form.draft_of = str(act.pk)
        self.forms = [
            ItemForm(data, prefix=f"i{one.number}", initial=self._first_of(one, draft))
            for one in items
        ]

    def _first(self, draft: dict[str, Any]) -> dict[str, Any]:
        newest = queries.newest_version(self.act)
        zone = zone_of(self.act.administration)
        first: dict[str, Any] = {"examined": timezone.now().astimezone(zone).date()}
        if newest is not None:
            intact = {True: "yes", False: "no"}.get(newest.seal_intact, "")  # type: ignore[arg-type]  # None is ""
            names = ("minutes", "seal_cut", "seal_new", "present", "examined")
            first |= {name: getattr(newest, name) for name in names} | {"seal_intact": intact}
        own = {name: draft[name] for name in ActForm.base_fields if name in draft}
        return first | own

    def _first_of(self, one: queries.DeclaredItem, draft: dict[str, Any]) -> dict[str, Any]:
        first: dict[str, Any] = {}
        last = one.last
        if last is not None:
            names = ("counted", "weighed_kg", "value", "duty", "penalty", "seen")
            first = {name: getattr(last, name) for name in names}
            first["finding"] = last.kind if last.result == "found" else last.result
            first |= {
                name: getattr(last, name) for name in ("open_reason", "open_by", "open_until")
            }
        prefix = f"i{one.number}-"
        own = {
            name.removeprefix(prefix): value
            for name, value in draft.items()
            if name.startswith(prefix)
        }
        return first | own

    def typed(self) -> dict[str, str]:
        """Return what was typed, as it is kept in a draft."""
        names = set(self.form.fields) | {
            form.add_prefix(name) for form in self.forms for name in form.fields
        }
        return {
            name: self.request.POST[name][:4000] for name in names if self.request.POST.get(name)
        }

    def hand_in(self) -> bool:
        """Hand the act in; put every refusal into the form."""
        every = [self.form.is_valid(), *(form.is_valid() for form in self.forms)]
        if not all(every):
            return False
        results: list[ItemResult] = []
        for one, form in zip(self.items, self.forms, strict=True):
            result = form.result(one.number)
            if result is not None:
                results.append(result)
        try:
            version = services.hand_in(
                act=self.act,
                given=self.form.given(results),
                hand=services.Hand(by=person_of(self.request)),
                at=timezone.now(),
                reason=self.form.cleaned_data["reason"],
            )
        except RefusedError as refusal:
            for fault in refusal.faults:
                self.form.add_error(None, said(TamghaError(fault)))
            return False
        text = (
            _("The act is handed in as partial: what has a result counts from tomorrow.")
            if version.kind == "partial"
            else _("The act is handed in.")
        )
        notices.succeeded(self.request, text)
        return True

    def context(self, tolerance: int) -> dict[str, Any]:
        """Return what the page draws."""
        act, user = self.act, self.request.user
        given = sum(bool(one.last and one.last.result != "open") for one in self.items)
        may_assign = permissions.can_reroute(user) and act.state in {
            ActState.OPEN,
            ActState.PARTIAL,
        }
        plan = act.decision.plan_version
        return {
            "act": act,
            "decision": act.decision,
            "form": self.form,
            "items": list(zip(self.items, self.forms, strict=True)),
            "faults": [*self.form.faults, *(one for form in self.forms for one in form.faults)]
            if self.form.is_bound
            else [],
            "given": given,
            "tolerance": tolerance,
            "moments": queries.moments_of(act),
            "planned": plan.planned_minutes if plan else None,
            "photos": list(act.photos.select_related("by").order_by("pk")),
            "photo_form": PhotoForm(),
            "time_form": TimeForm(),
            "versions": list(act.versions.select_related("by").order_by("-number")),
            "may_write": self.may_write,
            "is_revision": act.state == ActState.FINAL,
            "assign_form": AssignForm(examiners=queries.free_examiners(act))
            if may_assign
            else None,
            "overturn_form": ReasonForm()
            if permissions.can_manage_examiners(user) and act.state == ActState.FINAL
            else None,
            "reroute_form": RerouteForm(initial={"lane": act.decision.lane_now}, auto_id="lane_%s")
            if permissions.can_reroute(user)
            and not permissions.can_read(user)
            and act.decision.state == DecisionState.DECIDED
            else None,
            "reads_decisions": permissions.can_read(user),
            "simulated": act.administration.is_simulated,
            "area": "examinations",
            "crumbs": [ACTS, (act.decision.declaration, "")],
        }


@act_people_only
@require_POST
def act_time(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Write a moment of the examination down."""
    found = _own_act(request, pk)
    form = TimeForm(request.POST)
    if not form.is_valid():
        notices.refused(request, _("A moment and its time were expected."))
        return redirect("control:act", pk=pk)
    try:
        services.note_time(
            act=found,
            kind=form.cleaned_data["kind"],
            moment=form.moment(zone_of(found.administration)),
            witness=form.cleaned_data["witness"],
            by=person_of(request),
            at=timezone.now(),
        )
    except TamghaError as refusal:
        notices.refused(request, said(refusal))
    return redirect(f"{reverse('control:act', args=[pk])}#time")


@act_people_only
@require_POST
def act_photo(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Add a photo to an act."""
    found = _own_act(request, pk)
    form = PhotoForm(request.POST, request.FILES)
    if not form.is_valid():
        notices.refused(request, _("A picture was expected. Choose one, then add it."))
        return redirect("control:act", pk=pk)
    try:
        services.add_photo(
            act=found,
            uploaded=form.cleaned_data["photo"],
            caption=form.cleaned_data["caption"],
            by=person_of(request),
            at=timezone.now(),
        )
    except TamghaError as refusal:
        notices.refused(request, said(refusal))
    return redirect(f"{reverse('control:act', args=[pk])}#photos")


@act_people_only
@require_GET
def photo(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Serve a photo to whoever may open its act; nothing in it runs."""
    found = get_object_or_404(
        permissions.photos_visible_to(request.user).select_related("file", "by"), pk=pk
    )
    response = FileResponse(
        files.open_for(found.by, found.file), content_type=found.file.media_type
    )
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = INERT
    response["Cache-Control"] = "private, max-age=86400"
    return response


@act_people_only
@require_POST
def act_assign(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Give an act to another examiner."""
    if not permissions.can_reroute(request.user):
        raise PermissionDenied
    found = _act(request, pk)
    form = AssignForm(request.POST, examiners=queries.free_examiners(found))
    if not form.is_valid():
        notices.refused(request, _("An examiner who is available was expected."))
        return redirect("control:act", pk=pk)
    try:
        services.assign(act=found, examiner=form.chosen, by=person_of(request), at=timezone.now())
    except TamghaError as refusal:
        notices.refused(request, said(refusal))
    else:
        notices.succeeded(request, _("The act is given on; the workload goes with it."))
    return redirect("control:act", pk=pk)


@managers_only
@require_POST
def act_overturn(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Overturn the findings of an act."""
    found = _act(request, pk)
    try:
        services.overturn(
            act=found,
            by=person_of(request),
            at=timezone.now(),
            reason=request.POST.get("reason", ""),
        )
    except TamghaError as refusal:
        notices.refused(request, said(refusal))
    else:
        notices.succeeded(
            request, _("The findings are overturned. Earlier versions stay readable.")
        )
    return redirect("control:act", pk=pk)


urlpatterns: list[URLPattern] = [
    path("acts/", ActList.as_view(), name="acts"),
    path("acts/next", next_act, name="act-next"),
    *examiners.urlpatterns,
    path("acts/<int:pk>/", act, name="act"),
    path("acts/<int:pk>/time", act_time, name="act-time"),
    path("acts/<int:pk>/photo", act_photo, name="act-photo"),
    path("acts/<int:pk>/assign", act_assign, name="act-assign"),
    path("acts/<int:pk>/overturn", act_overturn, name="act-overturn"),
    path("acts/photos/<int:pk>", photo, name="photo"),
]
