"""What lies in the home of a node: which of it a backup takes, and what makes a home empty."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from tamgha.shared.errors import TamghaError
from tamgha.shared.words import Words
from tamgha.site.backups.archive import ArchiveWriter

SECRET: Final = "secret.key"  # noqa: S105 -- the name of a file
KEYS: Final = "keys"
CATALOGUE: Final = "set.json"

PASSING: Final = frozenset({"run", "charts", "server.log"})
"""What a running node makes for itself at the top of its home; a home that has no more is empty."""

MADE_ANEW: Final = frozenset({"declarations/indicators", "indicators", "files/parts"})
"""Folders that are left out: what is computed again, and files that are still on their way in.

They go on changing after the snapshot. A state that knows more than the database would be taken for
one of its own days; a part file would fit its record only by luck. Whatever a later area lays into
the home must keep its content under its name, or stand here.
"""

TRIES: Final = 10


def add_home(archive: ArchiveWriter, home: Path) -> None:
    """Write everything of a home that is not key, database, or made anew.

    Call it after the snapshot of the database. Files are written once, and whole when they have
    their names; so whatever the snapshot speaks of lies there. What came since is taken too, and
    does no harm. A file that goes away meanwhile was passing.
    """
    for path in _files(home, home):
        name = f"home/{path.relative_to(home).as_posix()}"
        if path.name == CATALOGUE:
            _add_set(archive, path, name)
        elif name not in archive.members:
            _add_if_there(archive, name, path)


def key_files(home: Path) -> dict[str, bytes]:
    """Return the content of every key file by its path in the home."""
    folder = home / KEYS
    paths = [home / SECRET] if (home / SECRET).is_file() else []
    paths += sorted(path for path in folder.rglob("*") if path.is_file() and not _is_passing(path))
    return {path.relative_to(home).as_posix(): path.read_bytes() for path in paths}


def what_lies_in(home: Path) -> list[str]:
    """Return what keeps a home from being empty."""
    if not home.exists():
        return []
    return sorted(
        path.name for path in home.iterdir() if path.name not in PASSING and not _is_passing(path)
    )


def _is_passing(path: Path) -> bool:
    """Return whether a name says that the file is not finished, or holds a lock alone."""
    return path.name.startswith(".")


def _is_database(path: Path) -> bool:
    return ".sqlite3" in path.name


def _files(folder: Path, home: Path) -> Iterator[Path]:
    """Yield the files below a folder, a catalogue of a set before the other files beside it."""
    paths = sorted(folder.iterdir(), key=lambda path: (path.name != CATALOGUE, path.name))
    for path in paths:
        if _is_passing(path) or path.is_symlink():
            continue
        if folder == home and (path.name in PASSING | {SECRET, KEYS} or _is_database(path)):
            continue
        if path.is_dir():
            if path.relative_to(home).as_posix() not in MADE_ANEW:
                yield from _files(path, home)
        elif path.is_file():
            yield path


def _add_if_there(archive: ArchiveWriter, name: str, path: Path) -> bool:
    try:
        archive.add_file(name, path)
    except FileNotFoundError:
        return False
    return True


def _add_set(archive: ArchiveWriter, catalogue: Path, name: str) -> None:
    """Write a set of declarations: the parts of one catalogue, then that catalogue.

    A writer may replace the catalogue and sweep away parts that the new one does not list; then
    the new one is taken. Parts that only an older one listed stay in the archive and do not count.
    """
    root = name.removesuffix(CATALOGUE)
    for _try in range(TRIES):
        raw = catalogue.read_bytes()
        parts = [root + part for part in _parts(raw)]
        if all(
            part in archive.members
            or _add_if_there(archive, part, catalogue.parent / part.removeprefix(root))
            for part in parts
        ):
            archive.add(name, [raw])
            return
    raise TamghaError(
        Words(
            f"{catalogue} lists parts that are not there. Repair the set, or put it away.",
            f"{catalogue} называет части, которых нет. Исправьте набор или уберите его.",
        )
    )


def _parts(raw: bytes) -> list[str]:
    try:
        told = json.loads(raw)
        return [str(one["path"]) for one in [*told["parts"], *told["findings"]]]
    except (ValueError, KeyError, TypeError):
        return []
