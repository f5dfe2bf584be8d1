"""The plan that holds for an office, and what it would have done on past declarations."""

import hashlib
import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

import numpy as np
import pyarrow as pa
from django.core.cache import cache
from django.utils import timezone
from django.utils.translation import gettext as _
from numpy.typing import NDArray

from tamgha import risk
from tamgha.platform.accounts.models import Administration
from tamgha.practice.control.choices import PlanState
from tamgha.practice.control.domain.terms import PlanTerms
from tamgha.practice.control.gateways import live_versions, scoring
from tamgha.practice.control.models import PlanVersion
from tamgha.practice.targeting import gateways as targeting
from tamgha.practice.targeting import queries as targeting_queries
from tamgha.practice.targeting.choices import ModelState
from tamgha.practice.targeting.models import DeclarationSet, ScoreModel
from tamgha.practice.targeting.queries.learning import scored
from tamgha.shared.words import Words

PREVIEW_DAYS = 31
PREVIEW_KEY = bytes(32)
"""A preview shows one way in which the draws could fall; the real key is never used for it."""
ZERO_SCORE = 0.0


def plan_in_force(
    administration: Administration, office: str, direction: str
) -> PlanVersion | None:
    """Return the version in force for an office and direction: its own, else the default."""
    found = PlanVersion.objects.filter(
        plan__administration=administration,
        plan__direction=direction,
        plan__office__in=("", office),
        state=PlanState.PUBLISHED,
    ).select_related("plan")
    return max(found, key=lambda one: bool(one.plan.office), default=None)


def models_to_choose(administration: Administration) -> list[tuple[int, str]]:
    """Return the trained models that a plan may name: number and name, the newest first."""
    rows = ScoreModel.objects.filter(administration=administration, state=ModelState.READY)
    found = []
    for row in rows.select_related("set").order_by("-number"):
        name = _("Model %(number)d, trained on %(set)s") % {
            "number": row.number,
            "set": row.set.name,
        }
        found.append((row.number, name))
    return found


def model_faults(administration: Administration, terms: PlanTerms) -> list[Words]:
    """Return what keeps the model that terms name from scoring arrivals."""
    if terms.mode != "capacity" or terms.score_model is None:
        return []
    row = ScoreModel.objects.filter(
        administration=administration, number=terms.score_model, state=ModelState.READY
    ).first()
    if row is not None and scoring.made(row) is not None:
        return []
    return [
        Words(
            f"Model {terms.score_model} cannot score arrivals: a model that was trained whole and "
            "not put away was expected.",
            f"Модель {terms.score_model} не может оценивать декларации: ожидалась модель, обученная "
            "до конца и не убранная.",
        )
    ]


@dataclass(frozen=True, slots=True)
class Preview:
    """What a plan would have done in a month of a set.

    Parameters
    ----------
    set_name, simulated, first, last : the declarations it was tried on
    declarations, days : how many
    lanes : lane -> declarations
    ways : way -> declarations
    members : random members
    most_red : examinations of the fullest day
    covered : declarations with a chance of an examination
    """

    set_name: str
    simulated: bool
    first: str
    last: str
    declarations: int
    days: int
    lanes: dict[str, int]
    ways: dict[str, int]
    members: int
    most_red: int
    covered: int

    @property
    def red_a_day(self) -> float:
        """Examinations a day, on average."""
        return self.lanes.get("red", 0) / max(1, self.days)

    @property
    def covered_share(self) -> float:
        """Share of the declarations with a chance of an examination, in [0, 1]."""
        return self.covered / max(1, self.declarations)


def preview_of(
    administration: Administration,
    terms: PlanTerms,
    *,
    office: str,
    direction: str,
    row: DeclarationSet,
) -> Preview | None:
    """Return what terms would have done in the last month of a set; None where nothing passed there.

    The profiles in force today are used, each as it now stands.
    """
    versions = live_versions(administration, timezone.now())
    told = [
        row.pk,
        row.change,
        office,
        direction,
        asdict(terms) | {"reason": "", "task_en": "", "task_ru": ""},
        [(one.code, one.number, one.shadow, one.start, one.rollout) for one in versions],
    ]
    text = json.dumps(told, sort_keys=True, default=str)
    key = f"control-preview-{hashlib.sha256(text.encode()).hexdigest()}"
    kept = cache.get(key)
    if kept is None:
        kept = _tried(administration, terms, office, direction, row)
        cache.set(key, kept or False, 3600)
    return kept or None


def _tried(
    administration: Administration,
    terms: PlanTerms,
    office: str,
    direction: str,
    row: DeclarationSet,
) -> Preview | None:
    bench = targeting.workbench_of(row)
    month = _Month.of(bench.items, office, direction)
    if month is None:
        return None
    lists = targeting_queries.lists_of(administration)
    hits: dict[int, list[risk.CriterionHit]] = {}
    for one in live_versions(administration, timezone.now()):
        if one.shadow:
            continue
        profile = one.engine
        shares = risk.LaneShares(
            profile.red.basis_points, profile.yellow.basis_points, profile.blue.basis_points
        )
        counted = np.bincount(
            month.of_row[bench.hits(profile, lists)[month.rows]], minlength=len(month.first)
        )
        for place in np.flatnonzero(counted):
            draws = risk.Draws(PREVIEW_KEY, month.names[place])
            hits.setdefault(int(place), []).append(
                risk.CriterionHit(
                    profile.code,
                    shares,
                    draws.criterion(profile.code),
                    version=one.number,
                    items=int(counted[place]),
                )
            )
    if terms.mode == "capacity":
        decisions = _by_capacity(
            month, hits, terms, _model_scores(administration, terms, bench, month)
        )
    else:
        decisions = _by_rates(month, hits, terms)
    lanes = Counter(str(one.lane) for one in decisions)
    ways = Counter(str(one.way) for one in decisions)
    red = Counter(day for one, day in zip(decisions, month.days, strict=True) if one.lane == "red")
    return Preview(
        set_name=row.name,
        simulated=row.simulated,
        first=min(month.days).isoformat(),
        last=max(month.days).isoformat(),
        declarations=len(decisions),
        days=len(set(month.days)),
        lanes=dict(lanes),
        ways=dict(ways),
        members=sum(one.member for one in decisions),
        most_red=max(red.values(), default=0),
        covered=sum(one.inclusion > 0 for one in decisions),
    )


@dataclass(frozen=True, slots=True)
class _Month:
    """The declarations of the last month of a set, in the order of lodging.

    Parameters
    ----------
    rows : places of their items in the set
    of_row : shape as rows; the declaration that each item belongs to
    first : place of the first item of each declaration
    names, offices, lodged, days : of each declaration
    """

    rows: NDArray[np.intp]
    of_row: NDArray[np.intp]
    first: NDArray[np.intp]
    names: list[str]
    offices: list[str]
    lodged: list[datetime]
    days: list[date]

    @classmethod
    def of(cls, items: pa.Table, office: str, direction: str) -> "_Month | None":
        wanted = _is(items["direction"], direction)
        if office:
            wanted &= _is(items["office"], office)
        day = items["day"].to_numpy()
        if not wanted.any():
            return None
        last = day[wanted].max()
        wanted &= day > last - np.timedelta64(PREVIEW_DAYS, "D")
        rows = np.flatnonzero(wanted)
        part = items.select(["declaration", "office", "lodged", "day"]).take(pa.array(rows))
        names = part["declaration"].to_pylist()
        places: dict[str, int] = {}
        of_row = np.array([places.setdefault(name, len(places)) for name in names])
        _found, first = np.unique(of_row, return_index=True)
        head = part.take(pa.array(first)).to_pylist()
        return cls(
            rows=rows,
            of_row=of_row,
            first=first,
            names=[one["declaration"] for one in head],
            offices=[one["office"] for one in head],
            lodged=[one["lodged"] for one in head],
            days=[one["day"] for one in head],
        )


def _is(column: pa.ChunkedArray, value: str) -> NDArray[np.bool_]:
    import pyarrow.compute as pc  # noqa: PLC0415 -- heavy, only when used

    found = pc.equal(column.cast(pa.string()), value)
    same: NDArray[np.bool_] = pc.fill_null(found, False).to_numpy()  # noqa: FBT003 -- the value put in
    return same.copy()


def _model_scores(
    administration: Administration, terms: PlanTerms, bench: targeting.Workbench, month: _Month
) -> NDArray[np.float64] | None:
    """Return the out-of-time scores of the month's declarations by the model of a plan.

    None where it names none, or the model was trained on another set: then the preview ranks by the
    profiles that hit, and says so.
    """
    row = ScoreModel.objects.filter(
        administration=administration, number=terms.score_model or 0
    ).first()
    found = scored(row, bench) if row is not None else None
    if found is None:
        return None
    best = np.full(len(month.first), np.nan)
    np.fmax.at(best, month.of_row, found.out_of_time[month.rows])
    return best


def _declared(
    month: _Month,
    place: int,
    hits: Sequence[risk.CriterionHit],
    period: str,
    scores: NDArray[np.float64] | None = None,
) -> risk.Declared:
    return risk.Declared(
        declaration=month.names[place],
        office=month.offices[place],
        direction="",
        decided_at=month.lodged[place],
        period=period,
        random_draw=risk.Draws(PREVIEW_KEY, month.names[place]).random,
        hits=tuple(hits),
        score=hit_score(hits) if scores is None else float(np.nan_to_num(scores[place])),
    )


def hit_score(hits: Sequence[risk.CriterionHit]) -> float:
    """Return by what capacity ranks: the chance that the profiles that hit would send it to red.

    1 − Π(1 − share) over the live profiles, in [0, 1]; 0 where none hits.
    """
    missed = 1.0
    for one in hits:
        if one.live:
            missed *= 1 - one.shares.red / 10_000
    return 1 - missed if missed < 1 else ZERO_SCORE


def _by_rates(
    month: _Month, hits: dict[int, list[risk.CriterionHit]], terms: PlanTerms
) -> list[risk.Decision]:
    parameters = terms.modsel()
    counters: dict[str, risk.Counters] = {}
    decisions = []
    for place, office in enumerate(month.offices):
        declared = _declared(month, place, hits.get(place, ()), "preview")
        decision, counters[office] = risk.decide_modsel(
            declared, parameters, counters.get(office, risk.Counters())
        )
        decisions.append(decision)
    return decisions


def _by_capacity(
    month: _Month,
    hits: dict[int, list[risk.CriterionHit]],
    terms: PlanTerms,
    scores: NDArray[np.float64] | None,
) -> list[risk.Decision]:
    """Decide day by day and office by office, as if each day's arrivals were known."""
    groups: dict[tuple[date, str], list[int]] = {}
    for place, day in enumerate(month.days):
        groups.setdefault((day, month.offices[place]), []).append(place)
    states: dict[str, risk.BatchState] = {}
    decided: dict[int, risk.Decision] = {}
    parameters = terms.capacity_parameters()
    for (day, office), places in sorted(groups.items()):
        before = states.get(office, risk.BatchState())
        candidates = [
            risk.Candidate(
                declared=_declared(month, place, hits.get(place, ()), "", scores),
                tie_draw=risk.Draws(PREVIEW_KEY, month.names[place]).tie,
                mandatory=any(hit.code in terms.mandatory for hit in hits.get(place, ())),
            )
            for place in places
        ]
        result = risk.choose_batch(candidates, parameters, before, group=f"{office} {day}")
        states[office] = result.state
        decided.update(zip(places, result.decisions, strict=True))
    return [decided[place] for place in range(len(month.names))]


def as_kept(preview: Preview | None) -> dict[str, Any]:
    """Return a preview as it is kept with a submitted version."""
    return {} if preview is None else asdict(preview)


def from_kept(told: dict[str, Any]) -> Preview | None:
    """Return a kept preview."""
    return Preview(**told) if told else None
