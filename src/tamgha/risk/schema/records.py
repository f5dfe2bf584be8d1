"""The records of a CSV text: found exactly, block by block, with the line of the file on each.

Where the quotation marks are regular (RFC 4180), separators and line ends are counted by numpy over the
whole block; a block with irregular ones goes record by record through Python's csv module. Records
that cannot be rows (too many fields, a mark never closed, a zero byte …) are set apart, with their line.
"""

import codecs
import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import polars as pl

from tamgha.risk.schema.errors import FileError
from tamgha.risk.schema.files import FileShape, Limits, open_text
from tamgha.shared.words import Words

BLOCK_BYTES = 16 << 20
NEWLINE, QUOTE, RETURN, SPACE, TAB = 10, 34, 13, 32, 9
MOST_BROKEN = 100_000
DAMAGED = "\ufffd".encode()


@dataclass(frozen=True, slots=True)
class BrokenLine:
    """A record that is no row.

    Parameters
    ----------
    line : of the file, 1 is the first
    code : "too_many_fields", "too_few_fields", "open_quote", "bad_quote", "damaged_text",
        "zero_byte" or "long_line"
    fields : as far as they could be told apart
    """

    line: int
    code: str
    fields: tuple[str, ...]


@dataclass(slots=True)
class Batch:
    """Some rows of a file, all fields as text.

    Parameters
    ----------
    frame : columns "0", "1", … as many as the header has; empty fields are "" or NULL
    lines : shape (rows,), line of the file on which each row begins
    broken : records of the same stretch that are no rows
    blank : lines without anything in them
    consumed : bytes of the file read so far
    trim : whether spaces may stand around values, or "" for an empty one
    """

    frame: pl.DataFrame
    lines: np.ndarray
    broken: list[BrokenLine] = field(default_factory=list)
    blank: int = 0
    consumed: int = 0
    trim: bool = True


def csv_batches(path: Path, shape: FileShape, limits: Limits) -> Iterator[Batch]:
    """Yield the rows below the header.

    Parameters
    ----------
    path : of the file
    shape : as ``look_at`` found it
    limits : of one record's length
    """
    scanner = _Scanner(shape, limits)
    carry, line = b"", 1
    for raw, consumed, last in _utf8_blocks(path, shape):
        block = carry + raw
        if last and block and not block.endswith(b"\n"):
            block += b"\n"
        batch, carry = scanner.scan(block, line, last=last)
        batch.consumed = consumed
        line += block.count(b"\n") - carry.count(b"\n")
        while len(carry) > limits.line_bytes:
            carry, line = scanner.give_up(carry, line, batch)
        yield batch


def _utf8_blocks(path: Path, shape: FileShape) -> Iterator[tuple[bytes, int, bool]]:
    """Yield stretches of the file as UTF-8 bytes, whatever it is written in."""
    plain = shape.encoding in ("utf-8", "utf-8-sig", "ascii")
    decoder = None if plain else codecs.getincrementaldecoder(shape.encoding)(errors="replace")
    consumed, pending_return = 0, False
    with open_text(path, shape.encoding) as stream:
        consumed = stream.tell()
        while True:
            raw = stream.read(BLOCK_BYTES)
            consumed += len(raw)
            if decoder is not None:
                text = decoder.decode(raw, final=not raw)
                block = text.removeprefix("\ufeff").encode("utf-8", errors="replace")
            else:
                block = raw
            if pending_return:
                block, pending_return = b"\r" + block, False
            if raw and block.endswith(b"\r"):
                block, pending_return = block[:-1], True
            yield _one_line_end(block, shape.newline), consumed, not raw
            if not raw:
                return


def _one_line_end(block: bytes, newline: str) -> bytes:
    if b"\r" not in block:
        return block
    if newline == "\r":
        return block.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    return block.replace(b"\r\n", b"\n")


class _Scanner:
    """Cut blocks into records, and read the whole ones."""

    def __init__(self, shape: FileShape, limits: Limits) -> None:
        self.width = len(shape.header)
        self.separator = shape.separator
        self.limits = limits
        self.header_pending = True
        self.skipping = False
        self.broken = self.rows = 0

    def scan(self, block: bytes, line: int, *, last: bool) -> tuple[Batch, bytes]:
        """Return the rows of a block and what is left of it for the next one."""
        if self.skipping:
            return self._skip(block, line, last=last)
        if not block:
            return self._empty(), b""
        found = _regular_ends(block, self.separator)
        if found is None:
            return self._scan_slowly(block, line, last=last)
        ends, seps = found
        if not len(ends) or (last and ends[-1] != len(block) - 1):
            return self._scan_slowly(block, line, last=last) if last else (self._empty(), block)
        cut = int(ends[-1]) + 1
        return self._read(block[:cut], ends, seps, line), block[cut:]

    def give_up(self, carry: bytes, line: int, batch: Batch) -> tuple[bytes, int]:
        """Set apart a record that is longer than any row; its rest is passed over."""
        first = carry.split(b"\n", 1)[0]
        code = "long_line" if len(first) > self.limits.line_bytes else "open_quote"
        shown = first[:200].decode("utf-8", errors="replace")
        batch.broken.append(BrokenLine(line, code, (shown,)))
        if b"\n" not in carry:
            self.skipping = True
            return b"", line
        rest = carry[len(first) + 1 :]
        more, left = self.scan(rest, line + 1, last=False)
        _merge(batch, more)
        return left, line + 1 + rest.count(b"\n") - left.count(b"\n")

    def _refuse_hopeless(self, broken: int, rows: int) -> None:
        """Refuse a file most lines of which are no rows, before naming each of them."""
        self.broken, self.rows = self.broken + broken, self.rows + rows
        if self.broken > MOST_BROKEN and self.broken > self.rows:
            raise FileError(
                Words(
                    f"Most lines do not have the {self.width} fields of the header. "
                    "Check the separator and the quotation marks, and that this is one table.",
                    f"В большинстве строк не столько полей, сколько в заголовке ({self.width}). "
                    "Проверьте разделитель, кавычки и то, что это одна таблица.",
                )
            )

    def _skip(self, block: bytes, line: int, *, last: bool) -> tuple[Batch, bytes]:
        place = block.find(b"\n")
        if place < 0:
            return self._empty(), b""
        self.skipping = False
        return self.scan(block[place + 1 :], line + 1, last=last)

    def _empty(self) -> Batch:
        schema = {str(n): pl.String for n in range(self.width)}
        return Batch(pl.DataFrame(schema=schema), np.empty(0, np.int64))

    def _read(self, block: bytes, ends: np.ndarray, seps: np.ndarray, line: int) -> Batch:
        starts = np.concatenate(([0], ends[:-1] + 1))
        lines = _lines_of(block, starts, line)
        whole = seps == self.width - 1
        blank = _blank(block, starts, ends, seps)
        whole &= ~blank
        if self.header_pending:
            whole, blank = self._drop_header(whole, blank)
        broken: list[BrokenLine] = []
        self._refuse_hopeless(int((~whole & ~blank).sum()), int(whole.sum()))
        damaged = _damaged_records(block, starts) | (ends - starts > self.limits.line_bytes)
        for place in np.flatnonzero((~whole & ~blank) | damaged):
            if not (whole[place] or blank[place]) and self._is_header(int(place)):
                continue
            raw = block[starts[place] : ends[place]]
            broken.append(self._broken(raw, int(lines[place]), ragged=not whole[place]))
        whole &= ~damaged
        kept = block if whole.all() else _only(block, starts, ends, whole)
        frame = self._parse(kept) if whole.any() else self._empty().frame
        self._header_place = -1
        if len(frame) != whole.sum():
            raise ValueError(f"{len(frame)} rows were read where {whole.sum()} were counted")
        trim = _may_need_trimming(kept, self.separator)
        return Batch(frame, lines[whole], broken, int(blank.sum()), trim=trim)

    _header_place = -1

    def _is_header(self, place: int) -> bool:
        return place == self._header_place

    def _drop_header(self, whole: np.ndarray, blank: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Pass over the header: the first line that is not blank."""
        filled = np.flatnonzero(~blank)
        if len(filled):
            self._header_place = int(filled[0])
            whole[self._header_place] = False
            self.header_pending = False
        return whole, blank

    def _broken(self, raw: bytes, line: int, *, ragged: bool) -> BrokenLine:
        if len(raw) > self.limits.line_bytes:
            return BrokenLine(line, "long_line", (raw[:200].decode("utf-8", errors="replace"),))
        text = raw.decode("utf-8", errors="replace")
        try:
            fields = next(csv.reader([text], delimiter=self.separator), [])
        except csv.Error:
            fields = text.split(self.separator)
        if ragged:
            code = "too_many_fields" if len(fields) > self.width else "too_few_fields"
        elif b"\0" in raw:
            code = "zero_byte"
        else:
            code = "damaged_text"
        return BrokenLine(line, code, tuple(fields))

    def _parse(self, block: bytes) -> pl.DataFrame:
        return pl.read_csv(
            block,
            has_header=False,
            new_columns=[str(n) for n in range(self.width)],
            separator=self.separator,
            quote_char='"' if b'"' in block else None,
            infer_schema=False,
        )

    def _scan_slowly(self, block: bytes, line: int, *, last: bool) -> tuple[Batch, bytes]:
        """Read a block record by record: its quotation marks are not regular."""
        text = block.decode("utf-8", errors="replace")
        physical = text.split("\n")
        rest = physical.pop() if not text.endswith("\n") else ""
        if text.endswith("\n"):
            physical.pop()
        rows: list[list[str]] = []
        lines: list[int] = []
        broken: list[BrokenLine] = []
        blank = place = 0
        while place < len(physical):
            used, fields, code = _next_record(physical, place, self.separator)
            if code == "unfinished":
                left = "\n".join(physical[place:]) + "\n" + rest
                if not last and len(left) <= self.limits.line_bytes:
                    rest = left
                    break
                code = "open_quote"
            at, place = line + place, place + used
            if self.header_pending and any(fields):
                self.header_pending = False
            elif not code and not any(map(str.strip, fields)):
                blank += 1
            elif fault := code or _unfit(fields, self.width):
                broken.append(BrokenLine(at, fault, tuple(fields)))
            else:
                rows.append(fields)
                lines.append(at)
        self._refuse_hopeless(len(broken), len(rows))
        batch = self._empty()
        if rows:
            columns = zip(*rows, strict=True)
            batch.frame = pl.DataFrame({str(n): list(v) for n, v in enumerate(columns)})
        batch.lines, batch.broken, batch.blank = np.array(lines, np.int64), broken, blank
        return batch, rest.encode("utf-8", errors="replace")


def _next_record(physical: list[str], place: int, separator: str) -> tuple[int, list[str], str]:
    """Return (physical lines used, fields, code of what is wrong)."""
    first = physical[place]
    if '"' not in first:
        return 1, first.split(separator) if first else [], ""
    reader = csv.reader(
        (f"{physical[n]}\n" for n in range(place, len(physical))), delimiter=separator, strict=True
    )
    try:
        fields = next(reader)
    except csv.Error as error:
        code = "unfinished" if "unexpected end" in str(error) else "bad_quote"
        return 1, first.split(separator), code
    return reader.line_num, fields, ""


def _unfit(fields: list[str], width: int) -> str:
    if len(fields) != width:
        return "too_many_fields" if len(fields) > width else "too_few_fields"
    text = "".join(fields)
    if "\0" in text:
        return "zero_byte"
    return "damaged_text" if "\ufffd" in text else ""


def _regular_ends(block: bytes, separator: str) -> tuple[np.ndarray, np.ndarray] | None:
    """Return (places where records end, separators in each), or None when the marks are irregular."""
    data = np.frombuffer(block, np.uint8)
    feeds = np.flatnonzero(data == NEWLINE)
    is_sep = data == ord(separator)
    if b'"' not in block:
        return feeds, _counts(is_sep, feeds)
    quotes = np.flatnonzero(data == QUOTE)
    if not _is_regular(data, quotes, ord(separator)):
        return None
    ends = feeds[np.searchsorted(quotes, feeds) % 2 == 0]
    seps = np.flatnonzero(is_sep)
    seps = seps[np.searchsorted(quotes, seps) % 2 == 0]
    return ends, np.diff(np.searchsorted(seps, ends), prepend=0)


def _counts(is_sep: np.ndarray, ends: np.ndarray) -> np.ndarray:
    """Separators of each record, by running sums over pieces that stay in the cache."""
    if not len(ends):
        return np.empty(0, np.int64)
    totals, before, piece = np.empty(len(ends), np.int64), 0, 1 << 18
    first = 0
    for start in range(0, int(ends[-1]) + 1, piece):
        sums = np.cumsum(is_sep[start : start + piece], dtype=np.int32)
        stop = int(np.searchsorted(ends, start + piece))
        totals[first:stop] = before + sums[ends[first:stop] - start]
        before += int(sums[-1])
        first = stop
    return np.diff(totals, prepend=0)


def _is_regular(data: np.ndarray, quotes: np.ndarray, separator: int) -> bool:
    """Every opening mark follows a separator or a line end, every closing one stands before one."""
    opening, closing = quotes[0::2], quotes[1::2]
    before = data[np.maximum(opening - 1, 0)]
    fine = (opening == 0) | (before == separator) | (before == NEWLINE)
    doubled = np.zeros(len(opening), bool)
    doubled[1:] = opening[1:] - 1 == closing[: len(opening) - 1]
    if not (fine | doubled).all():
        return False
    after = data[np.minimum(closing + 1, len(data) - 1)]
    fine = (closing == len(data) - 1) | (after == separator) | (after == NEWLINE) | (after == QUOTE)
    return bool(fine.all())


def _lines_of(block: bytes, starts: np.ndarray, line: int) -> np.ndarray:
    if b'"' not in block:
        return np.arange(line, line + len(starts), dtype=np.int64)
    feeds = np.flatnonzero(np.frombuffer(block, np.uint8) == NEWLINE)
    return line + np.searchsorted(feeds, starts).astype(np.int64)


def _blank(block: bytes, starts: np.ndarray, ends: np.ndarray, seps: np.ndarray) -> np.ndarray:
    """Mark lines with nothing on them, or with nothing but separators or spaces."""
    blank: np.ndarray = ends - starts <= seps
    data = np.frombuffer(block, np.uint8)
    odd = (data[starts] == SPACE) | (data[starts] == TAB) | (data[starts] == RETURN)
    for place in np.flatnonzero(odd & ~blank & (ends - starts < 64)):
        blank[place] = not block[starts[place] : ends[place]].strip()
    return blank


def _damaged_records(block: bytes, starts: np.ndarray) -> np.ndarray:
    """Mark the records that hold a zero byte or bytes that are no UTF-8."""
    marked = np.zeros(len(starts), bool)
    places: list[int] = []
    if b"\0" in block:
        places += np.flatnonzero(np.frombuffer(block, np.uint8) == 0).tolist()
    if not block.isascii():
        try:
            block.decode()
        except UnicodeDecodeError:
            places += _undecodable(block)
        place = block.find(DAMAGED)
        while place >= 0:
            places.append(place)
            place = block.find(DAMAGED, place + 1)
    marked[np.searchsorted(starts, places, side="right") - 1] = True
    return marked


def _undecodable(block: bytes) -> list[int]:
    places, start = [], 0
    for line in io.BytesIO(block):
        try:
            line.decode()
        except UnicodeDecodeError as error:
            places.append(start + error.start)
        start += len(line)
    return places


def _only(block: bytes, starts: np.ndarray, ends: np.ndarray, kept: np.ndarray) -> bytes:
    """Return the kept records; neighbours are copied in one stretch."""
    edges = np.flatnonzero(np.diff(np.concatenate(([False], kept, [False])).astype(np.int8)))
    stretches = zip(edges[0::2], edges[1::2], strict=True)
    return b"".join(block[starts[a] : ends[b - 1] + 1] for a, b in stretches)


def _may_need_trimming(block: bytes, separator: str) -> bool:
    """Return whether a space could stand at the edge of a value; cheap, and on the safe side."""
    if not block.isascii() or any(odd in block for odd in (b'"', b"\r", b"\x0b", b"\x0c", b"\t")):
        return True
    if b" " not in block:
        return False
    edge = separator.encode()
    pairs = (edge + b" ", b" " + edge, b" \n", b"\n ")
    return block.startswith(b" ") or any(pair in block for pair in pairs)


def _merge(batch: Batch, more: Batch) -> None:
    batch.frame = pl.concat([batch.frame, more.frame])
    batch.lines = np.concatenate([batch.lines, more.lines])
    batch.broken += more.broken
    batch.blank += more.blank
