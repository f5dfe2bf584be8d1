"""A declaration that comes up: from its items to the decision and the row that is stored.

Two steps, so that little is done under a lock: `look` finds hits and draws and needs no state,
`decide` moves the state of one office, direction and period.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import TypeAlias
from zoneinfo import ZoneInfo

from tamgha.risk.engines import OnlineIndicators
from tamgha.risk.selection.arrivals import SlotState, decide_arrival, open_slots
from tamgha.risk.selection.batch import Candidate
from tamgha.risk.selection.chains import Chain
from tamgha.risk.selection.counters import CounterKey, Counters, period_of
from tamgha.risk.selection.criteria import Criteria, Item, ItemHit
from tamgha.risk.selection.days import day_gone, lot_id, lot_of, slot_facts
from tamgha.risk.selection.decisions import CapacityFacts, Decision, Declared
from tamgha.risk.selection.draws import PHASE, Draws, epoch_of, keyed_draw, phase_id
from tamgha.risk.selection.lots import (
    DayForecast,
    DayState,
    arrival_facts,
    close_lot,
    on_arrival,
    open_day,
)
from tamgha.risk.selection.modsel import decide_modsel
from tamgha.risk.selection.plans import CapacityParameters, ModselParameters
from tamgha.shared.errors import TamghaError
from tamgha.shared.words import Words

Parameters: TypeAlias = ModselParameters | CapacityParameters
State: TypeAlias = Counters | DayState | SlotState
_NO_KEY = Words(
    "There is no key of the draws for {epoch}. Make one for the quarter before deciding.",
    "Нет ключа случайного отбора на {epoch}. Создайте ключ квартала до принятия решений.",
)
_DAY_OVER = Words(
    "All lots of {day} are closed. Decide the declaration in the day that has begun.",
    "Все партии отбора за {day} закрыты. Принимайте решение уже в наступившем дне.",
)
_NO_FORECAST = Words(
    "Mode capacity decides arrivals by the forecast of the day; none came.",
    "В режиме мощности решение по прибытии опирается на прогноз дня, а он не задан.",
)
_WRONG_STATE = Words(
    "{expected} was expected as the state; {came} came.",
    "Ожидалось состояние {expected}, а передано {came}.",
)
_BATCH = Words(
    "The plan decides in batches. Use choose_batch, or set the rule lots or arrivals.",
    "План принимает решения по пакетам. Используйте choose_batch или правило lots либо arrivals.",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """What stays the same from declaration to declaration.

    Parameters
    ----------
    criteria : compiled
    timezone : of the office; days, periods, quarters and lots are local
    keys : quarter -> 32 bytes, as `epoch_of` names it ("2026Q1")
    mandatory : codes of the criteria that always select, of mode capacity
    """

    criteria: Criteria
    timezone: ZoneInfo
    keys: Mapping[str, bytes]
    mandatory: frozenset[str] = frozenset()

    def key_of(self, moment: datetime) -> tuple[str, bytes]:
        """Return the quarter of a first lodging, and its key; raises TamghaError without one."""
        epoch = epoch_of(moment, self.timezone)
        if epoch not in self.keys:
            raise TamghaError(_NO_KEY.format(epoch=epoch))
        return epoch, self.keys[epoch]

    def day_of(self, moment: datetime) -> date:
        """Return the local day."""
        return moment.astimezone(self.timezone).date()


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """A declaration as it comes up for decision.

    Parameters
    ----------
    declaration : its id, given by the server
    items : rows of `COLUMNS`, one per item, numbers distinct; office and direction in each. Where
        ``day`` is missing, local day and hour of ``lodged`` (or of the decision) are put in.
    decided_at : aware datetime
    chain : its place in a chain; None for a declaration that goes on none
    score, model_version : the highest score of its items, where there is a model
    novel : whether trader or goods were never examined; of mode capacity
    """

    declaration: str
    items: Sequence[Item]
    decided_at: datetime
    chain: Chain | None = None
    score: float | None = None
    model_version: str = ""
    novel: bool = False

    @property
    def office(self) -> str:
        """The office."""
        return str(self.items[0]["office"])

    @property
    def direction(self) -> str:
        """Import, export or transit."""
        return str(self.items[0]["direction"])


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """A declaration looked at: everything that its decision needs but the state.

    Parameters
    ----------
    declared : with hits and draws
    item_hits : which criterion hit which item, and by what values
    criteria : digest of the criteria
    day : local day of the decision
    rows : the items with their indicators beside the columns, and the day they were worked out for
    tie_draw, explore_draw, mandatory, novel : of mode capacity
    """

    declared: Declared
    item_hits: tuple[ItemHit, ...]
    criteria: str
    day: date
    rows: tuple[Item, ...]
    tie_draw: int = 0
    explore_draw: int = 0
    mandatory: bool = False
    novel: bool = False

    @property
    def key(self) -> CounterKey:
        """Whose state decides: office, direction, and counting period or (mode capacity) day."""
        return self.declared.key

    @property
    def candidate(self) -> Candidate:
        """It as a candidate of mode capacity."""
        return Candidate(
            declared=self.declared,
            tie_draw=self.tie_draw,
            explore_draw=self.explore_draw,
            mandatory=self.mandatory,
            novel=self.novel,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """A declaration that neither criteria nor score chose, until its lot is closed.

    Parameters
    ----------
    declared, item_hits, criteria : as in `Seen`
    facts : of its arrival
    lot : number of its lot, 0 for the first after midnight
    """

    declared: Declared
    item_hits: tuple[ItemHit, ...]
    criteria: str
    facts: CapacityFacts
    lot: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Decided:
    """A decision with the hits of its items: what is stored, and never changed.

    Parameters
    ----------
    decision : lane, way, draws, probabilities and what they follow from
    item_hits : which criterion hit which item, and by what values
    criteria : digest of the criteria that looked
    """

    decision: Decision
    item_hits: tuple[ItemHit, ...] = ()
    criteria: str = ""


def look(
    arrival: Arrival,
    desk: Desk,
    parameters: Parameters,
    indicators: OnlineIndicators | None = None,
) -> Seen:
    """Return what hits a declaration, with its draws; no state is read or changed.

    Parameters
    ----------
    arrival : with at least one item
    parameters : in force for its office and direction
    indicators : state that gives the indicators of its items; it may stand on a later day than
        the lodging, then its values of that day are taken

    Raises
    ------
    TamghaError
        If there is no key for the quarter of its first lodging.
    """
    at = arrival.decided_at
    day = desk.day_of(at)
    chain = arrival.chain or Chain(arrival.declaration, at)
    epoch, key = desk.key_of(chain.first_lodged)
    draws = Draws(key, chain.draw_id)
    rows = tuple(_completed(row, at, desk.timezone) for row in arrival.items)
    if indicators is not None:
        rows = tuple({**row, **indicators.values_now(row)} for row in rows)
    item_hits = desk.criteria.item_hits(rows, day)
    hits = desk.criteria.hits(item_hits, draws)
    period = day.isoformat()
    if isinstance(parameters, ModselParameters):
        period = period_of(at, desk.timezone, parameters.period)
    declared = Declared(
        declaration=arrival.declaration,
        office=arrival.office,
        direction=arrival.direction,
        decided_at=at,
        period=period,
        random_draw=draws.random,
        draw_id=chain.draw_id,
        chain_position=chain.position,
        epoch=epoch,
        hits=hits,
        score=arrival.score,
        model_version=arrival.model_version,
        lists=desk.criteria.list_versions,
    )
    in_capacity = isinstance(parameters, CapacityParameters)
    return Seen(
        declared=declared,
        item_hits=item_hits,
        criteria=desk.criteria.digest,
        day=day,
        rows=rows,
        tie_draw=draws.tie if in_capacity else 0,
        explore_draw=draws.explore if in_capacity else 0,
        mandatory=any(hit.live and hit.code in desk.mandatory for hit in hits),
        novel=arrival.novel,
    )


def _completed(row: Item, at: datetime, timezone: ZoneInfo) -> Item:
    """Return the row with the local day and hour of its lodging, where it has none."""
    if row.get("day") is not None:
        return row
    lodged = row.get("lodged")
    local = (lodged if isinstance(lodged, datetime) else at).astimezone(timezone)
    return {**row, "day": local.date(), "hour": local.hour}


def open_state(
    key: CounterKey, desk: Desk, parameters: Parameters, backlog: tuple[str, ...] = ()
) -> State:
    """Return the state with which an office, direction and period (or day) begins.

    Parameters
    ----------
    key : with the local day as period in mode capacity
    backlog : chosen yesterday and not yet examined, of mode capacity
    """
    if isinstance(parameters, ModselParameters):
        return Counters()
    if parameters.rule == "arrivals":
        return open_slots(parameters, backlog)
    noon = datetime.fromisoformat(f"{key.period}T12:00").replace(tzinfo=desk.timezone)
    secret = desk.key_of(noon)[1]
    phase = keyed_draw(secret, PHASE, phase_id(key.office, key.direction, key.period))
    return open_day(parameters, phase, backlog)


def decide(
    seen: Seen,
    desk: Desk,
    parameters: Parameters,
    state: State,
    forecast: DayForecast | None = None,
) -> tuple[Decided | Waiting, State]:
    """Return the decision on a declaration, or that it waits for its lot; and the state after it.

    Parameters
    ----------
    seen : as `look` gives it, under the same parameters
    state : of ``seen.key``, read on a locked row and stored in the same transaction as the answer
    forecast : of the day, made the evening before; needed in mode capacity

    Raises
    ------
    TamghaError
        If state or forecast do not fit the parameters, or the lots of the day are all closed.
    """
    if isinstance(parameters, ModselParameters):
        if not isinstance(state, Counters):
            raise TamghaError(_WRONG_STATE.format(expected="Counters", came=type(state).__name__))
        decision, after = decide_modsel(seen.declared, parameters, state)
        return _decided(seen, decision), after
    if parameters.rule == "batch":
        raise TamghaError(_BATCH)
    if forecast is None:
        raise TamghaError(_NO_FORECAST)
    if parameters.rule == "lots":
        if not isinstance(state, DayState):
            raise TamghaError(_WRONG_STATE.format(expected="DayState", came=type(state).__name__))
        return _into_lots(seen, desk, parameters, state, forecast)
    if not isinstance(state, SlotState):
        raise TamghaError(_WRONG_STATE.format(expected="SlotState", came=type(state).__name__))
    at = seen.declared.decided_at
    gone = day_gone(forecast, at, desk.timezone, parameters.lot_minutes)
    one = seen.candidate
    facts = slot_facts(one, parameters, state, forecast, gone)
    decision, slots = decide_arrival(one, state, facts)
    return _decided(seen, decision), replace(slots, arrived=slots.arrived + 1)


def _into_lots(
    seen: Seen,
    desk: Desk,
    parameters: CapacityParameters,
    state: DayState,
    forecast: DayForecast,
) -> tuple[Decided | Waiting, DayState]:
    at, minutes = seen.declared.decided_at, parameters.lot_minutes
    gone = day_gone(forecast, at, desk.timezone, minutes)
    one = seen.candidate
    moment = (state.arrived, gone)
    facts = arrival_facts(one, parameters, state, forecast, forecast.scores, moment)
    decision, after = on_arrival(one, parameters, state, facts)
    after = replace(after, arrived=after.arrived + 1)
    if decision is not None:
        return _decided(seen, decision), after
    lot = max(lot_of(at, desk.timezone, minutes), state.closed)
    if lot >= len(forecast.lot_shares):
        raise TamghaError(_DAY_OVER.format(day=seen.key.period))
    waiting = Waiting(
        declared=seen.declared,
        item_hits=seen.item_hits,
        criteria=seen.criteria,
        facts=facts,
        lot=lot,
    )
    return waiting, after


def close_lots(
    waiting: Sequence[Waiting],
    parameters: CapacityParameters,
    state: DayState,
    forecast: DayForecast,
    *,
    until: int,
) -> tuple[tuple[Decided, ...], DayState]:
    """Return the decisions of every lot of a day that has ended, in the order of the lots.

    Each lot is closed once, empty ones too: what they expected is handed on. Closing again up to
    the same lot changes nothing, so that a timer may come twice.

    Parameters
    ----------
    waiting : all that wait in lots before ``until``, of one office, direction and day
    state : on a locked row, stored with the decisions
    until : number of the first lot that goes on; the number of lots closes the day
    """
    decided: list[Decided] = []
    for lot in range(state.closed, min(until, len(forecast.lot_shares))):
        mine = [one for one in waiting if one.lot == lot]
        group = lot_id(*mine[0].declared.key, lot) if mine else ""
        pairs = [(one.declared, one.facts) for one in mine]
        share = forecast.lot_shares[lot]
        decisions, state = close_lot(pairs, parameters, state, share, group=group)
        state = replace(state, closed=lot + 1)
        decided += [
            Decided(decision=decision, item_hits=one.item_hits, criteria=one.criteria)
            for one, decision in zip(mine, decisions, strict=True)
        ]
    return tuple(decided), state


def _decided(seen: Seen, decision: Decision) -> Decided:
    return Decided(decision=decision, item_hits=seen.item_hits, criteria=seen.criteria)
