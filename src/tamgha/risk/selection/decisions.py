"""The decision as it is stored: immutable, and enough to recompute lane and probabilities from."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields, is_dataclass
from datetime import datetime
from fractions import Fraction
from operator import attrgetter
from types import NoneType
from typing import Any, Literal

from tamgha.risk.selection.counters import CounterKey, Counters
from tamgha.risk.selection.lanes import Lane, LaneShares, Way
from tamgha.risk.selection.probabilities import Chances

Mode = Literal["modsel", "batch", "lots", "arrivals"]


@dataclass(frozen=True, slots=True)
class CriterionHit:
    """A criterion that hits a declaration: once, however many items it hits (rule 5).

    Parameters
    ----------
    code, version : of the criterion
    shares : over lanes, basis points
    draw : its own, 0 <= draw < 2^64
    items : number of items hit
    live : False for a criterion in shadow, or outside its rollout: recorded, decides nothing
    rollout : share of the declarations on which it decides, basis points, while it is rolled
        out; None where no draw chose
    rollout_draw : the draw of the rollout, 0 <= draw < 2^64
    drawn : the lane drawn, or None: hit, not chosen
    """

    code: str
    shares: LaneShares
    draw: int
    version: int = 1
    items: int = 1
    live: bool = True
    rollout: int | None = None
    rollout_draw: int = 0

    @property
    def drawn(self) -> Lane | None:
        """The lane that the criterion's draw falls into; None for "hit, not chosen"."""
        return self.shares.cut(self.draw) if self.live else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Declared:
    """What is known of a declaration when it comes up for decision.

    Parameters
    ----------
    declaration : its id
    office, direction : where, and import, export or transit
    decided_at : aware datetime
    period : counting period of the decision
    draw_id, chain_position, epoch : of its chain, and the quarter of its key
    random_draw : 0 <= draw < 2^64
    hits : criteria hit, live or in shadow, each code once
    score, model_version : of the model, where there is one
    lists : list -> version, frozen at the decision
    """

    declaration: str
    office: str
    direction: str
    decided_at: datetime
    period: str
    random_draw: int
    draw_id: str = ""
    chain_position: int = 1
    epoch: str = ""
    hits: tuple[CriterionHit, ...] = ()
    score: float | None = None
    model_version: str = ""
    lists: Mapping[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        codes = [hit.code for hit in self.hits]
        if len(set(codes)) != len(codes):
            raise ValueError(f"a criterion hits a declaration once; {codes} came")

    @property
    def key(self) -> CounterKey:
        """Office, direction and period that it counts in."""
        return CounterKey(self.office, self.direction, self.period)


@dataclass(frozen=True, slots=True, kw_only=True)
class ModselFacts:
    """What mode modsel decided by.

    Parameters
    ----------
    parameters_version : of the set in force
    expected, random, maximum_hits, random_lifts : the rates in force, as in `ModselParameters`
    before : counters before the decision
    owed : lane that top-up owed, or None
    forced : lane that "maximum hits" forced, or None
    """

    parameters_version: int
    expected: LaneShares
    random: LaneShares
    maximum_hits: int | None
    random_lifts: bool
    before: Counters
    owed: Lane | None
    forced: Lane | None


Cut = tuple[float, int, str]
"""Sorting place of the last one chosen: negative score (0 for draws), draw, id."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CapacityFacts:
    """What mode capacity decided by. Fields that the rule does not use are left out.

    Parameters
    ----------
    parameters_version : of the set in force
    group : id of the batch or lot
    mandatory : whether a mandatory criterion hits
    novel : whether trader or goods were never examined
    tie_draw, explore_draw : 0 <= draw < 2^64
    n, k : left for the random draw, and drawn
    explored, pool, in_pool : X, P, and whether it was in the pool
    expected : e of the lot
    score_cut, explore_cut, random_cut : place of the last one chosen in a batch or lot; None
        where none was
    free : slots free for score on arrival
    threshold : least score that was chosen on arrival; None where all were or none could be
    slots, reserve : of rule A, before this declaration
    rate, explore_rate : p and p_e of rule A
    """

    parameters_version: int = 1
    group: str = ""
    mandatory: bool = False
    novel: bool = False
    tie_draw: int = 0
    explore_draw: int = 0
    n: int = 0
    k: int = 0
    explored: int = 0
    pool: int = 0
    in_pool: bool = False
    expected: Fraction | None = None
    score_cut: Cut | None = None
    explore_cut: Cut | None = None
    random_cut: Cut | None = None
    free: Fraction | None = None
    threshold: float | None = None
    slots: int = 0
    reserve: int = 0
    rate: Fraction | None = None
    explore_rate: Fraction | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """One stored decision.

    Parameters
    ----------
    declared : what was known
    mode : the mode and rule that decided
    lane, way : the system's lane and why; later events stand beside the row, never in it
    ways : every way that would have given a lane
    chances : exact probability of red, yellow and blue before its own draws
    member : whether the random draw made it a member, whatever step decided the lane
    facts : what the mode decided by
    """

    declared: Declared
    mode: Mode
    lane: Lane
    way: Way
    ways: tuple[Way, ...]
    chances: Chances
    member: bool
    facts: ModselFacts | CapacityFacts

    @property
    def inclusion(self) -> Fraction:
        """π: the probability of examination (red) by any way, in [0, 1]."""
        return self.chances[0]

    @property
    def is_relodged(self) -> bool:
        """Whether the declaration goes on a cancelled one."""
        return self.declared.chain_position > 1

    @property
    def chosen_by(self) -> tuple[str, ...]:
        """Codes of the criteria that drew the lane given."""
        return tuple(hit.code for hit in self.declared.hits if hit.drawn is self.lane)


def decision_as_json(decision: Decision) -> dict[str, Any]:
    """Return a decision as plain JSON values; fractions as "n/d", draws as text.

    Draws have 64 bits, more than a number of JavaScript holds.
    """
    told: dict[str, Any] = plain(decision)
    return told


def plain(value: Any) -> Any:
    """Return a value of this package as plain JSON: fractions "n/d", draws as text."""
    make = _PLAIN.get(type(value))
    if make is None:
        make = _PLAIN[type(value)] = _way_of(type(value))
    return make(value)


def _way_of(kind: type) -> Callable[[Any], Any]:
    """Return how values of a type become plain; found once for each type."""
    if issubclass(kind, Fraction):
        return lambda value: f"{value.numerator}/{value.denominator}"
    if issubclass(kind, datetime):
        return datetime.isoformat
    if issubclass(kind, Lane | Way):
        return attrgetter("value")
    if is_dataclass(kind):
        parts = [(one.name, str if one.name.endswith("draw") else plain) for one in fields(kind)]
        return lambda value: {name: make(getattr(value, name)) for name, make in parts}
    if issubclass(kind, Mapping):
        return lambda value: {name: plain(part) for name, part in value.items()}
    if issubclass(kind, tuple):
        return lambda value: [plain(part) for part in value]
    return _as_it_is


def _as_it_is(value: Any) -> Any:
    return value


_PLAIN: dict[type, Callable[[Any], Any]] = dict.fromkeys(
    (str, int, float, bool, NoneType), _as_it_is
)


def decision_from_json(told: Mapping[str, Any]) -> Decision:
    """Return the decision that `decision_as_json` wrote."""
    first, second, third = (Fraction(part) for part in told["chances"])
    facts = told["facts"]
    return Decision(
        declared=declared_from_json(told["declared"]),
        mode=told["mode"],
        lane=Lane(told["lane"]),
        way=Way(told["way"]),
        ways=tuple(Way(way) for way in told["ways"]),
        chances=(first, second, third),
        member=told["member"],
        facts=_modsel_facts(facts) if told["mode"] == "modsel" else capacity_facts_from_json(facts),
    )


def declared_from_json(told: Mapping[str, Any]) -> Declared:
    """Return the declaration of plain JSON values."""
    values = dict(told)
    values |= {
        "hits": tuple(hit_from_json(hit) for hit in told["hits"]),
        "random_draw": int(told["random_draw"]),
        "decided_at": datetime.fromisoformat(told["decided_at"]),
    }
    return Declared(**values)


def hit_from_json(told: Mapping[str, Any]) -> CriterionHit:
    """Return the hit of plain JSON values."""
    read = {
        "draw": int(told["draw"]),
        "shares": LaneShares(**told["shares"]),
        "rollout_draw": int(told.get("rollout_draw", 0)),
    }
    return CriterionHit(**{**told, **read})


def _modsel_facts(told: Mapping[str, Any]) -> ModselFacts:
    return ModselFacts(
        parameters_version=told["parameters_version"],
        expected=LaneShares(**told["expected"]),
        random=LaneShares(**told["random"]),
        maximum_hits=told["maximum_hits"],
        random_lifts=told["random_lifts"],
        before=Counters(**told["before"]),
        owed=None if told["owed"] is None else Lane(told["owed"]),
        forced=None if told["forced"] is None else Lane(told["forced"]),
    )


def capacity_facts_from_json(told: Mapping[str, Any]) -> CapacityFacts:
    """Return the facts of mode capacity of plain JSON values."""
    values = dict(told)
    for name in ("tie_draw", "explore_draw"):
        values[name] = int(values[name])
    for name in ("expected", "free", "rate", "explore_rate"):
        values[name] = None if values[name] is None else Fraction(values[name])
    for name in ("score_cut", "explore_cut", "random_cut"):
        values[name] = None if values[name] is None else tuple(values[name])
    return CapacityFacts(**values)
