"""What the demo shows of the register: a year of it, with versions, two scorers and an approver."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Final

from tamgha.platform.accounts import services as accounts
from tamgha.platform.accounts.choices import Role
from tamgha.platform.accounts.models import Administration, User
from tamgha.practice.register.domain.demo import RISKS, DemoRisk
from tamgha.practice.register.domain.scales import Marks
from tamgha.practice.register.domain.wording import Wording
from tamgha.practice.register.models import Register, Risk, RiskVersion
from tamgha.practice.register.queries import links
from tamgha.practice.register.services import following, moves, scoring, writing

REVIEWED: Final = timedelta(days=55)
OPEN: Final = frozenset({22, 27, 31, 32})
"""Numbers of the risks that are not approved yet, so that each step of the way can be seen."""
LINKS: Final = (
    (12, "indicator", "unit_value_ratio", "raises"),
    (12, "indicator", "importer_age_days", "raises"),
    (12, "indicator", "mass_ratio", "raises"),
    (12, "indicator", "trader_grade", "lowers"),
    (9, "indicator", "neighbour_duty_gap", "raises"),
    (21, "indicator", "importer_age_days", "raises"),
)
ACTIONS: Final = (
    (12, "Write the price note on footwear for all posts", "first", 12, "doing"),
    (12, "Choose the ten importers for audit", "second", 30, "planned"),
    (12, "Meet the association of importers", "first", -18, "done"),
    (21, "Ask the expert council about the October codes", "second", -3, "doing"),
)


class _Cast:
    """Who plays whom: two analysts, the approver, the coordinator."""

    def __init__(self, administration: Administration, at: datetime) -> None:
        held = User.objects.filter(administration=administration, grants__ends_at=None)
        self.people = {
            "first": held.filter(grants__role=Role.ANALYST).order_by("pk")[0],
            "second": _second_analyst(administration, at),
            "approver": held.filter(grants__role=Role.APPROVER).order_by("pk")[0],
            "coordinator": held.filter(grants__role=Role.COORDINATOR).order_by("pk")[0],
        }

    def __getitem__(self, part: str) -> User:
        return self.people[part]


def create_demo(*, administration: Administration, at: datetime) -> None:
    """Make the register of a demo administration, once; a second call changes nothing.

    A second analyst, Dana, is entered with it: a risk needs two people to score it.
    """
    if Risk.objects.filter(administration=administration).exists():
        return
    cast = _Cast(administration, at)
    today = at.date()
    reviewed = at - REVIEWED
    Register.objects.update_or_create(
        administration=administration,
        defaults={
            "last_review": reviewed.date(),
            "next_review": today + timedelta(days=52),
            "changed_by": cast["approver"],
            "changed_at": reviewed,
        },
    )
    for one in RISKS:
        if one.number in OPEN:
            continue
        first = replace(one, marks=_EARLIER.get(one.number, one.marks))
        _approved(first, cast, _said(first, cast, today), at=reviewed - timedelta(days=2))
    _twelve(cast, today, at)
    _twenty_one(cast, today, at)
    _on_their_way(cast, today, at)
    _followed(administration, cast, today, at)


_EARLIER: Final = {12: (5, 4, 4, 4), 21: (3, 5, 3, 4)}
"""What two of them scored at the last review, before they moved."""


def _second_analyst(administration: Administration, at: datetime) -> User:
    username = f"dana.{administration.code}"
    found = User.objects.filter(username=username).first()
    if found is not None:
        return found
    entered = accounts.invite_person(
        new=accounts.NewPerson(full_name="Dana Demo", username=username),
        administration=administration,
        roles=[Role.ANALYST],
        by=None,
        at=at,
    )
    User.objects.filter(pk=entered.pk).update(is_simulated=True)
    return entered


def _said(one: DemoRisk, cast: _Cast, today: date, note: str = "") -> Wording:
    causes, consequences, measures = one.texts
    return Wording(
        title_en=one.titles[0],
        title_ru=one.titles[1],
        area=one.area,
        kind=one.kind,
        causes=causes,
        consequences=consequences,
        treatment=one.treatment,
        measures=measures,
        owner=cast[one.owner].pk,
        review_on=today + timedelta(days=one.review_in),
        office=one.office,
        note=note,
    )


def _saved(one: DemoRisk, cast: _Cast, wording: Wording, at: datetime) -> RiskVersion:
    own = cast["approver"].administration
    if own is None:
        raise TypeError("the demo register is of an administration")
    risk = Risk.objects.filter(administration=own, number=one.number).first()
    return writing.save_version(
        place=risk or own,
        wording=wording,
        by=cast["first"],
        at=at,
        number=one.number,
        based_on=risk.latest if risk else 0,
    )


def _scored(one: DemoRisk, cast: _Cast, version: RiskVersion, at: datetime) -> None:
    """Let both analysts score; where the consequence is grave, the second thought it a little less."""
    marks = Marks(*one.marks)
    first, second = marks, marks
    if marks.residual_consequence >= 4 and marks.residual_likelihood > 1:
        second = replace(marks, residual_likelihood=marks.residual_likelihood - 1)
    seen = version.number
    scoring.give_score(
        risk=version.risk, marks=first, reason="", by=cast["first"], at=at, seen=seen
    )
    scoring.give_score(
        risk=version.risk, marks=second, reason="", by=cast["second"], at=at, seen=seen
    )
    scoring.agree_score(
        risk=version.risk,
        marks=marks,
        note="The finds of the last quarter speak for the higher one" if first != second else "",
        by=cast[one.owner],
        at=at,
        seen=seen,
    )


def _approved(one: DemoRisk, cast: _Cast, wording: Wording, *, at: datetime) -> None:
    version = _saved(one, cast, wording, at)
    _scored(one, cast, version, at + timedelta(hours=2))
    _move(version, "submit", cast["first"], at + timedelta(hours=3))
    _move(version, "approve", cast["approver"], at + timedelta(days=2))


def _move(version: RiskVersion, name: str, by: User, at: datetime) -> None:
    moves.make_move(risk=version.risk, move=name, by=by, at=at, seen=version.number)


def _by_number(number: int) -> DemoRisk:
    return next(one for one in RISKS if one.number == number)


def _twelve(cast: _Cast, today: date, at: datetime) -> None:
    """Give the best known risk its history: drafts in between, and a lower score in the end."""
    one = _by_number(12)
    causes, consequences, measures = one.texts
    for days, text in (
        (40, "One profile, price notes to posts"),
        (33, "Two profiles, price notes to posts"),
        (27, "Two profiles, price notes to posts, audits"),
    ):
        wording = _said(replace(one, texts=(causes, consequences, text)), cast, today)
        _saved(one, cast, wording, at - timedelta(days=days))
    _saved(one, cast, _said(one, cast, today), at - timedelta(days=22))
    _approved(
        one,
        cast,
        _said(
            replace(one, texts=(causes, consequences, measures)),
            cast,
            today,
            "P-001 and P-002 live",
        ),
        at=at - timedelta(days=20),
    )


def _twenty_one(cast: _Cast, today: date, at: datetime) -> None:
    one = _by_number(21)
    wording = _said(one, cast, today, "three shell firms in October")
    wording = replace(wording, controls="Codes under export control are stopped by the system")
    _approved(one, cast, wording, at=at - timedelta(days=30))


def _on_their_way(cast: _Cast, today: date, at: datetime) -> None:
    """Leave one risk at each step: unscored, scored by one, scored by two, submitted."""
    for number, step in ((22, 0), (27, 1), (32, 2), (31, 3)):
        one = _by_number(number)
        version = _saved(one, cast, _said(one, cast, today), at - timedelta(days=6))
        marks, seen = Marks(*one.marks), version.number
        if step in {1, 2}:
            scoring.give_score(
                risk=version.risk,
                marks=marks,
                reason="Two cases this year",
                by=cast["second"],
                at=at - timedelta(days=5),
                seen=seen,
            )
        if step == 2:
            higher = replace(marks, residual_likelihood=marks.residual_likelihood + 1)
            scoring.give_score(
                risk=version.risk,
                marks=higher,
                reason="Seen at three posts",
                by=cast["first"],
                at=at - timedelta(days=4),
                seen=seen,
            )
        if step == 3:
            _scored(one, cast, version, at - timedelta(days=4))
            _move(version, "submit", cast["first"], at - timedelta(days=3))


def _followed(administration: Administration, cast: _Cast, today: date, at: datetime) -> None:
    risks = {one.number: one for one in Risk.objects.filter(administration=administration)}
    for number, text, who, days, state in ACTIONS:
        action = following.add_action(
            risk=risks[number],
            text=text,
            person=cast[who],
            due=today + timedelta(days=days),
            by=cast["first"],
            at=at - timedelta(days=19),
        )
        following.change_action(action=action, state=state, by=cast["first"], at=at)
    offered = {name: dict(kind.choices(cast["first"])) for name, kind in links.kinds().items()}
    for number, kind, key, direction in LINKS:
        if key in offered.get(kind, {}):
            following.link(
                risk=risks[number],
                kind=kind,
                key=key,
                direction=direction,
                by=cast["first"],
                at=at - timedelta(days=19),
            )
