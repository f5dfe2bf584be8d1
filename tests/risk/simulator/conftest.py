"""One world for the tests that only look at it."""

import polars as pl
import pytest

from tamgha.risk.simulator import World, simulate


@pytest.fixture(scope="session")
def world() -> World:
    return simulate(11, declarations=12_000, weeks=40)


@pytest.fixture(scope="session")
def rows(world) -> pl.DataFrame:
    """Return the declared boxes with the truth beside them."""
    items, truth = pl.from_arrow(world.items), pl.from_arrow(world.truth)
    return pl.concat([items, truth.drop("declaration", "item")], how="horizontal")


@pytest.fixture(scope="session")
def findings(world) -> pl.DataFrame:
    return pl.from_arrow(world.findings)
