"""Warnings that look at two columns of a row, or at a column and the calendar."""

from collections.abc import Iterator
from datetime import date

import numpy as np
import polars as pl

from tamgha.risk.schema.hs import edition_on

Found = tuple[str, str, np.ndarray, list[str]]
"""(code, target, lines, first values)."""

EXAMPLES = 50


def cross_warnings(rows: pl.DataFrame, holds: str, today: date | None) -> Iterator[Found]:
    """Yield what is odd about good rows.

    Parameters
    ----------
    rows : typed rows, with the column ``line``
    holds : "items" or "findings"
    today : lodgings after it are odd; None for none
    """
    if not len(rows):
        return
    if holds == "findings":
        yield from _findings(rows)
        return
    yield from _masses(rows)
    yield from _editions(rows)
    yield from _labels(rows)
    if today is not None:
        yield from _among(rows, rows["day"] > today, "in_future", "lodged", "day")


def _findings(rows: pl.DataFrame) -> Iterator[Found]:
    if "examined" in rows.columns and rows["examined"].dtype == pl.Date:
        odd = (rows["known"] < rows["examined"]).fill_null(value=False)
        yield from _among(rows, odd, "known_before_examined", "known", "known")


def _masses(rows: pl.DataFrame) -> Iterator[Found]:
    if {"net_mass_kg", "gross_mass_kg"} <= set(rows.columns):
        odd = (rows["net_mass_kg"] > rows["gross_mass_kg"]).fill_null(value=False)
        yield from _among(rows, odd, "net_above_gross", "net_mass_kg", "net_mass_kg")


def _editions(rows: pl.DataFrame) -> Iterator[Found]:
    """Compare years, not days: the edition in force is a matter of the year."""
    years = rows["day"].dt.year()
    force = {year: edition_on(date(year, 1, 1)) for year in years.unique().drop_nulls()}
    if set(force.values()) == set(rows["hs_edition"].unique()) and len(force) == 1:
        return
    expected = years.replace_strict(force, default=None, return_dtype=pl.Int16)
    odd = (expected != rows["hs_edition"]).fill_null(value=False)
    yield from _among(rows, odd, "other_edition", "hs_edition", "hs_edition")


def _labels(rows: pl.DataFrame) -> Iterator[Found]:
    if {"findings.found", "findings.kind"} <= set(rows.columns):
        found, kind = rows["findings.found"], rows["findings.kind"]
        odd = (found & kind.is_null()) | (~found & kind.is_not_null())
        odd = odd.fill_null(value=False) if kind.null_count() < len(kind) else odd & False
        yield from _among(rows, odd, "kind_without_find", "findings.kind", "findings.kind")


def _among(
    rows: pl.DataFrame, odd: pl.Series, code: str, target: str, shown: str
) -> Iterator[Found]:
    if odd.any():
        lines = rows["line"].filter(odd).to_numpy()
        values = rows[shown].filter(odd).head(EXAMPLES).cast(pl.String).fill_null("").to_list()
        yield code, target, lines, values
