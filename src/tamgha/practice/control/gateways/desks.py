"""The desk of an administration: profiles compiled, keys at hand, the plan of each office.

Kept in the process; whether anything was changed is asked once a second: a profile or a plan that was
approved decides everywhere within it.
"""

import threading
import time
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property
from typing import Final
from zoneinfo import ZoneInfo

from django.db import connection

from tamgha import risk
from tamgha.platform.accounts.models import Administration
from tamgha.practice.control.choices import PlanState
from tamgha.practice.control.domain.terms import PlanTerms
from tamgha.practice.control.gateways import live_versions
from tamgha.practice.control.gateways.banded import BandedCriteria, LiveVersion
from tamgha.practice.control.models import ControlRules, PlanVersion
from tamgha.practice.targeting import queries as targeting
from tamgha.practice.targeting.queries import passports
from tamgha.shared.words import Words

FRESH_SECONDS: Final = 1.0
Parameters = risk.ModselParameters | risk.CapacityParameters


@dataclass(frozen=True)
class Standard:
    """What an administration decides by, as of a moment.

    Parameters
    ----------
    criteria : the profiles in force, compiled
    versions : the same, by code and number
    plans : (office, direction) -> version in force; the office "" is the default
    rules : weights of the examiners' work
    parameters : of the plans that were asked for, by key
    """

    criteria: BandedCriteria
    versions: dict[tuple[str, int], LiveVersion]
    plans: dict[tuple[str, str], PlanVersion]
    rules: ControlRules | None
    parameters: dict[int, Parameters] = field(default_factory=dict)

    def parameters_of(self, plan: PlanVersion) -> Parameters:
        """Return a plan as the engine's parameters; its key names it."""
        if plan.pk not in self.parameters:
            self.parameters[plan.pk] = parameters_of(plan)
        return self.parameters[plan.pk]

    def plan_of(self, office: str, direction: str) -> PlanVersion | None:
        """Return the plan of an office: its own, else the default."""
        return self.plans.get((office, direction)) or self.plans.get(("", direction))

    def task_of(self, hit: risk.CriterionHit) -> Words:
        """Return the task that a version gives; empty where it gives none, or is gone."""
        found = self.versions.get((hit.code, hit.version))
        return found.engine.task if found else Words("", "")

    @cached_property
    def indicators(self) -> frozenset[str]:
        """Names of the indicators that the conditions look at."""
        return frozenset(self.criteria.columns - risk.COLUMNS.keys())


@dataclass(slots=True)
class _Kept:
    """What is kept: good from one moment until another, unless something was changed."""

    standard: Standard
    signature: tuple[object, ...]
    stamp: tuple[object, ...]
    since: datetime
    until: datetime
    looked_at: float


_lock: Final = threading.Lock()
_kept: Final[dict[int, _Kept]] = {}


def forget_standards() -> None:
    """Let what is kept in this process go: the next decision looks again."""
    with _lock:
        _kept.clear()


def standard_of(administration: Administration, at: datetime) -> Standard:
    """Return what an administration decides by."""
    now = time.monotonic()
    kept = _kept.get(administration.pk)
    holds = kept is not None and kept.since <= at < kept.until
    if kept is not None and holds:
        if now - kept.looked_at < FRESH_SECONDS:
            return kept.standard
        if kept.stamp == _stamp():
            kept.looked_at = now
            return kept.standard
    made = _made(administration, at, kept)
    with _lock:
        _kept[administration.pk] = made
    return made.standard


def _stamp() -> tuple[object, ...]:
    """Return what changes as soon as a profile, a list, an indicator, a plan or a weight does."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT (SELECT MAX(id) FROM control_planstep), "
            "(SELECT MAX(changed_at) FROM control_controlrules)"
        )
        own = cursor.fetchone()
    return (*passports.live_stamp(), *own)


def _made(administration: Administration, at: datetime, before: _Kept | None) -> _Kept:
    stamp = _stamp()
    versions = live_versions(administration, at)
    lists = targeting.lists_of(administration)
    plans = {
        (one.plan.office, one.plan.direction): one
        for one in PlanVersion.objects.filter(
            plan__administration=administration, state=PlanState.PUBLISHED
        ).select_related("plan")
    }
    signature = (
        tuple((one.code, one.number, one.shadow, one.start, one.rollout) for one in versions),
        lists.digest,
    )
    if before is not None and before.signature == signature:
        criteria = before.standard.criteria
    else:
        criteria = BandedCriteria(versions, lists=lists)
    standard = Standard(
        criteria=criteria,
        versions=criteria.versions,
        plans=plans,
        rules=ControlRules.objects.filter(administration=administration).first(),
    )
    local = at.astimezone(zone_of(administration))
    midnight = local.replace(hour=0, minute=0, second=0, microsecond=0)
    ends = [one.until for one in versions if one.until is not None and one.until > at]
    until = min([midnight + timedelta(days=1), *ends])
    return _Kept(standard, signature, stamp, midnight, until, time.monotonic())


def parameters_of(version: PlanVersion) -> Parameters:
    """Return a version of a plan as the engine's parameters; its key names it."""
    terms = PlanTerms.of(version)
    if terms.mode == "capacity":
        return terms.capacity_parameters(version.pk)
    return terms.modsel(version.pk)


def zone_of(administration: Administration) -> ZoneInfo:
    """Return the clock of an administration's offices."""
    return ZoneInfo(administration.time_zone or "UTC")
