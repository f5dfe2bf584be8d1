"""Long work of control."""

from django.urls import reverse
from django.utils import timezone

from tamgha.platform.accounts.models import Administration
from tamgha.platform.jobs import services as jobs
from tamgha.practice.control.models import FileDrop, ResultReport
from tamgha.practice.control.services import alerting, drops, reporting, upkeep
from tamgha.shared.words import Words

DECLARATIONS = Words("declarations", "деклараций")


@jobs.kind(
    drops.KIND,
    title=Words("Deciding a file", "Решения по файлу"),
    unit=DECLARATIONS,
    resumable=True,
)
def decide_file(context: jobs.JobContext, drop: int) -> jobs.Outcome:
    """Decide on every declaration of a file."""
    found = FileDrop.objects.select_related("file", "administration", "given_by").get(pk=drop)
    decided = drops.decide_file(found, context, at=timezone.now())
    address = reverse("control:drop", args=[drop])
    if decided.state == FileDrop.State.REFUSED:
        return jobs.Outcome(
            Words("The file was refused; nothing was decided.", "Файл не принят; решений нет."),
            address,
        )
    return jobs.Outcome(
        Words(
            f"{decided.declarations:,} declarations have their lane.",
            f"Деклараций с решением: {decided.declarations}.",
        ),
        address,
    )


@jobs.kind(
    upkeep.KIND,
    title=Words("Counting results", "Подсчёт результатов"),
    unit=DECLARATIONS,
    resumable=True,
)
def count_results(context: jobs.JobContext, administration: int) -> jobs.Outcome:
    """Count what came since, and raise alerts."""
    own = Administration.objects.get(pk=administration)
    now = timezone.now()
    counted = upkeep.sweep(administration=own, at=now, told=context.progress)
    context.progress(counted, counted)
    raised = alerting.watch(administration=own, at=now)
    return jobs.Outcome(
        Words(
            f"{counted:,} declarations counted, {len(raised)} alerts raised.",
            f"Учтено деклараций: {counted}; новых предупреждений: {len(raised)}.",
        ),
        reverse("control:results"),
    )


@jobs.kind(
    reporting.KIND,
    title=Words("Report of a month", "Отчёт за месяц"),
    resumable=True,
)
def make_report(context: jobs.JobContext, report: int) -> jobs.Outcome:
    """Make the report of a month as PDF."""
    found = ResultReport.objects.select_related("administration", "made_by").get(pk=report)
    made = reporting.make_report(found, at=timezone.now())
    return jobs.Outcome(
        Words("The report is made.", "Отчёт готов."), reverse("control:report", args=[made.pk])
    )
