"""Findings as the indicator engine reads them: which row, known when, corrected by what."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl
import pyarrow as pa
import pyarrow.compute as pc

from tamgha.risk.engines.indicators_rows import Flags, Ints, Rows, combined
from tamgha.risk.engines.indicators_tally import Additions, together
from tamgha.risk.indicators import Key


@dataclass(frozen=True, slots=True)
class Versions:
    """Versions of findings.

    Parameters
    ----------
    row : shape (n,), number of the row each belongs to
    known : shape (n,), days
    version : shape (n,)
    found : shape (n,); False for an overturned finding
    """

    row: Ints
    known: Ints
    version: Ints
    found: Flags

    def of(self, chosen: Flags | Ints) -> "Versions":
        """Return some of them."""
        return Versions(
            self.row[chosen], self.known[chosen], self.version[chosen], self.found[chosen]
        )


def joined(parts: list[Versions]) -> Versions:
    """Put versions together."""
    return Versions(
        np.concatenate([one.row for one in parts]),
        np.concatenate([one.known for one in parts]),
        np.concatenate([one.version for one in parts]),
        np.concatenate([one.found for one in parts]),
    )


def read_versions(findings: pa.Table, row: Ints) -> Versions:
    """Return the findings that belong to a row (``row`` >= 0)."""
    found = pc.fill_null(combined(findings["found"]), False)  # noqa: FBT003 -- the fill value
    if "state" in findings.column_names:
        state = combined(findings["state"]).cast(pa.string())
        found = pc.and_(found, pc.fill_null(pc.not_equal(state, "overturned"), True))  # noqa: FBT003 -- the fill value
    if "version" in findings.column_names:
        version = combined(findings["version"]).cast(pa.int64()).to_numpy(zero_copy_only=False)
    else:
        version = np.ones(len(row), np.int64)
    known = combined(findings["known"]).cast(pa.date32()).cast(pa.int32()).to_numpy()
    whole = Versions(
        row, known.astype(np.int64), version, found.to_numpy(zero_copy_only=False).astype(np.bool_)
    )
    return whole if (row >= 0).all() else whole.of(row >= 0)


def locate(items: pa.Table, findings: pa.Table) -> Ints:
    """Return for each finding the place of its row among ``items``, -1 for none."""
    if findings.num_rows == items.num_rows and all(
        combined(findings[name]).equals(
            combined(items[name]).cast(findings.schema.field(name).type)
        )
        for name in ("declaration", "item")
    ):
        return np.arange(items.num_rows)
    left = _named(findings)
    right = _named(items).with_row_index("row")
    found = left.join(right, on=["declaration", "item"], how="left", maintain_order="left")
    return found["row"].cast(pl.Int64).fill_null(-1).to_numpy()


def _named(table: pa.Table) -> pl.DataFrame:
    return pl.DataFrame(
        {
            "declaration": pl.Series(combined(table["declaration"]).cast(pa.large_string())),
            "item": pl.Series(combined(table["item"]).cast(pa.int32())),
        }
    )


def finding_additions(
    versions: Versions, row_day: Ints, delay_days: int, window_days: int | None
) -> tuple[Ints, Additions]:
    """Return what findings add to the numbers of examined and found items, and when.

    On a day D the version with the highest number among those with ``known + max(delay, 1) <= D``
    counts; with a window, as long as the first of them became usable less than that many days ago.

    Parameters
    ----------
    versions : findings
    row_day : shape (n,), day of the row of each
    delay_days, window_days : of the indicator

    Returns
    -------
    rows : shape (m,), the row that each addition belongs to
    additions : to (examined, found); slots are all 0
    """
    usable = np.maximum(versions.known + max(delay_days, 1), row_day + 1)
    if _all_differ(versions.row):
        rows, day, found = versions.row, usable, versions.found.astype(np.int64)
        examined = np.ones(len(rows), np.int64)
        first, last_found, last_rows = usable, found, rows
    else:
        rows, day, examined, found, first, last_found, last_rows = _corrected(
            versions, usable, window_days
        )
    parts = [_dated(rows, day, examined, found)]
    if window_days is not None:
        gone = np.full(len(first), -1, np.int64)
        parts.append(_dated(last_rows, first + window_days, gone, -last_found))
    whole = together(parts)
    row_of, *amounts = whole.amounts
    return row_of, Additions(whole.day, whole.slot, tuple(amounts))


def _all_differ(rows: Ints) -> bool:
    seen = np.zeros(int(rows.max(initial=-1)) + 1, np.bool_)
    seen[rows] = True
    return int(np.count_nonzero(seen)) == len(rows)


def _dated(rows: Ints, day: Ints, examined: Ints, found: Ints) -> Additions:
    order = np.argsort(day, kind="stable")
    return Additions(
        day[order].astype(np.int32),
        np.zeros(len(day), np.int32),
        (rows[order], examined[order], found[order]),
    )


def _corrected(versions: Versions, usable: Ints, window_days: int | None) -> tuple[Ints, ...]:
    """Turn several versions per row into additions: the first counts, each later one corrects."""
    order = np.lexsort((versions.version, usable, versions.row))
    row, day, version = versions.row[order], usable[order], versions.version[order]
    found = versions.found[order].astype(np.int64)
    begins = _begins(row)
    ranked = np.cumsum(begins) * (1 << 32) + version
    highest = np.maximum.accumulate(ranked)
    counts = begins.copy()
    counts[1:] |= highest[1:] > highest[:-1]
    first = np.repeat(day[begins], np.diff(np.append(np.flatnonzero(begins), len(row))))
    if window_days is not None:
        counts &= day < first + window_days
    row, day, found, first = row[counts], day[counts], found[counts], first[counts]
    begins = _begins(row)
    before = np.where(begins, 0, np.roll(found, 1))
    ends = np.append(begins[1:], True)
    return row, day, begins.astype(np.int64), found - before, first[ends], found[ends], row[ends]


def _begins(row: Ints) -> npt.NDArray[np.bool_]:
    begins = np.ones(len(row), np.bool_)
    begins[1:] = row[1:] != row[:-1]
    return begins


class Grown:
    """An array that grows at its end without being copied each time."""

    def __init__(self, dtype: type) -> None:
        self._room: npt.NDArray[np.generic] = np.empty(0, dtype)
        self.count = 0

    def extend(self, values: npt.NDArray[np.generic]) -> None:
        """Add values."""
        whole = self.count + len(values)
        if whole > len(self._room):
            room = np.empty(max(whole, len(self._room) * 5 // 4), self._room.dtype)
            room[: self.count] = self._room[: self.count]
            self._room = room
        self._room[self.count : whole] = values
        self.count = whole

    @property
    def values(self) -> npt.NDArray[np.generic]:
        """The values so far."""
        return self._room[: self.count]


class RowBook:
    """Where rows of earlier tables stand, so that findings which come later find theirs.

    Rows are found by a 64-bit fingerprint of (declaration, item); the names themselves are kept
    beside it and compared.
    """

    def __init__(self) -> None:
        self._tables: list[tuple[npt.NDArray[np.uint64], Ints, pa.Table]] = []
        self._offsets: list[int] = []
        self.count = 0
        self.days = Grown(np.int32)
        self.seen = Grown(np.bool_)
        self.slots: dict[tuple[Key, ...], Grown] = {}
        self.versions: list[Versions] = []

    def enter(self, rows: Rows) -> None:
        """Take up the rows of a table."""
        names = rows.table.select(["declaration", "item"])
        prints = _prints(names)
        order = np.argsort(prints, kind="stable")
        self._tables.append((prints[order], order, names))
        self._offsets.append(self.count)
        self.count += rows.count
        self.days.extend(rows.day)
        self.seen.extend(np.zeros(rows.count, np.bool_))

    def enter_slots(self, keys: tuple[Key, ...], slots: npt.NDArray[np.int32]) -> None:
        """Take up the groups of the rows last entered."""
        kept = self.slots.setdefault(keys, Grown(np.int32))
        if kept.count < self.count:
            kept.extend(slots)

    def find(self, findings: pa.Table) -> Ints:
        """Return the number of each finding's row, -1 for none."""
        result = np.full(findings.num_rows, -1, np.int64)
        names = findings.select(["declaration", "item"])
        prints = _prints(names)
        near = np.argsort(prints)
        for offset, (known, order, own) in zip(self._offsets, self._tables, strict=True):
            if not len(known):
                continue
            at = np.empty(len(prints), np.int64)
            at[near] = np.searchsorted(known, prints[near])
            np.minimum(at, len(known) - 1, out=at)
            hit = np.flatnonzero(known[at] == prints)
            place = order[at[hit]]
            same = _same(names.take(pa.array(hit)), own.take(pa.array(place)))
            result[hit[same]] = offset + place[same]
        return result

    def record(self, versions: Versions) -> tuple[Versions, Versions]:
        """Take up versions; return those that stand before for the same rows, and the new ones."""
        touched = self.seen.values[versions.row].astype(np.bool_)
        before = versions.of(np.zeros(len(versions.row), np.bool_))
        if touched.any():
            known = joined(self.versions)
            before = known.of(np.isin(known.row, versions.row[touched]))
        self.seen.values[versions.row] = True
        self.versions.append(versions)
        return before, versions


def _prints(names: pa.Table) -> npt.NDArray[np.uint64]:
    frame = _named(names)
    spread = np.uint64(0x9E3779B97F4A7C15)
    with np.errstate(over="ignore"):
        return frame["declaration"].hash(17).to_numpy() ^ (
            frame["item"].cast(pl.UInt64).to_numpy() * spread
        )


def _same(one: pa.Table, other: pa.Table) -> Flags:
    text = pc.equal(
        combined(one["declaration"]).cast(pa.string()),
        combined(other["declaration"]).cast(pa.string()),
    )
    number = pc.equal(
        combined(one["item"]).cast(pa.int32()), combined(other["item"]).cast(pa.int32())
    )
    both = pc.fill_null(pc.and_(text, number), False)  # noqa: FBT003 -- the fill value
    return np.asarray(both.to_numpy(zero_copy_only=False), np.bool_)
