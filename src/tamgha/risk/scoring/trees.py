"""The trees part of a model: a few small boosted forests with different seeds, averaged."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    import xgboost

Floats = NDArray[np.float64]
Numbers = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class TreesPlan:
    """How the trees are grown.

    Parameters
    ----------
    rounds : trees of each forest
    depth : questions on a way to a leaf, at most
    learning_rate : share of each tree that counts, in (0, 1]
    least : least weight of rows in a leaf (sum of p(1 − p))
    rows, columns : share of rows and of features that a tree sees
    pull : L2 regularisation of the leaves
    forests : how many forests are averaged
    """

    rounds: int = 300
    depth: int = 4
    learning_rate: float = 0.03
    least: float = 20.0
    rows: float = 0.7
    columns: float = 0.5
    pull: float = 10.0
    forests: int = 2


@dataclass(frozen=True, slots=True)
class Trees:
    """Grown forests.

    Parameters
    ----------
    names : features that they look at, in order
    documents : each forest as the JSON text of xgboost
    """

    names: tuple[str, ...]
    documents: tuple[bytes, ...]
    _grown: "list[xgboost.Booster]" = field(default_factory=list, compare=False, repr=False)

    def margin(self, numbers: Numbers) -> Floats:
        """Return the mean margin (log-odds) of the forests; numbers of shape (n, k), n margins."""
        return self._mean(numbers, contributions=False)

    def contributions(self, numbers: Numbers) -> Floats:
        """Return exact contributions (TreeSHAP) and, as last column, the base; shape (n, k + 1).

        Each row sums to its margin.
        """
        return self._mean(numbers, contributions=True)

    def _mean(self, numbers: Numbers, *, contributions: bool) -> Floats:
        import xgboost  # noqa: PLC0415 -- heavy, only when used

        if not self._grown:
            self._grown.extend(_booster(document) for document in self.documents)
        matrix = xgboost.DMatrix(numbers, nthread=1)
        found = [
            one.predict(matrix, pred_contribs=True)
            if contributions
            else one.predict(matrix, output_margin=True)
            for one in self._grown
        ]
        mean: Floats = np.mean([np.asarray(part, np.float64) for part in found], axis=0)
        return mean


def _booster(document: bytes) -> "xgboost.Booster":
    import xgboost  # noqa: PLC0415 -- heavy, only when used

    made = xgboost.Booster({"nthread": 1})
    made.load_model(bytearray(document))
    return made


def grow_trees(
    numbers: Numbers,
    found: NDArray[np.bool_],
    names: Sequence[str],
    plan: TreesPlan,
    seed: int,
) -> Trees:
    """Grow the forests; the same input and seed give the same trees.

    Parameters
    ----------
    numbers : shape (n, k), NaN where unknown
    found : shape (n,), bool
    names : k features
    plan, seed : how

    Returns
    -------
    Trees
    """
    import xgboost  # noqa: PLC0415 -- heavy, only when used

    matrix = xgboost.QuantileDMatrix(numbers, label=found.astype(np.float32), nthread=1)
    documents = []
    for forest in range(plan.forests):
        parameters = {
            "objective": "binary:logistic",
            "tree_method": "hist",
            "eta": plan.learning_rate,
            "max_depth": plan.depth,
            "min_child_weight": plan.least,
            "subsample": plan.rows,
            "colsample_bytree": plan.columns,
            "lambda": plan.pull,
            "seed": seed * 1_000 + forest,
            "nthread": 1,
        }
        grown = xgboost.train(parameters, matrix, num_boost_round=plan.rounds)
        documents.append(bytes(grown.save_raw("json")))
    return Trees(tuple(names), tuple(documents))
