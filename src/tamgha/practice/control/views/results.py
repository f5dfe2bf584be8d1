"""Results of decisions: the page, its table as a list, the rows behind each figure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.views.decorators.http import require_GET, require_POST

from tamgha.platform.accounts.models import Administration
from tamgha.platform.jobs import services as jobs
from tamgha.platform.tables.columns import Between, Choice, Column, Empty, ListQuery
from tamgha.platform.tables.lists import RowList
from tamgha.platform.tables.sources import Page, QuerySetSource, RowSource
from tamgha.platform.ui import formats, notices
from tamgha.practice.control import permissions
from tamgha.practice.control.choices import Direction, Lane
from tamgha.practice.control.forms.results import SPANS, TABLES, Asked, read_scope
from tamgha.practice.control.gateways import desks
from tamgha.practice.control.models import ResultEntry
from tamgha.practice.control.queries.results import BY_PROFILE, Extent, extent_of
from tamgha.practice.control.queries.results_board import board_of
from tamgha.practice.control.queries.results_charts import week_chart
from tamgha.practice.control.queries.results_shape import Board, Line
from tamgha.practice.control.queries.results_table import TableRow, drift_rows, table_of
from tamgha.practice.control.queries.results_words import READINGS, verdict_of
from tamgha.practice.control.services import retiring, upkeep
from tamgha.practice.control.views.access import (
    CRUMB,
    person_of,
    readers_only,
    result_readers_only,
    said,
    workplace_of,
    writers_only,
)
from tamgha.practice.control.views.decisions import WAY_LABELS, WAYS
from tamgha.shared.errors import TamghaError

RESULTS = (lazy("Results"), "/risk/results/")


@dataclass(frozen=True, slots=True)
class Shown:
    """A board with what the address asked for, of what there is."""

    asked: Asked
    extent: Extent
    board: Board | None
    place: Administration
    knows_profiles: bool


def _shown(request: HttpRequest) -> Shown:
    place = permissions.results_place(request.user)
    if place is None:
        raise LookupError("the guard lets in only people with a place")
    extent = extent_of(place)
    asked = read_scope(request.GET, place, extent)
    knows = permissions.can_read(request.user)
    today = timezone.now().astimezone(desks.zone_of(place)).date()
    board = board_of(asked.scope, today=today, with_profiles=knows) if asked.scope else None
    return Shown(asked, extent, board, place, knows)


@result_readers_only
@require_GET
def results(request: HttpRequest) -> HttpResponseBase:
    """Show what decisions brought: verdict, figures, table, weeks, drift, what cannot be said."""
    shown = _shown(request)
    extent = shown.extent
    by = shown.asked.by
    if by == "profile" and not shown.knows_profiles:
        by = "lane"
    context: dict[str, Any] = {
        "asked": shown.asked,
        "board": shown.board,
        "place": shown.place,
        "extent": extent,
        "knows_profiles": shown.knows_profiles,
        "may_write": permissions.can_write(request.user),
        "may_manage": permissions.can_manage_examiners(request.user),
        "state": _address(request, by=""),
        "spans": SPANS,
        "directions": [one for one in Direction.choices if one[0] in extent.directions],
        "crumbs": [CRUMB if shown.knows_profiles else None, (_("Results"), "")],
        "simulated": shown.place.is_simulated,
    }
    context["crumbs"] = [one for one in context["crumbs"] if one]
    if shown.board is not None and not shown.board.is_empty:
        context |= _of_board(request, shown, shown.board, by)
    return render(request, "control/results/page.html", context)


def _of_board(request: HttpRequest, shown: Shown, board: Board, by: str) -> dict[str, Any]:
    language = get_language() or "en"
    knows = shown.knows_profiles
    draw = board.draw
    lines = board.profiles if by == "profile" else board.offices if by == "office" else board.lanes
    return {
        "verdict": verdict_of(board, language),
        "tabs": _tabs(request, board, by, knows_profiles=knows),
        "by": by,
        "lines": [(line, *_reading(line)) for line in lines],
        "draw_line": board.draw_line,
        "yardstick": draw.value if draw else None,
        "top": _top([*board.profiles, *board.lanes, *board.offices]),
        "lift_top": 6,
        "chart": week_chart(board),
        "lane_lines": [(line, *_reading(line)) for line in board.lanes],
        "office_lines": [(line, *_reading(line)) for line in board.offices],
        "drift": drift_rows(shown.place, knows_profiles=knows),
        "retire": [line for line in board.profiles if line.reading == "retire"],
        "last": board.settled.period.end - timedelta(days=1),
        "waits_from": board.settled.period.end
        if board.settled.period.end < board.scope.period.end
        else None,
        "export": f"{reverse('control:results-table')}?{_address(request, by=by)}",
        "weeks": board.weeks,
    }


def _reading(line: Line) -> tuple[str, Any]:
    return READINGS[line.reading]


def _top(lines: Sequence[Line]) -> float:
    """Return the end of the axis that all rates of the page share, on a round step."""
    ends = [
        line.rate.interval.high if line.rate.interval else line.rate.value or 0
        for line in lines
        if not line.rate.missing
    ]
    most = max((float(end) for end in ends), default=0.2)
    return next((step for step in (0.05, 0.1, 0.2, 0.3, 0.5) if most <= step), 1.0)


def _tabs(
    request: HttpRequest, board: Board, by: str, *, knows_profiles: bool
) -> list[dict[str, Any]]:
    counts = {
        "profile": len(board.profiles),
        "lane": len(board.lanes),
        "office": len(board.offices),
        "week": len(board.weeks),
    }
    return [
        {
            "label": label,
            "count": counts[name],
            "address": f"?{_address(request, by=name)}",
            "current": name == by,
        }
        for name, label in TABLES
        if knows_profiles or name != "profile"
    ]


def _address(request: HttpRequest, **changes: str) -> str:
    names = ("span", "day_from", "day_to", "office", "direction", "by")
    state = {name: request.GET.get(name, "") for name in names} | changes
    return urlencode({name: value for name, value in state.items() if value})


# ---- the table as a list, for export -------------------------------------------------------------


class TableSource:
    """The lines of a table as the one list asks for rows."""

    def __init__(self, rows: Sequence[TableRow]) -> None:
        self.all = list(rows)

    def page(self, query: ListQuery) -> Page:
        """Return every row: a table of results is one page."""
        return Page(self.all, "", len(self.all), len(self.all))

    def rows(self, query: ListQuery) -> Iterator[TableRow]:
        """Return every row."""
        return iter(self.all)

    def identify(self, row: TableRow) -> str:
        """Return the name of a row."""
        return row.name


@method_decorator(result_readers_only, name="dispatch")
class ResultsTable(RowList):
    """The table of the page of results with every number in its own column, to take away."""

    name = "results"
    heading = lazy("Results as a table")
    kept = ("span", "day_from", "day_to", "office", "direction", "by")
    columns = (
        Column("name", lazy("What"), detail=lambda row: row.detail, optional=False),
        Column("detail", pgettext_lazy("results", "Note"), hidden=True),
        Column("decided", lazy("Declarations"), kind="number"),
        Column("chosen", lazy("Sent to examination"), kind="number"),
        Column("results", lazy("Results in"), kind="number"),
        Column("found", lazy("Finds"), kind="number"),
        Column("rate", lazy("Hit rate, %"), kind="number"),
        Column("low", lazy("from, %"), kind="number"),
        Column("high", lazy("to, %"), kind="number"),
        Column("method", lazy("Interval by"), hidden=True),
        Column("above", lazy("Points above the draw"), kind="number"),
        Column("above_low", lazy("from, points"), kind="number"),
        Column("above_high", lazy("to, points"), kind="number"),
        Column("complete", lazy("Results in, of those due, %"), kind="number", hidden=True),
        Column("complete_low", lazy("from, %"), kind="number", hidden=True),
        Column("complete_high", lazy("to, %"), kind="number", hidden=True),
        Column("reading", lazy("Reading")),
        Column("first", lazy("From day"), kind="date", hidden=True),
        Column("last", lazy("To day"), kind="date", hidden=True),
        Column("simulated", lazy("Simulated"), kind="flag", hidden=True),
    )
    empty = Empty(lazy("Nothing is counted for this period yet"))

    def source_for(self, request: HttpRequest) -> RowSource:
        """Return the lines of the asked table."""
        shown = _shown(request)
        by = shown.asked.by
        if by == "profile" and not shown.knows_profiles:
            by = "lane"
        return TableSource(table_of(shown.board, by, get_language() or "en"))

    def shown_columns(self, data: Any) -> list[Column]:
        """Return the columns; a file holds them all."""
        return list(self.columns) if data.get("as") else super().shown_columns(data)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add crumbs."""
        extra = {"crumbs": [RESULTS, (_("Table"), "")]}
        return super().get_context_data(**kwargs) | extra


# ---- the rows behind the figures -----------------------------------------------------------------


def _outcome(row: ResultEntry) -> Any:
    if row.is_found:
        return _("finding")
    if row.is_examined:
        return _("no difference found")
    return _("result is out") if row.lane == Lane.RED else ""


@method_decorator(readers_only, name="dispatch")
class ResultRows(RowList):
    """The declarations that a figure of results was counted from."""

    name = "result-rows"
    heading = lazy("Declarations behind the results")
    default_sort = "-day"
    kept = ("profile", "number", "watched", "by", "changed")
    columns = (
        Column(
            "declaration",
            lazy("Declaration"),
            value="decision.declaration",
            link=lambda row: reverse("control:decision", args=[row.pk]),
            optional=False,
        ),
        Column("day", lazy("Day"), kind="date", sort="day"),
        Column("office", lazy("Office")),
        Column("lane", lazy("Lane"), value=lambda row: dict(Lane.choices).get(row.lane, "")),
        Column("way", lazy("Chosen by"), value=lambda row: WAY_LABELS.get(row.way, row.way)),
        Column(
            "inclusion",
            lazy("Probability"),
            kind="number",
            value=lambda row: None if row.inclusion is None else formats.percent(row.inclusion),
        ),
        Column("outcome", lazy("Outcome"), value=_outcome),
        Column(
            "value",
            lazy("Duty and penalty"),
            kind="number",
            value=lambda row: None if row.value is None else row.value / 100,
        ),
        Column("minutes", lazy("Minutes"), kind="number", hidden=True),
        Column("known", lazy("Known since"), kind="date", hidden=True),
    )
    filters = (
        Choice("lane", lazy("Lane"), Lane.choices),
        Choice("way", lazy("Chosen by"), WAYS),
        Choice("direction", lazy("Direction"), Direction.choices),
        Choice(
            "office",
            lazy("Office"),
            lambda request: [(one, one) for one in _offices(request)],
        ),
        Choice(
            "state",
            lazy("Result"),
            [("in", lazy("is in")), ("out", lazy("is out"))],
        ),
        Choice("found", lazy("Finding"), [("1", lazy("yes"))], field="is_found"),
        Between("day", lazy("Day"), kind="date"),
    )
    empty = Empty(lazy("No declaration of this kind"))

    def queryset_for(self, request: HttpRequest) -> QuerySet[ResultEntry]:
        """Return the counted declarations, narrowed to what the figure means."""
        data = request.GET
        rows = permissions.results_visible_to(request.user).filter(is_counted=True)
        if data.get("profile"):
            hit: dict[str, Any] = {
                "decision__profile_hits__code": data["profile"],
                "decision__profile_hits__live": not data.get("watched"),
            }
            if data.get("number", "").isdecimal():
                hit["decision__profile_hits__number"] = int(data["number"][:6])
            rows = rows.filter(**hit).exclude(way="random")
        if data.get("by") == "profiles":
            rows = rows.filter(way__in=BY_PROFILE, lane=Lane.RED)
        if data.get("changed") in {"up", "down"}:
            rows = rows.filter(**{f"went_{data['changed']}": True})
        state = data.get("state")
        if state in {"in", "out"}:
            rows = rows.filter(lane=Lane.RED, is_examined=state == "in")
        return rows.select_related("decision").defer("decision__body", "decision__record")

    def source_for(self, request: HttpRequest) -> RowSource:
        """Return the rows; whether a result is in is narrowed above."""
        return QuerySetSource(
            self.queryset_for(request),
            columns=self.columns,
            filters=[one for one in self.filters if one.name != "state"],
        )

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add crumbs."""
        extra = {"crumbs": [CRUMB, RESULTS, (_("Declarations"), "")]}
        return super().get_context_data(**kwargs) | extra


def _offices(request: HttpRequest) -> tuple[str, ...]:
    place = permissions.workplace(request.user)
    return extent_of(place).offices if place else ()


# ---- acts ----------------------------------------------------------------------------------------


@readers_only
@require_POST
def count(request: HttpRequest) -> HttpResponseBase:
    """Count what has come since, in the background."""
    own, user = workplace_of(request)
    jobs.start(
        upkeep.KIND,
        {"administration": own.pk},
        by=user,
        administration=own,
        at=timezone.now(),
    )
    notices.succeeded(request, _("Everything that came since is being counted."))
    return redirect("control:results")


@writers_only
@require_POST
def propose(request: HttpRequest) -> HttpResponseBase:
    """Propose to retire a version that the always-valid rule finds below the draw."""
    own, _user = workplace_of(request)
    user = person_of(request)
    code, number = request.POST.get("code", "")[:20], request.POST.get("number", "")
    try:
        version = retiring.propose(
            administration=own,
            code=code,
            number=int(number) if number.isdecimal() and len(number) < 7 else 0,
            by=user,
            at=timezone.now(),
        )
    except TamghaError as refusal:
        notices.refused(request, said(refusal))
        return redirect("control:results")
    notices.succeeded(request, _("Proposed for retirement. An approver decides."))
    return redirect("targeting:profile-version", code=code, number=version.number)


urlpatterns: list[URLPattern] = [
    path("results/", results, name="results"),
    path("results/table/", ResultsTable.as_view(), name="results-table"),
    path("results/rows/", ResultRows.as_view(), name="result-rows"),
    path("results/count", count, name="results-count"),
    path("results/propose", propose, name="results-propose"),
]
