"""The risk engine, for a server or a notebook: which consignments to look at, and how surely.

``from tamgha import risk`` costs nothing: a package is loaded when one of its names is first used.
Everything outside the engine enters by this door; inside, each package keeps its own order.
"""

from importlib import import_module
from typing import TYPE_CHECKING

_NAMES = {
    "schema": (
        "COLUMNS",
        "Column",
        "DIRECTIONS",
        "DeclarationSet",
        "FINDING_COLUMNS",
        "FINDING_SCHEMA",
        "FINDING_STATES",
        "FindingsSummary",
        "HS_EDITIONS",
        "ITEM_SCHEMA",
        "Manifest",
        "OUTCOME_SCHEMA",
        "SORT_KEYS",
        "SchemaError",
        "SetError",
        "Source",
        "WAYS",
        "latest_versions",
        "write_set",
    ),
    "indicators": (
        "FACTS",
        "GradeRule",
        "Indicator",
        "KINDS",
        "Key",
        "Kind",
        "Measure",
        "READY",
        "Term",
        "UnreadableError",
        "check_indicators",
        "dump_indicators",
        "faults_of",
        "load_indicators",
    ),
    "profiles": (
        "Condition",
        "ConditionError",
        "ConditionFault",
        "Field",
        "OPERATORS",
        "Segment",
        "Sentence",
        "fields_of",
        "parse_condition",
        "ready_fields",
        "sentence_languages",
    ),
    "simulator": (
        "DEFAULT_SCHEMES",
        "OFFICES",
        "Office",
        "SCHEME_KINDS",
        "SCHEME_WORDS",
        "Scheme",
        "TIMEZONE",
        "TRUTH_SCHEMA",
        "World",
        "WorldPlan",
        "read_truth",
        "simulate",
    ),
    "performance": (
        "Backtest",
        "BacktestContext",
        "Comparison",
        "Others",
        "Outcomes",
        "Overlap",
        "Rate",
        "Sample",
        "WeekSeries",
        "backtest",
        "backtest_all",
        "cap_from",
        "capped_sum",
        "completeness",
        "completeness_bounds",
        "detection_rate",
        "difference",
        "finds_per_hour",
        "flag_overrides",
        "flow_rate",
        "hit_rate",
        "largest_case",
        "lift",
        "marginal_examinations",
        "marginal_finds",
        "missed_fraud",
        "missed_revenue",
        "missed_revenue_at_least",
        "missed_revenue_capped",
        "override_rate",
        "proportion",
        "sensitivity_from_second_look",
        "true_detection",
        "truly_missed",
        "value_per_hour",
        "weighted_rate",
        "wilson_proportion",
    ),
}
_PACKAGE_OF = {name: package for package, names in _NAMES.items() for name in names}

if TYPE_CHECKING:
    from tamgha.risk.indicators import *  # noqa: F403 -- the names above, for readers of types
    from tamgha.risk.performance import *  # noqa: F403 -- the names above, for readers of types
    from tamgha.risk.profiles import *  # noqa: F403 -- the names above, for readers of types
    from tamgha.risk.schema import *  # noqa: F403 -- the names above, for readers of types
    from tamgha.risk.simulator import *  # noqa: F403 -- the names above, for readers of types
else:

    def __getattr__(name: str) -> object:
        package = _PACKAGE_OF.get(name)
        if package is None:
            raise AttributeError(f"tamgha.risk has no {name!r}")
        value = getattr(import_module(f"tamgha.risk.{package}"), name)
        globals()[name] = value
        return value


def __dir__() -> list[str]:
    return sorted(_PACKAGE_OF)
