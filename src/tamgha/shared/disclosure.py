"""Who may see a figure, and how small groups are kept from showing a person or a firm."""

from collections.abc import Mapping
from enum import IntEnum

LEAST_GROUP = 5


class Level(IntEnum):
    """How far a figure may travel. The default is the administration alone."""

    ADMINISTRATION = 1
    REGION = 2
    PUBLIC = 3


def visible_at(level: Level, *, reader: Level) -> bool:
    """Return whether a reader whose reach is ``reader`` may see a figure of ``level``.

    A member of the administration reads everything of it (reader ADMINISTRATION); the region
    reads what is disclosed to REGION or PUBLIC; the public only PUBLIC.
    """
    return level >= reader


def suppressed_groups(
    counts: Mapping[str, int], *, least: int = LEAST_GROUP, total_is_shown: bool = True
) -> frozenset[str]:
    """Return the groups of one published table whose counts must be hidden.

    A group is small when its count lies above 0 and under ``least``. Where the total of the
    table is shown too, hiding one group alone would give it away as total minus the rest; so
    the next smallest groups are hidden with it until the hidden ones are at least two and
    together hold at least ``least``.

    Parameters
    ----------
    counts : group -> number of persons (or firms), each >= 0
    least : the least count that is shown, >= 1
    total_is_shown : whether readers see or can compute the total

    Returns
    -------
    frozenset of group names; empty when nothing is small
    """
    if least < 1:
        raise ValueError(f"the least count shown is 1 or more; {least} came")
    if any(count < 0 for count in counts.values()):
        raise ValueError("counts of people are 0 or more")
    hidden = {group for group, count in counts.items() if 0 < count < least}
    if not hidden or not total_is_shown:
        return frozenset(hidden)
    rest = sorted(
        (count, group) for group, count in counts.items() if group not in hidden and count > 0
    )
    while rest and (len(hidden) < 2 or sum(counts[group] for group in hidden) < least):
        hidden.add(rest.pop(0)[1])
    return frozenset(hidden)
