"""Lists of traders, codes and countries: their versions, and members brought in from a spreadsheet."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.utils.translation import pgettext_lazy

from tamgha.platform.tables.columns import Column, Empty
from tamgha.platform.tables.lists import RowList
from tamgha.platform.ui import notices
from tamgha.practice.targeting import permissions, sheets
from tamgha.practice.targeting.forms.profiles import ListFileForm, TradeListForm
from tamgha.practice.targeting.services import profiles as services
from tamgha.practice.targeting.views.access import CRUMB, readers_only, workplace_of, writers_only
from tamgha.shared.errors import TamghaError


@method_decorator(readers_only, name="dispatch")
class TradeLists(RowList):
    """The lists that conditions may name."""

    template_name = "targeting/profiles/lists.html"
    name = "trade-lists"
    search_fields = ("name",)
    search_label = pgettext_lazy("of a thing", "Name")
    default_sort = "name"
    columns = (
        Column(
            "name",
            pgettext_lazy("of a thing", "Name"),
            sort="name",
            link=lambda row: reverse("targeting:trade-list", args=[row.name]),
            optional=False,
        ),
        Column("kind", lazy("Holds"), value="get_kind_display"),
        Column("latest", lazy("Version"), kind="number", sort="latest"),
        Column("made", lazy("Made"), value="made_at", kind="time", sort="made_at"),
    )
    empty = Empty(
        lazy("No lists yet"),
        lazy("A list names traders, HS codes or countries that conditions refer to by IN LIST."),
        lazy("Make a list"),
        "/risk/lists/new",
    )

    def queryset_for(self, request: HttpRequest) -> Any:
        """Return the administration's lists."""
        return permissions.lists_visible_to(request.user)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add crumbs and what the reader may do."""
        extra = {
            "crumbs": [CRUMB, (_("Lists"), "")],
            "may_write": permissions.can_write(self.request.user),
        }
        return super().get_context_data(**kwargs) | extra


@readers_only
def trade_list(request: HttpRequest, name: str = "") -> HttpResponseBase:
    """Show a list with its versions; save its members as the next version."""
    own, user = workplace_of(request)
    found = (
        get_object_or_404(permissions.lists_visible_to(request.user), name=name) if name else None
    )
    newest = found.versions.order_by("-number").first() if found else None
    initial = (
        {"name": name, "kind": found.kind, "members": "\n".join(newest.members)}
        if found and newest
        else {}
    )
    if request.method == "POST" and not permissions.can_write(request.user):
        raise PermissionDenied
    form = TradeListForm(request.POST or None, initial=initial)
    if found:
        form.fields["name"].disabled = form.fields["kind"].disabled = True
    if request.method == "POST" and form.is_valid():
        try:
            saved = services.save_list(
                administration=own,
                name=form.cleaned_data["name"],
                kind=form.cleaned_data["kind"],
                members=form.cleaned_data["members"].splitlines(),
                by=user,
                at=timezone.now(),
            )
        except TamghaError as refusal:
            form.add_error("members", notices.said(refusal))
        else:
            messages.success(
                request,
                _("Version %(number)d of %(name)s is saved.")
                % {"number": saved.number, "name": saved.trade_list.name},
            )
            return redirect("targeting:trade-list", name=saved.trade_list.name)
    context = {
        "form": form,
        "found": found,
        "may_write": permissions.can_write(request.user),
        "versions": found.versions.select_related("saved_by").order_by("-number")[:20]
        if found
        else [],
        "heading": name or _("New list"),
        "crumbs": [
            CRUMB,
            (_("Lists"), reverse("targeting:trade-lists")),
            (name or _("New list"), ""),
        ],
    }
    return render(request, "targeting/profiles/trade_list.html", context)


@writers_only
def bring_members_in(request: HttpRequest, name: str) -> HttpResponseBase:
    """Keep a file of members for a list; what it would change is shown on the page of the import."""
    _own, user = workplace_of(request)
    found = get_object_or_404(permissions.lists_visible_to(request.user), name=name)
    form = ListFileForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data["file"]
        try:
            kept = sheets.keep_for(
                found,
                data=given.read(),
                file_name=given.name or "",
                by=user,
                at=timezone.now(),
            )
        except TamghaError as refusal:
            form.add_error("file", notices.said(refusal))
        else:
            return redirect("tables:import", pk=kept.pk)
    context = {
        "form": form,
        "found": found,
        "crumbs": [
            CRUMB,
            (_("Lists"), reverse("targeting:trade-lists")),
            (name, reverse("targeting:trade-list", args=[name])),
            (_("Bring members in"), ""),
        ],
    }
    return render(request, "targeting/profiles/members.html", context)


urlpatterns: list[URLPattern] = [
    path("lists/", TradeLists.as_view(), name="trade-lists"),
    path("lists/new", trade_list, name="trade-list-new"),
    path("lists/<slug:name>/", trade_list, name="trade-list"),
    path("lists/<slug:name>/bring-in", bring_members_in, name="trade-list-bring-in"),
]
