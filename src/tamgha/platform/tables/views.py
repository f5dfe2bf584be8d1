"""Pages of the one sheet: what it wants, the file, what it would do, what it did."""

import base64
from collections.abc import Sequence
from typing import Any

from django import forms
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from tamgha.platform.tables import sheets as services
from tamgha.platform.tables.exports import csv_lines, xlsx_bytes
from tamgha.platform.tables.models import SheetImport
from tamgha.platform.tables.sheets import Applied, Plan, PlannedRow, Sheet
from tamgha.platform.ui import notices
from tamgha.shared.errors import TamghaError

SHOWN_ROWS = 300  # of a plan: each is a checkbox, and a form holds at most 1,000 fields
SHOWN_FAULTS = 100
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class FileForm(forms.Form):
    """The file with the rows."""

    file = forms.FileField(
        label=lazy("File with the rows"), help_text=lazy("XLSX, XLS, ODS or CSV; at most 5 MB")
    )


def _sheet(request: HttpRequest, name: str) -> Sheet:
    sheet = services.sheet_of(name)
    if sheet is None:
        raise Http404(f"no sheet is named {name!r}")
    if not sheet.permission(request.user):
        raise PermissionDenied
    return sheet


def _own(request: HttpRequest, pk: int) -> tuple[SheetImport, Sheet]:
    kept = get_object_or_404(SheetImport, pk=pk, owner_id=request.user.pk)
    return kept, _sheet(request, kept.sheet)


@require_GET
@login_required
def sheets(request: HttpRequest) -> HttpResponse:
    """List the sheets that the reader may bring in, and the reader's last files."""
    mine = services.sheets_for(request.user)
    if not mine:
        raise PermissionDenied
    titles = {sheet.name: sheet.title for sheet in mine}
    last = SheetImport.objects.filter(owner_id=request.user.pk, sheet__in=titles)
    last = last.defer("rows", "done").order_by("-given_at", "-pk")[:20]
    context = {"sheets": mine, "last": [(one, titles[one.sheet]) for one in last]}
    return render(request, "tables/sheets.html", context)


@require_http_methods(["GET", "POST"])
@login_required
def begin(request: HttpRequest, name: str) -> HttpResponse:
    """Say what the sheet wants, and take its file."""
    sheet = _sheet(request, name)
    form = FileForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data["file"]
        try:
            kept = services.keep(
                sheet,
                data=given.read(),
                file_name=given.name or "",
                by=request.user,
                at=timezone.now(),
            )
        except TamghaError as refusal:
            form.add_error("file", notices.said(refusal))
        else:
            return redirect("tables:import", pk=kept.pk)
    status = 422 if request.method == "POST" else 200
    return render(request, "tables/sheet.html", {"sheet": sheet, "form": form}, status=status)


@require_GET
@login_required
def template_file(request: HttpRequest, name: str) -> HttpResponse:
    """Give an XLSX with the heads and an example row; a second sheet would be read by nobody."""
    sheet = _sheet(request, name)
    head = [
        notices.said(column.label) + (" *" if column.required else "") for column in sheet.columns
    ]
    return _xlsx(head, [[column.example for column in sheet.columns]], f"{sheet.name}.xlsx")


@require_http_methods(["GET", "POST"])
@login_required
@never_cache
def one_import(request: HttpRequest, pk: int) -> HttpResponse:
    """Show what a file would do, or did; match its columns, take it, take it back, drop it."""
    kept, sheet = _own(request, pk)
    if request.method == "POST":
        try:
            return _act(request, sheet, kept)
        except TamghaError as refusal:
            notices.refused(request, refusal)
        return redirect("tables:import", pk=pk)
    context: dict[str, Any] = {"sheet": sheet, "kept": kept}
    if kept.state == SheetImport.State.OPEN:
        plan = services.plan_of(sheet, kept, by=request.user)
        context |= _plan_context(sheet, kept, plan)
    return render(request, "tables/import.html", context)


def _plan_context(sheet: Sheet, kept: SheetImport, plan: Plan) -> dict[str, Any]:
    acting = [row for row in plan.rows if row.kind != "same"]
    missing = [one.label for one in sheet.columns if one.required and one.name not in kept.mapping]
    used = set(kept.mapping.values())
    return {
        "plan": plan,
        "new": len(plan.of_kind("new")),
        "change": len(plan.of_kind("change")),
        "same": len(plan.of_kind("same")),
        "faulty": len(plan.faulty_rows),
        "acting": acting[:SHOWN_ROWS],
        "n_acting": len(acting),
        "hidden": max(0, len(acting) - SHOWN_ROWS),
        "faults": plan.faults[:SHOWN_FAULTS],
        "more_faults": max(0, len(plan.faults) - SHOWN_FAULTS),
        "columns": [(one, kept.mapping.get(one.name, -1)) for one in sheet.columns],
        "heads": list(enumerate(kept.head)),
        "missing": missing,
        "unused": [head for place, head in enumerate(kept.head) if head and place not in used],
    }


def _act(request: HttpRequest, sheet: Sheet, kept: SheetImport) -> HttpResponse:
    act, now = request.POST.get("act", ""), timezone.now()
    if act == "drop":
        services.drop(kept)
        notices.succeeded(request, _("The file was dropped; nothing of it was saved."))
        return redirect("tables:sheet", name=sheet.name)
    if act == "map":
        wanted = {one.name: _number(request.POST.get(f"c-{one.name}")) for one in sheet.columns}
        services.map_columns(sheet, kept, wanted)
    elif act == "undo":
        n = services.take_back(sheet, kept, by=request.user, at=now)
        text = ngettext("%(n)d row was taken back.", "%(n)d rows were taken back.", n)
        notices.succeeded(request, text % {"n": n})
    elif act in {"take", "take-chosen"}:
        numbers = {_number(one) for one in request.POST.getlist("chosen")}
        done = services.take(
            sheet,
            kept,
            seen=request.POST.get("seen", ""),
            by=request.user,
            at=now,
            chosen=numbers if act == "take-chosen" else None,
        )
        text = ngettext("%(n)d row was saved.", "%(n)d rows were saved.", len(done))
        notices.succeeded(request, text % {"n": len(done)})
        if any(applied.told for _row, applied in done):
            return _told_once(request, sheet, kept, done)
    else:
        raise Http404(f"no act {act!r}")
    return HttpResponseRedirect(request.path)


def _told_once(
    request: HttpRequest,
    sheet: Sheet,
    kept: SheetImport,
    done: Sequence[tuple[PlannedRow, Applied]],
) -> HttpResponse:
    """Show what the rows told; it is kept nowhere, so that only this page ever has it."""

    def absolute(text: str) -> str:
        return request.build_absolute_uri(text) if text.startswith("/") else text

    head = [notices.said(words) for _name, words in sheet.told]
    rows = [
        [absolute(applied.told.get(name, "")) for name, _words in sheet.told]
        for _row, applied in done
        if applied.told
    ]
    text = "".join(csv_lines(head, rows))
    context = {
        "sheet": sheet,
        "kept": kept,
        "head": head,
        "rows": rows,
        "csv": base64.b64encode(text.encode()).decode(),
    }
    return render(request, "tables/told.html", context)


@require_GET
@login_required
def faulty_rows(request: HttpRequest, pk: int) -> HttpResponse:
    """Give the rows with a fault back, with what is wrong beside them, to be mended and brought again."""
    kept, sheet = _own(request, pk)
    plan = services.plan_of(sheet, kept, by=request.user)
    wrong: dict[int, list[str]] = {}
    for fault in plan.faults:
        label = notices.said(fault.column)
        wrong.setdefault(fault.number, []).append(
            f"{label}: {notices.said(fault.text)}" if label else notices.said(fault.text)
        )
    width = len(kept.head)
    rows = [
        [*(list(cells) + [""] * width)[:width], "; ".join(wrong[number])]
        for number, cells in kept.rows
        if number in wrong
    ]
    return _xlsx([*kept.head, _("What is wrong")], rows, f"{sheet.name}-faults.xlsx")


def _xlsx(head: Sequence[str], rows: Sequence[Sequence[Any]], name: str) -> HttpResponse:
    response = HttpResponse(xlsx_bytes(head, rows), content_type=XLSX)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _number(text: str | None) -> int:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 10 else -1
