"""What one version of a profile brought: its rate, its standing, and what it alone brought (4.9).

The last is read from the stored decisions themselves, so it has a page of its own and no column in the
table: up to 3,000 examined declarations are unpacked.
"""

from dataclasses import dataclass
from datetime import date
from typing import Any, Final

import numpy as np

from tamgha import risk
from tamgha.practice.control.domain.packing import unpacked
from tamgha.practice.control.models import Decision, DecisionHit, ResultEntry
from tamgha.practice.control.queries import results as reads
from tamgha.practice.control.queries import results_meanings as say
from tamgha.practice.control.queries.results import RANDOM, History, Scope, Sums, added
from tamgha.practice.control.queries.results_lines import above_draw, shown_rate
from tamgha.practice.control.queries.results_shape import Board, rate_of, told_counts
from tamgha.shared.figures import Estimate, Figure, NotShown

MOST: Final = 3_000
LEFT_OUT: Final = 0.05


@dataclass(frozen=True, slots=True)
class OneProfile:
    """The figures of one version of a profile.

    Parameters
    ----------
    figures : rate, difference to the draw, limits valid at any time, what it alone brought
    draw : the yardstick; None where nothing was drawn
    history : since the version came; None where none of its hits is settled
    period : the part of the asked days whose results are in
    """

    figures: list[Figure]
    draw: risk.Rate | None
    history: History | None
    period: Any


def profile_of(scope: Scope, version: tuple[str, int], *, today: date) -> OneProfile:
    """Return what one live version brought in a scope.

    Parameters
    ----------
    version : code and number
    today : day up to which results are known
    """
    own = scope.administration
    settled = reads.settled_part(scope, reads.weeks_of(reads.totals(scope, "day")))
    counted = reads.by_profile(settled)
    ways = counted.get((*version, True)) or counted.get((*version, False), {})
    counts = added(amounts for way, amounts in ways.items() if way != RANDOM)
    drawn = reads.totals(settled, "way").get((RANDOM,), Sums())
    finds = reads.finds_of(settled, today)
    sample = reads.sample_of(drawn, finds.where(finds.by_draw), None)
    draw = risk.weighted_rate(sample.found, sample.inclusion)
    board = Board(
        scope=scope,
        settled=settled,
        simulated=own.is_simulated,
        currency=own.currency,
        counts=counts,
        draw=draw,
        as_of=today,
    )
    rows = {"profile": version[0], "number": str(version[1])}
    above = above_draw(rate_of(counts), draw, counts["results"])
    history = reads.histories(own, settled.period.end).get(version)
    figures = [
        board.figure(
            say.ROW_RATE, shown_rate(counts), "share", rows=rows, n_words=told_counts(counts)
        ),
        board.figure(say.ABOVE_DRAW, above, "points")
        if above
        else board.figure(
            say.ABOVE_DRAW, NotShown("not_estimable", say.NO_DRAW, say.NEEDS_DRAW), "points"
        ),
        *_alone(board, settled, version, rows),
    ]
    if history is not None:
        standing = history.standing
        figures += [
            board.figure(say.STANDING, standing.profile, "share"),
            board.figure(say.STANDING_DRAW, standing.random, "share"),
        ]
    return OneProfile(figures, draw, history, settled.period)


def _alone(
    board: Board, settled: Scope, version: tuple[str, int], rows: dict[str, str]
) -> list[Figure]:
    """Return the figures of what the version alone brought: finds, examinations, and their rate."""
    found, inclusion, without, left_out = _parts(settled, version)
    told = [say.ALONE, say.ALONE_EXAMINED, say.ALONE_RATE]
    size = found.size + left_out
    if size and left_out > LEFT_OUT * size:
        share = f"{100 * left_out / size:.0f}"
        missing = NotShown("not_estimable", say.REFILLED.format(share=share), say.NEEDS_SIMULATION)
        return [board.figure(one, missing, "number") for one in told]
    brought = risk.marginal_finds(found, inclusion, without)
    if isinstance(brought, NotShown):
        return [board.figure(one, brought, "number") for one in told]
    examined = risk.marginal_examinations(inclusion, without)
    return [
        board.figure(say.ALONE, brought, "number", rows={**rows, "found": "1"}),
        board.figure(say.ALONE_EXAMINED, examined, "number", rows=rows),
        board.figure(say.ALONE_RATE, _rate(brought, examined), "share"),
    ]


def _rate(brought: Estimate, examined: Estimate) -> Estimate:
    """Return finds ÷ examinations, with the limits of the finds: the examinations are known."""
    limits = brought.interval
    within = None
    if limits is not None:
        within = type(limits)(
            limits.low / examined.value,
            min(1.0, limits.high / examined.value),
            limits.level,
            limits.method,
        )
    return Estimate(brought.value / examined.value, within, brought.n, brought.method)


def _parts(settled: Scope, version: tuple[str, int]) -> tuple[Any, Any, Any, int]:
    """Return found, π and π without the profile of the examined hits, and how many have no such π."""
    code, number = version
    hits = DecisionHit.objects.filter(code=code, number=number, live=True).values("decision")
    examined = settled.narrow(
        ResultEntry.objects.filter(is_counted=True, is_examined=True, lane="red", pk__in=hits)
    )
    is_found = dict(examined.order_by("-pk").values_list("pk", "is_found")[:MOST])
    rows, left_out = [], 0
    records = Decision.objects.filter(pk__in=list(is_found)).values_list("pk", "mode", "record")
    for pk, mode, record in records.iterator(chunk_size=500):
        decision = _decision(mode, record)
        if decision is None or not decision.inclusion:
            left_out += 1
            continue
        rest = float(risk.chance_without(decision, code)[0])
        rows.append((is_found[pk], float(decision.inclusion), rest))
    table = np.array(rows, float).reshape(len(rows), 3)
    return table[:, 0] > 0, table[:, 1], table[:, 2], left_out


def _decision(mode: str, record: bytes | memoryview) -> risk.Decision | None:
    """Return a decision by rates as it was stored; None for one by capacity."""
    if mode != "modsel":
        return None
    return risk.record_from_json(unpacked(record)).decision
