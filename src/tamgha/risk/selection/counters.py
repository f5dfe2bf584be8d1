"""Counters of one office, direction and period: explicit state, never held in memory (rules 11–13)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal, NamedTuple
from zoneinfo import ZoneInfo

from tamgha.risk.selection.lanes import CHOSEN, WHOLE, Lane, LaneShares
from tamgha.shared.words import Words

PeriodKind = Literal["day", "week", "month", "none"]


class CounterKey(NamedTuple):
    """Where a counter belongs."""

    office: str
    direction: str
    period: str


@dataclass(frozen=True, slots=True)
class Counters:
    """How many declarations were decided, and into which lanes.

    Parameters
    ----------
    decided : N, always the sum of the lanes
    red, yellow, blue, green : S, of the *system's* lane
    members : random members among them
    """

    decided: int = 0
    red: int = 0
    yellow: int = 0
    blue: int = 0
    green: int = 0
    members: int = 0

    def __post_init__(self) -> None:
        lanes = self.red + self.yellow + self.blue + self.green
        if self.decided != lanes:
            raise ValueError(f"{self.decided} decided, but {lanes} in the lanes")

    def of(self, lane: Lane) -> int:
        """Return how many went into one lane."""
        return int(getattr(self, lane.value))

    def after(self, lane: Lane, *, member: bool) -> "Counters":
        """Return the counters after one decision (rule 11)."""
        return replace(
            self,
            decided=self.decided + 1,
            members=self.members + member,
            **{lane.value: self.of(lane) + 1},
        )

    def moved(self, old: Lane, new: Lane) -> "Counters":
        """Return the counters after an amendment raised a lane; N does not move (rule 19)."""
        if old is new:
            return self
        return replace(self, **{old.value: self.of(old) - 1, new.value: self.of(new) + 1})

    def owed(self, expected: LaneShares) -> Lane | None:
        """Return the lane that top-up owes, with the declaration at hand counted in N (rule 10).

        L is owed when S[L] × 10,000 < E[L] × (N + 1), in integers: floating point says that 7 of
        100 is under 7 %. The first owed in the order red, yellow, blue.
        """
        for lane in CHOSEN:
            if self.of(lane) * WHOLE < expected.of(lane) * (self.decided + 1):
                return lane
        return None


def period_of(decided_at: datetime, timezone: ZoneInfo, kind: PeriodKind = "month") -> str:
    """Return the counting period of a decision, in the office's time zone (rule 12).

    Parameters
    ----------
    decided_at : aware datetime, of the decision (not of the lodging)
    kind : "month" is advised: each midnight of "day" would top up the first arrivals, which
        traders would learn

    Returns
    -------
    "2026-03", "2026-W10", "2026-03-05" or "all"
    """
    local = decided_at.astimezone(timezone)
    if kind == "month":
        return f"{local:%Y-%m}"
    if kind == "week":
        year, week, _ = local.isocalendar()
        return f"{year}-W{week:02d}"
    return f"{local:%Y-%m-%d}" if kind == "day" else "all"


def recount(decisions: Iterable[tuple[CounterKey, Lane, bool]]) -> dict[CounterKey, Counters]:
    """Return the counters that stored decisions add up to.

    Parameters
    ----------
    decisions : (key, system lane with amendments applied, random member or not)
    """
    counted: dict[CounterKey, Counters] = {}
    for key, lane, member in decisions:
        counted[key] = counted.get(key, Counters()).after(lane, member=member)
    return counted


def recount_faults(
    stored: Mapping[CounterKey, Counters], recounted: Mapping[CounterKey, Counters]
) -> list[Words]:
    """Return every difference between counters as stored and as recounted (rule 13).

    A difference is a fault to be shown, never mended silently.
    """
    faults = []
    for key in sorted(stored.keys() | recounted.keys()):
        row, counted = stored.get(key, Counters()), recounted.get(key, Counters())
        if row != counted:
            faults.append(
                Words(
                    "Counters of {office}, {direction}, {period}: {row} is stored, the decisions "
                    "add up to {counted}.",
                    "Счётчики: {office}, {direction}, {period}: хранится {row}, а по решениям "
                    "получается {counted}.",
                ).format(**key._asdict(), row=_text(row), counted=_text(counted))
            )
    return faults


def _text(counters: Counters) -> str:
    lanes = "/".join(str(counters.of(lane)) for lane in Lane)
    return f"{counters.decided}:{lanes}, {counters.members}"
