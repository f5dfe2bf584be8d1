"""The card of a model: what it was made of, how good it is, what it may be used for."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from tamgha.risk.scoring.yardsticks import Ranking
from tamgha.shared.figures import Estimate, Interval, NotShown
from tamgha.shared.words import Words

MAY = (
    Words(
        "Rank items or declarations for examination, beside profiles and a random draw.",
        "Упорядочивать товары и декларации для досмотра — наряду с профилями и случайным отбором.",
    ),
    Words(
        "Show an officer what speaks for and against a find, as a hint where to look.",
        "Показывать инспектору доводы за и против — как подсказку, на что смотреть.",
    ),
)
MAY_NOT = (
    Words(
        "Prove anything: a score is no evidence, and no ground for a penalty or a refusal.",
        "Ничего не доказывает: балл — не доказательство и не основание для санкции или отказа.",
    ),
    Words(
        "Replace the random draw: without it nobody can tell what the model misses.",
        "Не заменяет случайный отбор: без него не узнать, что модель пропускает.",
    ),
    Words(
        "Judge persons: it knows histories of traders, not their intentions.",
        "Не судит о людях: она знает историю участника ВЭД, но не его намерения.",
    ),
    Words(
        "Score goods or periods far from those it was trained on; look at the drift first.",
        "Не годится для товаров и периодов, далёких от обучающих; сначала посмотрите на сдвиг.",
    ),
)
SIMULATED = Words(
    "Trained on simulated data: its figures say nothing about real trade.",
    "Обучена на смоделированных данных: её показатели ничего не говорят о реальной торговле.",
)
EXAMINED_ONLY = Words(
    "Labels exist only for examined items, which were not drawn at random: probabilities and figures "
    "speak of items like those, not of the whole flow.",
    "Результаты есть только по досмотренным товарам, а их выбирали не случайно: вероятности и "
    "показатели относятся к таким товарам, а не ко всему потоку.",
)
ON_RANDOM = Words(
    "Calibrated on items examined at random, weighted by 1/π: probabilities speak of the whole flow.",
    "Откалибрована на случайно отобранных товарах с весом 1/π: вероятности относятся ко всему потоку.",
)
NOT_CALIBRATED = Words(
    "Too few later results to calibrate on: read the score as a rank, not as a probability.",
    "Более поздних результатов мало для калибровки: читайте балл как место, а не как вероятность.",
)
MEMORY = Words(
    "On the track in time most goods of the test were seen in training: it rewards memory. "
    "The track with disjoint goods shows what carries over to goods never seen.",
    "В проверке по времени большинство товаров уже встречалось при обучении: она поощряет память. "
    "Проверка на непересекающихся товарах показывает, что переносится на невиданные товары.",
)


@dataclass(frozen=True, slots=True)
class FeatureDrift:
    """How far one feature moved between the training rows and the later rows of the check.

    Parameters
    ----------
    feature : name
    index, noise, p_value : PSI, its mean without any drift, and p of its test
    moved : stands out among all features (Benjamini–Hochberg at 5 %)
    """

    feature: str
    index: float
    noise: float
    p_value: float
    moved: bool


@dataclass(frozen=True, slots=True)
class Track:
    """Rankings measured on the same test rows.

    Parameters
    ----------
    name : "time" or "disjoint"
    rankings : the model first, then the yardsticks
    conditions : how it was measured, in words
    """

    name: str
    rankings: tuple[Ranking, ...]
    conditions: Words


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelCard:
    """The card.

    Parameters
    ----------
    data_name, data_hash, simulated : the data, and SHA-256 of its rows and findings
    first_day, last_day : of the training rows, ISO dates
    as_of : day up to which findings were known to the training, ISO date, or "" for all
    rows, examined, found : of the set; examined and found are those the model learnt from
    seed, parameters, parameters_hash : how it was trained
    features, left_out : names of the features used, and of those that showed no more than noise
    calibration : O/E on the check rows, or why there is none
    calibrated_on : rows that the calibration was fitted on
    check : how the model of the training's first part ranks its last part
    tracks : both tracks where they were run
    drift : by feature, largest first
    notes : warnings in words
    """

    data_name: str
    data_hash: str
    simulated: bool
    first_day: str
    last_day: str
    as_of: str
    rows: int
    examined: int
    found: int
    seed: int
    parameters: Mapping[str, object]
    parameters_hash: str
    features: tuple[str, ...]
    left_out: tuple[str, ...]
    calibration: Estimate | NotShown
    calibrated_on: int
    check: Track | None
    tracks: tuple[Track, ...] = ()
    drift: tuple[FeatureDrift, ...] = ()
    notes: tuple[Words, ...] = ()
    may: tuple[Words, ...] = field(default=MAY)
    may_not: tuple[Words, ...] = field(default=MAY_NOT)

    @property
    def base_rate(self) -> float:
        """Share of finds among the items it learnt from."""
        return self.found / self.examined

    def with_tracks(self, tracks: tuple[Track, ...]) -> "ModelCard":
        """Return the card with both tracks on it."""
        return replace(self, tracks=tracks, notes=tuple(dict.fromkeys((*self.notes, MEMORY))))

    def to_dict(self) -> dict[str, object]:
        """Return the card as plain data for JSON."""
        return asdict(self)

    @classmethod
    def from_dict(cls, told: Mapping[str, object]) -> "ModelCard":
        """Read what ``to_dict`` gave, also after it went through JSON."""
        plain = dict(told)
        for name in ("notes", "may", "may_not"):
            plain[name] = tuple(Words(**one) for one in _many(plain[name]))
        for name in ("features", "left_out"):
            plain[name] = tuple(_many(plain[name]))
        plain["drift"] = tuple(FeatureDrift(**one) for one in _many(plain["drift"]))
        plain["tracks"] = tuple(_track(one) for one in _many(plain["tracks"]))
        check = plain["check"]
        plain["check"] = _track(check) if isinstance(check, dict) else None
        calibration = plain["calibration"]
        if not isinstance(calibration, dict):
            raise TypeError("the calibration of a card is a table")
        plain["calibration"] = (
            _estimate(calibration) if "value" in calibration else _not_shown(calibration)
        )
        return cls(**plain)  # type: ignore[arg-type]  # checked against the fields by the dataclass

    @property
    def words(self) -> Words:
        """The card in short."""
        told = [
            Words(
                f"Trained on {self.data_name} ({self.first_day} to {self.last_day}): "
                f"{self.examined:,} examined items, {self.found:,} with a find "
                f"({100 * self.base_rate:.1f} %).",
                f"Обучена на наборе {self.data_name} (с {self.first_day} по {self.last_day}): "
                f"досмотренных товаров {self.examined}, с находкой {self.found} "
                f"({100 * self.base_rate:.1f} %).",
            )
        ]
        if self.check is not None:
            told.append(_rank_words(self.check.rankings[0]))
        told += self.notes
        return Words(" ".join(one.en for one in told), " ".join(one.ru for one in told))


def _rank_words(one: Ranking) -> Words:
    limits = one.auc.interval
    low, high = (limits.low, limits.high) if limits else (0.0, 1.0)
    ten = one.precision[10]
    return Words(
        f"On later rows: AUC {one.auc.value:.3f} [{low:.3f}; {high:.3f}], finds among the best "
        f"10 %: {100 * ten.value:.1f} % (all rows: {100 * one.base:.1f} %).",
        f"На более поздних строках: AUC {one.auc.value:.3f} [{low:.3f}; {high:.3f}], нарушений "
        f"среди первых 10 %: {100 * ten.value:.1f} % (среди всех: {100 * one.base:.1f} %).",
    )


def _many(told: object) -> list[Any]:
    if not isinstance(told, list | tuple):
        raise TypeError("a list was expected in the card")
    return list(told)


def _estimate(told: Mapping[str, object]) -> Estimate:
    limits = told["interval"]
    interval = Interval(**limits) if isinstance(limits, dict) else None
    return Estimate(
        float(str(told["value"])), interval, int(str(told["n"])), str(told.get("method", ""))
    )


def _not_shown(told: Mapping[str, object]) -> NotShown:
    reason, needs = told["reason"], told["needs"]
    if not (isinstance(reason, dict) and isinstance(needs, dict)):
        raise TypeError("reason and needs are words")
    return NotShown(
        told["kind"],  # type: ignore[arg-type]  # one of the kinds, as it was written
        Words(**reason),
        Words(**needs),
        int(str(told["n"])),
    )


def _track(told: Mapping[str, object]) -> Track:
    conditions = told["conditions"]
    if not isinstance(conditions, dict):
        raise TypeError("conditions are words")
    rankings = tuple(_ranking(one) for one in _many(told["rankings"]))
    return Track(str(told["name"]), rankings, Words(**conditions))


def _ranking(told: Mapping[str, object]) -> Ranking:
    auc, precision, revenue = told["auc"], told["precision"], told["revenue"]
    if not (isinstance(auc, dict) and isinstance(precision, dict) and isinstance(revenue, dict)):
        raise TypeError("a ranking has an AUC, precisions and revenues")
    return Ranking(
        str(told["name"]),
        _estimate(auc),
        {int(per): _estimate(one) for per, one in precision.items()},
        {int(per): float(one) for per, one in revenue.items()},
        float(str(told["base"])),
        int(str(told["n"])),
    )
