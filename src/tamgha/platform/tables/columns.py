"""What a list shows and what it can be narrowed by, as data."""

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass, field
from operator import attrgetter, itemgetter
from typing import Any, Literal, TypeAlias

Text: TypeAlias = Any  # a lazy translation or a str

Kind = Literal["text", "number", "date", "time", "flag", "badge"]


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a list.

    Parameters
    ----------
    name : stands in the address and in exports
    label : head of the column
    value : attribute path or function of the row; by default the attribute or key ``name``
    sort : field by which the source sorts; "" where it cannot be sorted by
    kind : numbers and dates stand right, words left
    link : function of the row that gives an address; the first column is the link of its row
    detail : function of the row that gives the grey second fact of the cell
    template : template of the cell, for badges; gets ``row`` and ``value``
    alike : function of the row that gives all that the template looks at: rows for which it is the same
        share one drawing
    optional : may be hidden by the reader; ``hidden`` is hidden at first
    export : whether it goes into CSV and XLSX
    """

    name: str
    label: Text
    value: str | Callable[[Any], Any] = ""
    sort: str = ""
    kind: Kind = "text"
    link: Callable[[Any], str] | None = None
    detail: Callable[[Any], Any] | None = None
    template: str = ""
    alike: Callable[[Any], Hashable] | None = None
    optional: bool = True
    hidden: bool = False
    export: bool = True

    def read(self, row: Any) -> Any:
        """Return the value of this column for one row."""
        if callable(self.value):
            return self.value(row)
        path = self.value or self.name
        return itemgetter(path)(row) if isinstance(row, dict) else attrgetter(path)(row)


@dataclass(frozen=True, slots=True)
class Choice:
    """A filter by one of a few values, drawn as chips (``chips``) or as a select.

    Parameters
    ----------
    name : name in the address
    label : before the control
    choices : pairs of value and label, or a function of the request that gives them
    field : field of the source; by default ``name``
    """

    name: str
    label: Text
    choices: Sequence[tuple[str, Text]] | Callable[[Any], Sequence[tuple[str, Text]]]
    field: str = ""
    chips: bool = False

    def options(self, request: Any) -> list[tuple[str, Text]]:
        """Return the pairs of value and label for this request."""
        return list(self.choices(request) if callable(self.choices) else self.choices)


@dataclass(frozen=True, slots=True)
class Between:
    """A filter by a range of numbers or days: two inputs, either may stay empty."""

    name: str
    label: Text
    field: str = ""
    kind: Literal["number", "date"] = "number"


Filter: TypeAlias = Choice | Between


@dataclass(frozen=True, slots=True)
class BulkAct:
    """An act on chosen rows.

    Parameters
    ----------
    name : stands in the form
    label : verb and object, on the button
    run : function(request, ids) that does it and returns the sentence of what was done
    confirm : the question and its consequence; empty where the act can be undone
    """

    name: str
    label: Text
    run: Callable[[Any, list[str]], Text]
    confirm: Text = ""


@dataclass(frozen=True, slots=True)
class Empty:
    """What stands where a list has no rows: what will appear here, and the one act for it."""

    title: Text
    text: Text = ""
    act: Text = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class ListQuery:
    """What a reader asked of a list.

    Parameters
    ----------
    search : words to look for
    filters : filter name -> value as text; for Between "low..high"
    sort : column name, with "-" for downwards
    after : cursor text of the last row shown
    size : rows of a page
    """

    search: str = ""
    filters: dict[str, str] = field(default_factory=dict)
    sort: str = ""
    after: str = ""
    size: int = 30
