"""A whole world: its rows, its findings, and the truth that nobody in it knows."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from tamgha.risk.schema import FINDING_SCHEMA, ITEM_SCHEMA, DeclarationSet, write_set
from tamgha.risk.simulator.boxes import CURRENCY, Assessed, Lodged, assess, numbers, rows_of_week
from tamgha.risk.simulator.conduct import NO_SCHEME, Quota, declare
from tamgha.risk.simulator.examination import Selection, findings_of_week, select
from tamgha.risk.simulator.goods import catalogue
from tamgha.risk.simulator.market import Market, open_market
from tamgha.risk.simulator.places import COUNTRY_CODES, TIMEZONE
from tamgha.risk.simulator.plan import SCHEME_KINDS, WorldPlan, refuse_faults
from tamgha.risk.simulator.streams import Flags, Floats
from tamgha.risk.simulator.text import chosen, repeated
from tamgha.risk.simulator.trade import cents, declarations_of_week, items_of_week

FIRST_DAY = date(2024, 1, 1)
TRUTH_FILE = "truth.parquet"
TRADERS_FILE = "truth_traders.parquet"

TRUTH_SCHEMA = pa.schema(
    [
        ("declaration", pa.string()),
        ("item", pa.int32()),
        ("scheme", pa.string()),
        ("true_hs", pa.string()),
        ("true_origin", pa.string()),
        ("true_price", pa.float64()),
        ("true_value", pa.float64()),
        ("true_rate", pa.float64()),
        ("true_duty", pa.float64()),
        ("duty_evaded", pa.float64()),
        ("inclusion", pa.float64()),
    ]
)
"""Schema of the truth, one row per item: ``scheme`` is NULL where the item is compliant, the
``true_`` columns say what should have been declared (USD; rate in per cent), ``duty_evaded`` is
true duty less declared duty, ``inclusion`` the probability with which the declaration was bound to
be examined."""


@dataclass(frozen=True, slots=True)
class World:
    """A simulated world.

    Parameters
    ----------
    seed : the number that it grew from
    plan : what it was asked to be
    items : rows of ITEM_SCHEMA in canonical order
    findings : rows of FINDING_SCHEMA, every version
    truth : rows of TRUTH_SCHEMA, aligned with ``items``
    traders : firms: code, name, first day, last day, scheme (NULL for the honest), propensity
    """

    seed: int
    plan: WorldPlan
    items: pa.Table
    findings: pa.Table
    truth: pa.Table
    traders: pa.Table

    @property
    def name(self) -> str:
        """A name for the set, the same for the same seed and size."""
        return f"simulated-{self.seed}-{len(self.items)}"

    def content_hash(self) -> str:
        """Return a SHA-256 of all values of the world: same seed and plan, same hash, anywhere."""
        digest = hashlib.sha256()
        for table in (self.items, self.findings, self.truth, self.traders):
            for field in table.schema:
                digest.update(f"{field.name}:{field.type};".encode())
                _feed(digest, table[field.name])
        return digest.hexdigest()

    def write(self, path: Path | str, *, name: str = "") -> DeclarationSet:
        """Write items and findings as a set marked simulated, and the truth beside its parts.

        Parameters
        ----------
        path : a folder that does not exist, or is empty
        name : of the set; by default ``self.name``

        Raises
        ------
        SetError
            If the folder holds something already.
        """
        written = write_set(
            path,
            self.items,
            self.findings,
            name=name or self.name,
            simulated=True,
            currency=CURRENCY,
            timezone=TIMEZONE,
            has_random_stratum=self.plan.random_rate > 0,
        )
        _write_beside(Path(path) / TRUTH_FILE, self.truth)
        _write_beside(Path(path) / TRADERS_FILE, self.traders)
        return written


def read_truth(path: Path | str) -> pa.Table:
    """Return the truth that ``World.write`` left in a set's folder, aligned with its items."""
    return pq.read_table(Path(path) / TRUTH_FILE)


def simulate(
    seed: int,
    *,
    declarations: int = 20_000,
    start: date = FIRST_DAY,
    weeks: int = 52,
    plan: WorldPlan | None = None,
) -> World:
    """Return a trading world with known truth.

    The same arguments give the same values on every machine.

    Parameters
    ----------
    seed : int >= 0
    declarations : int >= 1
        In all; each has one to eight items, two on average.
    start : first day of trade, from 2022 to 2040
    weeks : 1 to 520
    plan : rates, schemes, examinations; None for ``WorldPlan()``

    Returns
    -------
    World

    Raises
    ------
    RefusedError
        With every fault of the request at once.

    Examples
    --------
    >>> world = simulate(7, declarations=500, weeks=4)
    >>> world.items.num_rows == world.truth.num_rows
    True
    """
    plan = plan or WorldPlan()
    refuse_faults(plan, seed=seed, declarations=declarations, start=start, weeks=weeks)
    market = open_market(plan, seed=seed, declarations=declarations, start=start, weeks=weeks)
    batches: tuple[list[pa.RecordBatch], ...] = ([], [], [])
    for one in _weeks(market, declarations):
        for batch, place in zip(one, batches, strict=True):
            place.append(batch)
    schemas = (ITEM_SCHEMA, FINDING_SCHEMA, TRUTH_SCHEMA)
    items, findings, truth = (
        pa.Table.from_batches(batch, schema) for batch, schema in zip(batches, schemas, strict=True)
    )
    return World(seed, plan, items, findings, truth, _traders(market))


def _weeks(market: Market, declarations: int) -> Iterator[tuple[pa.RecordBatch, ...]]:
    """Yield (items, findings, truth) week by week; memory beside them does not grow."""
    quota, first = Quota(market), 0
    for week in range(market.weeks):
        last = declarations * (week + 1) // market.weeks
        if last > first:
            yield _week(market, week, quota, first, last)
        first = last


def _week(
    market: Market, week: int, quota: Quota, first: int, last: int
) -> tuple[pa.RecordBatch, ...]:
    """Return one week: trade as it is, what is declared of it, what the office looked at."""
    declared = declarations_of_week(market, week, last - first)
    items = items_of_week(market, week, declared)
    said = declare(market, week, declared, items, quota)
    told = assess(declared, items, good=said.good, price=said.price, preference=said.preference)
    true = assess(declared, items, good=items.good, price=items.price, preference=items.preference)
    evaded = np.maximum(0.0, cents(true.duty - told.duty))
    lodged = Lodged(declared, items, said, told, numbers(declared, first + 1))
    selection = select(market, week, lodged)
    return (
        rows_of_week(market, week, lodged),
        findings_of_week(market, week, lodged, selection, evaded=evaded),
        _truth(market, lodged, selection, true=true, evaded=evaded),
    )


def _truth(
    market: Market, lodged: Lodged, selection: Selection, *, true: Assessed, evaded: Floats
) -> pa.RecordBatch:
    items, scheme = lodged.items, lodged.said.scheme
    honest: Flags = scheme == NO_SCHEME
    columns = {
        "declaration": repeated(lodged.number, items.row),
        "item": pa.array(items.number, pa.int32()),
        "scheme": chosen(SCHEME_KINDS, np.where(honest, 0, scheme), honest),
        "true_hs": catalogue().codes.take(pa.array(items.good)),
        "true_origin": chosen((*COUNTRY_CODES, market.plan.home), items.origin),
        "true_price": pa.array(items.price),
        "true_value": pa.array(true.value),
        "true_rate": pa.array(true.rate),
        "true_duty": pa.array(true.duty),
        "duty_evaded": pa.array(evaded),
        "inclusion": pa.array(selection.inclusion[items.row]),
    }
    return pa.RecordBatch.from_arrays(
        [columns[name] for name in TRUTH_SCHEMA.names], schema=TRUTH_SCHEMA
    )


def _traders(market: Market) -> pa.Table:
    firms = market.firms
    honest: Flags = firms.scheme == NO_SCHEME
    start = market.first_day(0)
    propensity: Floats = firms.propensity
    return pa.table(
        {
            "code": firms.codes,
            "name": firms.names,
            "first_day": pa.array((firms.born + start).astype(np.int32), pa.date32()),
            "last_day": pa.array((firms.died + start).astype(np.int32), pa.date32()),
            "scheme": chosen(SCHEME_KINDS, np.where(honest, 0, firms.scheme), honest),
            "propensity": pa.array(propensity),
        }
    )


def _write_beside(path: Path, table: pa.Table) -> None:
    """Write a table under a temporary name, then rename it: it is whole or not there."""
    unfinished = path.with_name(f".{path.name}.new")
    pq.write_table(table, unfinished, compression="zstd")
    unfinished.replace(path)


def _feed(digest: "hashlib._Hash", column: pa.ChunkedArray) -> None:
    """Add a column's values to a digest, apart from how Arrow happens to lay them out."""
    digest.update(pc.is_null(column).to_numpy().tobytes())
    if pa.types.is_string(column.type):
        lengths = pc.binary_length(column).fill_null(0).to_numpy()
        digest.update(lengths.astype("<i4").tobytes())
        for chunk in column.chunks:
            digest.update("".join(chunk.drop_null().to_pylist()).encode())
        return
    plain = column.cast(pa.int64()) if pa.types.is_timestamp(column.type) else column
    plain = plain.cast(pa.int32()) if pa.types.is_date32(column.type) else plain
    if plain.null_count:
        plain = plain.fill_null(False if pa.types.is_boolean(plain.type) else 0)
    values = plain.to_numpy()
    digest.update(values.astype(values.dtype.newbyteorder("<")).tobytes())
