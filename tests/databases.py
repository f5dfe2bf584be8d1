"""A migrated database, made once for the migrations as they are, and copied for each test run.

Migrating takes thirteen seconds of a core, and every worker of every run begins with it. The copy
lies in `build/databases` (SQLite) or beside the test database (PostgreSQL). Its name is the digest
of everything that migrating reads, so that a changed migration makes a new one.
"""

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

KEPT = 3
"""Copies of earlier migrations that stay, for work on more than one state of the tree."""
ROOT = Path(__file__).resolve().parents[1]
FOLDER = ROOT / "build" / "databases"
READ_BY_MIGRATING = (
    "src/tamgha/**/migrations/*.py",
    "src/tamgha/**/models.py",
    "src/tamgha/**/models/*.py",
    "src/tamgha/**/apps.py",
    "src/tamgha/platform/journal/**/*.py",  # its triggers
    "requirements.lock",
)


def begin_migrated(database: dict) -> None:
    """Let the test database of these settings begin as a copy of the migrated one."""
    if database["ENGINE"].endswith("postgresql"):
        database["TEST"]["TEMPLATE"] = _postgres_template(database)
    else:
        shutil.copyfile(_sqlite_template(), database["TEST"]["NAME"])


def _digest() -> str:
    digest = hashlib.sha256(sys.version.encode())
    for pattern in READ_BY_MIGRATING:
        for path in sorted(ROOT.glob(pattern)):
            digest.update(str(path.relative_to(ROOT)).encode() + path.read_bytes())
    return digest.hexdigest()[:16]


def _sqlite_template() -> Path:
    path = FOLDER / f"{_digest()}.sqlite3"
    with _one_at_a_time():
        if not path.exists():
            for old in sorted(FOLDER.glob("*.sqlite3"), key=lambda old: old.stat().st_mtime)[
                :-KEPT
            ]:
                old.unlink()
            made = path.with_suffix(".making")
            made.unlink(missing_ok=True)
            _migrate(f"sqlite:///{quote(str(made))}")
            made.rename(path)
    return path


def _postgres_template(database: dict) -> str:
    import psycopg
    from psycopg import sql

    name = f"tamgha_migrated_{_digest()}"
    address = {
        "host": database["HOST"],
        "port": database["PORT"],
        "user": database["USER"],
        "password": database["PASSWORD"],
    }
    with (
        _one_at_a_time(),
        psycopg.connect(dbname="postgres", autocommit=True, **address) as server,
    ):
        known = [
            row[0]
            for row in server.execute(
                "SELECT datname FROM pg_database WHERE datname LIKE 'tamgha\\_migrated\\_%' ORDER BY oid"
            )
        ]
        if name not in known:
            making = f"{name}_making"
            for old in (*known[:-KEPT], making):
                server.execute(sql.SQL("DROP DATABASE IF EXISTS {}").format(sql.Identifier(old)))
            server.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(making)))
            _migrate(
                f"postgresql://{quote(address['user'])}:{quote(address['password'])}"
                f"@{quote(address['host'], safe='')}:{address['port'] or 5432}/{making}"
            )
            server.execute(
                sql.SQL("ALTER DATABASE {} RENAME TO {}").format(
                    sql.Identifier(making), sql.Identifier(name)
                )
            )
    return name


def _migrate(url: str) -> None:
    with tempfile.TemporaryDirectory(prefix="tamgha-migrated-") as home:
        subprocess.run(
            [
                sys.executable,
                "-m",
                "tamgha.site.manage",
                "migrate",
                "--verbosity=0",
                "--skip-checks",
            ],
            cwd=ROOT,
            env=os.environ
            | {
                "TAMGHA_DATABASE_URL": url,
                "TAMGHA_HOME": home,
                "PYTHONPATH": str(ROOT / "src"),
            },
            check=True,
        )


@contextmanager
def _one_at_a_time() -> Iterator[None]:
    FOLDER.mkdir(parents=True, exist_ok=True)
    with (FOLDER / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
