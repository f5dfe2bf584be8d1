"""Which results are meant: read from the address, so that a link shows the same page."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from django.http import QueryDict
from django.utils.translation import gettext_lazy as lazy

from tamgha.platform.accounts.models import Administration
from tamgha.practice.control.queries.results import Extent, Scope
from tamgha.shared.periods import Period

SPANS: Final = (
    ("84", lazy("12 weeks")),
    ("182", lazy("26 weeks")),
    ("364", lazy("52 weeks")),
    ("all", lazy("since the beginning")),
)
TABLES: Final = (
    ("profile", lazy("Profile")),
    ("lane", lazy("Lane")),
    ("office", lazy("Office")),
    ("week", lazy("Week")),
)


@dataclass(frozen=True, slots=True)
class Asked:
    """What the address asks for; what it does not know is left out.

    Parameters
    ----------
    scope : administration, period, office and direction; None where nothing is counted yet
    by : which table
    span : "84", …, "all", or "" for days of the reader's own
    """

    scope: Scope | None
    by: str
    span: str
    office: str
    direction: str
    day_from: str
    day_to: str


def read_scope(data: QueryDict, administration: Administration, extent: Extent) -> Asked:
    """Return what an address asks for: twelve weeks up to the last counted day by default."""
    office = data.get("office", "") if data.get("office") in extent.offices else ""
    known = data.get("direction") in extent.directions
    direction = data.get("direction", "") if known else ""
    by = data.get("by", "") if data.get("by") in dict(TABLES) else "profile"
    first, last = _day(data.get("day_from", "")), _day(data.get("day_to", ""))
    span = data.get("span", "") if data.get("span") in dict(SPANS) else ""
    if not span and not (first or last):
        span = SPANS[0][0]
    period = _period(span, first, last, extent)
    scope = Scope(administration, period, office, direction) if period else None
    return Asked(
        scope=scope,
        by=by,
        span=span,
        office=office,
        direction=direction,
        day_from=first.isoformat() if first and not span else "",
        day_to=last.isoformat() if last and not span else "",
    )


def _period(span: str, first: date | None, last: date | None, extent: Extent) -> Period | None:
    if extent.first is None or extent.last is None:
        return None
    end = extent.last + timedelta(days=1)
    if span == "all":
        return Period(extent.first, end)
    if span:
        return Period(max(extent.first, end - timedelta(days=int(span))), end)
    start, stop = first or extent.first, (last or extent.last) + timedelta(days=1)
    return Period(start, stop) if start < stop else Period(start, start + timedelta(days=1))


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
