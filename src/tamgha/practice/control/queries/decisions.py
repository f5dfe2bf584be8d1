"""What analysts read of a decision: which profiles hit and by what, every draw, the probability."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from fractions import Fraction
from typing import Any

from django.db.models import Q, QuerySet

from tamgha import risk
from tamgha.platform.tables.columns import ListQuery
from tamgha.platform.tables.sources import QuerySetSource, parse_between
from tamgha.platform.ui import formats
from tamgha.practice.control.choices import DecisionState, EventKind
from tamgha.practice.control.domain.packing import rows_of, unpacked
from tamgha.practice.control.gateways.scoring import BY_PROFILES
from tamgha.practice.control.models import Decision, DecisionEvent, DecisionHit
from tamgha.practice.targeting import queries as targeting
from tamgha.practice.targeting.models import ProfileVersion
from tamgha.shared.words import Words

LAST = "\U0010ffff"
FEW = 15_000
"""Most rows that are named by their keys; SQLite takes twice as many in one question."""
MOST_SHOWN = 200


class DecisionSource(QuerySetSource):
    """Decisions as a list asks for them: a word finds the beginning of a number or an importer.

    So the search walks an index, whatever the number of decisions.
    """

    def narrowed(self, query: ListQuery, *, without: str = "") -> QuerySet[Decision]:
        """Return what search and filters leave."""
        others = {name: value for name, value in query.filters.items() if name != "profile"}
        found = super().narrowed(ListQuery(filters=others), without=without)
        found = _about(found, query.filters.get("day", "")) if without != "day" else found
        code = query.filters.get("profile", "")
        if code and without != "profile":
            hits = DecisionHit.objects.filter(code=code).values("decision")
            found = found.filter(pk__in=hits)
        text = query.search.strip()
        return self._beginning_with(found, text) if text else found

    def _beginning_with(self, found: QuerySet[Decision], text: str) -> QuerySet[Decision]:
        """Return the rows whose number or importer begins so.

        Few are named by their keys, from one index each; among very many the next thirty are near
        in the order of the list.
        """
        keys: list[int] = []
        among = Q()
        for name in ("declaration", "importer"):
            begins = Q(**{f"{name}__gte": text, f"{name}__lt": text + LAST})
            among |= begins
            rows = self.queryset.filter(begins).order_by().values_list("pk", flat=True)
            keys += rows[: FEW + 1]
        return found.filter(among if len(keys) > FEW else Q(pk__in=keys))


def _about(found: QuerySet[Decision], days: str) -> QuerySet[Decision]:
    """Return the decisions a day around these days, by the moment, in whose order an index lies.

    The day of a decision is the local one of that moment; no clock is more than a day from ours.
    """
    low, high = parse_between(days, "date")
    around = timedelta(days=1)
    if low is not None and low > date.min:
        start = datetime.combine(low - around, time(), UTC)
        found = found.filter(decided_at__gte=start)
    if high is not None and high < date.max - 2 * around:
        end = datetime.combine(high + 2 * around, time(), UTC)
        found = found.filter(decided_at__lt=end)
    return found


@dataclass(frozen=True, slots=True)
class HitTold:
    """One profile that hit, as the page tells it.

    Parameters
    ----------
    code, number, name : of the version
    sentence : what its condition says
    items : numbers of the items hit
    values : label and value of what the condition looked at, of the first item hit
    draw : its own, in [0, 1)
    shares : what it asks for, in words
    drawn : lane drawn, "" for "hit, not chosen"
    live : whether it decided or was only recorded
    """

    code: str
    number: int
    name: str
    sentence: str
    items: list[int]
    values: list[tuple[str, str]]
    draw: float
    shares: str
    drawn: str
    live: bool


@dataclass(frozen=True, slots=True)
class Told:
    """Everything that the page of a decision tells.

    Parameters
    ----------
    hits : profiles that hit
    chances : lane and its exact probability, as text and in [0, 1]
    facts : what the mode decided by, label and value
    items : the items, boxes first
    random : the random draw, in [0, 1)
    """

    hits: list[HitTold]
    chances: list[tuple[str, str, float]]
    facts: list[tuple[Words, str]]
    items: list[dict[str, Any]]
    random: float
    amendment: dict[str, Any] | None = None


def told_of(row: Decision, language: str) -> Told:
    """Return what analysts read of a decision."""
    record = unpacked(row.record)
    items = rows_of(row.body)
    if "amends" in record:
        first = Decision.objects.get(pk=record["amends"])
        before = told_of(first, language)
        sure = [("red", "1", 1.0)] if row.lane == "red" and row.inclusion == 1 else before.chances
        told = record.get("amendment")  # None of one that came while the first waited for its lot
        return Told(before.hits, sure, before.facts, items, before.random, told)
    if row.mode == "lots" and "declared" in record:
        waiting = risk.waiting_from_json(record)
        declared, item_hits = waiting.declared, waiting.item_hits
        chances: list[tuple[str, str, float]] = []
        facts: list[tuple[Words, str]] = []
    else:
        stored = risk.record_from_json(record)
        declared, item_hits = stored.decision.declared, stored.item_hits
        chances = [
            (lane, _fraction(chance), float(chance))
            for lane, chance in zip(("red", "yellow", "blue"), stored.decision.chances, strict=True)
        ]
        facts = _facts(stored.decision, language)
    return Told(
        hits=_hits(row, declared, item_hits, language),
        chances=chances,
        facts=facts,
        items=items,
        random=float(risk.as_fraction(declared.random_draw)),
    )


def _fraction(chance: Fraction) -> str:
    if chance.denominator in (1, 2, 4, 5, 8, 10) or chance.denominator > 10**6:
        return formats.percent(float(chance))
    return f"{formats.percent(float(chance))} = {chance}"


def _hits(
    row: Decision,
    declared: risk.Declared,
    item_hits: tuple[risk.ItemHit, ...],
    language: str,
) -> list[HitTold]:
    fields = targeting.condition_fields(row.administration_id)
    versions = {
        (one.profile.code, one.number): one
        for one in ProfileVersion.objects.select_related("profile", "author").filter(
            profile__administration_id=row.administration_id,
            profile__code__in=[hit.code for hit in declared.hits],
        )
    }
    told = []
    for hit in declared.hits:
        version = versions.get((hit.code, hit.version))
        sentence = ""
        if version is not None:
            condition = risk.parse_condition(version.condition, fields)
            sentence = condition.sentence(language).text
        mine = [one for one in item_hits if one.code == hit.code]
        told.append(
            HitTold(
                code=hit.code,
                number=hit.version,
                name=version.name if version else "",
                sentence=sentence,
                items=[one.item for one in mine],
                values=_values(mine[0].values if mine else {}, fields, language),
                draw=float(risk.as_fraction(hit.draw)),
                shares=", ".join(
                    f"{risk.LANE_WORDS[lane].text(language)} {formats.percent(hit.shares.of(lane) / 10_000)}"
                    for lane in risk.Lane
                    if lane is not risk.Lane.GREEN and hit.shares.of(lane)
                ),
                drawn=hit.drawn.value if hit.drawn else "",
                live=hit.live,
            )
        )
    return told


def _values(
    values: Mapping[str, Any], fields: targeting.Fields, language: str
) -> list[tuple[str, str]]:
    found = []
    for name, value in values.items():
        field = fields.get(name)
        label = field.label.text(language) if field is not None else name
        shown = formats.number(value) if isinstance(value, int | float) else str(value or "–")
        found.append((label, shown))
    return found


_LABELS = {
    "owed": Words("Lane that top-up owed", "Коридор, который требовал добора"),
    "forced": Words("Lane forced by maximum hits", "Коридор по предельному числу попаданий"),
    "before": Words("Decided before in the period", "Решений до этого за период"),
    "group": Words("Lot", "Партия отбора"),
    "n": Words("Waited in the lot", "Ожидало в партии"),
    "k": Words("Drawn of them", "Отобрано из них"),
    "expected": Words("Expected of the lot", "Ожидалось в партии"),
    "free": Words("Slots free for score", "Свободно мест для отбора по баллу"),
    "threshold": Words("Least score chosen", "Наименьший отобранный балл"),
    "slots": Words("Slots left", "Осталось мест"),
    "reserve": Words("Kept for the draw", "Оставлено для случайного отбора"),
    "score": Words("Score", "Балл"),
    "scored_by": Words("Scored by", "Балл дала"),
}


def _facts(decision: risk.Decision, language: str) -> list[tuple[Words, str]]:
    facts = decision.facts
    if isinstance(facts, risk.ModselFacts):
        before = facts.before
        lanes = ", ".join(
            f"{risk.LANE_WORDS[lane].text(language)} {before.of(lane)}" for lane in risk.Lane
        )
        found: dict[str, Any] = {
            "owed": risk.LANE_WORDS[facts.owed].text(language) if facts.owed else None,
            "forced": risk.LANE_WORDS[facts.forced].text(language) if facts.forced else None,
            "before": f"{before.decided}: {lanes}",
        }
    else:
        names = ("group", "n", "k", "expected", "free", "threshold", "slots", "reserve")
        found = {name: getattr(facts, name) for name in names}
        if decision.mode == "lots":
            found.pop("slots")
            found.pop("reserve")
        declared = decision.declared
        found |= {"score": declared.score, "scored_by": _scored_by(declared, language)}
    return [
        (_LABELS[name], _plain(value))
        for name, value in found.items()
        if value not in (None, "", 0)
    ]


def _scored_by(declared: risk.Declared, language: str) -> str | None:
    """Return by what a declaration was scored: the profiles that hit, or a model with its SHA-256."""
    if declared.score is None:
        return None
    if declared.model_version == BY_PROFILES:
        return Words("the profiles that hit", "совокупность сработавших профилей").text(language)
    _word, number, digest = declared.model_version.split()
    return Words(f"model {number} ({digest})", f"модель {number} ({digest})").text(language)


def _plain(value: Any) -> str:
    if isinstance(value, Fraction | float):
        return formats.number(round(float(value), 3))
    return str(value)


@dataclass(frozen=True, slots=True)
class OverrideCount:
    """How often lanes were changed by people, of the decisions of the same time."""

    decided: int
    upwards: int
    downwards: int


def override_count(visible: QuerySet[Decision], **where: Any) -> OverrideCount:
    """Return how many lanes were changed by people, up and down apart.

    Parameters
    ----------
    where : lookups of the decision: ``office="1101"``, ``day__gte=…``
    """
    decided = visible.filter(state=DecisionState.DECIDED, first=None, **where)
    events = DecisionEvent.objects.filter(kind=EventKind.REROUTED, decision__in=decided)
    ups = events.filter(upwards=True).values("decision").distinct().count()
    downs = events.filter(upwards=False).values("decision").distinct().count()
    return OverrideCount(decided.count(), ups, downs)
