"""`tamgha risk select`: a plan replayed over a set, and its decisions audited from the file."""

import json
from collections import Counter

import pytest
from typer.testing import CliRunner

from tamgha import risk
from tamgha.site.cli import select  # noqa: F401 -- adds the command
from tamgha.site.cli_app import app

PROFILES = "code,name,condition,red,yellow,blue\nDEAR,Dear,item_price > 50000,40,20,0\n"
MODSEL = """
mode = "modsel"
[import]
expected = { red = 5, yellow = 15 }
random = 4
[export]
random = 4
[transit]
random = 4
"""
CAPACITY = """
mode = "capacity"
mandatory = ["DEAR"]
[import]
capacity = 3
random = 1
[export]
capacity = 2
random = 1
[transit]
capacity = 2
random = 1
"""


@pytest.fixture(scope="module")
def world_set(tmp_path_factory):
    folder = tmp_path_factory.mktemp("sets") / "juniper"
    risk.simulate(3, declarations=600, weeks=8).write(folder)
    return folder


@pytest.fixture
def files(tmp_path):
    for name, text in (("p.csv", PROFILES), ("modsel.toml", MODSEL), ("capacity.toml", CAPACITY)):
        (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path


def run(world_set, files, plan, *more):
    return CliRunner().invoke(
        app,
        ["risk", "select", str(world_set), "--profiles", str(files / "p.csv"),
         "--plan", str(files / plan), "--key", str(files / "key"), *map(str, more)],
    )  # fmt: skip


@pytest.mark.parametrize("plan", ["modsel.toml", "capacity.toml"])
def test_every_decision_of_the_file_can_be_audited_with_the_key(world_set, files, plan):
    said = run(world_set, files, plan, "--out", files / "decisions.jsonl", "--json")

    assert said.exit_code == 0, said.stderr
    told = json.loads(said.stdout)
    key = bytes.fromhex((files / "key").read_text())
    lines = (files / "decisions.jsonl").read_text(encoding="utf-8").splitlines()
    rows = [risk.decision_from_json(json.loads(line)) for line in lines]
    assert len(rows) == told["declarations"] == 600
    assert [fault for row in rows for fault in risk.audit(row, key)] == []
    assert told["lanes"] == dict(Counter(row.lane.value for row in rows))
    assert told["covered"] == pytest.approx(sum(row.inclusion > 0 for row in rows) / 600)
    assert sum(one["decided"] for one in told["counters"]) == 600


def test_the_same_key_gives_the_same_lanes_and_another_key_other_ones(world_set, files):
    (files / "key").write_text("cd" * 32)
    first = run(world_set, files, "modsel.toml", "--json").stdout
    again = run(world_set, files, "modsel.toml", "--json").stdout
    (files / "key").write_text("ab" * 32)
    other = run(world_set, files, "modsel.toml", "--json").stdout

    assert first == again
    assert json.loads(other)["counters"] != json.loads(first)["counters"]


def test_a_new_key_is_made_for_its_owner_alone(world_set, files):
    said = run(world_set, files, "modsel.toml")

    assert (files / "key").stat().st_mode & 0o077 == 0
    assert len(bytes.fromhex((files / "key").read_text())) == 32
    assert "random draw" in said.stdout


def test_a_wrong_plan_or_key_is_refused_and_nothing_is_written(world_set, files):
    (files / "wrong.toml").write_text('mode = "modsel"\n[import]\nrandom = 120\n')
    plan = run(world_set, files, "wrong.toml", "--out", files / "x.jsonl")
    (files / "key").write_text("secret")
    key = run(world_set, files, "modsel.toml", "--out", files / "x.jsonl")

    assert (plan.exit_code, key.exit_code) == (1, 1)
    assert not (files / "x.jsonl").exists()


def test_a_file_that_is_there_is_not_overwritten(world_set, files):
    (files / "x.jsonl").write_text("kept")

    said = run(world_set, files, "modsel.toml", "--out", files / "x.jsonl")

    assert said.exit_code == 1
    assert (files / "x.jsonl").read_text() == "kept"


def test_a_plan_that_forgets_a_direction_is_refused(world_set, files):
    (files / "part.toml").write_text('mode = "capacity"\n[import]\ncapacity = 3\n')

    said = run(world_set, files, "part.toml")

    assert said.exit_code == 1
