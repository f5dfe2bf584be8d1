"""The tree against RFC 6962, section 2.1: a plain recursion written from its text."""

from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tamgha.platform.journal.domain import (
    Columns,
    Frontier,
    audit_path,
    content_of,
    frontier_of,
    leaf_hash,
    root_of_path,
)


def mth(leaves):
    if not leaves:
        return sha256(b"").digest()
    if len(leaves) == 1:
        return leaves[0]
    k = 1
    while 2 * k < len(leaves):
        k *= 2
    return sha256(b"\x01" + mth(leaves[:k]) + mth(leaves[k:])).digest()


def leaves_of(count):
    return [leaf_hash(str(number).encode()) for number in range(count)]


def complete(leaves):
    return lambda level, index: mth(leaves[index << level : (index + 1) << level])


def test_hashes_of_certificate_transparencys_own_test_tree():
    # Leaves and roots of the reference tests of RFC 6962 ("merkletree" of the CT project).
    frontier = Frontier()
    frontier.push(leaf_hash(b""))
    first = frontier.root().hex()
    frontier.push(leaf_hash(b"\x00"))

    assert first == "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"
    assert frontier.root().hex() == (
        "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"
    )


@pytest.mark.parametrize("count", [0, 1, 2, 3, 7, 8, 255, 256, 257, 700])
def test_a_growing_tree_has_the_root_of_the_rfc(count):
    leaves, frontier = leaves_of(count), Frontier()
    nodes = [node for leaf in leaves for node in frontier.push(leaf)]

    assert frontier.root() == mth(leaves)
    assert [(node.level, node.place) for node in nodes] == [(8, i) for i in range(count // 256)]
    assert all(node.hash == complete(leaves)(node.level, node.place) for node in nodes)


@given(st.integers(1, 300), st.data())
def test_every_path_leads_to_the_root_and_no_other_leaf_does(size, data):
    position = data.draw(st.integers(0, size - 1))
    leaves = leaves_of(size)

    path = audit_path(position, size, complete(leaves))

    assert root_of_path(leaves[position], position, size, path) == mth(leaves)
    assert root_of_path(leaf_hash(b"other"), position, size, path) != mth(leaves)
    assert root_of_path(leaves[position], position, size, [*path, b"\0" * 32]) != mth(leaves)
    if size > 1:
        assert root_of_path(leaves[position], (position + 1) % size, size, path) != mth(leaves)


@pytest.mark.parametrize("size", [1, 5, 256, 300])
def test_a_tree_goes_on_growing_from_what_is_kept(size):
    leaves = leaves_of(size + 9)
    frontier = frontier_of(size, complete(leaves))

    for leaf in leaves[size:]:
        frontier.push(leaf)

    assert frontier.root() == mth(leaves)


TEXT = st.text(max_size=5)
ROWS = st.builds(
    Columns,
    at=st.just("2026-11-24 09:00:00.000000"),
    act=TEXT,
    administration=st.none() | st.integers(1, 20),
    by=st.none() | st.integers(1, 20),
    for_whom=st.none() | st.integers(1, 20),
    object_kind=TEXT,
    object_key=TEXT,
    object_name=TEXT,
    nonce=st.just(b"n" * 16),
    body=TEXT,
)


@given(ROWS, ROWS)
def test_two_entries_have_the_same_text_only_when_they_are_the_same(one, other):
    assert (content_of(one) == content_of(other)) == (one == other)


def test_moving_a_letter_from_one_column_to_the_next_changes_the_text():
    row = Columns("t", "act", None, 1, None, "kind", "1\n2", "name", b"", "{}")

    assert content_of(row) != content_of(row._replace(object_kind="kind1", object_key="\n2"))
