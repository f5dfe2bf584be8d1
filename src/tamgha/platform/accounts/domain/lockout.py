"""When somebody who failed to sign in must wait, and until when."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True, slots=True)
class LockoutRule:
    """How many failures bring a wait.

    Parameters
    ----------
    failures : count, >= 1
        Failures within ``wait`` of one another.
    wait : duration, > 0
        How long one waits, counted from the last failure.
    """

    failures: int
    wait: timedelta

    def __post_init__(self) -> None:
        """Refuse a rule that would lock everybody out, or nobody."""
        if self.failures < 1 or self.wait <= timedelta(0):
            raise ValueError(f"1 failure or more and a wait above 0; {self} came")


def locked_until(
    failures: Sequence[datetime], *, rule: LockoutRule, now: datetime
) -> datetime | None:
    """Return the moment until which one waits, or None when one may try.

    Parameters
    ----------
    failures : moments of the failures, in any order, at least those of the last 2 x ``rule.wait``
    rule : how many failures bring a wait, and how long
    now : the moment of asking

    Returns
    -------
    datetime later than ``now``, or None

    Notes
    -----
    A try during the wait is refused unread and counts for nothing, so nobody can prolong the wait
    of another for ever without ``rule.failures`` fresh failures.
    """
    past = [moment for moment in failures if moment <= now]
    if not past:
        return None
    last = max(past)
    close = sum(1 for moment in past if moment > last - rule.wait)
    until = last + rule.wait
    return until if close >= rule.failures and now < until else None
