import pytest

from tamgha.platform.files.domain import clean_name, preview_text, sniff


@pytest.mark.parametrize(
    ("name", "clean"),
    [
        ("report.csv", "report.csv"),
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\bob\\Декларации 2026.xlsx", "Декларации 2026.xlsx"),
        ("invoice\u202egpj.exe", "invoicegpj.exe"),
        ("a\x00b\r\nc.csv", "abc.csv"),
        ("  .  ", "file"),
        ("", "file"),
        ("x" * 300 + ".parquet", "x" * 192 + ".parquet"),
        ("y" * 300, "y" * 200),
    ],
)
def test_a_name_from_a_stranger_is_cleaned(name, clean):
    assert clean_name(name) == clean


@pytest.mark.parametrize(
    ("head", "name", "media_type"),
    [
        (b"%PDF-1.7", "x.csv", "application/pdf"),
        (b"\x89PNG\r\n\x1a\n....", "x", "image/png"),
        (b"RIFF....WEBPVP8 ", "x", "image/webp"),
        (b"PAR1", "x.csv", "application/vnd.apache.parquet"),
        (b"PK\x03\x04....[Content_Types].xml", "x.xlsx", "sheet"),
        (b"PK\x03\x04....[Content_Types].xml", "x.exe", "application/zip"),
        (b"PK\x03\x04 nothing of office", "x.xlsx", "application/zip"),
        ("номер;товар\n".encode(), "x.CSV", "text/csv"),
        ("номер;товар\n".encode("cp1251"), "x.csv", "text/csv"),
        ("номер\n".encode("utf-16"), "x.csv", "text/csv"),
        (b"<html><script>alert(1)</script>", "x.html", "text/plain"),
        (b"<svg xmlns='http://www.w3.org/2000/svg' onload='x()'>", "x.svg", "text/plain"),
        (b"MZ\x90\x00\x03\x00", "x.csv", "application/octet-stream"),
        (b"", "x.csv", "text/csv"),
    ],
)
def test_a_file_is_what_its_bytes_say(head, name, media_type):
    assert sniff(head, name).endswith(media_type)


def test_a_table_is_shown_with_its_own_separator_and_encoding():
    utf = preview_text("номер;товар\n1;чай, чёрный\n".encode(), is_table=True, is_cut=False)
    old = preview_text("номер;товар\n1;чай\n".encode("cp1251"), is_table=True, is_cut=False)

    assert utf.rows == (("номер", "товар"), ("1", "чай, чёрный"))
    assert (utf.encoding, utf.is_cut) == ("UTF-8", False)
    assert (old.rows[1], old.encoding) == (("1", "чай"), "Windows-1251")


def test_a_long_table_is_cut_and_says_so():
    lines = "\n".join(f"{number},x" for number in range(100)).encode()

    shown = preview_text(lines, is_table=True, is_cut=False)

    assert (len(shown.rows), shown.is_cut) == (30, True)


def test_half_a_line_and_half_a_character_at_the_end_are_left_out():
    shown = preview_text("a,b\n1,чай".encode()[:-1], is_table=True, is_cut=True)

    assert (shown.rows, shown.encoding) == ((("a", "b"),), "UTF-8")


def test_a_broken_table_shows_what_could_be_read():
    shown = preview_text(b'a,b\n1,"' + b"x" * 200_000 + b"\n", is_table=True, is_cut=False)

    assert shown.rows == (("a", "b"),)
