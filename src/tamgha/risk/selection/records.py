"""What is stored of a decision, and of the state between decisions; and both again from what is stored."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

from tamgha.risk.selection.arrivals import SlotState
from tamgha.risk.selection.batch import NOTHING
from tamgha.risk.selection.counters import CounterKey, Counters
from tamgha.risk.selection.criteria import ItemHit
from tamgha.risk.selection.days import lot_id
from tamgha.risk.selection.deciding import Decided, State, Waiting
from tamgha.risk.selection.decisions import (
    CapacityFacts,
    Decision,
    capacity_facts_from_json,
    decision_as_json,
    decision_from_json,
    declared_from_json,
    plain,
)
from tamgha.risk.selection.lanes import Lane, Way
from tamgha.risk.selection.lots import DayForecast, DayState
from tamgha.risk.selection.plans import CapacityParameters
from tamgha.risk.selection.probabilities import Chances
from tamgha.risk.selection.recomputing import audit, recompute
from tamgha.shared.errors import TamghaError
from tamgha.shared.words import Words

VERSION = 1
_VERSION = Words(
    "A record of version {expected} was expected; {came} came.",
    "Ожидалась запись версии {expected}, а передана {came}.",
)
_STATES: dict[str, type[State]] = {"counters": Counters, "lots": DayState, "slots": SlotState}
_STATE_DIFFERS = Words(
    "State of {office}, {direction}, {period}: {stored} is stored, the decisions give {again}.",
    "Состояние ({office}, {direction}, {period}): хранится {stored}, а по решениям получается "
    "{again}.",
)


def record_as_json(decided: Decided) -> dict[str, Any]:
    """Return the whole row of a decision as plain JSON values."""
    return {
        "record": VERSION,
        "criteria": decided.criteria,
        "item_hits": [plain(one) for one in decided.item_hits],
        "decision": decision_as_json(decided.decision),
    }


def record_from_json(told: Mapping[str, Any]) -> Decided:
    """Return what `record_as_json` wrote; raises TamghaError for a record of another version."""
    _check_version(told)
    return Decided(
        decision=decision_from_json(told["decision"]),
        item_hits=_item_hits(told),
        criteria=told["criteria"],
    )


def waiting_as_json(waiting: Waiting) -> dict[str, Any]:
    """Return a declaration that waits for its lot as plain JSON values."""
    return {"record": VERSION, **plain(waiting)}


def waiting_from_json(told: Mapping[str, Any]) -> Waiting:
    """Return what `waiting_as_json` wrote; raises TamghaError for a record of another version."""
    _check_version(told)
    return Waiting(
        declared=declared_from_json(told["declared"]),
        item_hits=_item_hits(told),
        criteria=told["criteria"],
        facts=capacity_facts_from_json(told["facts"]),
        lot=told["lot"],
    )


def _check_version(told: Mapping[str, Any]) -> None:
    if told.get("record") != VERSION:
        raise TamghaError(_VERSION.format(expected=VERSION, came=told.get("record")))


def _item_hits(told: Mapping[str, Any]) -> tuple[ItemHit, ...]:
    return tuple(ItemHit(**one) for one in told["item_hits"])


# -- again, from the record ------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Replayed:
    """A decision derived again from its record.

    Parameters
    ----------
    decision : what follows from what was known; equal to the stored one where all is well
    chances : probability of red, of yellow, of blue
    faults : what does not fit, one sentence each; empty where the record holds
    """

    decision: Decision
    chances: Chances
    faults: tuple[Words, ...]

    @property
    def inclusion(self) -> Fraction:
        """π: the probability of examination, in [0, 1]."""
        return self.chances[0]


def replay(record: Mapping[str, Any], key: bytes | None = None) -> Replayed:
    """Return lane, way and probabilities again, from a stored record alone.

    Parameters
    ----------
    record : as `record_as_json` wrote it
    key : of the record's quarter; with it every draw is derived again too

    Raises
    ------
    TamghaError
        For a record of another version.
    """
    stored = record_from_json(record)
    again = recompute(stored.decision)
    faults = [*audit(stored.decision, key), *_hit_faults(stored)]
    return Replayed(again, again.chances, tuple(faults))


_HITS_DIFFER = Words(
    "Declaration {declaration}: criterion {code} is stored with {stored} items hit, but {again} "
    "items are named.",
    "Декларация {declaration}: у критерия {code} записано товаров с попаданием: {stored}, а "
    "названо: {again}.",
)


def _hit_faults(stored: Decided) -> list[Words]:
    named: dict[str, int] = {}
    for one in stored.item_hits:
        named[one.code] = named.get(one.code, 0) + 1
    declared = stored.decision.declared
    counted = {hit.code: hit.items for hit in declared.hits}
    if not named and not stored.criteria:  # a decision made without a desk names no items
        return []
    return [
        _HITS_DIFFER.format(
            declaration=declared.declaration,
            code=code,
            stored=counted.get(code, 0),
            again=named.get(code, 0),
        )
        for code in sorted(named.keys() | counted.keys())
        if named.get(code, 0) != counted.get(code, 0)
    ]


# -- the state between decisions ---------------------------------------------------------------


def state_as_json(state: State) -> dict[str, Any]:
    """Return a state as plain JSON values, with its kind."""
    kind = next(name for name, made in _STATES.items() if isinstance(state, made))
    return {"record": VERSION, "state": kind, **plain(state)}


def state_from_json(told: Mapping[str, Any]) -> State:
    """Return the state that `state_as_json` wrote; raises TamghaError for another version."""
    _check_version(told)
    values = {name: value for name, value in told.items() if name not in ("record", "state")}
    if "backlog" in values:
        values["backlog"] = tuple(values["backlog"])
    if told["state"] == "lots":
        values["phase_draw"] = int(values["phase_draw"])
        values |= {name: Fraction(values[name]) for name in ("expected", "carry")}
    return _STATES[told["state"]](**values)


def forecast_as_json(forecast: DayForecast) -> dict[str, Any]:
    """Return the forecast of a day as plain JSON values."""
    return {"record": VERSION, **plain(forecast)}


def forecast_from_json(told: Mapping[str, Any]) -> DayForecast:
    """Return what `forecast_as_json` wrote; raises TamghaError for another version."""
    _check_version(told)
    names = ("arrivals", "variation", "mandatory", "novel")
    return DayForecast(
        **{name: Fraction(told[name]) for name in names},
        lot_shares=tuple(Fraction(share) for share in told["lot_shares"]),
        scores=tuple(told["scores"]),
    )


def rebuilt_lots(
    opened: DayState,
    parameters: CapacityParameters,
    forecast: DayForecast,
    decisions: Iterable[Decision],
    *,
    waiting: int = 0,
    closed: int = 0,
) -> DayState:
    """Return the state of a day of lots that its stored decisions add up to.

    Parameters
    ----------
    opened : the state with which the day began
    decisions : all of the day, any order
    waiting : how many wait for their lot still
    closed : lots closed so far
    """
    state, count = opened, 0
    groups: set[str] = set()
    key: CounterKey | None = None
    for one in _in_time(decisions):
        count, key = count + 1, one.declared.key
        if one.way in (Way.MANDATORY, Way.SCORE):
            state = _slot_taken(state, one.declared.declaration)
        else:
            groups.add(_facts(one).group)
    for lot in range(closed):
        expected = parameters.random * forecast.lot_shares[lot] + state.carry
        if key is not None and lot_id(*key, lot) in groups:
            state = replace(state, expected=state.expected + expected, carry=NOTHING)
        else:
            state = replace(state, carry=expected)
    return replace(state, arrived=count + waiting, closed=closed)


def rebuilt_slots(opened: SlotState, decisions: Iterable[Decision]) -> SlotState:
    """Return the state of a day of rule A that its stored decisions add up to.

    Parameters
    ----------
    opened : the state with which the day began
    decisions : all of the day, any order
    """
    state = opened
    for one in _in_time(decisions):
        facts = _facts(one)
        if one.way is Way.MANDATORY and facts.slots - facts.reserve < 1:
            state = replace(state, backlog=(*state.backlog, one.declared.declaration))
        elif one.lane is Lane.RED:
            state = replace(state, slots=state.slots - 1)
        state = replace(state, arrived=state.arrived + 1)
    return state


def state_faults(key: CounterKey, stored: State, rebuilt: State) -> list[Words]:
    """Return the difference between a state as stored and as rebuilt; shown, never mended silently."""
    if stored == rebuilt:
        return []
    told = _STATE_DIFFERS.format(**key._asdict(), stored=str(stored), again=str(rebuilt))
    return [told]


def _slot_taken(state: DayState, declaration: str) -> DayState:
    if state.purse > 0:
        return replace(state, purse=state.purse - 1)
    return replace(state, backlog=(*state.backlog, declaration))


def _facts(decision: Decision) -> CapacityFacts:
    if not isinstance(decision.facts, CapacityFacts):
        raise TypeError("a decision of mode capacity was expected")
    return decision.facts


def _in_time(decisions: Iterable[Decision]) -> list[Decision]:
    return sorted(decisions, key=lambda one: (one.declared.decided_at, one.declared.declaration))
