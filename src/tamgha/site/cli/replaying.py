"""A plan replayed over a set in the order of lodging: what ``tamgha risk select`` does."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from itertools import groupby
from typing import Any
from zoneinfo import ZoneInfo

from tamgha import risk

Row = Mapping[str, Any]
Place = tuple[str, str]
Hits = Mapping[str, list[tuple[risk.Profile, int]]]


@dataclass(frozen=True, slots=True)
class Arrivals:
    """The declarations of a set in the order of lodging, and which criteria hit which.

    Parameters
    ----------
    rows : one per declaration: declaration, office, direction, lodged, day, importer,
        transport_document, previous_document, score, novel
    hits : declaration -> (profile, items hit) pairs
    cancelled : declaration -> when it was cancelled
    amended : (when, declaration, hits of the new version), in time
    """

    rows: Sequence[Row]
    hits: Hits
    cancelled: Mapping[str, datetime] = field(default_factory=dict)
    amended: Sequence[tuple[datetime, str, list[tuple[risk.Profile, int]]]] = ()


def moment(row: Row) -> datetime:
    """Return when a row was lodged, aware."""
    lodged: datetime = row["lodged"]
    return lodged if lodged.tzinfo else lodged.replace(tzinfo=UTC)


class Replay:
    """One replay.

    Parameters
    ----------
    arrivals : what comes up
    plan : by which it is decided
    key : of every quarter
    zone : of the offices
    lists : that the criteria refer to

    Attributes
    ----------
    amendments : what amended versions changed, filled while ``decisions`` runs
    """

    def __init__(
        self,
        arrivals: Arrivals,
        plan: risk.Plan,
        key: bytes,
        zone: ZoneInfo,
        lists: risk.ProfileLists,
    ) -> None:
        self.arrivals, self.plan, self.key, self.zone = arrivals, plan, key, zone
        self.versions = {name: lists.current(name).version for name in lists.names()}
        quarters = {risk.epoch_of(moment(row), zone) for row in arrivals.rows}
        self.desk = risk.Desk(
            criteria=risk.Criteria((), lists=lists),  # hits were found for the whole set at once
            timezone=zone,
            keys=dict.fromkeys(quarters, key),
            mandatory=plan.mandatory,
        )
        self.chains = self._chains()
        self.amendments: list[risk.Amendment] = []

    def decisions(self) -> Iterator[risk.Decision]:
        """Yield every decision: in the order of lodging, or, by batches and lots, as they end."""
        if self.plan.mode == "modsel":
            yield from self._modsel()
            return
        rules = {parameters.rule for parameters in self.plan.capacity.values()}
        batched = [row for row in self.arrivals.rows if self._capacity(row).rule == "batch"]
        yield from self._batches(batched)
        if rules - {"batch"}:
            single = [row for row in self.arrivals.rows if self._capacity(row).rule != "batch"]
            yield from self._single(single)

    def _capacity(self, row: Row) -> risk.CapacityParameters:
        return self.plan.capacity[row["direction"]]

    def _chains(self) -> dict[str, risk.Chain]:
        """Return the chain of every declaration; a cancelled one passes its draws on once."""
        chains: dict[str, risk.Chain] = {}
        named: dict[str, risk.Cancelled] = {}
        alike: dict[tuple[str, str, str], list[risk.Cancelled]] = defaultdict(list)
        for row in self.arrivals.rows:
            new = risk.Lodging(
                declaration=row["declaration"],
                lodged=moment(row),
                office=row["office"],
                importer=row["importer"] or "",
                transport_document=row["transport_document"] or "",
                names=row["previous_document"] or "",
            )
            goods = (new.importer, new.transport_document, new.office)
            candidates = [*alike.get(goods, ()), *filter(None, [named.get(new.names)])]
            chain = chains[new.declaration] = risk.join_chain(new, candidates)
            if chain.predecessor:
                taken = named.pop(chain.predecessor)
                place = taken.lodging.importer, taken.lodging.transport_document
                alike[*place, taken.lodging.office].remove(taken)
            at = self.arrivals.cancelled.get(new.declaration)
            if at is not None:
                gone = risk.Cancelled(new, chain, at)
                named[new.declaration] = gone
                alike[goods].append(gone)
        return chains

    def seen(self, row: Row, period: str) -> risk.Seen:
        """Return a declaration looked at, with the hits that were found for the whole set at once."""
        name, at = row["declaration"], moment(row)
        chain = self.chains[name]
        draws = risk.Draws(self.key, chain.draw_id)
        hits = self._hits(self.arrivals.hits.get(name, ()), draws, row["day"])
        declared = risk.Declared(
            declaration=name,
            office=row["office"],
            direction=row["direction"],
            decided_at=at,
            period=period,
            draw_id=chain.draw_id,
            chain_position=chain.position,
            epoch=risk.epoch_of(chain.first_lodged, self.zone),
            random_draw=draws.random,
            hits=hits,
            score=row["score"],
            lists=self.versions,
        )
        return risk.Seen(
            declared=declared,
            item_hits=(),
            criteria="",
            day=row["day"],
            rows=(),
            tie_draw=draws.tie,
            explore_draw=draws.explore,
            mandatory=any(hit.code in self.plan.mandatory for hit in hits),
            novel=row["novel"],
        )

    def _hits(
        self, pairs: Sequence[tuple[risk.Profile, int]], draws: risk.Draws, day: date
    ) -> tuple[risk.CriterionHit, ...]:
        return tuple(
            risk.Criterion(profile=profile).hit(draws, items)
            for profile, items in pairs
            if profile.is_in_force(day)
        )

    def _modsel(self) -> Iterator[risk.Decision]:
        counters: dict[risk.CounterKey, risk.Counters] = {}
        decided: dict[str, tuple[risk.Decision, risk.Lane]] = {}
        waiting = list(self.arrivals.amended)
        for row in self.arrivals.rows:
            self._amend_modsel(waiting, moment(row), decided, counters)
            parameters = self.plan.of(row["office"], row["direction"])
            one = self.seen(row, risk.period_of(moment(row), self.zone, parameters.period))
            before = counters.get(one.key, risk.Counters())
            decision, counters[one.key] = risk.decide_modsel(one.declared, parameters, before)
            decided[row["declaration"]] = decision, decision.lane
            yield decision
        self._amend_modsel(waiting, None, decided, counters)

    def _amend_modsel(
        self,
        waiting: list[tuple[datetime, str, list[tuple[risk.Profile, int]]]],
        until: datetime | None,
        decided: dict[str, tuple[risk.Decision, risk.Lane]],
        counters: dict[risk.CounterKey, risk.Counters],
    ) -> None:
        while waiting and (until is None or waiting[0][0] < until):
            _, name, pairs = waiting.pop(0)
            if name not in decided:
                continue
            first, lane = decided[name]
            hits = self._amended_hits(first, pairs)
            key = first.declared.key
            amendment, counters[key] = risk.amend(first, hits, lane, counters[key])
            decided[name] = first, amendment.new
            self.amendments.append(amendment)

    def _amended_hits(
        self, first: risk.Decision, pairs: list[tuple[risk.Profile, int]]
    ) -> tuple[risk.CriterionHit, ...]:
        declared = first.declared
        draws = risk.Draws(self.key, declared.draw_id)
        return self._hits(pairs, draws, declared.decided_at.astimezone(self.zone).date())

    def _batches(self, rows: Sequence[Row]) -> Iterator[risk.Decision]:
        states: dict[Place, risk.BatchState] = {}
        order = sorted(rows, key=_by_day)
        for (day, office, direction), same in groupby(order, key=_by_day):
            batch = [self.seen(row, str(day)).candidate for row in same]
            state = states.get((office, direction), risk.BatchState())
            group = f"{office} {direction} {day}"
            result = risk.choose_batch(batch, self.plan.capacity[direction], state, group=group)
            states[office, direction] = result.state
            yield from result.decisions

    def _single(self, rows: Sequence[Row]) -> Iterator[risk.Decision]:
        """Decide arrival by arrival, office after office: they share nothing."""
        order = sorted(rows, key=lambda row: (row["office"], row["direction"]))
        for _, same in groupby(order, key=lambda row: (row["office"], row["direction"])):
            yield from self._office(sorted(same, key=moment))

    def _office(self, rows: Sequence[Row]) -> Iterator[risk.Decision]:
        past: list[risk.PastArrival] = []
        backlog: tuple[str, ...] = ()
        parameters = self._capacity(rows[0])
        for day, same in groupby(rows, key=lambda row: moment(row).astimezone(self.zone).date()):
            today = list(same)
            planned = risk.forecast_day(
                past,
                day,
                timezone=self.zone,
                lot_minutes=parameters.lot_minutes,
                first_guess=max(1, len(today)) if not past else 100,
            )
            looked = [self.seen(row, day.isoformat()) for row in today]
            decided, backlog = self._day(looked, parameters, planned, backlog)
            yield from decided
            past += [
                risk.PastArrival(
                    one.declared.decided_at, one.mandatory, one.novel, one.declared.score
                )
                for one in looked
            ]

    def _day(
        self,
        looked: Sequence[risk.Seen],
        parameters: risk.CapacityParameters,
        planned: risk.DayForecast,
        backlog: tuple[str, ...],
    ) -> tuple[list[risk.Decision], tuple[str, ...]]:
        state = risk.open_state(looked[0].key, self.desk, parameters, backlog)
        decided: list[risk.Decision] = []
        waiting: list[risk.Waiting] = []
        for one in looked:
            if isinstance(state, risk.DayState):
                lot = risk.lot_of(one.declared.decided_at, self.zone, parameters.lot_minutes)
                done, state = risk.close_lots(waiting, parameters, state, planned, until=lot)
                decided += [each.decision for each in done]
                waiting = [each for each in waiting if each.lot >= lot]
            answer, state = risk.decide(one, self.desk, parameters, state, planned)
            if isinstance(answer, risk.Waiting):
                waiting.append(answer)
            else:
                decided.append(answer.decision)
        if isinstance(state, risk.DayState):
            last = risk.lots_of_day(parameters.lot_minutes)
            done, state = risk.close_lots(waiting, parameters, state, planned, until=last)
            decided += [each.decision for each in done]
        return decided, () if isinstance(state, risk.Counters) else state.backlog


def _by_day(row: Row) -> tuple[date, str, str]:
    return row["day"], row["office"], row["direction"]
