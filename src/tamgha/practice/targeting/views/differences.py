"""What differs between two versions of a profile: condition, lanes, passport."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import get_language

from tamgha import risk
from tamgha.platform.ui import formats
from tamgha.practice.targeting.domain.differences import Piece, marked_sentences
from tamgha.practice.targeting.forms.profiles import LANES, PassportForm
from tamgha.practice.targeting.models import ProfileVersion
from tamgha.practice.targeting.queries import condition_fields
from tamgha.shared.errors import TamghaError
from tamgha.shared.shares import Share


@dataclass(frozen=True, slots=True)
class Difference:
    """Two versions side by side.

    Parameters
    ----------
    before, after : the versions
    sentences : both conditions in pieces, what changed marked; None where one no longer parses
    fields : label, before, after of what else changed
    """

    before: ProfileVersion
    after: ProfileVersion
    sentences: tuple[list[Piece], list[Piece]] | None
    fields: list[tuple[Any, str, str]]

    @property
    def same_condition(self) -> bool:
        """Whether both say the same, letter for letter."""
        return self.before.condition == self.after.condition


def difference_of(before: ProfileVersion, after: ProfileVersion) -> Difference:
    """Return what differs between two versions of one profile."""
    fields = condition_fields(after.profile.administration_id)
    try:
        sentences = marked_sentences(
            risk.parse_condition(before.condition, fields),
            risk.parse_condition(after.condition, fields),
            get_language() or "en",
        )
    except TamghaError:
        sentences = None
    return Difference(before, after, sentences, _changed(before, after))


def _changed(before: ProfileVersion, after: ProfileVersion) -> list[tuple[Any, str, str]]:
    found = []
    for name, field in PassportForm.base_fields.items():
        if name in {"note", "version", "condition"}:
            continue
        old, new = getattr(before, name), getattr(after, name)
        if old != new:
            found.append((field.label, _plain(name, old), _plain(name, new)))
    return found


def _plain(name: str, value: Any) -> str:
    if name in LANES:
        return f"{Share(value).percent_text} %"
    return formats.day(value) if isinstance(value, date) else str(value or "–")
