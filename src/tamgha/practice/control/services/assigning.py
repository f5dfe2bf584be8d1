"""Who examines: proposed by workload, never by hand alone."""

from collections.abc import Sequence
from datetime import datetime

from django.db.models import F

from tamgha.practice.control.choices import Group
from tamgha.practice.control.models import ControlRules, Decision, Examiner, InspectionAct

WEIGHT_OF_DECLARATION, WEIGHT_OF_ITEM = 10, 5
"""Where an administration has set none: 10 for a declaration and 5 for each of its items."""


def weight_of(items: int, rules: ControlRules | None) -> int:
    """Return what the examination of a declaration weighs: 50 for one of 8 items."""
    if rules is None:
        return WEIGHT_OF_DECLARATION + WEIGHT_OF_ITEM * items
    return rules.weight_of_declaration + rules.weight_of_item * items


def open_act(decision: Decision, rules: ControlRules | None, *, at: datetime) -> InspectionAct:
    """Open the act of a declaration that is to be examined, and propose who examines.

    The working examiner of the office (or of none in particular) who is available and carries
    least; nobody where there is none. Called inside the transaction that gives the lane.
    """
    weight = weight_of(decision.items, rules)
    examiner = least_loaded(decision)
    if examiner is not None:
        Examiner.objects.filter(pk=examiner.pk).update(workload=F("workload") + weight)
    return InspectionAct.objects.create(
        administration_id=decision.administration_id,
        decision=decision,
        office=decision.office,
        examiner=examiner,
        weight=weight,
        opened_at=at,
    )


def open_many(decisions: Sequence[Decision], rules: ControlRules | None) -> None:
    """Open the acts of many declarations at once, each proposed as `open_act` would propose it."""
    if not decisions:
        return
    found = list(
        Examiner.objects.select_for_update()
        .filter(
            administration_id=decisions[0].administration_id,
            group=Group.WORKING,
            is_available=True,
        )
        .order_by("pk")
    )
    acts = []
    for decision in decisions:
        weight = weight_of(decision.items, rules)
        fit = [one for one in found if one.office in ("", decision.office)]
        examiner = min(fit, key=lambda one: (one.workload, one.pk), default=None)
        if examiner is not None:
            examiner.workload += weight
        acts.append(
            InspectionAct(
                administration_id=decision.administration_id,
                decision=decision,
                office=decision.office,
                examiner=examiner,
                weight=weight,
                opened_at=decision.decided_at,
            )
        )
    InspectionAct.objects.bulk_create(acts, batch_size=2_000)
    Examiner.objects.bulk_update(found, ["workload"])


def least_loaded(decision: Decision) -> Examiner | None:
    """Return the working examiner who is available and carries least."""
    return (
        Examiner.objects.select_for_update()
        .filter(
            administration_id=decision.administration_id,
            group=Group.WORKING,
            is_available=True,
            office__in=("", decision.office),
        )
        .order_by("workload", "pk")
        .first()
    )


def take_off(act: InspectionAct) -> None:
    """Take the weight of an act off its examiner."""
    if act.examiner_id is not None:
        Examiner.objects.filter(pk=act.examiner_id).update(workload=F("workload") - act.weight)


def put_on(act: InspectionAct) -> None:
    """Put the weight of an act on its examiner again."""
    if act.examiner_id is not None:
        Examiner.objects.filter(pk=act.examiner_id).update(workload=F("workload") + act.weight)
