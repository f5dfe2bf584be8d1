"""Long work of targeting."""

from django.urls import reverse
from django.utils import timezone

from tamgha.platform.jobs import services as jobs
from tamgha.practice.targeting.models import Intake
from tamgha.practice.targeting.services import intakes
from tamgha.shared.words import Words

ROWS = Words("rows", "строк")


@jobs.kind(intakes.CHECK, title=Words("Checking a file", "Проверка файла"), unit=ROWS)
def check_file(context: jobs.JobContext, intake: int) -> jobs.Outcome:
    """Try every row of a given file."""
    checked = intakes.check(_intake(intake), context)
    return jobs.Outcome(
        Words(
            f"{checked.good:,} of {checked.rows:,} rows can be taken.",
            f"Можно принять строк: {checked.good} из {checked.rows}.",
        ),
        reverse("targeting:intake", args=[intake]),
    )


@jobs.kind(intakes.STORE, title=Words("Storing declarations", "Сохранение деклараций"), unit=ROWS)
def store_rows(context: jobs.JobContext, intake: int) -> jobs.Outcome:
    """Store the good rows of a checked file."""
    row, taken = intakes.store(_intake(intake), context, at=timezone.now())
    return jobs.Outcome(
        Words(f"{taken.taken:,} rows are stored.", f"Сохранено строк: {taken.taken}."),
        reverse("targeting:set", args=[row.pk]),
    )


def _intake(pk: int) -> Intake:
    return Intake.objects.select_related(
        "file", "set", "administration", "given_by", "decided_by"
    ).get(pk=pk)
