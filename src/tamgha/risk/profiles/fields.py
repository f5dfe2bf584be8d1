"""What a condition may speak of: the columns of a row and the indicators, each with its type."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Literal, TypeAlias

import pyarrow as pa

from tamgha.risk.indicators import READY, Indicator
from tamgha.risk.schema import COLUMNS
from tamgha.shared.words import Words

Kind: TypeAlias = Literal["text", "number", "date", "truth"]

KIND_WORDS: dict[Kind, Words] = {
    "text": Words("text in quotes, such as '6403'", "текст в кавычках, например '6403'"),
    "number": Words("a number, such as 12.5", "число, например 12.5"),
    "date": Words("a date, such as DATE '2026-11-24'", "дата, например DATE '2026-11-24'"),
    "truth": Words("TRUE or FALSE", "TRUE или FALSE"),
}
"""What a value of each kind looks like in the text."""

PERCENT_UNITS = frozenset({"ratio", "share"})
"""Units whose values are written as per cent for people: 0.6 is 60 %."""

WITHHELD = frozenset({"lodged"})
"""Columns that no condition may use: moments in UTC. Day and hour at the office are offered instead."""


@dataclass(frozen=True, slots=True)
class Field:
    """One thing that a condition may ask about.

    Parameters
    ----------
    name : canonical name, as written in the text
    kind : "text", "number", "date" or "truth"
    label : the name that people read in a form
    unit : "kg", "days", "count", "percent", "ratio" (to the usual), "share" … or ""
    codes : name of the code list that its values come from, or ""
    computed : whether it is an indicator rather than a column
    """

    name: str
    kind: Kind
    label: Words
    unit: str = ""
    codes: str = ""
    computed: bool = False

    @property
    def is_percent(self) -> bool:
        """Whether people read its values as per cent of a whole (0.6 as 60 %)."""
        return self.unit in PERCENT_UNITS


Fields: TypeAlias = Mapping[str, Field]


def kind_of(arrow_type: pa.DataType) -> Kind | None:
    """Return the kind of an Arrow type, or None for one that conditions do not know."""
    if pa.types.is_dictionary(arrow_type):
        return kind_of(arrow_type.value_type)
    if pa.types.is_string(arrow_type) or pa.types.is_large_string(arrow_type):
        return "text"
    if pa.types.is_boolean(arrow_type):
        return "truth"
    if pa.types.is_date32(arrow_type):
        return "date"
    if pa.types.is_integer(arrow_type) or pa.types.is_floating(arrow_type):
        return "number"
    return None


def fields_of(columns: Mapping[str, object]) -> dict[str, Field]:
    """Return fields from a mapping of names to ``Field``, kind, Arrow type, column or indicator.

    Names that ``ready_fields`` knows keep their label and unit, whatever is given beside a kind.
    """
    known = ready_fields()
    made: dict[str, Field] = {}
    for name, given in columns.items():
        if isinstance(given, Field | Indicator):
            made[name] = given if isinstance(given, Field) else indicator_field(given)
            continue
        kind = _kind_given(given)
        if kind is None or name in WITHHELD:
            continue
        before = known.get(name)
        if before is not None and (before.kind == kind or before.kind == "truth"):
            made[name] = before
        else:
            label = getattr(given, "label", None)
            words = label if isinstance(label, Words) else Words(name, name)
            made[name] = Field(name, kind, words, str(getattr(given, "unit", "")))
    return made


def _kind_given(given: object) -> Kind | None:
    if isinstance(given, str):
        return next((kind for kind in KIND_WORDS if kind == given), None)
    if isinstance(given, pa.DataType):
        return kind_of(given)
    own = getattr(given, "type", None)
    return kind_of(own) if isinstance(own, pa.DataType) else None


@cache
def column_fields() -> Mapping[str, Field]:
    """Return the fields of the declaration row."""
    made: dict[str, Field] = {}
    for name, column in COLUMNS.items():
        kind = kind_of(column.type)
        if kind is not None and name not in WITHHELD:
            made[name] = Field(name, kind, column.label, column.unit, column.codes)
    return made


def indicator_field(indicator: Indicator) -> Field:
    """Return the field of an indicator; flags are TRUE or FALSE, all others numbers."""
    kind: Kind = "truth" if indicator.unit == "flag" else "number"
    unit = "" if indicator.unit == "flag" else indicator.unit
    return Field(indicator.name, kind, indicator.label, unit, computed=True)


@cache
def ready_fields() -> Mapping[str, Field]:
    """Return the fields that every condition may use: columns of the row and ready indicators."""
    indicators = {name: indicator_field(each) for name, each in READY.items()}
    return {**column_fields(), **indicators}
