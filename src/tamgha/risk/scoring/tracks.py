"""Two tracks, always side by side: forward in time, and on goods that were never seen.

In time, most goods of the test occur in training, and a model that learns goods by heart does well.
On the disjoint track one row stands for each tuple of goods, and no tuple stands on both sides:

- the rows are the first of each goods tuple, by time;
- folds are drawn by seed, stratified by outcome;
- features of a fold are computed from findings of *its training rows* alone: the findings of all
  other rows, also of further rows of the same goods, are cut away before any history is computed,
  and a history sees a finding only on days after it became known;
- weights of categories, curves, screening of features and trees are fitted on its training rows;
- medians and counts use declared values of all rows of earlier days, never an outcome.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy import special

from tamgha.risk.schema import DeclarationSet
from tamgha.risk.scoring.card import Track
from tamgha.risk.scoring.errors import ScoringError
from tamgha.risk.scoring.features import Features, compute_features
from tamgha.risk.scoring.trade import Trade, goods_of, refuse_unlearnable
from tamgha.risk.scoring.training import (
    SIZES,
    TrainingOptions,
    fit_parts,
    stakes,
    subjects_of,
)
from tamgha.risk.scoring.yardsticks import Ranking, pooled, ranking, revenue_priority
from tamgha.shared.words import Words

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
Fold = tuple[NDArray[np.intp], NDArray[np.intp]]

FOLDS = 5
SEEDS = (0, 1, 2)
RANDOM, NUMBERS, TRADERS, MODEL = "random", "numbers only", "traders and offices only", "model"
REVENUE = "model by revenue"


@dataclass(frozen=True, slots=True)
class GoodsScores:
    """Scores of the disjoint track, row by row, so that parts of it can be looked at alone.

    Parameters
    ----------
    rows : shape (m,), places of the rows in the trade, one per goods tuple
    found : shape (m,), bool
    stake : shape (m,), duty at stake, NaN unknown
    scores : by name of a ranking, for each seed the ranks within folds in [0, 1), shape (m,)
    """

    rows: NDArray[np.intp]
    found: Flags
    stake: Floats
    scores: dict[str, list[Floats]]

    def rankings(self, only: Flags | None = None) -> tuple[Ranking, ...]:
        """Return the rankings over all rows, or over some of them (mask of shape (m,))."""
        mask = np.ones(self.rows.size, bool) if only is None else only
        runs = {
            name: [ranking(name, s[mask], self.found[mask], self.stake[mask]) for s in scores]
            for name, scores in self.scores.items()
        }
        return _in_order(runs)


@dataclass(frozen=True, slots=True)
class Tracks:
    """Both tracks.

    Parameters
    ----------
    time : trained on earlier months, tested on later ones
    disjoint : goods of the test never seen in training
    goods : what the disjoint track was measured from
    """

    time: Track
    disjoint: Track
    goods: GoodsScores

    def both(self) -> tuple[Track, Track]:
        """Return both, in time first."""
        return self.time, self.disjoint


def evaluate_tracks(
    given: DeclarationSet | Trade,
    *,
    options: TrainingOptions | None = None,
    seeds: Sequence[int] = SEEDS,
    yardsticks: bool = True,
    on_step: Callable[[int, int], None] | None = None,
) -> Tracks:
    """Measure a way of training on both tracks.

    Parameters
    ----------
    given : a set, or rows with findings
    options : how the model is trained
    seeds : of folds, trees and the random yardstick; figures are means over them
    yardsticks : whether the yardsticks are measured besides the model
    on_step : called with (steps done, steps in all)

    Returns
    -------
    Tracks

    Raises
    ------
    ScoringError
        With too few finds or too little time for either track.
    """
    wanted = options or TrainingOptions()
    trade = Trade.of(given)
    steps = _Steps(on_step, len(seeds) * (1 + FOLDS))
    bench = _Bench(trade, wanted, yardsticks=yardsticks, steps=steps)
    in_time = bench.in_time(seeds)
    disjoint, goods = bench.disjoint(seeds)
    return Tracks(in_time, disjoint, goods)


class _Steps:
    def __init__(self, tell: Callable[[int, int], None] | None, whole: int) -> None:
        self.tell, self.whole, self.done = tell, whole, 0

    def step(self) -> None:
        self.done += 1
        if self.tell is not None:
            self.tell(self.done, self.whole)


class _Bench:
    """Rows, outcomes and yardsticks of one evaluation."""

    def __init__(
        self, trade: Trade, options: TrainingOptions, *, yardsticks: bool, steps: _Steps
    ) -> None:
        self.trade, self.options, self.steps = trade, options, steps
        outcome = trade.outcomes()
        refuse_unlearnable(outcome.found[outcome.examined])
        self.examined, self.found = outcome.examined, outcome.found
        self.stake = stakes(trade)
        self.has_stake = bool((np.nan_to_num(self.stake[self.found]) > 0).any())
        self.ways = {MODEL: options}
        if yardsticks:
            self.ways[NUMBERS] = replace(options, share=0.0, only=SIZES)
            only = subjects_of("trader", "office")
            self.ways[TRADERS] = replace(options, share=0.0, only=only, screen=False)

    def scores(self, rows: Features, fold: Fold, seed: int) -> dict[str, Floats]:
        """Return the scores of the test rows by each way, and random ones."""
        train, test = fold
        found = self.found[train]
        made = {RANDOM: np.random.default_rng(seed).random(test.size)}
        for name, way in self.ways.items():
            fitted = fit_parts(rows.take(train), found, replace(way, seed=seed))
            made[name] = fitted.margin(rows.take(test))
        if self.has_stake:
            # not calibrated here: the margin is read as log-odds
            made[REVENUE] = revenue_priority(special.expit(made[MODEL]), self.stake[test])
        return made

    def in_time(self, seeds: Sequence[int]) -> Track:
        """Measure forward in time: two thirds of the months train, the last sixth tests."""
        days = self.trade.days
        train_end, test_start = cuts(self.trade, days)
        train = np.flatnonzero(self.examined & (days < train_end))
        test = np.flatnonzero(self.examined & (days >= test_start))
        for places in (train, test):
            refuse_unlearnable(self.found[places])
        rows = compute_features(self.trade, self.options.smoothing)
        runs: dict[str, list[Ranking]] = {}
        for seed in seeds:
            for name, score in self.scores(rows, (train, test), seed).items():
                one = ranking(name, score, self.found[test], self.stake[test])
                runs.setdefault(name, []).append(one)
            self.steps.step()
        first, last = self.trade.day_of(train_end), self.trade.day_of(test_start)
        told = Words(
            f"Trained on rows before {first}, tested on rows from {last}; {len(seeds)} seeds.",
            f"Обучение на строках до {first}, проверка на строках с {last}; "
            f"начальных чисел: {len(seeds)}.",
        )
        return Track("time", _in_order(runs), told)

    def disjoint(self, seeds: Sequence[int]) -> tuple[Track, GoodsScores]:
        """Measure on goods never seen: five folds, one row per goods tuple."""
        rows_of = first_of_goods(self.trade, self.examined)
        found = self.found[rows_of]
        refuse_unlearnable(found)
        scores: dict[str, list[Floats]] = {}
        for seed in seeds:
            whole: dict[str, Floats] = {}
            for fold in goods_folds(found, seed):
                train, test = rows_of[fold[0]], rows_of[fold[1]]
                rows = fold_features(self.trade, train, self.options.smoothing)
                for name, score in self.scores(rows, (train, test), seed).items():
                    place = whole.setdefault(name, np.zeros(rows_of.size))
                    place[fold[1]] = score.argsort(kind="stable").argsort() / score.size
                self.steps.step()
            for name, score in whole.items():
                scores.setdefault(name, []).append(score)
        told = Words(
            f"{rows_of.size:,} goods tuples, one row each, {FOLDS} folds, no tuple on both sides; "
            f"{len(seeds)} seeds; ranks within folds.",
            f"Различных товаров {rows_of.size}, по строке на каждый, блоков {FOLDS}, ни один товар "
            f"не стоит по обе стороны; начальных чисел: {len(seeds)}; места внутри блоков.",
        )
        goods = GoodsScores(rows_of, found, self.stake[rows_of], scores)
        return Track("disjoint", goods.rankings(), told), goods


def _in_order(runs: dict[str, list[Ranking]]) -> tuple[Ranking, ...]:
    names = [name for name in (MODEL, REVENUE, NUMBERS, TRADERS, RANDOM) if name in runs]
    return tuple(pooled(runs[name]) for name in names)


def cuts(trade: Trade, days: NDArray[np.int64]) -> tuple[int, int]:
    """Return the day on which training ends and the day on which the test starts.

    The months of the set are cut 4 : 1 : 1 (12, 3 and 3 of 18): what lies between is left to
    tuning, so that nothing of the test was near the training.

    Raises
    ------
    ScoringError
        With fewer than three months.
    """
    months = sorted({(trade.day_of(day).year, trade.day_of(day).month) for day in np.unique(days)})
    if len(months) < 3:
        raise ScoringError(
            Words(
                f"The track in time needs rows of three months or more; {len(months)} came.",
                f"Проверка по времени требует строк за три месяца и более; есть {len(months)}.",
            )
        )
    held = max(1, round(len(months) / 6))
    starts = [_first_day(*months[-2 * held]), _first_day(*months[-held])]
    return starts[0], starts[1]


def _first_day(year: int, month: int) -> int:
    return int(np.datetime64(f"{year:04d}-{month:02d}-01", "D").astype(np.int64))


def first_of_goods(trade: Trade, examined: Flags) -> NDArray[np.intp]:
    """Return the places of the first examined row of each goods tuple, in canonical order."""
    places = np.flatnonzero(examined)
    _, first = np.unique(goods_of(trade.items)[places], return_index=True)
    return np.sort(places[first])


def goods_folds(found: Flags, seed: int) -> list[Fold]:
    """Return (train, test) places of each fold, stratified by outcome and drawn by seed."""
    draw = np.random.default_rng([seed, 2208])
    fold = np.zeros(found.size, np.int64)
    for kind in (True, False):
        places = np.flatnonzero(found == kind)
        fold[draw.permutation(places)] = np.arange(places.size) % FOLDS
    return [(np.flatnonzero(fold != one), np.flatnonzero(fold == one)) for one in range(FOLDS)]


def fold_features(trade: Trade, train: NDArray[np.intp], smoothing: float) -> Features:
    """Return features of all rows, computed from findings of the training rows alone."""
    learning = np.zeros(len(trade.items), bool)
    learning[train] = True
    return compute_features(trade.learning_only(learning), smoothing)
