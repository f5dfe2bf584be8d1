"""Making a node from a backup: everything is looked at before anything is changed."""

import contextlib
import os
import secrets
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from django.core.management import call_command
from django.db import transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.migrations.loader import MigrationLoader

from tamgha.platform.accounts import services as accounts
from tamgha.platform.accounts.choices import LogInEnd
from tamgha.platform.accounts.models import LogIn
from tamgha.platform.files import services as files
from tamgha.platform.files.models import Upload
from tamgha.platform.journal import services as journal
from tamgha.shared.errors import RefusedError
from tamgha.shared.words import Words
from tamgha.site import acts
from tamgha.site.backups import converting, homes, postgresql, sqlite
from tamgha.site.backups.archive import NOT_RESTORED, Archive, Manifest, folder_to_disk

STAGE: Final = ".restoring-"
SPARE: Final = 64 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Target:
    """Where a node is made.

    Parameters
    ----------
    home : a folder that is empty, or is not there yet
    database : a connection to a database without tables; with SQLite its file is not there yet
    """

    home: Path
    database: BaseDatabaseWrapper

    @property
    def database_file(self) -> Path:
        """Where the database of SQLite will lie."""
        return Path(str(self.database.settings_dict["NAME"]))


@dataclass(frozen=True, slots=True)
class Restored:
    """What was restored: files, tables and rows; and whether the keys came with them."""

    files: int
    tables: int
    rows: int
    keys: str
    secret_in_environment: bool


def faults_of(archive: Archive, target: Target) -> list[Words]:
    """Return everything that keeps the archive from being restored there, and change nothing."""
    return [
        *archive.faults(),
        *_strangers(archive),
        *_occupied(archive, target),
        *_unfit(archive, target),
    ]


def place(archive: Archive, target: Target) -> Restored:
    """Put database, files and keys of an archive where nothing is.

    The files are laid beside their places first, then moved; the database is the last to appear.
    What fails on the way is taken back.

    Raises
    ------
    RefusedError
        With everything that is missing or changed in the archive, unknown to this program, or in
        the way. Nothing was changed then.
    """
    faults = faults_of(archive, target)
    if faults:
        raise RefusedError(NOT_RESTORED, faults)
    target.home.mkdir(parents=True, exist_ok=True)
    stage = target.home / f"{STAGE}{secrets.token_hex(4)}"
    stage.mkdir(mode=0o700)
    try:
        _stage(archive, stage)
        if target.database.vendor == "postgresql":
            _into_postgresql(archive, target, stage)
        else:
            _into_sqlite(target, stage)
    finally:
        shutil.rmtree(stage, ignore_errors=True)
    told = archive.manifest
    return Restored(
        files=sum(not name.startswith("database/") for name in told.members),
        tables=len(told.tables),
        rows=sum(table.rows for table in told.tables.values()),
        keys=told.keys,
        secret_in_environment=told.secret_in_environment,
    )


def settle(manifest: Manifest, *, at: datetime) -> int:
    """Bring the restored database up to date and make it safe; return how many log-ins were ended.

    Every log-in ends: one that was ended after the backup must not come back to life. Files that
    were on their way in are forgotten; their slices are not in a backup. The journal tells of it.
    """
    call_command("migrate", verbosity=0, interactive=False)
    with transaction.atomic():
        open_ones = list(LogIn.objects.filter(ended_at=None).order_by("pk"))
        for log_in in open_ones:
            accounts.end_log_in(log_in=log_in, how=LogInEnd.REVOKED, by=None, at=at)
        for upload in Upload.objects.filter(file=None):
            files.drop_upload(upload=upload)
        told = {"made_at": manifest.made_at, "program": manifest.program, "keys": manifest.keys}
        journal.record(acts.RESTORED, by=None, at=at, change=journal.Change(after=told))
    return len(open_ones)


def _strangers(archive: Archive) -> list[Words]:
    """Return the migrations that only a newer program knows."""
    known = set(MigrationLoader(None, ignore_no_migrations=True).disk_migrations)
    return [
        Words(
            f"migration {app} {name}: unknown here; take the program that made the backup, or a newer one",
            f"миграция {app} {name}: здесь неизвестна; возьмите программу, создавшую копию, или новее",
        )
        for app, name in archive.manifest.migrations
        if (app, name) not in known
    ]


def _occupied(archive: Archive, target: Target) -> list[Words]:
    there = homes.what_lies_in(target.home)
    brought = set() if archive.manifest.keys == "included" else {homes.SECRET, homes.KEYS}
    found = [
        Words(
            f"{target.home / name}: is in the way; restore into an empty place with --into",
            f"{target.home / name}: мешает; восстановите в пустое место: --into",
        )
        for name in there
        if name not in brought
    ]
    if archive.manifest.keys == "left out" and homes.KEYS not in there:
        found.append(
            Words(
                "the backup holds no keys: put secret.key and the folder keys of the old node into "
                f"{target.home} first; nothing else opens the personal values of its journal",
                "в копии нет ключей: сначала положите secret.key и папку keys прежнего узла в "
                f"{target.home}; ничто другое не откроет личные данные в его журнале",
            )
        )
    if target.database.vendor == "postgresql":
        with target.database.cursor() as cursor:
            tables = postgresql.table_names(cursor)
        if tables:
            found.append(
                Words(
                    f"the database has {len(tables)} tables; name an empty one with TAMGHA_DATABASE_URL",
                    f"в базе данных есть таблицы ({len(tables)}); укажите пустую: TAMGHA_DATABASE_URL",
                )
            )
    elif target.database_file.exists() and target.database_file.parent != target.home:
        found.append(
            Words(
                f"{target.database_file}: is in the way; name another with TAMGHA_DATABASE_URL",
                f"{target.database_file}: мешает; укажите другой файл: TAMGHA_DATABASE_URL",
            )
        )
    return found


def _unfit(archive: Archive, target: Target) -> list[Words]:
    told, found = archive.manifest, []
    if told.engine == "postgresql" and target.database.vendor != "postgresql":
        found.append(
            Words(
                "a backup of PostgreSQL goes into PostgreSQL; name a database with TAMGHA_DATABASE_URL",
                "копия PostgreSQL восстанавливается в PostgreSQL; укажите базу: TAMGHA_DATABASE_URL",
            )
        )
    elif told.engine == "sqlite" and sqlite.FILE not in told.members:
        found.append(Words("the backup has no database", "в копии нет базы данных"))
    if told.engine == "postgresql":
        found += [
            Words(f"table {name}: has no rows here", f"таблица {name}: строк в копии нет")
            for name in told.tables
            if f"database/{name}.copy" not in told.members
        ]
    needed = sum(member.size for member in told.members.values()) + SPARE
    there = next(path for path in (target.home, *target.home.parents) if path.exists())
    free = shutil.disk_usage(there).free
    if free < needed:
        found.append(
            Words(
                f"{there}: {needed:,} bytes are needed, {free:,} are free",
                f"{there}: нужно байт: {needed:,}, свободно: {free:,}",
            )
        )
    return found


def _stage(archive: Archive, stage: Path) -> None:
    """Lay the files of the archive out; the keys for their owner's eyes alone."""
    for name in archive.manifest.members:
        kind, _slash, rest = name.partition("/")
        if kind == "keys":
            path = stage / "home" / rest
            archive.write_to(name, path, mode=0o600)
            if path.parent != stage / "home":
                _own_folders(stage / "home" / homes.KEYS)
        elif kind == "home" or name == sqlite.FILE:
            archive.write_to(name, stage / kind / rest)
    (stage / "home").mkdir(exist_ok=True)
    database = stage / sqlite.FILE
    if database.is_file() and (broken := sqlite.faults_of(database)):
        raise RefusedError(NOT_RESTORED, broken)


def _own_folders(folder: Path) -> None:
    folder.chmod(0o700)
    for path in folder.rglob("*"):
        if path.is_dir():
            path.chmod(0o700)


def _into_postgresql(archive: Archive, target: Target, stage: Path) -> None:
    told = archive.manifest

    def rows(table: str, columns: list[postgresql.Column]) -> Iterator[bytes]:
        if told.engine == "postgresql":
            return archive.blocks(f"database/{table}.copy")
        return converting.rows_for_postgresql(stage / sqlite.FILE, table, columns)

    with contextlib.ExitStack() as undo:

        def move() -> None:
            _move(stage, target.home, undo)

        postgresql.load(
            target.database,
            tables=told.tables,
            migrations=told.migrations,
            rows=rows,
            before_commit=move,
        )
        undo.pop_all()


def _into_sqlite(target: Target, stage: Path) -> None:
    final = target.database_file
    final.parent.mkdir(parents=True, exist_ok=True)
    with contextlib.ExitStack() as undo:
        _move(stage, target.home, undo)
        beside = final.with_name(f"{STAGE}{final.name}")
        undo.callback(beside.unlink, missing_ok=True)
        shutil.move(stage / sqlite.FILE, beside)
        beside.rename(final)
        folder_to_disk(final.parent)
        undo.pop_all()


def _move(stage: Path, home: Path, undo: contextlib.ExitStack) -> None:
    """Move what was laid out to its place; ``undo`` learns how to take it back."""
    for path in sorted((stage / "home").iterdir()):
        to = home / path.name
        os.rename(path, to)  # noqa: PTH104 -- never onto something: the home was found empty
        undo.callback(_remove, to)
    folder_to_disk(home)


def _remove(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink()
