"""Who examines: proposed by workload, never by hand alone."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from operator import attrgetter
from typing import Final

from django.db import connection
from django.db.models import F

from tamgha.platform.statements import Insert, run
from tamgha.practice.control.choices import Group
from tamgha.practice.control.models import ControlRules, Decision, Examiner, InspectionAct

write_acts: Final = Insert(InspectionAct)
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
    act = _proposed(decision, rules, _locked_carriers(decision.administration_id), at)
    write_acts([act])
    _put_on([act])
    return act


def open_many(
    decisions: Sequence[Decision],
    rules: ControlRules | None,
    *,
    at: Callable[[Decision], datetime] = attrgetter("decided_at"),
) -> None:
    """Open the acts of many declarations at once, each proposed as `open_act` would propose it.

    Parameters
    ----------
    at : when the act of a declaration is opened
    """
    if not decisions:
        return
    carriers = _locked_carriers(decisions[0].administration_id)
    acts = [_proposed(one, rules, carriers, at(one)) for one in decisions]
    write_acts(acts)
    _put_on(acts)


def _proposed(
    decision: Decision, rules: ControlRules | None, carriers: "list[_Carrier]", at: datetime
) -> InspectionAct:
    weight = weight_of(decision.items, rules)
    fit = [one for one in carriers if one.office in ("", decision.office)]
    examiner = min(fit, key=lambda one: (one.workload, one.pk), default=None)
    if examiner is not None:
        examiner.workload += weight
    return InspectionAct(
        administration_id=decision.administration_id,
        decision=decision,
        office=decision.office,
        examiner_id=examiner.pk if examiner is not None else None,
        weight=weight,
        opened_at=at,
    )


def _put_on(acts: Sequence[InspectionAct]) -> None:
    added: dict[int, int] = {}
    for act in acts:
        if act.examiner_id is not None:
            added[act.examiner_id] = added.get(act.examiner_id, 0) + act.weight
    for pk, weight in sorted(added.items()):
        run("UPDATE control_examiner SET workload = workload + %s WHERE id = %s", [weight, pk])


@dataclass(slots=True)
class _Carrier:
    pk: int
    office: str
    workload: int


def _locked_carriers(administration: int) -> list[_Carrier]:
    """Return the working examiners who are available, locked in one order by whoever proposes."""
    text = (
        "SELECT id, office, workload FROM control_examiner WHERE administration_id = %s "
        'AND "group" = %s AND is_available = %s ORDER BY id'
    )
    if connection.features.has_select_for_update:
        text += " FOR UPDATE"
    return [_Carrier(*row) for row in run(text, [administration, Group.WORKING.value, True])]


def take_off(act: InspectionAct) -> None:
    """Take the weight of an act off its examiner."""
    if act.examiner_id is not None:
        Examiner.objects.filter(pk=act.examiner_id).update(workload=F("workload") - act.weight)


def put_on(act: InspectionAct) -> None:
    """Put the weight of an act on its examiner again."""
    if act.examiner_id is not None:
        Examiner.objects.filter(pk=act.examiner_id).update(workload=F("workload") + act.weight)
