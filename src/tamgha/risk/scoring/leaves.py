"""Conditions of which suggested profiles are made: one column or indicator, one sign, one value."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from tamgha.risk.engines import compute_indicators
from tamgha.risk.indicators import READY
from tamgha.risk.profiles import ready_fields
from tamgha.risk.scoring.features import encoded, floats
from tamgha.risk.scoring.trade import Trade

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

TEXTS = (
    "origin",
    "departure",
    "tax_type",
    "transport_mode",
    "procedure",
    "additional_procedure",
    "payment",
    "preference",
)
NUMBERS = (
    "net_mass_kg",
    "item_price",
    "statistical_value",
    "tax_rate",
    "gross_mass_kg",
    "packages",
)
HS_LENGTHS = (2, 4, 6)
QUANTILES = (0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95)


@dataclass(frozen=True, slots=True)
class CandidateLeaf:
    """One leaf that a suggested condition may hold.

    Parameters
    ----------
    text : in the language of profiles
    column : what it asks about
    side : "<", ">=" or "="; one condition never asks twice about the same side of a column
    hits : shape (n,), rows that it hits; a missing value is no hit
    """

    text: str
    column: str
    side: str
    hits: Flags


def candidate_leaves(trade: Trade, rows: NDArray[np.intp], least: int) -> Iterator[CandidateLeaf]:
    """Yield leaves that hit at least ``least`` of some rows, and not all but ``least`` of them.

    Parameters
    ----------
    trade : rows and findings; indicators see what was known before the day of a row
    rows : shape (m,), places of the rows by which thresholds are chosen and leaves are kept
    least : rows

    Yields
    ------
    CandidateLeaf, whose ``hits`` are over all rows of the trade
    """
    for leaf in _every_leaf(trade, rows, least):
        count = int(leaf.hits[rows].sum())
        if least <= count <= rows.size - least:
            yield leaf


def _every_leaf(trade: Trade, rows: NDArray[np.intp], least: int) -> Iterator[CandidateLeaf]:
    items = trade.items
    for length in HS_LENGTHS:
        starts = pc.utf8_slice_codeunits(_plain(items["hs"]), 0, length)
        for value, hits in _frequent(starts, rows, least):
            yield CandidateLeaf(f"hs LIKE '{value}%'", "hs", "=", hits)
    for name in TEXTS:
        for value, hits in _frequent(_plain(items[name]), rows, least):
            yield CandidateLeaf(f"{name} = {_quoted(value)}", name, "=", hits)
    yield CandidateLeaf("origin <> departure", "origin", "<>", _differ(items))
    for name in NUMBERS:
        yield from _thresholds(name, floats(items[name]), rows)
    wanted = list(READY.values())
    table = compute_indicators(encoded(items), trade.findings, wanted)
    fields = ready_fields()
    for one in wanted:
        values = floats(table[one.name])
        if fields[one.name].kind == "truth":
            yield CandidateLeaf(f"{one.name} = TRUE", one.name, "=", values == 1)
        else:
            yield from _thresholds(one.name, values, rows)


def _thresholds(name: str, values: Floats, rows: NDArray[np.intp]) -> Iterator[CandidateLeaf]:
    known = values[rows]
    known = known[np.isfinite(known)]
    if not known.size:
        return
    for threshold in sorted({_short(value) for value in np.quantile(known, QUANTILES)}):
        text = f"{Decimal(repr(threshold)):f}".removesuffix(".0")
        with np.errstate(invalid="ignore"):
            yield CandidateLeaf(f"{name} < {text}", name, "<", values < threshold)
            yield CandidateLeaf(f"{name} >= {text}", name, ">=", values >= threshold)


def _short(value: float) -> float:
    """Return the value with two significant digits: a rule that people read has round numbers."""
    return float(f"{value:.2g}")


def _frequent(
    column: pa.ChunkedArray, rows: NDArray[np.intp], least: int
) -> Iterator[tuple[str, Flags]]:
    encoded_column = column.combine_chunks().dictionary_encode()
    codes = encoded_column.indices.fill_null(-1).to_numpy(zero_copy_only=False)
    mine = codes[rows]
    counts = np.bincount(mine[mine >= 0], minlength=len(encoded_column.dictionary))
    named = encoded_column.dictionary.to_pylist()
    for code in sorted(np.flatnonzero(counts >= least), key=lambda place: named[place]):
        if named[code]:
            yield named[code], codes == code


def _plain(column: pa.ChunkedArray) -> pa.ChunkedArray:
    return column.cast(pa.string()) if pa.types.is_dictionary(column.type) else column


def _quoted(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"


def _differ(items: pa.Table) -> Flags:
    told = pc.not_equal(_plain(items["origin"]), _plain(items["departure"]))
    hits: Flags = pc.fill_null(told, False).to_numpy().astype(bool)  # noqa: FBT003 -- a value
    return hits
