"""The four lanes, their words and glyphs; and the states of evidence, steps and facts."""

from dataclasses import dataclass
from typing import Final

from tamgha.shared.words import Words


@dataclass(frozen=True, slots=True)
class LaneLook:
    """How one lane looks: its css modifier, its glyph, its word and its short word."""

    key: str
    glyph: str
    word: Words
    short: Words


LANES: Final[dict[str, LaneLook]] = {
    "red": LaneLook(
        "red",
        "crate",
        Words("Physical examination", "Досмотр товаров"),
        Words("Examine", "Досмотр"),
    ),
    "yellow": LaneLook(
        "yellow",
        "page",
        Words("Documents", "Проверка документов"),
        Words("Documents", "Документы"),
    ),
    "blue": LaneLook(
        "blue",
        "clock",
        Words("Later audit", "Контроль после выпуска"),
        Words("Later audit", "После выпуска"),
    ),
    "green": LaneLook("green", "arrow", Words("Release", "Выпуск"), Words("Release", "Выпуск")),
}
RANDOM: Final = Words("Random", "Случайный")

EVIDENCE: Final[dict[str, tuple[str, Words]]] = {
    "none": ("dashed", Words("No evidence yet", "Подтверждения пока нет")),
    "self": ("ring", Words("Self-reported", "Со слов участника")),
    "list": ("half", Words("Attendance list", "Список присутствия")),
    "document": ("half", Words("Document seen", "Документ просмотрен")),
    "sample": ("seal", Words("Verified sample", "Выборка проверена")),
    "checked": ("seal", Words("Checked", "Проверено")),
}

SEALED: Final[dict[str, tuple[str, Words]]] = {
    "sealed": ("sealed", Words("Sealed", "Опечатано")),
    "open": ("open", Words("Not sealed yet", "Ещё не опечатано")),
    "broken": ("broken", Words("Seal broken", "Пломба нарушена")),
}

STATE_ICONS: Final[dict[str, str]] = {
    "good": "check",
    "warn": "alert",
    "bad": "alert",
    "note": "info",
    "out": "cross",
    "wait": "clock",
}
