"""Everything on the page of results: figures with their intervals, the draw as yardstick, readings.

Every estimate is the engine's; here are only the counts that go in and the words that come out. What is
read off young weeks is named so: rates, differences and verdicts rest on weeks whose results are in.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from typing import Any, Final

import numpy as np

from tamgha import risk
from tamgha.practice.control.domain.results import COMPLETE, FEEDBACK_DUE
from tamgha.practice.control.queries import results as reads
from tamgha.practice.control.queries import results_meanings as say
from tamgha.practice.control.queries.results import BY_PROFILE, RANDOM, Finds, Scope, Sums, added
from tamgha.practice.control.queries.results_lines import fill_lanes_and_offices, fill_profiles
from tamgha.practice.control.queries.results_shape import Board, of_way, rate_of, told_counts
from tamgha.practice.control.queries.results_weeks import fill_weeks
from tamgha.shared.figures import Estimate, Figure, NotShown
from tamgha.shared.periods import Period
from tamgha.shared.words import Words


def board_of(scope: Scope, *, today: date, with_profiles: bool = True) -> Board:
    """Return the page of results; a constant number of queries, none over the decisions themselves.

    Parameters
    ----------
    today : day up to which results are known
    with_profiles : whether the reader may know of profiles
    """
    own = scope.administration
    days = reads.totals(scope, "day", "way")
    weekly = reads.weeks_of(days)
    settled = reads.settled_part(scope, weekly)
    places = reads.totals(settled, "office", "direction", "lane", "way")
    finds = reads.finds_of(scope, today)
    in_settled = finds.where(finds.day < np.datetime64(settled.period.end, "D"))
    draw = _draw(places, in_settled)
    board = Board(
        scope=scope,
        settled=settled,
        simulated=own.is_simulated,
        currency=own.currency,
        counts=added(places.values()),
        draw=draw,
        as_of=today,
        with_rows=with_profiles,
    )
    fill_weeks(board, days, weekly, finds, today)
    _headline(board, places, in_settled)
    _others(board, weekly, in_settled)
    by_office = reads.totals(scope.until(today - FEEDBACK_DUE), "office", of=("chosen", "results"))
    fill_lanes_and_offices(board, places, {office: due for (office,), due in by_office.items()})
    if with_profiles:
        fill_profiles(board, settled.period.end)
    _gaps(board, places, in_settled)
    return board


def _draw(places: Mapping[tuple[Any, ...], Sums], finds: Finds) -> risk.Rate | None:
    """Return the hit rate of the random draw, with unequal chances weighted."""
    counts = of_way(places, [RANDOM])
    drawn = reads.sample_of(counts, finds.where(finds.by_draw), None)
    return risk.weighted_rate(drawn.found, drawn.inclusion)


def _headline(board: Board, places: Mapping[tuple[Any, ...], Sums], finds: Finds) -> None:
    chosen, drawn = of_way(places, BY_PROFILE), of_way(places, [RANDOM])
    found = board.found
    found["chosen"] = risk.hit_rate(chosen["found"], chosen["results"], examined=chosen["chosen"])
    found["draw"] = risk.hit_rate(0, 0) if board.draw is None else board.draw.estimate()
    own = rate_of(chosen)
    found["lift"] = (
        risk.lift(own, board.draw)
        if own and board.draw
        else NotShown("not_estimable", say.NO_DRAW, say.NEEDS_DRAW)
        if own
        else risk.hit_rate(0, 0)
    )
    sample = reads.sample_of(board.counts, finds, reads.least_chance(board.settled))
    late = _late_draw(drawn)
    found["detection"] = late or risk.detection_rate(sample)
    found["missed"] = late or risk.missed_fraud(sample)
    found["flow"] = late or (risk.flow_rate(sample) if sample.flow else risk.hit_rate(0, 0))
    board.tiles = [
        board.figure(
            say.CHOSEN_RATE,
            found["chosen"],
            "share",
            rows={"by": "profiles"},
            n_words=told_counts(chosen),
        ),
        board.figure(say.LIFT, found["lift"], "ratio", rows={}),
        board.figure(say.DETECTION, found["detection"], "share", rows={"found": "1"}),
        board.figure(
            say.DRAW_RATE, found["draw"], "share", rows={"way": RANDOM}, n_words=told_counts(drawn)
        ),
    ]
    board.more = [
        board.figure(say.MISSED, found["missed"], "count"),
        board.figure(say.FLOW, found["flow"], "share"),
    ]


def _late_draw(drawn: Mapping[str, int]) -> NotShown | None:
    """Return why nothing is said by the draw while its own results are out."""
    chosen, results = drawn.get("chosen", 0), drawn.get("results", 0)
    if not chosen or results >= COMPLETE * chosen:
        return None
    share = f"{100 * results / chosen:.0f}"
    return NotShown("too_early", say.INCOMPLETE.format(share=share), say.NEEDS_DRAWN, results)


def _others(board: Board, weekly: Mapping[date, Sums], finds: Finds) -> None:
    counts, whole = board.counts, added(weekly.values())
    hours = counts["minutes"] / 60
    known = finds.value[np.isfinite(finds.value)]
    cap = _cap(board)
    amounts = {
        "complete": risk.completeness(whole["results"], whole["chosen"]),
        "ups": risk.override_rate(whole["ups"], whole["decided"]),
        "downs": risk.override_rate(whole["downs"], whole["decided"]),
        "per_hour": risk.finds_per_hour(counts["timed_found"], hours, counts["timed"]),
        "value": Estimate(counts["value"] / 100, None, counts["valued"]),
    }
    board.found |= amounts
    out = {"state": "out"}
    board.more += [
        board.figure(say.COMPLETE, amounts["complete"], "share", rows=out),
        board.figure(say.PER_HOUR, amounts["per_hour"], "number"),
        board.figure(say.OVERRIDES_UP, amounts["ups"], "share", rows={"changed": "up"}),
        board.figure(say.OVERRIDES_DOWN, amounts["downs"], "share", rows={"changed": "down"}),
    ]
    if counts["valued"]:
        rows = {"found": "1"}
        board.more.append(board.figure(say.FOUND_VALUE, amounts["value"], "money", rows=rows))
    if cap is not None and known.size:
        board.found["value_per_hour"] = risk.value_per_hour(known, cap, hours, counts["timed"])
        board.more.append(board.figure(say.VALUE_PER_HOUR, board.found["value_per_hour"], "money"))
    board.found["missed_value"] = _missed_value(board, finds, cap)
    board.more.append(board.figure(say.MISSED_VALUE, board.found["missed_value"], "money"))


def _cap(board: Board) -> float | None:
    """Return up to which amount a case counts: fixed by the finds before the period."""
    start = board.scope.period.start
    before = reads.Scope(
        board.scope.administration,
        Period(start - timedelta(days=3_650), start),
        board.scope.office,
        board.scope.direction,
    )
    return risk.cap_from(reads.values_found(before))


def _missed_value(board: Board, finds: Finds, cap: float | None) -> Estimate | NotShown:
    gap = board.found["missed"]
    if isinstance(gap, NotShown):
        return gap
    sample = reads.sample_of(board.counts, finds, reads.least_chance(board.settled))
    if cap is None:
        return risk.missed_revenue_at_least(sample)
    return risk.missed_revenue_capped(sample, cap)


# ---- what cannot be said -------------------------------------------------------------------------


def _gaps(board: Board, places: Mapping[tuple[Any, ...], Sums], finds: Finds) -> None:
    """Gather what cannot be shown: of the figures, and of each direction by itself."""
    shown = [*board.tiles, *board.more]
    board.gaps = [figure for figure in shown if figure.missing]
    directions = sorted({key[1] for key in places})
    if len(directions) > 1:
        board.gaps += [
            figure
            for direction in directions
            if (figure := _of_direction(board, places, finds, direction)).missing
        ]
    if any(key[2] == "blue" for key in places):
        missing = NotShown("not_estimable", say.NO_AUDITS, say.NEEDS_AUDITS)
        board.gaps.append(board.figure(say.AUDITS, missing, "share"))


def _of_direction(
    board: Board, places: Mapping[tuple[Any, ...], Sums], finds: Finds, direction: str
) -> Figure:
    own = {key: amounts for key, amounts in places.items() if key[1] == direction}
    counts = added(own.values())
    sample = reads.sample_of(
        counts,
        finds.where(np.asarray(finds.direction == direction, bool)),
        reads.least_chance(replace(board.settled, direction=direction)),
    )
    late = _late_draw(of_way(own, [RANDOM]))
    name = Words(
        f"{say.DETECTION[0].en}, {direction}",
        f"{say.DETECTION[0].ru}, {_DIRECTIONS.get(direction, direction)}",
    )
    return board.figure((name, say.DETECTION[1]), late or risk.detection_rate(sample), "share")


_DIRECTIONS: Final = {"import": "импорт", "export": "экспорт", "transit": "транзит"}
