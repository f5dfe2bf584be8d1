"""Long work of control."""

from django.urls import reverse
from django.utils import timezone

from tamgha.platform.jobs import services as jobs
from tamgha.practice.control.models import FileDrop
from tamgha.practice.control.services import drops
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
