"""Training: fit both parts on what was known, calibrate and check on later rows, write the card."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from datetime import date

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from tamgha.risk.schema import DeclarationSet
from tamgha.risk.scoring.calibration import Calibration, fit_calibration
from tamgha.risk.scoring.card import (
    EXAMINED_ONLY,
    NOT_CALIBRATED,
    ON_RANDOM,
    SIMULATED,
    FeatureDrift,
    ModelCard,
    Track,
)
from tamgha.risk.scoring.effects import Effects, EffectsPlan, block, fit_effects
from tamgha.risk.scoring.errors import ScoringError
from tamgha.risk.scoring.features import DEFAULT_SMOOTHING, Features, compute_features, row_patterns
from tamgha.risk.scoring.model import Model
from tamgha.risk.scoring.specs import Subject, features
from tamgha.risk.scoring.trade import Outcome, Trade, refuse_unlearnable
from tamgha.risk.scoring.trees import Trees, TreesPlan, grow_trees
from tamgha.risk.scoring.yardsticks import (
    Ranking,
    observed_over_expected,
    ranking,
    revenue_priority,
)
from tamgha.shared.figures import Estimate, NotShown
from tamgha.shared.intervals import stability
from tamgha.shared.words import Words

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

BLOCKS = (
    block("direction", "form"),
    block("hs:6", "goods"),
    block("hs:4", "goods"),
    block("hs:2", "goods"),
    block("origin", "route"),
    block("departure", "route"),
    block("tax_rate", "tax", 0.5),
    block("hs:2+origin", "goods"),
    block("hs:4+origin", "goods"),
    block("hs:6+origin", "goods"),
    block("origin+departure", "route"),
    block("hs:4+departure", "goods"),
    block("hs:2+net_mass~", "mass"),
    block("origin+net_mass~", "mass"),
    block("hs:4+tax_rate", "tax", 0.5),
    block("hs:4+tax_type", "tax", 0.5),
    block("hs:2+unit_value~", "value"),
    block("origin+unit_value~", "value"),
    block("tax_type+net_mass~", "mass", 0.5),
    block("unit_value~", "value", 2.0),
    block("hs:3", "goods", 0.5),
    block("hs:5", "goods", 0.5),
    block("hs:4+unit_value~", "value", 0.5),
    block("hs:4+net_mass~", "mass", 0.5),
    block("hs:2+value~", "value", 0.5),
    block("hs:4+origin+departure", "goods", 0.7),
    block("hs:2+origin+departure", "goods", 0.7),
    block("origin+departure+tax_type", "route", 0.7),
)
"""Groups of the effects part and how freely each moves: chosen on the development half (see docs)."""

SCREEN_Z = 3.0
LEAST_HELD_OUT = 20


@dataclass(frozen=True, slots=True)
class TrainingOptions:
    """How a model is trained. The same options, data and seed give the same model.

    Parameters
    ----------
    seed : of the trees
    share : weight of the effects part in the margin, in [0, 1]
    smoothing : weight of the overall rate in histories of finds, in examined items
    effects, trees : plans of the parts
    only : names of features that the trees may look at; None for all
    screen : leave out histories of traders and offices that show no more than noise
    """

    seed: int = 0
    share: float = 0.7
    smoothing: float = DEFAULT_SMOOTHING
    effects: EffectsPlan = field(
        default_factory=lambda: EffectsPlan(BLOCKS, curve_scale=2.0, slope_scale=0.5)
    )
    trees: TreesPlan = field(default_factory=TreesPlan)
    only: frozenset[str] | None = None
    screen: bool = True

    def to_dict(self) -> dict[str, object]:
        """Return the options as plain data."""
        told = asdict(self)
        told["effects"]["blocks"] = [
            {"keys": list(one.keys), "scale": one.scale} for one in self.effects.blocks
        ]
        told["effects"]["curves"] = list(self.effects.curves)
        told["only"] = sorted(self.only) if self.only is not None else None
        return told


@dataclass(frozen=True, slots=True)
class Fitted:
    """Both parts, fitted on the same rows.

    Parameters
    ----------
    effects, trees, share : as in ``Model``
    left_out : names of screened features that showed no more than noise
    """

    effects: Effects
    trees: Trees
    share: float
    left_out: tuple[str, ...]

    def margin(self, rows: Features) -> Floats:
        """Return margins before calibration, shape (n,)."""
        places = {spec.name: place for place, spec in enumerate(rows.specs)}
        numbers = rows.numbers[:, [places[name] for name in self.trees.names]]
        total = (1 - self.share) * self.trees.margin(np.ascontiguousarray(numbers))
        if self.share:
            total = total + self.share * self.effects.margin(rows)
        return total


def fit_parts(rows: Features, found: Flags, options: TrainingOptions) -> Fitted:
    """Fit effects and trees on n rows whose outcome is known.

    Parameters
    ----------
    rows : n training rows
    found : shape (n,), bool
    options : how
    """
    kept, left_out = screened(rows, found, options)
    names = [rows.specs[place].name for place in kept]
    slopes = [name for name in names if not name.startswith("finds_")]
    plan = options.effects if options.share else EffectsPlan(())
    effects = (
        fit_effects(rows, found, plan, slopes) if options.share else Effects(0.0, (), (), (), {})
    )
    numbers = np.ascontiguousarray(rows.numbers[:, kept])
    trees = grow_trees(numbers, found, names, options.trees, options.seed)
    return Fitted(effects, trees, options.share, left_out)


def screened(
    rows: Features, found: Flags, options: TrainingOptions
) -> tuple[list[int], tuple[str, ...]]:
    """Return places of the features to be used, and names of those left out as noise.

    A feature that is constant or nearly always unknown is dropped. A screened one (history of a
    trader or an office) stays only if its ranks among finds and clean rows differ by more than three
    standard errors (Mann–Whitney) on the training rows.
    """
    kept: list[int] = []
    left_out: list[str] = []
    for place, spec in enumerate(rows.specs):
        values = rows.numbers[:, place]
        known = ~np.isnan(values)
        if options.only is not None and spec.name not in options.only:
            continue
        if known.mean() < 0.01 or np.ptp(values[known]) == 0:
            continue
        if spec.screened and options.screen and abs(rank_z(values[known], found[known])) < SCREEN_Z:
            left_out.append(spec.name)
            continue
        kept.append(place)
    if not kept:
        raise ScoringError(
            Words(
                "No feature of these rows has more than one known value; "
                "a model needs at least mass, price or rate of duty.",
                "Ни один признак этих строк не имеет более одного известного значения; "
                "модели нужны хотя бы вес, цена или ставка пошлины.",
            )
        )
    return kept, tuple(left_out)


def rank_z(values: NDArray[np.float32], found: Flags) -> float:
    """Return the standardised Mann–Whitney statistic; 0 where one class is missing."""
    finds, clean = int(found.sum()), int((~found).sum())
    if not finds or not clean:
        return 0.0
    ranks = stats.rankdata(values)
    above = ranks[found].sum() - finds * (finds + 1) / 2 - finds * clean / 2
    return float(above / np.sqrt(finds * clean * (finds + clean + 1) / 12))


def train(
    given: DeclarationSet | Trade,
    *,
    as_of: date | None = None,
    options: TrainingOptions | None = None,
) -> Model:
    """Train a model.

    The labelled rows are cut by day: the first 70 % train a first model with what was known on the
    day of the cut, the next 15 % calibrate it, the last 15 % check it. Then both parts are fitted
    anew on all labelled rows, and the calibration is kept.

    Parameters
    ----------
    given : a set, or rows with findings
    as_of : findings known after this day are not seen; None for all
    options : how

    Returns
    -------
    Model

    Raises
    ------
    ScoringError
        With fewer than 30 finds or 30 clean results, or one class alone.
    """
    wanted = options or TrainingOptions()
    trade = Trade.of(given).known_by(as_of)
    outcome = trade.outcomes()
    refuse_unlearnable(outcome.found[outcome.examined])
    rows = compute_features(trade, wanted.smoothing)
    later = _Later.of(trade, outcome)
    calibration, told = later.calibrated(rows, wanted)
    labelled = outcome.examined
    fitted = fit_parts(rows.take(labelled), outcome.found[labelled], wanted)
    card = _card(trade, outcome, wanted, fitted, told, as_of)
    return Model(
        fitted.effects,
        fitted.trees,
        fitted.share,
        calibration,
        wanted.smoothing,
        _usual(rows.take(labelled)),
        card,
    )


@dataclass(frozen=True, slots=True)
class _Checked:
    calibration: Estimate | NotShown
    calibrated_on: int
    check: Track | None
    drift: tuple[FeatureDrift, ...]
    notes: tuple[Words, ...]


@dataclass(frozen=True, slots=True)
class _Later:
    """The labelled rows cut by day: what trains, what calibrates, what checks; masks of shape (n,)."""

    outcome: Outcome
    learning: Flags
    calibrating: Flags
    checking: Flags
    stake: Floats

    @classmethod
    def of(cls, trade: Trade, outcome: Outcome) -> "_Later":
        days = trade.days
        first, second = np.quantile(days[outcome.examined], [0.70, 0.85])
        known = outcome.examined & (outcome.known <= first)
        return cls(
            outcome,
            known & (days <= first),
            outcome.examined & (days > first) & (days <= second),
            outcome.examined & (days > second),
            stakes(trade),
        )

    def calibrated(self, rows: Features, options: TrainingOptions) -> tuple[Calibration, _Checked]:
        found = self.outcome.found
        if min(_least(found, mask) for mask in (self.learning, self.calibrating)) < LEAST_HELD_OUT:
            return Calibration(), self._too_few()
        first = fit_parts(rows.take(self.learning), found[self.learning], options)
        on, weight, random = self._calibrating_rows()
        calibration = fit_calibration(first.margin(rows.take(on)), found[on], weight)
        notes = (ON_RANDOM,) if random else (EXAMINED_ONLY,)
        if _least(found, self.checking) < LEAST_HELD_OUT:
            told = self._too_few()
            return calibration, _Checked(told.calibration, int(on.sum()), None, (), notes)
        check_rows = rows.take(self.checking)
        margin = first.margin(check_rows)
        told_check = self._checked(calibration.probability(margin), random=random)
        track = Track(
            "later",
            self._rankings(calibration, margin),
            Words(
                "First model of the training (first 70 % of labelled rows by day), ranked on the last "
                "15 %; examined rows only.",
                "Первая модель обучения (первые 70 % строк с результатом по дням), проверена на "
                "последних 15 %; только досмотренные строки.",
            ),
        )
        drift = drifts(rows.take(self.learning), check_rows, first.trees.names)
        return calibration, _Checked(told_check, int(on.sum()), track, drift, notes)

    def _rankings(self, calibration: Calibration, margin: Floats) -> tuple[Ranking, ...]:
        """Return the check rows ranked by the score, and by score and revenue where it is known."""
        found, stake = self.outcome.found[self.checking], self.stake[self.checking]
        by_score = ranking("model", margin, found, stake)
        if not by_score.revenue:
            return (by_score,)
        priority = revenue_priority(calibration.probability(margin), stake)
        return by_score, ranking("model by revenue", priority, found, stake)

    def _calibrating_rows(self) -> tuple[Flags, Floats, bool]:
        inclusion = self.outcome.inclusion
        drawn = self.calibrating & self.outcome.random & (inclusion > 0)
        if _least(self.outcome.found, drawn) >= LEAST_HELD_OUT:
            return drawn, 1 / inclusion[drawn], True
        return self.calibrating, np.ones(int(self.calibrating.sum())), False

    def _checked(self, probability: Floats, *, random: bool) -> Estimate | NotShown:
        found = self.outcome.found[self.checking]
        if random:
            drawn = self.outcome.random[self.checking]
            probability, found = probability[drawn], found[drawn]
        if not found.size:
            return self._too_few().calibration
        return observed_over_expected(float(found.sum()), float(probability.sum()), int(found.size))

    def _too_few(self) -> _Checked:
        few = NotShown(
            "too_few",
            Words(
                f"Fewer than {LEAST_HELD_OUT} finds or clean results in the later rows.",
                f"В более поздних строках меньше {LEAST_HELD_OUT} нарушений или результатов без них.",
            ),
            Words("A longer period, or more results.", "Более длинный период или больше результатов."),
            int(self.calibrating.sum()),
        )  # fmt: skip
        return _Checked(few, 0, None, (), (NOT_CALIBRATED, EXAMINED_ONLY))


def _least(found: Flags, mask: Flags) -> int:
    finds = int((found & mask).sum())
    return min(finds, int(mask.sum()) - finds)


def stakes(trade: Trade) -> Floats:
    """Return the duty at stake in each row, value × rate / 100; shape (n,), NaN unknown."""
    return row_patterns(trade.items)["tax_at_stake"]


def drifts(before: Features, now: Features, names: Sequence[str]) -> tuple[FeatureDrift, ...]:
    """Return how far each feature moved, largest first.

    Ten bins of equal size of the earlier rows and one for unknown values.
    """
    told = []
    for name in names:
        old, new = before.column(name), now.column(name)
        known = old[np.isfinite(old)]
        edges = np.unique(np.quantile(known, np.arange(1, 10) / 10)) if known.size else np.zeros(0)
        moved = stability(_binned(new, edges), _binned(old, edges))
        told.append((name, moved.index, moved.noise, moved.p_value))
    order = np.sort([one[3] for one in told])
    allowed = np.flatnonzero(order <= 0.05 * np.arange(1, len(told) + 1) / max(1, len(told)))
    limit = order[allowed[-1]] if allowed.size else -1.0
    made = [FeatureDrift(n, index, noise, p, bool(p <= limit)) for n, index, noise, p in told]
    return tuple(sorted(made, key=lambda one: -one.index))


def _binned(values: Floats, edges: Floats) -> Floats:
    place = np.searchsorted(edges, values, side="right")
    place[np.isnan(values)] = edges.size + 1
    counts = np.bincount(place, minlength=edges.size + 2).astype(float)
    return counts


def _usual(rows: Features) -> dict[str, float | None]:
    raw = rows.raw(slice(None))
    usual: dict[str, float | None] = {}
    for place, spec in enumerate(rows.specs):
        known = raw[:, place][np.isfinite(raw[:, place])]
        usual[spec.name] = float(np.median(known)) if known.size else None
    return usual


def _card(
    trade: Trade,
    outcome: Outcome,
    options: TrainingOptions,
    fitted: Fitted,
    told: _Checked,
    as_of: date | None,
) -> ModelCard:
    days = trade.days[outcome.examined]
    parameters = options.to_dict()
    text = json.dumps(parameters, sort_keys=True)
    notes = ((SIMULATED,) if trade.simulated else ()) + told.notes
    return ModelCard(
        data_name=trade.name,
        data_hash=trade.fingerprint(),
        simulated=trade.simulated,
        first_day=trade.day_of(days.min()).isoformat(),
        last_day=trade.day_of(days.max()).isoformat(),
        as_of=as_of.isoformat() if as_of else "",
        rows=len(trade.items),
        examined=int(outcome.examined.sum()),
        found=int(outcome.found.sum()),
        seed=options.seed,
        parameters=parameters,
        parameters_hash=hashlib.sha256(text.encode()).hexdigest(),
        features=fitted.trees.names,
        left_out=fitted.left_out,
        calibration=told.calibration,
        calibrated_on=told.calibrated_on,
        check=told.check,
        drift=told.drift,
        notes=notes,
    )


SIZES = frozenset({"net_mass", "value", "unit_value", "tax_rate", "tax_at_stake"})
"""The numeric columns of a row, and nothing else: what the plainest model would look at."""


def subjects_of(*wanted: Subject) -> frozenset[str]:
    """Return the names of the features about some subjects, for yardsticks that may see only these."""
    return frozenset(one.name for one in features(DEFAULT_SMOOTHING) if one.subject in wanted)
