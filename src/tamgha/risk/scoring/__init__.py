"""A model's score beside the profiles: trained on what was known, calibrated, with its reasons."""

from tamgha.risk.scoring.card import FeatureDrift, ModelCard, Track
from tamgha.risk.scoring.errors import ScoringError
from tamgha.risk.scoring.features import Features, compute_features
from tamgha.risk.scoring.model import Model
from tamgha.risk.scoring.reasons import Reason
from tamgha.risk.scoring.trade import Trade
from tamgha.risk.scoring.training import TrainingOptions, train
from tamgha.risk.scoring.yardsticks import Ranking

__all__ = [
    "FeatureDrift",
    "Features",
    "Model",
    "ModelCard",
    "Ranking",
    "Reason",
    "ScoringError",
    "Track",
    "Trade",
    "TrainingOptions",
    "compute_features",
    "train",
]
