import json

import pyarrow.parquet as pq
import pytest
from typer.testing import CliRunner

from tamgha import risk
from tamgha.shared.errors import RefusedError, TamghaError
from tamgha.site.cli import indicators  # noqa: F401 -- adds the command
from tamgha.site.cli_app import app

OWN = """
[[indicator]]
name = "my_count"
kind = "count_before"
group = ["importer", "hs:2"]
window_days = 30
direction = "higher"
unit = "count"
label = "Chapter, 30 days"
definition = "Declarations of the importer in this chapter in 30 days."
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    target = tmp_path_factory.mktemp("sets") / "juniper"
    risk.simulate(5, declarations=300, weeks=8).write(target)
    return target


def tell(*words):
    return CliRunner().invoke(app, ["risk", "indicators", *map(str, words)])


def test_the_file_begins_with_the_names_of_the_rows_and_holds_every_ready_indicator(
    folder, tmp_path
):
    said = tell(folder, "--out", tmp_path / "all.parquet", "--json")

    assert said.exit_code == 0, said.output
    written = pq.read_table(tmp_path / "all.parquet")
    opened = risk.DeclarationSet.open(folder)
    expected = risk.compute_indicators(
        opened.items(), opened.all_findings(), list(risk.READY.values())
    )
    assert written.column_names == ["declaration", "item", "lodged", *risk.READY]
    assert written.select(["declaration", "item", "lodged"]).equals(
        opened.items(["declaration", "item", "lodged"])
    )
    assert written.select(list(risk.READY)).equals(expected)
    facts = json.loads(said.stdout)
    assert facts["simulated"] is True
    assert facts["indicators"]["unit_value"]["missing"] == expected["unit_value"].null_count


def test_an_analysts_own_indicator_is_computed_beside_a_ready_one(folder, tmp_path):
    (tmp_path / "own.toml").write_text(OWN, encoding="utf-8")

    said = tell(
        folder, "--out", tmp_path / "two.parquet", "--declare", tmp_path / "own.toml",
        "--only", "my_count", "--only", "unit_value",
    )  # fmt: skip

    assert said.exit_code == 0, said.output
    assert "simulated" in said.output
    names = pq.read_table(tmp_path / "two.parquet").column_names
    assert names == ["declaration", "item", "lodged", "my_count", "unit_value"]


def test_a_name_that_does_not_exist_is_refused_with_those_that_do(folder, tmp_path):
    said = tell(folder, "--out", tmp_path / "x.parquet", "--only", "unit_valu")

    assert isinstance(said.exception, TamghaError)
    assert "unit_valu. Known: unit_value," in str(said.exception)
    assert list(tmp_path.iterdir()) == []


def test_a_wrong_declaration_is_refused_with_all_its_faults(folder, tmp_path):
    (tmp_path / "own.toml").write_text(OWN.replace("30", "0").replace('"importer"', '"importers"'))

    said = tell(folder, "--out", tmp_path / "x.parquet", "--declare", tmp_path / "own.toml")

    assert isinstance(said.exception, RefusedError)
    assert len(said.exception.faults) == 2
