"""One leaf over a whole column: where it is TRUE."""

from collections.abc import Callable
from datetime import date

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from tamgha.risk.engines.columns_held import Columns, TextColumn
from tamgha.risk.profiles import (
    All,
    Any,
    Between,
    Compare,
    InList,
    Leaf,
    Like,
    Missing,
    NamedList,
    Node,
    OneOf,
    ProfileLists,
    Term,
    Value,
)

Mask = npt.NDArray[np.bool_]
EPOCH = date(1970, 1, 1).toordinal()
_TEXT_COMPARISONS: dict[str, Callable[..., pa.Array]] = {
    "=": pc.equal,
    "<>": pc.not_equal,
    "<": pc.less,
    "<=": pc.less_equal,
    ">": pc.greater,
    ">=": pc.greater_equal,
}
_COMPARISONS: dict[str, np.ufunc] = {
    "=": np.equal,
    "<>": np.not_equal,
    "<": np.less,
    "<=": np.less_equal,
    ">": np.greater,
    ">=": np.greater_equal,
}


def leaf_mask(leaf: Leaf, columns: Columns, lists: ProfileLists) -> Mask:
    """Return where a leaf is TRUE: shape (n,)."""
    if isinstance(leaf, Compare) and isinstance(leaf.other, Term):
        return _two_columns(leaf, leaf.other, columns)
    if columns.is_text_term(leaf.term):
        column = columns.text(leaf.term.column, leaf.term)
        return value_table(leaf, column, lists).take(column.codes)
    return number_mask(leaf, columns.numbers(leaf.term))


def tree_mask(tree: Node, columns: Columns, lists: ProfileLists) -> Mask:
    """Return where a tree without ``Not`` is TRUE: shape (n,)."""
    if isinstance(tree, All | Any):
        join = np.logical_and if isinstance(tree, All) else np.logical_or
        found = tree_mask(tree.parts[0], columns, lists)
        for part in tree.parts[1:]:
            found = join(found, tree_mask(part, columns, lists))
        return found
    return leaf_mask(tree, columns, lists)  # type: ignore[arg-type]  # without Not a leaf is left


# -- text ------------------------------------------------------------------------------------------


def value_table(leaf: Leaf, column: TextColumn, lists: ProfileLists) -> Mask:
    """Return where a leaf is TRUE over the distinct values, the empty field last: shape (k + 1,)."""
    if isinstance(leaf, Missing):
        found = np.full(len(column.values) + 1, leaf.negated)
        found[-1] = not leaf.negated
        return found
    found = np.zeros(len(column.values) + 1, np.bool_)
    found[:-1] = _over_values(leaf, column.values, lists)
    if not isinstance(leaf, Compare) and leaf.negated:
        np.logical_not(found[:-1], out=found[:-1])
    return found


def _over_values(leaf: Leaf, values: pa.Array, lists: ProfileLists) -> Mask:
    """Return where a text leaf holds, its negation left aside: shape (k,)."""
    if isinstance(leaf, Compare):
        found = _TEXT_COMPARISONS[leaf.operator](values, pa.scalar(leaf.other, pa.string()))
    elif isinstance(leaf, Between):
        above = pc.greater_equal(values, pa.scalar(leaf.low, pa.string()))
        found = pc.and_(above, pc.less_equal(values, pa.scalar(leaf.high, pa.string())))
    elif isinstance(leaf, OneOf):
        found = pc.is_in(values, pa.array(leaf.values, pa.string()))
    elif isinstance(leaf, InList):
        return _on_list(values, lists.current(leaf.list_name))
    else:
        assert isinstance(leaf, Like)  # noqa: S101 -- the last of the leaves over text
        look = {"begins": pc.starts_with, "ends": pc.ends_with, "contains": pc.match_substring}
        found = look[leaf.pattern](values, leaf.text)
    return np.asarray(found.to_numpy(zero_copy_only=False), dtype=np.bool_)


def _on_list(values: pa.Array, named: NamedList) -> Mask:
    if not named.by_beginning:
        found = pc.is_in(values, pa.array(named.values, pa.string()))
        return np.asarray(found.to_numpy(zero_copy_only=False), dtype=np.bool_)
    mask = np.zeros(len(values), np.bool_)
    for size in sorted({len(entry) for entry in named.values}):
        entries = pa.array([entry for entry in named.values if len(entry) == size], pa.string())
        found = pc.is_in(pc.utf8_slice_codeunits(values, 0, size), entries)
        mask |= np.asarray(found.to_numpy(zero_copy_only=False), dtype=np.bool_)
    return mask


# -- numbers, dates, truth -------------------------------------------------------------------------


def as_number(value: Value) -> float | int:
    """Return a literal as it is held in a column of numbers: dates as days since 1970-01-01."""
    if isinstance(value, date):
        return value.toordinal() - EPOCH
    assert not isinstance(value, str)  # noqa: S101 -- types were checked when the tree was made
    return value


def number_mask(leaf: Leaf, values: npt.NDArray[np.float64] | npt.NDArray[np.int32]) -> Mask:
    """Return where a leaf over numbers is TRUE: shape (n,). NaN is an empty field."""
    may_be_empty = values.dtype.kind == "f"
    if isinstance(leaf, Compare):
        assert not isinstance(leaf.other, Term)  # noqa: S101 -- leaf_mask() deals with two columns
        found = _compared(leaf.operator, values, as_number(leaf.other))
        return found & (values == values) if may_be_empty and leaf.operator == "<>" else found
    if isinstance(leaf, Between):
        low, high = as_number(leaf.low), as_number(leaf.high)
        if leaf.negated:
            return (values < low) | (values > high)
        return (values >= low) & (values <= high)
    if isinstance(leaf, OneOf):
        found = np.zeros(len(values), np.bool_)
        for value in leaf.values:
            found |= values == as_number(value)
        if leaf.negated:
            np.logical_not(found, out=found)
            return found & (values == values) if may_be_empty else found
        return found
    assert isinstance(leaf, Missing)  # noqa: S101 -- IN LIST and LIKE are for text only
    if not may_be_empty:
        return np.full(len(values), leaf.negated)
    found = np.isnan(values)
    return np.logical_not(found) if leaf.negated else found


def _compared(operator: str, left: npt.NDArray[np.generic], right: object) -> Mask:
    found: Mask = _COMPARISONS[operator](left, right)
    return found


def _two_columns(leaf: Compare, other: Term, columns: Columns) -> Mask:
    if not columns.is_text_term(leaf.term):
        left, right = columns.numbers(leaf.term), columns.numbers(other)
        found = _compared(leaf.operator, left, right)
        return found & (left == left) & (right == right) if leaf.operator == "<>" else found
    one, two = columns.text(leaf.term.column, leaf.term), columns.text(other.column, other)
    # Both columns get places in one sorted dictionary; -1 is an empty field.
    every = pc.unique(pa.concat_arrays([one.values, two.values]))
    every = every.take(pc.sort_indices(every))
    left, right = (
        np.append(pc.index_in(each.values, every).to_numpy(zero_copy_only=False), -1).take(
            each.codes
        )
        for each in (one, two)
    )
    return _compared(leaf.operator, left, right) & (left >= 0) & (right >= 0)
