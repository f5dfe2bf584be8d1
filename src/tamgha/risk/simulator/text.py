"""Codes and vocabularies as Arrow strings, built by whole columns."""

from collections.abc import Sequence

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from tamgha.risk.simulator.streams import Flags, Ints

Letters = NDArray[np.uint8]


def digits(numbers: Ints, width: int) -> Letters:
    """Return the last ``width`` decimal digits of whole numbers >= 0 as letters, (n, width)."""
    result = np.empty((len(numbers), width), dtype=np.uint8)
    rest = numbers
    for place in range(width - 1, -1, -1):
        rest, digit = np.divmod(rest, 10)
        result[:, place] = digit + ord("0")
    return result


def letters(words: Sequence[str], index: Ints) -> Letters:
    """Return ASCII words of one length by their index, (n, length)."""
    table = np.array([list(word.encode("ascii")) for word in words], dtype=np.uint8)
    return table[index]


def joined(*pieces: Letters | str) -> pa.StringArray:
    """Return one string per row from pieces that have a fixed width; a str stands in every row."""
    rows = next(len(piece) for piece in pieces if not isinstance(piece, str))
    parts = [
        np.tile(np.frombuffer(piece.encode("ascii"), dtype=np.uint8), (rows, 1))
        if isinstance(piece, str)
        else piece
        for piece in pieces
    ]
    block = np.ascontiguousarray(np.hstack(parts))
    width = block.shape[1]
    offsets = np.arange(0, (rows + 1) * width, max(width, 1), dtype=np.int32)
    return pa.StringArray.from_buffers(rows, pa.py_buffer(offsets), pa.py_buffer(block))


def chosen(words: Sequence[str] | pa.Array, index: Ints, missing: Flags | None = None) -> pa.Array:
    """Return the word of each index as Arrow strings; NULL where ``missing``."""
    vocabulary = words if isinstance(words, pa.Array) else pa.array(words, pa.string())
    return vocabulary.take(pa.array(index.astype(np.int32), mask=missing))


def repeated(values: pa.Array, rows: Ints) -> pa.Array:
    """Return a per-declaration array once per item; ``rows`` holds each item's declaration."""
    return values.take(pa.array(rows.astype(np.int32)))
