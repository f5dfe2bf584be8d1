"""Mode modsel: local criteria, random selection, top-up to the expected rates; else green.

State in, decision and new state out.
"""

from dataclasses import dataclass

from tamgha.risk.selection.counters import Counters
from tamgha.risk.selection.decisions import (
    CapacityFacts,
    CriterionHit,
    Decision,
    Declared,
    ModselFacts,
)
from tamgha.risk.selection.lanes import Lane, LaneShares, Way, strictest
from tamgha.risk.selection.plans import ModselParameters
from tamgha.risk.selection.probabilities import Chances, lane_chances


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the rules say of one declaration.

    Parameters
    ----------
    lane, way, ways, chances, member : as in `Decision`
    forced : lane that "maximum hits" forced, or None
    """

    lane: Lane
    way: Way
    ways: tuple[Way, ...]
    chances: Chances
    member: bool
    forced: Lane | None


def decide_modsel(
    declared: Declared, parameters: ModselParameters, before: Counters
) -> tuple[Decision, Counters]:
    """Return the decision on one declaration, and the counters after it.

    Parameters
    ----------
    declared : the declaration with its hits and draws
    parameters : in force for its office and direction
    before : counters of its office, direction and period

    Returns
    -------
    decision : to be stored in the transaction that stores the counters (rule 11)
    after : N + 1, S of the lane + 1, members + 1 for a random member
    """
    owed = before.owed(parameters.expected)
    verdict = judge(declared.hits, declared.random_draw, parameters, owed)
    decision = Decision(
        declared=declared,
        mode="modsel",
        lane=verdict.lane,
        way=verdict.way,
        ways=verdict.ways,
        chances=verdict.chances,
        member=verdict.member,
        facts=ModselFacts(
            parameters_version=parameters.version,
            expected=parameters.expected,
            random=parameters.random,
            maximum_hits=parameters.maximum_hits,
            random_lifts=parameters.random_lifts,
            before=before,
            owed=owed,
            forced=verdict.forced,
        ),
    )
    return decision, before.after(verdict.lane, member=verdict.member)


def judge(
    hits: tuple[CriterionHit, ...],
    random_draw: int,
    parameters: ModselParameters | ModselFacts,
    owed: Lane | None,
) -> Verdict:
    """Return lane, way and probabilities, from hits, draws and the lane that is owed.

    Parameters
    ----------
    hits : live and shadow
    random_draw : 0 <= draw < 2^64
    parameters : rates in force, or those stored with a decision
    owed : lane that top-up owes, or None (as for an amendment)
    """
    live = tuple(hit for hit in hits if hit.live)
    shares = tuple(hit.shares for hit in live)
    drawn = [lane for lane in (hit.drawn for hit in live) if lane is not None]
    at_most = parameters.maximum_hits
    would_force = _forced_lane(shares) if at_most is not None and len(live) > at_most else None
    by_criteria = strictest(drawn) if drawn else would_force
    by_draw = parameters.random.cut(random_draw)
    ways = tuple(
        way
        for way, applies in (
            (Way.CRITERIA, bool(drawn)),
            (Way.MAX_HITS, not drawn and would_force is not None),
            (Way.RANDOM, by_draw is not None),
        )
        if applies
    )
    lane, way = _first_that_applies(by_criteria, by_draw, owed, bool(drawn))
    if parameters.random_lifts and by_draw is not None and by_draw.strictness > lane.strictness:
        lane, way = by_draw, Way.RANDOM
    if way is Way.TOPUP:
        ways = (*ways, Way.TOPUP)
    chances = lane_chances(
        shares,
        parameters.random,
        forced=would_force,
        owed=owed,
        random_lifts=parameters.random_lifts,
    )
    forced = would_force if not drawn else None
    return Verdict(lane, way, ways or (Way.NONE,), chances, by_draw is not None, forced)


def _first_that_applies(
    by_criteria: Lane | None, by_draw: Lane | None, owed: Lane | None, drawn: bool
) -> tuple[Lane, Way]:
    if by_criteria is not None:
        return by_criteria, Way.CRITERIA if drawn else Way.MAX_HITS
    if by_draw is not None:
        return by_draw, Way.RANDOM
    if owed is not None:
        return owed, Way.TOPUP
    return Lane.GREEN, Way.NONE


def _forced_lane(shares: tuple[LaneShares, ...]) -> Lane:
    """Return the strictest lane in which a criterion hit has a share; red if none has any (rule 7)."""
    lanes = [lane for lane in (one.strictest for one in shares) if lane is not None]
    return strictest(lanes) if lanes else Lane.RED


@dataclass(frozen=True, slots=True)
class Amendment:
    """What an amendment before release does (rule 19); stored beside the first decision.

    Parameters
    ----------
    declaration : its id
    hits : the union of the hits of all versions
    old, new : lane before and after; new is never milder
    score, facts : of mode capacity: the score that was asked, None where none was, and what
        it was judged by
    counts_for_itself : whether every estimate takes it with weight 1, because its lane was
        raised; else it keeps the first probability
    """

    declaration: str
    hits: tuple[CriterionHit, ...]
    old: Lane
    new: Lane
    score: float | None = None
    facts: CapacityFacts | None = None

    @property
    def raised(self) -> bool:
        """Whether the lane became stricter."""
        return self.new.strictness > self.old.strictness

    @property
    def counts_for_itself(self) -> bool:
        """Whether estimates take it with weight 1."""
        return self.raised

    @property
    def way(self) -> Way | None:
        """The way of a raised lane: criteria; None where the lane stays."""
        return Way.CRITERIA if self.raised else None


def amend(
    first: Decision, hits: tuple[CriterionHit, ...], lane: Lane, counters: Counters
) -> tuple[Amendment, Counters]:
    """Return what an amended version changes.

    The union of the hits of all versions is evaluated with the same draws and the rates of the
    first decision; top-up is not run again, and the lane may only become stricter.

    Parameters
    ----------
    first : the stored first decision, of mode modsel
    hits : of the new version
    lane : the system's lane now, after earlier amendments
    counters : of the *first* decision's period

    Returns
    -------
    amendment, and the counters with S moved from the old to the new lane; N stays
    """
    if not isinstance(first.facts, ModselFacts):
        raise TypeError("only a decision of mode modsel is amended by criteria")
    known = {hit.code: hit for hit in first.declared.hits}
    union = (*first.declared.hits, *(hit for hit in hits if hit.code not in known))
    verdict = judge(union, first.declared.random_draw, first.facts, None)
    new = strictest((lane, verdict.lane))
    return Amendment(first.declared.declaration, union, lane, new), counters.moved(lane, new)


def chance_without(decision: Decision, code: str) -> Chances:
    """Return the probabilities of lanes without one criterion, at fixed other choices.

    For the leave-one-out value of a profile; counters and the lane owed stay
    as stored.

    Parameters
    ----------
    decision : of mode modsel
    code : of the criterion left out
    """
    facts = decision.facts
    if not isinstance(facts, ModselFacts):
        raise TypeError("only a decision of mode modsel has criteria to leave out")
    rest = tuple(hit for hit in decision.declared.hits if hit.code != code)
    return judge(rest, decision.declared.random_draw, facts, facts.owed).chances
