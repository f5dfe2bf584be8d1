"""Amendments before release in mode capacity, and any amendment as it is stored."""

from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import Any

from tamgha.risk.selection.arrivals import SlotState, chosen_by_score
from tamgha.risk.selection.batch import Candidate
from tamgha.risk.selection.days import day_gone, slot_facts
from tamgha.risk.selection.deciding import Decided, Desk, Seen, Waiting
from tamgha.risk.selection.decisions import (
    CapacityFacts,
    CriterionHit,
    Decision,
    Declared,
    ModselFacts,
    capacity_facts_from_json,
    hit_from_json,
    plain,
)
from tamgha.risk.selection.lanes import Lane, Way, strictest
from tamgha.risk.selection.lots import (
    DayForecast,
    DayState,
    arrival_facts,
    arrival_way,
    on_arrival,
)
from tamgha.risk.selection.modsel import Amendment, judge
from tamgha.risk.selection.plans import CapacityParameters


def amend_capacity(
    first: Decision,
    hits: tuple[CriterionHit, ...],
    lane: Lane,
    state: DayState | SlotState,
    *,
    mandatory: Collection[str],
    asked: tuple[float, CapacityFacts] | None = None,
) -> tuple[Amendment, DayState | SlotState]:
    """Return what an amended version changes in mode capacity.

    A mandatory criterion of any version sends it to examination, and so does a score that is
    higher than that of every earlier version and would be chosen if it arrived now: else one
    would lodge harmless goods and amend them after the lot. No draw is asked again, and no lane
    becomes milder. The examination takes a slot of the day of the amendment, or goes to the
    backlog.

    Parameters
    ----------
    first : the stored first decision
    hits : of the new version
    lane : the system's lane now, after earlier amendments
    state : of the day of the amendment
    mandatory : codes of the criteria that always select
    asked : score of the new version and the facts of its moment, as `facts_now` gives them; None
        where its score is not higher than an earlier one
    """
    union = united(first.declared.hits, hits)
    score, facts = asked if asked is not None else (None, CapacityFacts())
    facts = replace(facts, mandatory=any(hit.live and hit.code in mandatory for hit in union))
    name = first.declared.declaration
    new = _capacity_lane(first, lane, score, facts)
    amendment = Amendment(name, union, lane, new, score, facts)
    if not amendment.raised:
        return amendment, state
    if isinstance(state, DayState):
        if state.purse > 0:
            return amendment, replace(state, purse=state.purse - 1)
    elif state.slots > 0:
        return amendment, replace(state, slots=state.slots - 1)
    return amendment, replace(state, backlog=(*state.backlog, name))


def amended_lane(first: Decision, amendment: Amendment) -> Lane:
    """Return the lane that a stored amendment implies, from what it was decided by.

    Parameters
    ----------
    first : the stored first decision
    amendment : as stored; its new lane is not looked at
    """
    if isinstance(first.facts, ModselFacts):
        draw = first.declared.random_draw
        verdict = judge(amendment.hits, draw, first.facts, None)
        return strictest((amendment.old, verdict.lane))
    facts = amendment.facts or CapacityFacts()
    return _capacity_lane(first, amendment.old, amendment.score, facts)


def _capacity_lane(first: Decision, lane: Lane, score: float | None, facts: CapacityFacts) -> Lane:
    declared = replace(first.declared, score=score)
    if first.mode == "arrivals":
        is_chosen = facts.mandatory or chosen_by_score(declared, facts)
    else:
        is_chosen = arrival_way(declared, facts) is not Way.NONE
    return Lane.RED if is_chosen else lane


def facts_now(
    seen: Seen,
    desk: Desk,
    parameters: CapacityParameters,
    state: DayState | SlotState,
    forecast: DayForecast,
) -> CapacityFacts:
    """Return what a declaration would be decided by if it arrived now; nothing is moved.

    Parameters
    ----------
    seen : the amended version as `look` gives it, at the moment of the amendment
    state, forecast : of the day of the amendment
    """
    gone = day_gone(forecast, seen.declared.decided_at, desk.timezone, parameters.lot_minutes)
    one = seen.candidate
    if isinstance(state, SlotState):
        return replace(slot_facts(one, parameters, state, forecast, gone), slots=state.slots)
    return arrival_facts(one, parameters, state, forecast, forecast.scores, (state.arrived, gone))


def amend_waiting(
    waiting: Waiting,
    seen: Seen,
    desk: Desk,
    parameters: CapacityParameters,
    state: DayState,
    forecast: DayForecast,
) -> tuple[Decided | Waiting, DayState]:
    """Return what becomes of a declaration that is amended while it waits for its lot.

    What the lot will see is the union of the hits of all versions, and the highest score of any;
    the draws stay those of the first. A mandatory criterion or the score may choose it now, as
    on arrival; else it goes on waiting in the same lot. It counts as one arrival still.

    Parameters
    ----------
    waiting : as stored; all lots that have ended were closed before
    seen : the amended version as `look` gives it, with the chain of the first
    state, forecast : of the day on which it waits

    Returns
    -------
    decision or the wait that goes on, and the state after it
    """
    union = united(waiting.declared.hits, seen.declared.hits)
    known = {hit.code for hit in waiting.declared.hits}
    declared = _highest(replace(waiting.declared, hits=union), seen.declared)
    one = Candidate(
        declared=declared,
        tie_draw=waiting.facts.tie_draw,
        explore_draw=waiting.facts.explore_draw,
        mandatory=any(hit.live and hit.code in desk.mandatory for hit in union),
        novel=waiting.facts.novel or seen.novel,
    )
    gone = day_gone(forecast, seen.declared.decided_at, desk.timezone, parameters.lot_minutes)
    moment = (state.arrived, gone)
    facts = arrival_facts(one, parameters, state, forecast, forecast.scores, moment)
    item_hits = (
        *waiting.item_hits,
        *(hit for hit in seen.item_hits if hit.code not in known),
    )
    decision, after = on_arrival(one, parameters, state, facts)
    if decision is not None:
        return Decided(decision=decision, item_hits=item_hits, criteria=seen.criteria), after
    again = replace(
        waiting, declared=declared, item_hits=item_hits, criteria=seen.criteria, facts=facts
    )
    return again, after


def united(
    earlier: tuple[CriterionHit, ...], later: tuple[CriterionHit, ...]
) -> tuple[CriterionHit, ...]:
    """Return the hits of all versions: a criterion that hit before keeps the hit it had."""
    known = {hit.code for hit in earlier}
    return (*earlier, *(hit for hit in later if hit.code not in known))


def _highest(declared: Declared, later: Declared) -> Declared:
    """Return the declaration with the higher of two scores, and the lists that either asked."""
    lists = {**declared.lists, **later.lists}
    if later.score is None or (declared.score is not None and declared.score >= later.score):
        return replace(declared, lists=lists)
    return replace(declared, score=later.score, model_version=later.model_version, lists=lists)


def amendment_as_json(amendment: Amendment) -> dict[str, Any]:
    """Return an amendment as plain JSON values."""
    told: dict[str, Any] = plain(amendment)
    return told


def amendment_from_json(told: Mapping[str, Any]) -> Amendment:
    """Return what `amendment_as_json` wrote."""
    facts = told.get("facts")
    return Amendment(
        told["declaration"],
        tuple(hit_from_json(hit) for hit in told["hits"]),
        Lane(told["old"]),
        Lane(told["new"]),
        told.get("score"),
        None if facts is None else capacity_facts_from_json(facts),
    )
