"""Look at a file before anything is taken: what it is, how it is written, its header, a sample."""

import codecs
import csv
import io
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import charset_normalizer

from tamgha.risk.schema.errors import FileError
from tamgha.shared.words import Words

SEPARATORS = (",", ";", "\t", "|")
SAMPLE_BYTES = 262_144
PROBES = 5
INVISIBLE = "\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060\u2066\u2067\u2068\u2069\ufeff"
BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
CYRILLIC = ("cp1251", "cp866", "koi8_r", "mac_cyrillic")
OTHERS = ("cp1254", "cp1252", "cp1250", "gb18030", "cp949", "shift_jis")


@dataclass(frozen=True, slots=True)
class Limits:
    """How much a file may ask of the machine.

    Parameters
    ----------
    columns : fields of the header
    line_bytes : of one record, after decoding to UTF-8
    sheet_bytes : of an unpacked workbook
    sheet_cells : rows times columns of a sheet
    rows : of the whole file
    """

    columns: int = 500
    line_bytes: int = 1 << 20
    sheet_bytes: int = 4 << 30
    sheet_cells: int = 60_000_000
    rows: int = 200_000_000


LIMITS = Limits()


@dataclass(frozen=True, slots=True)
class FileShape:
    """What a file is and how it is written.

    Parameters
    ----------
    kind : "csv", "xlsx" or "parquet"
    size : bytes
    header : names of the fields, in order, as the file has them (without invisible characters)
    header_line : line of the file on which the header stands
    encoding : as Python names it; "" where the format says it
    separator : of the fields; "" where the format says it
    newline : line feed, both, carriage return, or the word "mixed"; "" where there are no lines
    sheet : name of the sheet
    sample : first rows, as text, at most a thousand
    """

    kind: str
    size: int
    header: tuple[str, ...]
    header_line: int = 1
    encoding: str = ""
    separator: str = ""
    newline: str = ""
    sheet: str = ""
    sample: tuple[tuple[str, ...], ...] = ()


def kind_of(path: Path) -> str:
    """Return "csv", "xlsx" or "parquet" by what the file begins with, never by its name.

    Raises
    ------
    FileError
        If there is no such file, it is empty, or it is something else.
    """
    try:
        with path.open("rb") as stream:
            head = stream.read(8)
    except OSError as error:
        raise FileError(
            Words(f"{path} cannot be read.", f"Файл {path} не читается."),
        ) from error
    if not head:
        raise FileError(Words(f"{path.name} is empty.", f"Файл {path.name} пуст."))
    if head.startswith(b"PAR1"):
        return "parquet"
    if head.startswith(b"PK"):
        return "xlsx"
    for magic, what in MAGICS.items():
        if head.startswith(magic):
            raise FileError(
                Words(
                    f"{path.name} is {what}, not a table. Give CSV, XLSX or Parquet.",
                    f"{path.name} — {what}, а не таблица. Нужен CSV, XLSX или Parquet.",
                )
            )
    return "csv"


MAGICS = {
    b"\xd0\xcf\x11\xe0": "XLS/OLE2",
    b"%PDF": "PDF",
    b"\x1f\x8b": "gzip",
    b"7z\xbc\xaf": "7-Zip",
    b"Rar!": "RAR",
    b"\x89PNG": "PNG",
    b"SQLite f": "SQLite",
    b"ARROW1": "Arrow IPC",
    b"\x7fELF": "ELF",
    b"BZh": "bzip2",
    b"\x28\xb5\x2f\xfd": "Zstandard",
}


def find_encoding(path: Path) -> str:
    """Return the encoding of a text file: by its mark, else UTF-8 if all probes are, else by likeness.

    The probes are five stretches over the whole file, so that one accented name at its end is seen.
    """
    size = path.stat().st_size
    with path.open("rb") as stream:
        head = stream.read(SAMPLE_BYTES)
        for mark, name in BOMS:
            if head.startswith(mark):
                return name
        if name := _wide_without_mark(head):
            return name
        probes = [head]
        for turn in range(1, PROBES):
            stream.seek(min(size, size * turn // PROBES))
            probes.append(stream.read(SAMPLE_BYTES // 4))
    telling = [probe for probe in probes if not probe.isascii()]
    if not telling or any(_is_utf8(probe) for probe in telling):
        return "utf-8"
    return _by_likeness(b"\n".join(telling)[:65_536])


def _wide_without_mark(head: bytes) -> str:
    """UTF-16 without a mark: every other byte of Latin digits and separators is zero."""
    if len(head) < 16 or head.count(0) < len(head) // 4:
        return ""
    even, odd = head[0::2].count(0), head[1::2].count(0)
    if max(even, odd) < len(head) // 4 or min(even, odd) > max(even, odd) // 4:
        return ""
    return "utf-16-le" if odd > even else "utf-16-be"


def _is_utf8(probe: bytes) -> bool:
    """Return whether it reads as UTF-8; it may begin and end within a character, and hold a damaged byte here and there."""
    text = probe.decode("utf-8", errors="replace")
    damaged = text.count("\ufffd")
    wide = sum(character > "\x7f" for character in text) - damaged
    return (damaged <= 8 and wide > damaged) or damaged == 0


def _by_likeness(sample: bytes) -> str:
    best = max(CYRILLIC, key=lambda name: _russian_score(sample, name))
    if _russian_score(sample, best) > 0.6:
        return best
    found = charset_normalizer.from_bytes(sample, cp_isolation=[*CYRILLIC, *OTHERS]).best()
    return found.encoding if found else "cp1251"


COMMON = frozenset("оеаинтсрвлкмдпуяыьгзбчйхжшю")


def _russian_score(sample: bytes, encoding: str) -> float:
    """Share of the letters beyond ASCII that are small, common Russian ones, or capitals of words."""
    text = sample.decode(encoding, errors="replace")
    letters = [character for character in text if character > "\x7f"]
    if not letters:
        return 0.0
    good = sum(c in COMMON or (c.lower() in COMMON and c.isupper()) for c in letters)
    capitals = sum(c.isupper() for c in letters) / len(letters)
    return good / len(letters) - (0.2 if 0.5 < capitals < 0.98 else 0.0)


def open_text(path: Path, encoding: str) -> BinaryIO:
    """Open a file; the mark at its beginning, if any, is passed over for UTF-8."""
    stream = path.open("rb")
    if encoding == "utf-8-sig":
        stream.seek(len(codecs.BOM_UTF8))
    return stream


def head_text(path: Path, encoding: str) -> str:
    """Return the beginning of a text file, decoded; damaged bytes become U+FFFD."""
    with path.open("rb") as stream:
        raw = stream.read(SAMPLE_BYTES)
    try:
        text = codecs.getincrementaldecoder(encoding)(errors="replace").decode(raw)
    except LookupError as error:
        raise FileError(
            Words(
                f"No such encoding: {encoding}. Try utf-8, windows-1251 or auto.",
                f"Нет такой кодировки: {encoding}. Попробуйте utf-8, windows-1251 или auto.",
            )
        ) from error
    return text.removeprefix("\ufeff")


def find_newline(text: str) -> str:
    """Return which line end a text has; "mixed" when there are several."""
    pairs, feeds, returns = text.count("\r\n"), text.count("\n"), text.count("\r")
    if not feeds:
        return "\r" if returns else "\n"
    if pairs == feeds == returns:
        return "\r\n"
    return "\n" if not returns else "mixed"


def find_separator(text: str) -> str:
    """Return the separator that gives the same number of fields (above one) on the most lines."""

    def quality(separator: str) -> tuple[float, int]:
        counts = [len(row) for row in rows_of(text, separator, limit=200) if row]
        if not counts:
            return (0.0, 0)
        width, times = Counter(counts).most_common(1)[0]
        return (times / len(counts) if width > 1 else 0.0, width)

    return max(SEPARATORS, key=quality)


def rows_of(text: str, separator: str, *, limit: int) -> list[list[str]]:
    """Return the first records of a text; the last one may be cut off and is left out."""
    rows: list[list[str]] = []
    try:
        for row in csv.reader(io.StringIO(text, newline=""), delimiter=separator):
            rows.append(row)
            if len(rows) > limit:
                break
    except csv.Error:
        return rows
    return rows[:-1] if len(text) >= SAMPLE_BYTES // 4 and len(rows) > 1 else rows


def clean_header(names: list[str]) -> tuple[str, ...]:
    """Return the names without spaces around them and without characters that nobody sees.

    Raises
    ------
    FileError
        If a name holds a zero character: the file is not a table of text.
    """
    for place, name in enumerate(names, start=1):
        if "\0" in name:
            raise FileError(
                Words(
                    f"The name of column {place} holds a zero character: this is not a table of "
                    "text. Export it again as CSV, XLSX or Parquet.",
                    f"В названии столбца {place} стоит нулевой символ: это не текстовая таблица. "
                    "Выгрузите её снова в CSV, XLSX или Parquet.",
                )
            )
    table = dict.fromkeys(map(ord, INVISIBLE))
    return tuple(name.translate(table).strip() for name in names)


_NO_ZERO = {0: "␀"}


def sample_row(cells: Iterable[str]) -> tuple[str, ...]:
    """Return the texts of a row for showing: a zero character, which no database keeps, as ␀."""
    row = tuple(cells)
    return tuple(cell and cell.translate(_NO_ZERO) for cell in row) if _has_zero(row) else row


def _has_zero(row: tuple[str, ...]) -> bool:
    return any(cell and "\0" in cell for cell in row)


def refuse_wide(width: int, limits: Limits) -> None:
    """Refuse a table with more columns than a declaration could have."""
    if width > limits.columns:
        raise FileError(
            Words(
                f"The file has {width} columns; at most {limits.columns} are read. "
                "Check the separator, or leave columns out.",
                f"В файле столбцов: {width}; читается не больше {limits.columns}. "
                "Проверьте разделитель или уберите лишние столбцы.",
            )
        )


def refuse_no_header() -> FileError:
    """Return the refusal of a file whose first line names no columns."""
    return FileError(
        Words(
            "The first line must name the columns; it is empty.",
            "Первая строка должна содержать названия столбцов, а она пуста.",
        )
    )
