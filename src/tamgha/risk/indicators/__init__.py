"""Indicators: named values of a declaration row that look only backwards, as data.

What each computes is written here; where it runs (in memory, row by row, on DuckDB or Spark) is
the business of ``tamgha.risk.engines``.
"""

from tamgha.risk.indicators.checking import check_indicators, faults_of
from tamgha.risk.indicators.declaring import dump_indicators, load_indicators
from tamgha.risk.indicators.distributions import (
    Distribution,
    PeriodCounts,
    count_periods,
    describe_values,
)
from tamgha.risk.indicators.kinds import KINDS, Kind
from tamgha.risk.indicators.measures import Key, Measure, UnreadableError
from tamgha.risk.indicators.measures import Term as MeasureTerm
from tamgha.risk.indicators.model import FACTS, GradeRule, Indicator
from tamgha.risk.indicators.ready import READY

__all__ = [
    "FACTS",
    "KINDS",
    "READY",
    "Distribution",
    "GradeRule",
    "Indicator",
    "Key",
    "Kind",
    "Measure",
    "MeasureTerm",
    "PeriodCounts",
    "UnreadableError",
    "check_indicators",
    "count_periods",
    "describe_values",
    "dump_indicators",
    "faults_of",
    "load_indicators",
]
