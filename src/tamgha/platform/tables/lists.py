"""The one list: ten declared lines give search, filters, order, pages, columns, views and exports."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, ClassVar
from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    HttpResponseRedirect,
    QueryDict,
    StreamingHttpResponse,
)
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.views.generic import TemplateView

from tamgha.platform.tables.columns import (
    Between,
    BulkAct,
    Choice,
    Column,
    Empty,
    Filter,
    ListQuery,
)
from tamgha.platform.tables.exports import csv_lines, xlsx_bytes
from tamgha.platform.tables.models import SavedView
from tamgha.platform.tables.sources import Page, QuerySetSource, RowSource

KEPT = ("q", "sort", "columns")


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell, ready for the page."""

    column: Column
    value: Any
    url: str
    detail: Any
    html: str


@dataclass(frozen=True, slots=True)
class Line:
    """One row, ready for the page."""

    id: str
    cells: list[Cell]
    url: str
    row: Any


def _drawn(column: Column, row: Any, value: Any, drawn: dict[Any, str]) -> str:
    """Return a cell by its template; what looks alike is drawn once a page."""
    if column.alike is None:
        return render_to_string(column.template, {"row": row, "value": value})
    key = (column.name, column.alike(row))
    if key not in drawn:
        drawn[key] = render_to_string(column.template, {"row": row, "value": value})
    return drawn[key]


class RowList(TemplateView):
    """A page with one list on it. Subclasses declare; the page includes ``tables/list.html``.

    Declare ``name``, ``columns`` and either ``queryset_for`` or ``source_for``; and as wanted
    ``filters``, ``search_fields``, ``search_label``, ``default_sort``, ``bulk``, ``empty``, ``size``;
    ``kept`` names what else of the address says which rows are meant.
    The state of the list stands in the address, so that a link shows the same rows.
    A page with nothing else on it needs no template of its own: declare ``heading``.
    """

    template_name = "tables/page.html"
    name: ClassVar[str]
    heading: ClassVar[Any] = ""
    columns: ClassVar[Sequence[Column]] = ()
    filters: ClassVar[Sequence[Filter]] = ()
    search_fields: ClassVar[Sequence[str]] = ()
    search_label: ClassVar[Any] = ""
    default_sort: ClassVar[str] = ""
    bulk: ClassVar[Sequence[BulkAct]] = ()
    empty: ClassVar[Empty] = Empty("")
    size: ClassVar[int] = 30
    export_name: ClassVar[str] = ""
    kept: ClassVar[Sequence[str]] = ()
    provenance: ClassVar[Sequence[Any]] = ()

    def queryset_for(self, request: HttpRequest) -> Any:
        """Return the queryset of the rows that this reader may see."""
        raise NotImplementedError

    def source_for(self, request: HttpRequest) -> RowSource:
        """Return where the rows come from."""
        return QuerySetSource(
            self.queryset_for(request),
            columns=self.columns,
            filters=self.filters,
            search_fields=self.search_fields,
        )

    def query_of(self, data: QueryDict) -> ListQuery:
        """Return what the address asks for; what it does not know is left out."""
        sortable = {column.name for column in self.columns if column.sort}
        sort = data.get("sort", self.default_sort)
        if sort.lstrip("-") not in sortable:
            sort = self.default_sort
        filters = {}
        for one in self.filters:
            if isinstance(one, Between):
                low, high = data.get(f"{one.name}_from", ""), data.get(f"{one.name}_to", "")
                text = f"{low}..{high}" if low or high else data.get(one.name, "")
            else:
                text = data.get(one.name, "")
            if text:
                filters[one.name] = text[:200].replace("\0", "")
        search = data.get("q", "").replace("\0", "").strip()[:200]
        return ListQuery(search, filters, sort, data.get("after", ""), self.size)

    def get(  # type: ignore[override]  # also streams files
        self, request: HttpRequest, *args: Any, **kwargs: Any
    ) -> HttpResponseBase:
        """Show the page, its next rows, or the rows as a file."""
        wanted = request.GET.get("as", "")
        if wanted in {"csv", "xlsx"}:
            return self.export(request, wanted)
        context = self.get_context_data(**kwargs)
        if request.GET.get("part") == "rows":
            return HttpResponse(render_to_string("tables/rows.html", context, request=request))
        return self.render_to_response(context)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Do an act on the chosen rows, or keep or drop a view of the list."""
        back = f"{request.path}?{self.address_of(request.GET)}".rstrip("?")
        act = request.POST.get("act", "")
        if act == "keep-view":
            return self._keep_view(request, back)
        if act == "drop-view":
            view = request.POST.get("view", "")
            SavedView.objects.filter(
                owner_id=request.user.pk,
                list_name=self.name,
                pk=int(view) if view.isascii() and view.isdigit() else 0,
            ).delete()
            return HttpResponseRedirect(back)
        chosen = next((one for one in self.bulk if one.name == act), None)
        if chosen is None:
            raise Http404(f"the list {self.name} has no act {act!r}")
        ids = request.POST.getlist("chosen")
        if not ids:
            messages.warning(request, _("Choose at least one row first."))
            return HttpResponseRedirect(back)
        if chosen.confirm and request.POST.get("confirmed") != "yes":
            context = {"act": chosen, "ids": ids, "back": back, "n": len(ids)}
            return HttpResponse(render_to_string("tables/confirm.html", context, request=request))
        messages.success(request, chosen.run(request, ids))
        return HttpResponseRedirect(back)

    def _keep_view(self, request: HttpRequest, back: str) -> HttpResponseBase:
        if not request.user.is_authenticated:
            raise PermissionDenied
        title = request.POST.get("title", "").strip()[:80]
        if not title:
            messages.warning(request, _("Give the view a name first."))
            return HttpResponseRedirect(back)
        SavedView.objects.update_or_create(
            owner_id=request.user.pk,
            list_name=self.name,
            title=title,
            defaults={"query": self.address_of(request.GET)[:2000]},
        )
        messages.success(request, _("View “%(title)s” is kept.") % {"title": title})
        return HttpResponseRedirect(back)

    def shown_columns(self, data: QueryDict) -> list[Column]:
        """Return the columns to show: as the address says, else those not hidden."""
        asked = [name for name in data.get("columns", "").split(",") if name]
        asked += data.getlist("column")
        if asked:
            return [one for one in self.columns if one.name in asked or not one.optional]
        return [one for one in self.columns if not one.hidden]

    def address_of(self, data: QueryDict, **changes: str) -> str:
        """Return the list's state as an address, with changes; what is empty is left out."""
        names = [*KEPT, *self.kept, *self._filter_names()]
        state = {name: data.get(name, "") for name in names}
        if data.getlist("column"):
            state["columns"] = ",".join(data.getlist("column"))
        state.update(changes)
        if state.get("sort") == self.default_sort:
            state["sort"] = ""
        return urlencode({name: value for name, value in state.items() if value})

    def _bare_address(self, data: QueryDict) -> str:
        return urlencode({name: data[name] for name in self.kept if data.get(name)})

    def _filter_names(self) -> Iterator[str]:
        for one in self.filters:
            if isinstance(one, Between):
                yield from (f"{one.name}_from", f"{one.name}_to")
            else:
                yield one.name

    def lines(self, page: Page, source: RowSource, columns: Sequence[Column]) -> list[Line]:
        """Return the rows of a page, ready to draw."""
        lines = []
        drawn: dict[Any, str] = {}
        for row in page.rows:
            cells = []
            for column in columns:
                value = column.read(row)
                html = _drawn(column, row, value, drawn) if column.template else ""
                cells.append(
                    Cell(
                        column,
                        value,
                        column.link(row) if column.link else "",
                        column.detail(row) if column.detail else "",
                        html,
                    )
                )
            url = next((cell.url for cell in cells if cell.url), "")
            lines.append(Line(source.identify(row), cells, url, row))
        return lines

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Give the page everything that the list's template draws."""
        context = super().get_context_data(**kwargs)
        data = self.request.GET
        query = self.query_of(data)
        source = self.source_for(self.request)
        page = source.page(query)
        columns = self.shown_columns(data)
        narrowed = bool(query.search or query.filters)
        context.setdefault("heading", self.heading)
        context["list"] = {
            "name": self.name,
            "page": page,
            "lines": self.lines(page, source, columns),
            "columns": [self._head(column, query, data) for column in columns],
            "all_columns": [(column, column in columns) for column in self.columns],
            "query": query,
            "filters": [self._filter(one, query, data, page) for one in self.filters],
            "search": bool(self.search_fields) or bool(self.search_label),
            "search_label": self.search_label or _("Search"),
            "bulk": self.bulk,
            "empty": self.empty,
            "narrowed": narrowed,
            "next_url": f"?{self.address_of(data)}&after={page.next}" if page.next else "",
            "next_size": min(self.size, page.total - page.shown) if page.total else self.size,
            "all_url": f"{self.request.path}?{self._bare_address(data)}".rstrip("?"),
            "address": self.address_of(data),
            "kept": [
                (name, data.get(name, ""))
                for name in ("sort", "columns", *self.kept)
                if data.get(name)
            ],
            "views": self._views(),
            "state": [
                (name, data.get(name, ""))
                for name in ("q", "sort", *self.kept, *self._filter_names())
                if data.get(name)
            ],
            "has_fields": any(not (isinstance(one, Choice) and one.chips) for one in self.filters),
            "provenance": self.provenance,
            "after": bool(query.after),
        }
        return context

    def _views(self) -> list[SavedView]:
        if not self.request.user.is_authenticated:
            return []
        return list(
            SavedView.objects.filter(owner_id=self.request.user.pk, list_name=self.name).order_by(
                "title"
            )
        )

    def _head(self, column: Column, query: ListQuery, data: QueryDict) -> dict[str, Any]:
        state = {column.name: "ascending", f"-{column.name}": "descending"}.get(query.sort, "")
        turned = f"-{column.name}" if query.sort == column.name else column.name
        return {
            "column": column,
            "state": state,
            "url": f"?{self.address_of(data, sort=turned)}" if column.sort else "",
        }

    def _filter(self, one: Filter, query: ListQuery, data: QueryDict, page: Page) -> dict[str, Any]:
        if isinstance(one, Between):
            return {
                "filter": one,
                "kind": one.kind,
                "from": data.get(f"{one.name}_from", ""),
                "to": data.get(f"{one.name}_to", ""),
            }
        return self._choice(one, query, data, page)

    def _choice(self, one: Choice, query: ListQuery, data: QueryDict, page: Page) -> dict[str, Any]:
        now = query.filters.get(one.name, "")
        counts = page.facets.get(one.name, {})
        options = [
            {
                "value": value,
                "label": label,
                "now": value == now,
                "n": counts.get(value, 0) if one.chips and counts else None,
                "url": f"?{self.address_of(data, **{one.name: value})}",
            }
            for value, label in one.options(self.request)
        ]
        return {
            "filter": one,
            "kind": "chips" if one.chips else "select",
            "options": options,
            "now": now,
            "all_url": f"?{self.address_of(data, **{one.name: ''})}",
            "all_n": sum(counts.values()) if one.chips and counts else None,
        }

    def export(self, request: HttpRequest, kind: str) -> HttpResponseBase:
        """Return every row that search and filters leave, as CSV or XLSX."""
        columns = [column for column in self.shown_columns(request.GET) if column.export]
        head = [str(column.label) for column in columns]
        found = self.source_for(request).rows(self.query_of(request.GET))
        rows = ([column.read(row) for column in columns] for row in found)
        name = f"{self.export_name or self.name}-{datetime.now(UTC):%Y-%m-%d}.{kind}"
        response: HttpResponseBase
        if kind == "csv":
            response = StreamingHttpResponse(
                csv_lines(head, rows), content_type="text/csv; charset=utf-8"
            )
        else:
            response = HttpResponse(
                xlsx_bytes(head, rows),
                content_type="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            )
        response["Content-Disposition"] = f'attachment; filename="{name}"'
        return response
