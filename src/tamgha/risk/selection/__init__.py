"""Who is looked at: lanes by criteria, chance and rates, or by score within a capacity.

Pure functions: state in, decision and new state out. Locking, storing and the clock belong to the
caller.
"""

from tamgha.risk.selection.arrivals import SlotState, decide_arrival, reserve
from tamgha.risk.selection.batch import BatchResult, BatchState, Candidate, choose_batch
from tamgha.risk.selection.chains import Cancelled, Chain, Lodging, join_chain, last_of_chains
from tamgha.risk.selection.counters import (
    CounterKey,
    Counters,
    period_of,
    recount,
    recount_faults,
)
from tamgha.risk.selection.decisions import (
    CapacityFacts,
    CriterionHit,
    Decision,
    Declared,
    ModselFacts,
    decision_as_json,
    decision_from_json,
)
from tamgha.risk.selection.draws import (
    Draws,
    as_fraction,
    criterion_purpose,
    epoch_of,
    keyed_draw,
    phase_id,
)
from tamgha.risk.selection.following import (
    Event,
    Reroute,
    blue_due,
    control_status,
    green_due,
    is_held,
    is_verified,
    lane_now,
    override,
    reroute,
    timed_lane,
)
from tamgha.risk.selection.following import (
    Kind as EventKind,
)
from tamgha.risk.selection.lanes import LANE_WORDS, WAY_WORDS, Lane, LaneShares, Way
from tamgha.risk.selection.lots import (
    DayForecast,
    DayState,
    arrival_facts,
    close_lot,
    on_arrival,
    open_day,
)
from tamgha.risk.selection.modsel import Amendment, amend, chance_without, decide_modsel
from tamgha.risk.selection.plan_files import Plan
from tamgha.risk.selection.plans import (
    CapacityParameters,
    ModselParameters,
    capacity_faults,
    criterion_faults,
    modsel_faults,
    refuse_wrong,
)
from tamgha.risk.selection.recomputing import audit, recompute

__all__ = [
    "LANE_WORDS",
    "WAY_WORDS",
    "Amendment",
    "BatchResult",
    "BatchState",
    "Cancelled",
    "Candidate",
    "CapacityFacts",
    "CapacityParameters",
    "Chain",
    "CounterKey",
    "Counters",
    "CriterionHit",
    "DayForecast",
    "DayState",
    "Decision",
    "Declared",
    "Draws",
    "Event",
    "EventKind",
    "Lane",
    "LaneShares",
    "Lodging",
    "ModselFacts",
    "ModselParameters",
    "Plan",
    "Reroute",
    "SlotState",
    "Way",
    "amend",
    "arrival_facts",
    "as_fraction",
    "audit",
    "blue_due",
    "capacity_faults",
    "chance_without",
    "choose_batch",
    "close_lot",
    "control_status",
    "criterion_faults",
    "criterion_purpose",
    "decide_arrival",
    "decide_modsel",
    "decision_as_json",
    "decision_from_json",
    "epoch_of",
    "green_due",
    "is_held",
    "is_verified",
    "join_chain",
    "keyed_draw",
    "lane_now",
    "last_of_chains",
    "modsel_faults",
    "on_arrival",
    "open_day",
    "override",
    "period_of",
    "phase_id",
    "recompute",
    "recount",
    "recount_faults",
    "refuse_wrong",
    "reroute",
    "reserve",
    "timed_lane",
]
