"""Long work of targeting."""

from datetime import datetime

from django.urls import reverse
from django.utils import timezone

from tamgha.platform.jobs import services as jobs
from tamgha.practice.targeting.models import DeclarationSet, Intake, ScoreModel
from tamgha.practice.targeting.services import intakes, learning
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


STEPS = Words("steps", "шагов")


@jobs.kind(
    learning.TRAIN, title=Words("Training a model", "Обучение модели"), unit=STEPS, resumable=True
)
def train_model(context: jobs.JobContext, model: int) -> jobs.Outcome:
    """Train a model and measure it."""
    trained = learning.train(
        ScoreModel.objects.select_related("set", "administration").get(pk=model), context
    )
    return jobs.Outcome(
        Words(
            f"Model {trained.number} is trained.",
            f"Модель {trained.number} обучена.",
        ),
        reverse("targeting:model", args=[trained.number]),
    )


@jobs.kind(learning.SUGGEST, title=Words("Looking for rules", "Поиск правил"))
def suggest_rules(context: jobs.JobContext, row: int, at: str) -> jobs.Outcome:
    """Mine rules from a set."""
    mined = DeclarationSet.objects.select_related("administration").get(pk=row)
    found = learning.mine(mined, context, at=datetime.fromisoformat(at))
    summary = Words(
        f"{len(found)} rules held on goods they were not made from.",
        f"Правил, подтвердившихся на других товарах: {len(found)}.",
    )
    return jobs.Outcome(summary, f"{reverse('targeting:suggestions')}?set={row}")
