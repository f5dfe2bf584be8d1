"""Monthly reports on results as PDF: asked for, listed, opened."""

from datetime import date

from django.http import FileResponse, Http404, HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from tamgha.platform.files import services as files
from tamgha.platform.ui import notices
from tamgha.practice.control import permissions
from tamgha.practice.control.gateways import desks
from tamgha.practice.control.services import reporting
from tamgha.practice.control.views.access import CRUMB, readers_only, said, workplace_of
from tamgha.practice.control.views.results import RESULTS
from tamgha.shared.errors import TamghaError

SHOWN = 48


def _month(text: str) -> date | None:
    try:
        return date.fromisoformat(f"{text}-01")
    except ValueError:
        return None


@readers_only
def reports(request: HttpRequest) -> HttpResponseBase:
    """List the reports, and ask for one."""
    own, user = workplace_of(request)
    now = timezone.now()
    if request.method == "POST":
        month = _month(request.POST.get("month", ""))
        if month is None:
            notices.refused(request, _("A month was expected, such as 2026-10."))
            return redirect("control:reports")
        try:
            reporting.ask_for_report(
                month=month, language=request.POST.get("language", "en"), by=user, at=now
            )
        except TamghaError as refusal:
            notices.refused(request, said(refusal))
        else:
            notices.succeeded(request, _("The report is being made. It appears in this list."))
        return redirect("control:reports")
    rows = permissions.reports_visible_to(request.user).select_related("made_by", "job", "file")
    context = {
        "rows": rows.order_by("-made_at", "-pk")[:SHOWN],
        "month": f"{now.astimezone(desks.zone_of(own)):%Y-%m}",
        "language": get_language() or "en",
        "crumbs": [CRUMB, RESULTS, (_("Monthly reports"), "")],
        "simulated": own.is_simulated,
    }
    return render(request, "control/results/reports.html", context)


@readers_only
@require_GET
def report(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Open the PDF of a report: for those who may read results with profiles, whoever asked for it."""
    row = get_object_or_404(
        permissions.reports_visible_to(request.user).select_related("file", "made_by"), pk=pk
    )
    if row.file is None:
        raise Http404(_("The report is not made yet."))
    try:
        stream = files.open_for(row.made_by, row.file)
    except files.FileNotOpenError as refusal:
        raise Http404(said(refusal)) from None
    return FileResponse(
        stream, as_attachment=False, filename=row.file.name, content_type="application/pdf"
    )


urlpatterns: list[URLPattern] = [
    path("results/reports/", reports, name="reports"),
    path("results/reports/<int:pk>/", report, name="report"),
]
