"""The file of a backup: a ZIP whose last member lists every other with its SHA-256.

Anybody can open it with common tools. It has its name only once it is whole and on the disk.
"""

import contextlib
import fcntl
import hashlib
import io
import json
import os
import re
import secrets
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import IO, BinaryIO, Final, Self

from tamgha.shared.errors import RefusedError, TamghaError
from tamgha.shared.words import Words
from tamgha.site.backups.sealing import SealedReader, SealError, SealingWriter, is_sealed

FORMAT: Final = 1
MANIFEST: Final = "manifest.json"
BLOCK: Final = 1024 * 1024
NOT_RESTORED = Words("The backup cannot be used", "Резервная копия непригодна")
_NAME = re.compile(r"(?:database|home|keys)(?:/(?!\.\.?(?:/|$))[^/\x00\\]+)+")


@dataclass(frozen=True, slots=True)
class Member:
    """One file in the archive: how many bytes, and their SHA-256."""

    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Table:
    """One table of a database.

    Parameters
    ----------
    columns : in the order of the values of a row
    rows : how many there are
    counters : for each column that counts by itself the last number that was given out
    """

    columns: tuple[str, ...]
    rows: int
    counters: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Manifest:
    """What an archive says of itself.

    Parameters
    ----------
    made_at : ISO moment of the database's snapshot
    program : version of Tamgha that made it
    node : "node" or "hub"
    engine : "sqlite" or "postgresql": whose form the database has in the archive
    migrations : (application, migration) pairs that were applied
    tables : of the database
    keys : "included", "left out" or "none"
    secret_in_environment : whether the secret key was given by a variable, so that it is not here
    members : every other file of the archive
    """

    made_at: str
    program: str
    node: str
    engine: str
    migrations: tuple[tuple[str, str], ...]
    tables: dict[str, Table]
    keys: str
    secret_in_environment: bool
    members: dict[str, Member] = field(default_factory=dict)
    format: int = FORMAT

    @classmethod
    def of(cls, raw: bytes) -> Self:
        """Return the manifest that a text holds. Raises TamghaError when it is none of ours."""
        try:
            told = json.loads(raw)
            form = told["format"]
            told["migrations"] = tuple((app, name) for app, name in told["migrations"])
            told["tables"] = {
                name: Table(tuple(one["columns"]), one["rows"], one["counters"])
                for name, one in told["tables"].items()
            }
            told["members"] = {name: Member(**one) for name, one in told["members"].items()}
            made = cls(**told)
            datetime.fromisoformat(made.made_at)
        except (ValueError, TypeError, KeyError, AttributeError) as fault:
            raise TamghaError(_no_manifest()) from fault
        if form != FORMAT:
            raise TamghaError(
                Words(
                    f"{MANIFEST}: format {FORMAT} was expected; {form} came. Take the program that made it.",
                    f"{MANIFEST}: ожидается формат {FORMAT}, получен {form}. Возьмите программу, которой создана копия.",
                )
            )
        return made


def _no_manifest() -> Words:
    return Words(
        f"{MANIFEST}: not a list that a backup of Tamgha ends with.",
        f"{MANIFEST}: это не список, которым завершается резервная копия Tamgha.",
    )


class ArchiveWriter:
    """Writes an archive under a name that is not its own, and names it when it is whole.

    Leaving the block with an exception, or being killed, leaves no file of that name. What a killed
    one left beside it is swept away by the next.

    Parameters
    ----------
    path : where the archive will lie; TamghaError when something lies there already
    passphrase : seals the whole file; "" leaves it open
    """

    def __init__(self, path: Path, passphrase: str = "") -> None:
        self.path, self._passphrase = path, passphrase
        self.members: dict[str, Member] = {}

    def __enter__(self) -> Self:
        self._refuse_existing()
        sweep(self.path.parent, f".{self.path.name}.*.part")
        self._part = self.path.with_name(f".{self.path.name}.{secrets.token_hex(4)}.part")
        handle = os.open(self._part, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
        self._file: BinaryIO = os.fdopen(handle, "w+b")
        fcntl.flock(self._file, fcntl.LOCK_EX)
        self._sealing = SealingWriter(self._file, self._passphrase) if self._passphrase else None
        self._zip = zipfile.ZipFile(self._sealing or self._file, "w", allowZip64=True)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        fault: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close everything; what was not finished is removed."""
        for one in (self._zip, self._sealing, self._file):
            with contextlib.suppress(ValueError, OSError):
                if one is not None:
                    one.close()
        self._part.unlink(missing_ok=True)

    def add(self, name: str, blocks: Iterable[bytes], *, packed: bool = False) -> Member:
        """Write one member from blocks of bytes; ``packed`` compresses it."""
        info = zipfile.ZipInfo(name)
        info.compress_type = zipfile.ZIP_DEFLATED if packed else zipfile.ZIP_STORED
        info.external_attr = 0o600 << 16
        digest, size = hashlib.sha256(), 0
        with self._zip.open(info, "w", force_zip64=True) as member:
            for block in blocks:
                digest.update(block)
                size += len(block)
                member.write(block)
        self.members[name] = Member(size, digest.hexdigest())
        return self.members[name]

    def add_file(self, name: str, path: Path, *, packed: bool = False) -> None:
        """Write a file as a member. Raises FileNotFoundError, and writes nothing, when it is gone."""
        with path.open("rb") as file:
            self.add(name, blocks_of(file), packed=packed)

    def finish(self, manifest: Manifest) -> None:
        """Write the manifest, bring everything to the disk, and give the archive its name."""
        told = asdict(manifest) | {"members": {n: asdict(m) for n, m in self.members.items()}}
        text = json.dumps(told, ensure_ascii=False, indent=1)
        self._zip.writestr(zipfile.ZipInfo(MANIFEST), text.encode())
        self._zip.close()
        if self._sealing is not None:
            self._sealing.close()
        self._file.flush()
        os.fsync(self._file.fileno())
        self._refuse_existing()
        self._part.rename(self.path)
        folder_to_disk(self.path.parent)

    def _refuse_existing(self) -> None:
        if not self.path.parent.is_dir():
            raise TamghaError(
                Words(
                    f"The folder {self.path.parent} does not exist.",
                    f"Папки {self.path.parent} нет.",
                )
            )
        if self.path.exists():
            raise TamghaError(
                Words(
                    f"{self.path} exists already. Name another file; a backup overwrites nothing.",
                    f"{self.path} уже существует. Укажите другое имя: копия ничего не перезаписывает.",
                )
            )


class Archive:
    """An archive that is being read.

    Parameters
    ----------
    path : of the archive
    passphrase : of a sealed one

    Raises
    ------
    TamghaError
        When it is no archive, or torn; a SealError when the passphrase does not open it.
    """

    def __init__(self, path: Path, passphrase: str = "") -> None:
        self.path = path
        try:
            self._file = path.open("rb")
        except OSError as fault:
            raise TamghaError(
                Words(
                    f"{path} does not open: {fault.strerror}.",
                    f"{path} не открывается: {fault.strerror}.",
                )
            ) from fault
        try:
            self._zip = zipfile.ZipFile(self._opened(passphrase))
            self.manifest = Manifest.of(self._zip.read(MANIFEST))
        except (zipfile.BadZipFile, KeyError, EOFError, OSError, zlib.error, ValueError) as fault:
            self._file.close()
            raise TamghaError(
                Words(
                    f"{path} is no whole backup: its end is missing, or it was never one.",
                    f"{path} — не целая резервная копия: нет её конца либо это не копия.",
                )
            ) from fault
        except BaseException:
            self._file.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_fault: object) -> None:
        self._zip.close()
        self._file.close()

    def faults(self) -> list[Words]:
        """Read everything, and return what is missing, changed or not on the list, each by name."""
        listed = self.manifest.members
        names = [name for name in self._zip.namelist() if name != MANIFEST]
        found = [
            Words(f"{name}: not on the list of the backup.", f"{name}: нет в списке копии.")
            for name in sorted(set(names) - set(listed))
        ]
        for name in sorted(listed):
            if not _NAME.fullmatch(name):
                found.append(
                    Words(f"{name}: not a name of a backup.", f"{name}: недопустимое имя.")
                )
            elif name not in names:
                found.append(Words(f"{name}: is missing.", f"{name}: отсутствует."))
            elif not self._is_whole(name):
                found.append(
                    Words(
                        f"{name}: is not what the backup put there; it was changed or is torn.",
                        f"{name}: содержимое не то, что было записано; файл изменён или повреждён.",
                    )
                )
        return found

    def blocks(self, name: str) -> Iterator[bytes]:
        """Yield the bytes of a member, and see at the end that they are the ones of the list."""
        listed, digest, size = self.manifest.members[name], hashlib.sha256(), 0
        with self._zip.open(name) as member:
            for block in blocks_of(member):
                digest.update(block)
                size += len(block)
                yield block
        if (size, digest.hexdigest()) != (listed.size, listed.sha256):
            raise RefusedError(
                NOT_RESTORED, [Words(f"{name}: was changed.", f"{name}: файл изменён.")]
            )

    def write_to(self, name: str, path: Path, *, mode: int = 0o644) -> None:
        """Write a member to a new file, and bring it to the disk."""
        path.parent.mkdir(parents=True, exist_ok=True)
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
        with os.fdopen(handle, "wb") as file:
            for block in self.blocks(name):
                file.write(block)
            file.flush()
            os.fsync(file.fileno())

    def _is_whole(self, name: str) -> bool:
        try:
            for _block in self.blocks(name):
                pass
        except (RefusedError, SealError, zipfile.BadZipFile, zlib.error, EOFError, ValueError):
            return False
        except (NotImplementedError, RuntimeError):  # a way of packing that we never use
            return False
        return True

    def _opened(self, passphrase: str) -> BinaryIO:
        if not is_sealed(self._file):
            return self._file
        if not passphrase:
            raise SealError(
                Words(
                    f"{self.path} is sealed: give its passphrase with --passphrase-file.",
                    f"{self.path} запечатана: задайте парольную фразу (--passphrase-file).",
                )
            )
        return io.BufferedReader(SealedReader(self._file, passphrase), BLOCK)


def blocks_of(stream: IO[bytes]) -> Iterator[bytes]:
    """Yield a stream block by block."""
    while block := stream.read(BLOCK):
        yield block


def sweep(folder: Path, pattern: str) -> None:
    """Remove the files that a killed process left; one that works holds a lock on its own."""
    for path in folder.glob(pattern):
        with contextlib.suppress(OSError), path.open("rb") as file:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            path.unlink()


def folder_to_disk(folder: Path) -> None:
    """Bring the names in a folder to the disk."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
