"""Mode capacity when all arrivals are known: an hour's or a day's file."""

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from tamgha.risk.selection.decisions import CapacityFacts, Cut, Decision, Declared, Mode
from tamgha.risk.selection.lanes import WHOLE, Lane, Way
from tamgha.risk.selection.plans import CapacityParameters
from tamgha.risk.selection.probabilities import batch_chance

NOTHING = Fraction(0)
SURE = Fraction(1)


def _sorting(score: float | None) -> float:
    """Return the sorting value of a score: the best first, none last (and a number in JSON)."""
    return sys.float_info.max if score is None else -score


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A declaration that competes for an examination.

    Parameters
    ----------
    declared : with random draw and score; without a score it is never chosen by score
    tie_draw, explore_draw : 0 <= draw < 2^64
    mandatory : whether a mandatory criterion hits
    novel : whether trader or goods were never examined
    """

    declared: Declared
    tie_draw: int = 0
    explore_draw: int = 0
    mandatory: bool = False
    novel: bool = False

    @property
    def id(self) -> str:
        """Id of the declaration."""
        return self.declared.declaration

    @property
    def by_score(self) -> Cut:
        """Place by score: the best first, ties by the tie draw, then by id."""
        return (_sorting(self.declared.score), self.tie_draw, self.id)

    @property
    def by_exploration(self) -> Cut:
        """Place in the exploration draw."""
        return (0.0, self.explore_draw, self.id)

    @property
    def by_chance(self) -> Cut:
        """Place in the random draw."""
        return (0.0, self.declared.random_draw, self.id)


@dataclass(frozen=True, slots=True)
class BatchState:
    """What goes from one batch to the next.

    Parameters
    ----------
    backlog : ids chosen and not yet examined, the oldest first
    credit : of exploration, in basis points of a slot, 0 … 9,999
    """

    backlog: tuple[str, ...] = ()
    credit: int = 0


@dataclass(frozen=True, slots=True)
class BatchResult:
    """What a batch decided.

    Parameters
    ----------
    decisions : one for each candidate, in their order
    state : after the batch
    examined : ids examined today: random, backlog by age, mandatory, score, exploration; at most C
    free : slots for score and exploration
    explored, drawn : X and k
    """

    decisions: tuple[Decision, ...]
    state: BatchState
    examined: tuple[str, ...]
    free: int
    explored: int
    drawn: int


def choose_batch(
    candidates: Sequence[Candidate],
    parameters: CapacityParameters,
    state: BatchState,
    *,
    group: str,
) -> BatchResult:
    """Return who of a batch is examined.

    Mandatory criteria select always, also beyond C; the random part K is reserved before them,
    otherwise a flood of criteria would blind all measurement; score and exploration share what
    is free; the random part is drawn from what these leave.

    Parameters
    ----------
    candidates : all arrivals of the batch, ids distinct
    parameters : C, K and ε
    state : backlog and credit before
    group : id of the batch, stored with every decision
    """
    parts = _Parts.of(candidates, parameters, state)
    total = parts.drawn, parts.mandatory, parts.scored, parts.explored
    order = [
        *(one.id for one in parts.drawn),
        *state.backlog,
        *(one.id for part in total[1:] for one in part),
    ]
    return BatchResult(
        decisions=tuple(_decision(one, parts, parameters, group) for one in candidates),
        state=BatchState(tuple(order[parameters.capacity :]), parts.credit),
        examined=tuple(order[: parameters.capacity]),
        free=parts.free,
        explored=len(parts.explored),
        drawn=len(parts.drawn),
    )


@dataclass(frozen=True, slots=True)
class _Parts:
    mandatory: list[Candidate]
    scored: list[Candidate]
    explored: list[Candidate]
    pool: frozenset[str]
    drawn: list[Candidate]
    left: int
    free: int
    credit: int
    way: dict[str, Way]

    @classmethod
    def of(
        cls, candidates: Sequence[Candidate], parameters: CapacityParameters, state: BatchState
    ) -> "_Parts":
        mandatory = [one for one in candidates if one.mandatory]
        others = [one for one in candidates if not one.mandatory]
        used = parameters.random + len(state.backlog) + len(mandatory)
        free = max(0, parameters.capacity - used)
        credit = state.credit + parameters.exploration * free
        slots = min(credit // WHOLE, free)
        ranked = [one for one in others if one.declared.score is not None]
        scored = sorted(ranked, key=lambda one: one.by_score)[: free - slots]
        taken = {one.id for one in scored}
        rest = [one for one in others if one.id not in taken]
        novel = [one for one in rest if one.novel]
        pool = novel if len(novel) >= slots else rest
        explored = sorted(pool, key=lambda one: one.by_exploration)[:slots]
        taken |= {one.id for one in explored}
        left = [one for one in rest if one.id not in taken]
        drawn = sorted(left, key=lambda one: one.by_chance)[: parameters.random]
        way = {one.id: Way.MANDATORY for one in mandatory}
        for part, name in ((scored, Way.SCORE), (explored, Way.EXPLORE), (drawn, Way.RANDOM)):
            way |= {one.id: name for one in part}
        return cls(
            mandatory=mandatory,
            scored=scored,
            explored=explored,
            pool=frozenset(one.id for one in pool) if slots else frozenset(),
            drawn=drawn,
            left=len(left),
            free=free,
            credit=min(WHOLE - 1, credit - WHOLE * len(explored)),
            way=way,
        )


def _decision(
    one: Candidate, parts: _Parts, parameters: CapacityParameters, group: str
) -> Decision:
    facts = CapacityFacts(
        parameters_version=parameters.version,
        group=group,
        mandatory=one.mandatory,
        novel=one.novel,
        tie_draw=one.tie_draw,
        explore_draw=one.explore_draw,
        n=parts.left,
        k=len(parts.drawn),
        explored=len(parts.explored),
        pool=len(parts.pool),
        in_pool=one.id in parts.pool,
        score_cut=parts.scored[-1].by_score if parts.scored else None,
        explore_cut=parts.explored[-1].by_exploration if parts.explored else None,
        random_cut=parts.drawn[-1].by_chance if parts.drawn else None,
    )
    return batch_decision(one.declared, facts)


def batch_decision(declared: Declared, facts: CapacityFacts) -> Decision:
    """Return the decision that the facts of a batch imply for one declaration."""
    places = (
        (Way.SCORE, facts.score_cut, _sorting(declared.score), facts.tie_draw),
        (Way.EXPLORE, facts.explore_cut if facts.in_pool else None, 0.0, facts.explore_draw),
        (Way.RANDOM, facts.random_cut, 0.0, declared.random_draw),
    )
    way = Way.MANDATORY if facts.mandatory else Way.NONE
    for name, cut, first, second in places:
        if way is Way.NONE and cut is not None and (first, second, declared.declaration) <= cut:
            way = name
    sure = way in (Way.MANDATORY, Way.SCORE)
    chance = (
        SURE
        if sure
        else batch_chance(facts.n, facts.k, facts.explored, facts.pool, in_pool=facts.in_pool)
    )
    return red_or_green(declared, "batch", way, chance, facts)


def red_or_green(
    declared: Declared, mode: Mode, way: Way, chance: Fraction, facts: CapacityFacts
) -> Decision:
    """Return a decision of mode capacity: red by some way, else green."""
    return Decision(
        declared=declared,
        mode=mode,
        lane=Lane.GREEN if way is Way.NONE else Lane.RED,
        way=way,
        ways=(way,),
        chances=(chance, NOTHING, NOTHING),
        member=way is Way.RANDOM,
        facts=facts,
    )
