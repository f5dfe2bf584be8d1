"""What a model learns from: rows, what examinations found, and when that became known."""

import hashlib
from dataclasses import dataclass, replace
from datetime import date

import numpy as np
import polars as pl
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from tamgha.risk.schema import FINDING_SCHEMA, DeclarationSet
from tamgha.risk.scoring.errors import ScoringError
from tamgha.shared.words import Words

EPOCH = date(1970, 1, 1)
GOODS_TUPLE = ("hs:6", "departure", "origin", "tax_rate", "tax_type", "net_mass_kg")
"""What makes two rows the same goods. Rows that share it never stand on both sides of a test."""


@dataclass(frozen=True, slots=True)
class Trade:
    """Rows of a set with their findings.

    Parameters
    ----------
    items : rows of ``schema.ITEM_SCHEMA`` in canonical order (by lodged, declaration, item)
    findings : every version of every finding, ``schema.FINDING_SCHEMA``
    name : of the set
    simulated : made by a simulator
    has_random_stratum : whether a random share of all trade was examined
    currency : of amounts, "" when nobody said
    """

    items: pa.Table
    findings: pa.Table
    name: str = ""
    simulated: bool = False
    has_random_stratum: bool = False
    currency: str = ""

    @classmethod
    def of(cls, given: "DeclarationSet | Trade") -> "Trade":
        """Read a set whole; a trade comes back as it is."""
        if isinstance(given, Trade):
            return given
        told = given.manifest
        return cls(
            given.items(),
            given.all_findings(),
            told.name,
            told.simulated,
            told.has_random_stratum,
            told.currency,
        )

    @property
    def days(self) -> NDArray[np.int64]:
        """Shape (n,): day of lodging, counted from 1970-01-01."""
        days = self.items["day"].combine_chunks().cast(pa.int32())
        return np.asarray(days.to_numpy(zero_copy_only=False), np.int64)

    def known_by(self, day: date | None) -> "Trade":
        """Return the trade with only those findings that were known on ``day`` or before."""
        if day is None:
            return self
        known = pc.less_equal(self.findings["known"], pa.scalar(day, pa.date32()))
        return replace(self, findings=self.findings.filter(known))

    def learning_only(self, rows: NDArray[np.bool_]) -> "Trade":
        """Return the trade with only the findings of ``rows``, shape (n,); all rows stay.

        What is cut away can then reach neither an encoding nor a history.
        """
        keys = self.items.select(["declaration", "item"]).filter(pa.array(rows))
        kept = self.findings.join(keys, keys=["declaration", "item"], join_type="left semi")
        order = [("declaration", "ascending"), ("item", "ascending"), ("version", "ascending")]
        return replace(self, findings=kept.sort_by(order))

    def outcomes(self) -> "Outcome":
        """Return what is known of each row, by its latest version."""
        keys = pl.DataFrame(
            {name: pl.Series(self.items[name].to_pylist()) for name in ("declaration", "item")},
            schema={"declaration": pl.String, "item": pl.Int32},
        )
        told = pl.DataFrame(self.findings.cast(FINDING_SCHEMA)).select(
            "declaration",
            "item",
            "version",
            (pl.col("found") & (pl.col("state") != "overturned")).alias("found"),
            pl.col("known").cast(pl.Int32),
            "way",
            "inclusion",
        )
        last = told.sort("declaration", "item", "version").unique(
            ["declaration", "item"], keep="last", maintain_order=True
        )
        joined = keys.join(last, on=["declaration", "item"], how="left", maintain_order="left")
        return Outcome(
            examined=joined["found"].is_not_null().to_numpy(),
            found=joined["found"].fill_null(value=False).to_numpy(),
            known=joined["known"].fill_null(np.iinfo(np.int32).max).to_numpy().astype(np.int64),
            random=(joined["way"] == "random").fill_null(value=False).to_numpy(),
            inclusion=joined["inclusion"].cast(pl.Float64).fill_null(np.nan).to_numpy(),
        )

    def fingerprint(self) -> str:
        """Return the SHA-256 of all rows and findings: same data, same text."""
        digest = hashlib.sha256()
        for table in (self.items, self.findings):
            for name, column in zip(table.column_names, table.columns, strict=True):
                digest.update(name.encode())
                digest.update(_plain_bytes(column))
        return digest.hexdigest()

    def day_of(self, number: int) -> date:
        """Return the day that is ``number`` days after 1970-01-01."""
        return date.fromordinal(EPOCH.toordinal() + int(number))


def _plain_bytes(column: pa.ChunkedArray) -> bytes:
    """Return the bytes of a column's values and of its gaps, the same on every machine."""
    if pa.types.is_dictionary(column.type):
        column = column.cast(column.type.value_type)
    gaps = np.asarray(column.is_null().combine_chunks().to_numpy(zero_copy_only=False), bool)
    if pa.types.is_string(column.type):
        texts = pc.fill_null(column, "").to_pylist()
        return gaps.tobytes() + "\x1f".join(texts).encode()
    plain = (
        column.cast(pa.int64())
        if pa.types.is_temporal(column.type) and not pa.types.is_date32(column.type)
        else column
    )
    if pa.types.is_date32(column.type):
        plain = column.cast(pa.int32())
    numbers = pl.Series(plain.combine_chunks()).cast(pl.Float64).fill_null(0.0).to_numpy()
    return gaps.tobytes() + np.ascontiguousarray(numbers, "<f8").tobytes()


@dataclass(frozen=True, slots=True)
class Outcome:
    """What is known of each row; every array has shape (n,).

    Parameters
    ----------
    examined : bool
    found : bool, False where not examined
    known : day from 1970-01-01 on which the latest version became known; very large if never
    random : examined by the random draw
    inclusion : probability of examination in (0, 1]; NaN where unknown
    """

    examined: NDArray[np.bool_]
    found: NDArray[np.bool_]
    known: NDArray[np.int64]
    random: NDArray[np.bool_]
    inclusion: NDArray[np.float64]


def goods_of(items: pa.Table) -> NDArray[np.int64]:
    """Return a number for each row's goods, equal where the goods tuple is equal; shape (n,)."""
    parts: dict[str, pa.ChunkedArray] = {}
    for name in GOODS_TUPLE:
        column = items[name.split(":")[0]]
        if pa.types.is_dictionary(column.type):
            column = column.cast(pa.string())
        if name.endswith(":6"):
            column = pc.utf8_slice_codeunits(column, 0, 6)
        parts[name] = column
    frame = pl.DataFrame(pa.table(parts))
    ranked = frame.select(pl.struct(pl.all()).rank("dense").alias("goods"))
    return ranked["goods"].to_numpy().astype(np.int64)


def refuse_unlearnable(found: NDArray[np.bool_], least: int = 30) -> None:
    """Refuse outcomes from which nothing can be learnt.

    Parameters
    ----------
    found : shape (n,), results of the examined rows that may be learnt from
    least : finds, and as many clean results, that are needed

    Raises
    ------
    ScoringError
        With what came and what it takes.
    """
    finds, clean = int(found.sum()), int(found.size - found.sum())
    if finds == 0 or clean == 0:
        raise ScoringError(
            Words(
                f"A model needs examined items with a find and without; {found.size} examined items "
                f"came, {finds} with a find. Bring findings of clean examinations too.",
                f"Модели нужны досмотренные товары и с выявленным нарушением, и без него; "
                f"досмотренных товаров {found.size}, из них с нарушением {finds}. "
                f"Загрузите и результаты досмотров без нарушений.",
            )
        )
    if finds < least or clean < least:
        raise ScoringError(
            Words(
                f"A model needs at least {least} finds and {least} clean results; "
                f"{finds} finds and {clean} clean results came. Wait for more results, "
                f"or take a longer period.",
                f"Модели нужно не менее {least} выявленных нарушений и {least} результатов без "
                f"нарушений; есть {finds} и {clean}. Дождитесь новых результатов или возьмите "
                f"более длинный период.",
            )
        )
