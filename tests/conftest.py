"""What every test may ask for."""

import os
from pathlib import Path

import pytest

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
