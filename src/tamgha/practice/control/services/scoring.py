"""What a declaration is scored by on arrival, in mode capacity: the model of the plan, else the profiles."""

from tamgha import risk
from tamgha.practice.control.gateways.scoring import BY_PROFILES, Scorer
from tamgha.practice.control.queries.plans import hit_score


def score_of(scorer: Scorer | None, seen: risk.Seen) -> tuple[float | None, str]:
    """Return the score of a declaration, and by what it was scored."""
    if scorer is None:
        return hit_score(seen.declared.hits) or None, BY_PROFILES
    return scorer.engine.score(seen.rows), scorer.version
