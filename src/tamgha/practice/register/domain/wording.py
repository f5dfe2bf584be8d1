"""What a version of a risk says: everything that is written, before anybody scores it."""

from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from tamgha.practice.register.domain.areas import BY_CODE
from tamgha.shared.words import Words

KINDS: Final = ("cargo", "passengers", "post")
TREATMENTS: Final = ("tolerate", "treat", "transfer", "terminate")
TITLE_LENGTH: Final = 160

SCORED: Final = ("area", "kind", "causes", "consequences", "controls", "treatment", "measures")
"""What the two scores speak of: when one of these (or the scale) changes, it is scored anew."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wording:
    """One wording of a risk.

    Parameters
    ----------
    title_en, title_ru : one of them may be empty
    area : code of a risk area
    kind : "cargo", "passengers" or "post"
    causes, consequences : why it may happen, and what follows
    controls : what is done already; the score before treatment leaves it out
    treatment, measures : one of the four T, and how
    owner : key of the person who answers for it
    review_on : day of the next review
    office : where it matters; "" is everywhere
    note : what changed in this version
    """

    title_en: str = ""
    title_ru: str = ""
    area: str
    kind: str = "cargo"
    causes: str = ""
    consequences: str = ""
    controls: str = ""
    treatment: str = "treat"
    measures: str = ""
    owner: int | None
    review_on: date | None
    office: str = ""
    note: str = ""

    def faults(self) -> list[Words]:
        """Return everything that keeps the wording from being saved."""
        return [*self._missing(), *self._unknown()]

    def _missing(self) -> list[Words]:
        found = []
        if not self.title_en.strip() and not self.title_ru.strip():
            found.append(
                Words(
                    "Give the risk a title, in English or in Russian.",
                    "Дайте риску название на русском или английском языке.",
                )
            )
        if not self.causes.strip():
            found.append(Words("Say what may cause it.", "Укажите причины риска."))
        if not self.consequences.strip():
            found.append(Words("Say what would follow from it.", "Укажите последствия риска."))
        if self.treatment in {"treat", "transfer"} and not self.measures.strip():
            found.append(
                Words(
                    "Say how it is treated or transferred.",
                    "Укажите, как риск снижается или передаётся.",
                )
            )
        if self.owner is None:
            found.append(Words("Name its owner.", "Назначьте владельца риска."))
        if self.review_on is None:
            found.append(Words("Give the day of its next review.", "Укажите дату пересмотра."))
        return found

    def _unknown(self) -> list[Words]:
        wanted: tuple[tuple[str, str, Any], ...] = (
            ("area", self.area, BY_CODE),
            ("kind", self.kind, KINDS),
            ("treatment", self.treatment, TREATMENTS),
        )
        return [
            Words(
                f"{name}: one of {', '.join(known)} was expected; {value!r} came.",
                f"{name}: ожидается одно из {', '.join(known)}, указано {value!r}.",
            )
            for name, value, known in wanted
            if value not in known
        ]
