"""Inspection acts by HTTP: results from the system in which an administration examines."""

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any, Literal

from django.http import HttpRequest
from django.utils import timezone
from ninja import Schema, Status
from ninja.errors import HttpError
from pydantic import AfterValidator, AwareDatetime, Field

from tamgha.practice.control.choices import FindingKind
from tamgha.practice.control.domain.acts import HandedIn, ItemResult
from tamgha.practice.control.domain.lodging import NO_NUL, in_our_time
from tamgha.practice.control.models import ActVersion, InspectionAct
from tamgha.practice.control.services import acts as services
from tamgha.practice.control.views.interface import PROBLEMS, Key, api, entered


class ItemResultIn(Schema):
    """What the examination of one item brought."""

    item: int = Field(ge=1, le=99_999)
    result: Literal["open", "clean", "found"]
    kind: FindingKind | None = Field(None, description="of the irregularity, of what was found")
    counted: float | None = Field(None, ge=0, allow_inf_nan=False)
    weighed_kg: float | None = Field(None, ge=0, allow_inf_nan=False)
    value: Decimal | None = Field(None, ge=0, max_digits=18, decimal_places=2)
    duty: Decimal | None = Field(None, ge=0, max_digits=18, decimal_places=2)
    penalty: Decimal | None = Field(None, ge=0, max_digits=18, decimal_places=2)
    seen: str = Field("", max_length=4000, pattern=NO_NUL)
    open_reason: str = Field(
        "", max_length=400, pattern=NO_NUL, description="needed of an open item"
    )
    open_by: str = Field("", max_length=120, pattern=NO_NUL)
    open_until: Annotated[AwareDatetime, AfterValidator(in_our_time)] | None = None


class ActIn(Schema):
    """An act: every item of the declaration with its result; partial while one is open."""

    declaration: str = Field(min_length=1, max_length=60, pattern=NO_NUL)
    examined: Annotated[date, AfterValidator(in_our_time)]
    minutes: int | None = Field(None, ge=1, le=20_160)
    seal_cut: str = Field("", max_length=40, pattern=NO_NUL)
    seal_intact: bool | None = None
    seal_new: str = Field("", max_length=40, pattern=NO_NUL)
    present: str = Field("", max_length=120, pattern=NO_NUL)
    reason: str = Field(
        "", max_length=400, pattern=NO_NUL, description="needed where a final act is revised"
    )
    items: list[ItemResultIn] = Field(min_length=1, max_length=2_000)

    def given(self) -> HandedIn:
        """Return the act as the services take it."""
        items = tuple(
            ItemResult(**{**one.model_dump(), "kind": one.kind.value if one.kind else ""})
            for one in self.items
        )
        return HandedIn(
            examined=self.examined,
            items=items,
            minutes=self.minutes,
            seal_cut=self.seal_cut,
            seal_intact=self.seal_intact,
            seal_new=self.seal_new,
            present=self.present,
        )


class ActOut(Schema):
    """That an act was taken, and as which version."""

    declaration: str
    version: int
    kind: str = Field(description="partial, final or revised")
    handed_in_at: datetime


@api.post(
    "/acts",
    response={200: ActOut, 201: ActOut, **PROBLEMS},
    url_name="act",
    summary="Hand in an inspection act",
)
def hand_in(request: HttpRequest, act: ActIn, key: Key) -> Status[dict[str, Any]]:
    """Hand in the act of a declaration that is to be examined, once for each key."""
    system = entered(request, "may_hand_in")
    found = (
        InspectionAct.objects.select_related("administration", "decision")
        .filter(administration=system.administration, decision__declaration=act.declaration)
        .first()
    )
    if found is None:
        raise HttpError(404, "act")
    known = found.versions.filter(key=key).first()
    if known is not None:
        return Status(200, _answer(act.declaration, known))
    version = services.hand_in(
        act=found,
        given=act.given(),
        hand=services.Hand(system=system, source="api", key=key),
        at=timezone.now(),
        reason=act.reason,
    )
    return Status(201, _answer(act.declaration, version))


def _answer(declaration: str, version: ActVersion) -> dict[str, Any]:
    return {
        "declaration": declaration,
        "version": version.number,
        "kind": version.kind,
        "handed_in_at": version.at,
    }
