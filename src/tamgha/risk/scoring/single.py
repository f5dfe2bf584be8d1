"""A model on one declaration as it arrives: the same score as in a table, in a fraction of a millisecond.

No table is made and xgboost is not loaded: the trees are walked as arrays, all at once, one level a
step. The indicators that the model looks at come with the row, from `OnlineIndicators`.
"""

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from tamgha.risk.indicators import Indicator
from tamgha.risk.schema import COLUMNS
from tamgha.risk.scoring.effects import LIMIT, Effects
from tamgha.risk.scoring.errors import ScoringError
from tamgha.risk.scoring.features import CATEGORY_COLUMNS, NUMBERS, patterns_of, transformed
from tamgha.risk.scoring.model import Model
from tamgha.risk.scoring.specs import features
from tamgha.shared.words import Words

Row = Mapping[str, Any]
Floats = NDArray[np.float64]

PREFIX: Final = "model_"
"""Before the names of a model's indicators in a row, apart from those that conditions ask about."""


class RowScorer:
    """A model made ready for single declarations.

    What a row does not have is unknown, and is treated as unknown values were in training: the trees
    go the way that they learnt for them, curves and lines add what is usual.

    Parameters
    ----------
    model : trained
    prefix : before the names of its indicators in a row; models whose rows meet need different ones

    Attributes
    ----------
    indicators : what the rows must carry, under names that begin with the prefix

    Raises
    ------
    ScoringError
        If the model looks at features that this version does not make.
    """

    def __init__(self, model: Model, *, prefix: str = PREFIX) -> None:
        specs = {one.name: one for one in features(model.smoothing)}
        wanted = _wanted(model)
        if missing := [name for name in wanted if name not in specs]:
            raise ScoringError(
                Words(
                    f"The model looks at features that this version does not make: "
                    f"{', '.join(missing)}. Train it again with this version.",
                    f"Модель использует признаки, которых нет в этой версии: "
                    f"{', '.join(missing)}. Обучите её заново этой версией.",
                )
            )
        self._specs = [specs[name] for name in wanted]
        self._prefix = prefix
        self._place = {name: place for place, name in enumerate(wanted)}
        self.indicators: tuple[Indicator, ...] = tuple(
            replace(one.indicator, name=prefix + one.name)
            for one in self._specs
            if one.indicator is not None
        )
        self._effects = _Lines(model.effects, self._place)
        self._trees = _Walk(model, self._place)
        self._share = model.share
        self._calibration = model.calibration

    def score(self, rows: Sequence[Row]) -> float:
        """Return the highest probability of a find among the items of a declaration, in (0, 1).

        Parameters
        ----------
        rows : items with their columns and the indicators that `indicators` names
        """
        return float(self.scores(rows).max())

    def scores(self, rows: Sequence[Row]) -> Floats:
        """Return the probability of a find of each item, shape (len(rows),)."""
        numbers = self._numbers(rows)
        margin = self._share * self._effects.margin(rows, numbers)
        margin += (1 - self._share) * self._trees.margin(numbers)
        return self._calibration.probability(margin)

    def _numbers(self, rows: Sequence[Row]) -> NDArray[np.float32]:
        patterns = patterns_of(
            {name: _column(rows, name) for name in NUMBERS},
            np.array([_code(row) for row in rows]),
            (_texts(rows, "origin"), _texts(rows, "departure")),
        )
        columns = []
        for spec in self._specs:
            if spec.indicator is None:
                values = patterns[spec.name]
            else:
                values = _column(rows, self._prefix + spec.name)
            columns.append(transformed(spec, values) if spec.log else values)
        return np.stack(columns, axis=1).astype(np.float32)


def _wanted(model: Model) -> list[str]:
    """Return the names of the features that any part of a model looks at, each once."""
    effects = model.effects
    lines = [one.feature for one in effects.curves] + [one.feature for one in effects.slopes]
    stepped = [key[:-1] for one in effects.blocks for key in one.block.keys if key.endswith("~")]
    return list(dict.fromkeys((*model.trees.names, *lines, *stepped)))


def _column(rows: Sequence[Row], name: str) -> Floats:
    """Return a column of rows, NaN where one has nothing."""
    return np.array([row.get(name) for row in rows], float)


def _texts(rows: Sequence[Row], name: str) -> NDArray[np.object_]:
    return np.array([row.get(name) or "" for row in rows], object)


def _code(row: Row) -> float:
    text = str(row.get("hs") or "")[:6]
    return float(text) if text.isdigit() else math.nan


# ---- the effects part ---------------------------------------------------------------------------


class _Lines:
    """The effects part: categories by their text, curves and straight lines by their place."""

    def __init__(self, effects: Effects, place: Mapping[str, int]) -> None:
        self._base = effects.base
        self._blocks = [(one.block.keys, one.weights, one.usual) for one in effects.blocks]
        self._curves = [
            (place[one.feature], np.array(one.knots), np.array(one.heights), one.usual)
            for one in effects.curves
        ]
        self._slopes = [
            (place[one.feature], one.centre, one.spread, one.weight, one.usual)
            for one in effects.slopes
        ]
        self._steps = {
            f"{name}~": (place[name], np.array(edges))
            for name, edges in effects.steps.items()
            if name in place
        }

    def margin(self, rows: Sequence[Row], numbers: NDArray[np.float32]) -> Floats:
        return np.array(
            [self._one(row, one) for row, one in zip(rows, numbers.astype(np.float64), strict=True)]
        )

    def _one(self, row: Row, numbers: Floats) -> float:
        total = self._base
        texts: dict[str, str] = {}
        for keys, weights, usual in self._blocks:
            parts = []
            for key in keys:
                if key not in texts:
                    texts[key] = self._text(row, key, numbers)
                parts.append(texts[key])
            total += weights.get("|".join(parts), 0.0) - usual
        for place, knots, heights, usual in self._curves:
            value = numbers[place]
            total += (0.0 if math.isnan(value) else float(np.interp(value, knots, heights))) - usual
        for place, centre, spread, weight, usual in self._slopes:
            value = numbers[place]
            z = 0.0 if math.isnan(value) else (value - centre) / spread
            total += min(LIMIT, max(-LIMIT, z)) * weight - usual
        return total

    def _text(self, row: Row, key: str, numbers: Floats) -> str:
        if key in self._steps:
            place, edges = self._steps[key]
            value = numbers[place]
            return "" if math.isnan(value) else f"{np.searchsorted(edges, value, side='right'):02d}"
        name, _, length = key.partition(":")
        value = row.get(name)
        if value is None:
            return ""
        text = str(float(value)) if name in _FLOATING else str(value)
        return text[: int(length)] if length else text


_FLOATING: Final = frozenset(
    name
    for name in (one.partition(":")[0] for one in CATEGORY_COLUMNS)
    if pa.types.is_floating(COLUMNS[name].type)
)


# ---- the trees ----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Forest:
    """All trees of all forests as arrays over their nodes, one after the other.

    A leaf leads to itself, so that every way may be walked to the depth of the deepest.
    """

    roots: NDArray[np.int64]
    feature: NDArray[np.int64]
    limit: NDArray[np.float32]
    left: NDArray[np.int64]
    right: NDArray[np.int64]
    unknown: NDArray[np.int64]
    leaf: Floats
    depth: int
    base: float
    forests: int


class _Walk:
    """The trees part, walked without xgboost."""

    def __init__(self, model: Model, place: Mapping[str, int]) -> None:
        self._names = np.array([place[name] for name in model.trees.names], np.int64)
        self._forest = _forest_of(model.trees.documents)

    def margin(self, numbers: NDArray[np.float32]) -> Floats:
        """Return the mean margin of the forests for each row."""
        one = self._forest
        values = numbers[:, self._names]
        rows = np.arange(len(values))[:, None]
        at = np.broadcast_to(one.roots, (len(values), one.roots.size))
        for _level in range(one.depth):
            value = values[rows, one.feature[at]]
            ahead = np.where(value < one.limit[at], one.left[at], one.right[at])
            at = np.where(np.isnan(value), one.unknown[at], ahead)
        total: Floats = one.leaf[at].sum(axis=1) / one.forests + one.base
        return total


def _forest_of(documents: Sequence[bytes]) -> _Forest:
    """Return the trees of xgboost's JSON documents; raises ScoringError for what is not read here."""
    parts: dict[str, list[NDArray[Any]]] = {
        name: [] for name in ("feature", "limit", "left", "right", "unknown", "leaf")
    }
    roots, offset, deepest, bases = [], 0, 0, []
    for document in documents:
        learner = json.loads(document)["learner"]
        bases.append(_base(learner))
        for tree in learner["gradient_booster"]["model"]["trees"]:
            if any(tree.get("split_type", ())):
                raise ScoringError(
                    Words(
                        "A model with trees over numbers was expected; it splits by categories.",
                        "Ожидалась модель с деревьями по числам, а она делит по категориям.",
                    )
                )
            left = np.array(tree["left_children"], np.int64)
            right = np.array(tree["right_children"], np.int64)
            own = np.arange(left.size)
            ends = left < 0
            conditions = np.array(tree["split_conditions"], np.float32)
            told = np.array(tree["default_left"], bool)
            parts["feature"].append(np.where(ends, 0, np.array(tree["split_indices"], np.int64)))
            parts["limit"].append(conditions)
            parts["left"].append(np.where(ends, own, left) + offset)
            parts["right"].append(np.where(ends, own, right) + offset)
            parts["unknown"].append(np.where(ends, own, np.where(told, left, right)) + offset)
            parts["leaf"].append(np.where(ends, conditions.astype(np.float64), 0.0))
            roots.append(offset)
            offset += left.size
            deepest = max(deepest, _depth(left, right))
    return _Forest(
        roots=np.array(roots, np.int64),
        depth=deepest,
        base=float(np.mean(bases)) if bases else 0.0,
        forests=max(1, len(documents)),
        **{name: np.concatenate(each) for name, each in parts.items()},
    )


def _base(learner: Mapping[str, Any]) -> float:
    """Return the margin with which a forest begins: the log-odds of its base score."""
    told = str(learner["learner_model_param"]["base_score"]).strip("[]")
    chance = float(np.float32(told))
    return math.log(chance / (1 - chance))


def _depth(left: NDArray[np.int64], right: NDArray[np.int64]) -> int:
    """Return the number of questions on the longest way through a tree."""
    level, depth = [0], 0
    while True:
        level = [to for at in level if left[at] >= 0 for to in (int(left[at]), int(right[at]))]
        if not level:
            return depth
        depth += 1
