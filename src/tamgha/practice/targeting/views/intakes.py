"""A file of declarations on its way into a set: given, matched, checked, taken in or not."""

from collections.abc import Iterator
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from tamgha import risk
from tamgha.platform.accounts.models import Administration, User
from tamgha.platform.files import services as files
from tamgha.platform.files.choices import Access
from tamgha.platform.files.forms import Chosen, stored
from tamgha.platform.files.models import StoredFile
from tamgha.platform.tables.exports import csv_lines
from tamgha.platform.ui import notices
from tamgha.practice.targeting import gateways, permissions
from tamgha.practice.targeting.choices import IntakeState
from tamgha.practice.targeting.forms.declarations import NEW, GiveFileForm
from tamgha.practice.targeting.models import Intake
from tamgha.practice.targeting.queries.intakes import fault_page, intake_steps, mapped_columns
from tamgha.practice.targeting.services import intakes as services
from tamgha.practice.targeting.views.access import CRUMB, workplace_of, writers_only
from tamgha.shared.errors import TamghaError


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
            form.add_error(None, notices.said(refusal))
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
            notices.said(refusal)
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
        notices.refused(request, refusal)
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


urlpatterns: list[URLPattern] = [
    path("declarations/new", give_file, name="intake-new"),
    path("intakes/<int:pk>/", intake_page, name="intake"),
    path("intakes/<int:pk>/match", match, name="intake-match"),
    path("intakes/<int:pk>/decide", decide, name="intake-decide"),
    path("intakes/<int:pk>/faults.csv", all_faults, name="intake-faults"),
]
