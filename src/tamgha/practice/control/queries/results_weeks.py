"""The weeks of the page of results; young ones as they will look once their results are in."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from tamgha import risk
from tamgha.practice.control.domain.results import COMPLETE
from tamgha.practice.control.queries import results as reads
from tamgha.practice.control.queries.results import RANDOM, Finds, Sums, added
from tamgha.practice.control.queries.results_shape import Board, Week, rate_of
from tamgha.shared.figures import Estimate


def fill_weeks(
    board: Board,
    days: Mapping[tuple[Any, ...], Sums],
    weekly: Mapping[date, Sums],
    finds: Finds,
    today: date,
) -> None:
    """Fill in the weeks of what was chosen otherwise than by the draw; young ones by nowcast."""
    chosen = reads.weeks_of({key: week for key, week in days.items() if key[1] != RANDOM})
    settled = [week for monday, week in chosen.items() if monday < board.settled.period.end]
    usual = rate_of(added(settled))
    for monday in sorted(weekly):
        week = chosen.get(monday, Sums())
        is_open = week["results"] < COMPLETE * week["chosen"]
        shown = risk.hit_rate(week["found"], week["results"])
        so_far = None
        if is_open:
            so_far = risk.hit_rate(week["found"], week["chosen"])
            age = max(0, (today - monday).days - 3)
            share = float(risk.known_share_of_finds(finds.delay, finds.age, [age])[0])
            shown = risk.nowcast(
                week["found"], week["chosen"], share, usual_rate=usual.value if usual else None
            )
        board.weeks.append(
            Week(monday, week["chosen"], week["results"], week["found"], shown, so_far, is_open)
        )
    board.fall = _fall(board.weeks)


def _fall(weeks: Iterable[Week]) -> Estimate | None:
    """Return the later minus the earlier half of the weeks whose results are in."""
    whole = [week for week in weeks if not week.is_open and week.results]
    if len(whole) < 2:
        return None
    half = len(whole) // 2
    early, late = (
        risk.Rate.of(sum(w.found for w in part), sum(w.results for w in part))
        for part in (whole[:half], whole[half:])
    )
    return risk.difference(late, early)
