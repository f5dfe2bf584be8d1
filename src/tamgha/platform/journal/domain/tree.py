"""The Merkle tree over the entries in their sealed order, as in RFC 6962, section 2.1.

A leaf is SHA-256(0x00 ‖ content), an inner node SHA-256(0x01 ‖ left ‖ right). Positions count from
zero. Of the inner nodes every eighth level is kept: a path then needs a few blocks of 256 hashes.
"""

from collections.abc import Callable, Sequence
from hashlib import sha256
from typing import NamedTuple

KEPT_EVERY = 8

HashOf = Callable[[int, int], bytes]
"""Gives the hash of a complete subtree: its level (0 for a leaf) and its index on that level."""


class Node(NamedTuple):
    """A complete subtree of 2^level leaves, the ``place``-th of its level, from zero."""

    level: int
    place: int
    hash: bytes


def leaf_hash(content: bytes) -> bytes:
    """Return the hash of a leaf, 32 bytes."""
    return sha256(b"\x00" + content).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Return the hash of an inner node, 32 bytes."""
    return sha256(b"\x01" + left + right).digest()


class Frontier:
    """The right edge of a growing tree: all that is needed to add a leaf and to know the root.

    Parameters
    ----------
    size : int
        How many leaves there are.
    peaks : sequence of Node
        The largest complete subtrees that make up the tree, from left to right.
    """

    __slots__ = ("_peaks", "size")

    def __init__(self, size: int = 0, peaks: Sequence[Node] = ()) -> None:
        self.size = size
        self._peaks = [(peak.level, peak.hash) for peak in peaks]

    def push(self, leaf: bytes) -> list[Node]:
        """Add the hash of the next leaf; return the kept nodes that it completes."""
        peaks, level, index = self._peaks, 0, self.size
        completed: list[Node] = []
        while peaks and peaks[-1][0] == level:
            leaf = sha256(b"\x01" + peaks.pop()[1] + leaf).digest()
            level += 1
            if not level % KEPT_EVERY:
                completed.append(Node(level, index >> level, leaf))
        peaks.append((level, leaf))
        self.size += 1
        return completed

    def root(self) -> bytes:
        """Return the root over all leaves; of none, the hash of nothing."""
        if not self._peaks:
            return sha256(b"").digest()
        root = self._peaks[-1][1]
        for _level, left in reversed(self._peaks[:-1]):
            root = node_hash(left, root)
        return root


def frontier_of(size: int, hash_of: HashOf) -> Frontier:
    """Return the right edge of a tree of this size, read from what is kept."""
    peaks, start = [], 0
    for level in range(size.bit_length() - 1, -1, -1):
        if size >> level & 1:
            peaks.append(Node(level, start >> level, hash_of(level, start >> level)))
            start += 1 << level
    return Frontier(size, peaks)


def audit_path(position: int, size: int, hash_of: HashOf) -> list[bytes]:
    """Return the hashes that lead from the leaf to the root, the lowest first.

    Raises ValueError when the tree of this size has no such leaf.
    """
    if not 0 <= position < size:
        raise ValueError(f"a position from 0 to {size - 1} was expected, {position} came")
    path, start, end = [], 0, size
    while end - start > 1:
        middle = start + (1 << (end - start - 1).bit_length() - 1)
        if position < middle:
            path.append(_range_hash(middle, end, hash_of))
            end = middle
        else:
            path.append(_range_hash(start, middle, hash_of))
            start = middle
    return path[::-1]


def root_of_path(leaf: bytes, position: int, size: int, path: Sequence[bytes]) -> bytes | None:
    """Return the root that the path leads to (RFC 9162, 2.1.3.2); None when it has a wrong length."""
    if not 0 <= position < size:
        return None
    here, last, found = position, size - 1, leaf
    for sibling in path:
        if last == 0:
            return None
        if here & 1 or here == last:
            found = node_hash(sibling, found)
            while not here & 1 and here:
                here, last = here >> 1, last >> 1
        else:
            found = node_hash(found, sibling)
        here, last = here >> 1, last >> 1
    return found if last == 0 else None


def _range_hash(start: int, end: int, hash_of: HashOf) -> bytes:
    """Return the hash over the leaves [start, end), as they lie in the tree."""
    length = end - start
    level = length.bit_length() - 1
    if length == 1 << level:
        return hash_of(level, start >> level)
    middle = start + (1 << level)
    return node_hash(_range_hash(start, middle, hash_of), _range_hash(middle, end, hash_of))
