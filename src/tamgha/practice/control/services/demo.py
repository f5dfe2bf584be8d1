"""What the demo node shows of control: plans, ten weeks of decisions, acts handed in and open."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, Final

from tamgha.platform.accounts.choices import Role
from tamgha.platform.accounts.models import Administration, User
from tamgha.practice.control.domain.acts import HandedIn, ItemResult
from tamgha.practice.control.domain.lodging import LodgedRows, lodging_of_rows
from tamgha.practice.control.domain.terms import PlanTerms
from tamgha.practice.control.gateways import desks
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

WEEKS: Final = 10
WEEK: Final = timedelta(weeks=1)
OPEN_ACTS: Final = 4
DELAYS: Final = (0, 1, 1, 2, 3, 6)
"""Days from the decision to the act, in turn."""

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
    breaches: Mapping[tuple[str, int], float] | None = None,
) -> None:
    """Make the plans of a demo administration, and play ten weeks of its simulated year, once.

    Parameters
    ----------
    breaches : the duty evaded, by declaration and item, of what an examination finds
    """
    if OfficePlan.objects.filter(administration=administration).exists():
        return
    begun = at - WEEKS * WEEK - timedelta(days=1)
    office = _busiest(row)
    for place, terms, approved in (
        (("", "import"), RATES, True),
        (("", "export"), RATES, True),
        ((office, "import"), BUSY, False),
    ):
        made = begun if approved else at - timedelta(hours=3)
        version = save_plan(
            administration=administration, place=place, terms=terms, by=analyst, at=made
        )
        version = move_plan(version=version, move="submit", by=analyst, at=made, tried_on=row)
        if approved:
            move_plan(version=version, move="approve", by=approver, at=made)
    examiner = User.objects.filter(
        administration=administration, grants__role=Role.EXAMINER, grants__ends_at=None
    ).first()
    if examiner is not None:
        set_examiner(
            person=examiner, group="working", office="", is_available=True, by=approver, at=begun
        )
        _play(administration, row, breaches or {}, at)


def _play(
    administration: Administration,
    row: DeclarationSet,
    breaches: Mapping[tuple[str, int], float],
    at: datetime,
) -> None:
    """Decide on the weeks as they passed; hand in what was examined, the last acts stay open."""
    weeks = _weeks(row)
    begin_indicators(administration=administration, row=row, by=None, at=at - WEEKS * WEEK)
    for number, lodged in enumerate(weeks):
        then = at - (WEEKS - 1 - number) * WEEK
        desks.forget_standards()  # what was in force then, not a second ago
        decided = decide_many(Source(administration=administration), lodged, at=then)
        acts = list(
            InspectionAct.objects.select_related("administration", "decision", "examiner__person")
            .filter(decision__in=[one for one in decided if one.lane == "red"])
            .order_by("pk")
        )
        still_open = OPEN_ACTS if number == WEEKS - 1 else 0
        for place, act in enumerate(acts[: len(acts) - still_open]):
            came = min(then + timedelta(days=DELAYS[place % len(DELAYS)]), at)
            _hand_in(act, breaches, came)


def _weeks(row: DeclarationSet) -> list[list[LodgedRows]]:
    """Return the last weeks of a set, the oldest first, as programs lodge them."""
    declarations: dict[str, list[dict[str, Any]]] = {}
    rows = open_set(row).items().to_pylist()
    last = rows[-1]["day"]
    for one in rows:
        if one["day"] > last - WEEKS * WEEK and one["direction"] in ("import", "export"):
            declarations.setdefault(one["declaration"], []).append(one)
    weeks: list[list[LodgedRows]] = [[] for _number in range(WEEKS)]
    for every in declarations.values():
        weeks[WEEKS - 1 - (last - every[0]["day"]).days // 7].append(lodging_of_rows(every))
    return weeks


def _hand_in(act: InspectionAct, breaches: Mapping[tuple[str, int], float], at: datetime) -> None:
    """Hand an act in as its examiner would: what the simulator knows to be wrong is found."""
    name = act.decision.declaration
    items = tuple(
        ItemResult(item=number, result="found", kind="value", duty=_money(breaches[name, number]))
        if (name, number) in breaches
        else ItemResult(item=number, result="clean")
        for number in item_numbers(act)
    )
    given = HandedIn(
        examined=at.astimezone(zone_of(act.administration)).date(),
        items=items,
        minutes=40 + 10 * len(items),
    )
    by = act.examiner.person if act.examiner else None
    hand_in(act=act, given=given, hand=Hand(by=by), at=at)


def _money(amount: float) -> Decimal:
    return Decimal(str(round(amount, 2)))


def _busiest(row: DeclarationSet) -> str:
    """Return the office with most rows of a set."""
    counts = open_set(row).items(["office"])["office"].value_counts().to_pylist()
    most = max(counts, key=lambda one: (one["counts"], one["values"]))
    return str(most["values"])
