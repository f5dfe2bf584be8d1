"""The features of rows: looking only at the row itself and at what was known before its day."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from tamgha.risk.engines import compute_indicators
from tamgha.risk.scoring.specs import Feature, features
from tamgha.risk.scoring.trade import Trade

Floats = NDArray[np.float64]

CATEGORY_COLUMNS = (
    "direction",
    "hs:2",
    "hs:3",
    "hs:4",
    "hs:5",
    "hs:6",
    "origin",
    "departure",
    "tax_type",
    "tax_rate",
    "process",
    "procedure",
    "additional_procedure",
    "payment",
    "transport_mode",
    "origin_marking",
)
"""Codes of published lists that the effects part may weigh. Traders and offices are not among them."""

DEFAULT_SMOOTHING = 60.0


@dataclass(frozen=True, slots=True)
class Category:
    """One category column, dictionary-encoded.

    Parameters
    ----------
    codes : shape (n,), places in ``values``
    values : the categories in alphabetical order; "" stands for missing
    """

    codes: NDArray[np.int32]
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Features:
    """Features of n rows.

    Parameters
    ----------
    specs : the k features
    numbers : shape (n, k), float32, NaN where unknown; logarithms where the feature says so
    categories : by name of ``CATEGORY_COLUMNS``
    """

    specs: tuple[Feature, ...]
    numbers: NDArray[np.float32]
    categories: dict[str, Category]

    def __len__(self) -> int:
        return len(self.numbers)

    def take(self, rows: NDArray[np.bool_] | NDArray[np.intp]) -> "Features":
        """Return the features of some rows, by mask or by place."""
        return Features(
            self.specs,
            self.numbers[rows],
            {name: Category(one.codes[rows], one.values) for name, one in self.categories.items()},
        )

    def column(self, name: str) -> Floats:
        """Return one column by name, shape (n,), as the model sees it."""
        place = [spec.name for spec in self.specs].index(name)
        return self.numbers[:, place].astype(np.float64)

    def raw(self, rows: NDArray[np.intp] | slice) -> Floats:
        """Return the values as people read them: logarithms undone; shape (len(rows), k)."""
        numbers = self.numbers[rows].astype(np.float64)
        for place, spec in enumerate(self.specs):
            numbers[:, place] = undone(spec, numbers[:, place])
        return numbers


def undone(spec: Feature, values: Floats) -> Floats:
    """Return values as people read them."""
    if not spec.log:
        return values
    return np.expm1(values) if spec.unit in _FROM_ZERO else np.exp(values)


_FROM_ZERO = {"count", "days"}


def compute_features(trade: Trade, smoothing: float = DEFAULT_SMOOTHING) -> Features:
    """Compute the features of every row of a trade.

    Histories use the findings of ``trade`` that were known before the day of the row; usual values
    use rows of earlier days. Nothing of the row's own day or later is seen.

    Parameters
    ----------
    trade : rows and findings
    smoothing : weight of the overall find rate in a history, in examined items

    Returns
    -------
    Features
    """
    specs = features(smoothing)
    wanted = [spec.indicator for spec in specs if spec.indicator is not None]
    table = compute_indicators(encoded(trade.items), trade.findings, wanted)
    patterns = row_patterns(trade.items)
    columns = [
        transformed(spec, patterns[spec.name])
        if spec.indicator is None
        else transformed(spec, floats(table[spec.indicator.name]))
        for spec in specs
    ]
    numbers = np.stack(columns, axis=1).astype(np.float32)
    return Features(specs, numbers, categories_of(trade.items))


def encoded(items: pa.Table) -> pa.Table:
    """Return the rows with text columns dictionary-encoded, which saves time in every indicator."""
    for place, column in enumerate(items.columns):
        if pa.types.is_string(column.type) and items.column_names[place] != "declaration":
            items = items.set_column(place, items.column_names[place], column.dictionary_encode())
    return items


def floats(column: pa.ChunkedArray) -> Floats:
    """Return a numeric column as float64 with NaN for NULL."""
    plain = column.combine_chunks().cast(pa.float64())
    return np.array(plain.to_numpy(zero_copy_only=False), np.float64)


def transformed(spec: Feature, values: Floats) -> Floats:
    """Return values as the model sees them: logarithms taken."""
    if not spec.log:
        return values
    with np.errstate(divide="ignore", invalid="ignore"):
        if spec.unit in _FROM_ZERO:
            return np.log1p(values)
        return np.where(values > 0, np.log(values), np.nan)


def row_patterns(items: pa.Table) -> dict[str, Floats]:
    """Return what the row's own numbers show: sizes, decimals, zeros, digits; each of shape (n,)."""
    return patterns_of(
        {name: floats(items[name]) for name in NUMBERS},
        _hs_number(items["hs"]),
        (_text(items["origin"]), _text(items["departure"])),
    )


NUMBERS = ("net_mass_kg", "item_price", "statistical_value", "tax_rate")
"""Columns whose numbers show patterns."""


def patterns_of(
    numbers: dict[str, Floats],
    code: Floats,
    way: tuple[NDArray[np.object_], NDArray[np.object_]],
) -> dict[str, Floats]:
    """Return what numbers show; each of shape (n,).

    Parameters
    ----------
    numbers : column of `NUMBERS` -> shape (n,), NaN where empty
    code : first six digits of the HS code as a number, NaN where there is none
    way : origin and departure, "" where empty
    """
    mass, price, statistical, rate = (numbers[name] for name in NUMBERS)
    value = np.where(np.isnan(statistical), price, statistical)
    with np.errstate(divide="ignore", invalid="ignore"):
        unit_value = np.where(mass > 0, value / mass, np.nan)
    origin, departure = way
    known = (origin != "") & (departure != "")
    return {
        "net_mass": mass,
        "value": value,
        "unit_value": unit_value,
        "tax_rate": rate,
        "tax_at_stake": value * rate / 100,
        "rate_broken": np.where(np.isnan(rate), np.nan, rate != np.round(rate)),
        "mass_decimals": decimals(mass),
        "mass_zeros": final_zeros(mass),
        "mass_last": np.round(mass) % 10,
        "mass_first": first_digit(mass),
        "value_whole": np.where(np.isnan(value), np.nan, np.round(value, 2) == np.round(value)),
        "value_zeros": final_zeros(value),
        "value_first": first_digit(value),
        "direct": np.where(known, origin == departure, np.nan),
        "hs_chapter": np.floor(code / 10_000),
        "hs_place": code,
    }


def decimals(values: Floats) -> Floats:
    """Return how many decimals (0 to 3) a number is written with."""
    found = np.full(values.shape, 3.0)
    for places in (2, 1, 0):
        whole = values * 10**places
        found[np.abs(whole - np.round(whole)) < 1e-6 * np.maximum(1.0, np.abs(whole))] = places
    return np.where(np.isnan(values), np.nan, found)


def final_zeros(values: Floats) -> Floats:
    """Return how many zeros (0 to 6) stand at the end of the whole part; 0 for values below 1."""
    whole = np.round(values)
    found = np.zeros(values.shape)
    for power in range(1, 7):
        found += (whole > 0) & (whole % 10**power == 0)
    return np.where(np.isnan(values), np.nan, found)


def first_digit(values: Floats) -> Floats:
    """Return the first digit that is not zero; 0 for zero."""
    positive = values > 0
    with np.errstate(divide="ignore", invalid="ignore"):
        power = np.floor(np.log10(np.where(positive, values, 1.0)))
    digit = np.floor(np.where(positive, values, 0.0) / 10**power + 1e-9)
    return np.where(np.isnan(values), np.nan, digit)


def _text(column: pa.ChunkedArray) -> NDArray[np.object_]:
    plain = column.cast(pa.string()) if pa.types.is_dictionary(column.type) else column
    return np.asarray(
        pc.fill_null(plain, "").combine_chunks().to_numpy(zero_copy_only=False), object
    )


def _hs_number(column: pa.ChunkedArray) -> Floats:
    plain = column.cast(pa.string()) if pa.types.is_dictionary(column.type) else column
    six = pc.utf8_slice_codeunits(plain, 0, 6)
    return pl.Series(six.combine_chunks()).cast(pl.Float64, strict=False).to_numpy().astype(float)


def categories_of(items: pa.Table) -> dict[str, Category]:
    """Return the category columns of rows, dictionary-encoded."""
    return {name: _category(items, name) for name in CATEGORY_COLUMNS}


def _category(items: pa.Table, name: str) -> Category:
    column_name, _, length = name.partition(":")
    column = items[column_name]
    if pa.types.is_floating(column.type):
        texts = pl.Series(column.combine_chunks()).cast(pl.String)
    else:
        plain = column.cast(pa.string()) if pa.types.is_dictionary(column.type) else column
        texts = pl.Series(plain.combine_chunks())
    if length:
        texts = texts.str.slice(0, int(length))
    texts = texts.fill_null("")
    values = texts.unique().sort()
    places = pl.DataFrame({"value": values, "place": np.arange(len(values), dtype=np.int32)})
    codes = texts.to_frame("value").join(places, on="value", how="left", maintain_order="left")
    return Category(codes["place"].to_numpy().astype(np.int32), tuple(values.to_list()))


def combined(parts: Sequence[Category]) -> Category:
    """Return the category of several columns taken together; only combinations that occur."""
    if len(parts) == 1:
        return parts[0]
    codes = np.zeros(len(parts[0].codes), np.int64)
    for part in parts:
        codes = codes * len(part.values) + part.codes
    distinct, places = np.unique(codes, return_inverse=True)
    texts = []
    for code in distinct.tolist():
        rest, pieces = code, []
        for part in reversed(parts):
            rest, place = divmod(rest, len(part.values))
            pieces.append(part.values[place])
        texts.append("|".join(reversed(pieces)))
    return Category(places.astype(np.int32), tuple(texts))
