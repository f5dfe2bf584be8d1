"""The catalogue of a set, ``set.json``: what it does not list does not exist.

Every change writes its parts under temporary names, syncs them to disk, renames them, and at the
very end replaces ``set.json`` in one move. A process that dies anywhere before that move leaves the
old state; what it left lying about is swept away by the next writer or reader that finds no writer.
"""

import contextlib
import fcntl
import hashlib
import json
import os
import shutil
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from tamgha.risk.schema.errors import SetError
from tamgha.shared.words import Words

FORMAT = 1
CATALOGUE = "set.json"
LOCK = ".lock"
TEMPORARY = ".tmp-"
ROW_GROUP = 262_144


@dataclass(frozen=True, slots=True)
class Part:
    """One immutable Parquet file of items.

    Parameters
    ----------
    path : relative to the set's folder
    month : "2020-01", month of ``day``
    rows : count
    first_lodged, last_lodged : microseconds since 1970 in UTC
    first_day, last_day : ISO dates
    hs_editions : editions that occur
    with_hours : whether any row has a time of day
    """

    path: str
    month: str
    rows: int
    first_lodged: int
    last_lodged: int
    first_day: str
    last_day: str
    hs_editions: tuple[int, ...]
    with_hours: bool


@dataclass(frozen=True, slots=True)
class Source:
    """One file that was taken in.

    Parameters
    ----------
    name : file name as given
    sha256 : of its bytes
    taken, refused : rows
    mapping : name of the mapping
    at : ISO moment in UTC, or "" when nobody said
    holds : "items", "findings" or "both"
    """

    name: str
    sha256: str
    taken: int
    refused: int = 0
    mapping: str = ""
    at: str = ""
    holds: str = "items"


@dataclass(frozen=True, slots=True)
class FindingsPart:
    """One immutable Parquet file of findings; ``path`` relative to the set's folder."""

    path: str
    rows: int


@dataclass(frozen=True, slots=True)
class Catalogue:
    """All that ``set.json`` says.

    Parameters
    ----------
    name : of the set
    simulated : whether the rows were made by a simulator
    currency : ISO 4217 of the amounts that are not in a row's own currency, or ""
    timezone : IANA name of the place where days and hours are counted
    finding_delay_days : days after lodging at which replayed findings are taken to be known
    has_random_stratum : whether a random share of all trade was examined
    declarations : distinct declarations
    """

    name: str
    simulated: bool
    currency: str = ""
    timezone: str = "UTC"
    finding_delay_days: int | None = None
    has_random_stratum: bool = False
    declarations: int = 0
    parts: tuple[Part, ...] = ()
    findings: tuple[FindingsPart, ...] = ()
    sources: tuple[Source, ...] = ()
    findings_summary: dict[str, object] = field(default_factory=dict)
    notes: tuple[tuple[str, str], ...] = ()


def read_catalogue(folder: Path) -> tuple[Catalogue, str]:
    """Return the catalogue of a set's folder, and the SHA-256 of its text.

    Raises
    ------
    SetError
        If the folder is no set, or the set is of another format.
    """
    try:
        raw = (folder / CATALOGUE).read_bytes()
    except (FileNotFoundError, NotADirectoryError) as error:
        raise SetError(
            Words(
                f"{folder} is no declarations set: it has no {CATALOGUE}. Take a file in first.",
                f"{folder} — не набор деклараций: в нём нет {CATALOGUE}. Сначала загрузите файл.",
            )
        ) from error
    try:
        told = json.loads(raw)
        {FORMAT: None}[told.pop("format")]  # a KeyError when it is of another format
        told["parts"] = tuple(
            Part(**{**part, "hs_editions": tuple(part["hs_editions"])}) for part in told["parts"]
        )
        told["findings"] = tuple(FindingsPart(**part) for part in told["findings"])
        told["sources"] = tuple(Source(**source) for source in told["sources"])
        told["notes"] = tuple((en, ru) for en, ru in told["notes"])
        catalogue = Catalogue(**told)
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise SetError(
            Words(
                f"{folder / CATALOGUE} is not a catalogue of format {FORMAT}: {error}. "
                "Take the file in again into a new folder.",
                f"{folder / CATALOGUE} — не каталог формата {FORMAT}: {error}. "
                "Загрузите файл заново в новую папку.",
            )
        ) from error
    return catalogue, hashlib.sha256(raw).hexdigest()


def write_catalogue(folder: Path, catalogue: Catalogue) -> None:
    """Replace ``set.json`` in one move; all parts it lists must be on disk already."""
    told = {"format": FORMAT, **asdict(catalogue)}
    text = json.dumps(told, ensure_ascii=False, indent=1, sort_keys=False)
    write_whole(folder / CATALOGUE, text.encode())


def write_whole(path: Path, content: bytes) -> None:
    """Write a file so that it is either the old one or the whole new one, also after a power cut."""
    temporary = path.with_name(f"{TEMPORARY}{os.getpid()}-{path.name}")
    with temporary.open("wb") as stream:
        stream.write(content)
        stream.flush()
        os.fsync(stream.fileno())
    temporary.replace(path)
    sync_folder(path.parent)


def write_part(folder: Path, table: pa.Table, *, dictionary: list[str]) -> str:
    """Write an immutable Parquet file named by its content; return its name.

    Parameters
    ----------
    folder : made when missing
    table : written as it stands
    dictionary : columns that are dictionary-encoded in the file
    """
    make_folder(folder)
    temporary = folder / f"{TEMPORARY}{os.getpid()}.parquet"
    ranged = [name for name in ("lodged", "day", "known") if name in table.column_names]
    pq.write_table(
        table,
        temporary,
        row_group_size=ROW_GROUP,
        compression="snappy",
        use_dictionary=dictionary,
        write_statistics=ranged,
        store_schema=False,  # so that encoded text is read back as plain text
    )
    digest = hashlib.sha256()
    with temporary.open("r+b") as stream:
        while block := stream.read(1 << 20):
            digest.update(block)
        os.fsync(stream.fileno())
    name = f"{digest.hexdigest()[:32]}.parquet"
    temporary.replace(folder / name)
    sync_folder(folder)
    return name


def make_folder(folder: Path) -> None:
    """Make a folder and those above it, and sync their names to disk."""
    missing = []
    while not folder.exists():
        missing.append(folder)
        folder = folder.parent
    for path in reversed(missing):
        path.mkdir(exist_ok=True)
        sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    """Put the names in a folder on disk."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


@contextlib.contextmanager
def only_writer(folder: Path, *, wait: bool = True) -> Iterator[bool]:
    """Hold the set's lock; yields whether it was got (always, when ``wait``)."""
    make_folder(folder)
    with (folder / LOCK).open("a") as stream:
        try:
            fcntl.flock(stream, fcntl.LOCK_EX if wait else fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
            return
        yield True


def sweep(folder: Path) -> None:
    """Remove what no catalogue lists: leavings of a writer that died. Call it under the lock."""
    listed: set[Path] = set()
    if (folder / CATALOGUE).is_file():
        catalogue, _ = read_catalogue(folder)
        listed = {folder / part.path for part in catalogue.parts}
        listed |= {folder / part.path for part in catalogue.findings}
    for path in folder.glob(f"{TEMPORARY}*"):
        if path.is_dir():
            shutil.rmtree(path, ignore_errors=True)
        else:
            path.unlink(missing_ok=True)
    for kind in ("items", "findings"):
        for path in sorted((folder / kind).rglob("*")):
            if path.is_file() and path not in listed:
                path.unlink(missing_ok=True)
