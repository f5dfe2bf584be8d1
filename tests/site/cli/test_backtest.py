"""`tamgha risk backtest` and `performance` on plain files."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pyarrow as pa
import pytest
from typer.testing import CliRunner

from tamgha import risk
from tamgha.site.cli import backtest, performance  # noqa: F401 -- adds the commands
from tamgha.site.cli_app import app

PROFILES = (
    "code,name,condition,red,yellow,blue\n"
    "DEAR,Dear,item_price > 20000,100,0,0\n"
    "CHEAP,Cheap,unit_value_ratio < 0.5 AND direction = 'import',50,0,0\n"
)


def run(*arguments):
    return CliRunner().invoke(app, ["risk", *map(str, arguments)])


@pytest.fixture(scope="module")
def world_set(tmp_path_factory):
    folder = tmp_path_factory.mktemp("sets") / "juniper"
    plan = replace(risk.WorldPlan(), random_rate=0.1)
    risk.simulate(3, declarations=1500, weeks=12, plan=plan).write(folder)
    return folder


@pytest.fixture
def profiles(tmp_path):
    path = tmp_path / "profiles.csv"
    path.write_text(PROFILES, encoding="utf-8")
    return path


@pytest.fixture
def inspected_set(tmp_path):
    """Return a set of inspected declarations only, as the Korean one is: no draw, no probability."""
    count = 40
    lodged = [datetime(2026, 1, 5, 9, tzinfo=UTC) + timedelta(days=i) for i in range(count)]
    names = [f"D{i:02d}" for i in range(count)]
    items = pa.table(
        {
            "declaration": names,
            "item": pa.array([1] * count, pa.int32()),
            "direction": ["import"] * count,
            "office": ["JN01"] * count,
            "lodged": pa.array(lodged, pa.timestamp("us", "UTC")),
            "hs": ["640399"] * count,
            "hs_edition": pa.array([2022] * count, pa.int16()),
            "item_price": [10_000.0 + 1000 * (i % 20) for i in range(count)],
        }
    )
    findings = pa.table(
        {
            "declaration": names,
            "item": pa.array([1] * count, pa.int32()),
            "version": pa.array([1] * count, pa.int32()),
            "examined": pa.array([at.date() for at in lodged], pa.date32()),
            "known": pa.array([at.date() + timedelta(days=30) for at in lodged], pa.date32()),
            "found": [i % 4 == 0 for i in range(count)],
            "state": ["final"] * count,
        }
    )
    folder = tmp_path / "inspected"
    risk.write_set(folder, items, findings, name="inspected", simulated=False)
    return folder


def test_profiles_are_tested_on_a_set_with_a_random_draw(world_set, profiles):
    said = run("backtest", world_set, "--profiles", profiles, "--capacity", 10, "--json")

    assert said.exit_code == 0, said.stderr
    told = json.loads(said.stdout)
    dear, cheap = told["profiles"]["DEAR"], told["profiles"]["CHEAP"]
    opened = risk.DeclarationSet.open(world_set)
    prices = opened.items(["declaration", "item_price"]).to_pylist()
    wanted = {row["declaration"] for row in prices if (row["item_price"] or 0) > 20_000}
    assert dear["hit"] == len(wanted)
    assert dear["lane_share"]["value"] == pytest.approx(len(wanted) / 1500)
    assert cheap["lane_share"]["value"] == pytest.approx(cheap["hit"] / 2 / 1500)
    assert told["set"]["evidence"] == "random"
    assert told["set"]["simulated"] is True
    assert told["base_rate"]["name"]["en"] == "Fraud rate of the flow"
    assert told["together"]["hit"] == dear["hit"] + cheap["alone"]
    assert {one["code"] for one in dear["overlaps"]} == {"CHEAP"}
    assert len(dear["weeks"]["monday"]) == 12


def test_a_set_of_inspected_declarations_reads_not_estimable(inspected_set, profiles):
    said = run("backtest", inspected_set, "--profiles", profiles, "--json")
    table = run("backtest", inspected_set, "--profiles", profiles)

    told = json.loads(said.stdout)
    assert told["set"]["evidence"] == "inspected_only"
    assert told["set"]["covered"] is None
    assert told["base_rate"]["name"]["en"] == "Find rate of the examined"
    assert told["base_rate"]["value"] == 0.25
    assert told["flow"]["detection_rate"]["not_shown"] == "not_estimable"
    assert told["profiles"]["DEAR"]["against_flow"]["lift"]["not_shown"] == "not_estimable"
    assert told["profiles"]["DEAR"]["against_examined"]["difference"]["method"] == "Newcombe"
    assert "inspected declarations only" in " ".join(table.stdout.split())


def test_findings_of_later_days_are_not_looked_at(inspected_set, profiles):
    said = run("backtest", inspected_set, "--profiles", profiles, "--as-of", "2026-02-10", "--json")

    told = json.loads(said.stdout)
    assert told["set"]["evidence"] == "no_random"
    rate = told["flow"]["find_rate_of_examined"]  # 37 examined, 2 finds in 7 results, 30 are out
    assert (rate["n"], rate["bound"]) == (37, "at_least")
    assert rate["value"] == pytest.approx(2 / 37)
    assert rate["high"] > 32 / 37


def test_performance_counts_the_results_that_are_out(inspected_set):
    said = run("performance", inspected_set, "--as-of", "2026-02-10", "--json")

    told = json.loads(said.stdout)
    assert (told["set"]["examined"], told["set"]["results"], told["set"]["finds"]) == (37, 7, 2)
    assert told["figures"]["completeness"]["value"] == pytest.approx(7 / 37)


def test_a_wrong_condition_is_refused_and_a_missing_file_is_a_wrong_use(world_set, tmp_path):
    wrong = tmp_path / "wrong.csv"
    wrong.write_text("code,name,condition,red,yellow,blue\nA,A,nonsense > 1,100,0,0\n")

    refused = run("backtest", world_set, "--profiles", wrong)
    missing = run("backtest", world_set, "--profiles", tmp_path / "none.csv")

    assert refused.exit_code == 1
    assert missing.exit_code == 2


def test_performance_names_every_figure_with_its_limits(world_set):
    said = run("performance", world_set, "--sensitivity", 0.6, "--json")

    assert said.exit_code == 0, said.stderr
    told = json.loads(said.stdout)
    missed = told["figures"]["missed_fraud"]
    assert missed["low"] < missed["value"] < missed["high"]
    assert missed["method"] == "mid-p gamma"
    assert told["figures"]["missed_revenue"]["not_shown"] == "not_estimable"
    assert told["figures"]["missed_revenue_at_least"]["bound"] == "at_least"
    assert told["figures"]["true_detection"]["value"] == pytest.approx(
        0.6 * told["figures"]["detection_rate"]["value"]
    )
    assert sum(one["n"] for one in told["ways"].values()) == told["set"]["examined"]


def test_the_table_speaks_russian_where_the_machine_does(inspected_set, monkeypatch):
    monkeypatch.setenv("LC_ALL", "ru_RU.UTF-8")

    said = run("performance", inspected_set)

    assert "оценить нельзя" in said.stdout
    assert "Доля находок среди досмотренных" in said.stdout
