"""Profiles: the list, the editor with its live panel, versions, rows behind a figure, in and out."""

from typing import Any

from django.contrib import messages
from django.db.models import OuterRef, Prefetch, Subquery
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.translation import get_language, ngettext, pgettext_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.views.decorators.http import require_GET, require_POST

from tamgha import risk
from tamgha.platform.tables.columns import Between, Choice, Column, Empty
from tamgha.platform.tables.lists import RowList
from tamgha.platform.ui import notices
from tamgha.practice.targeting import gateways, permissions
from tamgha.practice.targeting.choices import ProposalState, VersionState
from tamgha.practice.targeting.domain.passport import SEEING, WHOLE
from tamgha.practice.targeting.forms.profiles import BringInForm
from tamgha.practice.targeting.models import ProfileVersion
from tamgha.practice.targeting.queries import condition_fields, direction_of, lists_of
from tamgha.practice.targeting.queries.backtests import row_mask
from tamgha.practice.targeting.queries.passports import ended_now, in_force_of, moved_lists
from tamgha.practice.targeting.queries.rows import SetRows
from tamgha.practice.targeting.services import profiles as services
from tamgha.practice.targeting.views.access import CRUMB, readers_only, workplace_of, writers_only
from tamgha.practice.targeting.views.differences import difference_of
from tamgha.practice.targeting.views.way import way_of
from tamgha.shared.errors import RefusedError, TamghaError
from tamgha.shared.shares import Share

# ---- the list ----------------------------------------------------------------------------------


def _in_force(row: Any) -> str:
    """Name the versions that look at declarations: v4 30 %, v3; the shadow says so."""
    now = timezone.now()
    return ", ".join(
        f"v{one.number}"
        + (f" {Share(one.rollout).percent_text} %" if one.rollout < WHOLE else "")
        + (f" ({VersionState(one.state).label})" if one.state != VersionState.ACTIVE else "")
        for one in row.seeing
        if not ended_now(one, now)
    )


@method_decorator(readers_only, name="dispatch")
class ProfileList(RowList):
    """The profiles of the administration."""

    template_name = "targeting/profiles/list.html"
    name = "profiles"
    search_fields = ("code", "name")
    search_label = lazy("Code or name")
    default_sort = "code"
    columns = (
        Column(
            "code",
            lazy("Code"),
            sort="code",
            link=lambda row: reverse("targeting:profile", args=[row.code]),
            optional=False,
        ),
        Column("name", pgettext_lazy("of a thing", "Name"), sort="name"),
        Column("latest", lazy("Version"), sort="latest", kind="number"),
        Column("state", lazy("State"), value=lambda row: VersionState(row.state).label),
        Column("live", lazy("In force"), value=_in_force),
        Column("author", lazy("Written by"), value="made_by.full_name"),
        Column("changed", lazy("Changed"), value="changed_at", sort="changed_at", kind="time"),
    )
    filters = (
        Choice(
            "retired_at__isnull",
            lazy("State"),
            [("True", lazy("in use")), ("False", lazy("put away"))],
        ),
    )
    empty = Empty(
        lazy("No profiles yet"),
        lazy(
            "A profile says which declarations to look at, and is tested on past ones while you write it."
        ),
        lazy("Write the first profile"),
        "/risk/profiles/new",
    )

    def queryset_for(self, request: HttpRequest) -> Any:
        """Return the administration's profiles with their latest state and their versions in force."""
        latest = ProfileVersion.objects.filter(profile=OuterRef("pk"), number=OuterRef("latest"))
        return (
            permissions.profiles_visible_to(request.user)
            .select_related("made_by", "administration")
            .annotate(state=Subquery(latest.values("state")[:1]))
            .prefetch_related(
                Prefetch(
                    "versions",
                    ProfileVersion.objects.filter(state__in=SEEING).order_by("-number"),
                    to_attr="seeing",
                )
            )
        )

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add crumbs and what the reader may do."""
        extra = {
            "crumbs": [CRUMB, (_("Profiles"), "")],
            "may_write": permissions.can_write(self.request.user),
            "n_checks": permissions.versions_visible_to(self.request.user)
            .filter(
                state__in=[VersionState.SUBMITTED, VersionState.ALERT], profile__retired_at=None
            )
            .count(),
        }
        return super().get_context_data(**kwargs) | extra


# ---- versions ----------------------------------------------------------------------------------


@readers_only
@require_GET
def version_page(request: HttpRequest, code: str, number: int) -> HttpResponseBase:
    """Show one version as it was saved: its way, its evidence, what it changes, what the reader may do."""
    profile = get_object_or_404(permissions.profiles_visible_to(request.user), code=code)
    _own, user = workplace_of(request)
    versions = list(
        profile.versions.select_related("author", "profile", "profile__administration").order_by(
            "-number"
        )
    )
    version = next((one for one in versions if one.number == number), None)
    if version is None:
        raise Http404
    now = timezone.now()
    in_force = [one for one in in_force_of(profile, now) if one.number != number]
    by_number = {one.number: one for one in versions}
    before = by_number[in_force[0].number] if in_force else by_number.get(number - 1)
    condition = risk.parse_condition(version.condition, condition_fields(profile.administration_id))
    context = {
        "profile": profile,
        "version": version,
        "versions": versions,
        "way": way_of(version, user, now),
        "before": before,
        "difference": difference_of(before, version) if before else None,
        "in_force": in_force,
        "sentence": _whole_sentence(version, condition).sentence(get_language() or "en"),
        "moved_lists": moved_lists(version),
        "proposal": version.proposals.filter(state=ProposalState.OPEN)
        .select_related("proposed_by")
        .first(),
        "is_in_force": version.state in SEEING and not ended_now(version, now),
        "may_write": permissions.can_write(request.user),
        "may_approve": permissions.can_approve(request.user),
        "simulated": version.evidence_of_test.get("simulated", False),
        "crumbs": [CRUMB, (_("Profiles"), reverse("targeting:profiles")), (str(profile), "")],
    }
    return render(request, "targeting/profiles/version.html", context)


def _whole_sentence(version: ProfileVersion, condition: risk.Condition) -> risk.Profile:
    return risk.Profile(
        code=version.profile.code,
        name=version.name,
        condition=condition,
        red=Share(version.red),
        yellow=Share(version.yellow),
        blue=Share(version.blue),
        office=version.office,
        direction=direction_of(version.direction),
    )


@writers_only
@require_POST
def retire(request: HttpRequest, code: str) -> HttpResponseBase:
    """Put a profile away, or bring it back: each undoes the other."""
    profile = get_object_or_404(permissions.profiles_visible_to(request.user), code=code)
    _own, user = workplace_of(request)
    act = services.bring_back_profile if profile.retired_at else services.retire_profile
    try:
        act(profile=profile, by=user, at=timezone.now())
    except TamghaError as refusal:
        notices.refused(request, refusal)
        return redirect("targeting:profile-version", code=profile.code, number=profile.latest)
    said = (
        _("%(code)s is in use again.")
        if profile.retired_at
        else _("%(code)s is put away. Its versions stay.")
    )
    messages.success(request, said % {"code": profile.code})
    return redirect("targeting:profile-version", code=profile.code, number=profile.latest)


# ---- the rows behind a figure --------------------------------------------------------------------

WHICH = {
    "hit": lazy("Rows that the condition hits"),
    "found": lazy("Finds among the rows that it hits"),
    "clean": lazy("Rows that it hits, without a find"),
    "missed": lazy("Known finds that it misses"),
}
ROW_COLUMNS = (
    "declaration",
    "item",
    "day",
    "office",
    "importer",
    "hs",
    "origin",
    "net_mass_kg",
    "item_price",
    "currency",
    "tax_rate",
    "unit_value_ratio",
)


@method_decorator(readers_only, name="dispatch")
class ProfileRows(RowList):
    """The rows of a set behind a figure of the back-test."""

    template_name = "targeting/profiles/rows.html"
    name = "profile-rows"
    search_label = lazy("Declaration, trader, code or goods")
    default_sort = "-day"
    kept = ("set", "which", "condition", "office", "direction")
    columns = (
        Column("declaration", lazy("Declaration"), optional=False),
        Column("item", lazy("Item"), kind="number"),
        Column("day", lazy("Lodged"), kind="date", sort="day"),
        Column("office", lazy("Office"), sort="office"),
        Column("importer", lazy("Importer"), sort="importer"),
        Column("hs", lazy("HS code"), sort="hs"),
        Column("origin", lazy("Origin"), sort="origin"),
        Column("net_mass_kg", lazy("Net mass, kg"), kind="number", sort="net_mass_kg"),
        Column("item_price", lazy("Item price"), kind="number", sort="item_price"),
        Column("currency", lazy("Currency"), hidden=True),
        Column("tax_rate", lazy("Rate, %"), kind="number", sort="tax_rate", hidden=True),
        Column(
            "unit_value_ratio",
            lazy("Unit value by the usual"),
            kind="number",
            sort="unit_value_ratio",
        ),
        Column("find", lazy("Result"), template="targeting/find.html"),
    )
    filters = (Between("item_price", lazy("Item price")),)
    empty = Empty(lazy("No such rows"), lazy("The condition hits nothing of this kind in the set."))

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add what is told of the rows, which is known once they were looked for."""
        context = super().get_context_data(**kwargs)
        return context | self.told

    def source_for(self, request: HttpRequest) -> SetRows:
        """Return the rows of the chosen set that the figure speaks of."""
        own, _user = workplace_of(request)
        wanted = request.GET.get("set", "")
        row = get_object_or_404(
            permissions.sets_visible_to(request.user), pk=wanted if wanted.isdigit() else 0
        )
        try:
            condition = risk.parse_condition(
                request.GET.get("condition", ""), condition_fields(own.pk)
            )
        except TamghaError as refusal:
            raise Http404(notices.said(refusal)) from None
        profile = risk.Profile(
            code="P",
            name="",
            condition=condition,
            office=request.GET.get("office", ""),
            direction=direction_of(request.GET.get("direction", "")),
        )
        bench = gateways.workbench_of(row)
        self.told = {
            "set": row,
            "simulated": row.simulated,
            "sentence": profile.sentence(get_language() or "en"),
            "head": WHICH.get(request.GET.get("which", ""), WHICH["hit"]),
            "crumbs": [CRUMB, (_("Profiles"), reverse("targeting:profiles")), (_("Rows"), "")],
        }
        return SetRows(
            bench,
            columns=ROW_COLUMNS,
            filters=self.filters,
            mask=row_mask(bench, profile, request.GET.get("which", ""), lists_of(own)),
            sorts={column.name: column.sort for column in self.columns if column.sort},
        )


# ---- in and out --------------------------------------------------------------------------------


@readers_only
@require_GET
def export(request: HttpRequest, form: str) -> HttpResponseBase:
    """Give every profile in use as MODSEL-like text, CSV or JSON."""
    own, _user = workplace_of(request)
    try:
        text = services.export_text(own, form)
    except KeyError:
        raise Http404 from None
    kinds = {"txt": "text/plain", "csv": "text/csv", "json": "application/json"}
    response = HttpResponse(text, content_type=f"{kinds[form]}; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="profiles-{own.code}.{form}"'
    return response


@writers_only
def bring_in(request: HttpRequest) -> HttpResponseBase:
    """Take profiles in from MODSEL-like text, CSV or JSON, each as a draft; all faults at once."""
    own, user = workplace_of(request)
    form = BringInForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            saved = services.take_in_profiles(
                administration=own,
                name=form.cleaned_data["file"].name,
                content=form.cleaned_data["file"].read(),
                by=user,
                at=timezone.now(),
            )
        except RefusedError as refusal:
            for fault in refusal.faults:
                form.add_error("file", fault.text(get_language() or "en"))
        except TamghaError as refusal:
            form.add_error("file", notices.said(refusal))
        else:
            count = len(saved)
            messages.success(
                request,
                ngettext(
                    "%(n)d profile is taken in as a draft.",
                    "%(n)d profiles are taken in as drafts.",
                    count,
                )
                % {"n": count},
            )
            return redirect("targeting:profiles")
    context = {
        "form": form,
        "crumbs": [
            CRUMB,
            (_("Profiles"), reverse("targeting:profiles")),
            (_("Bring profiles in"), ""),
        ],
    }
    return render(request, "targeting/profiles/bring_in.html", context)


urlpatterns: list[URLPattern] = [
    path("profiles/", ProfileList.as_view(), name="profiles"),
    path("profiles/rows", ProfileRows.as_view(), name="profile-rows"),
    path("profiles/bring-in", bring_in, name="profile-bring-in"),
    path("profiles/export.<str:form>", export, name="profile-export"),
    path("profiles/<slug:code>/retire", retire, name="profile-retire"),
    path("profiles/<slug:code>/versions/<int:number>", version_page, name="profile-version"),
]
