"""The store phase: good rows become parts of a set, all of them or none."""

import csv
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

from tamgha.risk.schema.catalogue import (
    Catalogue,
    Part,
    Source,
    only_writer,
    read_catalogue,
    sweep,
    write_catalogue,
)
from tamgha.risk.schema.check import LABEL, LINE, Progress
from tamgha.risk.schema.checked import Checked
from tamgha.risk.schema.columns import COLUMNS, FINDING_COLUMNS
from tamgha.risk.schema.errors import SetError
from tamgha.risk.schema.faults import LINE_FAULTS, TEMPLATED, expected_of
from tamgha.risk.schema.keys import key_hashes
from tamgha.risk.schema.reading import batches
from tamgha.risk.schema.sets import (
    DeclarationSet,
    frame_of,
    merged_summary,
    summary_of,
    write_findings,
    write_item_part,
)
from tamgha.risk.schema.tables import whole_findings, whole_items
from tamgha.shared.words import Words

ROWS_AT_ONCE = 500_000
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")


@dataclass(frozen=True, slots=True)
class Stretch:
    """Some consecutive days of one month that become one part."""

    month: str
    first: date
    last: date
    rows: int


def stretches(checked: Checked) -> list[Stretch]:
    """Cut the good rows into parts: whole days, one month each, at most half a million rows."""
    sums: dict[date, int] = {}
    for batch in checked.day_counts:
        for text, count in batch:
            sums[date.fromisoformat(text)] = sums.get(date.fromisoformat(text), 0) + count
    cut: list[Stretch] = []
    for day in sorted(sums):
        month = f"{day:%Y-%m}"
        last = cut[-1] if cut else None
        if last and last.month == month and last.rows + sums[day] <= ROWS_AT_ONCE:
            cut[-1] = Stretch(month, last.first, day, last.rows + sums[day])
        else:
            cut.append(Stretch(month, day, day, sums[day]))
    return cut


def groups(cut: list[Stretch]) -> Iterator[list[Stretch]]:
    """Gather stretches that are read in one go: up to half a million rows together."""
    gathered: list[Stretch] = []
    for stretch in cut:
        if gathered and sum(s.rows for s in gathered) + stretch.rows > ROWS_AT_ONCE:
            yield gathered
            gathered = []
        gathered.append(stretch)
    if gathered:
        yield gathered


class Ready:
    """The rows that a check laid ready, by day."""

    def __init__(self, checked: Checked) -> None:
        self.checked = checked
        late = list(checked.work.glob("late-*.arrow"))
        dropped = [pl.read_ipc(path, columns=[LINE]) for path in late]
        self.dropped = pl.concat(dropped)[LINE].sort() if dropped else pl.Series(LINE, [], pl.Int64)
        self.spans = [
            (date.fromisoformat(days[0][0]), date.fromisoformat(days[-1][0])) if days else None
            for days in checked.day_counts
        ]

    def rows(self, first: date, last: date, day: str = "day") -> pl.DataFrame:
        """Return the rows of the days from first to last."""
        found = []
        for number, span in enumerate(self.spans):
            if span is None or span[0] > last or span[1] < first:
                continue
            frame = pl.read_ipc(self.checked.work / f"good-{number:06}.arrow")
            wanted = []
            if span[0] < first or span[1] > last:
                wanted.append(pl.col(day).is_between(first, last))
            dropped = self._dropped_between(frame[LINE])
            if len(dropped):
                wanted.append(~pl.col(LINE).is_in(dropped.implode()))
            found.append(frame.filter(*wanted) if wanted else frame)
        return pl.concat(found)

    def _dropped_between(self, lines: pl.Series) -> pl.Series:
        """Return the dropped lines among those of a stretch of the file, which ascend."""
        if not len(lines):
            return lines
        start = int(self.dropped.search_sorted(lines[0], side="left"))
        stop = int(self.dropped.search_sorted(lines[-1], side="right"))
        return self.dropped.slice(start, stop - start)


def store_items(
    checked: Checked,
    folder: Path,
    catalogue: Catalogue,
    progress: Callable[[Progress], None] | None = None,
) -> Catalogue:
    """Write the good rows and their labels as parts; return the catalogue that would list them."""
    ready, parts, findings = Ready(checked), list(catalogue.parts), list(catalogue.findings)
    summary, declarations, done = catalogue.findings_summary, [np.empty(0, np.uint64)], 0
    for gathered in groups(stretches(checked)):
        rows = _sorted(ready.rows(gathered[0].first, gathered[-1].last))
        for stretch in gathered:
            own = _between(rows, stretch)
            if not len(own):
                continue
            parts.append(_item_part(folder, own, stretch, checked))
            declarations.append(_distinct(own["declaration"]))
            done += len(own)
            if checked.mapping.has_labels and "findings.found" in own.columns:
                labels = _labels(own, checked)
                findings += write_findings(folder, labels)
                summary = merged_summary(summary, summary_of(labels))
            if progress is not None:
                progress(Progress("store", done, checked.good, done, checked.fault_count))
    fresh = _sorted_once(np.concatenate(declarations))
    known = _known_declarations(folder, catalogue)
    return replace(
        catalogue,
        parts=tuple(parts),
        findings=tuple(findings),
        findings_summary=summary,
        declarations=catalogue.declarations + len(np.setdiff1d(fresh, known, assume_unique=True)),
    )


def _sorted(rows: pl.DataFrame) -> pl.DataFrame:
    """Return rows in canonical order.

    Files often number declarations in the order they came: then moments alone decide, and a
    sort that keeps the order of equals does not need to compare names.
    """
    if _is_sorted(rows):
        return rows
    by_moment = rows.sort("lodged", maintain_order=True)
    if _is_sorted(by_moment):
        return by_moment
    return rows.sort("lodged", "declaration", "item")


def _is_sorted(rows: pl.DataFrame) -> bool:
    """Return whether rows are in canonical order already, as files of an office often are."""
    lodged, name, item = pl.col("lodged"), pl.col("declaration"), pl.col("item")
    within = (name < name.shift()) | ((name == name.shift()) & (item < item.shift()))
    back = (lodged < lodged.shift()) | ((lodged == lodged.shift()) & within)
    return not rows.select(back.any()).item()


def _between(rows: pl.DataFrame, stretch: Stretch) -> pl.DataFrame:
    """Return the rows of a stretch: a slice, as sorted moments have sorted days."""
    start = int(rows["day"].search_sorted(stretch.first, side="left"))
    stop = int(rows["day"].search_sorted(stretch.last, side="right"))
    return rows.slice(start, stop - start)


def _item_part(folder: Path, rows: pl.DataFrame, stretch: Stretch, checked: Checked) -> Part:
    names = [name for name in rows.columns if name in COLUMNS]
    table = whole_items(
        _to_arrow(rows.select(names)), timezone=checked.mapping.timezone, keep_encoded=True
    )
    return write_item_part(folder, table, stretch.month)


def _to_arrow(frame: pl.DataFrame) -> pa.Table:
    return frame.to_arrow(compat_level=pl.CompatLevel.oldest())


def _known_declarations(folder: Path, catalogue: Catalogue) -> np.ndarray:
    pieces = [np.empty(0, np.uint64)]
    for part in catalogue.parts:
        tables = _key_batches(folder / part.path)
        pieces += [_distinct(table["declaration"]) for table in tables]
    return _sorted_once(np.concatenate(pieces))


def _distinct(names: pl.Series) -> np.ndarray:
    return _sorted_once(names.hash(1).to_numpy())


def _sorted_once(values: np.ndarray) -> np.ndarray:
    """Return the distinct values, sorted; ``np.unique`` hashes, which is slower for many."""
    ranked = np.sort(values)
    return ranked[np.concatenate(([True], ranked[1:] != ranked[:-1]))] if len(ranked) else ranked


def _key_batches(path: Path) -> Iterator[pl.DataFrame]:
    with pq.ParquetFile(path) as file:
        for batch in file.iter_batches(batch_size=262_144, columns=["declaration", "item"]):
            yield frame_of(pa.Table.from_batches([batch]))


def keys_in_set(folder: Path, catalogue: Catalogue) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Yield the two hashes of declaration and item of the set's rows, batch by batch."""
    for part in catalogue.parts:
        for frame in _key_batches(folder / part.path):
            yield key_hashes(frame["declaration"], frame["item"])


def versions_in_set(folder: Path, catalogue: Catalogue) -> dict[tuple[int, int], set[int]]:
    """Return the versions of findings that the set has, by the two hashes of declaration and item."""
    told = frame_of(DeclarationSet(folder, catalogue, "").all_findings())
    first, second = key_hashes(told["declaration"], told["item"])
    versions: dict[tuple[int, int], set[int]] = {}
    for one, two, version in zip(first.tolist(), second.tolist(), told["version"], strict=True):
        versions.setdefault((one, two), set()).add(version)
    return versions


def _labels(rows: pl.DataFrame, checked: Checked) -> pa.Table:
    """Return the labels beside declarations as findings, known some days after lodging."""
    mapping = checked.mapping
    labelled = rows.filter(pl.col("findings.found").is_not_null()).sort("declaration", "item")
    names = {name.removeprefix(LABEL): name for name in rows.columns if name.startswith(LABEL)}
    columns = [pl.col("declaration"), pl.col("item")]
    columns += [pl.col(name).alias(own) for own, name in names.items()]
    defaults = {"version": pl.lit(1, pl.Int32), "state": pl.lit("final"), "way": pl.lit("other")}
    columns += [value.alias(name) for name, value in defaults.items() if name not in names]
    if "known" not in names:
        delay = timedelta(days=mapping.delay_days or 0)
        columns.append((pl.col("day") + delay).alias("known"))
    return whole_findings(_to_arrow(labelled.select(columns)))


def store_findings(checked: Checked, folder: Path, catalogue: Catalogue) -> Catalogue:
    """Write findings that came later; versions that no field gives follow those of the set."""
    ready = Ready(checked)
    first, last = checked.first_day, checked.last_day
    if first is None or last is None:
        return catalogue
    rows = ready.rows(first, last, day="known")
    names = [name for name in rows.columns if name in FINDING_COLUMNS]
    told = DeclarationSet(folder, catalogue, "").all_findings()
    frame = rows.select(names)
    if "version" not in names:
        frame = _numbered(rows.select(LINE, *names), told)
    table = whole_findings(_to_arrow(frame))
    added = replace(catalogue, findings=(*catalogue.findings, *write_findings(folder, table)))
    return replace(
        added, findings_summary=summary_of(whole_findings(pa.concat_tables([told, table])))
    )


def _numbered(rows: pl.DataFrame, told: pa.Table) -> pl.DataFrame:
    known = frame_of(told.select(["declaration", "item", "version"]))
    highest = known.group_by("declaration", "item").agg(pl.col("version").max().alias("last"))
    joined = rows.sort("known", LINE).join(highest, on=["declaration", "item"], how="left")
    place = pl.int_range(1, pl.len() + 1, dtype=pl.Int32).over("declaration", "item")
    version = (pl.col("last").fill_null(0) + place).cast(pl.Int32)
    return joined.with_columns(version=version).drop("last", LINE)


def write_rejects(checked: Checked, target: Path) -> int:
    """Write the refused rows: the columns of the file verbatim, then what is wrong with each.

    A comma separates; UTF-8, with a mark when there is more than ASCII, so that
    spreadsheets read it. A value that a spreadsheet would run as a formula gets an apostrophe before
    it. A row with surplus fields keeps them behind the fault.

    Returns
    -------
    int
        Rows written.
    """
    width, most = len(checked.shape.header), checked.most_fields()
    said, written = _grouped(checked), 0
    temporary = target.with_name(f".tmp-{target.name}")
    with temporary.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\r\n")
        spare = [f"surplus {n + 1}" for n in range(most - width)]
        head = [*map(safe_cell, checked.shape.header), "fault", *spare]
        stream.write("" if _is_ascii(checked) else "\ufeff")
        writer.writerow(head)
        for line, fields in _raw_rows(checked, checked.refused_lines()):
            place, fault = next(said)
            if place != line:
                raise _changed(checked.file)
            own = [safe_cell(value) for value in fields[:width]]
            extra = [safe_cell(value) for value in fields[width:]]
            row = [*own, *[""] * (width - len(own)), fault, *extra]
            writer.writerow([*row, *[""] * (len(head) - len(row))])
            written += 1
        stream.flush()
        os.fsync(stream.fileno())
    temporary.replace(target)
    return written


def _is_ascii(checked: Checked) -> bool:
    plain = checked.shape.encoding in ("", "utf-8", "ascii")
    with checked.file.open("rb") as stream:
        return (
            plain
            and checked.shape.kind == "csv"
            and all(block.isascii() for block in iter(lambda: stream.read(1 << 20), b""))
        )


def safe_cell(value: str) -> str:
    """Return a value that no spreadsheet runs: an apostrophe goes before what begins like a formula."""
    if not value.startswith(FORMULA):
        return value
    try:
        float(value.replace(",", "."))
    except ValueError:
        return "'" + value
    return value


def _grouped(checked: Checked) -> Iterator[tuple[int, str]]:
    """Yield (line, all its faults in one text) in the order of the file."""
    rules = {rule.target: rule for rule in checked.plan.rules}
    words: dict[tuple[str, str], tuple[str, str]] = {}
    width, line = len(checked.shape.header), 0
    texts: list[str] = []
    for row, _, target, code, found in checked.raw_faults():
        if row != line and texts:
            yield line, "; ".join(texts)
            texts = []
        line, key = row, (target, code)
        if key not in words:
            where = f"{rules[target].header}: " if target in rules else ""
            expected = expected_of(rules[target], code) if target in rules else LINE_FAULTS[code]
            words[key] = (where, f"expected {expected.en}")
        where, said = words[key]
        said = where + (said.format(width=width, found=found) if code in TEMPLATED else said)
        texts.append(said if texts else f"line {line}, {said}")
    if texts:
        yield line, "; ".join(texts)


def _raw_rows(checked: Checked, lines: np.ndarray) -> Iterator[tuple[int, list[str]]]:
    """Yield the refused rows as they stand in the file, in its order."""
    for batch in batches(checked.file, checked.shape):
        mask = np.isin(batch.lines, lines)
        found = list(
            zip(batch.lines[mask].tolist(), batch.frame.filter(pl.Series(mask)).rows(), strict=True)
        )
        rows = [(line, ["" if cell is None else cell for cell in row]) for line, row in found]
        rows += [(broken.line, list(broken.fields)) for broken in batch.broken]
        yield from sorted(rows, key=lambda row: row[0])


def _changed(file: Path) -> SetError:
    return SetError(
        Words(
            f"{file.name} changed after it was checked. Check it again.",
            f"Файл {file.name} изменился после проверки. Проверьте его заново.",
        )
    )


def publish(
    checked: Checked,
    into: Path,
    *,
    name: str,
    at: str,
    rejects: Path | None,
    progress: Callable[[Progress], None] | None,
) -> DeclarationSet:
    """Store the good rows of a check in a set, under the set's lock, in one move at the end."""
    with only_writer(into):
        sweep(into)
        catalogue, fingerprint = _catalogue_for(checked, into, name)
        refuse_same_file(catalogue, checked.file.name, checked.sha256)
        if fingerprint != checked.against:
            raise SetError(
                Words(
                    f"The set {into} changed after the file was checked. Check the file again.",
                    f"Набор {into} изменился после проверки файла. Проверьте файл заново.",
                )
            )
        if checked.mapping.holds == "items":
            changed = store_items(checked, into, catalogue, progress)
        else:
            changed = store_findings(checked, into, catalogue)
        if rejects is not None:
            write_rejects(checked, rejects)
        holds = "both" if checked.mapping.has_labels else checked.mapping.holds
        source = Source(
            name=checked.file.name,
            sha256=checked.sha256,
            taken=checked.good,
            refused=checked.refused,
            mapping=checked.mapping.name,
            at=at,
            holds=holds,
        )
        write_catalogue(
            into, _told_stratum(replace(changed, sources=(*changed.sources, source)), checked)
        )
    return DeclarationSet.open(into)


def _told_stratum(catalogue: Catalogue, checked: Checked) -> Catalogue:
    told = checked.mapping.random_stratum
    ways = catalogue.findings_summary.get("ways", [])
    seen = any(way == "random" for way, _ in ways) if isinstance(ways, list) else False
    return replace(catalogue, has_random_stratum=seen if told is None else told)


def _catalogue_for(checked: Checked, into: Path, name: str) -> tuple[Catalogue, str]:
    if (into / "set.json").is_file():
        catalogue, fingerprint = read_catalogue(into)
        _refuse_mixture(catalogue, checked.mapping.currency, checked.mapping.timezone)
        return catalogue, fingerprint
    if checked.mapping.holds == "findings":
        raise SetError(
            Words(
                f"Findings belong to declarations; {into} is no set yet. Take in the declarations first.",
                f"Результаты относятся к декларациям, а {into} ещё не набор. Сначала загрузите декларации.",
            )
        )
    fresh = Catalogue(
        name=name or into.name,
        simulated=False,
        currency=checked.mapping.currency,
        timezone=checked.mapping.timezone,
        finding_delay_days=checked.mapping.delay_days if checked.mapping.has_labels else None,
    )
    return fresh, ""


def _refuse_mixture(catalogue: Catalogue, currency: str, timezone: str) -> None:
    for theirs, ours, en, ru in (
        (currency, catalogue.currency, "currency", "валюта"),
        (timezone, catalogue.timezone, "time zone", "часовой пояс"),
    ):
        if theirs and ours and theirs != ours:
            raise SetError(
                Words(
                    f"The set has the {en} {ours}, the mapping says {theirs}. Use another set.",
                    f"В наборе {ru} — {ours}, в сопоставлении — {theirs}. Возьмите другой набор.",
                )
            )


def refuse_same_file(catalogue: Catalogue, name: str, sha256: str) -> None:
    """Refuse a file whose bytes were taken in before."""
    for source in catalogue.sources:
        if source.sha256 == sha256:
            when = f" ({source.at})" if source.at else ""
            raise SetError(
                Words(
                    f"{name} was taken in already, as {source.name}{when}: "
                    f"{source.taken} rows. Nothing was changed.",
                    f"Файл {name} уже загружен как {source.name}{when}: строк "
                    f"{source.taken}. Ничего не изменено.",
                )
            )
