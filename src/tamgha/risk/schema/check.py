"""The check phase: every row of a file tried, all faults kept, the good rows laid ready, nothing stored.

What is found lies in a work folder, so that a page can show it today and store it tomorrow:
``checked.json`` (counts, warnings, mapping), ``faults-*.arrow``, ``good-*.arrow``.
"""

import hashlib
from collections import Counter
from collections.abc import Callable
from collections.abc import Mapping as Mapping_
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path

import numpy as np
import polars as pl

from tamgha.risk.schema.columns import COLUMNS, FINDING_COLUMNS, Column
from tamgha.risk.schema.cross import cross_warnings
from tamgha.risk.schema.dates import find_formats
from tamgha.risk.schema.errors import CancelledError, FileError, MappingError
from tamgha.risk.schema.files import LIMITS, FileShape, Limits
from tamgha.risk.schema.hs import edition_on
from tamgha.risk.schema.keys import Keys, is_among
from tamgha.risk.schema.mapping import AUTO, BY_DATE, FieldMap, Mapping
from tamgha.risk.schema.reading import batches
from tamgha.risk.schema.records import Batch, BrokenLine
from tamgha.risk.schema.rules import DTYPES, LONG_TEXTS, Rule, Typed, apply_rule
from tamgha.shared.words import Words

EXAMPLES = 50
LINE = "line"
FEW = 1000
FAULT_SCHEMA = {
    LINE: pl.Int64,
    "value": pl.String,
    "target": pl.String,
    "code": pl.String,
    "place": pl.Int32,
    "found": pl.Int64,
}
REPEATED = frozenset(
    name
    for name, column in COLUMNS.items()
    if column.is_text and name not in {*LONG_TEXTS, "declaration", "vehicle", "location"}
)
"""Columns whose values are few and repeat."""
LABEL = "findings."


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a long work is.

    Parameters
    ----------
    stage : "check" or "store"
    done, total : bytes of the file while checking, rows while storing
    rows : read so far
    faults : found so far
    """

    stage: str
    done: int
    total: int
    rows: int
    faults: int


@dataclass(frozen=True)
class Plan:
    """A mapping made ready for one file.

    Parameters
    ----------
    rules : one for each field that is taken
    constants : typed value by target
    mapping : with what was found put in place of "auto"
    spare : fields of the file that nobody takes
    absent : optional fields that the file does not have
    """

    rules: tuple[Rule, ...]
    constants: Mapping_[str, object]
    mapping: Mapping
    spare: tuple[str, ...]
    absent: tuple[str, ...]


@dataclass
class Tally:
    """Counts while a file is read."""

    rows: int = 0
    good: int = 0
    blank: int = 0
    faults: Counter[tuple[str, str]] = field(default_factory=Counter)
    warned: Counter[tuple[str, str]] = field(default_factory=Counter)
    examples: dict[tuple[str, str], list[tuple[int, str]]] = field(default_factory=dict)
    days: list[Counter[date]] = field(default_factory=list)

    def warn(self, code: str, target: str, lines: np.ndarray, values: list[str]) -> None:
        """Count a warning and keep its first examples."""
        key = (code, target)
        kept = self.examples.setdefault(key, [])
        room = EXAMPLES - len(kept)
        kept += list(zip(lines[:room].tolist(), values[:room], strict=False))
        self.warned[key] += len(lines)


def target_column(target: str, holds: str) -> Column:
    """Return the description of a rule's target."""
    if target.startswith(LABEL):
        return FINDING_COLUMNS[target.removeprefix(LABEL)]
    return (COLUMNS if holds == "items" else FINDING_COLUMNS)[target]


def plan_for(mapping: Mapping, shape: FileShape) -> Plan:
    """Make a mapping ready for a file.

    Raises
    ------
    MappingError
        If the file lacks fields that the mapping names, or has one twice.
    """
    decimal = _decimal(mapping, shape)
    places = _places(shape)
    wanted = [(target, one) for target, one in mapping.columns.items()]
    wanted += [(LABEL + target, one) for target, one in mapping.labels.items()]
    absent = [one.field for _, one in wanted if _key(one.field) not in places]
    _refuse_misfit(mapping, shape, wanted, places)
    rules = []
    for target, one in wanted:
        found = places.get(_key(one.field))
        if not found:
            continue
        rule = Rule(
            target=target,
            column=target_column(target, mapping.holds),
            place=found[0],
            header=shape.header[found[0]],
            field=one,
            decimal=decimal,
            thousands=mapping.thousands,
            timezone=mapping.timezone,
        )
        rules.append(_with_format(rule, shape))
    taken = {rule.place for rule in rules}
    left = {_key(name) for name in mapping.left_out}
    spare = tuple(
        name
        for place, name in enumerate(shape.header)
        if place not in taken and name and _key(name) not in left
    )
    resolved = replace(
        mapping,
        decimal=decimal,
        encoding=shape.encoding or mapping.encoding,
        separator=shape.separator or mapping.separator,
    )
    return Plan(tuple(rules), _constants(mapping), resolved, spare, tuple(absent))


def _key(name: str) -> str:
    return " ".join(name.casefold().split())


def _places(shape: FileShape) -> dict[str, list[int]]:
    places: dict[str, list[int]] = {}
    for place, name in enumerate(shape.header):
        places.setdefault(_key(name), []).append(place)
    return places


def _refuse_misfit(
    mapping: Mapping,
    shape: FileShape,
    wanted: list[tuple[str, FieldMap]],
    places: dict[str, list[int]],
) -> None:
    missing = [one.field for _, one in wanted if not one.optional and _key(one.field) not in places]
    doubled = sorted({one.field for _, one in wanted if len(places.get(_key(one.field), ())) > 1})
    if missing:
        named, has = ", ".join(missing), ", ".join(shape.header[:40])
        raise MappingError(
            Words(
                f"The mapping {mapping.name} takes fields that the file does not have: {named}. "
                f"The file has: {has}. Check the separator, or choose another mapping.",
                f"Сопоставление {mapping.name} берёт поля, которых в файле нет: {named}. "
                f"В файле есть: {has}. Проверьте разделитель или выберите другое сопоставление.",
            )
        )
    if doubled:
        raise MappingError(
            Words(
                f"The header names a field twice, so that it is unclear which to take: "
                f"{', '.join(doubled)}. Rename one of them.",
                f"В заголовке поле названо дважды, неясно, какое брать: {', '.join(doubled)}. "
                "Переименуйте одно из них.",
            )
        )


def _decimal(mapping: Mapping, shape: FileShape) -> str:
    if mapping.decimal != AUTO:
        return mapping.decimal
    if shape.kind != "csv":
        return "."
    numbers = [
        one.field
        for target, one in mapping.columns.items()
        if target_column(target, mapping.holds).is_number
    ]
    places = _places(shape)
    marks: Counter[str] = Counter()
    for name in numbers:
        for place in places.get(_key(name), [])[:1]:
            for row in shape.sample:
                marks.update(sign for sign in ",." if row[place].count(sign) == 1)
    return "," if marks[","] > marks["."] else "."


def _with_format(rule: Rule, shape: FileShape) -> Rule:
    kind = str(rule.column.type)
    if not kind.startswith(("date", "timestamp")):
        return rule
    if rule.field.format:
        return replace(rule, format=rule.field.format)
    sample = pl.Series([row[rule.place] for row in shape.sample], dtype=pl.String)
    formats = find_formats(sample)
    return replace(rule, format=formats[0][0] if formats else "%Y-%m-%d")


def _constants(mapping: Mapping) -> dict[str, object]:
    """Type the constants by the rule that a field of the same column would have."""
    typed: dict[str, object] = {}
    for target, value in mapping.constants.items():
        if target == "hs_edition" and value == BY_DATE:
            continue
        column = target_column(target, mapping.holds)
        rule = Rule(target, column, 0, target, FieldMap(target), format="%Y-%m-%d")
        result = apply_rule(rule, pl.Series([value]))
        if result.faults:
            raise MappingError(
                Words(
                    f"The constant {target} = {value!r} is not possible for {column.label.en}.",
                    f"Постоянное значение {target} = {value!r} невозможно: {column.label.ru}.",
                )
            )
        typed[target] = result.values[0]
    return typed


class Checker:
    """Read a file once: count, keep the faults, lay the good rows ready.

    Parameters
    ----------
    path, shape, plan : the file, how it is written, how it is taken
    work : folder that gets the faults and the good rows
    limits : of the file
    today : day of the check; lodgings after it are warned of; None to warn of none
    """

    def __init__(
        self,
        path: Path,
        shape: FileShape,
        plan: Plan,
        work: Path,
        *,
        limits: Limits = LIMITS,
        today: date | None = None,
    ) -> None:
        self.path, self.shape, self.plan, self.work = path, shape, plan, work
        self.limits, self.today = limits, today
        self.tally = Tally()
        self.keys = Keys()
        self.late = np.empty(0, np.int64)
        self.by_date = plan.mapping.constants.get("hs_edition") == BY_DATE
        self.places = {rule.target: place for place, rule in enumerate(plan.rules)}

    def run(
        self,
        progress: Callable[[Progress], None] | None = None,
        cancelled: Callable[[], bool] | None = None,
    ) -> None:
        """Read the whole file.

        Raises
        ------
        FileError
            If the file turns out to be torn.
        CancelledError
            If ``cancelled()`` said so between two batches.
        """
        for number, batch in enumerate(batches(self.path, self.shape, self.limits)):
            if cancelled is not None and cancelled():
                raise CancelledError(
                    Words(
                        "The intake was stopped; nothing was stored.",
                        "Загрузка остановлена; ничего не сохранено.",
                    )
                )
            self._take(number, batch)
            if self.tally.rows > self.limits.rows:
                raise FileError(
                    Words(
                        f"The file has more than {self.limits.rows} rows. Give it in pieces.",
                        f"В файле больше {self.limits.rows} строк. Дайте его по частям.",
                    )
                )
            if progress is not None:
                progress(self._progress(batch.consumed))
        self._find_duplicates()
        self._warn_of_columns()

    def _progress(self, consumed: int) -> Progress:
        faults = sum(self.tally.faults.values())
        return Progress("check", consumed, self.shape.size, self.tally.rows, faults)

    def _take(self, number: int, batch: Batch) -> None:
        self.tally.rows += len(batch.frame) + len(batch.broken)
        self.tally.blank += batch.blank
        typed = [
            apply_rule(rule, batch.frame[str(rule.place)], trim=batch.trim)
            for rule in self.plan.rules
        ]
        good = self._keep_faults(number, batch, typed)
        self._keep_warnings(batch, typed, good)
        rows = self._whole_rows(typed, batch)
        self.keys.add(rows, batch.lines, good)
        if not good.all():
            rows = rows.filter(good)
        self.tally.good += len(rows)
        for code, target, lines, values in cross_warnings(
            rows, self.plan.mapping.holds, self.today
        ):
            self.tally.warn(code, target, lines, values)
        days = "known" if self.plan.mapping.holds == "findings" else "day"
        self.tally.days.append(Counter(dict(rows[days].value_counts().rows())))
        if len(rows):
            if self.plan.mapping.holds == "items":
                rows = rows.with_columns(pl.col(*self._encoded(rows)).cast(pl.Categorical))
            rows.write_ipc(self.work / f"good-{number:06}.arrow", compression="uncompressed")

    def _encoded(self, rows: pl.DataFrame) -> list[str]:
        """Return the columns of codes: a third of the bytes, and no hashing when they are stored."""
        return [name for name in rows.columns if name in REPEATED]

    def _keep_faults(self, number: int, batch: Batch, typed: list[Typed]) -> pl.Series:
        """Write the faults of a batch in the order of its lines; return the mask of good rows."""
        good = pl.repeat(value=True, n=len(batch.frame), eager=True)
        frames = []
        for place, (rule, column) in enumerate(zip(self.plan.rules, typed, strict=True)):
            for code, mask in column.faults:
                good &= ~mask
                values = batch.frame[str(rule.place)].filter(mask).fill_null("")
                lines = batch.lines[mask.to_numpy()]
                self.tally.faults[code, rule.target] += len(lines)
                frames.append(fault_frame(lines, values, rule.target, code, place))
        if batch.broken:
            self.tally.faults.update((broken.code, "") for broken in batch.broken)
            frames.append(broken_frame(batch.broken, self.shape.separator))
        if frames:
            whole = pl.concat(frames).sort(LINE, "place", maintain_order=True)
            whole.write_ipc(self.work / f"faults-{number:06}.arrow")
        return good

    def _keep_warnings(self, batch: Batch, typed: list[Typed], good: pl.Series) -> None:
        for rule, column in zip(self.plan.rules, typed, strict=True):
            for code, mask in column.warnings:
                taken = mask & good
                lines = batch.lines[taken.to_numpy()]
                if len(lines):
                    values = batch.frame[str(rule.place)].filter(taken).head(EXAMPLES).to_list()
                    self.tally.warn(code, rule.target, lines, values)

    def _whole_rows(self, typed: list[Typed], batch: Batch) -> pl.DataFrame:
        size = len(batch.frame)
        columns = {LINE: pl.Series(batch.lines, dtype=pl.Int64)}
        for target, value in self.plan.constants.items():
            kind = DTYPES[target_column(target, self.plan.mapping.holds).type]
            columns[target] = pl.Series([value], dtype=kind).new_from_index(0, size)
        columns |= {
            rule.target: one.values for rule, one in zip(self.plan.rules, typed, strict=True)
        }
        if "item" not in columns:
            columns["item"] = pl.repeat(1, size, dtype=pl.Int32, eager=True)
        if self.plan.mapping.holds == "items":
            columns |= self._days_and_hours(columns["lodged"])
        if self.by_date:
            years = columns["day"].dt.year().unique().drop_nulls().to_list()
            editions = {year: edition_on(date(year, 1, 1)) for year in years}
            columns["hs_edition"] = (
                columns["day"]
                .dt.year()
                .replace_strict(editions, default=None, return_dtype=pl.Int16)
            )
        return pl.DataFrame(columns)

    def _days_and_hours(self, lodged: pl.Series) -> dict[str, pl.Series]:
        local = lodged.dt.convert_time_zone(self.plan.mapping.timezone)
        has_hours = any("%H" in rule.format for rule in self.plan.rules if rule.target == "lodged")
        hours = (
            local.dt.hour()
            if has_hours
            else pl.repeat(None, len(lodged), dtype=pl.Int8, eager=True)
        )
        return {"day": local.dt.date(), "hour": hours.cast(pl.Int8)}

    def _find_duplicates(self) -> None:
        if self.plan.mapping.holds == "findings" and "version" not in self.places:
            return  # later versions of one finding may follow one another in the file
        lines, earlier = self.keys.repeated_lines()
        self.refuse_late(lines, "duplicate", earlier)

    def refuse_late(self, lines: np.ndarray, code: str, found: np.ndarray | None = None) -> None:
        """Refuse rows by their key, after the whole file was read."""
        if not len(lines):
            return
        names = self._names_at(lines)
        frame = fault_frame(lines, names, "declaration", code, 0)
        if found is not None:
            frame = frame.with_columns(found=pl.Series(found, dtype=pl.Int64))
        frame.write_ipc(self.work / f"late-{code}.arrow")
        self.tally.faults[code, "declaration"] += len(lines)
        fresh = lines[~is_among(lines, self.late)]
        self.tally.good -= self.keys.count_good(fresh)
        self.late = np.sort(np.concatenate([self.late, fresh]))

    def _names_at(self, lines: np.ndarray) -> pl.Series:
        """Return the declarations of some lines, from the rows that were laid ready."""
        wanted = pl.DataFrame({LINE: lines})
        found = [self.keys.refused.join(wanted, on=LINE, how="semi")]
        for path in sorted(self.work.glob("good-*.arrow")):
            keys = pl.read_ipc(path, columns=[LINE, "declaration"])
            found.append(keys.join(wanted, on=LINE, how="semi"))
        names = wanted.join(pl.concat(found), on=LINE, how="left", maintain_order="left")
        return names["declaration"].fill_null("")

    def _warn_of_columns(self) -> None:
        for name in self.plan.spare:
            self.tally.warned["spare_column", name] += 1
        for name in self.plan.absent:
            self.tally.warned["no_such_field", name] += 1
        if self.tally.blank:
            self.tally.warned["blank_lines", ""] += self.tally.blank


def fault_frame(
    lines: np.ndarray, values: pl.Series, target: str, code: str, place: int
) -> pl.DataFrame:
    """Return faults of one kind as a frame."""
    size = len(lines)
    if size <= FEW:
        columns = {
            LINE: lines.tolist(),
            "value": values.to_list(),
            "target": [target] * size,
            "code": [code] * size,
            "place": [place] * size,
            "found": [0] * size,
        }
        return pl.DataFrame(columns, schema=FAULT_SCHEMA)
    frame = pl.DataFrame({LINE: pl.Series(lines, dtype=pl.Int64), "value": values})
    return frame.with_columns(
        target=pl.lit(target),
        code=pl.lit(code),
        place=pl.lit(place, pl.Int32),
        found=pl.lit(0, pl.Int64),
    )


def broken_frame(broken: list[BrokenLine], separator: str) -> pl.DataFrame:
    """Return lines that are no rows as faults; ``found`` is how many fields they have."""
    lines = np.array([one.line for one in broken], np.int64)
    values = pl.Series([separator.join(one.fields)[:500] for one in broken])
    return fault_frame(lines, values, "", "", -1).with_columns(
        code=pl.Series([one.code for one in broken]),
        found=pl.Series([len(one.fields) for one in broken], dtype=pl.Int64),
    )


def sha256_of(path: Path) -> str:
    """Return the SHA-256 of a file's bytes."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
