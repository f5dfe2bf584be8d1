"""Where profiles and indicators run."""

from tamgha.risk.engines.columnar import ColumnarEvaluator, HitMatrix
from tamgha.risk.engines.compiled import compile_profiles, decision_source
from tamgha.risk.engines.ibis_conditions import ibis_condition
from tamgha.risk.engines.indicators_batch import (
    IndicatorState,
    compute_indicators,
    start_indicators,
    update_indicators,
)
from tamgha.risk.engines.indicators_ibis import ibis_indicators
from tamgha.risk.engines.indicators_online import OnlineIndicators
from tamgha.risk.engines.parquet_hits import parquet_hits
from tamgha.risk.engines.spark_session import find_java, spark_session

__all__ = [
    "ColumnarEvaluator",
    "HitMatrix",
    "IndicatorState",
    "OnlineIndicators",
    "compile_profiles",
    "compute_indicators",
    "decision_source",
    "find_java",
    "ibis_condition",
    "ibis_indicators",
    "parquet_hits",
    "spark_session",
    "start_indicators",
    "update_indicators",
]
