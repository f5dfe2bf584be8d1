"""Declarations: the sets, rows, and one row in full."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.views.decorators.http import require_GET, require_POST

from tamgha.platform.tables.columns import Between, Choice, Column, Empty
from tamgha.platform.tables.lists import RowList
from tamgha.platform.ui import notices
from tamgha.practice.targeting import gateways, permissions
from tamgha.practice.targeting.choices import IntakeState, SetState
from tamgha.practice.targeting.queries.one_row import row_in_full
from tamgha.practice.targeting.queries.rows import SetRows
from tamgha.practice.targeting.services import sets as set_services
from tamgha.practice.targeting.views.access import CRUMB, readers_only, workplace_of, writers_only
from tamgha.shared.errors import TamghaError

# ---- sets --------------------------------------------------------------------------------------


@method_decorator(readers_only, name="dispatch")
class SetList(RowList):
    """The sets of declarations of the administration."""

    template_name = "targeting/declarations/list.html"
    name = "declaration-sets"
    search_fields = ("name",)
    search_label = pgettext_lazy("of a thing", "Name")
    default_sort = "-changed"
    columns = (
        Column(
            "name",
            lazy("Set"),
            sort="name",
            link=lambda row: reverse("targeting:set", args=[row.pk]),
            optional=False,
        ),
        Column("first_day", lazy("From"), kind="date", sort="first_day"),
        Column("last_day", lazy("To"), kind="date", sort="last_day"),
        Column("declarations", lazy("Declarations"), kind="number", sort="declarations"),
        Column("rows", lazy("Rows"), kind="number", sort="rows"),
        Column("examined", lazy("Rows examined"), kind="number", sort="examined"),
        Column("found", lazy("Finds"), kind="number", sort="found"),
        Column("simulated", lazy("Kind"), template="targeting/declarations/kind.html"),
        Column("changed", lazy("Changed"), value="changed_at", kind="time", sort="changed_at"),
    )
    filters = (Choice("state", lazy("State"), SetState.choices),)
    empty = Empty(
        lazy("No declarations yet"),
        lazy(
            "A set holds the rows of one or several files, to test profiles on and to train models from."
        ),
        lazy("Bring a file in"),
        "/risk/declarations/new",
    )

    def queryset_for(self, request: HttpRequest) -> Any:
        """Return the sets in use; with the filter also those put away."""
        return permissions.sets_visible_to(request.user, put_away="state" in request.GET)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add the files that wait for a decision."""
        waiting = permissions.intakes_visible_to(self.request.user).exclude(
            state__in=[IntakeState.STORED, IntakeState.DECLINED]
        )
        extra = {
            "crumbs": [CRUMB, (_("Declarations"), "")],
            "waiting": waiting.select_related("file").order_by("-given_at")[:10],
            "may_write": permissions.can_write(self.request.user),
        }
        return super().get_context_data(**kwargs) | extra


@readers_only
@require_GET
def set_page(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Show one set: what it holds, what it can and cannot say, how it came to be."""
    row = get_object_or_404(permissions.sets_visible_to(request.user, put_away=True), pk=pk)
    language = get_language() or "en"
    place = 1 if language == "ru" else 0
    context = {
        "set": row,
        "simulated": row.simulated,
        "can": [words[place] for words in row.catalogue.get("can", [])],
        "cannot": [words[place] for words in row.catalogue.get("cannot", [])],
        "intakes": row.intakes.select_related("file", "given_by", "rejects").order_by("-given_at"),
        "models": row.score_models.order_by("-number")[:3],
        "may_write": permissions.can_write(request.user),
        "crumbs": [CRUMB, (_("Declarations"), reverse("targeting:sets")), (row.name, "")],
    }
    return render(request, "targeting/declarations/set.html", context)


@writers_only
@require_POST
def put_away(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Put a set away, or bring it back."""
    row = get_object_or_404(permissions.sets_visible_to(request.user, put_away=True), pk=pk)
    _own, user = workplace_of(request)
    if row.state == SetState.OPEN:
        set_services.put_set_away(row=row, by=user, at=timezone.now())
        messages.success(
            request, _("%(name)s is put away. Its rows stay on the disk.") % {"name": row.name}
        )
    else:
        try:
            set_services.bring_set_back(row=row, by=user, at=timezone.now())
            messages.success(request, _("%(name)s is in use again.") % {"name": row.name})
        except TamghaError as refusal:
            notices.refused(request, refusal)
    return redirect("targeting:set", pk=pk)


# ---- rows --------------------------------------------------------------------------------------

ROW_COLUMNS = (
    "declaration", "item", "day", "office", "direction", "importer", "declarant", "hs", "goods", "origin",
    "departure", "net_mass_kg", "item_price", "currency", "tax_rate",
)  # fmt: skip


@method_decorator(readers_only, name="dispatch")
class SetRowList(RowList):
    """The rows of one set."""

    template_name = "targeting/declarations/rows.html"
    name = "set-rows"
    search_label = lazy("Declaration, trader, code or goods")
    default_sort = "-day"
    size = 50
    filters = (
        Choice(
            "direction",
            lazy("Direction"),
            [("import", lazy("import")), ("export", lazy("export")), ("transit", lazy("transit"))],
        ),
        Between("day", lazy("Lodged"), kind="date"),
        Between("item_price", lazy("Item price")),
    )
    columns = (
        Column("declaration", lazy("Declaration"), link=lambda row: row["address"], optional=False),
        Column("item", lazy("Item"), kind="number"),
        Column("day", lazy("Lodged"), kind="date", sort="day"),
        Column("office", lazy("Office"), sort="office"),
        Column("direction", lazy("Direction"), sort="direction", hidden=True),
        Column("importer", lazy("Importer"), sort="importer"),
        Column("declarant", lazy("Declarant"), sort="declarant", hidden=True),
        Column("hs", lazy("HS code"), sort="hs"),
        Column("goods", lazy("Goods"), hidden=True),
        Column("origin", lazy("Origin"), sort="origin"),
        Column("departure", lazy("Departure"), sort="departure", hidden=True),
        Column("net_mass_kg", lazy("Net mass, kg"), kind="number", sort="net_mass_kg"),
        Column("item_price", lazy("Item price"), kind="number", sort="item_price"),
        Column("currency", lazy("Currency"), sort="currency", hidden=True),
        Column("tax_rate", lazy("Rate, %"), kind="number", sort="tax_rate"),
        Column("find", lazy("Result"), template="targeting/find.html"),
    )
    empty = Empty(lazy("This set has no rows"))

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add what is told of the set, which is known once its rows were looked for."""
        context = super().get_context_data(**kwargs)
        return context | self.told

    def source_for(self, request: HttpRequest) -> SetRows:
        """Return the rows of the set."""
        row = get_object_or_404(
            permissions.sets_visible_to(request.user, put_away=True), pk=self.kwargs["pk"]
        )
        bench = gateways.workbench_of(row)
        self.told = {
            "set": row,
            "simulated": row.simulated,
            "crumbs": [
                CRUMB,
                (_("Declarations"), reverse("targeting:sets")),
                (row.name, reverse("targeting:set", args=[row.pk])),
                (_("Rows"), ""),
            ],
        }
        return SetRows(
            bench,
            columns=ROW_COLUMNS,
            filters=self.filters,
            sorts={column.name: column.sort for column in self.columns if column.sort},
            address=lambda place: reverse("targeting:row", args=[row.pk, place]),
        )


@readers_only
@require_GET
def one_row(request: HttpRequest, pk: int, place: int) -> HttpResponseBase:
    """Show one row: its boxes, its indicators, its findings, and where it stands in its group."""
    row = get_object_or_404(permissions.sets_visible_to(request.user, put_away=True), pk=pk)
    bench = gateways.workbench_of(row)
    if place >= bench.rows:
        raise Http404
    found = row_in_full(bench, place, get_language() or "en")
    context = {
        "set": row,
        "simulated": row.simulated,
        "found": found,
        "place": place,
        "crumbs": [
            CRUMB,
            (_("Declarations"), reverse("targeting:sets")),
            (row.name, reverse("targeting:set", args=[pk])),
            (_("Rows"), reverse("targeting:set-rows", args=[pk])),
            (found.title, ""),
        ],
    }
    return render(request, "targeting/declarations/row.html", context)


urlpatterns: list[URLPattern] = [
    path("declarations/", SetList.as_view(), name="sets"),
    path("declarations/<int:pk>/", set_page, name="set"),
    path("declarations/<int:pk>/put-away", put_away, name="set-put-away"),
    path("declarations/<int:pk>/rows", SetRowList.as_view(), name="set-rows"),
    path("declarations/<int:pk>/rows/<int:place>", one_row, name="row"),
]
