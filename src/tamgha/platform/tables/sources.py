"""Where the rows of a list come from: a queryset, or anything that answers the same questions."""

import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Protocol

from django.core.exceptions import ValidationError
from django.db import connections
from django.db.models import DateTimeField, F, Model, Q, QuerySet
from django.db.models.functions import Lower

from tamgha.platform.tables.columns import Between, Choice, Column, Filter, ListQuery
from tamgha.platform.tables.keyset import Cursor

COUNT_CEILING = 10_000


@dataclass(frozen=True, slots=True)
class Page:
    """One page of rows.

    Parameters
    ----------
    rows : the rows of this page
    next : cursor text of the next page; "" on the last
    shown : rows shown up to the end of this page
    total : how many there are; None where counting would be dear
    """

    rows: list[Any]
    next: str
    shown: int
    total: int | None
    facets: dict[str, dict[str, int]] = field(default_factory=dict)


class RowSource(Protocol):
    """What a list asks of the place its rows come from."""

    def page(self, query: ListQuery) -> Page:
        """Return one page."""
        ...

    def rows(self, query: ListQuery) -> Iterator[Any]:
        """Return every row that the query leaves, in its order, for an export."""
        ...

    def identify(self, row: Any) -> str:
        """Return the id by which a row is chosen for an act on many."""
        ...


def parse_between(text: str, kind: str) -> tuple[Any, Any]:
    """Return (low, high) of "low..high"; None for an empty, endless or unreadable end."""

    def read(part: str) -> Any:
        try:
            if kind == "date":
                return date.fromisoformat(part)
            number = float(part.replace(",", "."))
        except ValueError:
            return None
        return number if math.isfinite(number) else None

    low, _, high = text.partition("..")
    return read(low.strip()), read(high.strip())


UNFIT = (ValueError, TypeError, ValidationError)
"""What Django raises for a value that no row of the field can have."""


def _contains(name: str, word: str, *, vendor: str) -> Q:
    """Return the condition that a field holds a word, in whatever case.

    SQLite folds the case of ASCII letters only, but its regular expressions are Python's. In
    PostgreSQL a database of the "C" locale does the same: there the usual forms are asked for.
    """
    if word.isascii():
        return Q(**{f"{name}__icontains": word})
    if vendor == "sqlite":
        return Q(**{f"{name}__iregex": re.escape(word)})
    found = Q()
    for form in {word, word.lower(), word.upper(), word.title()}:
        found |= Q(**{f"{name}__icontains": form})
    return found


class QuerySetSource:
    """The rows of a queryset: a constant number of queries, whatever the page.

    Parameters
    ----------
    queryset : already narrowed to what the reader may see
    columns, filters : as declared by the list
    search_fields : fields in which each word of the search must be found, in any of them
    """

    def __init__(
        self,
        queryset: QuerySet[Any],
        *,
        columns: Sequence[Column],
        filters: Sequence[Filter] = (),
        search_fields: Sequence[str] = (),
    ) -> None:
        self.queryset = queryset
        self.columns = {column.name: column for column in columns}
        self.filters = {one.name: one for one in filters}
        self.search_fields = search_fields

    def identify(self, row: Model) -> str:
        """Return the primary key as text."""
        return str(row.pk)

    def narrowed(self, query: ListQuery, *, without: str = "") -> QuerySet[Any]:
        """Return the queryset that search and filters leave; ``without`` leaves one filter out."""
        found = self.queryset
        vendor = connections[found.db].vendor
        for word in query.search.split()[:8]:
            any_field = Q()
            for name in self.search_fields:
                any_field |= _contains(name, word, vendor=vendor)
            found = found.filter(any_field)
        for name, text in query.filters.items():
            one = self.filters.get(name)
            if one is None or not text or name == without:
                continue
            try:
                found = self._filtered(found, one, text)
            except UNFIT:  # the address was edited: no row has such a value
                found = found.none()
        return found

    def _filtered(self, found: QuerySet[Any], one: Filter, text: str) -> QuerySet[Any]:
        where = one.field or one.name
        if not isinstance(one, Between):
            return found.filter(**{where: text})
        low, high = parse_between(text, one.kind)
        if one.kind == "date" and self._is_moment(where):
            where = f"{where}__date"  # both days whole, as the reader's clock has them
        if low is not None:
            found = found.filter(**{f"{where}__gte": low})
        if high is not None:
            found = found.filter(**{f"{where}__lte": high})
        return found

    def _is_moment(self, where: str) -> bool:
        if "__" in where or where in self.queryset.query.annotations:
            return False
        return isinstance(self.queryset.model._meta.get_field(where), DateTimeField)

    def _order(self, sort: str) -> tuple[str, bool]:
        column = self.columns.get(sort.lstrip("-"))
        if column is None or not column.sort:
            return "pk", sort.startswith("-")
        return column.sort, sort.startswith("-")

    def _sorted(self, found: QuerySet[Any], sort: str) -> QuerySet[Any]:
        name, down = self._order(sort)
        if name == "pk":
            return found.order_by("-pk" if down else "pk")
        found = found.annotate(sort_key=self._expression(name))
        last = True if self._may_be_null(name) else None
        by = F("sort_key").desc(nulls_last=last) if down else F("sort_key").asc(nulls_last=last)
        return found.order_by(by, "-pk" if down else "pk")

    def _expression(self, name: str) -> Any:
        model_field = self.queryset.model._meta.get_field(name) if "__" not in name else None
        is_text = model_field is not None and model_field.get_internal_type() in {
            "CharField",
            "TextField",
            "EmailField",
        }
        return Lower(name) if is_text else F(name)

    def _after(self, found: QuerySet[Any], sort: str, cursor: Cursor) -> QuerySet[Any]:
        name, down = self._order(sort)
        beyond = "lt" if down else "gt"
        if name == "pk":
            return found.filter(**{f"pk__{beyond}": cursor.values[-1]})
        value, pk = cursor.values
        tie = Q(**{f"pk__{beyond}": pk})
        if value is None:
            return found.filter(Q(sort_key__isnull=True) & tie)
        after = Q(**{f"sort_key__{beyond}": value}) | Q(sort_key=value) & tie
        if self._may_be_null(name):
            after |= Q(sort_key__isnull=True)
        return found.filter(after)

    def _may_be_null(self, name: str) -> bool:
        return "__" in name or self.queryset.model._meta.get_field(name).null

    def page(self, query: ListQuery) -> Page:
        """Return one page by key, with the total where counting is cheap."""
        narrowed = self.narrowed(query)
        found = self._sorted(narrowed, query.sort)
        cursor = Cursor.decode(query.after, sort=query.sort) if query.after else None
        if cursor is not None:
            try:
                found = self._after(found, query.sort, cursor)
            except UNFIT:  # the address was edited: begin at the beginning
                cursor = None
        rows = list(found[: query.size + 1])
        more = len(rows) > query.size
        rows = rows[: query.size]
        shown = (cursor.shown if cursor else 0) + len(rows)
        following = ""
        if more:
            last = rows[-1]
            values = (last.pk,) if self._order(query.sort)[0] == "pk" else (last.sort_key, last.pk)
            following = Cursor(query.sort, values, shown).encode()
        total: int | None = narrowed.order_by()[: COUNT_CEILING + 1].count()
        if total is not None and total > COUNT_CEILING:
            total = None
        return Page(rows, following, shown, total, self._facets(query))

    def _facets(self, query: ListQuery) -> dict[str, dict[str, int]]:
        from django.db.models import Count  # noqa: PLC0415 -- used here alone

        facets = {}
        for one in self.filters.values():
            if isinstance(one, Choice) and one.chips:
                where = one.field or one.name
                counted = (
                    self.narrowed(query, without=one.name)
                    .order_by()
                    .values_list(where)
                    .annotate(n=Count("pk"))
                )
                facets[one.name] = {str(value): n for value, n in counted}
        return facets

    def rows(self, query: ListQuery) -> Iterator[Any]:
        """Return every row in order, read in slices so that memory stays flat."""
        return self._sorted(self.narrowed(query), query.sort).iterator(chunk_size=2000)
