"""Cancel and lodge again: a chain of declarations shares one draw id.

Without chains a trader cancels and lodges until the lane is green.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TypeVar

WITHIN_DAYS = 30

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Lodging:
    """What of a new declaration decides whether it goes on an earlier one.

    Parameters
    ----------
    declaration : its id, given by the server
    lodged : aware datetime
    office, importer, transport_document : as declared; empty where missing
    names : id of the cancelled declaration that it names itself, or empty
    """

    declaration: str
    lodged: datetime
    office: str
    importer: str = ""
    transport_document: str = ""
    names: str = ""


@dataclass(frozen=True, slots=True)
class Chain:
    """The place of a declaration in its chain.

    Parameters
    ----------
    draw_id : id of the first declaration
    first_lodged : when that was lodged; its quarter is the epoch of the key
    position : 1 for the first
    predecessor : the cancelled one whose draws it took over, or empty
    """

    draw_id: str
    first_lodged: datetime
    position: int = 1
    predecessor: str = ""

    @property
    def is_relodged(self) -> bool:
        """Whether it goes on a cancelled declaration."""
        return self.position > 1


@dataclass(frozen=True, slots=True)
class Cancelled:
    """A cancelled declaration that may pass on its draws, to one successor only.

    Parameters
    ----------
    lodging, chain : its own
    cancelled_at : aware datetime
    successor : id of the declaration that took its draws over, or empty
    """

    lodging: Lodging
    chain: Chain
    cancelled_at: datetime
    successor: str = field(default="")


def join_chain(
    new: Lodging, cancelled: Iterable[Cancelled], *, within_days: int = WITHIN_DAYS
) -> Chain:
    """Return the chain place of a new declaration.

    It joins when it names the cancelled one, or has the same importer, transport document and
    office as one cancelled within ``within_days``. Only cancelled declarations pass their
    draws on, so several live ones under one transport document never share them. Of several
    candidates the one named comes first, else the one cancelled last.

    Parameters
    ----------
    new : the declaration lodged now
    cancelled : cancelled declarations of the administration, any order

    Returns
    -------
    Chain; a new one where none is joined
    """
    free = [one for one in cancelled if not one.successor and one.cancelled_at <= new.lodged]
    named = [one for one in free if new.names and one.lodging.declaration == new.names]
    since = new.lodged - timedelta(days=within_days)
    alike = [one for one in free if one.cancelled_at >= since and _same_goods(one.lodging, new)]
    for candidates in (named, alike):
        if candidates:
            last = max(candidates, key=lambda one: (one.cancelled_at, one.lodging.declaration))
            chain = last.chain
            return Chain(
                chain.draw_id, chain.first_lodged, chain.position + 1, last.lodging.declaration
            )
    return Chain(new.declaration, new.lodged)


def _same_goods(old: Lodging, new: Lodging) -> bool:
    if not (new.importer and new.transport_document):
        return False
    return (old.importer, old.transport_document, old.office) == (
        new.importer,
        new.transport_document,
        new.office,
    )


def last_of_chains(rows: Sequence[T], draw_ids: Sequence[str], positions: Sequence[int]) -> list[T]:
    """Return one row of each chain, the last: what estimates use (rule 20).

    Parameters
    ----------
    rows, draw_ids, positions : shape (n,), aligned

    Returns
    -------
    rows in the order of each chain's first appearance
    """
    best: dict[str, tuple[int, T]] = {}
    for row, draw_id, position in zip(rows, draw_ids, positions, strict=True):
        if draw_id not in best or position > best[draw_id][0]:
            best[draw_id] = (position, row)
    return [row for _, row in best.values()]
