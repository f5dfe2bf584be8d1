"""A model: margin = share · effects + (1 − share) · trees, then a calibrated probability."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from tamgha.risk.schema import DeclarationSet
from tamgha.risk.scoring.calibration import Calibration
from tamgha.risk.scoring.card import ModelCard
from tamgha.risk.scoring.effects import Curve, EffectBlock, Effects, Slope
from tamgha.risk.scoring.errors import ScoringError
from tamgha.risk.scoring.features import Features, compute_features
from tamgha.risk.scoring.reasons import Parts, Reason, told_reasons
from tamgha.risk.scoring.specs import Block, Feature, Subject, features
from tamgha.risk.scoring.trade import Trade
from tamgha.risk.scoring.trees import Trees
from tamgha.shared.words import Words

Floats = NDArray[np.float64]
Rows = Features | Trade | DeclarationSet

FORMAT = 1
MODEL_FILE, CARD_FILE = "model.json", "card.json"


@dataclass(frozen=True)
class Model:
    """A trained model.

    Parameters
    ----------
    effects, trees : its two parts
    share : weight of the effects part in the margin, in [0, 1]
    calibration : from margin to probability
    smoothing : of the histories among its features
    usual : by feature, the middle value of the training rows as people read it; None if unknown
    card : what it was made of, how good it is, what it may be used for
    """

    effects: Effects
    trees: Trees
    share: float
    calibration: Calibration
    smoothing: float
    usual: Mapping[str, float | None]
    card: ModelCard = field(compare=False)

    def with_card(self, card: ModelCard) -> "Model":
        """Return the model with another card, such as one with both tracks on it."""
        return replace(self, card=card)

    def features(self, rows: Rows) -> Features:
        """Return the features of rows as this model wants them; features come back as they are."""
        if isinstance(rows, Features):
            return rows
        return compute_features(Trade.of(rows), self.smoothing)

    def margin(self, rows: Rows) -> Floats:
        """Return the margin (log-odds before calibration), shape (n,)."""
        made = self.features(rows)
        trees = self.trees.margin(self._numbers(made))
        total: Floats = self.share * self.effects.margin(made) + (1 - self.share) * trees
        return total

    def score(self, rows: Rows) -> Floats:
        """Return the probability of a find if the row were examined, shape (n,), in (0, 1).

        Parameters
        ----------
        rows : a set, a trade, or features computed before
        """
        return self.calibration.probability(self.margin(rows))

    def contributions(self, rows: Rows) -> tuple[Floats, float]:
        """Return what each part adds to the margin, shape (n, parts), and the base of all rows.

        Base and parts of a row sum to its margin. Parts are those of the effects, then one per
        feature of the trees.
        """
        made = self.features(rows)
        trees = self.trees.contributions(self._numbers(made))
        parts = np.concatenate(
            [self.share * self.effects.contributions(made), (1 - self.share) * trees[:, :-1]],
            axis=1,
        )
        base = self.share * self.effects.base
        if len(trees):
            base += (1 - self.share) * float(trees[0, -1])
        return parts, base

    def parts(self) -> list[tuple[Subject, Words, str]]:
        """Return subject, label and feature of each column of ``contributions``."""
        by_name = {spec.name: spec for spec in self._specs()}
        trees = [(by_name[n].subject, by_name[n].label, n) for n in self.trees.names]
        return [*self.effects.subjects(self._specs()), *trees]

    def reasons(self, rows: Rows, most: int = 6) -> list[list[Reason]]:
        """Return, for each row, why it scores as it does: for and against, heaviest first.

        Parts about one subject are told as one reason, by the part that weighs most in it.

        Parameters
        ----------
        rows : as in ``score``
        most : reasons per row, at most
        """
        made = self.features(rows)
        weights, _ = self.contributions(made)
        categories = {
            place: self.effects.category_texts(made, place)
            for place in range(len(self.effects.blocks))
        }
        common = {
            place: self.effects.category_words(place, one.common)
            for place, one in enumerate(self.effects.blocks)
            if one.common
        }
        parts = Parts(weights, self.parts(), categories, common, self.usual)
        return told_reasons(made, parts, most)

    def _specs(self) -> tuple[Feature, ...]:
        return features(self.smoothing)

    def _numbers(self, rows: Features) -> NDArray[np.float32]:
        places = {spec.name: place for place, spec in enumerate(rows.specs)}
        if missing := [name for name in self.trees.names if name not in places]:
            raise ScoringError(
                Words(
                    f"The model looks at features that these rows do not have: "
                    f"{', '.join(missing)}. Train it again with this version.",
                    f"Модель использует признаки, которых нет у этих строк: "
                    f"{', '.join(missing)}. Обучите её заново этой версией.",
                )
            )
        return np.ascontiguousarray(rows.numbers[:, [places[name] for name in self.trees.names]])

    def save(self, folder: Path | str) -> Path:
        """Write the model into a folder: JSON files only, nothing that runs when it is read.

        Returns
        -------
        the folder
        """
        place = Path(folder)
        place.mkdir(parents=True, exist_ok=True)
        for number, document in enumerate(self.trees.documents):
            (place / f"forest-{number}.json").write_bytes(document)
        told = {
            "format": FORMAT,
            "share": self.share,
            "smoothing": self.smoothing,
            "calibration": asdict(self.calibration),
            "usual": dict(self.usual),
            "trees": {"names": self.trees.names, "forests": len(self.trees.documents)},
            "effects": asdict(self.effects),
        }
        text = json.dumps(told, ensure_ascii=False, sort_keys=True, allow_nan=False)
        (place / MODEL_FILE).write_text(text, encoding="utf-8")
        card = json.dumps(self.card.to_dict(), ensure_ascii=False, indent=1, allow_nan=False)
        (place / CARD_FILE).write_text(card, encoding="utf-8")
        return place

    @classmethod
    def load(cls, folder: Path | str) -> "Model":
        """Read a model that was saved.

        Raises
        ------
        ScoringError
            If the folder holds no model, or one of another format.
        """
        place = Path(folder)
        try:
            told = json.loads((place / MODEL_FILE).read_text(encoding="utf-8"))
            card = json.loads((place / CARD_FILE).read_text(encoding="utf-8"))
            if told["format"] != FORMAT:
                raise _unreadable(place, f"format {told['format']}")
            forests = range(told["trees"]["forests"])
            documents = tuple((place / f"forest-{n}.json").read_bytes() for n in forests)
            return cls(
                effects=_effects_from(told["effects"]),
                trees=Trees(tuple(told["trees"]["names"]), documents),
                share=told["share"],
                calibration=Calibration(**told["calibration"]),
                smoothing=told["smoothing"],
                usual=told["usual"],
                card=ModelCard.from_dict(card),
            )
        except (OSError, ValueError, KeyError, TypeError) as problem:
            raise _unreadable(place, str(problem)) from problem


def _unreadable(place: Path, what: str) -> ScoringError:
    return ScoringError(
        Words(
            f"Expected a folder with a saved model (format {FORMAT}), came {place}: {what}. "
            f"Train the model again, or name its folder.",
            f"Ожидалась папка с сохранённой моделью (формат {FORMAT}), получено {place}: {what}. "
            f"Обучите модель заново или укажите её папку.",
        )
    )


def _effects_from(told: Mapping[str, object]) -> Effects:
    blocks, curves, slopes, steps = (told[n] for n in ("blocks", "curves", "slopes", "steps"))
    if not (
        isinstance(blocks, list)
        and isinstance(curves, list)
        and isinstance(slopes, list)
        and isinstance(steps, dict)
    ):
        raise TypeError("effects of a model are lists and a table")
    return Effects(
        float(str(told["base"])),
        tuple(
            EffectBlock(_block_from(b["block"]), b["weights"], b["usual"], b["common"])
            for b in blocks
        ),
        tuple(
            Curve(c["feature"], tuple(c["knots"]), tuple(c["heights"]), c["usual"]) for c in curves
        ),
        tuple(Slope(**s) for s in slopes),
        {name: tuple(edges) for name, edges in steps.items()},
    )


def _block_from(told: Mapping[str, object]) -> Block:
    keys, label, subject = told["keys"], told["label"], told["subject"]
    if not (isinstance(keys, list) and isinstance(label, dict)):
        raise TypeError("a block has keys and a label")
    return Block(
        tuple(keys),
        Words(**label),
        subject,  # type: ignore[arg-type]  # one of SUBJECTS, as it was written
        float(str(told["scale"])),
    )
