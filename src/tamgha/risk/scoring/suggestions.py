"""Suggested profiles: short readable rules that held on goods they were not made from, as drafts.

A beam search (depth up to three) over conditions on the training goods; each rule of a diverse short
list is then tried once on the validation goods, and stays only if Wilson's lower limit there lies
above the base rate. One row stands for each goods tuple, so that a much repeated consignment is
no evidence twice, and no tuple is on both sides.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from tamgha.risk.profiles import parse_condition
from tamgha.risk.schema import DeclarationSet
from tamgha.risk.scoring.leaves import CandidateLeaf, candidate_leaves
from tamgha.risk.scoring.tracks import first_of_goods
from tamgha.risk.scoring.trade import Trade, refuse_unlearnable
from tamgha.risk.scoring.yardsticks import Z, wilson
from tamgha.shared.figures import Estimate
from tamgha.shared.words import Words

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
Bits = NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class SuggestionOptions:
    """How profiles are mined.

    Parameters
    ----------
    most : suggestions, at most
    depth : leaves of a rule, at most
    beam : rules kept at each depth
    least_goods : distinct goods that a rule must hit in training
    overlap : two suggestions share at most this part of their hits (Jaccard index)
    tried : rules of the diverse short list that are tried on the validation goods
    validation : share of the goods tuples that validate
    seed : of the split
    """

    most: int = 10
    depth: int = 3
    beam: int = 60
    least_goods: int = 25
    overlap: float = 0.25
    tried: int = 40
    validation: float = 0.4
    seed: int = 0


@dataclass(frozen=True, slots=True)
class Suggestion:
    """One suggested profile, a draft.

    Parameters
    ----------
    condition : text in the language of profiles
    sentence : the same for people
    items : rows of the whole set that it hits, examined or not
    goods : distinct goods tuples among the examined rows hit
    train, validation : share of finds among the goods hit on either side, with Wilson's limits
    base : share of finds among all validation goods
    """

    condition: str
    sentence: Words
    items: int
    goods: int
    train: Estimate
    validation: Estimate
    base: float

    @property
    def lift(self) -> float:
        """Share of finds on the validation goods over the base."""
        return self.validation.value / self.base

    def to_dict(self) -> dict[str, object]:
        """Return the suggestion as plain data for JSON."""
        return {**asdict(self), "lift": self.lift}


@dataclass(frozen=True, slots=True)
class _Rule:
    """A conjunction of leaves, by place in ascending order, and what it hits in training."""

    leaves: tuple[int, ...]
    bits: Bits
    low: float


def suggest_profiles(
    given: DeclarationSet | Trade,
    *,
    as_of: date | None = None,
    options: SuggestionOptions | None = None,
) -> list[Suggestion]:
    """Suggest profiles.

    Parameters
    ----------
    given : a set, or rows with findings
    as_of : findings known after this day are not seen; None for all
    options : how

    Returns
    -------
    suggestions, the highest lower limit on the validation goods first; empty where nothing held

    Raises
    ------
    ScoringError
        With fewer than 30 finds or 30 clean results.
    """
    wanted = options or SuggestionOptions()
    trade = Trade.of(given).known_by(as_of)
    outcome = trade.outcomes()
    goods = first_of_goods(trade, outcome.examined)
    refuse_unlearnable(outcome.found[goods])
    drawn = np.random.default_rng([wanted.seed, 4_600]).random(goods.size)
    train, valid = goods[drawn >= wanted.validation], goods[drawn < wanted.validation]
    refuse_unlearnable(outcome.found[train], least=10)
    refuse_unlearnable(outcome.found[valid], least=10)
    leaves = list(candidate_leaves(trade, train, wanted.least_goods))
    found = outcome.found
    rules = _beam_search(leaves, train, found[train], wanted)
    told = [
        _tried(rule, leaves, (train, valid), found) for rule in _diverse(rules, wanted, train.size)
    ]
    base = float(found[valid].mean())
    held = [one for one in told if one is not None and _low(one.validation) > base]
    held.sort(key=lambda one: (-_low(one.validation), one.condition))
    return held[: wanted.most]


def _low(estimate: Estimate) -> float:
    return estimate.interval.low if estimate.interval is not None else 0.0


def lower_limits(finds: Floats, n: Floats) -> Floats:
    """Return Wilson's lower limits of many shares; 0 where n is 0."""
    size = np.maximum(n, 1.0)
    share = finds / size
    reach = Z * np.sqrt(share * (1 - share) / size + Z * Z / (4 * size * size))
    low: Floats = (share + Z * Z / (2 * size) - reach) / (1 + Z * Z / size)
    return np.where(n > 0, low, 0.0)


def _beam_search(
    leaves: Sequence[CandidateLeaf],
    train: NDArray[np.intp],
    found: Flags,
    options: SuggestionOptions,
) -> list[_Rule]:
    """Return rules of every depth, best lower limit first; each leaf added raised that limit."""
    if not leaves:
        return []
    packed = np.stack([np.packbits(leaf.hits[train]) for leaf in leaves])
    finds = np.packbits(found)
    everything = np.full_like(finds, 255)
    beam = [_Rule((), everything, _low(wilson(int(found.sum()), found.size)))]
    kept: dict[tuple[int, ...], _Rule] = {}
    for _ in range(options.depth):
        longer: dict[tuple[int, ...], _Rule] = {}
        for rule in beam:
            both = packed & rule.bits
            n = np.bitwise_count(both).sum(axis=1).astype(float)
            hit = np.bitwise_count(both & finds).sum(axis=1).astype(float)
            low = lower_limits(hit, n)
            usable = (n >= options.least_goods) & (low > rule.low + 1e-9)
            places = np.flatnonzero(usable)
            best = places[np.argsort(-low[places], kind="stable")][: 2 * options.beam]
            for place in best:
                _extend(longer, rule, int(place), (leaves, both[place], float(low[place])))
        ranked = sorted(longer.values(), key=lambda one: (-one.low, one.leaves))
        beam = _spread(ranked, options.beam)
        kept.update({one.leaves: one for one in beam})
    return sorted(kept.values(), key=lambda one: (-one.low, len(one.leaves), one.leaves))


def _extend(
    longer: dict[tuple[int, ...], _Rule],
    rule: _Rule,
    place: int,
    told: tuple[Sequence[CandidateLeaf], Bits, float],
) -> None:
    leaves, bits, low = told
    mine = leaves[place]
    taken = {(leaves[one].column, leaves[one].side) for one in rule.leaves}
    if (mine.column, mine.side) in taken:
        return
    name = tuple(sorted((*rule.leaves, place)))
    if name not in longer:
        longer[name] = _Rule(name, bits, low)


def _spread(ranked: Sequence[_Rule], count: int) -> list[_Rule]:
    """Return the best rules of a beam, no two of which hit exactly the same training goods."""
    seen: set[bytes] = set()
    kept: list[_Rule] = []
    for rule in ranked:
        mark = rule.bits.tobytes()
        if mark in seen:
            continue
        seen.add(mark)
        kept.append(rule)
        if len(kept) == count:
            break
    return kept


def _diverse(rules: Sequence[_Rule], options: SuggestionOptions, size: int) -> list[_Rule]:
    """Return a short list whose rules hit different goods, judged on the training goods."""
    chosen: list[_Rule] = []
    tail = np.packbits(np.ones(size, bool))
    for rule in rules:
        bits = rule.bits & tail
        if all(_jaccard(bits, one.bits & tail) <= options.overlap for one in chosen):
            chosen.append(rule)
        if len(chosen) == options.tried:
            break
    return chosen


def _jaccard(one: Bits, other: Bits) -> float:
    shared = int(np.bitwise_count(one & other).sum())
    either = int(np.bitwise_count(one | other).sum())
    return shared / either if either else 1.0


def _tried(
    rule: _Rule,
    leaves: Sequence[CandidateLeaf],
    sides: tuple[NDArray[np.intp], NDArray[np.intp]],
    found: Flags,
) -> Suggestion | None:
    hits = np.logical_and.reduce([leaves[place].hits for place in rule.leaves])
    estimates = []
    for rows in sides:
        mine = rows[hits[rows]]
        if not mine.size:
            return None
        estimates.append(wilson(int(found[mine].sum()), mine.size))
    text = " AND ".join(leaves[place].text for place in rule.leaves)
    condition = parse_condition(text)
    sentence = Words(str(condition.sentence("en")), str(condition.sentence("ru")))
    valid = sides[1]
    return Suggestion(
        condition.text,
        sentence,
        int(hits.sum()),
        estimates[0].n + estimates[1].n,
        estimates[0],
        estimates[1],
        float(found[valid].mean()),
    )
