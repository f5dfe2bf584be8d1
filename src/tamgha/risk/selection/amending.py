"""Amendments before release in mode capacity, and any amendment as it is stored."""

from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import Any

from tamgha.risk.selection.arrivals import SlotState
from tamgha.risk.selection.decisions import CriterionHit, Decision, hit_from_json, plain
from tamgha.risk.selection.lanes import Lane
from tamgha.risk.selection.lots import DayState
from tamgha.risk.selection.modsel import Amendment


def amend_capacity(
    first: Decision,
    hits: tuple[CriterionHit, ...],
    lane: Lane,
    state: DayState | SlotState,
    *,
    mandatory: Collection[str],
) -> tuple[Amendment, DayState | SlotState]:
    """Return what an amended version changes in mode capacity.

    A mandatory criterion of any version sends it to examination; score and draws are not asked
    again, and no lane becomes milder. The examination takes a slot of the day of the amendment,
    or goes to the backlog.

    Parameters
    ----------
    first : the stored first decision
    hits : of the new version
    lane : the system's lane now, after earlier amendments
    state : of the day of the amendment
    mandatory : codes of the criteria that always select
    """
    known = {hit.code for hit in first.declared.hits}
    union = (*first.declared.hits, *(hit for hit in hits if hit.code not in known))
    sure = any(hit.live and hit.code in mandatory for hit in union)
    new = Lane.RED if sure else lane
    name = first.declared.declaration
    amendment = Amendment(name, union, lane, new)
    if not amendment.raised:
        return amendment, state
    if isinstance(state, DayState):
        if state.purse > 0:
            return amendment, replace(state, purse=state.purse - 1)
    elif state.slots > 0:
        return amendment, replace(state, slots=state.slots - 1)
    return amendment, replace(state, backlog=(*state.backlog, name))


def amendment_as_json(amendment: Amendment) -> dict[str, Any]:
    """Return an amendment as plain JSON values."""
    told: dict[str, Any] = plain(amendment)
    return told


def amendment_from_json(told: Mapping[str, Any]) -> Amendment:
    """Return what `amendment_as_json` wrote."""
    return Amendment(
        told["declaration"],
        tuple(hit_from_json(hit) for hit in told["hits"]),
        Lane(told["old"]),
        Lane(told["new"]),
    )
