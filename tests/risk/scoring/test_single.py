"""A model on one declaration gives the score that it gives in a table, and quickly."""

import json
import time
from dataclasses import replace

import numpy as np
import pytest

from tamgha.risk.engines import OnlineIndicators, compute_indicators
from tamgha.risk.scoring import RowScorer, ScoringError
from tamgha.risk.scoring.features import encoded


@pytest.fixture(scope="module")
def scorer(model):
    return RowScorer(model)


@pytest.fixture(scope="module")
def rows(trade, scorer):
    """Every row with the indicators that the model looks at, as a table gives them."""
    table = compute_indicators(encoded(trade.items), trade.findings, scorer.indicators)
    told = trade.items.to_pylist()
    return [{**row, **seen} for row, seen in zip(told, table.to_pylist(), strict=True)]


def test_each_row_alone_scores_as_it_does_in_the_table(model, trade, scorer, rows):
    together = model.score(trade)
    some = np.linspace(0, len(rows) - 1, 400).astype(int)

    alone = np.array([scorer.scores([rows[place]])[0] for place in some])

    assert np.abs(alone - together[some]).max() < 1e-6
    assert len(np.unique(np.round(alone, 9))) > 300
    assert scorer.score([rows[place] for place in some[:5]]) == alone[:5].max()


def test_arrivals_told_one_by_one_score_as_the_table(model, trade, scorer):
    together = model.score(trade)
    state = OnlineIndicators(scorer.indicators)
    findings = sorted(trade.findings.to_pylist(), key=lambda one: one["known"])
    told, apart = 0, []
    declaration: list[dict] = []
    for place, row in enumerate(trade.items.to_pylist()[:3_000]):
        while told < len(findings) and findings[told]["known"] < row["day"]:
            state.learn(findings[told])
            told += 1
        if declaration and declaration[0]["declaration"] != row["declaration"]:
            state.observe(declaration)
            declaration = []
        declaration.append(row)
        if place >= 2_000:
            alone = scorer.scores([{**row, **state.values(row)}])[0]
            apart.append(abs(alone - together[place]))

    assert len(apart) == 1_000
    assert np.mean(np.array(apart) < 1e-6) > 0.9  # the rest are indicators rounded at an edge
    assert max(apart) < 1e-3


def test_what_a_row_does_not_have_is_unknown_as_in_training(model, scorer, rows):
    bare = {"declaration": "D", "item": 1, "hs": "640399", "day": rows[0]["day"]}

    score = scorer.scores([bare])[0]

    assert 0 < score < 1
    assert score == scorer.scores([{**bare, "net_mass_kg": None, "origin": None}])[0]


def test_a_model_that_looks_at_something_strange_is_refused(model):
    strange = replace(model.trees, names=(*model.trees.names[:-1], "moon_phase"))

    with pytest.raises(ScoringError, match="moon_phase"):
        RowScorer(replace(model, trees=strange))


def test_trees_that_split_by_categories_are_refused(model):
    told = json.loads(model.trees.documents[0])
    told["learner"]["gradient_booster"]["model"]["trees"][0]["split_type"][0] = 1
    strange = replace(model.trees, documents=(json.dumps(told).encode(),))

    with pytest.raises(ScoringError, match="categories"):
        RowScorer(replace(model, trees=strange))


def test_a_declaration_of_three_items_is_scored_in_less_than_two_milliseconds(scorer, rows):
    took = []
    for start in range(0, 90, 3):
        begun = time.perf_counter()
        scorer.score(rows[start : start + 3])
        took.append(time.perf_counter() - begun)

    assert min(took) < 0.002
