import json

import pyarrow.compute as pc
from typer.testing import CliRunner

from tamgha import risk
from tamgha.site.cli import simulate  # noqa: F401 -- adds the command
from tamgha.site.cli_app import app


def test_the_command_writes_the_world_of_its_seed(tmp_path):
    target = tmp_path / "juniper"

    said = CliRunner().invoke(
        app,
        ["risk", "simulate", "--seed", "5", "--declarations", "400", "--weeks", "6",
         "--rate", "5", "--out", str(target), "--json"],
    )  # fmt: skip

    assert said.exit_code == 0
    facts = json.loads(said.stdout)
    world = risk.simulate(5, declarations=400, weeks=6, plan=risk.WorldPlan(illicit_rate=0.05))
    assert facts["content_hash"] == world.content_hash()
    assert facts["simulated"] is True
    assert facts["declarations"] == 400
    assert facts["rows"] == world.items.num_rows
    assert sum(facts["schemes"].values()) >= facts["illicit_declarations"] > 0
    opened = risk.DeclarationSet.open(target)
    assert opened.items().equals(world.items)
    assert facts["found_items"] == pc.sum(opened.outcomes()["found"]).as_py()


def test_the_table_for_people_says_what_was_written(tmp_path):
    said = CliRunner().invoke(
        app,
        ["risk", "simulate", "--seed", "5", "--declarations", "50", "--weeks", "2",
         "--out", str(tmp_path / "set")],
    )  # fmt: skip

    assert said.exit_code == 0
    assert "simulated-5-" in said.stdout
    assert "simulated" in said.stderr


def test_a_missing_seed_is_a_wrong_use(tmp_path):
    said = CliRunner().invoke(
        app, ["risk", "simulate", "--declarations", "50", "--out", str(tmp_path / "set")]
    )

    assert said.exit_code == 2
    assert not (tmp_path / "set").exists()


def test_a_world_that_cannot_be_is_refused_and_nothing_is_written(tmp_path):
    said = CliRunner().invoke(
        app,
        ["risk", "simulate", "--seed", "5", "--declarations", "0", "--rate", "30",
         "--out", str(tmp_path / "set")],
    )  # fmt: skip

    assert said.exit_code == 1
    assert "30 % came" in str(said.exception)
    assert "≥ 1 was expected, 0 came" in str(said.exception)
    assert not (tmp_path / "set").exists()
