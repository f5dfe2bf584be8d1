"""Indicators of whole tables: at once, or table after table with a state in between."""

from collections.abc import Sequence

import numpy as np
import pyarrow as pa

from tamgha.risk.engines.indicators_findings import RowBook
from tamgha.risk.engines.indicators_kinds import computed
from tamgha.risk.engines.indicators_rounding import significant
from tamgha.risk.engines.indicators_rows import Floats, Groups, Rows
from tamgha.risk.engines.indicators_run import Run
from tamgha.risk.indicators import Indicator, check_indicators
from tamgha.shared.errors import TamghaError
from tamgha.shared.words import Words

WHOLE_VALUES = frozenset(
    {"count_before", "days_since_first", "days_since_last", "distinct_before", "calendar"}
    | {"roundness", "trader_grade"}
)
"""Kinds whose values need no rounding."""


def compute_indicators(
    items: pa.Table, findings: pa.Table | None, indicators: Sequence[Indicator]
) -> pa.Table:
    """Compute indicators of every row.

    Parameters
    ----------
    items : rows in any order, with the columns of ``schema.COLUMNS`` that the indicators read and
        ``day``; absent columns count as empty. Text columns that are dictionary-encoded already
        save time.
    findings : rows with declaration, item, known, found, and version and state if there are
        several versions; None when nothing is known. Findings on other rows are not counted.
    indicators : what is computed

    Returns
    -------
    one column of float64 per indicator, aligned with ``items``; NULL where it cannot be computed

    Raises
    ------
    RefusedError
        If an indicator is declared wrongly.
    TamghaError
        If ``items`` has no ``day``.
    """
    check_indicators(indicators)
    run = Run(Rows(items), Groups(), findings, None, first=True)
    return _table(run, [(one, computed(one).values(run)) for one in indicators])


class IndicatorState:
    """What must be known of earlier rows so that later rows alone are computed.

    Make one with ``start_indicators``; hand it to ``update_indicators``.
    """

    def __init__(self, indicators: Sequence[Indicator]) -> None:
        check_indicators(indicators)
        self.indicators = tuple(indicators)
        self.last_day: int | None = None
        self._groups = Groups()
        self._book = RowBook()
        self._kinds = [computed(one) for one in indicators]

    def advance(self, items: pa.Table, findings: pa.Table | None) -> pa.Table:
        """Compute the rows of ``items`` and take them up; see ``update_indicators``."""
        rows = Rows(items)
        if rows.count and self.last_day is not None and rows.day[0] < self.last_day:
            came, stands = (np.datetime64(int(day), "D") for day in (rows.day[0], self.last_day))
            raise TamghaError(
                Words(
                    f"Expected rows of {stands} or later, came one of {came}: "
                    "compute the indicators of the whole set again.",
                    f"Ожидались строки с {stands} и позже, получена от {came}: "
                    "пересчитайте индикаторы всего набора.",
                )
            )
        self._book.enter(rows)
        run = Run(rows, self._groups, findings, self._book, first=self.last_day is None)
        values = [
            (one, kind.values(run)) for one, kind in zip(self.indicators, self._kinds, strict=True)
        ]
        if rows.count:
            self.last_day = int(rows.day[-1])
        return _table(run, values)


def start_indicators(
    items: pa.Table, findings: pa.Table | None, indicators: Sequence[Indicator]
) -> tuple[pa.Table, IndicatorState]:
    """Compute indicators as ``compute_indicators`` does, and the state for what comes later.

    ``items`` needs ``declaration`` and ``item`` too.
    """
    state = IndicatorState(indicators)
    return state.advance(items, findings), state


def update_indicators(
    state: IndicatorState, items: pa.Table, findings: pa.Table | None
) -> pa.Table:
    """Compute the indicators of new rows alone, and take them up into ``state``.

    Parameters
    ----------
    state : of all rows before
    items : new rows, none of an earlier day than the last one before; whole declarations
    findings : what was not yet handed over, on rows old or new; a finding known long ago counts
        from now on, values given before stay as they were

    Returns
    -------
    one column per indicator, aligned with ``items``

    Raises
    ------
    TamghaError
        If a row is of an earlier day.
    """
    return state.advance(items, findings)


def _table(run: Run, values: Sequence[tuple[Indicator, Floats]]) -> pa.Table:
    columns = {one.name: _column(run, one, found) for one, found in values}
    return pa.table(columns) if columns else pa.table({"": pa.nulls(run.rows.count)}).select([])


def _column(run: Run, indicator: Indicator, values: Floats) -> pa.Array:
    if indicator.kind not in WHOLE_VALUES:
        values = significant(values, indicator.rounding)
    if indicator.null_rule == "zero":
        values = np.nan_to_num(values, nan=0.0)
    return pa.array(run.rows.aligned(values), from_pandas=True)
