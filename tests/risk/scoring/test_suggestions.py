"""Suggested profiles are valid, differ from each other, and hold where they were not made."""

from dataclasses import replace

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest

from tamgha.risk.engines import ColumnarEvaluator, compute_indicators
from tamgha.risk.indicators import READY
from tamgha.risk.profiles import parse_condition
from tamgha.risk.scoring import SuggestionOptions, suggest_profiles
from tamgha.risk.scoring.suggestions import lower_limits
from tamgha.risk.scoring.yardsticks import wilson


@pytest.fixture(scope="module")
def suggestions(trade):
    return suggest_profiles(trade)


@pytest.fixture(scope="module")
def evaluator(trade):
    table = compute_indicators(trade.items, trade.findings, list(READY.values()))
    return ColumnarEvaluator(trade.items, table)


def test_rules_hold_on_validation_goods(suggestions):
    assert suggestions
    for one in suggestions:
        assert one.validation.interval.low > one.base
        assert one.lift > 1


def test_rules_catch_more_of_the_truth_than_chance(world, suggestions, evaluator):
    guilty = np.array([scheme is not None for scheme in world.truth["scheme"].to_pylist()])

    hits = np.logical_or.reduce(
        [np.asarray(evaluator.hits(parse_condition(one.condition))) for one in suggestions]
    )

    assert guilty[hits].mean() > 1.5 * guilty.mean()


def test_engine_hits_as_many_items_as_the_suggestion_says(suggestions, evaluator):
    for one in suggestions:
        assert int(evaluator.hits(parse_condition(one.condition)).sum()) == one.items


def test_text_is_canonical_and_has_a_sentence_in_both_languages(suggestions):
    for one in suggestions:
        condition = parse_condition(one.condition)
        assert condition.text == one.condition
        assert len(condition.leaves) <= 3
        assert one.sentence.en != one.sentence.ru


def test_no_two_suggestions_are_nearly_the_same_rule(suggestions, evaluator):
    masks = [np.asarray(evaluator.hits(parse_condition(one.condition))) for one in suggestions]

    for place, mask in enumerate(masks):
        for other in masks[:place]:
            assert (mask & other).sum() / (mask | other).sum() < 0.5


def test_a_repeated_consignment_is_counted_once(trade, suggestions):
    copies = []
    for table in (trade.items, trade.findings):
        place = table.column_names.index("declaration")
        again = pc.binary_join_element_wise(table["declaration"], "again", "-")
        copies.append(pa.concat_tables([table, table.set_column(place, "declaration", again)]))
    order = [("lodged", "ascending"), ("declaration", "ascending"), ("item", "ascending")]
    both = replace(trade, items=copies[0].sort_by(order), findings=copies[1])

    of_goods = {one.condition: one for one in suggest_profiles(both)}

    shared = [one for one in suggestions if one.condition in of_goods]
    assert shared
    for one in shared:
        assert of_goods[one.condition].goods == one.goods
        assert of_goods[one.condition].items == 2 * one.items


def test_random_outcomes_give_hardly_any_rule(trade):
    draw = np.random.default_rng(9)
    found = pa.array(draw.permutation(np.array(trade.findings["found"].to_pylist())))
    place = trade.findings.column_names.index("found")
    noise = replace(trade, findings=trade.findings.set_column(place, "found", found))

    told = suggest_profiles(noise, options=SuggestionOptions(most=40))

    assert len(told) <= 4


def test_the_same_seed_suggests_the_same(trade, suggestions):
    assert suggest_profiles(trade) == suggestions


def test_lower_limits_agree_with_wilson():
    low = lower_limits(np.array([7.0, 0.0]), np.array([60.0, 0.0]))

    assert low[0] == pytest.approx(wilson(7, 60).interval.low)
    assert low[1] == 0
