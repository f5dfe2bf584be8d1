"""Turn a column of text into a typed one, and mark what is wrong with it: whole batches at a time."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

import polars as pl
import pyarrow as pa

from tamgha.risk.schema.codes import code_list
from tamgha.risk.schema.columns import Column
from tamgha.risk.schema.files import INVISIBLE
from tamgha.risk.schema.hs import CHAPTERS, LISTED_EDITION, HsTree
from tamgha.risk.schema.mapping import FieldMap

OLDEST, NEWEST = date(1980, 1, 1), date(2099, 12, 31)
OUR_LISTS = frozenset({"direction", "finding_state", "way", "hs_edition", "yes_no"})
"""Lists of our own making: a file's usual spellings of their codes are accepted."""

HS_SHAPE = re.compile("[0-9]{6,10}", re.ASCII)
LONG_TEXTS = frozenset({"goods", "containers", "seals", "transport_document", "previous_document"})
DTYPES: Mapping[pa.DataType, pl.DataType] = {
    pa.string(): pl.String(),
    pa.int8(): pl.Int8(),
    pa.int16(): pl.Int16(),
    pa.int32(): pl.Int32(),
    pa.float64(): pl.Float64(),
    pa.bool_(): pl.Boolean(),
    pa.date32(): pl.Date(),
    pa.timestamp("us", tz="UTC"): pl.Datetime("us", "UTC"),
}


@dataclass(frozen=True)
class Rule:
    """How one field of the file becomes one column.

    Parameters
    ----------
    target : column of the schema; "findings.found" for a label beside the declarations
    column : its description
    place : index of the field in the header
    header : as the file names it
    field : what the mapping says
    decimal, thousands : signs in numbers
    format : of dates, resolved
    timezone : IANA name in which the file's moments are given
    """

    target: str
    column: Column
    place: int
    header: str
    field: FieldMap
    decimal: str = "."
    thousands: str = ""
    format: str = ""
    timezone: str = "UTC"

    @property
    def low(self) -> float | None:
        """Least value that is taken."""
        return self.column.low if self.field.low is None else self.field.low

    @property
    def high(self) -> float | None:
        """Greatest value that is taken."""
        return self.column.high if self.field.high is None else self.field.high

    @property
    def usual(self) -> tuple[float | None, float | None]:
        """Limits beyond which a value is taken with a warning."""
        low, high = self.field.usual_low, self.field.usual_high
        return (
            self.column.usual_low if low is None else low,
            self.column.usual_high if high is None else high,
        )

    @property
    def required(self) -> bool:
        """Whether an empty value is refused."""
        return self.column.required or self.field.required

    @property
    def is_whole(self) -> bool:
        """Whether values are whole numbers."""
        return bool(pa.types.is_integer(self.column.type))

    @property
    def longest(self) -> int:
        """Most characters that a text may have."""
        return 10_000 if self.column.name in LONG_TEXTS else 200

    @cached_property
    def allowed(self) -> frozenset[str]:
        """Codes that are taken; empty when any text is."""
        if self.field.codes:
            return frozenset(self.field.codes)
        if self.column.codes and self.column.codes != "hs":
            return frozenset(code_list(self.column.codes).codes)
        return frozenset()

    @property
    def dtype(self) -> pl.DataType:
        """Type of the typed column, for Polars."""
        return DTYPES[self.column.type]


@dataclass
class Typed:
    """A typed column with what was found on the way.

    Parameters
    ----------
    values : NULL where the text was empty or wrong
    faults, warnings : (code, mask) pairs; masks of shape (rows,)
    """

    values: pl.Series
    faults: list[tuple[str, pl.Series]] = field(default_factory=list)
    warnings: list[tuple[str, pl.Series]] = field(default_factory=list)

    def fault(self, code: str, mask: pl.Series) -> None:
        """Note a kind of fault, unless no row has it."""
        if mask.any():
            self.faults.append((code, mask))

    def warn(self, code: str, mask: pl.Series) -> None:
        """Note a kind of warning, unless no row has it."""
        if mask.any():
            self.warnings.append((code, mask))


def apply_rule(rule: Rule, raw: pl.Series, *, trim: bool = True) -> Typed:
    """Return the typed column of a field.

    Parameters
    ----------
    rule : how
    raw : text as it stands in the file; NULL or "" where empty
    trim : whether spaces may stand around values, or "" for NULL
    """
    text = tidy(raw) if trim else raw
    typed = _by_kind(rule)(rule, text)
    if rule.required and text.null_count():
        typed.fault("missing", text.is_null())
    return typed


def tidy(raw: pl.Series) -> pl.Series:
    """Return the text without spaces around it; NULL where nothing is left."""
    text = raw.str.strip_chars()
    empty = text == ""
    return text.set(empty, None) if empty.any() else text


def _by_kind(rule: Rule) -> Callable[[Rule, pl.Series], Typed]:
    if rule.column.codes == "hs":
        return _hs
    if pa.types.is_boolean(rule.column.type):
        return _yes_no
    if rule.column.codes == "hs_edition":
        return _edition
    if rule.column.is_number:
        return _number
    if pa.types.is_date(rule.column.type) or pa.types.is_timestamp(rule.column.type):
        return _moment
    return _text


def _text(rule: Rule, text: pl.Series) -> Typed:
    typed = _coded(rule, text) if _is_coded(rule) else Typed(text)
    if not rule.allowed:
        _odd_texts(rule, text, typed)
    for _, mask in typed.faults:
        typed.values = typed.values.set(mask, None)
    return typed


def _odd_texts(rule: Rule, text: pl.Series, typed: Typed) -> None:
    """Mark free text that is too long, and codes with characters that nobody sees."""
    size = text.str.len_bytes()
    longest = size.max()
    if isinstance(longest, int) and longest > rule.longest:
        typed.fault("too_long", (text.str.len_chars() > rule.longest).fill_null(value=False))
    if rule.column.name != "goods":
        wide = (size != text.str.len_chars()).fill_null(value=False)
        if wide.any():
            hidden = text.str.contains(f"[{INVISIBLE}]").fill_null(value=False)
            typed.fault("invisible", hidden)


def _is_coded(rule: Rule) -> bool:
    return bool(rule.allowed or rule.field.pattern or rule.field.values)


def _coded(rule: Rule, text: pl.Series) -> Typed:
    """Try codes and patterns on the distinct values only: they are few."""
    known = [value for value in text.unique().to_list() if value is not None]
    typed = Typed(text)
    synonyms = _synonyms(rule)
    code, wrong = _wrong_codes(rule, known, synonyms)
    if wrong:
        typed.fault(code, is_among(text, wrong))
    if national := [value for value in rule.field.also if value in known]:
        typed.warn("national_code", is_among(text, national))
    changes = dict(rule.field.values)
    changes |= {value: synonyms[value.upper()] for value in known if value.upper() in synonyms}
    if changes:
        typed.values = text.replace(list(changes), list(changes.values()))
        typed.values = typed.values.set(typed.values == "", None)
    return typed


def _synonyms(rule: Rule) -> Mapping[str, str]:
    """Return the usual spellings of codes of our own lists, unless the mapping lists its codes."""
    ours = rule.column.codes in OUR_LISTS and not rule.field.codes
    return code_list(rule.column.codes).synonyms if ours else {}


def _wrong_codes(
    rule: Rule, known: list[str], synonyms: Mapping[str, str]
) -> tuple[str, list[str]]:
    if rule.allowed:
        taken = {*rule.allowed, *rule.field.also, *(old for old, _ in rule.field.values)}
        strange = [v for v in known if v not in taken and v.upper() not in synonyms]
        return "unknown_code", strange
    if rule.field.pattern:
        # Polars' expressions run in linear time, whatever pattern a mapping brings.
        distinct = pl.Series(known, dtype=pl.String)
        fits = distinct.str.contains(f"^(?:{rule.field.pattern})$")
        return "bad_shape", distinct.filter(~fits).to_list()
    return "", []


def is_among(text: pl.Series, values: Sequence[str]) -> pl.Series:
    """Mark the rows whose text is one of the values; NULL is not."""
    return text.is_in(list(values)).fill_null(value=False)


def _yes_no(rule: Rule, text: pl.Series) -> Typed:
    typed = _text(rule, text)
    typed.values = typed.values == "1"
    return typed


def _edition(rule: Rule, text: pl.Series) -> Typed:
    typed = _text(rule, text)
    typed.values = typed.values.cast(pl.Int16, strict=False)
    return typed


def _hs(rule: Rule, text: pl.Series) -> Typed:
    if rule.field.strip:
        text = text.str.replace_all(f"[{_escaped(rule.field.strip)}]", "")
    typed = Typed(text)
    listed = HsTree.of(LISTED_EDITION).subheadings
    known = [value for value in text.unique().to_list() if value is not None]
    wrong = [value for value in known if not HS_SHAPE.fullmatch(value) or value[:2] not in CHAPTERS]
    if wrong:
        typed.fault("bad_hs", is_among(text, wrong))
        typed.values = text.set(typed.faults[0][1], None)
    bad = set(wrong)
    strange = [value for value in known if value[:6] not in listed and value not in bad]
    if strange:
        typed.warn("not_in_hs", is_among(text, strange))
    return typed


def _escaped(characters: str) -> str:
    return "".join(f"\\{c}" if c in "\\]^-[&~" else c for c in characters)


def _number(rule: Rule, text: pl.Series) -> Typed:
    written = text
    if rule.thousands:
        written = written.str.replace_all(rule.thousands, "", literal=True)
    if rule.decimal == ",":
        mixed = written.str.contains(".", literal=True).fill_null(value=False)
        written = written.str.replace(",", ".", literal=True)
        written = written.set(mixed, "?") if mixed.any() else written
    numbers = written.cast(pl.Float64, strict=False)
    wrong = text.is_not_null() & ~numbers.is_finite().fill_null(value=False)
    typed = Typed(numbers)
    typed.fault("not_a_number", wrong)
    if typed.faults:
        numbers = numbers.set(wrong, None)
    if rule.is_whole:
        typed.fault("not_whole", (numbers != numbers.floor()).fill_null(value=False))
    if rule.field.scale != 1.0:
        numbers = numbers * rule.field.scale
    _limits(rule, numbers, typed)
    for _, mask in typed.faults:
        numbers = numbers.set(mask, None)
    typed.values = numbers.cast(rule.dtype, strict=False)
    return typed


def _limits(rule: Rule, numbers: pl.Series, typed: Typed) -> None:
    if numbers.len() == numbers.null_count():
        return
    least, most = numbers.min(), numbers.max()
    if not isinstance(least, float) or not isinstance(most, float):
        return
    if rule.low is not None and (least < rule.low or (rule.column.above_low and least == rule.low)):
        below = numbers <= rule.low if rule.column.above_low else numbers < rule.low
        typed.fault("too_low", below.fill_null(value=False))
    if rule.high is not None and most > rule.high:
        typed.fault("too_high", (numbers > rule.high).fill_null(value=False))
    low, high = rule.usual
    if low is not None and least < low:
        odd = (numbers < low) & (numbers >= (rule.low if rule.low is not None else low))
        typed.warn("unusually_low", odd.fill_null(value=False))
    if high is not None and most > high:
        odd = (numbers > high) & (numbers <= (rule.high if rule.high is not None else most))
        typed.warn("unusually_high", odd.fill_null(value=False))


def _moment(rule: Rule, text: pl.Series) -> Typed:
    """Days repeat, so that each distinct text is read once."""
    known = text.unique().drop_nulls()
    as_day = pa.types.is_date(rule.column.type)
    read = read_moments(known, rule.format, rule.timezone)
    days = read.dt.date() if read.dtype != pl.Date else read
    bad = known.filter(
        read.is_null() if rule.format else pl.repeat(value=True, n=len(known), eager=True)
    )
    odd = known.filter(((days < OLDEST) | (days > NEWEST)).fill_null(value=False))
    typed = Typed(text)
    if len(bad):
        typed.fault("bad_date", is_among(text, bad.to_list()))
    if len(odd):
        typed.fault("odd_year", is_among(text, odd.to_list()))
    if as_day:
        result = days
    else:
        result, lost = to_utc(read, rule.timezone)
        if lost.any():
            typed.fault("no_such_hour", is_among(text, known.filter(lost).to_list()))
    typed.values = _looked_up(text, known, result.cast(rule.dtype))
    for _, mask in typed.faults:
        typed.values = typed.values.set(mask, None)
    return typed


def _looked_up(text: pl.Series, known: pl.Series, values: pl.Series) -> pl.Series:
    if not len(known):
        return pl.Series(text.name, [None] * len(text), dtype=values.dtype)
    table = pl.DataFrame({"text": known, "value": values})
    joined = text.to_frame("text").join(table, on="text", how="left", maintain_order="left")
    return joined["value"]


def read_moments(text: pl.Series, shape: str, timezone: str) -> pl.Series:
    """Return moments of a format: dates when it has no hour, else moments without a zone.

    A format with ``%z`` gives moments of the time zone; a ``Z`` at the end is a zone too. What does
    not fit is NULL.
    """
    if not shape:
        return pl.Series(text.name, [None] * len(text), dtype=pl.Date)
    if "%H" not in shape:
        return text.str.to_date(shape, strict=False)
    if "%z" in shape:
        zoned = text.str.replace(r"Z$", "+0000")
        read = zoned.str.to_datetime(shape, strict=False, time_unit="us", time_zone="UTC")
        return read.dt.convert_time_zone(timezone).dt.replace_time_zone(None)
    return text.str.to_datetime(shape, strict=False, time_unit="us")


def to_utc(local: pl.Series, timezone: str) -> tuple[pl.Series, pl.Series]:
    """Return moments in UTC, and a mask of those that summer time skipped.

    A day stands for its midnight; where midnight was skipped, for one o'clock.
    """
    is_day = local.dtype == pl.Date
    naive = local.cast(pl.Datetime("us"))
    zoned = naive.dt.replace_time_zone(timezone, ambiguous="earliest", non_existent="null")
    lost = zoned.is_null() & naive.is_not_null()
    if is_day and lost.any():
        later = naive.dt.offset_by("1h").dt.replace_time_zone(
            timezone, ambiguous="earliest", non_existent="null"
        )
        zoned = zoned.zip_with(~lost, later)
        lost = zoned.is_null() & naive.is_not_null()
    return zoned.dt.convert_time_zone("UTC"), lost
