"""Rows by score: why one scores as it does, and the set with its scores as columns for the list."""

import json
import threading
from collections import OrderedDict
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

import numpy as np
import pyarrow as pa

from tamgha import risk
from tamgha.practice.targeting.gateways import Workbench, model_folder
from tamgha.practice.targeting.models import ScoreModel
from tamgha.practice.targeting.queries.learning import KEPT, Scored

_lock: Final = threading.RLock()


@dataclass(frozen=True, slots=True)
class Why:
    """Why a row scores as it does.

    Parameters
    ----------
    reasons : (reason, share of the heaviest weight in [0, 1]), heaviest first
    """

    place: int
    score: float
    out_of_time: float | None
    learnt: bool
    higher: float | None
    for_it: tuple[tuple[risk.Reason, float], ...]
    against_it: tuple[tuple[risk.Reason, float], ...]


@lru_cache(maxsize=2)
def _loaded(folder: str) -> risk.Model:
    return risk.Model.load(folder)


def why(model: ScoreModel, found: Scored, place: int) -> Why:
    """Return the reasons of one row in words, by the kept model."""
    folder = model_folder(model)
    fitted = _loaded(str(folder))
    reasons = fitted.reasons(_features(folder, fitted, found.bench, place), most=8)[0]
    most = max((abs(one.weight) for one in reasons), default=1.0)
    parts = [(one, abs(one.weight) / most) for one in reasons]
    honest = float(found.out_of_time[place])
    known = np.isfinite(honest)
    return Why(
        place=place,
        score=float(found.score[place]),
        out_of_time=honest if known else None,
        learnt=bool(found.learnt[place]),
        higher=float(np.mean(found.out_of_time[found.rows] < honest)) if known else None,
        for_it=tuple(part for part in parts if part[0].speaks_for),
        against_it=tuple(part for part in parts if not part[0].speaks_for),
    )


def _features(folder: Path, fitted: risk.Model, bench: Workbench, place: int) -> risk.Features:
    """Return the kept features of one row, read from the disk without the others."""
    values = _kept_values(str(folder / "features.json"))
    like = _shape(str(folder), bench)
    numbers = np.load(folder / "numbers.npy", mmap_mode="r")[place : place + 1]
    codes = np.load(folder / "codes.npy", mmap_mode="r")[place]
    categories = {
        name: replace(
            like.categories[name],
            codes=np.asarray(codes[at : at + 1], dtype=np.int32),
            values=tuple(values[name]),
        )
        for at, name in enumerate(values)
    }
    return risk.Features(like.specs, np.array(numbers), categories)


@lru_cache(maxsize=2)
def _kept_values(path: str) -> dict[str, list[str]]:
    told: dict[str, Any] = json.loads(Path(path).read_text(encoding="utf-8"))
    return dict(told["values"])


_shapes: Final[dict[str, risk.Features]] = {}


def _shape(folder: str, bench: Workbench) -> risk.Features:
    """Return features of a single row: what they are called, and how categories are kept."""
    found = _shapes.get(folder)
    if found is None:
        nothing = risk.FINDING_SCHEMA.empty_table()
        one = bench.items.slice(0, 1)
        plain = pa.table(
            {
                name: column.cast(column.type.value_type)
                if pa.types.is_dictionary(column.type)
                else column
                for name, column in zip(one.column_names, one.columns, strict=True)
            }
        )
        found = _loaded(folder).features(risk.Trade(plain, nothing))
        if len(_shapes) > 8:
            _shapes.clear()
        _shapes[folder] = found
    return found


_lists: Final[OrderedDict[int, tuple[Scored, Workbench]]] = OrderedDict()


def with_scores(found: Scored) -> Workbench:
    """Return the set with its scores as further columns, for the list of rows."""
    with _lock:
        kept = _lists.get(id(found))
        if kept is not None and kept[0] is found:
            return kept[1]
        table = found.bench.indicators
        honest = pa.array(found.out_of_time, mask=~found.rows)
        for name, column in (
            ("score_out_of_time", honest),
            ("score_kept", pa.array(found.score)),
            ("learnt", pa.array(found.learnt)),
        ):
            table = table.append_column(name, column)
        made = replace(found.bench, indicators=table)
        _lists[id(found)] = (found, made)
        while len(_lists) > KEPT:
            _lists.popitem(last=False)
        return made
