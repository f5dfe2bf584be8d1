"""A model's score beside the profiles: trained on what was known, calibrated, with its reasons."""

from tamgha.risk.scoring.card import FeatureDrift, ModelCard, Track
from tamgha.risk.scoring.errors import ScoringError
from tamgha.risk.scoring.features import Features, compute_features
from tamgha.risk.scoring.model import Model
from tamgha.risk.scoring.reasons import Reason
from tamgha.risk.scoring.single import RowScorer
from tamgha.risk.scoring.suggestions import Suggestion, SuggestionOptions, suggest_profiles
from tamgha.risk.scoring.tracks import Tracks, evaluate_tracks
from tamgha.risk.scoring.trade import Trade
from tamgha.risk.scoring.training import TrainingOptions, stakes, train
from tamgha.risk.scoring.yardsticks import Ranking, revenue_priority

__all__ = [
    "FeatureDrift",
    "Features",
    "Model",
    "ModelCard",
    "Ranking",
    "Reason",
    "RowScorer",
    "ScoringError",
    "Suggestion",
    "SuggestionOptions",
    "Track",
    "Tracks",
    "Trade",
    "TrainingOptions",
    "compute_features",
    "evaluate_tracks",
    "revenue_priority",
    "stakes",
    "suggest_profiles",
    "train",
]
