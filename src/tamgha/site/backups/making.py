"""Making a backup of a node that runs."""

import fcntl
import json
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from importlib import metadata
from pathlib import Path
from typing import Final

from django.conf import settings
from django.db import connection, transaction
from django.db.backends.base.base import BaseDatabaseWrapper

from tamgha.platform.journal import services as journal
from tamgha.site import acts
from tamgha.site.backups import homes, postgresql, sqlite
from tamgha.site.backups.archive import ArchiveWriter, Manifest, Table, sweep
from tamgha.site.measures import LAST_BACKUP

RUN: Final = "run"


@dataclass(frozen=True, slots=True)
class Made:
    """What was made: the file, its size in bytes, what is in it, and how many files that are."""

    path: Path
    size: int
    manifest: Manifest
    files: int


def make_backup(
    path: Path,
    *,
    at: datetime,
    passphrase: str = "",
    with_keys: bool = True,
    of: BaseDatabaseWrapper | None = None,
) -> Made:
    """Write a backup of this node to a new file; the node may go on working.

    The order makes it whole: the keys, the database as it is at one moment, then the files, which
    never change once they have their names; then the keys once more, because one may have been made
    or taken away meanwhile. The journal tells of it, after the snapshot.

    Parameters
    ----------
    path : where it will lie; nothing may lie there yet
    at : now
    passphrase : seals the file; "" leaves it open (readable by its owner alone)
    with_keys : whether the node's keys are in it
    of : a connection to the database; None is the node's own

    Raises
    ------
    TamghaError
        When the file is there already, its folder is not, or the node has no database yet.
    """
    database = of or connection
    home = Path(settings.TAMGHA_HOME)
    with ArchiveWriter(path, passphrase) as archive:
        keys = homes.key_files(home) if with_keys else {}
        manifest = _add_database(archive, database, home, at=at)
        homes.add_home(archive, home)
        if with_keys:
            keys = keys | homes.key_files(home)
        for name, content in sorted(keys.items()):
            archive.add(f"keys/{name}", [content])
        manifest = _with_keys(manifest, keys, with_keys=with_keys)
        archive.finish(manifest)
        files = sum(not name.startswith("database/") for name in archive.members)
    made = Made(path, path.stat().st_size, manifest, files)
    _note(home, at)
    with transaction.atomic():
        told = {"keys": manifest.keys, "sealed": bool(passphrase)}
        journal.record(acts.BACKED_UP, by=None, at=at, change=journal.Change(after=told))
    return made


def _add_database(
    archive: ArchiveWriter, database: BaseDatabaseWrapper, home: Path, *, at: datetime
) -> Manifest:
    if database.vendor == "postgresql":
        with postgresql.snapshot(database) as snapshot:
            for name in list(snapshot.tables):
                archive.add(f"database/{name}.copy", snapshot.rows(name), packed=True)
            return _manifest(at, "postgresql", snapshot.migrations(), snapshot.tables)
    with _passing_file(home / RUN) as copy:
        sqlite.snapshot(Path(str(database.settings_dict["NAME"])), copy)
        archive.add_file(sqlite.FILE, copy, packed=True)
        return _manifest(at, "sqlite", sqlite.migrations_of(copy), sqlite.tables_of(copy))


def _manifest(
    at: datetime,
    engine: str,
    migrations: tuple[tuple[str, str], ...],
    tables: dict[str, Table],
) -> Manifest:
    return Manifest(
        made_at=at.isoformat(),
        program=metadata.version("tamgha"),
        node=str(settings.TAMGHA_NODE),
        engine=engine,
        migrations=migrations,
        tables=tables,
        keys="none",
        secret_in_environment=bool(os.environ.get("TAMGHA_SECRET_KEY")),
    )


def _with_keys(manifest: Manifest, keys: dict[str, bytes], *, with_keys: bool) -> Manifest:
    if not with_keys:
        return replace(manifest, keys="left out")
    return replace(manifest, keys="included" if keys else "none")


@contextmanager
def _passing_file(folder: Path) -> Iterator[Path]:
    """Give a file for the time of the block; one that a killed process left is swept away."""
    folder.mkdir(parents=True, exist_ok=True)
    sweep(folder, "snapshot-*")
    path = folder / f"snapshot-{secrets.token_hex(4)}"
    with os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600), "r+b") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        try:
            yield path
        finally:
            path.unlink()


def _note(home: Path, at: datetime) -> None:
    """Leave word of the backup, for the metrics."""
    note = home / RUN / LAST_BACKUP
    note.parent.mkdir(parents=True, exist_ok=True)
    part = note.with_name(f".{note.name}.{secrets.token_hex(4)}")
    part.write_text(json.dumps({"at": at.isoformat()}), encoding="utf-8")
    part.replace(note)
