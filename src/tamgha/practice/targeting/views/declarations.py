"""Declarations: the sets, a file on its way into one, rows, and one row in full."""

from collections.abc import Iterator
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.views.decorators.http import require_GET, require_POST

from tamgha import risk
from tamgha.platform.accounts.models import Administration, User
from tamgha.platform.files import services as files
from tamgha.platform.files.choices import Access
from tamgha.platform.files.forms import Chosen, stored
from tamgha.platform.files.models import StoredFile
from tamgha.platform.tables.columns import Between, Choice, Column, Empty
from tamgha.platform.tables.exports import csv_lines
from tamgha.platform.tables.lists import RowList
from tamgha.practice.targeting import gateways, permissions
from tamgha.practice.targeting.choices import IntakeState, SetState
from tamgha.practice.targeting.forms.declarations import NEW, GiveFileForm
from tamgha.practice.targeting.models import Intake
from tamgha.practice.targeting.queries.intakes import fault_page, intake_steps, mapped_columns
from tamgha.practice.targeting.queries.one_row import row_in_full
from tamgha.practice.targeting.queries.rows import SetRows
from tamgha.practice.targeting.services import intakes as services
from tamgha.practice.targeting.services import sets as set_services
from tamgha.practice.targeting.views.access import CRUMB, readers_only, workplace_of, writers_only
from tamgha.shared.errors import TamghaError


def _said(refusal: TamghaError) -> str:
    return refusal.words.text(get_language() or "en")


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
            messages.error(request, _said(refusal))
    return redirect("targeting:set", pk=pk)


# ---- a file on its way in ----------------------------------------------------------------------


@writers_only
def give_file(request: HttpRequest) -> HttpResponseBase:
    """Give a file; its check begins at once, and nothing is stored."""
    own, user = workplace_of(request)
    sets = permissions.sets_visible_to(request.user).filter(simulated=False).order_by("-changed_at")
    mappings = permissions.mappings_visible_to(request.user).order_by("name")
    form = GiveFileForm(
        request.POST or None,
        request.FILES or None,
        sets=sets,
        mappings=mappings,
        initial={
            "into": request.GET.get("into", NEW),
            "content": request.GET.get("content", "items"),
        },
    )
    if request.method == "POST" and form.is_valid():
        try:
            given = _stored(form.cleaned_data["file"], own, user)
            intake = services.give_file(
                file=given,
                content=form.cleaned_data["content"],
                into=sets.filter(pk=form.cleaned_data["into"]).first()
                if form.cleaned_data["into"] != NEW
                else None,
                set_name=form.cleaned_data["set_name"].strip(),
                mapping=_mapping_text(form.cleaned_data["mapping"], mappings),
                by=user,
                at=timezone.now(),
            )
        except TamghaError as refusal:
            form.add_error(None, _said(refusal))
        else:
            return redirect("targeting:intake", pk=intake.pk)
    context = {
        "form": form,
        "crumbs": [
            CRUMB,
            (_("Declarations"), reverse("targeting:sets")),
            (_("Bring a file in"), ""),
        ],
    }
    return render(request, "targeting/declarations/give.html", context)


def _stored(chosen: Chosen, own: Administration, user: User) -> StoredFile:
    keeping = files.Keeping(
        owner=user, administration=own, access=Access.PRIVATE, purpose=services.PURPOSE
    )
    return stored(chosen, keeping=keeping, at=timezone.now())


def _mapping_text(choice: str, mappings: Any) -> str:
    kind, _colon, name = choice.partition(":")
    if kind == "shipped":
        return risk.Mapping.load(name).dumps()
    if kind == "kept":
        return str(get_object_or_404(mappings, pk=name).text)
    return ""


@writers_only
@require_GET
def intake_page(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Show where an intake stands: progress, faults, columns, and the decision."""
    intake = get_object_or_404(
        permissions.intakes_visible_to(request.user).select_related(
            "file", "set", "job", "given_by", "rejects"
        ),
        pk=pk,
    )
    language = get_language() or "en"
    column = request.GET.get("column")
    shown = fault_page(intake, column=column, after=request.GET.get("after", "0"))
    name = intake.file.name
    context = {
        "intake": intake,
        "steps": intake_steps(intake),
        "columns": mapped_columns(intake, language),
        "faults": shown,
        "chips": intake.report.get("by_column", []),
        "column": column,
        "refused": intake.rows - intake.good,
        "warnings": [
            {**one, "says": one["says"][1 if language == "ru" else 0]}
            for one in intake.report.get("warnings", [])
        ],
        "problem": intake.problem.get(language) or intake.problem.get("en", ""),
        "delay": _delay_of(intake),
        "given_before": _given_before(intake),
        "working": _is_worked_on(intake),
        "broken": intake.state in {IntakeState.CHECKING, IntakeState.STORING}
        and not _is_worked_on(intake),
        "crumbs": [CRUMB, (_("Declarations"), reverse("targeting:sets")), (name, "")],
    }
    return render(request, "targeting/declarations/intake.html", context)


def _is_worked_on(intake: Intake) -> bool:
    """Return whether long work on the file waits or runs; a broken-off one is said so, not awaited."""
    busy = intake.state in {IntakeState.CHECKING, IntakeState.STORING}
    return busy and intake.job is not None and not intake.job.is_finished


def _delay_of(intake: Intake) -> int | None:
    try:
        return risk.Mapping.loads(intake.mapping).delay_days if intake.mapping else None
    except TamghaError:
        return None


def _given_before(intake: Intake) -> Intake | None:
    return (
        Intake.objects.filter(
            administration=intake.administration,
            file__sha256=intake.file.sha256,
            given_at__lt=intake.given_at,
        )
        .order_by("-given_at")
        .first()
    )


@writers_only
@require_POST
def match(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Confirm guessed columns, take columns otherwise, change the delay, or keep the mapping."""
    intake = get_object_or_404(
        permissions.intakes_visible_to(request.user).select_related("file", "administration"), pk=pk
    )
    _own, user = workplace_of(request)
    act, _colon, field = request.POST.get("do", "").partition(":")
    now = timezone.now()
    try:
        if act == "confirm":
            services.confirm_columns(intake=intake, fields=[field])
        elif act == "change":
            chosen = {
                column["field"]: request.POST.get(f"target-{at}", column["target"])
                for at, column in enumerate(intake.columns)
            }
            changed = {
                name: target
                for name, target in chosen.items()
                if target != next(one["target"] for one in intake.columns if one["field"] == name)
            }
            if changed:
                services.match_columns(intake=intake, targets=changed, by=user, at=now)
            else:
                services.confirm_columns(intake=intake, fields=list(chosen))
        elif act == "delay":
            services.change_delay(
                intake=intake, days=int(request.POST.get("delay") or 0), by=user, at=now
            )
        elif act == "keep":
            kept = services.keep_mapping(
                intake=intake,
                name=request.POST.get("name", "").strip()[:80] or intake.file.name,
                by=user,
                at=now,
            )
            messages.success(
                request,
                _("The columns are kept as “%(name)s” for the next file.") % {"name": kept.name},
            )
        elif act == "again":
            services.begin_check(intake=intake, by=user, at=now)
    except (TamghaError, ValueError) as refusal:
        messages.error(
            request,
            _said(refusal)
            if isinstance(refusal, TamghaError)
            else _("A whole number of days was expected."),
        )
    return redirect("targeting:intake", pk=pk)


@writers_only
@require_POST
def decide(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Take the good rows, or nothing."""
    intake = get_object_or_404(
        permissions.intakes_visible_to(request.user).select_related("file", "administration"), pk=pk
    )
    _own, user = workplace_of(request)
    try:
        services.decide(
            intake=intake, take=request.POST.get("take") == "yes", by=user, at=timezone.now()
        )
    except TamghaError as refusal:
        messages.error(request, _said(refusal))
    return redirect("targeting:intake", pk=pk)


@writers_only
@require_GET
def all_faults(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Give every fault as CSV."""
    intake = get_object_or_404(permissions.intakes_visible_to(request.user), pk=pk)
    language = get_language() or "en"

    def rows() -> Iterator[tuple[Any, ...]]:
        for fault in risk.Checked.open(gateways.work_folder(intake)).faults():
            likely = fault.likely.text(language) if fault.likely else ""
            yield fault.row, fault.column, fault.value, fault.expected.text(language), likely

    head = (
        _("Row"),
        _("Column"),
        _("Value in the file"),
        _("What was expected"),
        _("Perhaps meant"),
    )
    response = StreamingHttpResponse(
        csv_lines(head, rows()), content_type="text/csv; charset=utf-8"
    )
    response["Content-Disposition"] = f'attachment; filename="faults-{intake.pk}.csv"'
    return response


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
    path("declarations/new", give_file, name="intake-new"),
    path("declarations/<int:pk>/", set_page, name="set"),
    path("declarations/<int:pk>/put-away", put_away, name="set-put-away"),
    path("declarations/<int:pk>/rows", SetRowList.as_view(), name="set-rows"),
    path("declarations/<int:pk>/rows/<int:place>", one_row, name="row"),
    path("intakes/<int:pk>/", intake_page, name="intake"),
    path("intakes/<int:pk>/match", match, name="intake-match"),
    path("intakes/<int:pk>/decide", decide, name="intake-decide"),
    path("intakes/<int:pk>/faults.csv", all_faults, name="intake-faults"),
]
