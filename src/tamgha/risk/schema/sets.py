"""A declarations set: immutable Parquet by month, its findings, and what it can and cannot say."""

import itertools
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import polars as pl
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from tamgha.risk.schema.catalogue import (
    LOCK,
    Catalogue,
    FindingsPart,
    Part,
    Source,
    only_writer,
    read_catalogue,
    sweep,
    write_catalogue,
    write_part,
)
from tamgha.risk.schema.claims import claims_of
from tamgha.risk.schema.columns import (
    COLUMNS,
    FINDING_COLUMNS,
    FINDING_SCHEMA,
    ITEM_SCHEMA,
    SORT_KEYS,
)
from tamgha.risk.schema.errors import SchemaError, SetError
from tamgha.risk.schema.tables import in_order, whole_findings, whole_items
from tamgha.shared.words import Words

UNREPEATED = "declaration"
ENCODED = [n for n, column in COLUMNS.items() if column.is_text and n != UNREPEATED]
FINDINGS_ENCODED = [
    n for n, column in FINDING_COLUMNS.items() if column.is_text and n != UNREPEATED
]
ROWS_PER_PART = 1_000_000


@dataclass(frozen=True, slots=True)
class FindingsSummary:
    """What is known of a set's findings.

    Parameters
    ----------
    rows : versions of findings
    items : distinct items that were examined
    found : items whose latest version names an irregularity that was not overturned
    first_known, last_known : days, None without findings
    ways : items by way of selection, latest version
    with_inclusion : items whose probability of examination is known
    with_value : items whose duty or penalty is known
    """

    rows: int = 0
    items: int = 0
    found: int = 0
    first_known: date | None = None
    last_known: date | None = None
    ways: tuple[tuple[str, int], ...] = ()
    with_inclusion: int = 0
    with_value: int = 0


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a set is, and what it can and cannot say.

    Parameters
    ----------
    name : of the set
    simulated : made by a simulator
    currency : of amounts outside a row's own currency; "" when nobody said
    timezone : IANA name of the place where days and hours are counted
    hs_editions : editions that occur, ascending
    sources : files taken in, in order
    months : "2020-01" …, ascending
    rows, declarations : counts
    first_day, last_day : None for an empty set
    findings : summary
    has_random_stratum : whether a random share of all trade was examined
    finding_delay_days : days after lodging at which replayed findings are taken to be known;
        None when the file gave the day itself
    has_hours : whether any row has a time of day
    can, cannot : claims that these data carry, and claims that they do not, in words
    fingerprint : SHA-256 of the catalogue; changes with every change of the set
    """

    name: str
    simulated: bool
    currency: str
    timezone: str
    hs_editions: tuple[int, ...]
    sources: tuple[Source, ...]
    months: tuple[str, ...]
    rows: int
    declarations: int
    first_day: date | None
    last_day: date | None
    findings: FindingsSummary
    has_random_stratum: bool
    finding_delay_days: int | None
    has_hours: bool
    can: tuple[Words, ...]
    cannot: tuple[Words, ...]
    fingerprint: str


class DeclarationSet:
    """Rows of declarations on disk, read in canonical order.

    Parameters
    ----------
    folder : the set's folder
    catalogue : what ``set.json`` says
    fingerprint : SHA-256 of ``set.json``
    """

    def __init__(self, folder: Path, catalogue: Catalogue, fingerprint: str) -> None:
        self.folder = folder
        self.catalogue = catalogue
        self._fingerprint = fingerprint

    @classmethod
    def open(cls, path: Path | str) -> "DeclarationSet":
        """Open a set; leavings of a writer that died are swept away on the way.

        Raises
        ------
        SetError
            If the folder holds no set.
        """
        folder = Path(path)
        read_catalogue(folder)
        _sweep_if_idle(folder)
        return cls(folder, *read_catalogue(folder))

    @property
    def manifest(self) -> Manifest:
        """What the set is, and what it can and cannot say."""
        told = self.catalogue
        summary = _summary_from(told.findings_summary)
        days = [part.first_day for part in told.parts] + [part.last_day for part in told.parts]
        hs_editions = tuple(sorted({year for part in told.parts for year in part.hs_editions}))
        has_hours = any(part.with_hours for part in told.parts)
        rows = sum(part.rows for part in told.parts)
        can, cannot = claims_of(told, hs_editions=hs_editions, has_hours=has_hours, rows=rows)
        return Manifest(
            name=told.name,
            simulated=told.simulated,
            currency=told.currency,
            timezone=told.timezone,
            hs_editions=hs_editions,
            sources=told.sources,
            months=tuple(sorted({part.month for part in told.parts})),
            rows=rows,
            declarations=told.declarations,
            first_day=date.fromisoformat(min(days)) if days else None,
            last_day=date.fromisoformat(max(days)) if days else None,
            findings=summary,
            has_random_stratum=told.has_random_stratum,
            finding_delay_days=told.finding_delay_days,
            has_hours=has_hours,
            can=can,
            cannot=cannot,
            fingerprint=self._fingerprint,
        )

    def parts(self) -> list[Path]:
        """Return the Parquet files of items, in the order of their first row."""
        ordered = sorted(self.catalogue.parts, key=lambda part: (part.first_lodged, part.path))
        return [self.folder / part.path for part in ordered]

    def findings_parts(self) -> list[Path]:
        """Return the Parquet files of findings."""
        return [self.folder / part.path for part in self.catalogue.findings]

    @property
    def parts_are_in_order(self) -> bool:
        """Whether the parts, read one after the other, are in canonical order already."""
        ordered = sorted(self.catalogue.parts, key=lambda part: (part.first_lodged, part.path))
        return all(
            earlier.last_lodged < later.first_lodged
            for earlier, later in itertools.pairwise(ordered)
        )

    def items(
        self, columns: Sequence[str] | None = None, dictionary: Collection[str] = ()
    ) -> pa.Table:
        """Return the rows in canonical order: by (lodged, declaration, item).

        Parameters
        ----------
        columns : names, in the order wanted; None for all
        dictionary : names of text columns to be dictionary-encoded (codes straight from Parquet,
            one dictionary for the whole column, in no particular order)

        Returns
        -------
        pyarrow.Table
            Types of ``ITEM_SCHEMA``; columns may have several chunks.

        Raises
        ------
        SchemaError
            If a column is unknown, or one that is not text is to be dictionary-encoded.
        """
        wanted = list(ITEM_SCHEMA.names if columns is None else columns)
        encoded = _known_text(dictionary, wanted)
        if not self.catalogue.parts:
            return _encode(ITEM_SCHEMA.empty_table().select(wanted), encoded)
        settled = self.parts_are_in_order
        read = wanted if settled else list(dict.fromkeys((*wanted, *SORT_KEYS)))
        tables = [
            pq.read_table(path, columns=read, read_dictionary=encoded, partitioning=None)
            for path in self.parts()
        ]
        table = pa.concat_tables(tables)
        if encoded:
            table = table.unify_dictionaries()
        if not settled:
            table = in_order(table)
        return table.select(wanted)

    def findings(self, as_of: date | None = None) -> pa.Table:
        """Return one row per examined item: the latest version known.

        Parameters
        ----------
        as_of : day
            Versions that became known after it do not exist yet; None for all.

        Returns
        -------
        pyarrow.Table
            Of ``FINDING_SCHEMA``, sorted by declaration and item. ``found`` stands as it was written;
            a version whose ``state`` is "overturned" counts as not found (``outcomes`` applies that).
        """
        table = self.all_findings()
        if as_of is not None:
            table = table.filter(pc.less_equal(table["known"], pa.scalar(as_of, pa.date32())))
        return latest_versions(table)

    def all_findings(self) -> pa.Table:
        """Return every version of every finding, sorted by declaration, item, version."""
        paths = self.findings_parts()
        if not paths:
            return FINDING_SCHEMA.empty_table()
        table = pa.concat_tables([pq.read_table(path, partitioning=None) for path in paths])
        return whole_findings(table)

    def outcomes(self, as_of: date | None = None) -> pa.Table:
        """Return what is known of each row, aligned with ``items()``.

        An item that was examined by the day and whose result came later counts as examined, its
        result as out: ``found``, ``known`` and ``value`` are NULL.

        Parameters
        ----------
        as_of : day, or None for all that is known

        Returns
        -------
        pyarrow.Table
            ``examined`` (bool), ``found`` (bool, NULL when not examined or the result is out;
            overturned is not found), ``known`` (date32), ``value`` (float64: duty + penalty, NULL
            when neither is known), ``way`` (string), ``inclusion`` (float64 in (0, 1], NULL when
            unknown).
        """
        keys = frame_of(self.items(["declaration", "item"]))
        every = self.all_findings()
        if as_of is not None:
            by_then = pc.less_equal(every["known"], pa.scalar(as_of, pa.date32()))
            known = frame_of(latest_versions(every.filter(by_then)))
        else:
            known = frame_of(latest_versions(every))
        told = known.select(
            "declaration",
            "item",
            pl.lit(value=True).alias("examined"),
            (pl.col("found") & (pl.col("state") != "overturned")).alias("found"),
            "known",
            pl.when(pl.col("duty").is_null() & pl.col("penalty").is_null())
            .then(None)
            .otherwise(pl.col("duty").fill_null(0.0) + pl.col("penalty").fill_null(0.0))
            .alias("value"),
            "way",
            "inclusion",
        )
        if as_of is not None:
            told = pl.concat([told, _still_out(frame_of(every), known, as_of)])
        joined = keys.join(told, on=["declaration", "item"], how="left", maintain_order="left")
        table = joined.select(pl.col("examined").fill_null(value=False), *OUTCOME_SCHEMA.names[1:])
        return table.to_arrow().cast(OUTCOME_SCHEMA)


def _still_out(every: pl.DataFrame, known: pl.DataFrame, as_of: date) -> pl.DataFrame:
    """Return the items examined by a day of which nothing was known by then, as outcomes."""
    began = every.filter(pl.col("examined") <= as_of)
    first = began.unique(["declaration", "item"], keep="first", maintain_order=True)
    out = first.join(known, on=["declaration", "item"], how="anti")
    nothing = [pl.lit(None, pl.Boolean).alias("found"), pl.lit(None, pl.Date).alias("known")]
    return out.select(
        "declaration",
        "item",
        pl.lit(value=True).alias("examined"),
        *nothing,
        pl.lit(None, pl.Float64).alias("value"),
        "way",
        "inclusion",
    )


OUTCOME_SCHEMA = pa.schema(
    [
        ("examined", pa.bool_()),
        ("found", pa.bool_()),
        ("known", pa.date32()),
        ("value", pa.float64()),
        ("way", pa.string()),
        ("inclusion", pa.float64()),
    ]
)
"""Arrow schema of ``DeclarationSet.outcomes``."""


def latest_versions(findings: pa.Table) -> pa.Table:
    """Return the row with the highest version of each declaration and item, sorted by both."""
    if not len(findings) or pc.max(findings["version"]).as_py() == 1:
        return findings  # no second version of anything
    last = (
        frame_of(findings)
        .sort("declaration", "item", "version")
        .unique(["declaration", "item"], keep="last", maintain_order=True)
    )
    return last.to_arrow().cast(findings.schema)


def write_set(  # noqa: PLR0913 -- facts of the set, by keyword only
    path: Path | str,
    items: pa.Table,
    findings: pa.Table | None = None,
    *,
    name: str,
    simulated: bool,
    currency: str = "",
    timezone: str = "UTC",
    finding_delay_days: int | None = None,
    has_random_stratum: bool | None = None,
    sources: Sequence[Source] = (),
) -> DeclarationSet:
    """Write a new set from tables, for simulators and tests; files come in by ``Intake``.

    Parameters
    ----------
    path : a folder that does not exist, or is empty
    items : rows with the required columns; ``item``, ``day`` and ``hour`` are derived when missing
    findings : all versions, or None
    name, simulated, currency, timezone, finding_delay_days : as in ``Manifest``
    has_random_stratum : None to look whether any finding has the way "random"
    sources : where the rows come from

    Returns
    -------
    DeclarationSet
        Opened.

    Raises
    ------
    SchemaError
        If a table does not fit the schema, or declaration and item are not unique.
    SetError
        If the folder holds something already.
    """
    folder = Path(path)
    rows = whole_items(items, timezone=timezone)
    if repeated := _repeated(rows, ["declaration", "item"]):
        raise SchemaError(
            Words(
                f"Declaration and item must be unique; {repeated} rows repeat an earlier one.",
                f"Номер декларации и товара не повторяются; повторов: {repeated}.",
            )
        )
    told = whole_findings(findings) if findings is not None else FINDING_SCHEMA.empty_table()
    if repeated := _repeated(told, ["declaration", "item", "version"]):
        raise SchemaError(
            Words(
                f"Versions of a finding must be unique; {repeated} rows repeat an earlier one.",
                f"Версии результата не повторяются; повторов: {repeated}.",
            )
        )
    with only_writer(folder):
        sweep(folder)
        if any(child.name not in (LOCK, "items", "findings") for child in folder.iterdir()):
            raise SetError(
                Words(
                    f"{folder} is not empty; a new set needs a folder of its own.",
                    f"Папка {folder} не пуста; новому набору нужна своя папка.",
                )
            )
        catalogue = Catalogue(
            name=name,
            simulated=simulated,
            currency=currency,
            timezone=timezone,
            finding_delay_days=finding_delay_days,
            declarations=pc.count_distinct(rows["declaration"]).as_py(),
            parts=write_items(folder, rows),
            findings=write_findings(folder, told),
            sources=tuple(sources),
        )
        catalogue = with_summary(catalogue, told)
        if has_random_stratum is not None:
            catalogue = replace(catalogue, has_random_stratum=has_random_stratum)
        write_catalogue(folder, catalogue)
    return DeclarationSet.open(folder)


def write_items(folder: Path, rows: pa.Table) -> tuple[Part, ...]:
    """Write whole rows in canonical order as parts, month by month; the catalogue is not touched."""
    parts: list[Part] = []
    months = pc.strftime(rows["day"], format="%Y-%m")
    for month in sorted(pc.unique(months).to_pylist()):
        of_month = rows.filter(pc.equal(months, month))
        parts += [
            write_item_part(folder, of_month.slice(start, ROWS_PER_PART), month)
            for start in range(0, len(of_month), ROWS_PER_PART)
        ]
    return tuple(parts)


def write_item_part(folder: Path, rows: pa.Table, month: str) -> Part:
    """Write one part of whole rows of one month, in canonical order."""
    name = write_part(folder / "items" / month, rows, dictionary=ENCODED)
    lodged = pc.min_max(rows["lodged"].cast(pa.int64())).as_py()
    days = pc.min_max(rows["day"]).as_py()
    return Part(
        path=f"items/{month}/{name}",
        month=month,
        rows=len(rows),
        first_lodged=lodged["min"],
        last_lodged=lodged["max"],
        first_day=days["min"].isoformat(),
        last_day=days["max"].isoformat(),
        hs_editions=tuple(sorted(pc.unique(rows["hs_edition"]).to_pylist())),
        with_hours=rows["hour"].null_count < len(rows),
    )


def write_findings(folder: Path, findings: pa.Table) -> tuple[FindingsPart, ...]:
    """Write whole findings as one part, or none when there are none."""
    if not len(findings):
        return ()
    name = write_part(folder / "findings", findings, dictionary=FINDINGS_ENCODED)
    return (FindingsPart(path=f"findings/{name}", rows=len(findings)),)


def with_summary(catalogue: Catalogue, findings: pa.Table) -> Catalogue:
    """Return the catalogue with the summary of all versions of findings."""
    summary = summary_of(findings)
    ways = summary.get("ways", [])
    random = any(way == "random" for way, _ in ways) if isinstance(ways, list) else False
    return replace(catalogue, findings_summary=summary, has_random_stratum=random)


def summary_of(findings: pa.Table) -> dict[str, object]:
    """Return the summary of all versions of findings, as the catalogue keeps it; {} for none."""
    if not len(findings):
        return {}
    latest = frame_of(latest_versions(findings))
    known = frame_of(findings.select(["known"]))["known"]
    first, last = known.min(), known.max()
    ways = latest["way"].value_counts().sort("way").rows()
    return {
        "rows": len(findings),
        "items": len(latest),
        "found": latest.select((pl.col("found") & (pl.col("state") != "overturned")).sum()).item(),
        "first_known": first.isoformat() if isinstance(first, date) else None,
        "last_known": last.isoformat() if isinstance(last, date) else None,
        "ways": [[way, count] for way, count in ways],
        "with_inclusion": len(latest) - latest["inclusion"].null_count(),
        "with_value": latest.select(
            (pl.col("duty").is_not_null() | pl.col("penalty").is_not_null()).sum()
        ).item(),
    }


def frame_of(table: pa.Table) -> pl.DataFrame:
    """Return an Arrow table as a Polars frame."""
    frame = pl.from_arrow(table)
    if not isinstance(frame, pl.DataFrame):
        raise TypeError("a table makes a frame")
    return frame


def merged_summary(one: Mapping[str, object], other: Mapping[str, object]) -> dict[str, object]:
    """Return the summary of findings about items that the two do not share."""
    if not one or not other:
        return dict(one or other)
    counts = ("rows", "items", "found", "with_inclusion", "with_value")
    merged: dict[str, object] = {
        name: int(str(one[name])) + int(str(other[name])) for name in counts
    }
    firsts = [str(day) for day in (one["first_known"], other["first_known"]) if day]
    lasts = [str(day) for day in (one["last_known"], other["last_known"]) if day]
    merged["first_known"] = min(firsts, default=None)
    merged["last_known"] = max(lasts, default=None)
    ways: dict[str, int] = {}
    for told in (one["ways"], other["ways"]):
        for way, count in told if isinstance(told, list) else ():
            ways[way] = ways.get(way, 0) + count
    merged["ways"] = sorted([way, count] for way, count in ways.items())
    return merged


def _summary_from(told: Mapping[str, object]) -> FindingsSummary:
    if not told:
        return FindingsSummary()
    first, last, ways = told["first_known"], told["last_known"], told["ways"]
    counts = {name: int(str(told[name])) for name in ("rows", "items", "found")}
    return FindingsSummary(
        **counts,
        first_known=date.fromisoformat(str(first)) if first else None,
        last_known=date.fromisoformat(str(last)) if last else None,
        ways=tuple((way, n) for way, n in ways) if isinstance(ways, list) else (),
        with_inclusion=int(str(told["with_inclusion"])),
        with_value=int(str(told["with_value"])),
    )


def _repeated(table: pa.Table, keys: list[str]) -> int:
    return len(table) - len(table.select(keys).group_by(keys).aggregate([]))


def _known_text(dictionary: Collection[str], wanted: Sequence[str]) -> list[str]:
    if unknown := [name for name in (*wanted, *dictionary) if name not in COLUMNS]:
        raise SchemaError(
            Words(
                f"No such column: {', '.join(unknown)}. Known are: {', '.join(COLUMNS)}.",
                f"Нет такого столбца: {', '.join(unknown)}. Известны: {', '.join(COLUMNS)}.",
            )
        )
    if wrong := [name for name in dictionary if not COLUMNS[name].is_text]:
        raise SchemaError(
            Words(
                f"Only text can be dictionary-encoded; not {', '.join(wrong)}.",
                f"Кодировать словарём можно только текст; не {', '.join(wrong)}.",
            )
        )
    return [name for name in dictionary if name in wanted]


def _encode(table: pa.Table, names: Collection[str]) -> pa.Table:
    for name in names:
        place = table.column_names.index(name)
        table = table.set_column(place, name, table[name].dictionary_encode())
    return table


def _sweep_if_idle(folder: Path) -> None:
    try:
        with only_writer(folder, wait=False) as alone:
            if alone:
                sweep(folder)
    except PermissionError:
        return  # a set on read-only media has no writer, and nothing to sweep
