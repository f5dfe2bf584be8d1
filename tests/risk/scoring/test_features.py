"""What a row's own numbers show, and how categories are put together."""

import numpy as np

from tamgha.risk.scoring import compute_features
from tamgha.risk.scoring.effects import fit_effects, hats
from tamgha.risk.scoring.features import Category, combined, decimals, final_zeros, first_digit


def test_decimals_are_counted_up_to_three():
    values = np.array([0.0, 7.0, 7.5, 7.25, 7.125, np.nan])

    assert np.array_equal(decimals(values), [0, 0, 1, 2, 3, np.nan], equal_nan=True)


def test_zeros_at_the_end_are_counted_in_whole_numbers():
    values = np.array([0.0, 7.0, 70.0, 1_200.0, 5e6, np.nan])

    assert np.array_equal(final_zeros(values), [0, 0, 1, 2, 6, np.nan], equal_nan=True)


def test_first_digit_skips_zeros():
    values = np.array([0.0, 0.034, 9.99, 1_000.0, np.nan])

    assert np.array_equal(first_digit(values), [0, 3, 9, 1, np.nan], equal_nan=True)


def test_combined_category_holds_only_what_occurs():
    one = Category(np.array([0, 1, 1], np.int32), ("CN", "DE"))
    other = Category(np.array([0, 0, 1], np.int32), ("10", "40"))

    both = combined([one, other])

    assert both.values == ("CN|10", "DE|10", "DE|40")
    assert both.codes.tolist() == [0, 1, 2]


def test_curve_shares_each_value_between_its_two_knots():
    made = hats(np.array([0.0, 1.5, 9.0, np.nan]), (0.0, 1.0, 2.0))

    assert made.tolist() == [[1, 0, 0], [0, 0.5, 0.5], [0, 0, 1], [0, 0, 0]]


def test_a_column_that_never_changes_gets_no_weight(trade, small):
    imports = np.array(trade.items["direction"].to_pylist()) == "import"
    rows, outcome = compute_features(trade), trade.outcomes()
    every = outcome.examined

    names = {}
    for kind, mask in (("all", every), ("imports", every & imports)):
        fitted = fit_effects(rows.take(mask), outcome.found[mask], small.effects, [])
        names[kind] = {one.block.name for one in fitted.blocks}

    assert names["all"] - names["imports"] == {"direction"}
