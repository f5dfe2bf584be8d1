"""The beginning of a text file, as people read it."""

import csv
import io
from dataclasses import dataclass

ROWS = 30
COLUMNS = 20
CELL = 120
LINES = 60


@dataclass(frozen=True, slots=True)
class TextPreview:
    """The beginning of a text.

    Parameters
    ----------
    encoding : what the bytes were read as
    rows : cells of the first rows of a table; empty when it is no table
    text : the first lines, when it is no table
    is_cut : whether there is more in the file
    """

    encoding: str
    rows: tuple[tuple[str, ...], ...]
    text: str
    is_cut: bool


def preview_text(head: bytes, *, is_table: bool, is_cut: bool) -> TextPreview:
    """Return the beginning of a text or table.

    Parameters
    ----------
    head : the first bytes of the file (some 64 kB)
    is_table : whether to part the lines into cells
    is_cut : whether the file is longer than ``head``
    """
    text, encoding = _decoded(head)
    lines = text.splitlines()
    if is_cut and len(lines) > 1:
        lines = lines[:-1]  # the last one may be half a line
    if not is_table:
        cut = is_cut or len(lines) > LINES
        return TextPreview(encoding, (), "\n".join(line[:500] for line in lines[:LINES]), cut)
    reader = csv.reader(io.StringIO("\n".join(lines)), delimiter=_separator(lines))
    rows: list[tuple[str, ...]] = []
    try:
        for row in reader:
            if len(rows) == ROWS:
                return TextPreview(encoding, tuple(rows), text="", is_cut=True)
            rows.append(tuple(cell[:CELL] for cell in row[:COLUMNS]))
    except csv.Error:
        pass  # what was read so far is shown; the intake tells what is wrong, and where
    return TextPreview(encoding, tuple(rows), "", is_cut)


def _decoded(head: bytes) -> tuple[str, str]:
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return head.decode("utf-16", errors="replace"), "UTF-16"
    for cut in range(4):  # the last character may be cut off
        try:
            return head[: len(head) - cut].decode("utf-8-sig"), "UTF-8"
        except UnicodeDecodeError:
            continue
    return head.decode("cp1251", errors="replace"), "Windows-1251"


def _separator(lines: list[str]) -> str:
    first = lines[:5]
    return max(",;\t|", key=lambda mark: sum(line.count(mark) for line in first))
