"""A declaration as a program lodges it for decision: read with all faults at once, made into rows."""

import hashlib
import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Annotated, Any, Final, Literal, TypeVar

import pyarrow as pa
from pydantic import (
    AwareDatetime,
    BaseModel,
    ConfigDict,
    Field,
    ValidationError,
    create_model,
    field_validator,
)

from tamgha import risk
from tamgha.shared.countries import is_country

MOST_ITEMS: Final = 2_000
_OWN: Final = frozenset({"declaration", "office", "direction", "lodged", "item", "day", "hour"})
_COUNTRIES: Final = frozenset({"origin", "departure", "destination", "trading_country"})
_GOODS: Final = ("importer", "transport_document")
_NOT_IN_ROWS: Final = {"version", "replaces"}
LONGEST: Final = 2_000
NO_NUL: Final = r"^[^\x00]*$"
"""No database keeps a text with a NUL."""
YEARS: Final = range(1990, 2200)
Moment = TypeVar("Moment", bound=date)


def _type_of(column: risk.Column) -> tuple[Any, Any]:
    """Return the type of a column's value and its limits, as pydantic has them."""
    told: dict[str, Any] = {"description": column.meaning.en}
    if column.low is not None:
        told["gt" if column.above_low else "ge"] = column.low
    if column.high is not None:
        told["le"] = column.high
    if column.name == "hs":
        return (str, Field(pattern=r"^\d{6,10}$", description=column.meaning.en))
    if column.name == "hs_edition":
        return (Literal[2012, 2017, 2022, 2028], Field(description=column.meaning.en))
    if pa.types.is_integer(column.type):
        kind: Any = int
    elif pa.types.is_floating(column.type):
        kind = float
        told["allow_inf_nan"] = False
    else:
        kind = str
        told |= {"max_length": LONGEST, "pattern": NO_NUL}
    return (kind | None, Field(None, **told))


class _Columns(BaseModel):
    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)

    @field_validator(*_COUNTRIES, check_fields=False)
    @classmethod
    def _country(cls, value: str | None) -> str | None:
        if value and not is_country(value):
            raise ValueError(f"a country by two letters (ISO 3166) was expected; {value!r} came")
        return value or None


_SHARED = {
    name: _type_of(column)
    for name, column in risk.COLUMNS.items()
    if name not in _OWN and not column.derived
}
_OPTIONAL = {
    name: (kind | None, Field(None, pattern=r"^\d{6,10}$") if name == "hs" else Field(None))
    if name in {"hs", "hs_edition"}
    else (kind, field)
    for name, (kind, field) in _SHARED.items()
}
ItemIn = create_model(  # type: ignore[call-overload]  # fields made from the columns
    "Item",
    __base__=_Columns,
    __doc__="One item of a declaration. A column that is left out is taken from the declaration.",
    item=(Annotated[int, Field(ge=1, le=99_999)], ...),
    **_SHARED,
)
_Header = create_model(  # type: ignore[call-overload]  # fields made from the columns
    "Header",
    __base__=_Columns,
    **{name: one for name, one in _OPTIONAL.items() if name not in {"hs", "hs_edition"}},
)


class Lodging(_Header):  # type: ignore[misc, valid-type]  # made above
    """A declaration with its items. Columns may stand at the declaration, for all its items."""

    declaration: str = Field(
        min_length=1, max_length=60, pattern=NO_NUL, description="Number of the declaration."
    )
    version: int = Field(1, ge=1, le=10_000, description="1; a later one amends an earlier.")
    office: str = Field(
        min_length=1, max_length=60, pattern=NO_NUL, description="Office where it is lodged."
    )
    direction: Literal["import", "export", "transit"]
    lodged: AwareDatetime = Field(description="When it was lodged, with its time zone.")
    replaces: str = Field(
        "", max_length=60, pattern=NO_NUL, description="The cancelled declaration it goes on."
    )
    items: list[ItemIn] = Field(  # type: ignore[valid-type]  # made above
        min_length=1, max_length=MOST_ITEMS
    )

    @field_validator("lodged")
    @classmethod
    def _in_our_time(cls, lodged: datetime) -> datetime:
        return in_our_time(lodged)

    @field_validator("items")
    @classmethod
    def _numbered_once(cls, items: list[Any]) -> list[Any]:
        numbers = [one.item for one in items]
        twice = sorted({one for one in numbers if numbers.count(one) > 1})
        if twice:
            raise ValueError(f"each item number was expected once; twice came: {twice}")
        return items

    @property
    def rows(self) -> list[dict[str, Any]]:
        """The items as rows of the engine, with the columns of the declaration in each."""
        told = self.model_dump(exclude_none=True, exclude=_NOT_IN_ROWS)
        items = told.pop("items")
        return [{**told, **one} for one in items]

    @property
    def digest(self) -> str:
        """SHA-256 over what was lodged: the same key with other content is refused by it."""
        return hashlib.sha256(self.model_dump_json(exclude_none=True).encode()).hexdigest()

    @property
    def trader_and_document(self) -> tuple[str, str]:
        """Importer and transport document, of the first item that names one."""
        found = []
        for name in _GOODS:
            every = (getattr(one, name) for one in (*self.items, self))
            found.append(str(next((value for value in every if value), ""))[:80])
        return found[0], found[1]


@dataclass(frozen=True, slots=True)
class LodgedRows:
    """A declaration as an intake brought it: rows already checked, one for each item.

    Parameters
    ----------
    rows : of the engine, without what is empty; each carries the columns of the declaration
    lodged : with its time zone
    """

    declaration: str
    office: str
    direction: str
    lodged: datetime
    rows: list[dict[str, Any]]
    version: int = 1
    replaces: str = ""
    digest: str = ""

    @property
    def items(self) -> list[dict[str, Any]]:
        """The items, as rows."""
        return self.rows

    @property
    def trader_and_document(self) -> tuple[str, str]:
        """Importer and transport document, of the first item that names one."""
        found = [
            next((str(row[name]) for row in self.rows if row.get(name)), "")[:80] for name in _GOODS
        ]
        return found[0], found[1]


AnyLodging = Lodging | LodgedRows


def in_our_time(moment: Moment) -> Moment:
    """Return a date or moment of a year that clocks and databases can reckon with."""
    if moment.year not in YEARS:
        raise ValueError(f"a year from {YEARS[0]} to {YEARS[-1]} was expected; {moment} came")
    return moment


def path_text(place: tuple[int | str, ...]) -> str:
    """Return where a fault stands: ``items[1].hs``."""
    text = ""
    for part in place:
        text += f"[{part}]" if isinstance(part, int) else f".{part}" if text else str(part)
    return text


def faults_of(error: ValidationError) -> list[dict[str, str]]:
    """Return every fault of a lodging: where, what was expected, what came."""
    return [
        {
            "path": path_text(one["loc"]),
            "message": one["msg"].removeprefix("Value error, "),
            "came": came_text(one.get("input")),
        }
        for one in error.errors(include_url=False)
    ]


def came_text(value: object) -> str:
    """Return what came, short; a whole object only as its kind."""
    if isinstance(value, Mapping | list):
        return type(value).__name__
    return repr(value)[:80]


def lodging_of_rows(rows: list[dict[str, Any]]) -> LodgedRows:
    """Return the lodging that rows of one declaration make, already checked by an intake.

    Rows of an intake carry NaN and None for empty, and ``lodged`` in UTC.
    """
    head = rows[0]
    told = {
        "declaration": str(head["declaration"]),
        "office": str(head["office"]),
        "direction": head["direction"],
        "lodged": _in_utc(head["lodged"]),
    }
    items = [
        told
        | {name: value for name, value in row.items() if name in _SHARED and not _is_empty(value)}
        | {"item": row.get("item") or 1}
        for row in rows
    ]
    return LodgedRows(**told, rows=items)


def _is_empty(value: object) -> bool:
    return value is None or value == "" or (isinstance(value, float) and math.isnan(value))


def _in_utc(moment: datetime) -> datetime:
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
