"""Lanes, the ways to them, and shares over lanes, counted in integers."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from tamgha.risk.selection.draws import is_below
from tamgha.shared.shares import Share
from tamgha.shared.words import Words

WHOLE = 10_000


class Lane(StrEnum):
    """Where a declaration goes. RED: examined; YELLOW: documents; BLUE: audit later; GREEN: released."""

    RED = "red"
    YELLOW = "yellow"
    BLUE = "blue"
    GREEN = "green"

    @property
    def strictness(self) -> int:
        """3 for red down to 0 for green."""
        return _STRICTNESS[self]


_STRICTNESS = {Lane.RED: 3, Lane.YELLOW: 2, Lane.BLUE: 1, Lane.GREEN: 0}
CHOSEN = (Lane.RED, Lane.YELLOW, Lane.BLUE)
"""The lanes that select, in their precedence."""


def strictest(lanes: Iterable[Lane]) -> Lane:
    """Return the strictest of several lanes; green where there is none."""
    return max(lanes, key=lambda lane: lane.strictness, default=Lane.GREEN)


class Way(StrEnum):
    """Why a lane was given: the first in the order of decision that applied."""

    CRITERIA = "criteria"
    MAX_HITS = "max_hits"
    RANDOM = "random"
    TOPUP = "topup"
    MANDATORY = "mandatory"
    SCORE = "score"
    EXPLORE = "explore"
    NONE = "none"


LANE_WORDS = {
    Lane.RED: Words("red", "красный"),
    Lane.YELLOW: Words("yellow", "жёлтый"),
    Lane.BLUE: Words("blue", "синий"),
    Lane.GREEN: Words("green", "зелёный"),
}
WAY_WORDS = {
    Way.CRITERIA: Words("criteria", "критерии"),
    Way.MAX_HITS: Words("maximum hits", "предельное число попаданий"),
    Way.RANDOM: Words("random draw", "случайный отбор"),
    Way.TOPUP: Words("top-up", "добор"),
    Way.MANDATORY: Words("mandatory", "обязательный досмотр"),
    Way.SCORE: Words("model score", "балл риска"),
    Way.EXPLORE: Words("exploration", "исследовательская доля"),
    Way.NONE: Words("not selected", "не отобрана"),
}


@dataclass(frozen=True, slots=True)
class LaneShares:
    """How much goes to each lane, in basis points (10,000 = 100 %); the rest is green.

    Nothing is refused here: a plan is checked as a whole, all faults at once (`plan_faults`).

    Parameters
    ----------
    red, yellow, blue : int, each 0 … 10,000 and together at most 10,000 in a checked plan
    """

    red: int = 0
    yellow: int = 0
    blue: int = 0

    @classmethod
    def percent(cls, red: str = "0", yellow: str = "0", blue: str = "0") -> "LaneShares":
        """Return the shares of three percentages, "12.5" or "12,5"; raises TamghaError."""
        return cls(*(Share.percent(part).basis_points for part in (red, yellow, blue)))

    @property
    def total(self) -> int:
        """All three together, in basis points."""
        return self.red + self.yellow + self.blue

    @property
    def cumulated(self) -> tuple[int, int, int]:
        """Red, red + yellow, all three: what one draw is cut at."""
        return self.red, self.red + self.yellow, self.total

    def of(self, lane: Lane) -> int:
        """Return the share of one lane; what is left over for green."""
        if lane is Lane.GREEN:
            return WHOLE - self.total
        return {Lane.RED: self.red, Lane.YELLOW: self.yellow, Lane.BLUE: self.blue}[lane]

    def cut(self, draw: int) -> Lane | None:
        """Return the lane that a draw falls into, or None: "hit, not chosen".

        One draw is cut cumulatively, so that the shares exclude each other and sum exactly. An
        edge belongs to the next lane.

        Parameters
        ----------
        draw : int, 0 <= draw < 2^64
        """
        for lane, edge in zip(CHOSEN, self.cumulated, strict=True):
            if is_below(draw, edge):
                return lane
        return None

    @property
    def strictest(self) -> Lane | None:
        """The strictest lane that has a share; None where none has."""
        return next((lane for lane in CHOSEN if self.of(lane) > 0), None)
