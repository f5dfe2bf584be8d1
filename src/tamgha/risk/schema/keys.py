"""Which declaration and item occur twice: by two independent hashes of 64 bits, kept in memory.

24 bytes a row. Two different keys agree in both hashes about once in 10^24 pairs.
"""

from collections.abc import Iterable

import numpy as np
import polars as pl

SEEDS = (0x7A3D_11C5, 0x1F0B_42E9)
AT_ONCE = 262_144
SPREAD = (np.uint64(0x9E37_79B9_7F4A_7C15), np.uint64(0xC2B2_AE3D_27D4_EB4F))


def key_hashes(declaration: pl.Series, item: pl.Series) -> tuple[np.ndarray, np.ndarray]:
    """Return two hashes of declaration and item, each of shape (rows,), dtype uint64."""
    numbers = item.fill_null(0).to_numpy().astype(np.uint64)
    first, second = (
        declaration.hash(seed).to_numpy() ^ (numbers * spread)
        for seed, spread in zip(SEEDS, SPREAD, strict=True)
    )
    return first, second


class Keys:
    """The keys of a file's rows."""

    def __init__(self) -> None:
        self._lines: list[np.ndarray] = []
        self._first: list[np.ndarray] = []
        self._second: list[np.ndarray] = []
        self._good: list[np.ndarray] = []
        self._refused: list[pl.DataFrame] = []
        self._versions: list[np.ndarray] = []

    def add(self, rows: pl.DataFrame, lines: np.ndarray, good: pl.Series) -> None:
        """Take the keys of a batch, also of rows that are refused for another reason."""
        given = (rows["declaration"].is_not_null() & rows["item"].is_not_null()).to_numpy()
        first, second = key_hashes(rows["declaration"], rows["item"])
        whole = bool(given.all())
        self._lines.append(lines if whole else lines[given])
        self._first.append(first if whole else first[given])
        self._second.append(second if whole else second[given])
        if not good.all():
            self._refused.append(rows.filter(~good).select("line", "declaration"))
        flags = good.to_numpy()
        self._good.append(flags if whole else flags[given])
        if "version" in rows.columns:
            numbers = rows["version"].fill_null(0).to_numpy().astype(np.uint64)
            self._versions.append(numbers if whole else numbers[given])

    def arrays(self) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Return (lines, first hash, second hash), each of shape (keys,); versions are left aside."""
        if not self._lines:
            empty = np.empty(0, np.uint64)
            return np.empty(0, np.int64), empty, empty
        return _whole(self._lines), _whole(self._first), _whole(self._second)

    @property
    def refused(self) -> pl.DataFrame:
        """Line and declaration of the rows that have another fault."""
        if not self._refused:
            return pl.DataFrame(schema={"line": pl.Int64, "declaration": pl.String})
        return pl.concat(self._refused)

    def repeated_lines(self) -> tuple[np.ndarray, np.ndarray]:
        """Return the lines whose key stands on an earlier line, ascending, and those lines."""
        lines, first, second = self.arrays()
        if self._versions:
            first = first ^ (_whole(self._versions) * SPREAD[1])
        twice = _repeated(first)
        if not len(twice):
            return np.empty(0, np.int64), np.empty(0, np.int64)
        seen: dict[tuple[int, int], int] = {}
        repeated, earlier = [], []
        for place in np.flatnonzero(is_among(first, twice)):
            key = (int(first[place]), int(second[place]))
            if key in seen:
                repeated.append(int(lines[place]))
                earlier.append(seen[key])
            seen.setdefault(key, int(lines[place]))
        return np.array(repeated, np.int64), np.array(earlier, np.int64)

    def lines_of(self, others: Iterable[tuple[np.ndarray, np.ndarray]]) -> np.ndarray:
        """Return the lines whose key is among the others', ascending."""
        lines, hits = self._among(others)
        return np.sort(lines[hits])

    def strangers_to(self, others: Iterable[tuple[np.ndarray, np.ndarray]]) -> np.ndarray:
        """Return the lines whose key is not among the others', ascending."""
        lines, hits = self._among(others)
        return np.sort(lines[~hits])

    def versions_of(self, others: dict[tuple[int, int], set[int]]) -> np.ndarray:
        """Return the lines whose key and version are among the others', ascending."""
        if not self._versions:
            return np.empty(0, np.int64)
        lines, first, second = self.arrays()
        versions = _whole(self._versions)
        hits = [
            int(line)
            for line, one, two, version in zip(lines, first, second, versions, strict=True)
            if int(version) in others.get((int(one), int(two)), ())
        ]
        return np.array(sorted(hits), np.int64)

    def _among(
        self, others: Iterable[tuple[np.ndarray, np.ndarray]]
    ) -> tuple[np.ndarray, np.ndarray]:
        lines, first, second = self.arrays()
        hits = np.zeros(len(lines), bool)
        for their_first, their_second in others:
            near = np.flatnonzero(is_among(first, np.sort(their_first)))
            if len(near):
                near = near[is_among(second[near], np.sort(their_second))]
            hits[near] = True
        return lines, hits

    def count_good(self, lines: np.ndarray) -> int:
        """Return how many of the lines had no other fault."""
        if not self._lines:
            return 0
        return int((is_among(_whole(self._lines), np.sort(lines)) & _whole(self._good)).sum())


def is_among(values: np.ndarray, ranked: np.ndarray) -> np.ndarray:
    """Mark the values that stand among sorted ones; ``np.isin`` would sort the many, not the few."""
    marks = np.zeros(len(values), bool)
    if not len(ranked):
        return marks
    for start in range(0, len(values), AT_ONCE):
        some = values[start : start + AT_ONCE]
        places = np.minimum(np.searchsorted(ranked, some), len(ranked) - 1)
        marks[start : start + AT_ONCE] = ranked[places] == some
    return marks


def _repeated(hashes: np.ndarray) -> np.ndarray:
    """Return the hashes that occur twice, ascending; a sixteenth is sorted at a time."""
    top = hashes.astype("<u8", copy=False).view(np.uint8)[7::8] >> 4
    found = []
    for sixteenth in range(16):
        ranked = np.sort(hashes[top == sixteenth])
        found.append(ranked[1:][ranked[1:] == ranked[:-1]])
    return np.concatenate(found)


def _whole(pieces: list[np.ndarray]) -> np.ndarray:
    if len(pieces) > 1:
        pieces[:] = [np.concatenate(pieces)]
    return pieces[0]
