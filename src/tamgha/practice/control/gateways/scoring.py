"""The trained model by which a plan of an office scores arrivals, ready in the process.

A plan names a model of the administration, or none: then the profiles that hit give the score. A model
that was put away, is gone, or looks at what this version does not make scores nothing: the profiles do
in its place, and every decision says by what it was scored.
"""

import hashlib
import logging
import threading
import time
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pyarrow.parquet as pq

from tamgha import risk
from tamgha.platform.accounts.models import Administration
from tamgha.practice.control.choices import Mode, PlanState
from tamgha.practice.control.models import PlanVersion
from tamgha.practice.targeting import gateways as targeting
from tamgha.practice.targeting.choices import ModelState
from tamgha.practice.targeting.models import ScoreModel
from tamgha.shared.errors import TamghaError

logger = logging.getLogger(__name__)

BY_PROFILES: Final = "profiles"
FRESH_SECONDS: Final = 1.0
MOST_USUAL: Final = 1_000


@dataclass(frozen=True)
class Scorer:
    """A model ready for single declarations.

    Parameters
    ----------
    number : of the model in its administration
    version : number and the beginning of the SHA-256 of its files, as decisions keep it
    engine : scores items
    names : of the indicators that the items must carry
    """

    row: ScoreModel
    number: int
    version: str
    engine: risk.RowScorer
    names: frozenset[str]

    def usual(self) -> tuple[float, ...]:
        """Return the scores of the declarations that it was trained on, out of time, rising.

        They stand in for those of the last thirty days until it has scored some itself.
        """
        try:
            return _usual(self.row)
        except (TamghaError, OSError, KeyError):
            logger.warning("model %s has no scores of its own set", self.number)
            return ()


@dataclass(slots=True)
class _Kept:
    scorer: Scorer | None
    looked_at: float


_lock: Final = threading.Lock()
_kept: Final[dict[tuple[int, int], _Kept]] = {}


def forget_scorers() -> None:
    """Let what is ready in this process go."""
    with _lock:
        _kept.clear()


def scorer_of(administration: Administration, plan: PlanVersion) -> Scorer | None:
    """Return the model of a plan; None where the plan names none, or the profiles stand in for it."""
    if plan.score_model is None or plan.mode != Mode.CAPACITY:
        return None
    place = (administration.pk, plan.score_model)
    kept = _kept.get(place)
    now = time.monotonic()
    if kept is not None and now - kept.looked_at < FRESH_SECONDS:
        return kept.scorer
    row = ScoreModel.objects.filter(
        administration=administration, number=plan.score_model, state=ModelState.READY
    ).first()
    scorer = None
    if row is not None:
        scorer = kept.scorer if kept is not None and kept.scorer is not None else made(row)
    with _lock:
        _kept[place] = _Kept(scorer, now)
    return scorer


def made(row: ScoreModel) -> Scorer | None:
    """Return a model made ready; None, with a line in the log, where it cannot be."""
    try:
        model = risk.Model.load(targeting.model_folder(row))
        engine = risk.RowScorer(model, prefix=f"model_{row.number}_")
    except TamghaError as trouble:
        logger.warning("model %s scores nothing, profiles do: %s", row.number, trouble)
        return None
    return Scorer(
        row=row,
        number=row.number,
        version=f"model {row.number} {_digest(row)}",
        engine=engine,
        names=frozenset(one.name for one in engine.indicators),
    )


def _digest(row: ScoreModel) -> str:
    """Return the beginning of the SHA-256 over the files that give a score."""
    sha256 = hashlib.sha256()
    folder = targeting.model_folder(row)
    for path in (folder / "model.json", *sorted(folder.glob("forest-*.json"))):
        sha256.update(path.read_bytes())
    return sha256.hexdigest()[:16]


def followed(administration: Administration) -> tuple[risk.Indicator, ...]:
    """Return the indicators of the models that plans in force, or waiting to be, name."""
    plans = PlanVersion.objects.filter(
        plan__administration=administration,
        state__in=(PlanState.SUBMITTED, PlanState.PUBLISHED),
        mode=Mode.CAPACITY,
        score_model__isnull=False,
    ).order_by("score_model", "pk")
    found: dict[str, risk.Indicator] = {}
    for plan in plans.distinct():
        scorer = scorer_of(administration, plan)
        if scorer is not None:
            found |= {one.name: one for one in scorer.engine.indicators}
    return tuple(found.values())


def _usual(row: ScoreModel) -> tuple[float, ...]:
    table = pq.read_table(targeting.model_folder(row) / "scores.parquet", columns=["out_of_time"])
    scores = np.asarray(table["out_of_time"].to_numpy(), float)
    if row.set_change == row.set.change:
        items = targeting.open_set(row.set).items(["declaration"], dictionary=["declaration"])
        code = items["declaration"].combine_chunks()
        places: Any = (code.chunk(0) if hasattr(code, "chunk") else code).indices.to_numpy()
        best = np.full(int(places.max()) + 1, np.nan)
        np.fmax.at(best, places, scores)
        scores = best
    rising = np.sort(scores[np.isfinite(scores)])
    if rising.size > MOST_USUAL:
        ranks = np.ceil(np.arange(1, MOST_USUAL + 1) * rising.size / MOST_USUAL).astype(int) - 1
        rising = rising[ranks]
    return tuple(rising.tolist())
