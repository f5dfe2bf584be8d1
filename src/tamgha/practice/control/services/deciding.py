"""Decisions on declarations as they arrive: one for each key, exact under any number of processes.

What may be looked at beforehand is looked at before the transaction; inside it the state of the office,
direction and period is locked, the engine decides, and everything is stored together. First versions that
come to a process at the same time share one transaction (`settling`); amendments, and those that go on a
cancelled declaration, go alone.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

from django.db import IntegrityError, OperationalError, transaction
from django.db.models import Q

from tamgha import risk
from tamgha.platform.accounts.models import Administration
from tamgha.platform.journal import services as journal
from tamgha.platform.statements import run, will_pass
from tamgha.practice.control.choices import DecisionState
from tamgha.practice.control.domain.lodging import AnyLodging, Lodging
from tamgha.practice.control.gateways import desks, online
from tamgha.practice.control.gateways.scoring import scorer_of
from tamgha.practice.control.models import ApiSystem, Decision, InspectionAct, OnlineDay
from tamgha.practice.control.services import amending, drawing, states
from tamgha.practice.control.services.errors import KeyUsedError, NoPlanError
from tamgha.practice.control.services.rows import (
    Bench,
    Looked,
    Source,
    announce_decision,
    dated,
)
from tamgha.practice.control.services.scoring import score_of
from tamgha.practice.control.services.settling import DayTurnsError, Ready, settle
from tamgha.shared.together import Together
from tamgha.shared.words import Words

TRIES = 4
CHAIN_DAYS = 30


def decide(*, source: Source, lodged: Lodging, key: str, at: datetime) -> Decision:
    """Return the decision on a declaration: the stored one where the key came before.

    Parameters
    ----------
    key : of the program's own choosing, 1 to 80 characters; it stands for one declaration for ever

    Raises
    ------
    KeyUsedError
        When the key stands for another declaration, or this version was decided under another key.
    NoPlanError
        When no plan is in force for the office and direction.
    """
    administration = source.administration
    for _try in range(TRIES):
        day = day_now(administration, at)
        chain, predecessor = chain_of(administration, lodged, at)
        try:
            if lodged.version == 1 and predecessor is None:
                return _with_others(_ready(source, lodged, key, day, at))
            known = known_decision(source, lodged, key)
            if known is not None:
                return known
            prepared = _prepared(source, lodged, key, day, at, chain, predecessor)
            with transaction.atomic():
                return _decide_now(prepared)
        except OperationalError as error:
            if not will_pass(error):
                raise
        except (DayTurnsError, IntegrityError):
            online.forget_day(administration)
        known = known_decision(source, lodged, key)
        if known is not None:
            return known
        _refuse_overtaken(administration, lodged)
    raise RuntimeError(
        f"the declaration {lodged.declaration} could not be decided in {TRIES} tries"
    )


def _refuse_overtaken(administration: Administration, lodged: Lodging) -> None:
    """Refuse a first version that comes after a later one: that one was decided in its stead."""
    first = states.first_of(administration, lodged.declaration)
    if first is not None and first.version > lodged.version:
        raise KeyUsedError(
            Words(
                f"Version {first.version} of {first.declaration} came before version "
                f"{lodged.version}, and was decided. To amend it, lodge a higher version.",
                f"Версия {first.version} декларации {first.declaration} поступила раньше версии "
                f"{lodged.version}, и решение по ней принято. Для корректировки подайте следующую версию.",
            )
        )


def day_now(administration: Administration, at: datetime) -> OnlineDay:
    """Return the day whose knowledge the indicators have; the first decision of a day fixes it.

    The newest that this process knows: whether there is a newer one is asked under the lock.
    """
    local = at.astimezone(desks.zone_of(administration)).date()
    day = online.day_at_hand(administration) or online.newest_day(administration)
    if day is None or day.day < local:
        day = online.newest_day(administration)
    if day is None or day.day < local:
        day = turn_day(administration, at=at)
    return day


def _ready(source: Source, lodged: Lodging, key: str, day: OnlineDay, at: datetime) -> Ready:
    bench = bench_of(source.administration, (lodged.office, lodged.direction), day, at)
    looked = look_at(source.administration, lodged, bench, at)
    return Ready(source, lodged, key, day, bench, looked)


def _settle_many(every: Sequence[Ready]) -> list[Decision | Exception]:
    """Decide on what came at the same time: together where it counts alike, else one by one.

    What is known already is refused, for whoever asked to read it; when one of the others cannot be
    stored, each goes alone.
    """
    answers: dict[int, Decision | Exception] = {}
    groups: dict[tuple[int, int, int], list[int]] = {}
    for place, one in enumerate(every):
        apart = -1 if one.counts else place
        group = (one.source.administration.pk, one.day.pk, apart)
        groups.setdefault(group, []).append(place)
    for places in groups.values():
        asked = [every[place] for place in places]
        try:
            answers |= zip(places, _settled(asked), strict=True)
        except Exception:  # noqa: BLE001 -- each hears of its own fault, or is decided
            answers |= {place: _alone(every[place]) for place in places}
    return [answers[place] for place in range(len(every))]


def _alone(one: Ready) -> Decision | Exception:
    try:
        return _settled([one])[0]
    except Exception as error:  # noqa: BLE001 -- raised where it was asked
        return error


def _settled(asked: Sequence[Ready]) -> list[Decision | Exception]:
    """Decide in one transaction on those that have no decision; the others are answered so."""
    with transaction.atomic(), journal.gathered():
        known = _known(asked)
        new = [one for one, is_known in zip(asked, known, strict=True) if not is_known]
        rows = settle(new[0].source.administration, new) if new else []
        for row in rows:
            announce_decision(row, row.decided_at)
    left = iter(rows)
    return [DayTurnsError() if is_known else next(left) for is_known in known]


def _known(asked: Sequence[Ready]) -> list[bool]:
    """Return of each whether its key or its declaration has a decision, or came before it here."""
    either = "(system_id = %s AND key = %s) OR declaration = %s"
    values: list[Any] = [asked[0].source.administration.pk]
    for one in asked:
        values += [_pk(one.source.system), one.key, one.lodged.declaration]
    found = run(
        "SELECT system_id, key, declaration FROM control_decision "  # noqa: S608 -- places only
        f"WHERE administration_id = %s AND ({' OR '.join([either] * len(asked))})",
        values,
    )
    keys = {(system, key) for system, key, _declaration in found}
    declarations = {declaration for _system, _key, declaration in found}
    known = []
    for one in asked:
        key, declaration = (_pk(one.source.system), one.key), one.lodged.declaration
        known.append(key in keys or declaration in declarations)
        keys.add(key)
        declarations.add(declaration)
    return known


_with_others: Final = Together(_settle_many)


def known_decision(source: Source, lodged: Lodging, key: str) -> Decision | None:
    """Return the decision of a key; raises KeyUsedError where key and declaration do not belong together."""
    found = Decision.objects.filter(
        Q(system=source.system, drop=source.drop, key=key)
        | Q(declaration=lodged.declaration, version=lodged.version),
        administration=source.administration,
    ).defer("body", "record")
    known = list(found[:2])
    if not known:
        return None
    if len(known) == 1 and known[0].key == key and known[0].system_id == _pk(source.system):
        if known[0].digest == lodged.digest:
            return known[0]
        raise KeyUsedError(
            Words(
                f"The key {key} stands for another content (declaration {known[0].declaration}). Use "
                "a new key for a new declaration, and a higher version for an amendment.",
                f"Ключ {key} уже занят другим содержанием (декларация {known[0].declaration}). Для новой "
                "декларации нужен новый ключ, для корректировки — следующая версия.",
            )
        )
    other = next((one for one in known if one.declaration == lodged.declaration), known[0])
    raise KeyUsedError(
        Words(
            f"Version {other.version} of {other.declaration} was decided under the key {other.key}. "
            "Ask for that one, or lodge a higher version.",
            f"По версии {other.version} декларации {other.declaration} решение принято под ключом {other.key}. "
            "Запросите его или подайте следующую версию.",
        )
    )


def _pk(system: ApiSystem | None) -> int | None:
    return None if system is None else system.pk


def turn_day(administration: Administration, *, at: datetime) -> OnlineDay:
    """Fix what the indicators of the local day know; the first decision of a day does it."""
    local = at.astimezone(desks.zone_of(administration)).date()
    with transaction.atomic():
        online.lock_alone(administration)
        day = online.fix_day(administration, local, at=at)
    if day.fixed_at == at:
        online.keep(administration, online.standing_of(administration, day))
    return day


def bench_of(
    administration: Administration, place: tuple[str, str], day: OnlineDay, at: datetime
) -> Bench:
    """Return what the declarations of an office and direction are decided by. Raises NoPlanError."""
    standard = desks.standard_of(administration, at)
    plan = standard.plan_of(*place)
    if plan is None:
        raise NoPlanError(*place)
    return Bench(
        standard=standard,
        plan=plan,
        desk=risk.Desk(
            criteria=standard.criteria,
            timezone=desks.zone_of(administration),
            keys=Keys(administration, at),
            mandatory=frozenset(plan.mandatory),
        ),
        parameters=standard.parameters_of(plan),
        standing=online.standing_of(administration, day),
        scorer=scorer_of(administration, plan),
    )


class Keys(dict[str, bytes]):
    """The keys of the draws by quarter, read when a quarter is first asked for."""

    def __init__(self, administration: Administration, at: datetime) -> None:
        super().__init__()
        self.administration, self.at = administration, at

    def __contains__(self, epoch: object) -> bool:
        return isinstance(epoch, str)

    def __missing__(self, epoch: str) -> bytes:
        year, quarter = epoch.split("Q")
        inside = datetime(
            int(year), 3 * int(quarter) - 1, 15, tzinfo=desks.zone_of(self.administration)
        )
        found = self[epoch] = drawing.key_of(self.administration, inside, at=self.at)[1]
        return found


@dataclass(frozen=True, slots=True)
class _Prepared:
    """What is known of a declaration before anything is locked: all but the state."""

    source: Source
    lodged: Lodging
    key: str
    day: OnlineDay
    at: datetime
    bench: Bench
    looked: Looked
    chain: risk.Chain | None
    predecessor: Decision | None
    first: Decision | None


def _prepared(
    source: Source,
    lodged: Lodging,
    key: str,
    day: OnlineDay,
    at: datetime,
    chain: risk.Chain | None,
    predecessor: Decision | None,
) -> _Prepared:
    administration = source.administration
    bench = bench_of(administration, (lodged.office, lodged.direction), day, at)
    first = states.first_of(administration, lodged.declaration) if lodged.version > 1 else None
    if first is not None:
        chain, predecessor = states.chain_again(first, bench), None
    looked = look_at(administration, lodged, bench, at, chain)
    return _Prepared(source, lodged, key, day, at, bench, looked, chain, predecessor, first)


def _decide_now(one: _Prepared) -> Decision:
    """Decide on the locked state and store everything; the transaction is as short as can be."""
    administration, bench, looked = one.source.administration, one.bench, one.looked
    online.lock_shared(administration)
    if online.newest_day(administration) != one.day:
        raise DayTurnsError
    late = one.first is None and one.lodged.version > 1
    if late and states.first_of(administration, one.lodged.declaration) is not None:
        raise DayTurnsError  # its first version came meanwhile: look again
    if one.first is not None:
        later = amending.Amending(one.source, one.lodged, one.key, one.at)
        return amending.amended(one.first, later, bench, looked)
    if one.predecessor is not None and not states.pass_on(one.predecessor, one.lodged.declaration):
        raise DayTurnsError  # somebody went on the same cancelled one: look again
    before = one.chain.predecessor if one.chain is not None else ""
    ready = Ready(one.source, one.lodged, one.key, one.day, bench, looked, before)
    (row,) = settle(administration, [ready])
    announce_decision(row, one.at)
    return row


def look_at(
    administration: Administration,
    lodged: AnyLodging,
    bench: Bench,
    at: datetime,
    chain: risk.Chain | None = None,
) -> Looked:
    """Return what hits a declaration, with its draws and, for capacity, its score."""
    arrival = risk.Arrival(
        declaration=lodged.declaration,
        items=dated(lodged, bench),
        decided_at=at,
        chain=chain,
        novel=bool(bench.plan.exploration) and is_novel(administration, lodged),
    )
    with bench.standing.turn:
        bench.standing.state.ask(bench.indicators)
        seen = risk.look(arrival, bench.desk, bench.parameters, bench.standing.state)
    declared = seen.declared
    if isinstance(bench.parameters, risk.CapacityParameters):
        score, scored_by = score_of(bench.scorer, seen)
        declared = replace(declared, score=score, model_version=scored_by)
    counts = {(hit.code, hit.version) for hit in declared.hits}
    return Looked(
        seen=replace(
            seen,
            declared=declared,
            item_hits=tuple(one for one in seen.item_hits if (one.code, one.version) in counts),
        ),
        shadows=tuple(bench.standard.criteria.shadow_hits(seen.item_hits, declared.hits)),
    )


def is_novel(administration: Administration, lodged: AnyLodging) -> bool:
    """Return whether the importer of a declaration was never examined here."""
    importer, _document = lodged.trader_and_document
    examined = InspectionAct.objects.filter(
        administration=administration, latest__gt=0, decision__importer=importer
    )
    return not (importer and examined.exists())


def chain_of(
    administration: Administration, lodged: Lodging, at: datetime
) -> tuple[risk.Chain | None, Decision | None]:
    """Return the chain that a declaration joins, and the cancelled one it goes on."""
    importer, document = lodged.trader_and_document
    named = Q(declaration=lodged.replaces) if lodged.replaces else Q(pk=None)
    alike = (
        Q(importer=importer, transport_document=document, office=lodged.office)
        if importer and document
        else Q(pk=None)
    )
    if not lodged.replaces and not (importer and document):
        return None, None
    if not _is_any_cancelled(administration, lodged.replaces, importer, document):
        return None, None
    cancelled = list(
        Decision.objects.filter(
            named | alike,
            administration=administration,
            state=DecisionState.CANCELLED,
            successor="",
        ).defer("body", "record")[:50]
    )
    if not cancelled:
        return None, None
    zone = desks.zone_of(administration)
    chain = risk.join_chain(
        risk.Lodging(lodged.declaration, at, lodged.office, importer, document, lodged.replaces),
        [_as_cancelled(one, zone) for one in cancelled],
        within_days=CHAIN_DAYS,
    )
    before = next((one for one in cancelled if one.declaration == chain.predecessor), None)
    return (chain, before) if before is not None else (None, None)


def _is_any_cancelled(
    administration: Administration, replaces: str, importer: str, document: str
) -> bool:
    found = run(
        "SELECT 1 FROM control_decision WHERE administration_id = %s AND state = 'cancelled' "
        "AND ((importer = %s AND transport_document = %s) OR declaration = %s) LIMIT 1",
        [administration.pk, importer, document, replaces],
    )
    return bool(found)


def _as_cancelled(one: Decision, zone: Any) -> risk.Cancelled:
    year, quarter = one.epoch.split("Q")
    first_lodged = datetime(int(year), 3 * int(quarter) - 1, 15, tzinfo=zone)
    return risk.Cancelled(
        lodging=risk.Lodging(
            one.declaration, one.decided_at, one.office, one.importer, one.transport_document
        ),
        chain=risk.Chain(one.draw_id, first_lodged, one.chain_position),
        cancelled_at=one.cancelled_at or one.decided_at,
    )
