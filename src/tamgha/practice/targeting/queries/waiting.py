"""What waits for a person on the way of profiles to the border post."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from django.db.models import OuterRef, Subquery
from django.utils import timezone

from tamgha.platform.accounts.models import User
from tamgha.practice.targeting import permissions
from tamgha.practice.targeting.choices import ProposalState, VersionState
from tamgha.practice.targeting.domain import passport
from tamgha.practice.targeting.models import ProfileVersion, RetirementProposal, VersionStep
from tamgha.practice.targeting.queries.passports import ended_now, rules_of

What = Literal["check", "alert", "proposal", "returned", "deploy", "shadow_over"]


@dataclass(frozen=True, slots=True)
class Waiting:
    """One thing that waits.

    Parameters
    ----------
    what : "check": the second check; "alert": an urgent alert that runs out; "proposal": to retire;
        "returned": came back to its author; "deploy": approved, on no post yet; "shadow_over": its
        time in the shadow is over
    version : which version
    since : since when
    until : when it ends by itself, for an alert
    by, reason : who brought it here, and why
    """

    what: What
    version: ProfileVersion
    since: datetime
    until: datetime | None = None
    by: User | None = None
    reason: str = ""
    proposal: RetirementProposal | None = None


def waiting_for(user: User, *, at: datetime, most: int = 100) -> list[Waiting]:
    """Return what waits for a person's own decision, the most urgent first."""
    own = permissions.workplace(user)
    if own is None:
        return []
    found: list[Waiting] = []
    if permissions.can_approve(user):
        found += _to_check(user, at)
        found += _proposals(user)
        if passport.four_eyes(rules_of(own).apart):
            found = [one for one in found if not _is_own(one, user)]
    if permissions.can_write(user):
        found += _returned(user, at)
    found += _to_deploy(user, at)
    return found[:most]


def checks(user: User, *, at: datetime) -> list[Waiting]:
    """Return everything of the administration that waits for a second person, the alerts first."""
    return [*_to_check(user, at), *_proposals(user)]


def _is_own(one: Waiting, user: User) -> bool:
    mine = one.by is not None and one.by.pk == user.pk
    return mine or (one.proposal is None and one.version.author_id == user.pk)


def _moved(user: User, *states: str) -> list[ProfileVersion]:
    """Return versions in these states with their last step, the longest waiting first."""
    last = VersionStep.objects.filter(version=OuterRef("pk")).order_by("-pk")
    return list(
        permissions.versions_visible_to(user)
        .filter(state__in=states, profile__retired_at=None)
        .annotate(
            step_key=Subquery(last.values("pk")[:1]), step_move=Subquery(last.values("move")[:1])
        )
        .select_related("profile", "profile__administration", "author")
        .order_by("step_key")
    )


def _steps(versions: list[ProfileVersion]) -> dict[int, VersionStep]:
    keys = [one.step_key for one in versions]  # type: ignore[attr-defined]  # annotated above
    return {
        one.version_id: one for one in VersionStep.objects.filter(pk__in=keys).select_related("by")
    }


def _to_check(user: User, at: datetime) -> Iterator[Waiting]:
    versions = _moved(user, VersionState.ALERT, VersionState.SUBMITTED)
    steps = _steps(versions)
    for one in sorted(versions, key=lambda each: each.state != VersionState.ALERT):
        if ended_now(one, at):
            continue
        step = steps[one.pk]
        yield Waiting(
            "alert" if one.state == VersionState.ALERT else "check",
            one,
            since=step.at,
            until=one.urgent_until,
            by=step.by,
            reason=step.reason,
        )


def _proposals(user: User) -> Iterator[Waiting]:
    waiting = (
        permissions.proposals_visible_to(user)
        .filter(state=ProposalState.OPEN)
        .select_related(
            "version",
            "version__profile",
            "version__profile__administration",
            "version__author",
            "proposed_by",
        )
        .order_by("proposed_at")
    )
    for one in waiting:
        yield Waiting(
            "proposal",
            one.version,
            since=one.proposed_at,
            by=one.proposed_by,
            reason=str(one.evidence.get("reason", "")),
            proposal=one,
        )


def _returned(user: User, at: datetime) -> Iterator[Waiting]:
    versions = [
        one
        for one in _moved(user, VersionState.TESTED)
        if one.step_move == "return"  # type: ignore[attr-defined]  # annotated above
        and one.author_id == user.pk
        and not ended_now(one, at)
    ]
    steps = _steps(versions)
    for one in versions:
        step = steps[one.pk]
        yield Waiting("returned", one, since=step.at, by=step.by, reason=step.reason)


def _to_deploy(user: User, at: datetime) -> Iterator[Waiting]:
    versions = [
        one
        for one in _moved(user, VersionState.APPROVED, VersionState.SHADOW)
        if not ended_now(one, at)
    ]
    steps = _steps(versions)
    for one in versions:
        step = steps[one.pk]
        if one.state == VersionState.APPROVED:
            yield Waiting("deploy", one, since=step.at, by=step.by)
            continue
        days = timedelta(days=rules_of(one.profile.administration).shadow_days)
        if timezone.localtime(at) >= step.at + days:
            yield Waiting("shadow_over", one, since=step.at, by=step.by)
