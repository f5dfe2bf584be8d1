"""Amendments: a later version keeps the draws of the first, and its lane only becomes stricter.

While the first version waits for its lot, what the lot will see is replaced: the union of the hits of
all versions, the highest score of any, the draws of the first. What it saw before stays with the
amendment. In mode capacity the state of the day is locked first, the declaration after it, as a lot
does that is closed: whoever comes second finds what the other left.
"""

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from tamgha import risk
from tamgha.practice.control import events
from tamgha.practice.control.choices import DecisionState, EventKind
from tamgha.practice.control.domain.lodging import Lodging
from tamgha.practice.control.domain.packing import packed, unpacked
from tamgha.practice.control.models import (
    Decision,
    DecisionEvent,
    DecisionHit,
    DeskState,
    InspectionAct,
)
from tamgha.practice.control.services import assigning
from tamgha.practice.control.services.errors import ControlError
from tamgha.practice.control.services.rows import (
    Bench,
    Looked,
    Source,
    fill,
    row_of,
    store_hits,
)
from tamgha.practice.control.services.states import (
    DECIDED_FIELDS,
    close_until,
    day_parameters,
    keep_state,
    locked_counters,
    locked_day,
    repeat_decision,
)
from tamgha.shared.words import Words


@dataclass(frozen=True, slots=True)
class Amending:
    """A later version of a declaration on its way in."""

    source: Source
    lodged: Lodging
    key: str
    at: datetime


@dataclass(frozen=True, slots=True)
class _Met:
    """An amendment that meets its locked first decision."""

    first: Decision
    amending: Amending
    bench: Bench
    looked: Looked

    @property
    def seen(self) -> risk.Seen:
        return self.looked.seen


def amended(first: Decision, amending: Amending, bench: Bench, looked: Looked) -> Decision:
    """Return the decision on a later version: the same draws, and a lane that only becomes stricter.

    Of a declaration that waits for its lot the lot will see the amended version; a mandatory profile
    or its score may choose it at once. The transaction is the caller's.

    Raises
    ------
    ControlError
        When the declaration was cancelled.
    """
    if first.mode == "modsel":
        return _by_rates(_Met(_locked(first), amending, bench, looked))
    held = _held_day(first, amending, bench, looked)
    met = _Met(_locked(first), amending, bench, looked)
    if met.first.state == DecisionState.WAITING:
        return _while_waiting(met, held)
    return _by_capacity(met, held)


def _locked(first: Decision) -> Decision:
    found = Decision.objects.select_for_update(of=("self",)).get(pk=first.pk)
    if found.state == DecisionState.CANCELLED:
        raise ControlError(
            Words(
                f"{found.declaration} was cancelled. Lodge a new declaration that replaces it.",
                f"Декларация {found.declaration} отозвана. Подайте новую взамен неё.",
            )
        )
    return found


def _held_day(first: Decision, amending: Amending, bench: Bench, looked: Looked) -> DeskState:
    """Return the locked day on which an amendment may take a slot, with its lots closed so far.

    The day of the amendment; where the office does not select by capacity any more, the day on which
    the declaration was lodged.
    """
    day = first.day
    if isinstance(bench.parameters, risk.CapacityParameters):
        day = max(day, looked.seen.day)
    key = risk.CounterKey(first.office, first.direction, day.isoformat())
    held = locked_day(amending.source.administration, key, bench)
    close_until(held, looked.seen.declared.decided_at, bench.standard)
    return held


# ---- decided already ----------------------------------------------------------------------------


def _by_rates(met: _Met) -> Decision:
    first = met.first
    decided = risk.record_from_json(unpacked(first.record)).decision
    key = risk.CounterKey(first.office, first.direction, first.period)
    held = locked_counters(met.amending.source.administration, key)
    counters = risk.state_from_json(held.state)
    if not isinstance(counters, risk.Counters):
        raise TypeError("mode modsel counts")
    lane = _system_lane(first)
    amendment, counted = risk.amend(decided, met.seen.declared.hits, lane, counters)
    keep_state(held, counted)
    return _stored(met, amendment)


def _by_capacity(met: _Met, held: DeskState) -> Decision:
    decided = risk.record_from_json(unpacked(met.first.record)).decision
    state = risk.state_from_json(held.state)
    if isinstance(state, risk.Counters):
        raise TypeError("a day of capacity has slots")
    amendment, after = risk.amend_capacity(
        decided,
        met.seen.declared.hits,
        _system_lane(met.first),
        state,
        mandatory=met.bench.desk.mandatory,
        asked=_asked(met, held, state),
    )
    keep_state(held, after)
    return _stored(met, amendment)


def _asked(
    met: _Met, held: DeskState, state: risk.DayState | risk.SlotState
) -> tuple[float, risk.CapacityFacts] | None:
    """Return the score and what it is judged by, where it is higher than that of every earlier version."""
    score = met.seen.declared.score
    if score is None or not isinstance(met.bench.parameters, risk.CapacityParameters):
        return None
    before = [met.first.score, *met.first.amendments.values_list("score", flat=True)]
    if any(one is not None and one >= score for one in before):
        return None
    forecast = risk.forecast_from_json(held.forecast)
    return score, risk.facts_now(met.seen, met.bench.desk, day_parameters(held), state, forecast)


def _system_lane(first: Decision) -> risk.Lane:
    lanes = [first.lane, *first.amendments.values_list("lane", flat=True)]
    return max((risk.Lane(lane) for lane in lanes), key=lambda lane: lane.strictness)


def _stored(met: _Met, amendment: risk.Amendment) -> Decision:
    first, bench = met.first, met.bench
    row = _row(met, risk.record_from_json(unpacked(first.record)))
    row.lane = row.lane_now = amendment.new.value
    if amendment.raised:
        row.way, row.inclusion = "criteria", 1.0
        own = bench.standard.task_of
        tasks = [own(hit) for hit in amendment.hits if hit.drawn is amendment.new]
        row.task_en = "\n".join(task.en for task in tasks if task.en) or row.task_en
        row.task_ru = "\n".join(task.ru for task in tasks if task.ru) or row.task_ru
    _save(met, row, {"amendment": risk.amendment_as_json(amendment)})
    event_lane = amendment.new.value if amendment.raised else ""
    _note(met, row, lane=event_lane, upwards=True if amendment.raised else None)
    if amendment.raised:
        _make_stricter(first, amendment.new)
        if (
            amendment.new is risk.Lane.RED
            and not InspectionAct.objects.filter(decision=first).exists()
        ):
            _open_act(met, row)
    return row


def _make_stricter(first: Decision, new: risk.Lane) -> None:
    """Move a declaration on to a raised lane, unless a person sent it to a stricter one before."""
    now = max(risk.Lane(first.lane_now), new, key=lambda lane: lane.strictness).value
    first.lane_now = now
    first.save(update_fields=["lane_now"])
    first.amendments.update(lane_now=now)


# ---- while it waits -----------------------------------------------------------------------------


def _while_waiting(met: _Met, held: DeskState) -> Decision:
    """Let the lot see the amended version, or choose it at once; nothing is drawn."""
    first = met.first
    record = unpacked(first.record)
    waiting = risk.waiting_from_json(record)
    state = risk.state_from_json(held.state)
    if not isinstance(state, risk.DayState):
        raise TypeError("only lots let a declaration wait")
    answer, after = risk.amend_waiting(
        waiting,
        met.seen,
        met.bench.desk,
        day_parameters(held),
        state,
        risk.forecast_from_json(held.forecast),
    )
    keep_state(held, after)
    row = _row(met, answer)
    _save(met, row, {"waited": risk.waiting_as_json(waiting)})
    known = {hit.code for hit in waiting.declared.hits}
    came = {
        hit.code: met.amending.lodged.version
        for hit in met.seen.declared.hits
        if hit.code not in known
    }
    _write_first(met, answer, record.get("came", {}) | came)
    DecisionHit.objects.bulk_create(
        DecisionHit(
            decision=first,
            code=hit.code,
            number=hit.version,
            items=hit.items,
            live=hit.live,
            drawn=hit.drawn.value if hit.drawn else "",
        )
        for hit in met.seen.declared.hits
        if hit.code in came
    )
    _note(met, row, lane="", upwards=None)
    if isinstance(answer, risk.Decided):
        repeat_decision([first])
        _open_act(met, row)
    return row


def _write_first(met: _Met, answer: risk.Decided | risk.Waiting, came: dict[str, int]) -> None:
    """Write into the first decision what the lot sees now, or what was decided instead."""
    first = met.first
    if isinstance(answer, risk.Decided):
        declared = answer.decision.declared
        fill(first, answer, met.bench.standard, first.plan_version)
        record = risk.record_as_json(answer)
    else:
        declared = answer.declared
        first.novel = answer.facts.novel
        record = risk.waiting_as_json(answer)
    first.score, first.hits = declared.score, len(declared.hits)
    first.record = packed(record | {"came": came})
    first.save(update_fields=[*DECIDED_FIELDS, "mode", "score", "hits", "novel", "record"])


# ---- both ---------------------------------------------------------------------------------------


def _row(met: _Met, answer: risk.Decided | risk.Waiting) -> Decision:
    amending, first = met.amending, met.first
    row = row_of(amending.source, amending.lodged, amending.key, met.bench, met.seen, answer)
    row.first, row.period, row.plan_version = first, first.period, first.plan_version
    return row


def _save(met: _Met, row: Decision, told: dict[str, Any]) -> None:
    """Store an amendment with what hit its own items, and what it found of the first."""
    row.record = packed(
        {
            "amends": met.first.pk,
            "hits": [[hit.code, hit.version] for hit in met.seen.declared.hits],
            "item_hits": [asdict(hit) for hit in met.seen.item_hits],
            "scored_by": met.seen.declared.model_version,
            **told,
        }
    )
    row.save(force_insert=True)
    store_hits([(row, met.looked)])


def _note(met: _Met, row: Decision, *, lane: str, upwards: bool | None) -> None:
    at, version = met.amending.at, met.amending.lodged.version
    DecisionEvent.objects.create(
        decision=met.first,
        kind=EventKind.AMENDED,
        at=at,
        lane=lane,
        upwards=upwards,
        facts={"version": version, "by_version": row.pk},
    )
    events.announce(
        "control.amended",
        on=row,
        by=None,
        at=at,
        declaration=row.declaration,
        version=row.version,
        lane=row.lane or "waiting",
    )


def _open_act(met: _Met, row: Decision) -> None:
    """Open the act of the declaration; it weighs by the items as they were lodged last."""
    met.first.items = row.items  # not stored: the row keeps what was lodged first
    assigning.open_act(met.first, met.bench.standard.rules, at=met.amending.at)
