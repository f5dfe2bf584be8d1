"""The tables of the page of results: profiles, lanes, offices, each line against the random draw."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from tamgha import risk
from tamgha.practice.control.domain.results import FEEDBACK_DUE, LEAST_SHOWN
from tamgha.practice.control.queries import results as reads
from tamgha.practice.control.queries import results_meanings as say
from tamgha.practice.control.queries.results import RANDOM, History, Sums, added
from tamgha.practice.control.queries.results_shape import (
    LANES,
    Board,
    Line,
    Reading,
    of_way,
    rate_of,
    told_counts,
)
from tamgha.practice.targeting.models import ProfileVersion
from tamgha.shared.figures import Estimate, Figure, NotShown
from tamgha.shared.words import Words


def shown_rate(counts: Mapping[str, int], *, bounds: bool = True) -> Estimate | NotShown:
    """Return the hit rate of a line; nothing under twenty results."""
    results = counts.get("results", 0)
    if results < LEAST_SHOWN:
        least = str(LEAST_SHOWN)
        return NotShown(
            "too_few", say.FEW.format(least=least), say.NEEDS_FEW.format(least=least), results
        )
    examined = counts.get("chosen", 0) if bounds else results
    return risk.hit_rate(counts.get("found", 0), results, examined=examined)


def above_draw(rate: risk.Rate | None, draw: risk.Rate | None, results: int) -> Estimate | None:
    """Return how far a rate lies above the draw's; None where there is nothing to compare."""
    if rate is None or draw is None or results < LEAST_SHOWN:
        return None
    return risk.difference(rate, draw)


def _read(above: Estimate | None, results: int, *, retire: bool = False) -> Reading:
    if retire:
        return "retire"
    if results < LEAST_SHOWN:
        return "few"
    if above is None or above.interval is None:
        return "none"
    if above.interval.low > 0:
        return "above"
    return "below" if above.interval.high < 0 else "same"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Told:
    key: str
    name: str
    counts: Sums
    rows: Mapping[str, str]
    detail: str = ""
    lane: str = ""
    retire: bool = False
    watched: bool = False
    number: int = 0
    is_yardstick: bool = False
    complete: Figure | None = None


def _line(board: Board, told: _Told) -> Line:
    counts = told.counts
    results = counts["results"]
    rate = board.draw if told.is_yardstick else rate_of(counts)
    shown = shown_rate(counts)
    if told.is_yardstick and isinstance(shown, Estimate) and board.draw is not None:
        shown = board.draw.estimate()
    above = None if told.is_yardstick else above_draw(rate, board.draw, results)
    return Line(
        key=told.key,
        name=told.name,
        detail=told.detail,
        lane=told.lane,
        counts={name: counts[name] for name in ("decided", "chosen", "results", "found")},
        out=counts["chosen"] - results,
        rate=board.figure(
            say.ROW_RATE, shown, "share", rows=told.rows, n_words=told_counts(counts)
        ),
        above=board.figure(say.ABOVE_DRAW, above, "points") if above else None,
        reading="yardstick" if told.is_yardstick else _read(above, results, retire=told.retire),
        watched=told.watched,
        number=told.number,
        complete=told.complete,
    )


def fill_lanes_and_offices(
    board: Board, places: Mapping[tuple[Any, ...], Sums], due: Mapping[str, Sums]
) -> None:
    """Fill in the tables of lanes and offices, without the draw, and the line of the draw.

    Parameters
    ----------
    due : office -> sums of what was sent to examination long enough ago to have its result
    """
    drawn = of_way(places, [RANDOM])
    board.draw_line = _line(
        board,
        _Told(
            key=RANDOM,
            name="",
            lane="red",
            counts=drawn,
            rows={"way": RANDOM},
            is_yardstick=True,
        ),
    )
    others = {key: amounts for key, amounts in places.items() if key[-1] != RANDOM}
    by_lane = {
        lane: added(amounts for key, amounts in others.items() if key[2] == lane) for lane in LANES
    }
    board.lanes = [
        _line(board, _Told(key=lane, name=lane, lane=lane, counts=counts, rows={"lane": lane}))
        for lane, counts in by_lane.items()
        if counts["decided"]
    ]
    offices = sorted({key[0] for key in places} | due.keys())
    board.offices = [
        _line(
            board,
            _Told(
                key=office,
                name=office,
                counts=added(amounts for key, amounts in others.items() if key[0] == office),
                rows={"office": office},
                complete=_complete(board, office, due.get(office)),
            ),
        )
        for office in offices
    ]


def _complete(board: Board, office: str, due: Sums | None) -> Figure | None:
    if due is None or not due["chosen"]:
        return None
    n, of = due["results"], due["chosen"]
    rows = {"office": office, "state": "out"}
    if board.as_of is not None:
        last = min(board.as_of - FEEDBACK_DUE, board.scope.period.end) - timedelta(days=1)
        rows["day_to"] = last.isoformat()
    return board.figure(
        say.COMPLETE_DUE,
        risk.completeness(n, of),
        "share",
        rows=rows,
        n_words=Words(f"{n} of {of}", f"{n} из {of}"),
    )


def fill_profiles(board: Board, until: date) -> None:
    """Fill in the table of profiles: each version that hit, without what the draw chose."""
    settled = board.settled
    rows = reads.by_profile(settled)
    past = reads.histories(settled.administration, until) if rows else {}
    names = _names(settled.administration.pk, {code for code, _number, _live in rows})
    for (code, number, live), ways in sorted(rows.items()):
        mine = added(amounts for way, amounts in ways.items() if way != RANDOM)
        story = past.get((code, number))
        name, lane = names.get((code, number), ("", ""))
        board.profiles.append(
            _line(
                board,
                _Told(
                    key=code,
                    name=f"{code} v{number}",
                    detail=name,
                    lane=lane,
                    counts=mine,
                    rows={"profile": code, "number": str(number)}
                    | ({} if live else {"watched": "1"}),
                    retire=live and _retires(story),
                    watched=not live,
                    number=number,
                ),
            )
        )
    board.profiles.sort(key=lambda line: (line.watched, -(line.rate.value or -1.0), line.name))


def _retires(story: History | None) -> bool:
    return story is not None and story.verdict == "retire"


def _names(administration: int, codes: set[str]) -> dict[tuple[str, int], tuple[str, str]]:
    """Return name and strictest lane of the versions of these profiles."""
    found = {}
    versions = ProfileVersion.objects.filter(
        profile__administration_id=administration, profile__code__in=codes
    ).select_related("profile")
    for one in versions.defer("evidence_of_test", "rests_on", "frozen"):
        lane = next((lane for lane in LANES[:3] if getattr(one, lane)), "")
        found[one.profile.code, one.number] = (one.name, lane)
    return found
