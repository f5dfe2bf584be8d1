"""What the demo node shows of control: a plan in force, and one that waits for a second person."""

from datetime import datetime

from tamgha.platform.accounts.models import Administration, User
from tamgha.practice.control.domain.terms import PlanTerms
from tamgha.practice.control.models import OfficePlan
from tamgha.practice.control.services.plans import move_plan, save_plan
from tamgha.practice.targeting.models import DeclarationSet

TASK_EN = (
    "Open the packages and compare goods, quantity and marks with the declaration. Weigh and "
    "photograph what differs."
)
TASK_RU = (
    "Вскрыть места и сверить товар, количество и маркировку с декларацией. Взвесить и "
    "сфотографировать расхождения."
)
RATES = PlanTerms(
    expected_red=500,
    expected_yellow=1_000,
    random_red=300,
    maximum_hits=3,
    green_delay_minutes=30,
    yellow_to_blue_days=3,
    reason="First plan of all offices",
    task_en=TASK_EN,
    task_ru=TASK_RU,
)
BUSY = PlanTerms(
    mode="capacity",
    capacity=12,
    random_examinations=4,
    lot_minutes=60,
    exploration=1_000,
    arrivals=40,
    reason="The dock has room for twelve examinations a day",
    task_en=TASK_EN,
    task_ru=TASK_RU,
)


def create_demo(
    *,
    administration: Administration,
    analyst: User,
    approver: User,
    at: datetime,
    row: DeclarationSet,
) -> None:
    """Make the plans of a demo administration, once."""
    if OfficePlan.objects.filter(administration=administration).exists():
        return
    office = _busiest(row)
    for place, terms, approved in (
        (("", "import"), RATES, True),
        (("", "export"), RATES, True),
        ((office, "import"), BUSY, False),
    ):
        version = save_plan(
            administration=administration, place=place, terms=terms, by=analyst, at=at
        )
        version = move_plan(version=version, move="submit", by=analyst, at=at, tried_on=row)
        if approved:
            move_plan(version=version, move="approve", by=approver, at=at)


def _busiest(row: DeclarationSet) -> str:
    """Return the office with most rows of a set."""
    from tamgha.practice.targeting.gateways import open_set  # noqa: PLC0415 -- reads the rows

    counts = open_set(row).items(["office"])["office"].value_counts().to_pylist()
    most = max(counts, key=lambda one: (one["counts"], one["values"]))
    return str(most["values"])
