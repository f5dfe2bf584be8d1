"""What every test may ask for."""

import os
from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def data_dir() -> Path:
    """Return the folder of real data; skip, saying so, on a machine that has none."""
    named = os.environ.get("TAMGHA_DATA", "")
    if not named or not (Path(named) / "kcs_declarations").is_dir():
        pytest.skip("no real data on this machine: TAMGHA_DATA names no folder with kcs_declarations")
    return Path(named)
