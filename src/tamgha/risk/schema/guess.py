"""Guess a mapping for an unknown file: a field for each column, how sure, and why, in words."""

import re
from collections.abc import Mapping as Mapping_
from dataclasses import dataclass, field
from pathlib import Path

import polars as pl

from tamgha.risk.schema.codes import code_list
from tamgha.risk.schema.columns import COLUMNS
from tamgha.risk.schema.dates import are_ambiguous, find_formats
from tamgha.risk.schema.files import LIMITS, FileShape, Limits
from tamgha.risk.schema.hs import LISTED_EDITION, HsTree
from tamgha.risk.schema.mapping import AUTO, BY_DATE, FieldMap, Mapping
from tamgha.risk.schema.names import NAMES, PERSONAL, normal
from tamgha.risk.schema.reading import look_at
from tamgha.risk.schema.rules import read_moments
from tamgha.shared.words import Words

SURE = 0.9
"""From this confidence on, a guess counts as confirmed until somebody says otherwise."""


@dataclass(frozen=True, slots=True)
class Guess:
    """What one field of the file is taken for.

    Parameters
    ----------
    field : as the file's header names it
    column : column of the schema; "findings.found" for a label; "" when left out
    confidence : 0 to 1; from ``SURE`` on the page shows it as confirmed
    why : the reason, in words
    left_out : whether it starts as left out (personal names, or nothing fits)
    sample : first distinct values
    map : how the field would be read; None when left out
    others : further columns that would fit, the best first
    """

    field: str
    column: str
    confidence: float
    why: Words
    left_out: bool
    sample: tuple[str, ...]
    map: FieldMap | None = None
    others: tuple[str, ...] = ()

    @property
    def is_sure(self) -> bool:
        """Whether nobody needs to confirm it."""
        return self.confidence >= SURE


@dataclass(frozen=True)
class GuessedMapping:
    """Guesses for all fields of a file.

    Parameters
    ----------
    shape : of the file
    guesses : one for each field, in the file's order
    constants : for required columns that no field gives
    missing : required columns that neither a field nor a constant gives
    name : for the mapping
    """

    shape: FileShape
    guesses: tuple[Guess, ...]
    constants: Mapping_[str, str] = field(default_factory=dict)
    missing: tuple[str, ...] = ()
    name: str = "guessed"

    def mapping(self) -> Mapping:
        """Return the mapping that the guesses make.

        Raises
        ------
        MappingError
            If a required column is missing.
        """
        taken = {g.column: g.map for g in self.guesses if g.map is not None and g.column}
        labels = {n.removeprefix("findings."): m for n, m in taken.items() if "." in n}
        return Mapping(
            name=self.name,
            title=Words(f"Guessed from {self.name}", f"Угадано по файлу {self.name}"),
            separator=self.shape.separator or AUTO,
            encoding=self.shape.encoding or AUTO,
            constants=dict(self.constants),
            columns={n: m for n, m in taken.items() if "." not in n},
            labels=labels if "found" in labels else {},
            delay_days=30 if "found" in labels and "known" not in labels else None,
            left_out=tuple(guess.field for guess in self.guesses if guess.left_out),
        )


def guess_mapping(file: Path | str, *, limits: Limits = LIMITS) -> GuessedMapping:
    """Offer a column for each field of a file, with its confidence and the reason.

    Names and values speak together; the better of several fields gets the column. Fields with
    personal names start as left out: risk analysis does not need them.

    Raises
    ------
    FileError
        If the file cannot be read as a table.
    """
    path = Path(file)
    shape = look_at(path, limits=limits)
    scored = [_candidates(shape, place) for place in range(len(shape.header))]
    chosen = _assign(scored)
    guesses = tuple(
        _guess(shape, place, chosen.get(place, ""), scored[place])
        for place in range(len(shape.header))
    )
    constants, missing = _constants(guesses)
    return GuessedMapping(shape, guesses, constants, missing, path.stem)


Candidates = dict[str, tuple[float, Words]]


def _values(shape: FileShape, place: int) -> pl.Series:
    texts = pl.Series([row[place] for row in shape.sample], dtype=pl.String).str.strip_chars()
    return texts.filter(texts != "")


def _candidates(shape: FileShape, place: int) -> Candidates:
    """Return confidence and reason by column, for one field."""
    name, values = normal(shape.header[place]), _values(shape, place)
    if not name or PERSONAL.search(name):
        return {}
    found: Candidates = {}
    for column, patterns in NAMES.items():
        rank = next((n for n, pattern in enumerate(patterns) if re.search(pattern, name)), None)
        if rank is None:
            continue
        base = 0.85 - 0.1 * min(rank, 3)
        fits, why = _fit(column, values)
        if fits > 0:
            found[column] = (min(1.0, base * (0.6 + 0.55 * fits)), why)
    return found or _by_values(values)


def _by_values(values: pl.Series) -> Candidates:
    """Judge by the values alone, where they have a shape that nothing else has."""
    if len(values) < 3:
        return {}
    found: Candidates = {}
    for column in ("lodged", "hs", "origin"):
        fits, why = _fit(column, values)
        if fits > 0.95 and (column != "origin" or values.n_unique() > 3):
            found[column] = (0.5, why)
            break
    return found


def _fit(column: str, values: pl.Series) -> tuple[float, Words]:
    """Return how well values fit a column, 0 to 1, and the reason."""
    if not len(values):
        return 0.5, Words("by its name; empty in the sample", "по названию; в образце пусто")
    if column in ("lodged", "findings.known", "findings.examined"):
        return _fit_dates(values)
    if column == "hs":
        return _fit_hs(values)
    codes = (
        COLUMNS[column].codes
        if column in COLUMNS
        else "yes_no"
        if column == "findings.found"
        else ""
    )
    if codes in ("country", "currency", "incoterm", "direction", "yes_no"):
        return _fit_codes(codes, values)
    if column in COLUMNS and COLUMNS[column].is_number:
        return _fit_numbers(values)
    return _fit_text(column, values)


def _share(mask: pl.Series) -> float:
    return float(mask.fill_null(value=False).sum()) / max(len(mask), 1)


def _percent(share: float) -> str:
    return f"{100 * share:.4g} %"


def _fit_dates(values: pl.Series) -> tuple[float, Words]:
    formats = find_formats(values)
    if not formats:
        return 0.0, Words("no days", "не даты")
    shape, share = formats[0]
    if are_ambiguous(formats):
        return share * 0.6, Words(
            "days; day and month cannot be told apart in the sample",
            "даты; день и месяц по образцу не различить",
        )
    days = read_moments(values, shape, "UTC").drop_nulls()
    return share, Words(
        f"{_percent(share)} are days, from {str(days.min())[:10]} to {str(days.max())[:10]}",
        f"{_percent(share)} — даты, с {str(days.min())[:10]} по {str(days.max())[:10]}",
    )


def _fit_hs(values: pl.Series) -> tuple[float, Words]:
    digits = values.str.replace_all(r"[.\s]", "")
    share = _share(digits.str.contains(r"^[0-9]{6,10}$"))
    listed = _share(digits.str.slice(0, 6).is_in(list(HsTree.of(LISTED_EDITION).subheadings)))
    return min(share, 0.3 + 0.7 * listed) if listed > 0.5 else 0.0, Words(
        f"{_percent(listed)} stand in HS {LISTED_EDITION}",
        f"{_percent(listed)} есть в ГС {LISTED_EDITION}",
    )


def _fit_codes(name: str, values: pl.Series) -> tuple[float, Words]:
    listed = code_list(name)
    known = list(listed.codes) + list(listed.synonyms if name in ("direction", "yes_no") else ())
    share = _share(values.str.to_uppercase().is_in([code.upper() for code in known]))
    kinds = values.unique().sort().to_list()
    if name == "yes_no" and share < 1 and len(kinds) <= 6:
        shown = " · ".join(kinds)
        return 0.6, Words(f"{shown}: which means a find?", f"{shown}: что означает нарушение?")
    what = {
        "country": Words("countries", "страны"),
        "currency": Words("currencies", "валюты"),
        "incoterm": Words("delivery terms", "условия поставки"),
        "direction": Words("directions", "направления"),
        "yes_no": Words("yes or no", "да или нет"),
    }[name]
    return share if share > 0.5 else 0.0, Words("{share} are {what}", "{share} — {what}").format(
        share=_percent(share), what=what
    )


def _fit_numbers(values: pl.Series) -> tuple[float, Words]:
    tidy = values.str.replace_all(r"[\s\u00a0\u202f']", "").str.replace(",", ".", literal=True)
    share = _share(tidy.cast(pl.Float64, strict=False).is_finite())
    return share if share > 0.5 else 0.0, Words(
        f"by its name; {_percent(share)} are numbers", f"по названию; {_percent(share)} — числа"
    )


def _fit_text(column: str, values: pl.Series) -> tuple[float, Words]:
    distinct, rows = values.n_unique(), len(values)
    if column == "declaration":
        lengths = values.str.len_chars()
        same = lengths.min() == lengths.max()
        shape = Words("same shape in all rows", "одинаковый вид во всех строках")
        return (1.0 if same else 0.8), shape if same else Words(
            f"by its name; {distinct} different in {rows}",
            f"по названию; разных {distinct} из {rows}",
        )
    return 0.9, Words(
        f"by its name; {distinct} different codes in {rows} rows",
        f"по названию; разных кодов {distinct} в {rows} строках",
    )


def _assign(scored: list[Candidates]) -> dict[int, str]:
    """Give each column to the field that fits it best; each field gets one column."""
    ranked = sorted(
        (
            (score, -place, column)
            for place, one in enumerate(scored)
            for column, (score, _) in one.items()
        ),
        reverse=True,
    )
    chosen: dict[int, str] = {}
    for _, place, column in ranked:
        if -place not in chosen and column not in chosen.values():
            chosen[-place] = column
    return chosen


def _guess(shape: FileShape, place: int, column: str, candidates: Candidates) -> Guess:
    name, values = shape.header[place], _values(shape, place)
    sample = tuple(values.unique(maintain_order=True).head(3).to_list())
    if not column:
        personal = PERSONAL.search(normal(name)) is not None
        why = (
            Words("personal names are not needed", "личные имена не нужны")
            if personal
            else Words("nothing in the schema fits", "в схеме нет подходящего столбца")
        )
        return Guess(
            field=name,
            column="",
            confidence=1.0 if personal else 0.5,
            why=why,
            left_out=True,
            sample=() if personal else sample,
        )
    confidence, why = candidates[column]
    others = tuple(sorted(set(candidates) - {column}, key=lambda c: -candidates[c][0]))
    how = FieldMap(name, strip=". ") if column == "hs" and _has_dots(values) else FieldMap(name)
    return Guess(
        field=name,
        column=column,
        confidence=confidence,
        why=why,
        left_out=False,
        sample=sample,
        map=how,
        others=others,
    )


def _has_dots(values: pl.Series) -> bool:
    return _share(values.str.contains(r"^[0-9]{4}[. ][0-9]{2}")) > 0.5


def _constants(guesses: tuple[Guess, ...]) -> tuple[dict[str, str], tuple[str, ...]]:
    given = {guess.column for guess in guesses}
    constants = {}
    if "direction" not in given:
        constants["direction"] = "import"
    if "hs_edition" not in given and "lodged" in given:
        constants["hs_edition"] = BY_DATE
    needed = {n for n, c in COLUMNS.items() if c.required and not c.derived and n != "item"}
    return constants, tuple(sorted(needed - given - set(constants)))
