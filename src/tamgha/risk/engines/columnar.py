"""Profiles over a whole table at once: dictionary codes, leaf masks kept, bits joined.

A text column is asked once per *distinct* value; the answers are then fetched by code. The mask of
every leaf is kept packed (one bit a row), so that after an edit only the changed leaf is computed
anew. See ``planes`` for many profiles in one pass.
"""

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from tamgha.risk.engines.columns_held import Columns
from tamgha.risk.engines.leaf_masks import leaf_mask
from tamgha.risk.engines.planes import Plan
from tamgha.risk.profiles import (
    All,
    Any,
    Condition,
    InList,
    Leaf,
    Node,
    Not,
    ProfileLists,
    without_not,
)

Bits = npt.NDArray[np.uint8]
Mask = npt.NDArray[np.bool_]


class HasReach(Protocol):
    """What the engines ask of a profile: its code, and the tree of the rows that it means."""

    @property
    def code(self) -> str:
        """Name by which its hits are told."""

    @property
    def reach(self) -> Node:
        """Its condition, joined with its office and direction."""


@dataclass(frozen=True, slots=True)
class HitMatrix:
    """Which profiles hit which rows.

    Parameters
    ----------
    codes : the profiles, in the order given
    rows : int, number of rows
    words : tuple of uint64 arrays, each of shape (rows,)
        Bit ``k % 64`` of word ``k // 64`` tells whether profile ``k`` hits the row.
    """

    codes: tuple[str, ...]
    rows: int
    words: tuple[npt.NDArray[np.uint64], ...]

    def hits(self, code: str) -> Mask:
        """Return the rows that one profile hits: shape (rows,)."""
        place = self.codes.index(code)
        word, bit = divmod(place, 64)
        return ((self.words[word] >> np.uint64(bit)) & np.uint64(1)).astype(np.bool_)

    def counts(self) -> dict[str, int]:
        """Return how many rows each profile hits."""
        return {code: int(np.count_nonzero(self.hits(code))) for code in self.codes}

    def any_hit(self) -> Mask:
        """Return the rows that at least one profile hits: shape (rows,)."""
        found = np.zeros(self.rows, dtype=np.bool_)
        for word in self.words:
            found |= word != 0
        return found

    def codes_of(self, row: int) -> list[str]:
        """Return the profiles that hit one row, in the order given."""
        return [
            code
            for place, code in enumerate(self.codes)
            if int(self.words[place // 64][row]) >> (place % 64) & 1
        ]


class ColumnarEvaluator:
    """Answers which rows a condition hits, again and again, on one table.

    Parameters
    ----------
    items : pa.Table, n rows
        Rows of declarations. Text columns may be dictionary-encoded; then no text is copied.
    extra : pa.Table or None
        More columns of the same rows, such as indicators.
    lists : ProfileLists or None
        What ``IN LIST`` refers to.
    keep_bytes : int
        Memory for leaf masks; the least recently used go first. One mask is n / 8 bytes.

    Notes
    -----
    The tables must not change while the evaluator is used. NaN counts as empty, as NULL does.
    """

    def __init__(
        self,
        items: pa.Table,
        extra: pa.Table | None = None,
        *,
        lists: ProfileLists | None = None,
        keep_bytes: int = 256 * 2**20,
    ) -> None:
        if extra is not None and extra.num_rows != items.num_rows:
            raise ValueError(f"{extra.num_rows} extra rows do not fit {items.num_rows} items")
        self._columns = Columns(items, extra)
        self._lists = ProfileLists() if lists is None else lists
        self._masks: OrderedDict[object, Bits] = OrderedDict()
        self._most_masks = max(16, keep_bytes // max(1, (items.num_rows + 7) // 8))
        self._declarations: npt.NDArray[np.int32] | None = None

    @property
    def rows(self) -> int:
        """Number of rows, n."""
        return self._columns.rows

    def use_lists(self, lists: ProfileLists) -> None:
        """Answer ``IN LIST`` by these lists from now on; masks of unchanged lists stay."""
        self._lists = lists

    def hits(self, condition: Condition | Node) -> Mask:
        """Return the rows where a condition is TRUE: shape (n,)."""
        tree = condition.tree if isinstance(condition, Condition) else condition
        bits = self._bits(without_not(tree))
        return np.unpackbits(bits, count=self.rows).view(np.bool_)

    def count(self, condition: Condition | Node) -> int:
        """Return how many rows a condition hits."""
        tree = condition.tree if isinstance(condition, Condition) else condition
        counted = np.bitwise_count(self._bits(without_not(tree)))
        return int(counted.sum(dtype=np.int64))

    def hit_matrix(self, profiles: Sequence[HasReach]) -> HitMatrix:
        """Return which profiles hit which rows, all in one pass over the table."""
        trees = [without_not(profile.reach) for profile in profiles]
        words = Plan(trees, self._lists).hits(self._columns)
        return HitMatrix(tuple(profile.code for profile in profiles), self.rows, tuple(words))

    def declarations_hit(self, hits: Mask) -> Mask:
        """Return the rows of every declaration that has a hit row: shape (n,).

        A declaration is taken to be a run of neighbouring rows with the same number, as in the
        canonical order of a set.
        """
        return self._declarations_marked(hits).take(self._declaration_numbers())

    def count_declarations(self, hits: Mask) -> int:
        """Return how many declarations have a hit row."""
        return int(np.count_nonzero(self._declarations_marked(hits)))

    def _declarations_marked(self, hits: Mask) -> Mask:
        numbers = self._declaration_numbers()
        marked = np.zeros(int(numbers[-1]) + 1 if len(numbers) else 0, np.bool_)
        marked[numbers[np.flatnonzero(hits)]] = True
        return marked

    def _declaration_numbers(self) -> npt.NDArray[np.int32]:
        """Return the number of each row's declaration, counted from 0 in the order of the rows."""
        if self._declarations is None:
            codes = self._columns.text("declaration").codes
            changes = np.zeros(len(codes), np.int32)
            np.cumsum(codes[1:] != codes[:-1], out=changes[1:])
            self._declarations = changes
        return self._declarations

    def _bits(self, node: Node) -> Bits:
        """Return the packed mask of a tree without ``Not``. Nobody may write into it."""
        if isinstance(node, All | Any):
            join = np.bitwise_and if isinstance(node, All) else np.bitwise_or
            found = join(self._bits(node.parts[0]), self._bits(node.parts[1]))
            for part in node.parts[2:]:
                join(found, self._bits(part), out=found)
            return found
        assert not isinstance(node, Not)  # noqa: S101 -- without_not() leaves none
        return self._leaf_bits(node)

    def _leaf_bits(self, leaf: Leaf) -> Bits:
        key: object = leaf
        if isinstance(leaf, InList):
            key = (leaf, self._lists.current(leaf.list_name).digest)
        known = self._masks.get(key)
        if known is not None:
            self._masks.move_to_end(key)
            return known
        bits = np.packbits(leaf_mask(leaf, self._columns, self._lists))
        self._masks[key] = bits
        while len(self._masks) > self._most_masks:
            self._masks.popitem(last=False)
        return bits
