# ruff: noqa: PLW0108 -- every maker is a lambda, also where it could be named
"""Two hundred hostile files, made on the spot: bombs, lies, torn files, strange text."""

import datetime as dt
import io
import random
import struct
import warnings
import zipfile
from collections.abc import Callable, Iterator

import pyarrow as pa
import pyarrow.parquet as pq
import xlsxwriter
from tests.risk.schema.made import HEADER, row

Maker = Callable[[], bytes]
FIELDS = HEADER.split(";")
GOOD = "\n".join((HEADER, *(row(n) for n in range(2, 40)))) + "\n"


def lines(*more: str, header: str = HEADER) -> bytes:
    return ("\n".join((header, row(2), *more, row(3))) + "\n").encode()


def texts() -> Iterator[tuple[str, Maker]]:
    """Encodings, marks, line ends, separators, headers."""
    for name in ("utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp1251", "cp866",
                 "koi8-r", "mac_cyrillic", "cp1254", "gb18030", "cp949", "shift_jis"):  # fmt: skip
        text = GOOD.replace(";101;", ";Пост Арча;") if name != "cp1254" else GOOD
        yield f"encoding {name}", lambda text=text, name=name: text.encode(name, errors="replace")
        yield (
            f"half of {name}",
            lambda text=text, name=name: text.encode(name, errors="replace")[:-7],
        )
    yield (
        "two encodings",
        lambda: lines() + row(5, Office="Пост").encode("cp1251") + "Ё;\n".encode("utf-16"),
    )
    yield "invalid bytes", lambda: lines() + bytes(range(128, 256)) + b"\n"
    yield "overlong utf-8", lambda: lines() + b"\xc0\xaf;\xe0\x80\xaf;\xf0\x80\x80\xaf\n"
    yield "lone surrogates", lambda: lines() + b"\xed\xa0\x80;\xed\xbf\xbf\n"
    yield "utf-7", lambda: "\n".join((HEADER, row(2, Office="Арча"))).encode("utf-7")
    yield "mark in the middle", lambda: lines(row(4, Office="\ufeff101"), "\ufeff")
    yield "two marks", lambda: b"\xef\xbb\xbf\xef\xbb\xbf" + GOOD.encode()
    yield "mark and nothing", lambda: b"\xef\xbb\xbf"
    yield "utf-16 mark and nothing", lambda: b"\xff\xfe"
    yield "odd utf-16", lambda: GOOD.encode("utf-16") + b"\x41"
    for name, end in (("returns", "\r"), ("pairs", "\r\n"), ("form feeds", "\n\f"), ("next lines", "\x85"),
                      ("separators", "\u2028"), ("returns and pairs", "\r\r\n")):  # fmt: skip
        yield f"line ends: {name}", lambda end=end: GOOD.replace("\n", end).encode()
    yield "mixed line ends", lambda: b"\r\n".join(GOOD.encode().split(b"\n", 9)) + b"\r"
    yield "no last line end", lambda: GOOD.rstrip().encode()
    yield "only line ends", lambda: b"\n" * 10_000
    yield "only separators", lambda: b";;;;;;\n" * 1000
    yield "only spaces", lambda: b" " * 100_000
    yield "only header", lambda: HEADER.encode()
    yield "only header and line ends", lambda: HEADER.encode() + b"\n\n\n\n"
    yield "empty", lambda: b""
    yield "one byte", lambda: b"\n"
    yield "zero bytes", lambda: b"\0" * 100_000
    yield "zero bytes inside", lambda: lines("10/\x000009;\0;\0;\0;\0;\0;\0")
    yield "zero byte in header", lambda: lines(header=HEADER.replace("HS", "H\0S"))
    yield "random bytes", lambda: random.Random(3).randbytes(200_000)
    yield "random printable", lambda: bytes(random.Random(4).choices(range(32, 127), k=200_000))
    yield "json", lambda: b'[{"Number": 1}, {"Number": 2}]'
    yield "html", lambda: b"<html><table><tr><td>Number</td></tr></table></html>"
    yield (
        "xml bomb",
        lambda: (
            b'<?xml version="1.0"?><!DOCTYPE l [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]><l>&b;</l>'
        ),
    )
    for name, magic in (("pdf", b"%PDF-1.7"), ("gzip", b"\x1f\x8b\x08"), ("7z", b"7z\xbc\xaf\x27\x1c"), ("rar", b"Rar!\x1a\x07"),
                        ("png", b"\x89PNG\r\n"), ("xls", b"\xd0\xcf\x11\xe0\xa1\xb1"), ("sqlite", b"SQLite format 3\0"),
                        ("elf", b"\x7fELF"), ("bzip2", b"BZh9"), ("zstd", b"\x28\xb5\x2f\xfd")):  # fmt: skip
        yield f"{name} called csv", lambda magic=magic: magic + random.Random(5).randbytes(5000)


def headers() -> Iterator[tuple[str, Maker]]:
    yield "no header", lambda: GOOD.split("\n", 1)[1].encode()
    yield "doubled field", lambda: lines(header=HEADER.replace("Price", "Net"))
    yield "doubled field nobody takes", lambda: (HEADER + ";x;x\n" + row(2) + ";1;2\n").encode()
    yield "nameless fields", lambda: (HEADER + ";;\n" + row(2) + ";1;2\n").encode()
    yield (
        "marks of direction in header",
        lambda: lines(header=HEADER.replace("HS", "\u202eHS\u202c")),
    )
    yield "spaces around header", lambda: lines(header=HEADER.replace(";", " ; "))
    yield "quoted header over two lines", lambda: lines(header=HEADER.replace("HS", '"H\nS"'))
    yield "header after blank lines", lambda: b"\n\n;;;;;;\n" + GOOD.encode()
    yield "formula in header", lambda: lines(header=HEADER + ";=cmd|' /C calc'!A0")
    yield (
        "a million columns",
        lambda: (";".join(f"c{n}" for n in range(1_000_000)) + "\n" + "1;" * 999_999).encode(),
    )
    yield "a thousand columns", lambda: (";".join(f"c{n}" for n in range(1000)) + "\n").encode() * 3
    yield "a million separators in a row", lambda: lines(";" * 1_000_000)
    yield "header of a megabyte", lambda: b"x" * (1 << 20) + b";y\n1;2\n"
    yield "one column", lambda: b"Number\n1\n2\n"


def long_ones() -> Iterator[tuple[str, Maker]]:
    yield "one line of 100 MB", lambda: b"x" * 100_000_000
    yield "100 MB in the second line", lambda: HEADER.encode() + b"\n" + b"y" * 100_000_000
    yield "100 MB in a quoted field", lambda: lines() + b'"' + b"z\n" * 50_000_000
    yield "a field of two megabytes", lambda: lines(row(4, Office="x" * 2_000_000))
    yield "a field of 200,000 letters", lambda: lines(row(4, Office="ы" * 200_000))
    yield "a hundred thousand ragged lines", lambda: lines() + b"1;2\n" * 100_000
    yield "a hundred thousand equal rows", lambda: lines() + (row(7) + "\n").encode() * 100_000


def quotes() -> Iterator[tuple[str, Maker]]:
    for name, line in (
        ("never closed", row(4, Office='"101')), ("closed late", row(4, Office='"10"1')), ("one alone", '"'),
        ("two alone", '""'), ("three alone", '"""'), ("at the end", row(4) + '"'), ("inside", row(4, Office='1"0"1')),
        ("doubled inside", row(4, Office='"1""01"')), ("around all", '"' + row(4).replace(";", '";"') + '"'),
        ("of another kind", row(4, Office="«101»")), ("apostrophes", row(4, Office="'101'")),
        ("backslash", row(4, Office='"1\\"01"')), ("a thousand", '"' * 1000), ("a thousand and one", '"' * 1001),
        ("separator inside", row(4, Office='"1;01"')), ("line end inside", row(4, Office='"1\n01"')),
    ):  # fmt: skip
        yield f"quotes: {name}", lambda line=line: lines(line)
    yield "quotes on every line", lambda: lines(*['x"' for _ in range(20_000)])
    yield "open quotes on every line", lambda: lines(*['"x' for _ in range(2_001)])


VALUES = (
    ("Number", "=1+1"), ("Number", "@SUM(1)"), ("Number", "-1"), ("Number", "+1"), ("Number", "\t=1"),
    ("Number", "=HYPERLINK(\"http://x\";\"y\")"), ("Number", "'; DROP TABLE items; --"), ("Number", "../../etc/passwd"),
    ("Number", "<script>alert(1)</script>"), ("Number", "{{7*7}}"), ("Number", "%s%n"), ("Number", "\u202e10/0004"),
    ("Number", "10/\u200b0004"), ("Number", "ⅷ"), ("Number", "a" * 5000), ("Number", "NULL"), ("Number", "\x1b[31m"),
    ("Day", "0000-00-00"), ("Day", "31.02.2026"), ("Day", "29.02.2025"), ("Day", "01.01.0001"), ("Day", "01.01.9999"),
    ("Day", "1.2.26"), ("Day", "99999999999999999999"), ("Day", "-1.-1.-1"), ("Day", "45000"), ("Day", "٠١.٠٢.٢٠٢٦"),
    ("HS", "٦٤٠٣٩٩"), ("HS", "640399.0"), ("HS", "6.40399E5"), ("HS", "000000"), ("HS", "-64039"), ("HS", "6403 99"),
    ("Origin", "C\u0000N"), ("Origin", "ＣＮ"), ("Origin", "cn"), ("Origin", "CHN"), ("Origin", "🇨🇳"),
    ("Net", "1e309"), ("Net", "-1e309"), ("Net", "nan"), ("Net", "0x1F"), ("Net", "1_000"), ("Net", "1,5,5"), ("Net", "١٢"),
    ("Net", "1e-400"), ("Net", "9" * 400), ("Net", "--1"), ("Net", "1,"), ("Net", ",5"), ("Net", "½"), ("Net", "1E5"),
    ("Price", "-0"), ("Price", "1.000,00"), ("Price", "1\u00a0000,00"), ("Price", "True"), ("Price", "#N/A"), ("Price", "inf"),
)  # fmt: skip


def values() -> Iterator[tuple[str, Maker]]:
    for number, (column, value) in enumerate(VALUES):
        name = f"value {number}: {column} {value[:20]!r}"
        yield name, lambda column=column, value=value: lines(row(4, **{column: value}))


def book(fill: Callable[[xlsxwriter.Workbook], None], **options) -> bytes:
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream, {"in_memory": True, **options}) as made:
        fill(made)
    return stream.getvalue()


def plain(made: xlsxwriter.Workbook) -> None:
    sheet = made.add_worksheet()
    sheet.write_row(0, 0, FIELDS)
    for n in range(1, 20):
        sheet.write_row(n, 0, row(n + 1).split(";"))


def changed(
    source: bytes, change: Callable[[str, bytes], bytes], more: dict[str, bytes] | None = None
) -> bytes:
    """Return an archive with its members changed, and some more of them."""
    stream = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(source)) as old,
        zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for member in old.namelist():
            new.writestr(member, change(member, old.read(member)))
        for name, content in (more or {}).items():
            new.writestr(name, content)
    return stream.getvalue()


def keep(_: str, content: bytes) -> bytes:
    return content


def sheet_with(body: bytes) -> bytes:
    def change(name: str, content: bytes) -> bytes:
        if name != "xl/worksheets/sheet1.xml":
            return content
        head, tail = content.split(b"<sheetData>")[0], content.split(b"</sheetData>")[1]
        return head + b"<sheetData>" + body + b"</sheetData>" + tail

    return changed(book(plain), change)


def cells(*rows_: str) -> bytes:
    told = "".join(
        f'<row r="{n}">'
        + "".join(
            f'<c r="{"ABCDEFG"[m]}{n}" t="inlineStr"><is><t>{v}</t></is></c>'
            for m, v in enumerate(line.split(";"))
        )
        + "</row>"
        for n, line in enumerate(rows_, start=1)
    )
    return told.encode()


def lying_size(content: bytes) -> bytes:
    """Say in the central directory that every member is ten bytes large."""
    data = bytearray(content)
    place = data.find(b"PK\x01\x02")
    while place >= 0:
        data[place + 24 : place + 28] = struct.pack("<I", 10)
        place = data.find(b"PK\x01\x02", place + 4)
    return bytes(data)


def bomb(megabytes: int) -> bytes:
    return changed(book(plain), keep, {"xl/media/image1.png": b"\0" * (megabytes << 20)})


def workbooks() -> Iterator[tuple[str, Maker]]:
    good = book(plain)
    yield "workbook", lambda: good
    yield (
        "workbook with macros",
        lambda: changed(good, keep, {"xl/vbaProject.bin": b"\xd0\xcf\x11\xe0" + b"macro" * 100}),
    )
    link = b'<?xml version="1.0"?><externalLink xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"/>'
    yield (
        "workbook with outside links",
        lambda: changed(good, keep, {"xl/externalLinks/externalLink1.xml": link}),
    )
    yield (
        "workbook with formulas",
        lambda: book(lambda b: b.add_worksheet().write_formula(0, 0, '=WEBSERVICE("http://x")')),
    )
    yield "workbook bomb", lambda: bomb(200)
    yield (
        "workbook bomb in the sheet",
        lambda: sheet_with(b'<row r="1">' + b" " * (150 << 20) + b"</row>"),
    )
    yield (
        "bomb of shared strings",
        lambda: changed(
            good,
            lambda n, c: (
                c.replace(b"</sst>", b"<si><t>" + b"A" * (150 << 20) + b"</t></si></sst>")
                if "shared" in n
                else c
            ),
        ),
    )
    yield "lying sizes", lambda: lying_size(good)
    yield (
        "path tricks",
        lambda: changed(
            good, keep, {"../../../tmp/evil.txt": b"x", "/etc/evil": b"y", "C:\\evil": b"z"}
        ),
    )
    yield "two members of one name", lambda: doubled(good)
    yield (
        "far cell",
        lambda: sheet_with(
            cells(HEADER) + b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
        ),
    )
    yield (
        "far row",
        lambda: sheet_with(cells(HEADER) + b'<row r="300000"><c r="A300000"><v>1</v></c></row>'),
    )
    yield (
        "far column",
        lambda: sheet_with(cells(HEADER) + b'<row r="2"><c r="XFD2"><v>1</v></c></row>'),
    )
    yield (
        "row beyond the sheet",
        lambda: sheet_with(
            cells(HEADER) + b'<row r="4294967295"><c r="A4294967295"><v>1</v></c></row>'
        ),
    )
    yield (
        "absurd reference",
        lambda: sheet_with(cells(HEADER) + b'<row r="2"><c r="ZZZZZZZZ2"><v>1</v></c></row>'),
    )
    yield (
        "reference without digits",
        lambda: sheet_with(cells(HEADER) + b'<row r="2"><c r="A"><v>1</v></c></row>'),
    )
    yield (
        "cells without references",
        lambda: sheet_with(b"<row>" + b"<c><v>1</v></c>" * 7 + b"</row>"),
    )
    yield "a million cells in a row", lambda: sheet_with(b"<row>" + b"<c/>" * 1_000_000 + b"</row>")
    yield (
        "rows out of order",
        lambda: sheet_with(
            cells(HEADER)
            + b'<row r="9"><c r="A9"><v>1</v></c></row><row r="3"><c r="A3"><v>1</v></c></row>'
        ),
    )
    yield "empty sheet", lambda: sheet_with(b"")
    yield "sheet of one cell", lambda: sheet_with(b'<row r="1"><c r="A1"><v>1</v></c></row>')
    yield (
        "shared string that is not there",
        lambda: sheet_with(b'<row r="1"><c r="A1" t="s"><v>999999</v></c></row>'),
    )
    yield (
        "error cells",
        lambda: sheet_with(cells(HEADER) + b'<row r="2"><c r="A2" t="e"><v>#REF!</v></c></row>'),
    )
    yield (
        "entities",
        lambda: sheet_with(b'<row r="1"><c r="A1" t="inlineStr"><is><t>&xxe;</t></is></c></row>'),
    )
    yield (
        "outside entity",
        lambda: changed(
            good,
            lambda n, c: (
                c.replace(
                    b"<worksheet",
                    b'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><worksheet',
                    1,
                )
                if "sheet1" in n
                else c
            ),
        ),
    )
    yield "torn xml", lambda: sheet_with(b'<row r="1"><c r="A1"')
    yield "no sheet", lambda: changed(good, lambda n, c: b"" if "sheet1" in n else c)
    yield (
        "no workbook",
        lambda: changed(good, lambda n, c: b"<x/>" if n == "xl/workbook.xml" else c),
    )
    yield (
        "header in the fifth row",
        lambda: book(lambda b: b.add_worksheet().write_row(4, 2, FIELDS)),
    )
    yield "half a workbook", lambda: good[: len(good) // 2]
    yield "workbook with a torn end", lambda: good[:-10]
    yield (
        "damaged workbook",
        lambda: good[:600] + bytes(255 - b for b in good[600:700]) + good[700:],
    )
    yield "archive of a csv", lambda: archive({"a.csv": GOOD.encode()})
    yield "empty archive", lambda: archive({})
    yield "archive in an archive", lambda: archive({"a.zip": archive({"b.zip": b"0" * 100_000})})
    yield "many members", lambda: changed(good, keep, {f"xl/x{n}": b"" for n in range(10_001)})
    yield "PK and nothing", lambda: b"PK\x03\x04"
    yield (
        "dates before 1900",
        lambda: sheet_with(cells(HEADER) + b'<row r="2"><c r="B2" s="1"><v>-1</v></c></row>'),
    )


def doubled(source: bytes) -> bytes:
    """Add a second member of the sheet's name, without a word from the library."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return changed(source, keep, {"xl/worksheets/sheet1.xml": b"<worksheet/>"})


def archive(members: dict[str, bytes]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in members.items():
            made.writestr(name, content)
    return stream.getvalue()


def parquet(**columns: object) -> bytes:
    stream = io.BytesIO()
    base = {
        name: [row(n).split(";")[place] for n in range(2, 12)] for place, name in enumerate(FIELDS)
    }
    pq.write_table(pa.table(base | columns), stream)
    return stream.getvalue()


def parquets() -> Iterator[tuple[str, Maker]]:
    good = parquet()
    yield "parquet", lambda: good
    yield "half a parquet", lambda: good[: len(good) // 2]
    yield "parquet without an end", lambda: good[:-4]
    yield "parquet of four letters", lambda: b"PAR1"
    yield "parquet with a lying footer", lambda: good[:-8] + struct.pack("<I", 2**31) + b"PAR1"
    for place in (8, 100, 300, len(good) // 2, len(good) - 60):
        yield (
            f"parquet damaged at {place}",
            lambda place=place: good[:place] + b"\xff" * 16 + good[place + 16 :],
        )
    yield (
        "parquet without rows",
        lambda: parquet(**{name: pa.array([], pa.string()) for name in FIELDS}),
    )
    odd = {
        "nested": pa.array([[1]] * 10), "struct": pa.array([{"a": 1}] * 10), "map": pa.array([[("a", 1)]] * 10, pa.map_(pa.string(), pa.int8())),
        "bytes": pa.array([b"\xff\x00"] * 10), "decimal": pa.array([1] * 10, pa.decimal128(38, 10)), "null": pa.nulls(10),
        "times": pa.array([dt.time(1)] * 10), "durations": pa.array([dt.timedelta(1)] * 10), "uint64": pa.array([2**64 - 1] * 10, pa.uint64()),
        "half floats": pa.array([1.5] * 10, pa.float32()).cast(pa.float16()), "nanoseconds": pa.array([2**62] * 10, pa.timestamp("ns")),
        "zones": pa.array([0] * 10, pa.timestamp("us", "Asia/Bishkek")), "dictionary": pa.array(["a"] * 10).dictionary_encode(), "bool": pa.array([True] * 10),
    }  # fmt: skip
    for name, column in odd.items():
        yield f"parquet with {name}", lambda column=column: parquet(Net=column, Office=column)
    yield (
        "parquet with nested columns nobody takes",
        lambda: parquet(deep=pa.array([[{"a": [1]}]] * 10)),
    )
    yield (
        "parquet with many equal rows",
        lambda: parquet(**{n: pa.array(["x"] * 20_000).dictionary_encode() for n in FIELDS}),
    )


def hostile_files() -> list[tuple[str, Maker]]:
    """Return (name, maker of bytes) of every hostile file."""
    families = (texts, headers, long_ones, quotes, values, workbooks, parquets)
    return [one for family in families for one in family()]
