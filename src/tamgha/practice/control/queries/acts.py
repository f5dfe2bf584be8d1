"""What an examiner's page shows: the task and the declared facts. Nothing of why it was chosen."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.db.models import QuerySet

from tamgha.practice.control.choices import ActState, TimeKind
from tamgha.practice.control.domain.acts import Difference, mass_difference
from tamgha.practice.control.domain.packing import rows_of
from tamgha.practice.control.models import (
    ActItem,
    ActTime,
    ActVersion,
    ControlRules,
    Examiner,
    InspectionAct,
)

TOLERANCE: Final = 200
SHOWN: Final = (
    "item",
    "goods",
    "hs",
    "origin",
    "supplementary_units",
    "packages",
    "net_mass_kg",
    "gross_mass_kg",
    "item_price",
    "currency",
    "containers",
    "seals",
)
"""Columns that an examiner sees. Indicators, scores and hits are not among them, and never may be."""


@dataclass(frozen=True, slots=True)
class DeclaredItem:
    """An item as it was declared, and what was found at it last.

    Parameters
    ----------
    number : of the item
    told : declared values by column, of `SHOWN`
    last : result of the newest version, None where there is none
    difference : of net mass, from the newest version
    """

    number: int
    told: dict[str, Any]
    last: ActItem | None = None
    difference: Difference | None = None


def declared_items(act: InspectionAct, *, tolerance: int) -> list[DeclaredItem]:
    """Return the items of an act with what was found at them last."""
    newest = newest_version(act)
    last = {one.item: one for one in newest.items.all()} if newest is not None else {}
    found = []
    for row in rows_of(act.decision.newest_body):
        number = int(row["item"])
        told = {name: row[name] for name in SHOWN if row.get(name) not in (None, "")}
        one = last.get(number)
        found.append(
            DeclaredItem(
                number,
                told,
                one,
                mass_difference(
                    row.get("net_mass_kg"), one.weighed_kg if one else None, tolerance=tolerance
                ),
            )
        )
    return found


def newest_version(act: InspectionAct) -> ActVersion | None:
    """Return the version of an act that counts."""
    return act.versions.filter(number=act.latest).first()


def tolerance_of(act: InspectionAct) -> int:
    """Return which difference of mass counts as none, basis points."""
    rules = ControlRules.objects.filter(administration=act.administration_id).first()
    return rules.tolerance if rules is not None else TOLERANCE


@dataclass(frozen=True, slots=True)
class Moment:
    """A moment of the examination for the cord: what, when, and who stands for it."""

    kind: str
    label: str
    at: datetime | None
    witness: str
    witness_label: str

    @property
    def knot(self) -> str:
        """The knot of the cord: own entry, signed by a party, read by two; dashed is still to come."""
        if self.at is None:
            return "dashed"
        return {"party": "half", "two": "seal"}.get(self.witness, "ring")


def moments_of(act: InspectionAct) -> list[Moment]:
    """Return the moments of an examination in their order; the last entry of each counts."""
    noted: dict[str, ActTime] = {one.kind: one for one in act.times.order_by("entered_at", "pk")}
    found = []
    for kind in TimeKind:
        one = noted.get(kind)
        found.append(
            Moment(
                kind.value,
                str(kind.label),
                one.at if one else None,
                one.witness if one else "",
                str(one.get_witness_display()) if one else "",
            )
        )
    return found


def open_acts(visible: QuerySet[InspectionAct], examiner: Examiner) -> QuerySet[InspectionAct]:
    """Return the acts that wait for an examiner, the oldest first."""
    return (
        visible.filter(examiner=examiner, state__in=[ActState.OPEN, ActState.PARTIAL])
        .select_related("decision")
        .defer("decision__body", "decision__record")
        .order_by("opened_at", "pk")
    )


def free_examiners(act: InspectionAct) -> list[Examiner]:
    """Return to whom an act may be given, who carries least first."""
    return list(
        Examiner.objects.filter(
            administration=act.administration_id, group="working", is_available=True
        )
        .exclude(pk=act.examiner_id or 0)
        .select_related("person")
        .order_by("workload", "pk")[:200]
    )
