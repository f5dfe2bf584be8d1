"""The files on the disk: contents under their hash, slices in part files.

What has its final name is whole: it was written under another name, brought to the disk, and then
renamed; after a crash there is the old state or the new one.
"""

import contextlib
import hashlib
import os
import shutil
import uuid
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from django.conf import settings

from tamgha.platform.files.domain import HEAD

BLOCK = 1024 * 1024
SPARE = 64 * 1024 * 1024
"""Bytes of the disk that stay free: the database writes there too."""


class TooLargeError(Exception):
    """More came than was allowed; nothing of it was kept."""


@dataclass(frozen=True, slots=True)
class Content:
    """What is known of bytes that lie on the disk."""

    sha256: str
    size: int
    head: bytes


def path_of(sha256: str) -> Path:
    """Return where the content of this hash lies, or would lie."""
    return _root() / "contents" / sha256[:2] / sha256


def part_of(upload: uuid.UUID) -> Path:
    """Return where the slices of an upload lie."""
    return _root() / "parts" / str(upload)


def free_bytes() -> int:
    """Return how many bytes may still be stored."""
    root = _root()
    root.mkdir(parents=True, exist_ok=True)
    return max(0, shutil.disk_usage(root).free - SPARE)


def keep(blocks: Iterable[bytes], *, limit: int) -> Content:
    """Write the blocks to the disk under the hash of their content.

    Raises TooLargeError when more than ``limit`` bytes come; nothing is kept then.
    """
    part = part_of(uuid.uuid4())
    part.parent.mkdir(parents=True, exist_ok=True)
    size = 0
    try:
        with part.open("xb") as file:
            for block in blocks:
                size += len(block)
                if size > limit:
                    raise TooLargeError
                file.write(block)
            _to_disk(file)
        return keep_part(part)
    finally:
        part.unlink(missing_ok=True)


def write_slice(upload: uuid.UUID, *, offset: int, data: bytes) -> None:
    """Write a slice at its place in the part file, and bring it to the disk.

    Written again at the same place it replaces itself, so a slice whose answer got lost may be sent
    once more.
    """
    part = part_of(upload)
    part.parent.mkdir(parents=True, exist_ok=True)
    with os.fdopen(os.open(part, os.O_RDWR | os.O_CREAT, 0o600), "r+b") as file:
        file.seek(offset)
        file.write(data)
        file.truncate()
        _to_disk(file)


def keep_part(part: Path) -> Content:
    """Give a whole part file its final name; a content that is there already is not stored twice."""
    content = _content_of(part)
    final = path_of(content.sha256)
    final.parent.mkdir(parents=True, exist_ok=True)
    part.replace(final)
    _folder_to_disk(final.parent)
    return content


def link_part(upload: uuid.UUID) -> Content:
    """Give the whole slices their final name, and leave the part file until `drop_part`.

    So a crash before the record is written costs nothing: the same call may be made again.
    """
    part = part_of(upload)
    content = _content_of(part)
    final = path_of(content.sha256)
    final.parent.mkdir(parents=True, exist_ok=True)
    with contextlib.suppress(FileExistsError):
        final.hardlink_to(part)
    _folder_to_disk(final.parent)
    return content


def drop_part(upload: uuid.UUID) -> None:
    """Remove the slices of an upload."""
    part_of(upload).unlink(missing_ok=True)


def open_content(sha256: str) -> BinaryIO:
    """Open a content for reading."""
    return path_of(sha256).open("rb")


def read_head(sha256: str, size: int) -> bytes:
    """Return the first bytes of a content."""
    with open_content(sha256) as file:
        return file.read(size)


def _content_of(path: Path) -> Content:
    digest, size, head = hashlib.sha256(), 0, b""
    for block in _blocks_of(path):
        head = head or block[:HEAD]
        digest.update(block)
        size += len(block)
    return Content(digest.hexdigest(), size, head)


def _blocks_of(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while block := file.read(BLOCK):
            yield block


def _to_disk(file: BinaryIO) -> None:
    file.flush()
    os.fsync(file.fileno())


def _folder_to_disk(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _root() -> Path:
    return Path(settings.TAMGHA_FILES)
