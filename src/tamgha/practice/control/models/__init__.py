"""What the database keeps of control: plans, decisions with all they rest on, acts, systems."""

from tamgha.practice.control.models.acts import (
    ActItem,
    ActPhoto,
    ActTime,
    ActVersion,
    ControlRules,
    Examiner,
    InspectionAct,
)
from tamgha.practice.control.models.decisions import (
    Decision,
    DecisionEvent,
    DecisionHit,
    DeskState,
    DrawKey,
    OnlineDay,
)
from tamgha.practice.control.models.plans import OfficePlan, PlanStep, PlanVersion
from tamgha.practice.control.models.results import (
    ResultAlert,
    ResultCell,
    ResultChance,
    ResultEntry,
    ResultReport,
    ResultUpkeep,
    ResultWeek,
)
from tamgha.practice.control.models.systems import ApiSystem, FileDrop

__all__ = [
    "ActItem",
    "ActPhoto",
    "ActTime",
    "ActVersion",
    "ApiSystem",
    "ControlRules",
    "Decision",
    "DecisionEvent",
    "DecisionHit",
    "DeskState",
    "DrawKey",
    "Examiner",
    "FileDrop",
    "InspectionAct",
    "OfficePlan",
    "OnlineDay",
    "PlanStep",
    "PlanVersion",
    "ResultAlert",
    "ResultCell",
    "ResultChance",
    "ResultEntry",
    "ResultReport",
    "ResultUpkeep",
    "ResultWeek",
]
