"""Alerts on results: raised by the watching, seen and dealt with by people; never deleted."""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, Final

from django.db import transaction
from django.db.models import Count, Q, Sum

from tamgha import risk
from tamgha.platform.accounts.models import Administration, User
from tamgha.practice.control import events
from tamgha.practice.control.domain.results import FEEDBACK_DUE, settled_until
from tamgha.practice.control.gateways import desks
from tamgha.practice.control.models import ResultAlert, ResultCell, ResultEntry, ResultUpkeep
from tamgha.practice.control.queries import results as reads
from tamgha.practice.control.queries.results_drift import drift_of
from tamgha.practice.control.services import upkeep
from tamgha.practice.control.services.errors import ControlError
from tamgha.practice.targeting.choices import ProposalState
from tamgha.practice.targeting.domain.passport import SEEING
from tamgha.practice.targeting.models import ProfileVersion
from tamgha.practice.targeting.services.proposals import evidence_of_standing, propose_retirement
from tamgha.shared.errors import TamghaError
from tamgha.shared.periods import Period
from tamgha.shared.words import Words

Kind = ResultAlert.Kind
ENDS_SOON: Final = timedelta(days=30)
LEAST_MISSING: Final = 5
MISSING_SHARE: Final = 0.05
LOOKED_BACK: Final = timedelta(days=28)
QUIET: Final = timedelta(days=28)
"""How long an alert that was dealt with, and a proposal that was declined, does not come again."""


@dataclass(frozen=True, slots=True)
class Sign:
    """What the watching saw.

    Parameters
    ----------
    kind, subject : what it is about: code and version of a profile, an office, a field
    facts : the numbers, as JSON can hold them
    """

    kind: str
    subject: str
    facts: dict[str, Any] = field(default_factory=dict)


def watch(*, administration: Administration, at: datetime) -> list[ResultAlert]:
    """Count what came, look at everything, and raise what is not raised yet; return the new alerts.

    An alert that is open keeps its place and takes the numbers of today. A profile that the
    always-valid rule finds below the draw is proposed for retirement; an approver decides.
    """
    upkeep.sweep(administration=administration, at=at)
    today = at.astimezone(desks.zone_of(administration)).date()
    standard = desks.standard_of(administration, at)
    drift = drift_of(administration, until=today + timedelta(days=1), standard=standard)
    ResultUpkeep.objects.filter(administration=administration).update(drift=drift)
    signs = [
        *_wearing(administration, standard, today=today, at=at),
        *_expiring(standard, today),
        *_feedback(administration, today),
        *_overdrawn(administration, standard, today),
        *_drifting(drift),
    ]
    return [alert for sign in signs if (alert := _raised(administration, sign, at)) is not None]


@transaction.atomic
def _raised(administration: Administration, sign: Sign, at: datetime) -> ResultAlert | None:
    alike = ResultAlert.objects.filter(
        administration=administration, kind=sign.kind, subject=sign.subject
    )
    if alike.filter(state=ResultAlert.State.DONE, done_at__gt=at - QUIET).exists():
        return None
    alert, is_new = ResultAlert.objects.exclude(state=ResultAlert.State.DONE).get_or_create(
        administration=administration,
        kind=sign.kind,
        subject=sign.subject,
        defaults={"facts": sign.facts, "raised_at": at, "looked_at": at},
    )
    if is_new:
        events.announce(
            "control.alert.raised", on=alert, by=None, at=at, kind=sign.kind, subject=sign.subject
        )
        return alert
    alert.facts, alert.looked_at = sign.facts, at
    alert.save(update_fields=["facts", "looked_at"])
    return None


def settled_day(administration: Administration, today: date) -> date:
    """Return the first day that is too young for a verdict on profiles."""
    year = reads.Scope(administration, Period(today - timedelta(days=364), today))
    weeks = reads.weeks_of(reads.totals(year, "day"))
    counts = {monday: (week["chosen"], week["results"]) for monday, week in weeks.items()}
    return settled_until(counts, today)


def _wearing(
    administration: Administration, standard: desks.Standard, *, today: date, at: datetime
) -> Iterator[Sign]:
    past = reads.histories(administration, settled_day(administration, today))
    for (code, number), story in past.items():
        live = standard.versions.get((code, number))
        if live is None or live.shadow:
            continue
        if story.verdict != "retire":
            continue
        _propose(administration, (code, number), story.standing, at)
        yield Sign(
            Kind.WEARING,
            f"{code} v{number}",
            {
                "code": code,
                "number": number,
                "found": story.profile[0],
                "results": story.profile[1],
                "drawn_found": story.random[0],
                "drawn": story.random[1],
            },
        )


def _propose(
    administration: Administration, version: tuple[str, int], standing: risk.Standing, at: datetime
) -> None:
    """Propose to retire a version, unless an approver has declined that lately or it has ended."""
    found = ProfileVersion.objects.get(
        profile__administration=administration, profile__code=version[0], number=version[1]
    )
    declined = found.proposals.filter(state=ProposalState.DECLINED, decided_at__gt=at - QUIET)
    if found.state in SEEING and not declined.exists():
        with suppress(TamghaError):  # it ended by itself meanwhile
            propose_retirement(version=found, evidence=evidence_of_standing(standing, at=at), at=at)


def _expiring(standard: desks.Standard, today: date) -> Iterator[Sign]:
    for (code, _number), live in sorted(standard.versions.items()):
        ends = live.engine.valid_to
        if ends is not None and today <= ends <= today + ENDS_SOON:
            yield Sign(
                Kind.EXPIRING,
                f"{code} v{live.number}",
                {"code": code, "number": live.number, "ends": ends.isoformat()},
            )


def _feedback(administration: Administration, today: date) -> Iterator[Sign]:
    """Yield the offices whose examinations of two weeks ago and more lack their results."""
    missing = Q(is_examined=False)
    rows = (
        ResultEntry.objects.filter(
            administration=administration,
            lane="red",
            is_counted=True,
            went_down=False,
            day__lte=today - FEEDBACK_DUE,
            day__gt=today - FEEDBACK_DUE - 6 * LOOKED_BACK,
        )
        .order_by("office")
        .values("office")
        .annotate(n=Count("pk"), missing=Count("pk", filter=missing))
    )
    for row in rows:
        if row["missing"] >= LEAST_MISSING and row["missing"] > MISSING_SHARE * row["n"]:
            yield Sign(Kind.FEEDBACK, row["office"], {"missing": row["missing"], "of": row["n"]})


def _overdrawn(
    administration: Administration, standard: desks.Standard, today: date
) -> Iterator[Sign]:
    """Yield the offices that sent more to examination than their plan holds, beyond chance."""
    rows = (
        ResultCell.objects.filter(
            administration=administration, code="", day__gt=today - LOOKED_BACK, day__lte=today
        )
        .order_by("office", "direction", "day")
        .values("office", "direction", "day")
        .annotate(n=Sum("decided"), red=Sum("chosen"))
    )
    by_place: dict[tuple[str, str], list[tuple[int, int]]] = {}
    for row in rows:
        by_place.setdefault((row["office"], row["direction"]), []).append((row["n"], row["red"]))
    for (office, direction), days in by_place.items():
        plan = standard.plan_of(office, direction)
        if plan is None:
            continue
        facts: dict[str, Any] = {"direction": direction}
        if plan.mode == "capacity":
            over = [red for _n, red in days if red > plan.capacity]
            if over:
                facts |= {"days": len(over), "most": max(over), "capacity": plan.capacity}
                yield Sign(Kind.OVERDRAWN, f"{office} {direction}", facts)
            continue
        decided, red = sum(n for n, _red in days), sum(red for _n, red in days)
        low, _high = risk.intervals.wilson(red, decided, level=0.998) if decided else (0.0, 1.0)
        if plan.expected_red and float(low) > plan.expected_red / 10_000:
            facts |= {"red": red, "decided": decided, "expected": plan.expected_red}
            yield Sign(Kind.OVERDRAWN, f"{office} {direction}", facts)


def _drifting(drift: dict[str, Any]) -> Iterator[Sign]:
    for one in drift.get("names", []):
        if one["moved"]:
            facts = {name: one[name] for name in ("index", "noise_95", "profiles")}
            yield Sign(Kind.DRIFT, one["name"], facts)


@transaction.atomic
def mark_seen(*, alert: ResultAlert, by: User, at: datetime) -> ResultAlert:
    """Say that a person has looked at an alert. Twice is as once."""
    locked = ResultAlert.objects.select_for_update().get(pk=alert.pk)
    if locked.state == ResultAlert.State.NEW:
        locked.state, locked.seen_by, locked.seen_at = ResultAlert.State.SEEN, by, at
        locked.save(update_fields=["state", "seen_by", "seen_at"])
        events.announce("control.alert.seen", on=locked, by=by, at=at)
    return locked


@transaction.atomic
def deal_with(*, alert: ResultAlert, remark: str, by: User, at: datetime) -> ResultAlert:
    """Close an alert, with what was done. The same may be raised again when it comes back.

    Raises ControlError without a remark, or when it is closed already.
    """
    locked = ResultAlert.objects.select_for_update().get(pk=alert.pk)
    if locked.state == ResultAlert.State.DONE:
        raise ControlError(
            Words(
                "This alert is dealt with already. Open the page anew.",
                "Это предупреждение уже обработано. Откройте страницу заново.",
            )
        )
    if not remark.strip():
        raise ControlError(
            Words("Say in a sentence what was done.", "Напишите одной фразой, что сделано.")
        )
    locked.state, locked.done_by, locked.done_at = ResultAlert.State.DONE, by, at
    locked.remark = remark.strip()[:400]
    locked.save(update_fields=["state", "done_by", "done_at", "remark"])
    events.announce("control.alert.dealt_with", on=locked, by=by, at=at, remark=locked.remark)
    return locked
