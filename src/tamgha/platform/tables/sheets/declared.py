"""What a sheet is, as data; areas declare theirs in a module ``sheets`` that is loaded at start."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Literal, TypeAlias

from tamgha.shared.words import Words

Kind = Literal["text", "number", "date", "flag", "choice", "choices"]
Row: TypeAlias = Mapping[str, Any]
"""Column name -> value by its kind: str, Decimal, date, bool, str, tuple of str; None for empty."""

NOTHING: Final = Words("", "")


@dataclass(frozen=True, slots=True)
class SheetColumn:
    """One column of a sheet.

    Parameters
    ----------
    name : key of the value in a row
    label : head of the column, in the template and in faults; a file may use either language
    kind : ``choice`` takes one of ``choices``, ``choices`` several, parted by commas
    choices : pairs of value and label; a cell may hold the value or a label of either language
    help : what stands there, for the page and the template
    example : text of the template's example row
    also : other heads by which the column is known
    longest : characters of a text, at most
    """

    name: str
    label: Words
    kind: Kind = "text"
    required: bool = False
    choices: Sequence[tuple[str, Words]] = ()
    help: Words = NOTHING
    example: str = ""
    also: tuple[str, ...] = ()
    longest: int = 200


@dataclass(frozen=True, slots=True)
class Change:
    """One fact that a row would change: what it is, how it stands, how it would stand."""

    label: Words
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Applied:
    """What one row did.

    Parameters
    ----------
    undo : value that JSON can hold, by which ``Sheet.undo`` takes the row back
    told : what is shown once after the import, by the names in ``Sheet.told``; never kept. A
        value that begins with "/" becomes an address of this site.
    """

    undo: Any = None
    told: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """Rows from a file into a service.

    Parameters
    ----------
    name : stands in the address: letters, digits, hyphens
    title, about : what it brings in; what a row means, what is left as it is
    columns : in the order of the template
    key : column whose value may stand only once in a file
    permission : of the user; who may bring this sheet in
    find : called ``find(row, by)``; the thing that is there already, or None. What it refuses
        (TamghaError) becomes a fault of the row
    describe : called ``describe(row, existing)``; the changes. None for an existing thing: unchanged
    apply : called ``apply(row, existing, by=…, at=…)``; calls the area's service
    undo : called ``undo(key, by=…, at=…)``; None where an import cannot be taken back
    undo_words : what taking it back does
    told : names and heads of what ``apply`` tells, shown once
    """

    name: str
    title: Words
    about: Words
    columns: Sequence[SheetColumn]
    key: str
    permission: Callable[[Any], bool]
    find: Callable[[Row, Any], Any]
    describe: Callable[[Row, Any], Sequence[Change]]
    apply: Callable[..., Applied]
    undo: Callable[..., None] | None = None
    undo_words: Words = NOTHING
    told: Sequence[tuple[str, Words]] = ()


_sheets: Final[dict[str, Sheet]] = {}


def register(sheet: Sheet) -> Sheet:
    """Let a sheet be brought in. Raises ValueError when its name is another's, or its key no column."""
    if sheet.name in _sheets:
        raise ValueError(f"{sheet.name!r} is the name of a sheet already")
    if sheet.key not in {column.name for column in sheet.columns}:
        raise ValueError(f"the key {sheet.key!r} is no column of the sheet {sheet.name}")
    _sheets[sheet.name] = sheet
    return sheet


def sheet_of(name: str) -> Sheet | None:
    """Return the sheet of this name."""
    return _sheets.get(name)


def sheets_for(user: Any) -> list[Sheet]:
    """Return the sheets that the user may bring in."""
    return [sheet for sheet in _sheets.values() if sheet.permission(user)]
