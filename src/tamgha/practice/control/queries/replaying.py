"""A decision derived again from what is stored: its hits, its draws, its lane, its probability."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

from django.db.models import Q, QuerySet

from tamgha import risk
from tamgha.practice.control.choices import DecisionState
from tamgha.practice.control.domain.packing import rows_of, unpacked
from tamgha.practice.control.gateways import read_key, scoring
from tamgha.practice.control.gateways.scoring import BY_PROFILES
from tamgha.practice.control.models import Decision
from tamgha.practice.control.queries.plans import hit_score
from tamgha.practice.targeting import queries as targeting
from tamgha.practice.targeting.models import ProfileVersion, ScoreModel
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
_NO_MODEL = Words(
    "Declaration {declaration}: it was scored by {model}, whose files are not here as they were.",
    "Декларация {declaration}: балл дала {model}, но её файлов в прежнем виде здесь нет.",
)
_LOST = Words(
    "Declaration {declaration}: profile {code} hit a version that waited for the lot, and is not in what "
    "the lot saw.",
    "Декларация {declaration}: профиль {code} сработал на версии, ждавшей партии, но его нет в том, что "
    "видела партия.",
)
_DRAW = Words(
    "Declaration {declaration}: the draw of {code} is not the one that the key gives.",
    "Декларация {declaration}: жребий {code} не совпадает с вычисленным по ключу.",
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
    faults = [*again.faults, *_hit_faults(row, record), *_score_faults(row, record)]
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
    """Derive an amendment again: hits of all versions, the draws of the first, never milder.

    One that came while the first waited for its lot repeats what was decided on the first.
    """
    first = Decision.objects.select_related("administration").get(pk=record["amends"])
    own = _own_hit_faults(row, record)
    own += _model_faults(row, record.get("scored_by", ""), row.score, [rows_of(row.body)])
    if "waited" in record:
        again = replay(first)
        told = (
            (row.lane, again.lane),
            (row.way, again.way),
            (row.inclusion, float(again.inclusion)),
        )
        faults = [*again.faults, *own, *_lost_hits(first, record)]
        faults += [
            _ROW.format(declaration=row.declaration, name=name, stored=stored, again=derived)
            for name, (stored, derived) in zip(("lane", "way", "probability"), told, strict=True)
            if stored != derived
        ]
        return replace(again, row=row, faults=tuple(faults))
    stored = risk.amendment_from_json(record["amendment"])
    decided = risk.record_from_json(unpacked(first.record)).decision
    key = read_key(first.administration, first.epoch)
    new = risk.amended_lane(decided, stored)
    faults = own
    if key is not None:
        faults += risk.audit(decided, key)
        faults += _draw_faults(row, stored, key)
    raised = new.strictness > stored.old.strictness
    way = "criteria" if raised else decided.way.value
    for name, kept, derived in (("lane", row.lane, new.value), ("way", row.way, way)):
        if kept != derived:
            faults.append(
                _ROW.format(declaration=row.declaration, name=name, stored=kept, again=derived)
            )
    weight = 1.0 if raised else float(decided.inclusion)  # a raised lane speaks for itself alone
    if row.inclusion != weight:
        faults.append(
            _ROW.format(
                declaration=row.declaration,
                name="probability",
                stored=row.inclusion,
                again=weight,
            )
        )
    sure = (Fraction(1), Fraction(0), Fraction(0))
    return Replay(
        row=row,
        lane=new.value,
        way=way,
        chances=sure if raised and new is risk.Lane.RED else decided.chances,
        with_key=key is not None,
        faults=tuple(faults),
    )


def _draw_faults(row: Decision, stored: risk.Amendment, key: bytes) -> Iterator[Words]:
    """Yield where a hit that an amendment brought carries another draw than the key gives."""
    draws = risk.Draws(key, row.draw_id)
    for hit in stored.hits:
        if hit.draw != draws.criterion(hit.code):
            yield _DRAW.format(declaration=row.declaration, code=hit.code)


def _lost_hits(first: Decision, record: dict[str, Any]) -> Iterator[Words]:
    """Yield what the lot saw before an amendment, or the amendment brought, and the first lacks now."""
    before = risk.waiting_from_json(record["waited"]).declared
    declared = risk.record_from_json(unpacked(first.record)).decision.declared
    now = {hit.code: hit for hit in declared.hits}
    lost = [hit.code for hit in before.hits if now.get(hit.code) != hit]
    lost += [code for code, _version in record["hits"] if code not in now]
    for code in lost:
        yield _LOST.format(declaration=first.declaration, code=code)
    if before.random_draw != declared.random_draw:
        yield _DRAW.format(declaration=first.declaration, code="random")


def _own_hit_faults(row: Decision, record: dict[str, Any]) -> list[Words]:
    """Return where the items of an amendment do not give the hits that are stored of it."""
    stored: dict[tuple[str, int], list[int]] = {(code, n): [] for code, n in record["hits"]}
    for one in record["item_hits"]:
        stored.setdefault((one["code"], one["version"]), []).append(one["item"])
    rows = rows_of(row.body)
    return [
        fault
        for (code, number), items in stored.items()
        for fault in _version_faults(row, (code, number), items, rows)
    ]


def _hit_faults(row: Decision, record: dict[str, Any]) -> Iterator[Words]:
    """Yield where the stored values do not give the stored hits.

    A hit that came with an amendment, while the declaration waited, is looked for in the items of
    that version.
    """
    bodies: dict[int, list[dict[str, Any]]] = {row.version: rows_of(row.body)}
    came: dict[str, int] = record.get("came", {})
    if came:
        later = row.amendments.filter(version__in=came.values()).values_list("version", "body")
        bodies |= {version: rows_of(body) for version, body in later}
    for hit in record["decision"]["declared"]["hits"]:
        items = [one["item"] for one in record["item_hits"] if one["code"] == hit["code"]]
        rows = bodies.get(came.get(hit["code"], row.version), [])
        yield from _version_faults(row, (hit["code"], hit["version"]), items, rows)


def _score_faults(row: Decision, record: dict[str, Any]) -> list[Words]:
    """Return where the stored items do not give the stored score.

    A declaration that was amended while it waited has the highest score of its versions.
    """
    declared = record["decision"]["declared"]
    bodies = [rows_of(row.body)]
    amended = "came" in record
    if amended:
        later = row.amendments.order_by("version").values_list("body", "record")
        bodies += [rows_of(body) for body, told in later if "waited" in unpacked(told)]
    if declared["model_version"] == BY_PROFILES and not amended:
        hits = risk.record_from_json(record).decision.declared.hits
        again = hit_score(hits) or None
        if again == declared["score"]:
            return []
        return [_scored(row, declared["score"], again)]
    return _model_faults(row, declared["model_version"], declared["score"], bodies)


def _model_faults(
    row: Decision, scored_by: str, score: float | None, bodies: list[list[dict[str, Any]]]
) -> list[Words]:
    """Return where a trained model, on stored items, gives another score than is stored."""
    if not scored_by.startswith("model "):
        return []
    number = int(scored_by.split()[1])
    model = ScoreModel.objects.filter(administration=row.administration_id, number=number).first()
    scorer = None if model is None else scoring.made(model)
    if scorer is None or scorer.version != scored_by:
        return [_NO_MODEL.format(declaration=row.declaration, model=scored_by)]
    again = max(scorer.engine.score(rows) for rows in bodies)
    return [] if again == score else [_scored(row, score, again)]


def _scored(row: Decision, score: float | None, again: float | None) -> Words:
    return _ROW.format(declaration=row.declaration, name="score", stored=score, again=again)


def _version_faults(
    row: Decision, named: tuple[str, int], items: list[int], rows: list[dict[str, Any]]
) -> Iterator[Words]:
    """Yield where a version of a profile, on stored values, hits other items than are stored."""
    told = {"declaration": row.declaration, "code": named[0], "number": named[1]}
    version = (
        ProfileVersion.objects.select_related("profile__administration", "author")
        .filter(
            profile__administration_id=row.administration_id,
            profile__code=named[0],
            number=named[1],
        )
        .first()
    )
    if version is None:
        yield _NO_VERSION.format(**told)
        return
    fields = targeting.condition_fields(row.administration_id)
    engine = targeting.as_engine_profile(version, fields)
    decide = risk.compile_profiles([engine], lists=passports.lists_of_version(version))
    again = [one["item"] for one in rows if decide(one)]
    if again != items:
        yield _HITS.format(**told, stored=items, again=again)
