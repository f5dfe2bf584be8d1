"""Where targeting meets the engine's files: sets on disk, and a set made ready for back-tests.

A *workbench* is one set held in memory with its indicators, an evaluator whose leaves are cached
and its outcomes, so that an edited profile is tested again in milliseconds. A process keeps the
few that were used last; the change number of the set is part of the key, so a set that grew is
read anew.
"""

import hashlib
import threading
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from django.conf import settings
from numpy.typing import NDArray

from tamgha import risk
from tamgha.practice.targeting.models import (
    DeclarationSet,
    DeclaredIndicator,
    Intake,
    ScoreModel,
)
from tamgha.shared.periods import Period

KEPT_WORKBENCHES = 3
WITHOUT_DICTIONARY = frozenset({"declaration"})


def folder_of(row: DeclarationSet) -> Path:
    """Return the folder in which the rows of a set lie."""
    return Path(settings.TAMGHA_SETS) / row.folder


def work_folder(intake: Intake) -> Path:
    """Return the folder in which what a check found lies."""
    return Path(settings.TAMGHA_SETS) / "intakes" / str(intake.pk)


def model_folder(model: ScoreModel) -> Path:
    """Return the folder in which a model and its scores lie."""
    return Path(settings.TAMGHA_SETS) / "models" / model.folder


def open_set(row: DeclarationSet) -> risk.DeclarationSet:
    """Return the set on disk that a catalogue row speaks of."""
    return risk.DeclarationSet.open(folder_of(row))


@dataclass
class Workbench:
    """One set in memory, ready for any number of back-tests.

    Parameters
    ----------
    row : the catalogue row it was made from
    items : table of all columns of the row, in the canonical order
    indicators : table of every ready indicator and the administration's own, aligned with items
    evaluator : evaluates conditions, each distinct leaf once
    context : declarations and outcomes for `risk.backtest`
    """

    row: DeclarationSet
    items: pa.Table
    indicators: pa.Table
    evaluator: risk.ColumnarEvaluator
    context: risk.BacktestContext
    own: tuple[risk.Indicator, ...] = ()
    _folded: dict[tuple[risk.Node, str], NDArray[np.bool_]] = field(default_factory=dict)
    _turn: threading.Lock = field(default_factory=threading.Lock)

    @property
    def rows(self) -> int:
        """How many items the set has."""
        return int(self.items.num_rows)

    @property
    def period(self) -> Period | None:
        """The days that the set covers."""
        first, last = self.row.first_day, self.row.last_day
        return Period(first, last + timedelta(days=1)) if first and last else None

    @cached_property
    def outcomes(self) -> pa.Table:
        """What examination brought, per item, aligned with items; read once."""
        return open_set(self.row).outcomes()

    def hits(self, profile: risk.Profile, lists: risk.ProfileLists) -> NDArray[np.bool_]:
        """Return which items a profile hits in its office and direction; shape (rows,).

        Threads take turns.
        """
        with self._turn:
            self.evaluator.use_lists(lists)
            return self.evaluator.hits(profile.reach)

    def declaration_hits(
        self, profile: risk.Profile, lists: risk.ProfileLists
    ) -> NDArray[np.bool_]:
        """Return which declarations a profile hits, kept for those beside the edited one."""
        key = (profile.reach, lists.digest if profile.condition.lists else "")
        found = self._folded.get(key)
        if found is None:
            found = self.context.declaration_hits(self.hits(profile, lists))
            if len(self._folded) > 400:
                self._folded.clear()
            self._folded[key] = found
        return found


_lock: Final = threading.RLock()
_kept: Final[OrderedDict[tuple[object, ...], Workbench]] = OrderedDict()


def workbench_of(row: DeclarationSet) -> Workbench:
    """Return the workbench of a set; made at the first call, kept for the next ones.

    The key names the administration's own indicators as they now are; when only they changed,
    rows and ready indicators are taken from the workbench before.
    """
    own = own_indicators(row.administration_id)
    key = (str(settings.TAMGHA_SETS), row.pk, row.change, tuple(_mark(one) for one in own))
    with _lock:
        found = _kept.get(key)
        if found is not None:
            _kept.move_to_end(key)
            return found
        before = next((bench for old, bench in _kept.items() if old[:3] == key[:3]), None)
        made = _make(row, own) if before is None else _with_own(before, row, own)
        for old in [one for one in _kept if one[:2] == key[:2]]:
            del _kept[old]
        _kept[key] = made
        while len(_kept) > KEPT_WORKBENCHES:
            _kept.popitem(last=False)
        return made


def forget_workbenches() -> None:
    """Let every kept workbench go."""
    with _lock:
        _kept.clear()


def _make(row: DeclarationSet, own: tuple[risk.Indicator, ...]) -> Workbench:
    on_disk = open_set(row)
    text = [name for name, column in risk.COLUMNS.items() if pa.types.is_string(column.type)]
    items = on_disk.items(dictionary=[name for name in text if name not in WITHOUT_DICTIONARY])
    indicators = _joined(indicator_table(row, on_disk, items), row, items, own)
    return Workbench(
        row=row,
        items=items,
        indicators=indicators,
        evaluator=risk.ColumnarEvaluator(items, indicators),
        context=risk.BacktestContext.of(items, on_disk.outcomes()),
        own=own,
    )


def _with_own(before: Workbench, row: DeclarationSet, own: tuple[risk.Indicator, ...]) -> Workbench:
    ready = before.indicators.select(list(risk.READY))
    indicators = _joined(ready, row, before.items, own)
    evaluator = risk.ColumnarEvaluator(before.items, indicators)
    return Workbench(row, before.items, indicators, evaluator, before.context, own)


# ---- indicators that an administration declared ------------------------------------------------


def declared_by(administration: int) -> list[DeclaredIndicator]:
    """Return the latest version of each indicator of an administration, by name, also put away."""
    newest = {
        one.name: one
        for one in DeclaredIndicator.objects.filter(administration_id=administration).order_by(
            "name", "version"
        )
    }
    return [one for name, one in newest.items() if name not in risk.READY]


@lru_cache(maxsize=2000)
def indicator_of(text: str) -> risk.Indicator:
    """Return the one indicator that a kept text declares."""
    return risk.load_indicators(text)[0]


def own_indicators(administration: int) -> tuple[risk.Indicator, ...]:
    """Return an administration's own indicators as the engine has them."""
    return tuple(indicator_of(one.text) for one in declared_by(administration))


def _mark(indicator: risk.Indicator) -> tuple[str, str]:
    """Return name and fingerprint of what decides an indicator's values, whatever it is called."""
    told = repr(sorted(indicator.parameters.items()))
    return indicator.name, hashlib.sha256(told.encode()).hexdigest()[:24]


def _joined(
    ready: pa.Table, row: DeclarationSet, items: pa.Table, own: Sequence[risk.Indicator]
) -> pa.Table:
    for one in own:
        ready = ready.append_column(one.name, _own_column(row, items, one))
    return ready


def _own_path(row: DeclarationSet, indicator: risk.Indicator) -> Path:
    return (
        Path(settings.TAMGHA_SETS)
        / "indicators"
        / "own"
        / f"{row.folder}-{row.change}-{_mark(indicator)[1]}.parquet"
    )


def _own_column(row: DeclarationSet, items: pa.Table, indicator: risk.Indicator) -> pa.ChunkedArray:
    path = _own_path(row, indicator)
    if path.is_file():
        return pq.read_table(path)["value"]
    values = tried_values(row, indicator, items)
    _written(pa.table({"value": values}), path)
    return values


_tried: Final[OrderedDict[tuple[object, ...], pa.ChunkedArray]] = OrderedDict()
KEPT_TRIALS = 8


def tried_values(
    row: DeclarationSet, indicator: risk.Indicator, items: pa.Table
) -> pa.ChunkedArray:
    """Return the values of an indicator that may not be kept yet; shape (rows,). The last few stay."""
    key = (str(settings.TAMGHA_SETS), row.pk, row.change, _mark(indicator)[1])
    with _lock:
        found = _tried.get(key)
        if found is None:
            named = replace(indicator, name="value")
            table = risk.compute_indicators(items, open_set(row).all_findings(), [named])
            found = _tried[key] = table["value"]
            while len(_tried) > KEPT_TRIALS:
                _tried.popitem(last=False)
        return found


def indicator_path(row: DeclarationSet) -> Path:
    """Return the file that keeps the ready indicators of a set as it now is."""
    return Path(settings.TAMGHA_SETS) / "indicators" / f"{row.folder}-{row.change}.parquet"


def indicator_table(
    row: DeclarationSet, on_disk: risk.DeclarationSet, items: pa.Table | None = None
) -> pa.Table:
    """Return every ready indicator of a set, aligned with its items; computed once and kept."""
    path = indicator_path(row)
    if path.is_file():
        kept = pq.read_table(path)
        if set(kept.column_names) == set(risk.READY):
            return kept
    rows = on_disk.items() if items is None else items
    table = risk.compute_indicators(rows, on_disk.all_findings(), list(risk.READY.values()))
    _written(table, path)
    return table


def _written(table: pa.Table, path: Path) -> None:
    """Write a table under its name whole, or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_suffix(f".{threading.get_ident()}.part")
    pq.write_table(table, unfinished)
    unfinished.replace(path)
