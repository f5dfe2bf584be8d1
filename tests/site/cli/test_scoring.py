"""`tamgha risk train`, `score` and `suggest` on plain files."""

import json
from dataclasses import replace

import polars as pl
import pytest
from typer.testing import CliRunner

from tamgha import risk
from tamgha.shared.errors import TamghaError
from tamgha.site.cli import score, suggest, train  # noqa: F401 -- add the commands
from tamgha.site.cli_app import app


def run(*arguments: object) -> str:
    result = CliRunner().invoke(app, ["risk", *map(str, arguments)])
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    assert result.exit_code == 0, result.output
    return result.stdout


@pytest.fixture(scope="module")
def world_set(tmp_path_factory):
    folder = tmp_path_factory.mktemp("sets") / "apricot"
    plan = replace(risk.WorldPlan(), illicit_rate=0.08, random_rate=0.6)
    risk.simulate(8, declarations=2_500, weeks=30, plan=plan).write(folder)
    return folder


@pytest.fixture(scope="module")
def trained(world_set, tmp_path_factory):
    folder = tmp_path_factory.mktemp("models") / "first"
    return folder, json.loads(run("train", world_set, "--out", folder, "--json"))


def test_training_answers_with_the_card_and_writes_the_model(trained):
    folder, answer = trained

    assert answer["model"] == str(folder)
    assert answer["card"]["simulated"] is True
    assert answer["card"]["found"] > 30
    assert json.loads((folder / "card.json").read_text()) == answer["card"]


def test_every_row_gets_a_score_and_the_first_ones_reasons(world_set, trained, tmp_path):
    target = tmp_path / "scores.parquet"

    facts = json.loads(
        run("score", world_set, "--model", trained[0], "--out", target, "--reasons", 5, "--json")
    )

    rows = pl.read_parquet(target)
    assert rows.columns == [
        *("declaration", "item", "lodged", "score", "tax_at_stake", "rank", "reasons")
    ]
    assert facts["ranked_by"] == "score"
    assert facts["rows"] == rows.height == risk.DeclarationSet.open(world_set).manifest.rows
    assert rows["score"].is_between(0, 1, closed="none").all()
    assert rows.sort("rank")["score"].is_sorted(descending=True)
    assert rows.filter(pl.col("reasons").is_not_null())["rank"].sort().to_list() == [1, 2, 3, 4, 5]


def test_rows_can_be_ranked_by_the_revenue_at_stake(world_set, trained, tmp_path):
    target = tmp_path / "scores.parquet"

    facts = json.loads(
        run(
            *("score", world_set, "--model", trained[0], "--out", target),
            *("--by", "revenue", "--reasons", 0, "--json"),
        )
    )

    rows = pl.read_parquet(target).sort("rank")
    priority = rows["score"] * (1 + rows["tax_at_stake"].fill_null(0).clip(0)).log()
    assert facts["ranked_by"] == "revenue"
    assert priority.is_sorted(descending=True)
    assert not rows["score"].is_sorted(descending=True)


def test_suggestions_are_drafts_that_parse(world_set, tmp_path):
    target = tmp_path / "suggestions.json"

    answer = json.loads(run("suggest", world_set, "--out", target, "--json"))

    assert json.loads(target.read_text(encoding="utf-8")) == answer
    assert answer["state"] == "draft"
    for one in answer["suggestions"]:
        assert risk.parse_condition(one["condition"]).text == one["condition"]
        assert one["validation"]["interval"]["low"] > one["base"]


def test_a_set_without_findings_is_refused(world_set, tmp_path):
    opened = risk.DeclarationSet.open(world_set)
    risk.write_set(tmp_path / "bare", opened.items(), None, name="bare", simulated=True)

    with pytest.raises(TamghaError, match="0 examined items"):
        run("train", tmp_path / "bare", "--out", tmp_path / "model")
