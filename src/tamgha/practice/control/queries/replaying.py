"""A decision derived again from what is stored: its hits, its draws, its lane, its probability."""

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from django.db.models import Q, QuerySet

from tamgha import risk
from tamgha.practice.control.choices import DecisionState
from tamgha.practice.control.domain.packing import rows_of, unpacked
from tamgha.practice.control.gateways import read_key
from tamgha.practice.control.models import Decision
from tamgha.practice.targeting import queries as targeting
from tamgha.practice.targeting.models import ProfileVersion
from tamgha.practice.targeting.queries import passports
from tamgha.shared.errors import TamghaError
from tamgha.shared.words import Words


@dataclass(frozen=True, slots=True)
class Replay:
    """A decision derived again.

    Parameters
    ----------
    lane, way : as they follow from what is stored
    chances : probability of red, of yellow, of blue; exact
    with_key : whether the draws were derived again from the secret key
    faults : what does not fit, one sentence each; empty where the row holds
    """

    row: Decision
    lane: str
    way: str
    chances: tuple[Fraction, Fraction, Fraction]
    with_key: bool
    faults: tuple[Words, ...]

    @property
    def inclusion(self) -> Fraction:
        """The probability of examination, exact."""
        return self.chances[0]

    @property
    def holds(self) -> bool:
        """Whether everything stored follows from everything stored."""
        return not self.faults


_WAITS = Words(
    "Declaration {declaration} waits for its lot until {until}: there is no decision yet.",
    "Декларация {declaration} ждёт своей партии до {until}: решения ещё нет.",
)
_ROW = Words(
    "Declaration {declaration}: the row says {name} {stored}, its record gives {again}.",
    "Декларация {declaration}: в строке {name} {stored}, а по записи получается {again}.",
)
_HITS = Words(
    "Declaration {declaration}: profile {code} v{number} is stored as hitting items {stored}; by its "
    "condition and the stored values it hits {again}.",
    "Декларация {declaration}: профиль {code} v{number} записан для товаров {stored}, а по его условию и "
    "сохранённым значениям получается {again}.",
)
_NO_VERSION = Words(
    "Declaration {declaration}: version {number} of profile {code} is not here any more.",
    "Декларация {declaration}: версии {number} профиля {code} больше нет.",
)


def find_decisions(named: str, visible: QuerySet[Decision]) -> QuerySet[Decision]:
    """Return the decisions that a number of a declaration or a key of a program names."""
    return visible.filter(Q(declaration=named) | Q(key=named)).order_by("pk")


def replay(row: Decision) -> Replay:
    """Return a decision derived again from its row and record.

    Raises
    ------
    TamghaError
        While the declaration waits for its lot, or when its record is of another version.
    """
    if row.state == DecisionState.WAITING:
        raise TamghaError(_WAITS.format(declaration=row.declaration, until=row.lot_ends))
    record = unpacked(row.record)
    if "amends" in record:
        return _amendment(row, record)
    key = read_key(row.administration, row.epoch)
    again = risk.replay(record, key)
    faults = [*again.faults, *_hit_faults(row, record)]
    for name, stored, derived in (
        ("lane", row.lane, again.decision.lane.value),
        ("way", row.way, again.decision.way.value),
        ("probability", row.inclusion, float(again.inclusion)),
    ):
        if stored != derived:
            faults.append(
                _ROW.format(declaration=row.declaration, name=name, stored=stored, again=derived)
            )
    return Replay(
        row=row,
        lane=again.decision.lane.value,
        way=again.decision.way.value,
        chances=again.chances,
        with_key=key is not None,
        faults=tuple(faults),
    )


def _amendment(row: Decision, record: dict[str, Any]) -> Replay:
    """Derive an amendment again: hits of all versions, the draws of the first, never milder."""
    first = Decision.objects.select_related("administration").get(pk=record["amends"])
    stored = risk.amendment_from_json(record["amendment"])
    decided = risk.record_from_json(unpacked(first.record)).decision
    key = read_key(first.administration, first.epoch)
    own = tuple(hit for hit in stored.hits if hit not in decided.declared.hits)
    if isinstance(decided.facts, risk.ModselFacts):
        counters = risk.Counters(decided=1, **{stored.old.value: 1})
        again, _counted = risk.amend(decided, own, stored.old, counters)
        new = again.new
    else:
        new = stored.new
    faults = [] if key is None else list(risk.audit(decided, key))
    if new.value != row.lane:
        faults.append(
            _ROW.format(declaration=row.declaration, name="lane", stored=row.lane, again=new.value)
        )
    sure = (Fraction(1), Fraction(0), Fraction(0))
    return Replay(
        row=row,
        lane=new.value,
        way=row.way,
        chances=sure if stored.raised and new is risk.Lane.RED else decided.chances,
        with_key=key is not None,
        faults=tuple(faults),
    )


def _hit_faults(row: Decision, record: dict[str, Any]) -> Iterator[Words]:
    """Yield where the stored values do not give the stored hits."""
    declared = record["decision"]["declared"]
    rows = rows_of(row.body)
    fields = targeting.condition_fields(row.administration_id)
    for hit in declared["hits"]:
        told = {"declaration": row.declaration, "code": hit["code"], "number": hit["version"]}
        version = (
            ProfileVersion.objects.select_related("profile__administration", "author")
            .filter(
                profile__administration_id=row.administration_id,
                profile__code=hit["code"],
                number=hit["version"],
            )
            .first()
        )
        if version is None:
            yield _NO_VERSION.format(**told)
            continue
        engine = targeting.as_engine_profile(version, fields)
        decide = risk.compile_profiles([engine], lists=passports.lists_of_version(version))
        again = [one["item"] for one in rows if decide(one)]
        stored = [one["item"] for one in record["item_hits"] if one["code"] == hit["code"]]
        if again != stored:
            yield _HITS.format(**told, stored=stored, again=again)
