"""The indicators of an administration as a state in memory, kept on the disk, the same in every process.

What the indicators of a day know is fixed once, by the first decision of the day (`OnlineDay`): every
decision and every result stored until then. A process that has another day in memory catches up from
the stored rows; one that begins takes the last state from the disk.
"""

import json
import logging
import os
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any, Final

import pyarrow as pa
from django.conf import settings
from django.db import connection
from django.db.models import Max

from tamgha import risk
from tamgha.platform.accounts.models import Administration
from tamgha.platform.statements import run
from tamgha.practice.control.choices import Result
from tamgha.practice.control.domain.packing import rows_of
from tamgha.practice.control.gateways import scoring
from tamgha.practice.control.models import ActItem, Decision, OnlineDay
from tamgha.practice.targeting import gateways as targeting
from tamgha.shared.errors import TamghaError

logger = logging.getLogger(__name__)

REMEMBER_DAYS: Final = 180
"""For so long a result finds its row without being told it."""
BATCH: Final = 20_000
KEPT_ON_DISK: Final = 2
FRESH_SECONDS: Final = 1.0
LOCK_CLASS: Final = 0x7461


class AskedIndicators(risk.OnlineIndicators):
    """The state of all indicators, of which only those are worked out that conditions ask about."""

    asked: frozenset[str] | None = None
    _few: tuple[Any, Any] = ((), ())

    def ask(self, names: frozenset[str]) -> None:
        """Work out these from now on; observing and learning go on for all."""
        if self.asked != names:
            pairs = [
                (one, kind)
                for one, kind in zip(self.indicators, self._kinds, strict=True)
                if one.name in names
            ]
            self._few = (tuple(one for one, _kind in pairs), [kind for _one, kind in pairs])
            self.asked = names

    def _values(self, row: Mapping[str, Any], own_day: int) -> dict[str, float | None]:
        if self.asked is None:
            return super()._values(row, own_day)
        every = self.indicators, self._kinds
        self.indicators, self._kinds = self._few
        try:
            return super()._values(row, own_day)
        finally:
            self.indicators, self._kinds = every


@dataclass
class Standing:
    """The indicators as they stand for one day, and the lock under which they are asked.

    Parameters
    ----------
    day : which day, by its row
    marks : fingerprint of the indicators that are followed
    """

    day: OnlineDay
    marks: str
    state: AskedIndicators
    turn: threading.Lock = field(default_factory=threading.Lock)


_lock: Final = threading.RLock()
_standing: Final[dict[int, Standing]] = {}
_looked: "Final[dict[int, _Followed]]" = {}
_left: Final[set[int]] = set()
"""Administrations whose day in memory may be over."""


def forget_standings() -> None:
    """Let every state in memory go; the next question takes it up again from what is stored."""
    with _lock:
        _standing.clear()
        _looked.clear()


def lock_shared(administration: Administration) -> None:
    """Hold the day of an administration still until the transaction ends. Others may decide too."""
    if connection.vendor == "postgresql":
        run(
            "SELECT pg_advisory_xact_lock_shared(%s::int, %s::int)", [LOCK_CLASS, administration.pk]
        )


def lock_alone(administration: Administration) -> None:
    """Wait until nobody decides for an administration, and keep it so until the transaction ends."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [LOCK_CLASS, administration.pk])


def newest_day(administration: Administration) -> OnlineDay | None:
    """Return the last day whose knowledge was fixed."""
    return OnlineDay.objects.filter(administration=administration).order_by("-day").first()


def day_at_hand(administration: Administration) -> OnlineDay | None:
    """Return the day whose indicators this process has in memory; there may be a newer one."""
    kept = _standing.get(administration.pk)
    return None if kept is None or administration.pk in _left else kept.day


def forget_day(administration: Administration) -> None:
    """Ask the database for the newest day next time."""
    _left.add(administration.pk)


def fix_day(administration: Administration, day: date, *, at: datetime) -> OnlineDay:
    """Fix what the indicators of a day know, unless somebody did. Called inside `lock_alone`."""
    before = newest_day(administration)
    if before is not None and before.day >= day:
        return before
    upto = Decision.objects.aggregate(most=Max("pk"))["most"] or 0
    results = ActItem.objects.aggregate(most=Max("pk"))["most"] or 0
    return OnlineDay.objects.create(
        administration=administration,
        day=day,
        decisions_upto=upto,
        results_upto=results,
        seed=before.seed if before else None,
        seed_change=before.seed_change if before else 0,
        fixed_at=at,
    )


@dataclass(frozen=True, slots=True)
class _Followed:
    indicators: tuple[risk.Indicator, ...]
    marks: str
    looked_at: float


def _followed(administration: Administration) -> _Followed:
    """Return the indicators that are followed: the ready ones and the administration's own.

    Looked at anew every second, not for every declaration.
    """
    kept = _looked.get(administration.pk)
    now = time.monotonic()
    if kept is not None and now - kept.looked_at < FRESH_SECONDS:
        return kept
    indicators = (
        *risk.READY.values(),
        *targeting.own_indicators(administration.pk),
        *scoring.followed(administration),
    )
    if kept is not None and kept.indicators == indicators:
        made = _Followed(kept.indicators, kept.marks, now)
    else:
        made = _Followed(indicators, _marks(indicators), now)
    _looked[administration.pk] = made
    return made


def standing_of(administration: Administration, day: OnlineDay) -> Standing:
    """Return the indicators of a day: from memory, from there with what came since, or built anew."""
    follows = _followed(administration)
    indicators, marks = follows.indicators, follows.marks
    with _lock:
        _left.discard(administration.pk)
        kept = _standing.get(administration.pk)
        if kept is not None and kept.day.pk == day.pk and kept.marks == marks:
            return kept
        if kept is not None and kept.marks == marks and _goes_on(kept.day, day):
            with kept.turn:
                _tell(kept.state, administration, kept.day, day)
                state = kept.state
        else:
            state = _from_disk(administration, day, indicators, marks)
        state.values_now({"day": day.day})  # on to the day, whichever question comes first
        made = Standing(day, marks, state)
        _standing[administration.pk] = made
        return made


def _goes_on(before: OnlineDay, day: OnlineDay) -> bool:
    same_seed = (before.seed_id, before.seed_change) == (day.seed_id, day.seed_change)
    return same_seed and before.day < day.day


def _marks(indicators: tuple[risk.Indicator, ...]) -> str:
    return risk.dump_indicators(indicators)


# ---- on the disk --------------------------------------------------------------------------------


def folder_of(administration: Administration) -> Path:
    """Return where the states of an administration lie."""
    return Path(settings.TAMGHA_HOME) / "indicators" / administration.code


def keep(administration: Administration, standing: Standing) -> None:
    """Write the state of a day to the disk, whole or not at all; older ones go.

    A state that is not there costs time, nothing else: it is built again from what is stored.
    """
    folder = folder_of(administration)
    folder.mkdir(parents=True, exist_ok=True)
    told = {"day": standing.day.pk, "seed": [standing.day.seed_id, standing.day.seed_change]}
    with standing.turn:
        content = standing.state.to_bytes(json.dumps(told))
    path = folder / f"{standing.day.pk}.state"
    unfinished = path.with_suffix(f".{os.getpid()}.{threading.get_ident()}")
    unfinished.write_bytes(content)
    unfinished.replace(path)
    for old in sorted(folder.glob("*.state"), key=lambda one: int(one.stem))[:-KEPT_ON_DISK]:
        old.unlink(missing_ok=True)


def _from_disk(
    administration: Administration,
    day: OnlineDay,
    indicators: tuple[risk.Indicator, ...],
    marks: str,
) -> AskedIndicators:
    """Return the state of a day from the newest one that was kept, else from the beginning."""
    folder = folder_of(administration)
    for path in sorted(folder.glob("*.state"), key=lambda one: -int(one.stem)):
        try:
            restored, mark = AskedIndicators.from_bytes(path.read_bytes())
            before = OnlineDay.objects.get(pk=json.loads(mark)["day"])
        except (TamghaError, OSError, OnlineDay.DoesNotExist, ValueError):
            logger.warning("a kept state of indicators could not be read; it is built anew")
            continue
        same = _marks(restored.indicators) == marks
        fits = same and (before.pk == day.pk or _goes_on(before, day))
        if isinstance(restored, AskedIndicators) and fits:
            _tell(restored, administration, before, day)
            return restored
    state = AskedIndicators(indicators, remember_days=REMEMBER_DAYS)
    if day.seed is not None:
        _sow(state, day)
    _tell(state, administration, None, day)
    return state


# ---- what it is told ----------------------------------------------------------------------------


def _tell(
    state: risk.OnlineIndicators,
    administration: Administration,
    before: OnlineDay | None,
    day: OnlineDay,
) -> None:
    """Tell the state every decision and result between two days."""
    if before is not None and before.pk == day.pk:
        return
    since, results_since = (
        (before.decisions_upto, before.results_upto) if before is not None else (0, 0)
    )
    decided = Decision.objects.filter(
        administration=administration, first=None, pk__gt=since, pk__lte=day.decisions_upto
    ).order_by("pk")
    for body in decided.values_list("body", flat=True).iterator(chunk_size=2_000):
        state.observe(rows_of(body))
    found = (
        ActItem.objects.filter(
            version__act__administration=administration,
            pk__gt=results_since,
            pk__lte=day.results_upto,
        )
        .exclude(result=Result.OPEN)
        .order_by("pk")
        .values_list(
            "item",
            "result",
            "version__number",
            "version__kind",
            "version__at",
            "version__act__decision__declaration",
            "version__act__decision__body",
        )
    )
    for item, result, number, kind, at, declaration, body in found.iterator(chunk_size=2_000):
        row = next((one for one in rows_of(body) if one.get("item") == item), None)
        finding = {
            "declaration": declaration,
            "item": item,
            "known": at.date(),
            "found": result == Result.FOUND,
            "version": number,
            "state": kind,
        }
        state.learn(finding, row)


def _sow(state: risk.OnlineIndicators, day: OnlineDay) -> None:
    """Tell the state the rows and findings of the set that it begins with, day by day."""
    if day.seed is None:
        return
    on_disk = targeting.open_set(day.seed)
    findings = on_disk.all_findings().sort_by("known").to_pylist()
    place = 0
    declaration: list[dict[str, Any]] = []
    for batch in on_disk.items().to_batches(max_chunksize=BATCH):
        for row in pa.Table.from_batches([batch]).to_pylist():
            if row["day"] >= day.day:
                break
            if declaration and row["declaration"] != declaration[0]["declaration"]:
                state.observe(declaration)
                declaration = []
            while place < len(findings) and findings[place]["known"] < row["day"]:
                state.learn(findings[place])
                place += 1
            declaration.append(row)
    if declaration:
        state.observe(declaration)
    for finding in findings[place:]:
        if finding["known"] < day.day:
            state.learn(finding)
