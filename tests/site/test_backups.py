"""Backups: what a node holds comes back whole, on both databases; what is torn is named."""

import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import threading
import time
import zipfile
from contextlib import closing, contextmanager
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import connection, connections
from django.db.backends.sqlite3.base import DatabaseWrapper
from django.db.utils import ConnectionHandler
from tests.site.made_node import NOW, store

from tamgha import risk
from tamgha.platform.accounts.models import Administration, LogIn, User
from tamgha.platform.files import services as files
from tamgha.platform.files.choices import Access
from tamgha.platform.files.models import Upload
from tamgha.platform.journal import services as journal
from tamgha.platform.journal.models import Entry
from tamgha.platform.trust.models import NodeKey
from tamgha.practice.targeting.models import DeclarationSet
from tamgha.practice.targeting.services import sets
from tamgha.shared.errors import RefusedError, TamghaError
from tamgha.site.backups import Archive, Target, homes, make_backup, place, settle, sqlite
from tamgha.site.backups.archive import ArchiveWriter, Manifest, Table
from tamgha.site.backups.restoring import faults_of as faults_in_the_way

pytestmark = pytest.mark.django_db(transaction=True)

ODD = "tab\t, line\n, return\r, back\\slash, \\N, \\., quote'\", Зарина, 🜨"
PASSING = (
    "run/requests",
    "charts/x.svg",
    "files/parts/half",
    "keys/seal/.abc.1",
    "indicators/juniper/1.state",
    "declarations/indicators/set-1.parquet",
)
PASSPHRASE = "three horses drink at dusk"


@pytest.fixture
def analyst() -> User:
    """A person of an administration, with texts that are hard to write down."""
    place_of_work = Administration.objects.create(
        code="juniper", name_en=f"Juniper {ODD}", name_ru="Арча", currency="USD",
        state_languages=["kk", ODD], created_at=datetime(2026, 1, 2, 3, 4, 5, 678, tzinfo=UTC),
    )  # fmt: skip
    return User.objects.create(
        username="timur.juniper", full_name=ODD, administration=place_of_work, is_simulated=True
    )


@pytest.fixture
def node(analyst, settings, tmp_path):
    """A node with stored files, a set of declarations and keys."""
    home = settings.TAMGHA_HOME
    store(analyst, "a.csv", "first", Access.PRIVATE)
    store(analyst, "b.csv", "second", Access.PRIVATE)
    folder = sets.new_folder()
    risk.simulate(7, declarations=60, start=date(2026, 1, 5), weeks=6).write(folder)
    sets.enter_set(
        administration=analyst.administration, name="a set", folder=folder, by=analyst, at=NOW
    )
    (home / "keys" / "seal").mkdir(parents=True)
    (home / "keys" / "seal" / "abc.pem").write_bytes(b"private part")
    (home / "secret.key").write_text("s" * 64)
    for passing in PASSING:
        (home / passing).parent.mkdir(parents=True, exist_ok=True)
        (home / passing).write_text("passing")
    return home


@contextmanager
def empty_database(folder: Path):
    """Give a connection to an empty database of the kind that the tests run on."""
    own = connection.copy("restored")
    if connection.vendor == "postgresql":
        name = f"tamgha_restored_{os.getpid()}_{time.monotonic_ns()}"
        with connection.cursor() as cursor:
            cursor.execute(f"CREATE DATABASE {name}")
    else:
        name = str(folder / "tamgha.sqlite3")
    own.settings_dict = connection.settings_dict | {"NAME": name}
    if connection.vendor == "postgresql":
        opened(own)
    try:
        yield own
    finally:
        own.close()
        if "restored" in connections:
            del connections["restored"], connections.settings["restored"]
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute(f"DROP DATABASE {name} WITH (FORCE)")


def opened(database):
    """Connect, and let models be read with ``using("restored")``."""
    database.ensure_connection()
    connections["restored"], connections.settings["restored"] = database, database.settings_dict
    return database


def everything_in(database) -> dict[str, list]:
    """Return every row of every table."""
    names = database.introspection.table_names()
    found = {}
    with database.cursor() as cursor:
        for name in sorted(names):
            cursor.execute(f'SELECT * FROM "{name}"')
            rows = [
                tuple(bytes(v) if isinstance(v, memoryview) else v for v in row)
                for row in cursor.fetchall()
            ]
            found[name] = sorted(rows, key=repr)
    return found


def kept_files(home: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(home)): path.read_bytes()
        for path in home.rglob("*")
        if path.is_file() and ".sqlite3" not in path.name
    }


def backup_at(path: Path, **more) -> Path:
    return make_backup(path, at=NOW, **more).path


def restored(path: Path, home: Path, database, passphrase: str = ""):
    with Archive(path, passphrase) as archive:
        return place(archive, Target(home, database))


def faults_of(path: Path, target: Target) -> list[str]:
    """Return what a restore refuses, and see that it changed nothing."""
    before = kept_files(target.home) if target.home.exists() else None
    with Archive(path) as archive, pytest.raises(RefusedError) as refusal:
        place(archive, target)
    after = kept_files(target.home) if target.home.exists() else None
    assert after == before
    return [fault.en for fault in refusal.value.faults]


# ---- there and back ------------------------------------------------------------------------------


@pytest.mark.slow
def test_a_node_comes_back_whole(node, analyst, tmp_path):
    gone = LogIn.objects.create(person=analyst, started_at=NOW, last_seen_at=NOW)
    number = gone.pk
    gone.delete()
    before = everything_in(connection)
    path = backup_at(tmp_path / "one.zip")
    home = tmp_path / "new"

    with empty_database(home) as database:
        told = restored(path, home, database)
        after = everything_in(opened(database))
        person = User.objects.using("restored").get(username="timur.juniper")
        new = LogIn.objects.using("restored").create(
            person=person, started_at=NOW, last_seen_at=NOW
        )

    assert after == before
    assert new.pk > number, "a number that was given out was given again"
    assert sum(len(rows) for rows in before.values()) == told.rows > 10
    assert kept_files(home) == {
        name: content
        for name, content in kept_files(node).items()
        if name not in PASSING and not name.startswith(("run/", "charts/")) and "/." not in name
    }
    assert (
        risk.DeclarationSet.open(home / "declarations" / DeclarationSet.objects.get().folder)
        .items()
        .num_rows
    )


def contents_named_in(path: Path, folder: Path) -> list[str]:
    """Return the hashes of the stored files of which the database in an archive speaks."""
    with Archive(path) as archive:
        if archive.manifest.engine == "postgresql":
            columns = archive.manifest.tables["files_storedfile"].columns
            lines = b"".join(archive.blocks("database/files_storedfile.copy")).decode().splitlines()
            return [line.split("\t")[columns.index("sha256")] for line in lines]
        archive.write_to(sqlite.FILE, folder / "copy.sqlite3")
    with closing(sqlite3.connect(folder / "copy.sqlite3")) as copy:
        return [sha256 for (sha256,) in copy.execute("SELECT sha256 FROM files_storedfile")]


def test_a_backup_while_writers_write_has_every_file_of_its_rows(node, analyst, tmp_path):
    stop, stored = threading.Event(), []

    def write() -> None:
        while not stop.is_set():
            stored.append(store(analyst, "n.csv", f"content {len(stored)} " * 500, Access.PRIVATE))
        connection.close()

    writer = threading.Thread(target=write)
    writer.start()
    while len(stored) < 5:
        time.sleep(0.01)
    before = len(stored)
    path = backup_at(tmp_path / "one.zip")
    after = len(stored)
    stop.set()
    writer.join(timeout=30)

    named = contents_named_in(path, tmp_path)
    with Archive(path) as archive:
        assert archive.faults() == []
        there = set(archive.manifest.members)
        rows = archive.manifest.tables["files_storedfile"].rows
    assert before <= len(named) - 2 <= after + 1
    assert rows == len(named)
    assert {f"home/files/contents/{one[:2]}/{one}" for one in named} <= there


def test_a_file_that_came_just_before_the_snapshot_is_in_the_backup(
    node, analyst, tmp_path, monkeypatch
):
    from tamgha.site.backups import making

    snapshot = making._add_database

    def just_before(*args, **more):
        store(analyst, "late.csv", "came late", Access.PRIVATE)
        return snapshot(*args, **more)

    monkeypatch.setattr(making, "_add_database", just_before)
    path = backup_at(tmp_path / "one.zip")

    named = contents_named_in(path, tmp_path)
    with Archive(path) as archive:
        there = set(archive.manifest.members)
    assert len(named) == 3
    assert {f"home/files/contents/{one[:2]}/{one}" for one in named} <= there


def test_keys_come_back_for_their_owners_eyes_alone(node, tmp_path):
    path = backup_at(tmp_path / "one.zip")
    with Archive(path) as archive:
        assert archive.manifest.keys == "included"
        names = [name for name in archive.manifest.members if name.startswith("keys/")]

    assert {"keys/keys/seal/abc.pem", "keys/secret.key"} <= set(names)
    assert [name for name in names if "/." in name] == []
    assert path.stat().st_mode & 0o077 == 0


def test_keys_stay_out_on_wish(node, tmp_path):
    path = backup_at(tmp_path / "one.zip", with_keys=False)

    with Archive(path) as archive:
        assert archive.manifest.keys == "left out"
        assert [name for name in archive.manifest.members if name.startswith("keys/")] == []
    assert b"private part" not in path.read_bytes()


def test_a_backup_without_keys_wants_those_of_the_old_node_first(node, target, tmp_path):
    path = backup_at(tmp_path / "one.zip", with_keys=False)

    (said,) = faults_of(path, target)
    shutil.copytree(node / "keys", target.home / "keys")
    shutil.copy(node / "secret.key", target.home / "secret.key")
    with Archive(path) as archive:
        after = faults_in_the_way(archive, target)

    assert said.startswith("the backup holds no keys: put secret.key and the folder keys")
    assert after == []


def test_a_key_that_is_made_or_taken_away_meanwhile_is_in_the_backup(node, tmp_path, monkeypatch):
    def meanwhile(archive, home):
        (home / "keys/seal/abc.pem").unlink()
        (home / "keys/seal/new.pem").write_bytes(b"new")

    monkeypatch.setattr(homes, "add_home", meanwhile)
    path = backup_at(tmp_path / "one.zip")

    with Archive(path) as archive:
        assert {"keys/keys/seal/abc.pem", "keys/keys/seal/new.pem"} <= set(archive.manifest.members)


def test_the_backup_is_noted_for_the_metrics(node, client, tmp_path):
    backup_at(tmp_path / "one.zip")

    body = client.get("/metrics").content.decode()

    assert f"tamgha_last_backup_seconds {int(NOW.timestamp())}\n" in body


@pytest.mark.slow
@pytest.mark.skipif("connection.vendor != 'postgresql'", reason="it grows into PostgreSQL")
def test_a_node_grows_from_sqlite_to_postgresql(analyst, settings, tmp_path):
    small = sqlite_node(tmp_path / "small")
    copied_to(small, [analyst.administration, analyst])
    for sealed in (b"\x00\xff\\", b""):
        NodeKey.objects.using("small").create(
            fingerprint=sealed.hex() or "-", public=sealed, introduction=sealed, made_at=NOW,
            retired_at=NOW, signs=False,
        )  # fmt: skip
    path = backup_at(tmp_path / "one.zip", of=small)
    home = tmp_path / "new"

    with empty_database(home) as database:
        restored(path, home, database)
        here, there = values_in("small"), values_in("restored")
    small.close()
    del connections["small"], connections.settings["small"]

    assert here["accounts.User"][0]["full_name"] == ODD
    assert there == here


def sqlite_node(folder: Path):
    """Return a connection to a new database of SQLite, migrated; its alias is "small"."""
    from tamgha.site.configuration import database as described

    folder.mkdir()
    handler = ConnectionHandler({"default": described("", folder, 0)})
    made = DatabaseWrapper(handler.settings["default"], "small")
    made.ensure_connection()
    connections["small"], connections.settings["small"] = made, made.settings_dict
    call_command("migrate", database="small", verbosity=0)
    return made


def copied_to(database, rows) -> None:
    for row in rows:
        row.save(using=database.alias, force_insert=True)


def values_in(alias: str) -> dict[str, list[dict]]:
    """Return every row of every model, bytes as bytes."""
    return {
        model._meta.label: [
            {name: bytes(v) if isinstance(v, memoryview) else v for name, v in row.items()}
            for row in model._base_manager.using(alias).order_by("pk").values()
        ]
        for model in apps.get_models()
    }


# ---- after a restore -----------------------------------------------------------------------------


def test_after_a_restore_everybody_signs_in_anew_and_half_files_are_forgotten(
    node, analyst, client, tmp_path
):
    client.force_login(analyst)
    assert client.get("/people/me/").status_code == 200
    files.begin_upload(name="half.csv", size=10, keeping=files.Keeping(owner=analyst), at=NOW)

    with Archive(backup_at(tmp_path / "one.zip")) as archive:
        manifest = archive.manifest

    ended = settle(manifest, at=NOW)

    assert ended == 1
    assert client.get("/people/me/").status_code == 302
    assert not LogIn.objects.filter(ended_at=None).exists()
    assert not Upload.objects.exists()
    told = Entry.objects.filter(act__startswith="node.").order_by("pk")
    assert [entry.act_text for entry in told] == ["Backup made", "Restored from a backup"]


# ---- never half ----------------------------------------------------------------------------------

SLOW = """
import sys, time
from pathlib import Path
from tamgha.site.backups.archive import ArchiveWriter

def blocks():
    yield b"x" * 3_000_000
    print("begun", flush=True)
    time.sleep(60)

with ArchiveWriter(Path(sys.argv[1])) as archive:
    archive.add("home/files/a", blocks())
"""


@pytest.fixture
def slow_backup(tmp_path):
    """Begin a backup that takes long, in a process of its own."""
    environment = os.environ | {
        "DJANGO_SETTINGS_MODULE": "tamgha.site.settings",
        "TAMGHA_HOME": str(tmp_path / "x"),
    }
    code = f"import django; django.setup()\n{SLOW}"
    process = subprocess.Popen(
        [sys.executable, "-c", code, str(tmp_path / "one.zip")],
        stdout=subprocess.PIPE, text=True, env=environment,
    )  # fmt: skip
    assert process.stdout.readline() == "begun\n"
    yield process
    process.kill()
    process.wait(timeout=10)
    process.stdout.close()


def unfinished(folder: Path) -> set[Path]:
    return set(folder.glob(".one.zip.*.part"))


def break_a_backup(path: Path) -> set[Path]:
    """Begin a backup, leave it unfinished, and return what lay beside it meanwhile."""
    with ArchiveWriter(path):
        return unfinished(path.parent)


@pytest.mark.slow
def test_a_killed_backup_leaves_no_half_file_and_the_next_sweeps(node, slow_backup, tmp_path):
    running = unfinished(tmp_path)
    beside = break_a_backup(tmp_path / "one.zip")

    slow_backup.send_signal(signal.SIGKILL)
    slow_backup.wait(timeout=10)
    left = unfinished(tmp_path)
    backup_at(tmp_path / "one.zip")

    assert len(running) == 1
    assert running < beside
    assert left == running
    assert unfinished(tmp_path) == set()
    with Archive(tmp_path / "one.zip") as archive:
        assert archive.faults() == []


def test_a_backup_that_breaks_leaves_nothing(node, tmp_path, monkeypatch):
    monkeypatch.setattr(homes, "add_home", lambda *_: 1 / 0)

    with pytest.raises(ZeroDivisionError):
        backup_at(tmp_path / "one.zip")

    assert [path.name for path in tmp_path.iterdir() if "one.zip" in path.name] == []
    assert [path.name for path in (node / "run").iterdir()] == ["requests"]


def test_a_backup_overwrites_nothing(node, tmp_path):
    (tmp_path / "one.zip").write_text("mine")

    with pytest.raises(TamghaError, match="exists already"):
        backup_at(tmp_path / "one.zip")

    assert (tmp_path / "one.zip").read_text() == "mine"


# ---- torn, changed, in the way -------------------------------------------------------------------


@pytest.fixture
def target(tmp_path):
    """A place that is empty."""
    with empty_database(tmp_path / "new") as database:
        yield Target(tmp_path / "new", database)


def rewritten(path: Path, change) -> Path:
    """Write an archive anew with other members; ``change`` gets them by their names."""
    with zipfile.ZipFile(path) as old:
        members = {name: old.read(name) for name in old.namelist()}
    change(members)
    other = path.with_name("changed.zip")
    with zipfile.ZipFile(other, "w") as new:
        for name, content in members.items():
            new.writestr(name, content)
    return other


def content_name(members: dict[str, bytes], text: bytes) -> str:
    return next(name for name, content in members.items() if content == text)


def test_all_that_is_changed_missing_or_added_is_named_at_once(node, target, tmp_path):
    names = {}

    def change(members: dict[str, bytes]) -> None:
        names["first"] = content_name(members, b"first")
        names["second"] = content_name(members, b"second")
        members[names["first"]] = b"First"
        del members[names["second"]]
        members["home/files/added"] = b"added"

    path = rewritten(backup_at(tmp_path / "one.zip"), change)

    assert sorted(faults_of(path, target)) == sorted([
        "home/files/added: not on the list of the backup.",
        f"{names['first']}: is not what the backup put there; it was changed or is torn.",
        f"{names['second']}: is missing.",
    ])  # fmt: skip


@pytest.mark.parametrize("name", ["home/../../x", "home//x", "/etc/x", "other/x", "home/a/../b"])
def test_a_name_that_leads_out_of_the_home_is_refused(node, target, tmp_path, name):
    def change(members: dict[str, bytes]) -> None:
        told = json.loads(members["manifest.json"])
        first = content_name(members, b"first")
        told["members"][name] = told["members"].pop(first)
        members[name] = members.pop(first)
        members["manifest.json"] = json.dumps(told).encode()

    path = rewritten(backup_at(tmp_path / "one.zip"), change)

    assert f"{name}: not a name of a backup." in faults_of(path, target)


@pytest.mark.parametrize("share", [0.0, 0.3, 0.9, 0.999])
def test_a_torn_file_is_no_backup(node, tmp_path, share):
    path = backup_at(tmp_path / "one.zip")
    os.truncate(path, int(path.stat().st_size * share))

    with pytest.raises(TamghaError, match="no whole backup"):
        Archive(path)


def test_no_changed_byte_changes_what_is_restored(node, tmp_path):
    path = backup_at(tmp_path / "one.zip")
    whole = path.read_bytes()
    with Archive(path) as archive:
        told = archive.manifest
    unseen = []

    for where in range(0, len(whole), max(1, len(whole) // 60)):
        path.write_bytes(whole[:where] + bytes([whole[where] ^ 0x40]) + whole[where + 1 :])
        try:
            with Archive(path) as archive:
                if archive.faults() == [] and archive.manifest != told:
                    unseen.append(where)
        except TamghaError:
            continue

    assert unseen == []


def test_a_file_that_is_something_else_is_no_backup(tmp_path):
    (tmp_path / "x").write_text("something else")
    with zipfile.ZipFile(tmp_path / "y", "w") as other:
        other.writestr("a", "b")

    for name in ("x", "y"):
        with pytest.raises(TamghaError, match="no whole backup"):
            Archive(tmp_path / name)
    with pytest.raises(TamghaError, match="does not open"):
        Archive(tmp_path / "z")


def test_what_lies_in_the_home_is_in_the_way(node, target, tmp_path):
    path = backup_at(tmp_path / "one.zip")
    target.home.mkdir()
    (target.home / "files").mkdir()
    (target.home / "run").mkdir()

    assert faults_of(path, target) == [
        f"{target.home / 'files'}: is in the way; restore into an empty place with --into"
    ]


def test_a_database_with_tables_is_in_the_way(node, tmp_path):
    path = backup_at(tmp_path / "one.zip")
    occupied = Target(tmp_path / "new", connection)

    (said,) = faults_of(path, occupied)

    assert "TAMGHA_DATABASE_URL" in said


def test_a_migration_of_a_newer_program_is_named(node, target, tmp_path):
    def change(members: dict[str, bytes]) -> None:
        told = json.loads(members["manifest.json"])
        told["migrations"].append(["targeting", "0999_of_tomorrow"])
        members["manifest.json"] = json.dumps(told).encode()

    path = rewritten(backup_at(tmp_path / "one.zip"), change)

    (said,) = faults_of(path, target)
    assert said.startswith("migration targeting 0999_of_tomorrow: unknown here")


def test_a_manifest_of_another_format_is_refused(node, tmp_path):
    def change(members: dict[str, bytes]) -> None:
        told = json.loads(members["manifest.json"]) | {"format": 2}
        members["manifest.json"] = json.dumps(told).encode()

    path = rewritten(backup_at(tmp_path / "one.zip"), change)

    with pytest.raises(TamghaError, match="format 1 was expected; 2 came"):
        Archive(path)


def test_a_full_disk_is_told_before_anything_is_written(node, target, tmp_path, monkeypatch):
    from tamgha.site.backups import restoring

    path = backup_at(tmp_path / "one.zip")
    monkeypatch.setattr(restoring, "SPARE", 10**18)

    (said,) = faults_of(path, target)
    assert "are needed" in said


@pytest.mark.slow
def test_what_breaks_in_the_middle_is_taken_back(node, target, tmp_path, monkeypatch):
    from tamgha.site.backups import restoring

    path = backup_at(tmp_path / "one.zip")
    monkeypatch.setattr(restoring, "folder_to_disk", lambda _folder: 1 / 0)

    with Archive(path) as archive, pytest.raises(ZeroDivisionError):
        place(archive, target)

    assert kept_files(target.home) == {}
    assert homes.what_lies_in(target.home) == []
    if connection.vendor == "postgresql":
        assert target.database.introspection.table_names() == []
    else:
        monkeypatch.undo()
        assert restored(path, target.home, target.database).rows > 10


@pytest.mark.slow
def test_rows_that_break_their_rules_are_refused_and_nothing_stays(node, target, tmp_path):
    if connection.vendor == "postgresql":
        name = "database/files_storedfile.copy"

        def change(members: dict[str, bytes]) -> None:
            rows = members[name].splitlines(keepends=True)
            members[name] = rows[0] + rows[0].replace(b"1\t", b"99\t", 1).replace(b"a.csv", b"")
            entered_anew(members, name)
    else:
        name = sqlite.FILE

        def change(members: dict[str, bytes]) -> None:
            database = tmp_path / "broken.sqlite3"
            database.write_bytes(members[name])
            with closing(sqlite3.connect(database)) as broken:
                broken.execute("UPDATE files_storedfile SET owner_id = 4711")
                broken.commit()
            members[name] = database.read_bytes()
            entered_anew(members, name)

    path = rewritten(backup_at(tmp_path / "one.zip"), change)

    with Archive(path) as archive, pytest.raises(RefusedError, match=r"broken|break a rule"):
        place(archive, target)

    assert homes.what_lies_in(target.home) == []
    if connection.vendor == "postgresql":
        assert target.database.introspection.table_names() == []


def entered_anew(members: dict[str, bytes], name: str) -> None:
    """Let the manifest say what the member now is, as somebody would who forges a backup."""
    import hashlib

    told = json.loads(members["manifest.json"])
    told["members"][name] = {
        "size": len(members[name]), "sha256": hashlib.sha256(members[name]).hexdigest()
    }  # fmt: skip
    members["manifest.json"] = json.dumps(told).encode()


# ---- sealed --------------------------------------------------------------------------------------


def test_a_sealed_backup_opens_with_its_passphrase_and_shows_nothing_without(node, tmp_path):
    path = backup_at(tmp_path / "one.tamgha", passphrase=PASSPHRASE)
    raw = path.read_bytes()

    with Archive(path, PASSPHRASE) as archive:
        assert archive.faults() == []
        assert archive.manifest.keys == "included"
    assert [
        text for text in (b"private part", b"manifest", b"timur", b"PK\x03\x04") if text in raw
    ] == []
    with pytest.raises(TamghaError, match="does not fit"):
        Archive(path, "three horses drink at dawn")
    with pytest.raises(TamghaError, match="is sealed"):
        Archive(path)


@pytest.mark.parametrize("change", ["cut", "first", "last", "swapped", "head"])
def test_a_change_of_a_sealed_backup_is_seen(tmp_path, change):
    from tamgha.site.backups import sealing

    path = tmp_path / "one.tamgha"
    sealed_archive(path, size=3_500_000)
    raw = bytearray(path.read_bytes())
    piece = sealing.PIECE + sealing.TAG
    first = raw[sealing.HEAD_SIZE : sealing.HEAD_SIZE + piece]
    second = raw[sealing.HEAD_SIZE + piece : sealing.HEAD_SIZE + 2 * piece]
    if change == "cut":
        del raw[-(len(raw) - sealing.HEAD_SIZE) % piece - piece :]
    elif change == "swapped":
        raw[sealing.HEAD_SIZE : sealing.HEAD_SIZE + 2 * piece] = second + first
    else:
        raw[{"head": 20, "first": sealing.HEAD_SIZE + 500, "last": -5}[change]] ^= 1
    path.write_bytes(raw)

    try:
        with Archive(path, PASSPHRASE) as archive:
            seen = [fault.en for fault in archive.faults()]
    except TamghaError as fault:
        seen = [str(fault)]
    assert seen != []


def sealed_archive(path: Path, size: int) -> None:
    with ArchiveWriter(path, PASSPHRASE) as archive:
        archive.add("home/files/a", [os.urandom(size)])
        archive.finish(Manifest(NOW.isoformat(), "0", "node", "sqlite", (), {}, "none", False))


@pytest.mark.parametrize("size", [0, 1, 2**20 - 1, 2**20, 2**20 + 1, 2**21])
def test_what_was_sealed_is_read_at_any_place(tmp_path, size):
    from tamgha.site.backups.sealing import SealedReader, SealingWriter

    told = os.urandom(size)
    with (tmp_path / "s").open("w+b") as stream:
        writer = SealingWriter(stream, PASSPHRASE)
        writer.write(told[: size // 3])
        writer.write(told[size // 3 :])
        writer.close()
        reader = SealedReader(stream, PASSPHRASE)

        assert reader.seek(0, 2) == size
        for start in {0, size // 2, max(0, size - 5)}:
            reader.seek(start)
            assert b"".join(iter(lambda: reader.read(300_000), b"")) == told[start:]


@pytest.mark.parametrize("change", ["swapped", "doubled", "first gone", "last gone", "emptied"])
def test_pieces_of_a_sealed_file_stand_each_in_its_place_alone(tmp_path, change):
    from tamgha.site.backups.sealing import (
        HEAD_SIZE,
        PIECE,
        TAG,
        SealedReader,
        SealError,
        SealingWriter,
    )

    with (tmp_path / "s").open("w+b") as stream:
        writer = SealingWriter(stream, PASSPHRASE)
        writer.write(os.urandom(3 * PIECE))
        writer.close()
        stream.seek(0)
        head, first, second, third = (
            stream.read(HEAD_SIZE), *(stream.read(PIECE + TAG) for _piece in range(3))
        )  # fmt: skip
    pieces = {
        "swapped": [second, first, third],
        "doubled": [first, first, third],
        "first gone": [second, third],
        "last gone": [first, second],
        "emptied": [],
    }[change]
    (tmp_path / "s").write_bytes(head + b"".join(pieces))

    with (tmp_path / "s").open("rb") as stream, pytest.raises(SealError):
        SealedReader(stream, PASSPHRASE).readall()


# ---- sets that change meanwhile ------------------------------------------------------------------


def test_a_set_that_is_replaced_while_it_is_copied_comes_whole(tmp_path):
    home = tmp_path / "home"
    folder = home / "declarations" / "set-1"

    def lay(number: int) -> None:
        (folder / "items").mkdir(parents=True, exist_ok=True)
        for old in (folder / "items").glob("*.parquet"):
            old.unlink()
        (folder / "items" / f"{number}.parquet").write_bytes(str(number).encode())
        told = {"parts": [{"path": f"items/{number}.parquet"}], "findings": []}
        (folder / "set.json").write_text(json.dumps(told))

    class Meddling(ArchiveWriter):
        meddled = 0

        def add_file(self, name, path, **more):
            if path.suffix == ".parquet" and self.meddled < 3:
                self.meddled += 1
                lay(self.meddled)
            super().add_file(name, path, **more)

    lay(0)
    with Meddling(tmp_path / "one.zip") as archive:
        homes.add_home(archive, home)
        archive.finish(
            Manifest(NOW.isoformat(), "0", "node", "sqlite", (), {"t": Table((), 0)}, "none", False)
        )

    with Archive(tmp_path / "one.zip") as archive:
        names = set(archive.manifest.members)
        told = json.loads(b"".join(archive.blocks("home/declarations/set-1/set.json")))
    assert {f"home/declarations/set-1/{part['path']}" for part in told["parts"]} <= names
    assert told["parts"] == [{"path": "items/3.parquet"}]


# ---- the commands --------------------------------------------------------------------------------


@pytest.fixture
def command(monkeypatch):
    """Call a command of `tamgha` in this process; return its answer from JSON."""
    from typer.testing import CliRunner

    from tamgha.site import cli_app
    from tamgha.site.cli import backup, restore  # noqa: F401 -- they enter their commands

    monkeypatch.setenv("TAMGHA_SECRET_KEY", "s" * 40)
    monkeypatch.setattr("django.setup", lambda: None)  # once more, it would log to a closed stream

    def call(*arguments: object):
        found = CliRunner().invoke(cli_app.app, [*map(str, arguments), "--json"])
        if found.exception is not None:
            raise found.exception
        return json.loads(found.stdout)

    return call


def test_the_commands_tell_what_they_did(node, command, tmp_path):
    path, phrase = tmp_path / "one.tamgha", tmp_path / "phrase"
    phrase.write_text(f"{PASSPHRASE}\n")

    made = command("backup", path, "--passphrase-file", phrase)
    seen = command("restore", path, "--check", "--passphrase-file", phrase)

    assert (made["sealed"], made["keys"], made["bytes"]) == (True, "included", path.stat().st_size)
    assert {name: seen[name] for name in ("rows", "tables", "files")} == {
        name: made[name] for name in ("rows", "tables", "files")
    }
    with pytest.raises(RefusedError, match=r"is in the way|has .* tables"):
        command("restore", path, "--passphrase-file", phrase)


@pytest.mark.parametrize("text", ["", "short", "\n" + PASSPHRASE])
def test_a_passphrase_that_guards_nothing_is_refused(command, tmp_path, text):
    (tmp_path / "phrase").write_text(text)

    with pytest.raises(TamghaError, match="at least 12 characters"):
        command("backup", tmp_path / "one.zip", "--passphrase-file", tmp_path / "phrase")

    assert not (tmp_path / "one.zip").exists()


@pytest.mark.slow
@pytest.mark.skipif("connection.vendor != 'sqlite'", reason="the node is made with SQLite")
def test_a_node_is_restored_by_the_command_with_its_own_secret(node, client, analyst, tmp_path):
    client.force_login(analyst)
    client.get("/people/me/")
    journal.seal_all(at=NOW)
    path, home = backup_at(tmp_path / "one.zip"), tmp_path / "new"
    strange = {name: text for name, text in os.environ.items() if not name.startswith("TAMGHA_")}

    done = subprocess.run(
        [sys.executable, "-m", "tamgha.site.main", "restore", path, "--into", home, "--json"],
        capture_output=True, text=True, check=True, cwd=tmp_path, env=strange,
    )  # fmt: skip

    assert json.loads(done.stdout)["log_ins_ended"] == 1
    assert (home / "secret.key").read_text() == "s" * 64
    assert {(home / one).stat().st_mode & 0o077 for one in ("secret.key", "keys", "keys/seal")} == {
        0
    }
    with closing(sqlite3.connect(home / "tamgha.sqlite3")) as new:
        assert new.execute("SELECT count(*) FROM django_session").fetchone() == (0,)
        assert new.execute("SELECT full_name FROM accounts_user").fetchall() == [(ODD,)]
        assert new.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    assert homes.what_lies_in(tmp_path / "var") == []
    checked = subprocess.run(
        [sys.executable, "-m", "tamgha.site.main", "journal", "verify", "--json"],
        capture_output=True, text=True, check=False, cwd=tmp_path, env=strange | {"TAMGHA_HOME": str(home)},
    )  # fmt: skip
    assert checked.returncode == 0, checked.stdout
    assert json.loads(checked.stdout)["entries"] > 0
