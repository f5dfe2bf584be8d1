"""Sealing: entries that wait get their place, and a head over all of them is signed."""

from collections.abc import Callable
from datetime import UTC, datetime
from itertools import islice
from typing import Final

from django.db import IntegrityError, transaction

from tamgha.platform.journal import gateways
from tamgha.platform.journal.domain import HEAD_KIND, Node, SignedHead, frontier_of, leaf_hash
from tamgha.platform.journal.models import Head
from tamgha.platform.journal.queries import last_head, last_sealed_number
from tamgha.platform.trust import services as trust

BATCH: Final = 2_000
"""Entries under one new head: on SQLite the write of so many keeps others waiting some 20 ms."""

LOOK_BACK: Final = 50_000
"""How far behind the highest sealed number a late entry is looked for at each sealing.

On PostgreSQL a long transaction commits entries with numbers below others that are sealed already.
They are found by having no place, not by their number. Looking through all of a million takes a
second, so that is done by `seal_all` with ``thorough`` alone.
"""


def seal(*, at: datetime, at_most: int = BATCH, thorough: bool = False) -> Head | None:
    """Seal the entries that wait, at most so many; return the new head, None when none waited.

    All is read and hashed before the transaction; what it writes is added whole or not at all, so a
    sealer may be killed at any moment. When another sealer was faster, nothing is done: the places
    are taken, and None is returned.

    An entry whose mark is not this node's is never sealed: it was put in, or changed, by another
    hand, and stays where `check` names it.
    """
    last = last_head()
    after = gateways.BEFORE_ALL if thorough else last_sealed_number() - LOOK_BACK
    is_ours = trust.mark_check()
    waiting = (
        row
        for row in gateways.unsealed_rows(after=after)
        if is_ours(row.content.encode(), row.mark)
    )
    frontier = frontier_of(last.size if last else 0, gateways.stored_hashes())
    places: list[tuple[int, int, bytes]] = []
    nodes: list[Node] = []
    for row in islice(waiting, at_most):
        leaf = leaf_hash(row.leaf_bytes)
        places.append((frontier.size, row.number, leaf))
        nodes += frontier.push(leaf)
    if not places:
        return None
    head = SignedHead(
        number=last.number + 1 if last else 1,
        size=frontier.size,
        root=frontier.root(),
        previous=last.signed.digest if last else b"",
        at=at.astimezone(UTC).isoformat(),
    )
    try:
        return _written(head, places, nodes, at)
    except IntegrityError:  # another sealer took these places
        return None


def seal_all(
    *,
    at: datetime,
    batch: int = BATCH,
    thorough: bool = False,
    told: Callable[[Head], None] | None = None,
) -> int:
    """Seal until nothing waits; return how many heads were signed.

    Parameters
    ----------
    at : now
    batch : entries under one head
    thorough : look for late entries among all, not among the last 50,000
    told : called with each new head
    """
    count = 0
    while (head := seal(at=at, at_most=batch, thorough=thorough)) is not None:
        count += 1
        if told is not None:
            told(head)
    return count


@transaction.atomic
def _written(
    head: SignedHead, places: list[tuple[int, int, bytes]], nodes: list[Node], at: datetime
) -> Head:
    gateways.add_places(places, nodes)
    signature = trust.seal(HEAD_KIND, head.statement, about=f"head {head.number}", at=at)
    return Head.objects.create(
        number=head.number,
        size=head.size,
        root=head.root,
        previous=head.previous,
        at_text=head.at,
        key=signature.key,
        signature=signature.value,
    )
