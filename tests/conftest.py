"""What every test may ask for."""

import os
from pathlib import Path

import pytest
from django.db import connection
from tests.databases import begin_migrated

OF_DATABASE = {"db", "transactional_db", "live_server", "django_db_setup"}
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "1")  # the browser's driver runs a loop


@pytest.fixture(scope="session")
def data_dir() -> Path:
    """Return the folder of real data; skip, saying so, on a machine that has none."""
    named = os.environ.get("TAMGHA_DATA", "")
    if not named or not (Path(named) / "kcs_declarations").is_dir():
        pytest.skip(
            "no real data on this machine: TAMGHA_DATA names no folder with kcs_declarations"
        )
    return Path(named)


def pytest_addoption(parser):
    parser.addoption(
        "--reaching-database",
        action="store_true",
        help="run only tests that may reach the database of the settings",
    )


def pytest_collection_modifyitems(config, items):
    """Leave out, where asked, what runs the same whatever the database is."""
    if not config.getoption("--reaching-database"):
        return
    reaching = [item for item in items if reaches_database(item)]
    config.hook.pytest_deselected(items=[item for item in items if item not in set(reaching)])
    items[:] = reaching


def reaches_database(item) -> bool:
    """Return whether a test asks for the database, by a mark or through any of its fixtures."""
    return bool(OF_DATABASE & set(item.fixturenames)) or any(
        item.get_closest_marker(name) for name in ("django_db", "postgres")
    )


@pytest.fixture(scope="session")
def django_db_keepdb(django_db_keepdb) -> bool:
    """Leave the copy of the migrated database where it was laid (SQLite)."""
    return django_db_keepdb or connection.vendor == "sqlite"


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix, django_db_blocker):
    """Begin each worker's test database from one that is migrated already."""
    database = connection.settings_dict
    begin_migrated(database)
    yield
    if connection.vendor == "sqlite":
        with django_db_blocker.unblock():
            connection.close()
        for ending in ("", "-wal", "-shm"):
            Path(f"{database['TEST']['NAME']}{ending}").unlink(missing_ok=True)


@pytest.fixture(autouse=True)
def own_home(request, tmp_path):
    """Give each test of the site its own folder for declarations and stored files."""
    of_site = {"settings", "db", "transactional_db", "client", "live_server"}
    if not of_site & set(request.fixturenames) and not request.node.get_closest_marker("django_db"):
        return None
    settings = request.getfixturevalue("settings")
    settings.TAMGHA_HOME = tmp_path / "home"
    settings.TAMGHA_FILES = tmp_path / "home" / "files"
    settings.TAMGHA_SETS = tmp_path / "home" / "declarations"
    return tmp_path / "home"
