"""What the database keeps of targeting: catalogues, drafts and models, never the rows."""

from tamgha.practice.targeting.models.declarations import (
    DeclarationSet,
    Intake,
    SavedMapping,
)
from tamgha.practice.targeting.models.learning import DeclaredIndicator, ScoreModel, Suggestion
from tamgha.practice.targeting.models.profiles import (
    Profile,
    ProfileVersion,
    TradeList,
    TradeListVersion,
)

__all__ = [
    "DeclarationSet",
    "DeclaredIndicator",
    "Intake",
    "Profile",
    "ProfileVersion",
    "SavedMapping",
    "ScoreModel",
    "Suggestion",
    "TradeList",
    "TradeListVersion",
]
