"""What a file is, by its first bytes. What its sender says it is does not count."""

from typing import Final

HEAD: Final = 4096
"""Bytes of the beginning that `sniff` wants."""

CSV: Final = "text/csv"
PLAIN: Final = "text/plain"
UNKNOWN: Final = "application/octet-stream"

IMAGES: Final = frozenset({"image/png", "image/jpeg", "image/gif", "image/webp"})
TEXTS: Final = frozenset({CSV, PLAIN})

_MAGIC: Final[tuple[tuple[bytes, str], ...]] = (
    (b"%PDF-", "application/pdf"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
    (b"PAR1", "application/vnd.apache.parquet"),
    (b"SQLite format 3\x00", "application/vnd.sqlite3"),
    (b"\x1f\x8b", "application/gzip"),
    (b"7z\xbc\xaf\x27\x1c", "application/x-7z-compressed"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "application/x-ole-storage"),
)
_OFFICE: Final = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
}


def sniff(head: bytes, name: str) -> str:
    """Return the media type of a file.

    HTML and SVG count as plain text: nothing that a browser would run is served as what it is.

    Parameters
    ----------
    head : the first `HEAD` bytes, or all when there are fewer
    name : its name; the ending decides only between kinds that begin alike
    """
    for magic, media_type in _MAGIC:
        if head.startswith(magic):
            return media_type
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "image/webp"
    ending = name.rpartition(".")[2].lower()
    if head.startswith(b"PK\x03\x04"):
        is_office = b"[Content_Types].xml" in head or b"_rels/" in head
        return _OFFICE.get(ending, "application/zip") if is_office else "application/zip"
    if _is_text(head):
        return CSV if ending in {"csv", "tsv"} else PLAIN
    return UNKNOWN


def _is_text(head: bytes) -> bool:
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):  # UTF-16 with its mark
        return True
    allowed = set(range(32, 256)) | {9, 10, 12, 13, 27}
    return all(byte in allowed for byte in head)
