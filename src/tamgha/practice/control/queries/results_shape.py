"""What the page of results is made of: the board, its lines and weeks."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any, Final, Literal

from tamgha import risk
from tamgha.practice.control.queries import results_meanings as say
from tamgha.practice.control.queries.results import Scope, Sums, added
from tamgha.shared.figures import Estimate, Figure, NotShown, Query, Unit
from tamgha.shared.words import Words

Reading = Literal["above", "same", "below", "retire", "few", "none", "yardstick"]
LANES: Final = ("red", "yellow", "blue", "green")


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a table: what it is, its counts, its rate, and how it stands to the draw.

    Parameters
    ----------
    key, name, detail : address part, title, small line
    lane : of its examinations, "" where several
    counts : chosen, results, found
    out : results that are still out in the whole period
    rate, above : figures; ``above`` is the difference to the draw in points
    reading : from the interval of the difference alone; "retire" by the always-valid rule
    watched : whether the profile only watches
    complete : of an office: results that are in, of those that are due
    """

    key: str
    name: str
    detail: str
    lane: str
    counts: Mapping[str, int]
    out: int
    rate: Figure
    above: Figure | None
    reading: Reading
    watched: bool = False
    number: int = 0
    complete: Figure | None = None


@dataclass(frozen=True, slots=True)
class Week:
    """One week of the chart.

    Parameters
    ----------
    monday : its first day
    chosen, results, found : counts
    shown : rate, or the nowcast of a young week; NotShown where it is too early
    so_far : the rate as it stands, for a young week
    is_open : whether results are still out
    """

    monday: date
    chosen: int
    results: int
    found: int
    shown: Estimate | NotShown
    so_far: Estimate | NotShown | None
    is_open: bool


@dataclass(slots=True)
class Board:
    """The page.

    Parameters
    ----------
    scope, settled : asked period; its part whose results are in
    counts : sums over the settled part
    tiles : the figures on top; ``more`` the others
    draw : the yardstick; None where nothing was drawn
    profiles, lanes, offices : tables
    weeks : chart; ``fall`` compares the later with the earlier weeks
    gaps : figures that cannot be shown, with what it would take
    found : the estimates behind the figures, by name
    with_rows : whether the reader may open the declarations behind the figures
    """

    scope: Scope
    settled: Scope
    simulated: bool
    currency: str
    counts: Sums
    draw: risk.Rate | None
    draw_line: Line | None = None
    tiles: list[Figure] = field(default_factory=list)
    more: list[Figure] = field(default_factory=list)
    profiles: list[Line] = field(default_factory=list)
    lanes: list[Line] = field(default_factory=list)
    offices: list[Line] = field(default_factory=list)
    weeks: list[Week] = field(default_factory=list)
    fall: Estimate | None = None
    gaps: list[Figure] = field(default_factory=list)
    found: dict[str, Estimate | NotShown] = field(default_factory=dict)
    as_of: date | None = None
    with_rows: bool = True

    @property
    def is_empty(self) -> bool:
        """Whether nothing was decided in the period."""
        return not self.counts and not self.weeks

    @property
    def out(self) -> int:
        """Results that are still out in the whole period."""
        return sum(week.chosen - week.results for week in self.weeks)

    def figure(
        self,
        meaning: say.Meaning,
        value: Estimate | NotShown,
        unit: Unit,
        *,
        rows: Mapping[str, str] | None = None,
        n_words: Words | None = None,
    ) -> Figure:
        """Return a figure of the settled part, with its definition and the way to its rows."""
        return Figure.of(
            value,
            name=meaning[0],
            definition=meaning[1],
            simulated=self.simulated,
            unit=unit,
            currency=self.currency if unit == "money" else "",
            n_words=None if isinstance(value, NotShown) else n_words,
            period=self.settled.period,
            as_of=self.as_of,
            query=None
            if rows is None or not self.with_rows
            else Query("control:result-rows", self._address(rows)),
        )

    def _address(self, rows: Mapping[str, str]) -> dict[str, str]:
        scope = self.settled
        last = scope.period.end - timedelta(days=1)
        place = {"office": scope.office, "direction": scope.direction}
        span = {"day_from": scope.period.start.isoformat(), "day_to": last.isoformat()}
        return {name: text for name, text in {**span, **place, **rows}.items() if text}


def of_way(places: Mapping[tuple[Any, ...], Sums], ways: Iterable[str]) -> Sums:
    """Return the sums over what came by these ways; the way is the last field of the keys."""
    wanted = frozenset(ways)
    return added(amounts for key, amounts in places.items() if key[-1] in wanted)


def rate_of(counts: Mapping[str, int]) -> risk.Rate | None:
    """Return found ÷ results with Wilson's limits; None without a result."""
    results = counts.get("results", 0)
    return risk.Rate.of(counts.get("found", 0), results) if results else None


def told_counts(counts: Mapping[str, int]) -> Words:
    """Return "9 of 120 examined"."""
    found, results = counts.get("found", 0), counts.get("results", 0)
    return Words(f"{found} of {results} examined", f"{found} из {results} досмотренных")
