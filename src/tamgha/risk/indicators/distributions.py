"""What the values of an indicator look like on a set, and how two periods compare."""

from dataclasses import dataclass
from datetime import date
from typing import TypeAlias

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from tamgha.shared.periods import Period

QUANTILES = (0.01, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99)
"""Quantiles that a distribution names."""

Values: TypeAlias = pa.Array | pa.ChunkedArray | npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Distribution:
    """The values of one indicator.

    Parameters
    ----------
    rows : number of rows
    missing : number of them that are NULL
    zeros : number of them that are 0
    low, high : least and greatest value; NaN when all are NULL
    quantiles : value by quantile (of ``QUANTILES``); empty when all are NULL
    edges : shape (k + 1,), borders of the bins of the histogram, rising
    counts : shape (k,), rows in [edge, next edge), the last bin with its upper border
        Rows beyond the 1 % and 99 % quantiles stand in the outermost bins.
    """

    rows: int
    missing: int
    zeros: int
    low: float
    high: float
    quantiles: dict[float, float]
    edges: tuple[float, ...]
    counts: tuple[int, ...]

    @property
    def missing_share(self) -> float:
        """Share of NULL in [0, 1]; 0 of no rows."""
        return self.missing / self.rows if self.rows else 0.0


def describe_values(values: Values, *, bins: int = 20) -> Distribution:
    """Return the distribution of an indicator's values.

    Parameters
    ----------
    values : shape (n,), NULL or NaN where the indicator has none
    bins : wanted bars; a flag or a short count gets one bar per value
    """
    whole = _numbers(values)
    known = whole[~np.isnan(whole)]
    if not len(known):
        return Distribution(len(whole), len(whole), 0, np.nan, np.nan, {}, (), ())
    cuts = np.quantile(known, QUANTILES)
    edges = _edges(known, float(cuts[0]), float(cuts[-1]), bins)
    counts, _ = np.histogram(np.clip(known, edges[0], edges[-1]), edges)
    return Distribution(
        rows=len(whole),
        missing=len(whole) - len(known),
        zeros=int((known == 0).sum()),
        low=float(known.min()),
        high=float(known.max()),
        quantiles=dict(zip(QUANTILES, cuts.tolist(), strict=True)),
        edges=tuple(edges.tolist()),
        counts=tuple(counts.tolist()),
    )


def _edges(
    known: npt.NDArray[np.float64], low: float, high: float, bins: int
) -> npt.NDArray[np.float64]:
    whole = (known == np.rint(known)).all()
    if whole and known.max() - known.min() < bins:
        return np.arange(known.min() - 0.5, known.max() + 1)
    if not high > low:
        low, high = float(known.min()), float(known.max())
    return np.linspace(low, high, bins + 1)


@dataclass(frozen=True, slots=True)
class PeriodCounts:
    """Rows of two periods counted over the same bins, ready for ``drift``.

    Parameters
    ----------
    edges : shape (k - 2,), inner borders: tenths of the earlier period, fewer where values repeat
    before, now : shape (k,), rows in each bin from the lowest on; the last bin holds the NULLs
    """

    edges: tuple[float, ...]
    before: npt.NDArray[np.int64]
    now: npt.NDArray[np.int64]


def count_periods(
    values: Values, days: pa.Array | pa.ChunkedArray, before: Period, now: Period, *, bins: int = 10
) -> PeriodCounts:
    """Count an indicator's values of two periods over bins that the earlier one sets.

    Parameters
    ----------
    values : shape (n,), NULL or NaN where the indicator has none
    days : shape (n,), the rows' days (date32)
    before, now : half-open periods
    bins : wanted parts of equal size
    """
    numbers = _numbers(values)
    day = np.asarray(days.cast(pa.int32()).to_numpy())
    parts = [
        numbers[(day >= _number(one.start)) & (day < _number(one.end))] for one in (before, now)
    ]
    known = parts[0][~np.isnan(parts[0])]
    edges = np.unique(np.quantile(known, np.arange(1, bins) / bins)) if len(known) else known
    if len(known):
        edges = edges[edges > known.min()]
    counts = [_counted(part, edges) for part in parts]
    return PeriodCounts(tuple(edges.tolist()), counts[0], counts[1])


def _counted(
    values: npt.NDArray[np.float64], edges: npt.NDArray[np.float64]
) -> npt.NDArray[np.int64]:
    place = np.searchsorted(edges, values, side="right")
    place[np.isnan(values)] = len(edges) + 1
    return np.bincount(place, minlength=len(edges) + 2)


def _number(day: date) -> int:
    return day.toordinal() - date(1970, 1, 1).toordinal()


def _numbers(values: Values) -> npt.NDArray[np.float64]:
    if isinstance(values, np.ndarray):
        return np.asarray(values, np.float64)
    array = values.combine_chunks() if isinstance(values, pa.ChunkedArray) else values
    return np.asarray(array.cast(pa.float64()).to_numpy(zero_copy_only=False))
