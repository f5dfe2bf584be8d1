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
    RetirementProposal,
    TargetingRules,
    TradeList,
    TradeListVersion,
    VersionStep,
)

__all__ = [
    "DeclarationSet",
    "DeclaredIndicator",
    "Intake",
    "Profile",
    "ProfileVersion",
    "RetirementProposal",
    "SavedMapping",
    "ScoreModel",
    "Suggestion",
    "TargetingRules",
    "TradeList",
    "TradeListVersion",
    "VersionStep",
]
