"""What the demo node shows of targeting: a simulated year, and a few profiles on it."""

from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Any

from tamgha import risk
from tamgha.platform.accounts.choices import Role
from tamgha.platform.accounts.models import Administration, User
from tamgha.practice.targeting import gateways, queries
from tamgha.practice.targeting.models import DeclarationSet, Profile, ProfileVersion
from tamgha.practice.targeting.queries import backtests
from tamgha.practice.targeting.services.passports import Wish, make_move
from tamgha.practice.targeting.services.profiles import Wording, save_draft, save_list
from tamgha.practice.targeting.services.sets import enter_set, new_folder
from tamgha.shared.shares import Share

SEED = 20_261_124
DECLARATIONS = 10_000
PLAN = risk.WorldPlan(illicit_rate=0.06, random_rate=0.08)

WORDINGS = (
    Wording(
        name="Low unit value, new importer",
        condition="unit_value_ratio < 60 % AND (importer_age_days < 120 OR importer_find_rate > 8 %)",
        red=8_000,
        task_en="Open every tenth package. Weigh a piece, photograph the brand, ask for the price list.",
        task_ru="Вскрыть каждое десятое место. Взвесить одно изделие, сфотографировать марку, запросить прайс-лист.",
        purpose="Find undervalued goods that enter through new firms",
        risk="R-12 Undervaluation through new firms",
        evidence="Mirror statistics; nine examinations of spring",
        direction="import",
    ),
    Wording(
        name="Low unit value, plastics",
        condition="hs LIKE '39%' AND unit_value_ratio < 70 %",
        red=5_000,
        yellow=5_000,
        task_en="Compare invoice, price list and payment. Take a sample for the laboratory.",
        task_ru="Сверить инвойс, прайс-лист и оплату. Отобрать пробу для лаборатории.",
        purpose="Find undervaluation of plastics",
        risk="R-10 Undervaluation, plastics",
        evidence="Price lists of three exporters",
        direction="import",
    ),
    Wording(
        name="Watched traders",
        condition="importer IN LIST 'watch'",
        red=10_000,
        task_en="Full examination; check marks of origin.",
        task_ru="Полный досмотр; проверить маркировку происхождения.",
        purpose="Follow traders with earlier finds",
        risk="R-31 Repeated offenders",
        evidence="Findings of the last year",
    ),
    Wording(
        name="Lodged at night",
        condition="night_lodging = TRUE",
        red=4_000,
        task_en="Ask for the contract; count the packages.",
        task_ru="Запросить контракт; пересчитать места.",
        purpose="Find what is lodged when nobody looks",
        risk="R-14 More packages than declared",
        evidence="A guess of last summer, never tried on findings",
        direction="import",
    ),
)

MOVES = (
    ("submit", "approve", "activate"),
    ("submit", "approve", "start_shadow"),
    (),
    ("submit", "approve", "activate"),
)
"""How far each of them has come: live, in the shadow, back-tested, live."""
LIVE_FOR = timedelta(weeks=11)
SHADOW_FOR = timedelta(days=6)
WAITS_FOR = timedelta(hours=20)
BEGUN = (LIVE_FOR, SHADOW_FOR, SHADOW_FOR, LIVE_FOR)
"""How long ago each of them was written."""

LATER = replace(
    WORDINGS[0],
    condition="unit_value_ratio < 55 % AND (importer_age_days < 120 OR importer_find_rate > 10 %)",
    note="Fewer hits, the same finds",
)
"""What waits for the second check."""


@dataclass(frozen=True, slots=True)
class Made:
    """What was made.

    Parameters
    ----------
    row : the simulated set
    breaches : by declaration and item, the duty evaded, of everything that the simulator knows to be
        wrong, examined or not; empty for a set that was there already
    """

    row: DeclarationSet
    breaches: dict[tuple[str, int], float] = field(default_factory=dict)


def create_demo(
    *,
    administration: Administration,
    analyst: User,
    at: datetime,
    last_day: date,
    declarations: int = DECLARATIONS,
) -> Made:
    """Make the simulated set and the profiles of a demo administration, once.

    Parameters
    ----------
    last_day : the simulated year ends on it
    declarations : how many it has
    """
    row = DeclarationSet.objects.filter(administration=administration, simulated=True).first()
    breaches: dict[tuple[str, int], float] = {}
    if row is None:
        world = risk.simulate(
            SEED, declarations=declarations, start=_year_before(last_day), weeks=52
        )
        folder = new_folder()
        world.write(folder, name="Simulated year")
        row = enter_set(
            administration=administration,
            name="Simulated year",
            folder=folder,
            by=analyst,
            at=at,
        )
        _watch_list(world, administration, analyst, at - LIVE_FOR)
        breaches = {
            (one["declaration"], one["item"]): one["duty_evaded"] or 0.0
            for one in world.truth.to_pylist()
            if one["scheme"]
        }
    if not Profile.objects.filter(administration=administration).exists():
        _profiles(row, analyst, at, last_day)
    return Made(row, breaches)


def _profiles(row: DeclarationSet, analyst: User, at: datetime, last_day: date) -> None:
    """Write the profiles, and bring them to different places on their way to the border post."""
    approver = User.objects.filter(
        administration=row.administration, grants__role=Role.APPROVER, grants__ends_at=None
    ).first()
    ends = last_day + timedelta(days=180)
    for number, (wording, moves, ago) in enumerate(
        zip(WORDINGS, MOVES, BEGUN, strict=True), start=1
    ):
        begun = at - ago
        version = _saved(row, f"P-{number:03d}", replace(wording, valid_to=ends), analyst, begun)
        for hours, name in enumerate(moves if approver else (), start=1):
            by = approver if name == "approve" and approver else analyst
            make_move(version=version, wish=Wish(name), by=by, at=begun + timedelta(hours=hours))
    if approver is not None:
        later = replace(LATER, valid_to=ends)
        version = _saved(row, "P-001", later, analyst, at - WAITS_FOR, based_on=1)
        make_move(version=version, wish=Wish("submit"), by=analyst, at=at - WAITS_FOR)


def _saved(
    row: DeclarationSet,
    code: str,
    wording: Wording,
    analyst: User,
    at: datetime,
    *,
    based_on: int = 0,
) -> ProfileVersion:
    return save_draft(
        administration=row.administration,
        code=code,
        wording=wording,
        by=analyst,
        at=at,
        based_on=based_on,
        evidence_of_test=_tested(row, code, wording),
    )


def _tested(row: DeclarationSet, code: str, wording: Wording) -> dict[str, Any]:
    """Return what a profile would have found in the simulated year, as the editor keeps it."""
    own = row.administration
    profile = risk.Profile(
        code=code,
        name=wording.name,
        condition=risk.parse_condition(wording.condition, queries.condition_fields(own.pk)),
        red=Share(wording.red),
        yellow=Share(wording.yellow),
        direction=queries.direction_of(wording.direction),
    )
    panel = backtests.panel_of(
        gateways.workbench_of(row),
        profile,
        others=[],
        capacity=None,
        lists=queries.lists_of(own),
    )
    return backtests.evidence_of(panel, row)


def _year_before(last_day: date) -> date:
    return date.fromordinal(last_day.toordinal() - 52 * 7 + 1)


def _watch_list(world: risk.World, administration: Administration, by: User, at: datetime) -> None:
    """Keep the dozen importers with most finds as the list "watch"."""
    found = world.findings.to_pylist()
    with_finds = {(row["declaration"], row["item"]) for row in found if row["found"]}
    items = world.items.select(["declaration", "item", "importer"]).to_pylist()
    counts: dict[str, int] = {}
    for row in items:
        if row["importer"] and (row["declaration"], row["item"]) in with_finds:
            counts[row["importer"]] = counts.get(row["importer"], 0) + 1
    most = sorted(counts, key=lambda name: (-counts[name], name))[:12]
    save_list(
        administration=administration, name="watch", kind="trader", members=most, by=by, at=at
    )
