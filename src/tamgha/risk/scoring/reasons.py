"""Reasons in words: what speaks for a find in this row, what against, and how heavily."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tamgha.risk.scoring.features import Features
from tamgha.risk.scoring.specs import SUBJECTS, Feature, Subject
from tamgha.shared.words import Words

Floats = NDArray[np.float64]

LEAST_WEIGHT = 0.005
"""Log-odds below which a subject is no reason: they change the odds by less than 0.5 %."""

UNKNOWN = Words("unknown", "неизвестно")
YES, NO = Words("yes", "да"), Words("no", "нет")
_UNITS = {
    "kg": Words("kg", "кг"),
    "currency": Words("", ""),
    "currency/kg": Words("per kg", "за кг"),
    "currency/unit": Words("per unit", "за единицу"),
    "kg/unit": Words("kg per unit", "кг на единицу"),
    "days": Words("days", "дн."),
    "count": Words("", ""),
    "percent": Words("%", "%"),
}


@dataclass(frozen=True, slots=True)
class Reason:
    """One reason of one row.

    Parameters
    ----------
    subject : what it is about
    about : the subject in words
    what : the part that weighs most in it
    value, usual : of this row, and of the middle training row
    weight : log-odds that the whole subject adds to the margin (> 0 speaks for a find)
    """

    subject: Subject
    about: Words
    what: Words
    value: Words
    usual: Words
    weight: float

    @property
    def speaks_for(self) -> bool:
        """Whether it raises the score."""
        return self.weight > 0

    @property
    def words(self) -> Words:
        """The reason as one sentence."""
        times = float(np.exp(abs(self.weight)))
        more = self.weight > 0
        return Words(
            f"{self.about.en}: {_low(self.what.en)} {self.value.en} (usual {self.usual.en}); "
            f"{'raises' if more else 'lowers'} the odds of a find {times:.2f}-fold",
            f"{self.about.ru}: {_low(self.what.ru)} {self.value.ru} (обычно {self.usual.ru}); "
            f"шансы нарушения {'выше' if more else 'ниже'} в {times:.2f} раза".replace(
                f"{times:.2f}", f"{times:.2f}".replace(".", ",")
            ),
        )


def _low(text: str) -> str:
    return text if text[:2].isupper() else text[0].lower() + text[1:]


@dataclass(frozen=True, slots=True)
class Parts:
    """What adds to the margins of n rows.

    Parameters
    ----------
    weights : shape (n, p), log-odds
    told : subject, label and feature ("" for a category) of each of the p parts
    categories : by place of a part that is a category, its words in each row
    common : by place of such a part, the most frequent category
    usual : middle value of the training rows by feature
    """

    weights: Floats
    told: Sequence[tuple[Subject, Words, str]]
    categories: Mapping[int, Sequence[Words]]
    common: Mapping[int, Words]
    usual: Mapping[str, float | None]


def told_reasons(rows: Features, parts: Parts, most: int) -> list[list[Reason]]:
    """Return the reasons of each row, heaviest first, at most ``most`` of them."""
    subjects = list(dict.fromkeys(subject for subject, _, _ in parts.told))
    place = np.array([subjects.index(subject) for subject, _, _ in parts.told])
    sums = np.stack(
        [parts.weights[:, place == s].sum(axis=1) for s in range(len(subjects))], axis=1
    )
    leading = np.stack(
        [
            _leading(parts.weights, np.flatnonzero(place == s), sums[:, s])
            for s in range(len(subjects))
        ],
        axis=1,
    )
    order = np.argsort(-np.abs(sums), axis=1, kind="stable")[:, :most]
    raw = rows.raw(slice(None))
    specs = {spec.name: (number, spec) for number, spec in enumerate(rows.specs)}
    made: list[list[Reason]] = []
    for row in range(len(rows)):
        mine = []
        for subject in order[row]:
            weight = float(sums[row, subject])
            if abs(weight) < LEAST_WEIGHT:
                continue
            part = int(leading[row, subject])
            name, label, feature = parts.told[part]
            if feature:
                number, spec = specs[feature]
                value = shown(spec, float(raw[row, number]))
                usual = shown(spec, parts.usual.get(feature))
            else:
                value, usual = parts.categories[part][row], parts.common.get(part, UNKNOWN)
            mine.append(Reason(name, SUBJECTS[name], label, value, usual, weight))
        made.append(mine)
    return made


def _leading(weights: Floats, columns: NDArray[np.intp], total: Floats) -> NDArray[np.intp]:
    """Return, for each row, the part that weighs most in the direction of its subject."""
    agreeing = weights[:, columns] * np.sign(total)[:, None]
    leading: NDArray[np.intp] = columns[np.argmax(agreeing, axis=1)]
    return leading


def shown(spec: Feature, value: float | None) -> Words:
    """Return a value of a feature as people read it."""
    if value is None or not np.isfinite(value):
        return UNKNOWN
    if spec.unit == "flag":
        return YES if value else NO
    if spec.unit == "share":
        return _number(value * 100, " %", " %")
    if spec.unit == "ratio":
        return _number(value, " times", " раза")
    if spec.name == "hs_place":
        return Words(f"{value:06.0f}", f"{value:06.0f}")
    if spec.name == "hs_chapter":
        return Words(f"{value:02.0f}", f"{value:02.0f}")
    unit = _UNITS.get(spec.unit, Words("", ""))
    return _number(value, f" {unit.en}" if unit.en else "", f" {unit.ru}" if unit.ru else "")


def _number(value: float, en: str, ru: str) -> Words:
    size = abs(value)
    text = f"{value:,.0f}" if size >= 1_000 or value == round(value) else f"{value:.3g}"
    russian = text.replace(",", " ").replace(".", ",")
    return Words(f"{text}{en}", f"{russian}{ru}")
