"""The catalogue of indicators: those that come ready and those that the administration declared."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tamgha import risk
from tamgha.platform.tables.columns import ListQuery
from tamgha.platform.tables.keyset import Cursor
from tamgha.platform.tables.sources import Page
from tamgha.platform.ui import formats
from tamgha.practice.targeting.domain.wording import DIRECTIONS, MEASURED_IN
from tamgha.practice.targeting.gateways import declared_by, indicator_of
from tamgha.practice.targeting.models import DeclaredIndicator

READY, OWN, PUT_AWAY = "ready", "own", "away"


@dataclass(frozen=True, slots=True)
class Known:
    """An indicator of an administration's catalogue.

    Parameters
    ----------
    indicator : as the engine has it
    declared : its latest version where the administration declared it; None for a ready one
    """

    indicator: risk.Indicator
    declared: DeclaredIndicator | None = None

    @property
    def origin(self) -> str:
        """Whether it comes ready, is the administration's own, or was put away."""
        if self.declared is None:
            return READY
        return PUT_AWAY if self.declared.retired_at else OWN


def known_indicators(administration: int) -> dict[str, Known]:
    """Return every indicator of an administration by name: the ready ones, then its own."""
    found = {name: Known(one) for name, one in risk.READY.items()}
    own = {one.name: Known(indicator_of(one.text), one) for one in declared_by(administration)}
    return {**found, **own}


def window_words(indicator: risk.Indicator) -> str:
    """Return how far back an indicator looks."""
    days = indicator.window_days
    if days is not None:
        return ngettext("%(n)s day", "%(n)s days", days) % {"n": formats.number(days)}
    return _("the row alone") if looks_at_row_alone(indicator) else _("all days before")


def looks_at_row_alone(indicator: risk.Indicator) -> bool:
    """Return whether an indicator reads nothing but its own row."""
    return indicator.kind in {"own", "roundness", "calendar"}


def delay_words(indicator: risk.Indicator) -> str:
    """Return how long after it became known a finding is used; "" where none is."""
    if not indicator.uses_findings:
        return ""
    days = max(1, indicator.delay_days)
    return ngettext("%(n)s day", "%(n)s days", days) % {"n": formats.number(days)}


def unit_words(indicator: risk.Indicator, language: str) -> str:
    """Return the unit of an indicator in words."""
    unit = indicator.unit
    if unit == "ratio" and indicator.kind != "usual":
        unit = "share"
    words = MEASURED_IN.get(unit)
    return words.text(language) if words else unit


def catalogue(administration: int, language: str) -> list[dict[str, Any]]:
    """Return the rows of the catalogue, in the words of one language."""
    return [_entry(one, language) for one in known_indicators(administration).values()]


def _entry(known: Known, language: str) -> dict[str, Any]:
    one = known.indicator
    return {
        "name": one.name,
        "label": one.label.text(language),
        "definition": one.definition.text(language),
        "kind": one.kind,
        "kind_label": risk.KINDS[one.kind].label.text(language),
        "unit": unit_words(one, language),
        "direction": DIRECTIONS[one.direction].text(language),
        "window": window_words(one),
        "delay": delay_words(one),
        "source": one.source or (_("the administration") if known.declared else ""),
        "origin": known.origin,
        "version": known.declared.version if known.declared else "",
        "address": reverse("targeting:indicator", args=[one.name]),
    }


class CatalogueRows:
    """The catalogue as a source of the one list: a few dozen rows, held in memory.

    Parameters
    ----------
    entries : rows as `catalogue` gives them
    searched : keys in which each word of a search must be found, in any of them
    sorts : name in the address -> key
    """

    def __init__(
        self,
        entries: list[dict[str, Any]],
        *,
        searched: tuple[str, ...],
        sorts: Mapping[str, str],
    ) -> None:
        self.entries = entries
        self.searched = searched
        self.sorts = sorts

    def identify(self, row: Mapping[str, Any]) -> str:
        """Return the name of the indicator."""
        return str(row["name"])

    def page(self, query: ListQuery) -> Page:
        """Return one page, with the total and how many there are of each filtered value."""
        found = list(self.rows(query))
        cursor = Cursor.decode(query.after, sort=query.sort) if query.after else None
        start = 0
        if cursor is not None and isinstance(cursor.values[0], int):
            start = max(0, min(cursor.values[0], len(found)))
        rows = found[start : start + query.size]
        end = start + len(rows)
        following = Cursor(query.sort, (end,), end).encode() if end < len(found) else ""
        return Page(rows, following, end, len(found), self._facets(query))

    def rows(self, query: ListQuery) -> Iterator[Mapping[str, Any]]:
        """Return every row that search and filters leave, in order."""
        key = self.sorts.get(query.sort.lstrip("-"), "label")
        found = [one for one in self.entries if self._fits(one, query)]
        found.sort(key=lambda one: (str(one[key]).casefold(), one["name"]))
        yield from reversed(found) if query.sort.startswith("-") else found

    def _fits(self, one: Mapping[str, Any], query: ListQuery, *, without: str = "") -> bool:
        if any(
            one[name] != value
            for name, value in query.filters.items()
            if name != without and name in one
        ):
            return False
        text = " ".join(str(one[name]) for name in self.searched).casefold()
        return all(word in text for word in query.search.casefold().split()[:8])

    def _facets(self, query: ListQuery) -> dict[str, dict[str, int]]:
        counts: dict[str, int] = {}
        for one in self.entries:
            if self._fits(one, query, without="origin"):
                counts[one["origin"]] = counts.get(one["origin"], 0) + 1
        return {"origin": counts}
