"""Cells into values, all faults at once, and what each good row would change."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any, Final, Literal

from tamgha.platform.tables.sheets.declared import NOTHING, Change, Row, Sheet, SheetColumn
from tamgha.platform.tables.sheets.reading import Numbered
from tamgha.shared.errors import RefusedError, TamghaError
from tamgha.shared.words import Words

YES: Final = frozenset({"1", "yes", "true", "да", "истина", "+", "x", "х"})
NO: Final = frozenset({"0", "no", "false", "нет", "ложь", "-"})


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong in one cell, or (no column) in one row."""

    number: int
    column: Words
    text: Words


@dataclass(frozen=True, slots=True)
class PlannedRow:
    """One good row: what it holds, and what it would do."""

    number: int
    values: Row
    kind: Literal["new", "change", "same"]
    changes: tuple[Change, ...]
    existing: Any
    title: str


@dataclass(frozen=True, slots=True)
class Plan:
    """All that bringing a file in would do, and all that is wrong with it."""

    rows: tuple[PlannedRow, ...]
    faults: tuple[Fault, ...]

    def of_kind(self, kind: str) -> list[PlannedRow]:
        """Return the rows that would do this: new, change or same."""
        return [row for row in self.rows if row.kind == kind]

    @property
    def faulty_rows(self) -> list[int]:
        """Numbers of the rows with a fault, in order."""
        return sorted({fault.number for fault in self.faults})

    @property
    def fingerprint(self) -> str:
        """A word that is another one as soon as any row would do anything else."""
        told = [
            [row.number, row.kind, [[one.label.en, one.before, one.after] for one in row.changes]]
            for row in self.rows
        ]
        return hashlib.sha256(json.dumps(told).encode()).hexdigest()[:20]


def guess_mapping(sheet: Sheet, head: Sequence[str]) -> dict[str, int]:
    """Return column name -> place in the head, by the names in English and Russian."""
    places: dict[str, int] = {}
    for place, text in enumerate(head):
        places.setdefault(_folded(text), place)
    found = {}
    for column in sheet.columns:
        names = (column.label.en, column.label.ru, column.name, *column.also)
        known = [places[_folded(one)] for one in names if _folded(one) in places]
        if known:
            found[column.name] = known[0]
    return found


def _folded(text: str) -> str:
    return " ".join(text.replace("*", " ").replace("_", " ").split()).casefold().replace("ё", "е")


def check(sheet: Sheet, rows: Sequence[Numbered], mapping: Mapping[str, int], *, by: Any) -> Plan:
    """Return what the rows would do and every fault; saves nothing. One ``find`` for a row."""
    planned, faults = [], []
    seen: dict[Any, int] = {}
    for number, cells in rows:
        values, wrong = _read_row(sheet, number, cells, mapping)
        key = values.get(sheet.key)
        folded = key.casefold() if isinstance(key, str) else key
        if folded is not None and folded in seen:
            label = next(one.label for one in sheet.columns if one.name == sheet.key)
            before = seen[folded]
            wrong.append(
                Fault(
                    number,
                    label,
                    Words(f"stands in row {before} already", f"уже есть в строке {before}"),
                )
            )
        elif folded is not None:
            seen[folded] = number
        if not wrong:
            try:
                planned.append(_planned(sheet, number, values, by))
            except TamghaError as refusal:
                wrong = faults_of(number, refusal)
        faults += wrong
    return Plan(tuple(planned), tuple(faults))


def faults_of(number: int, refusal: TamghaError) -> list[Fault]:
    """Return what a service refused, as faults of a row."""
    texts = refusal.faults if isinstance(refusal, RefusedError) else (refusal.words,)
    return [Fault(number, NOTHING, text) for text in texts]


def _planned(sheet: Sheet, number: int, values: Row, by: Any) -> PlannedRow:
    existing = sheet.find(values, by)
    changes = tuple(sheet.describe(values, existing))
    kind: Literal["new", "change", "same"] = (
        "new" if existing is None else "change" if changes else "same"
    )
    return PlannedRow(number, values, kind, changes, existing, str(values[sheet.key]))


def _read_row(
    sheet: Sheet, number: int, cells: Sequence[str], mapping: Mapping[str, int]
) -> tuple[dict[str, Any], list[Fault]]:
    values: dict[str, Any] = {}
    faults = []
    for column in sheet.columns:
        place = mapping.get(column.name)
        text = cells[place] if place is not None and place < len(cells) else ""
        values[column.name] = None
        if text:
            try:
                values[column.name] = _READERS[column.kind](text, column)
            except _UnfitError as unfit:
                faults.append(Fault(number, column.label, unfit.words))
        elif column.required or column.name == sheet.key:
            faults.append(
                Fault(number, column.label, Words("must not be empty", "не должно быть пустым"))
            )
    return values, faults


class _UnfitError(TamghaError):
    pass


def _unfit(en: str, ru: str, text: str) -> _UnfitError:
    came = text if len(text) <= 60 else f"{text[:60]}…"
    return _UnfitError(Words(f"{en}; “{came}” came", f"{ru}, указано «{came}»"))


def _text(text: str, column: SheetColumn) -> str:
    if len(text) > column.longest:
        raise _unfit(
            f"at most {column.longest} characters were expected",
            f"ожидается не больше {column.longest} знаков",
            text,
        )
    return text


def _number(text: str, _column: SheetColumn) -> Decimal:
    plain = text.replace("\u00a0", "").replace(" ", "").replace(",", ".")
    try:
        number = Decimal(plain)
    except InvalidOperation:
        number = Decimal("NaN")
    if not number.is_finite():
        raise _unfit("a number was expected", "ожидается число", text)
    return number


def _date(text: str, _column: SheetColumn) -> date:
    for form in ("%Y-%m-%d", "%d.%m.%Y"):
        try:
            return datetime.strptime(text, form).date()  # noqa: DTZ007 -- a day has no zone
        except ValueError:
            continue
    raise _unfit(
        "a day such as 2026-05-31 or 31.05.2026 was expected",
        "ожидается дата вида 31.05.2026 или 2026-05-31",
        text,
    )


def _flag(text: str, _column: SheetColumn) -> bool:
    folded = text.casefold()
    if folded not in YES | NO:
        raise _unfit("yes or no was expected", "ожидается «да» или «нет»", text)
    return folded in YES


def _choice(text: str, column: SheetColumn) -> str:
    for value, label in column.choices:
        if _folded(text) in {_folded(value), _folded(label.en), _folded(label.ru)}:
            return value
    raise _unfit(
        f"one of {', '.join(label.en for _value, label in column.choices)} was expected",
        f"ожидается одно из: {', '.join(label.ru for _value, label in column.choices)}",
        text,
    )


def _choices(text: str, column: SheetColumn) -> tuple[str, ...]:
    parts = [part.strip() for part in text.replace(";", ",").split(",")]
    return tuple(dict.fromkeys(_choice(part, column) for part in parts if part))


_READERS: Final = {
    "text": _text,
    "number": _number,
    "date": _date,
    "flag": _flag,
    "choice": _choice,
    "choices": _choices,
}
