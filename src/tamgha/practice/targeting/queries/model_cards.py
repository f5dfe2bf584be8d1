"""The card of a model as its page shows it: both tracks with their yardsticks, drift, base rate."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from django.utils.translation import gettext as _

from tamgha import risk
from tamgha.platform.ui import formats
from tamgha.practice.targeting.models import ScoreModel, Suggestion
from tamgha.shared.errors import TamghaError
from tamgha.shared.figures import Estimate, Figure, Interval
from tamgha.shared.words import Words

RANKINGS: Final[dict[str, Words]] = {
    "model": Words("Model", "Модель"),
    "model by revenue": Words(
        "Model, by revenue: p × log(1 + duty at stake)",
        "Модель, по платежам: p × log(1 + платежи под риском)",
    ),
    "random": Words("Chance", "Наугад"),
    "numbers only": Words("Numbers of the row alone", "Только числа строки"),
    "traders and offices only": Words("Importer and office alone", "Только импортёр и пост"),
}
TRACKS: Final[dict[str, tuple[Words, Words]]] = {
    "time": (
        Words("Forward in time", "Вперёд во времени"),
        Words(
            "Trained on earlier months, tried on later ones. Most goods were seen before: it rewards memory.",
            "Обучение на ранних месяцах, проверка на поздних. Большинство товаров уже встречалось: поощряется память.",
        ),
    ),
    "disjoint": (
        Words("Goods never seen", "Невиданные товары"),
        Words(
            "No goods of the test were in training: what carries over to new goods.",
            "Ни одного товара из проверки не было в обучении: что переносится на новые товары.",
        ),
    ),
}
SHARES: Final = (5, 10)


@dataclass(frozen=True, slots=True)
class RankingLine:
    """One ranking of a track: its figures, AUC first, then the shares of finds at the top."""

    label: Words
    is_model: bool
    auc: Figure
    precision: tuple[Figure, ...]
    revenue: str


@dataclass(frozen=True, slots=True)
class TrackShown:
    """One track of a card, beside its yardsticks."""

    head: Words
    words: Words
    conditions: Words
    lines: tuple[RankingLine, ...]
    base: float
    n: int

    @property
    def has_revenue(self) -> bool:
        """Whether the set knows the duty of its finds."""
        return any(line.revenue for line in self.lines)


def track_shown(track: risk.Track, *, simulated: bool) -> TrackShown:
    """Return a track as the page shows it."""
    head, words = TRACKS[track.name]
    first = track.rankings[0]
    return TrackShown(
        head,
        words,
        track.conditions,
        tuple(_line(one, simulated=simulated) for one in track.rankings),
        first.base,
        first.n,
    )


def _line(one: risk.Ranking, *, simulated: bool) -> RankingLine:
    auc = Figure.of(
        one.auc,
        name=Words("AUC", "AUC"),
        definition=Words(
            "chance that a row with a find ranks above a clean one; 0.5 is chance",
            "вероятность, что строка с находкой стоит выше строки без нарушений; 0,5 — наугад",
        ),
        simulated=simulated,
    )
    precision = tuple(
        Figure.of(
            one.precision[share],
            name=Words(f"finds at the best {share} %", f"находки в первых {share} %"),
            definition=Words(
                f"share of rows with a find among the {share} % scored highest",
                f"доля строк с находкой среди {share} % с наибольшим баллом",
            ),
            simulated=simulated,
            unit="share",
        )
        for share in SHARES
        if share in one.precision
    )
    revenue = formats.percent(one.revenue[10]) if 10 in one.revenue else ""
    label = RANKINGS.get(one.name, Words(one.name, one.name))
    return RankingLine(label, one.name == "model", auc, precision, revenue)


@dataclass(frozen=True, slots=True)
class DriftLine:
    """How far one feature moved between the training and the later rows of the check."""

    label: str
    drift: risk.FeatureDrift


def card_of(model: ScoreModel) -> risk.ModelCard | None:
    """Return the card of a model that was trained whole."""
    return risk.ModelCard.from_dict(model.card) if model.card else None


def drift_lines(model: ScoreModel, card: risk.ModelCard, language: str) -> list[DriftLine]:
    """Return the features of a card by how far they moved, in words."""
    labels: Mapping[str, list[str]] = model.tracks.get("labels", {})
    place = 1 if language == "ru" else 0
    return [
        DriftLine(labels[one.feature][place] if one.feature in labels else one.feature, one)
        for one in card.drift
    ]


def base_figure(card: risk.ModelCard) -> Figure:
    """Return the share of finds among the rows that a model learnt from."""
    return Figure.of(
        risk.wilson_proportion(card.found, card.examined),
        name=Words("base rate", "исходная доля находок"),
        definition=Words(
            "rows with a find among the examined rows it learnt from",
            "строки с находкой среди досмотренных, по которым она обучена",
        ),
        simulated=card.simulated,
        unit="share",
    )


# ---- suggested rules ---------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class SuggestionShown:
    """One mined rule as the page shows it.

    Parameters
    ----------
    sentence : of the condition, in pieces
    train, validation : find rates among the distinct goods it was made from, and among others
    base : share of finds among all goods of the validation
    """

    row: Suggestion
    sentence: risk.Sentence | None
    items: int
    goods: int
    train: Figure
    validation: Figure
    base: float
    lift: float


def suggestion_shown(
    one: Suggestion, fields: Mapping[str, risk.Field], language: str
) -> SuggestionShown:
    """Return a suggested rule with its figures."""
    told = one.figures
    try:
        sentence = risk.parse_condition(one.condition, fields).sentence(language)
    except TamghaError:
        sentence = None
    simulated = one.set.simulated
    return SuggestionShown(
        row=one,
        sentence=sentence,
        items=told["items"],
        goods=told["goods"],
        train=_goods_figure(told["train"], TRAIN_WORDS, simulated=simulated),
        validation=_goods_figure(told["validation"], VALID_WORDS, simulated=simulated),
        base=told["base"],
        lift=told["lift"],
    )


TRAIN_WORDS: Final = (
    Words("on the goods it was made from", "на товарах, по которым оно строилось"),
    Words(
        "distinct goods with a find among those hit; it was chosen for them, so it looks too good",
        "различные товары с находкой среди попавших; правило выбиралось по ним, поэтому завышено",
    ),
)
VALID_WORDS: Final = (
    Words("on other goods", "на других товарах"),
    Words(
        "distinct goods with a find among those hit, goods that it was not made from",
        "различные товары с находкой среди попавших, по которым правило не строилось",
    ),
)


def _goods_figure(
    told: Mapping[str, Any], words: tuple[Words, Words], *, simulated: bool
) -> Figure:
    limits = told["interval"]
    return Figure.of(
        Estimate(told["value"], Interval(**limits) if limits else None, told["n"]),
        name=words[0],
        definition=words[1],
        simulated=simulated,
        unit="share",
    )


# ---- what it was made from ---------------------------------------------------------------------


def is_calibrated(model: ScoreModel) -> bool:
    """Return whether the kept model's scores may be read as probabilities."""
    return bool(model.card.get("calibrated_on"))


def card_facts(model: ScoreModel, card: risk.ModelCard) -> list[tuple[str, str]]:
    """Return what a model was made from, as pairs for the page."""
    first, last = (
        formats.day(date.fromisoformat(each)) for each in (card.first_day, card.last_day)
    )
    return [
        (_("Set"), card.data_name),
        (_("Days of the rows it learnt from"), f"{first} – {last}"),
        (_("Rows of the set"), formats.number(card.rows)),
        (_("Examined rows it learnt from"), formats.number(card.examined)),
        (_("With a find"), formats.number(card.found)),
        (_("Features used"), formats.number(len(card.features))),
        (_("Left out as noise"), formats.number(len(card.left_out))),
        (_("Calibrated on"), formats.number(card.calibrated_on) if card.calibrated_on else _("nothing: too few later results")),
        (_("Trained by"), f"{model.made_by.full_name}, {formats.moment(model.made_at)}"),
        (_("Seed"), str(card.seed)),
        (_("Fingerprint of the data"), card.data_hash[:16]),
        (_("Fingerprint of the settings"), card.parameters_hash[:16]),
    ]  # fmt: skip


@dataclass(frozen=True, slots=True)
class BlockShown:
    """One block of rows that was scored out of time."""

    first: date
    last: date
    examined: int | None
    found: int | None
    why: str


def blocks_shown(model: ScoreModel, language: str) -> list[BlockShown]:
    """Return the blocks that were scored out of time, and what each one's model learnt from."""
    place = 1 if language == "ru" else 0
    return [
        BlockShown(
            date.fromisoformat(one["first"]),
            date.fromisoformat(one["last"]),
            one.get("examined"),
            one.get("found"),
            one["why"][place] if one.get("why") else "",
        )
        for one in model.tracks.get("blocks", [])
    ]
