"""Whether the scores of the model come true (4.15): only by what chance examined, weighted 1/π.

Up to 3,000 stored decisions are unpacked, the latest first, to see what scored them.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

import numpy as np

from tamgha import risk
from tamgha.practice.control.domain.packing import unpacked
from tamgha.practice.control.models import ResultEntry
from tamgha.practice.control.queries import results as reads
from tamgha.practice.control.queries import results_meanings as say
from tamgha.practice.control.queries.results import Scope, Sums
from tamgha.practice.control.queries.results_shape import Board
from tamgha.shared.figures import Figure, NotShown

BY_CHANCE: Final = ("random", "explore")
LEAST: Final = 20
MOST: Final = 3_000


@dataclass(frozen=True, slots=True)
class ScoreBoard:
    """How the scores of a scope came true.

    Parameters
    ----------
    figure : finds ÷ expected finds
    bins : the curve, by rising score; each with its own figure of what was found
    period : the part of the asked days whose results are in
    """

    figure: Figure
    bins: Sequence[tuple[float, int, Figure]]
    period: Any


def score_of(scope: Scope, *, today: date) -> ScoreBoard:
    """Return the calibration of the scores in a scope.

    Parameters
    ----------
    today : day up to which results are known
    """
    own = scope.administration
    settled = reads.settled_part(scope, reads.weeks_of(reads.totals(scope, "day")))
    board = Board(
        scope=scope,
        settled=settled,
        simulated=own.is_simulated,
        currency=own.currency,
        counts=Sums(),
        draw=None,
        as_of=today,
    )
    examined = settled.narrow(
        ResultEntry.objects.filter(
            is_counted=True,
            is_examined=True,
            lane="red",
            way__in=BY_CHANCE,
            inclusion__gt=0,
            decision__score__isnull=False,
        )
    )
    names = ("decision__score", "is_found", "inclusion", "decision__record")
    rows = [
        told
        for *told, record in examined.order_by("-pk").values_list(*names)[:MOST]
        if _is_of_a_model(record)
    ]
    if len(rows) < LEAST:
        missing = NotShown("not_estimable", say.NO_SCORES, say.NEEDS_SCORES, len(rows))
        return ScoreBoard(board.figure(say.CALIBRATION, missing, "ratio"), [], settled.period)
    table = np.array(rows, float)
    score, found, inclusion = table[:, 0], table[:, 1] > 0, table[:, 2]
    whole = risk.observed_over_expected(int(found.sum()), float(score.sum()), len(rows))
    shown = board.figure(say.CALIBRATION, whole, "ratio", rows={"way": "random"})
    curve = risk.calibration_curve(score, found, inclusion)
    bins = [(one.expected, one.n, board.figure(say.BIN, one.observed, "share")) for one in curve]
    return ScoreBoard(shown, bins, settled.period)


def _is_of_a_model(record: bytes | memoryview) -> bool:
    """Return whether the score of a stored decision is a model's probability, not a sum over profiles."""
    declared = unpacked(record).get("decision", {}).get("declared", {})
    return str(declared.get("model_version", "")).startswith("model ")
