"""The report of a month as PDF: asked for by a person, set in the background, kept as a file."""

from datetime import date, datetime
from pathlib import Path
from typing import Final

from django.db import transaction

from tamgha.platform.accounts.models import User
from tamgha.platform.files import services as files
from tamgha.platform.files.choices import Access
from tamgha.platform.jobs import services as jobs
from tamgha.practice.control import events
from tamgha.practice.control.gateways import desks
from tamgha.practice.control.gateways.typesetting import pdf_of
from tamgha.practice.control.models import ResultReport
from tamgha.practice.control.queries.results_report import month_of, report_of
from tamgha.practice.control.services import upkeep
from tamgha.practice.control.services.errors import ControlError
from tamgha.shared.words import Words

KIND: Final = "control.report"
TEMPLATE: Final = (
    Path(__file__).resolve().parents[1] / "templates" / "control" / "results" / "month.typ"
)


@transaction.atomic
def ask_for_report(*, month: date, language: str, by: User, at: datetime) -> ResultReport:
    """Ask for the report of a month; it is made in the background.

    Raises ControlError for a person without an administration, or a month that has not begun.
    """
    own = by.administration
    if own is None:
        raise ControlError(
            Words("A report belongs to an administration.", "Отчёт относится к администрации.")
        )
    today = at.astimezone(desks.zone_of(own)).date()
    if month_of(month).start > today:
        raise ControlError(
            Words(
                "A month that has begun was expected; a later one came.",
                "Ожидается уже начавшийся месяц, а указан более поздний.",
            )
        )
    report = ResultReport.objects.create(
        administration=own,
        month=month_of(month).start,
        language="ru" if language == "ru" else "en",
        made_by=by,
        made_at=at,
    )
    report.job = jobs.start(
        KIND,
        {"report": report.pk},
        by=by,
        administration=own,
        at=at,
        title=Words(f"Report of {month:%Y-%m}", f"Отчёт за {month:%m.%Y}"),
    )
    report.save(update_fields=["job"])
    return report


def make_report(report: ResultReport, *, at: datetime) -> ResultReport:
    """Count what came, set the report and store it; colleagues of the administration may open it."""
    own = report.administration
    upkeep.sweep(administration=own, at=at)
    data = report_of(
        own,
        month_of(report.month),
        at=at,
        today=at.astimezone(desks.zone_of(own)).date(),
        language=report.language,
    )
    pdf = pdf_of(TEMPLATE, data)
    with transaction.atomic():
        report.file = files.store(
            [pdf],
            name=f"results-{own.code}-{report.month:%Y-%m}-{report.language}.pdf",
            keeping=files.Keeping(
                owner=report.made_by,
                administration=own,
                access=Access.PRIVATE,
                purpose="control.report",
            ),
            at=at,
        )
        report.save(update_fields=["file"])
        events.announce(
            "control.report.made",
            on=report,
            by=report.made_by,
            at=at,
            month=f"{report.month:%Y-%m}",
            sha256=report.file.sha256,
        )
    return report
