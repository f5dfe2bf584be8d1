"""Models as their pages show them: scores out of time, the card, and what a model finds instead."""

import threading
from collections import OrderedDict
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from numpy.typing import NDArray

from tamgha import risk
from tamgha.practice.targeting.choices import ModelState
from tamgha.practice.targeting.gateways import Workbench, model_folder
from tamgha.practice.targeting.models import DeclarationSet, ScoreModel
from tamgha.shared.figures import Estimate, Figure, Interval, NotShown
from tamgha.shared.words import Words

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

KEPT: Final = 4


@dataclass(frozen=True)
class Scored:
    """A set with the scores of one model.

    Parameters
    ----------
    score : shape (rows,), of the kept model; it learnt from the rows that ``learnt`` marks
    out_of_time : shape (rows,), by models that saw nothing of the row's block or later; NaN where
        there is none
    learnt : shape (rows,), bool
    context : declarations of the rows scored out of time, with their outcomes
    by_declaration : shape (declarations,), highest score out of time of a declaration of the whole
        set; NaN where it has none
    order : declarations with a result and a score out of time, the highest score first
    """

    bench: Workbench
    score: Floats
    out_of_time: Floats
    learnt: Flags
    context: risk.BacktestContext
    by_declaration: Floats
    order: NDArray[np.intp]

    @property
    def rows(self) -> Flags:
        """Which rows have a score out of time; shape (rows,)."""
        return np.isfinite(self.out_of_time)

    @property
    def finds_among_best(self) -> NDArray[np.int64]:
        """Finds among the best 0, 1, 2 … examined declarations."""
        found = self.bench.context.found[self.order]
        return np.concatenate([[0], np.cumsum(found, dtype=np.int64)])


_lock: Final = threading.RLock()
_kept: Final[OrderedDict[tuple[str, int], Scored]] = OrderedDict()


def scored(model: ScoreModel, bench: Workbench) -> Scored | None:
    """Return the set with a model's scores; None where the set changed since, or there are none."""
    if model.set_id != bench.row.pk or model.set_change != bench.row.change:
        return None
    path = model_folder(model) / "scores.parquet"
    key = (str(path), id(bench))
    with _lock:
        found = _kept.get(key)
        if found is None or found.bench is not bench:
            if not path.is_file():
                return None
            found = _kept[key] = _read(path, bench)
            while len(_kept) > KEPT:
                _kept.popitem(last=False)
        _kept.move_to_end(key)
        return found


def _read(path: Path, bench: Workbench) -> Scored:
    table = pq.read_table(path)
    score, honest = (
        np.asarray(pc.cast(table[name], pa.float64()).to_numpy(), dtype=float)
        for name in ("score", "out_of_time")
    )
    rows = np.isfinite(honest)
    best = np.full(bench.context.declarations, np.nan)
    code = bench.context.code
    at = np.flatnonzero(rows)
    np.fmax.at(best, at if code is None else code[at], honest[at])
    usable = np.flatnonzero(np.isfinite(best) & bench.context.result)
    mask = pa.array(rows)
    return Scored(
        bench=bench,
        score=score,
        out_of_time=honest,
        learnt=np.asarray(table["learnt"].to_numpy(), dtype=bool),
        context=risk.BacktestContext.of(bench.items.filter(mask), bench.outcomes.filter(mask)),
        by_declaration=best,
        order=usable[np.argsort(-best[usable], kind="stable")],
    )


def model_of(row: DeclarationSet) -> ScoreModel | None:
    """Return the latest ready model of a set as it now is."""
    return (
        ScoreModel.objects.filter(set=row, set_change=row.change, state=ModelState.READY)
        .order_by("-number")
        .first()
    )


# ---- beside a profile --------------------------------------------------------------------------


def model_instead(bench: Workbench, hits: Flags) -> tuple[Words, Figure] | None:
    """Return what the set's model would have found in as many examinations as a profile.

    Only declarations with a result and a score out of time take part, and the profile is counted
    on the same ones: its finds there stand in the words of the figure.

    Parameters
    ----------
    hits : shape (rows,), the items that the profile hits

    Returns
    -------
    label and figure; None where the set has no model with scores out of time
    """
    model = model_of(bench.row)
    found = scored(model, bench) if model is not None else None
    if model is None or found is None or not found.order.size:
        return None
    mine = found.order[bench.context.declaration_hits(hits)[found.order]]
    finds = int(np.count_nonzero(bench.context.found[mine]))
    label = Words(f"Model {model.number}", f"Модель {model.number}")
    return label, Figure.of(
        _best(found, mine.size),
        name=Words("finds", "находки"),
        definition=Words(
            f"finds in the {mine.size:,} examined declarations that it scored highest before their "
            f"results were known; on the same declarations this profile found {finds:,}",
            f"находки в {mine.size} досмотренных декларациях с наибольшим баллом, данным до "
            f"результата; на тех же декларациях этот профиль нашёл: {finds}",
        ),
        simulated=bench.row.simulated,
        unit="count",
        period=bench.period,
    )


def _best(found: Scored, n: int) -> Estimate | NotShown:
    """Return the finds among the best n declarations, with Wilson's limits times n."""
    if not n:
        return NotShown(
            "too_few",
            Words(
                "The profile hits no examined declaration that was scored out of time.",
                "Профиль не попадает ни на одну досмотренную декларацию с баллом вне времени обучения.",
            ),
            Words("A wider condition, or a longer period.", "Более широкое условие или период."),
        )
    finds = int(found.finds_among_best[n])
    rate = risk.wilson_proportion(finds, n)
    if isinstance(rate, NotShown) or rate.interval is None:
        return rate
    limits = rate.interval
    return Estimate(
        float(finds), Interval(limits.low * n, limits.high * n, limits.level, limits.method), n
    )


# ---- calibration -------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Calibrated:
    """Whether probabilities given out of time came true.

    Parameters
    ----------
    on_draw : whether it rests on rows examined by chance, weighted by 1/π
    """

    bins: tuple[risk.CalibrationBin, ...]
    ratio: Figure
    on_draw: bool


def calibrated(found: Scored) -> Calibrated:
    """Return the calibration of the scores out of time."""
    told = risk.Outcomes.of(found.bench.outcomes)
    with np.errstate(invalid="ignore"):
        drawn = told.result & found.rows & (told.inclusion > 0) & (told.inclusion < 1)
    on_draw = bool(drawn.any())
    rows = drawn if on_draw else told.result & found.rows
    score, seen = found.out_of_time[rows], told.found[rows]
    inclusion = told.inclusion[rows] if on_draw else np.ones(int(rows.sum()))
    bins = risk.calibration_curve(score, seen, inclusion) if rows.any() else []
    ratio = risk.observed_over_expected(
        int(np.count_nonzero(seen)), float(score.sum()), int(rows.sum())
    )
    return Calibrated(
        tuple(bins),
        Figure.of(
            ratio,
            name=Words("found for one expected", "найдено на одно ожидаемое"),
            definition=Words(
                "finds by the sum of the probabilities given before the results were known; 1 = came true",
                "находки, делённые на сумму вероятностей, данных до результата; 1 = сбылось",
            ),
            simulated=found.bench.row.simulated,
            unit="ratio",
            period=found.bench.period,
        ),
        on_draw,
    )


# ---- finds against inspections -----------------------------------------------------------------


def frontier_of(
    found: Scored,
    model: ScoreModel,
    profiles: list[risk.Profile],
    lists: risk.ProfileLists,
    *,
    points: int = 20,
) -> risk.Frontier:
    """Return finds and value against inspections: the model, chance, and profiles in their order."""
    best = found.context
    score = np.full(best.declarations, -np.inf)
    rows = np.flatnonzero(found.rows)
    code = np.arange(rows.size) if best.code is None else best.code
    np.maximum.at(score, code, found.out_of_time[rows])
    hits = [
        (one.code, best.declaration_hits(found.bench.hits(one, lists)[rows])) for one in profiles
    ]
    return risk.frontier(
        best, profiles=hits, scores={f"model-{model.number}": score}, points=points
    )
