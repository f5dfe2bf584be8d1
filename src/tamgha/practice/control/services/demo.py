"""What the demo node shows of control: plans, decisions on a few days, acts handed in and open."""

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, Final

from tamgha.platform.accounts.choices import Role
from tamgha.platform.accounts.models import Administration, User
from tamgha.practice.control.domain.acts import HandedIn, ItemResult
from tamgha.practice.control.domain.lodging import lodging_of_rows
from tamgha.practice.control.domain.terms import PlanTerms
from tamgha.practice.control.gateways.desks import zone_of
from tamgha.practice.control.models import InspectionAct, OfficePlan
from tamgha.practice.control.services.acts import Hand, hand_in, item_numbers
from tamgha.practice.control.services.beginning import begin_indicators
from tamgha.practice.control.services.drops import decide_many
from tamgha.practice.control.services.examiners import set_examiner
from tamgha.practice.control.services.plans import move_plan, save_plan
from tamgha.practice.control.services.rows import Source
from tamgha.practice.targeting.gateways import open_set
from tamgha.practice.targeting.models import DeclarationSet

DAYS: Final = 10
OPEN_ACTS: Final = 4

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
    capacity=5,
    random_examinations=2,
    lot_minutes=60,
    exploration=1_000,
    arrivals=10,
    reason="The dock has room for five examinations a day",
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
    """Make the plans of a demo administration, and decide on a few days of its simulated year, once."""
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

    _decide(administration, approver, row, at)


def _decide(
    administration: Administration, approver: User, row: DeclarationSet, at: datetime
) -> None:
    """Decide on the last days of the year as if they arrived now, and hand some acts in."""
    examiner = User.objects.filter(
        administration=administration, grants__role=Role.EXAMINER, grants__ends_at=None
    ).first()
    if examiner is None:
        return
    set_examiner(person=examiner, group="working", office="", is_available=True, by=approver, at=at)
    begin_indicators(administration=administration, row=row, by=None, at=at)
    on_disk = open_set(row)
    rows = on_disk.items().to_pylist()
    last = rows[-1]["day"] - timedelta(days=DAYS)
    declarations: dict[str, list[dict[str, Any]]] = {}
    for one in rows:
        if one["day"] > last and one["direction"] in ("import", "export"):
            declarations.setdefault(one["declaration"], []).append(one)
    found = {
        (one["declaration"], one["item"]) for one in on_disk.findings().to_pylist() if one["found"]
    }
    lodged = [lodging_of_rows(every) for every in declarations.values()]
    decided = decide_many(Source(administration=administration), lodged, at=at)
    acts = InspectionAct.objects.select_related("administration", "decision").filter(
        decision__in=[one for one in decided if one.lane == "red"]
    )
    for act in list(acts.order_by("pk"))[: -OPEN_ACTS or None]:
        _hand_in(act, found, examiner, at)


def _hand_in(act: InspectionAct, found: set[tuple[str, int]], examiner: User, at: datetime) -> None:
    name = act.decision.declaration
    items = tuple(
        ItemResult(item=number, result="found", kind="value", duty=Decimal(250))
        if (name, number) in found
        else ItemResult(item=number, result="clean")
        for number in item_numbers(act)
    )
    given = HandedIn(
        examined=at.astimezone(zone_of(act.administration)).date(),
        items=items,
        minutes=40 + 10 * len(items),
    )
    hand_in(act=act, given=given, hand=Hand(by=examiner), at=at)


def _busiest(row: DeclarationSet) -> str:
    """Return the office with most rows of a set."""
    counts = open_set(row).items(["office"])["office"].value_counts().to_pylist()
    most = max(counts, key=lambda one: (one["counts"], one["values"]))
    return str(most["values"])
