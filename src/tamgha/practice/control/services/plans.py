"""Acts on plans: a draft is saved, submitted, approved by another person, replaced."""

from dataclasses import asdict
from datetime import datetime

from django.db import transaction

from tamgha.platform.accounts.models import Administration, User
from tamgha.practice.control import events
from tamgha.practice.control.choices import PlanState
from tamgha.practice.control.domain.life import PLAN
from tamgha.practice.control.domain.terms import PlanTerms
from tamgha.practice.control.models import OfficePlan, PlanStep, PlanVersion
from tamgha.practice.control.queries.plans import as_kept, model_faults, preview_of
from tamgha.practice.targeting.models import DeclarationSet
from tamgha.shared.errors import RefusedError
from tamgha.shared.lifecycle import MAKE, Actor, Step, check_move
from tamgha.shared.words import Words

NOT_SAVED = Words("The plan was not saved", "План не сохранён")


@transaction.atomic
def save_plan(
    *,
    administration: Administration,
    place: tuple[str, str],
    terms: PlanTerms,
    by: User,
    at: datetime,
    based_on: int = 0,
) -> PlanVersion:
    """Save terms as a draft: the latest draft is rewritten, anything later begins a new version.

    Parameters
    ----------
    place : office ("" is the default of every other office) and direction
    based_on : number of the version that the writer looked at, 0 for none

    Raises
    ------
    RefusedError
        With everything that is wrong, also when somebody saved another version meanwhile, or
        when a submitted version waits for a second person.
    """
    office, direction = place
    faults = [*terms.faults(), *model_faults(administration, terms)]
    if faults:
        raise RefusedError(NOT_SAVED, faults)
    plan, _made = OfficePlan.objects.select_for_update().get_or_create(
        administration=administration,
        office=office,
        direction=direction,
        defaults={"made_at": at},
    )
    plan = OfficePlan.objects.select_for_update().get(pk=plan.pk)
    if plan.latest != based_on:
        raise RefusedError(NOT_SAVED, [_other_version(plan)])
    values = asdict(terms) | {"mandatory": list(terms.mandatory)}
    latest = plan.versions.filter(number=plan.latest).first()
    if latest is not None and latest.state == PlanState.SUBMITTED:
        raise RefusedError(
            NOT_SAVED,
            [
                Words(
                    f"Version {latest.number} waits for a second person. Withdraw it first.",
                    f"Версия {latest.number} ждёт второго человека. Сначала отзовите её.",
                )
            ],
        )
    if latest is not None and latest.state == PlanState.DRAFT:
        version = latest
        for name, value in values.items():
            setattr(version, name, value)
        version.preview = {}
        version.save()
    else:
        plan.latest += 1
        plan.save(update_fields=["latest"])
        version = plan.versions.create(number=plan.latest, made_by=by, made_at=at, **values)
    PlanStep.objects.create(version=version, move=MAKE, by=by, at=at)
    events.announce("control.plan.saved", on=version, by=by, at=at, number=version.number)
    return version


def _other_version(plan: OfficePlan) -> Words:
    return Words(
        f"Meanwhile version {plan.latest} of this plan was begun. Open the plan anew.",
        f"Тем временем начата версия {plan.latest} этого плана. Откройте план заново.",
    )


@transaction.atomic
def move_plan(
    *,
    version: PlanVersion,
    move: str,
    by: User,
    at: datetime,
    reason: str = "",
    tried_on: DeclarationSet | None = None,
) -> PlanVersion:
    """Submit, approve, return, withdraw or retire a version, and write it down.

    Approval puts the version in force and replaces the one before. A submitted version keeps its
    preview on ``tried_on``.

    Raises
    ------
    MoveRefusedError
        When the life of a plan does not allow it: state, role, same person, missing reason.
    """
    plan = OfficePlan.objects.select_for_update().get(pk=version.plan_id)
    administration = plan.administration
    locked = PlanVersion.objects.select_for_update().get(pk=version.pk)
    past = [Step(step.move, step.by_id) for step in locked.steps.order_by("pk")]
    checked = check_move(
        PLAN,
        move,
        locked.state,
        actor_of(by, administration),
        past=past,
        reason=reason,
        four_eyes=administration.four_eyes,
    )
    if move == "submit" and tried_on is not None:
        place = {"office": plan.office, "direction": plan.direction}
        locked.preview = as_kept(
            preview_of(administration, PlanTerms.of(locked), row=tried_on, **place)
        )
    if checked.to == PlanState.PUBLISHED:
        plan.versions.filter(state=PlanState.PUBLISHED).update(
            state=PlanState.RETIRED, retired_at=at
        )
        locked.published_at = at
    if checked.to == PlanState.RETIRED:
        locked.retired_at = at
    locked.state = checked.to
    locked.save()
    PlanStep.objects.create(version=locked, move=move, by=by, at=at, reason=reason.strip())
    events.announce(PLAN.act(checked), on=locked, by=by, at=at, number=locked.number, reason=reason)
    return locked


def actor_of(by: User, administration: Administration) -> Actor:
    """Return the person as the life of an object asks for it: key, and roles held there."""
    held = {grant.role for grant in by.open_grants if grant.administration_id == administration.pk}
    return Actor(by.pk, frozenset(held))
