"""`tamgha risk select`: a plan replayed over a set, and its decisions audited from the file."""

import json
from collections import Counter

import pyarrow as pa
import pytest
from typer.testing import CliRunner

from tamgha import risk
from tamgha.shared.errors import RefusedError
from tamgha.site.cli import backtest, select  # noqa: F401 -- adds the commands
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


SINGLE = """
mode = "capacity"
mandatory = ["DEAR"]
[import]
rule = "RULE"
capacity = 6
random = 2
exploration = 10
[export]
rule = "RULE"
capacity = 6
random = 2
[transit]
rule = "RULE"
capacity = 6
random = 2
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


@pytest.mark.parametrize("rule", ["lots", "arrivals"])
def test_arrival_by_arrival_the_day_holds_its_capacity(world_set, files, rule):
    (files / "single.toml").write_text(SINGLE.replace("RULE", rule), encoding="utf-8")

    said = run(world_set, files, "single.toml", "--out", files / "x.jsonl", "--json")

    assert said.exit_code == 0, said.output
    key = bytes.fromhex((files / "key").read_text())
    lines = (files / "x.jsonl").read_text(encoding="utf-8").splitlines()
    rows = [risk.decision_from_json(json.loads(line)) for line in lines]
    assert {row.mode for row in rows} == {rule}
    assert len({row.declared.declaration for row in rows}) == 600
    assert [fault for row in rows for fault in risk.audit(row, key)] == []
    drawn = Counter(row.declared.key for row in rows if row.way is risk.Way.RANDOM)
    scored = Counter(row.declared.key for row in rows if row.way is not risk.Way.MANDATORY)
    assert max(drawn.values()) <= (2 if rule == "lots" else 6)
    assert set(scored) >= set(drawn)
    assert json.loads(said.stdout)["ways"]["random"] == sum(drawn.values()) > 20


def test_named_lists_are_read_from_a_file(world_set, files):
    importers = risk.DeclarationSet.open(world_set).items(["importer", "declaration"]).to_pylist()
    watched = importers[0]["importer"]
    wanted = {row["declaration"] for row in importers if row["importer"] == watched}
    (files / "p.csv").write_text(
        "code,name,condition,red,yellow,blue\nW,Watched,importer IN LIST 'watched',100,0,0\n"
    )
    forms = {
        "l.toml": f'[[list]]\nname = "watched"\nkind = "trader"\nvalues = ["{watched}"]\n',
        "l.csv": f"name,kind,value\nwatched,trader,{watched}\n",
        "l.json": json.dumps([{"name": "watched", "kind": "trader", "values": [watched]}]),
    }
    for name, text in forms.items():
        (files / name).write_text(text, encoding="utf-8")
        said = run(world_set, files, "modsel.toml", "--lists", files / name, "--json")
        tested = CliRunner().invoke(
            app,
            ["risk", "backtest", str(world_set), "--profiles", str(files / "p.csv"),
             "--lists", str(files / name), "--json"],
        )  # fmt: skip

        assert said.exit_code == 0, said.output
        assert json.loads(said.stdout)["ways"]["criteria"] == len(wanted)
        assert json.loads(tested.stdout)["profiles"]["W"]["hit"] == len(wanted)
    without = run(world_set, files, "modsel.toml", "--json")
    assert without.exit_code == 1


def test_what_was_cancelled_and_lodged_again_keeps_its_draws(world_set, files):
    opened = risk.DeclarationSet.open(world_set)
    items = opened.items()
    rows = items.to_pylist()
    first, last = rows[0]["declaration"], rows[-1]["declaration"]
    names = [first if row["declaration"] == last else None for row in rows]
    place = items.column_names.index("previous_document")
    risk.write_set(
        files / "again",
        items.set_column(place, "previous_document", pa.array(names, pa.string())),
        opened.all_findings(),
        name="again",
        simulated=True,
    )
    at = rows[0]["lodged"].isoformat()
    (files / "gone.csv").write_text(f"declaration,cancelled\n{first},{at}\n")

    said = run(files / "again", files, "modsel.toml", "--cancelled", files / "gone.csv",
               "--out", files / "x.jsonl", "--json")  # fmt: skip

    assert said.exit_code == 0, said.output
    assert json.loads(said.stdout)["relodged"] == 1
    told = [json.loads(line) for line in (files / "x.jsonl").read_text("utf-8").splitlines()]
    draws = {one["declared"]["declaration"]: one["declared"] for one in told}
    assert draws[last]["random_draw"] == draws[first]["random_draw"]
    assert (draws[last]["draw_id"], draws[last]["chain_position"]) == (first, 2)


def test_an_amended_version_may_only_raise_the_lane(world_set, files):
    opened = risk.DeclarationSet.open(world_set)
    items = opened.items()
    dear = pa.array([1e6] * items.num_rows, pa.float64())
    place = items.column_names.index("item_price")
    risk.write_set(
        files / "new", items.set_column(place, "item_price", dear), None, name="new", simulated=True
    )
    (files / "p.csv").write_text(PROFILES.replace("40,20,0", "100,0,0"))

    said = run(world_set, files, "modsel.toml", "--amended", files / "new",
               "--out", files / "x.jsonl", "--json")  # fmt: skip
    refused = run(world_set, files, "capacity.toml", "--amended", files / "new")

    assert said.exit_code == 0, said.output
    told = json.loads(said.stdout)
    lines = (files / "x.amendments.jsonl").read_text("utf-8").splitlines()
    amendments = [risk.amendment_from_json(json.loads(line)) for line in lines]
    assert told["amended"] == len(amendments) == 600
    assert {one.new for one in amendments} == {risk.Lane.RED}
    assert told["raised"] == 600 - told["lanes"]["red"]
    assert refused.exit_code == 1


def test_a_file_of_lists_is_refused_with_every_fault(world_set, files):
    (files / "l.csv").write_text("name,kind,value\na,trader,X\na,hs,01\nb,hs,x1\n")

    with pytest.raises(RefusedError) as caught:
        risk.read_lists(files / "l.csv")

    assert "List a: one kind was expected; hs, trader came" in str(caught.value)
    assert "'x1' came" in str(caught.value)
    (files / "l.txt").write_text("x")
    assert run(world_set, files, "modsel.toml", "--lists", files / "l.txt").exit_code == 1
