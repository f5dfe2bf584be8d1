"""A trading world with known truth: traders, goods, schemes, and what an office found of them."""

from tamgha.risk.simulator.places import OFFICES, TIMEZONE, Office
from tamgha.risk.simulator.plan import (
    DEFAULT_SCHEMES,
    SCHEME_KINDS,
    SCHEME_WORDS,
    Scheme,
    WorldPlan,
)
from tamgha.risk.simulator.world import TRUTH_SCHEMA, World, read_truth, simulate

__all__ = [
    "DEFAULT_SCHEMES",
    "OFFICES",
    "SCHEME_KINDS",
    "SCHEME_WORDS",
    "TIMEZONE",
    "TRUTH_SCHEMA",
    "Office",
    "Scheme",
    "World",
    "WorldPlan",
    "read_truth",
    "simulate",
]
