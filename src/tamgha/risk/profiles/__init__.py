"""Profiles as data: the condition language with its three views, the passport, lists, in and out."""

from tamgha.risk.profiles.conditions import Condition, parse_condition
from tamgha.risk.profiles.faults import ConditionError, ConditionFault
from tamgha.risk.profiles.fields import Field, fields_of, indicator_field, ready_fields
from tamgha.risk.profiles.forms import OPERATORS
from tamgha.risk.profiles.interchange import read_profiles, write_profiles
from tamgha.risk.profiles.list_files import read_lists
from tamgha.risk.profiles.lists import NamedList, ProfileLists
from tamgha.risk.profiles.modsel import MODSEL_FIELDS, ModselText, write_modsel
from tamgha.risk.profiles.modsel_reading import read_modsel
from tamgha.risk.profiles.phrases import sentence_languages
from tamgha.risk.profiles.profile import Profile
from tamgha.risk.profiles.segments import Segment, Sentence
from tamgha.risk.profiles.tree import (
    All,
    Any,
    Between,
    Compare,
    InList,
    Leaf,
    Like,
    Missing,
    Node,
    Not,
    OneOf,
    Term,
    Value,
    columns_of,
    leaves,
    opposite,
    without_not,
)

__all__ = [
    "MODSEL_FIELDS",
    "OPERATORS",
    "All",
    "Any",
    "Between",
    "Compare",
    "Condition",
    "ConditionError",
    "ConditionFault",
    "Field",
    "InList",
    "Leaf",
    "Like",
    "Missing",
    "ModselText",
    "NamedList",
    "Node",
    "Not",
    "OneOf",
    "Profile",
    "ProfileLists",
    "Segment",
    "Sentence",
    "Term",
    "Value",
    "columns_of",
    "fields_of",
    "indicator_field",
    "leaves",
    "opposite",
    "parse_condition",
    "read_lists",
    "read_modsel",
    "read_profiles",
    "ready_fields",
    "sentence_languages",
    "without_not",
    "write_modsel",
    "write_profiles",
]
