"""Neither track lets an outcome of the test into the training."""

from dataclasses import replace

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest

from tamgha.risk.scoring import ScoringError, Trade, evaluate_tracks
from tamgha.risk.scoring.tracks import FOLDS, cuts, first_of_goods, fold_features, goods_folds
from tamgha.risk.scoring.trade import goods_of


@pytest.fixture(scope="module")
def tracks(trade, small):
    return evaluate_tracks(trade, options=small, seeds=(0,))


def doubled(trade: Trade) -> Trade:
    """Return the trade with every row once more, under another declaration number."""
    copies = []
    for table in (trade.items, trade.findings):
        numbers = pc.binary_join_element_wise(table["declaration"], "copy", "-")
        place = table.column_names.index("declaration")
        copies.append(pa.concat_tables([table, table.set_column(place, "declaration", numbers)]))
    order = [("lodged", "ascending"), ("declaration", "ascending"), ("item", "ascending")]
    return replace(trade, items=copies[0].sort_by(order), findings=copies[1])


def test_a_copied_row_never_stands_on_both_sides(trade):
    both = doubled(trade)
    outcome = both.outcomes()
    rows = first_of_goods(both, outcome.examined)
    goods = goods_of(both.items)[rows]

    assert len(set(goods.tolist())) == rows.size
    assert rows.size == first_of_goods(trade, trade.outcomes().examined).size
    for train, test in goods_folds(outcome.found[rows], 0):
        assert not set(goods[train].tolist()) & set(goods[test].tolist())


def test_folds_part_all_goods_once(trade):
    outcome = trade.outcomes()
    rows = first_of_goods(trade, outcome.examined)

    tested = [test for _, test in goods_folds(outcome.found[rows], 3)]

    assert len(tested) == FOLDS
    assert np.array_equal(np.sort(np.concatenate(tested)), np.arange(rows.size))


def test_features_of_a_fold_do_not_change_when_outcomes_of_its_test_do(trade):
    outcome = trade.outcomes()
    rows = first_of_goods(trade, outcome.examined)
    fold, test = goods_folds(outcome.found[rows], 0)[0]
    train = rows[fold]
    held = np.ones(len(trade.items), bool)
    held[train] = False
    keys = trade.items.select(["declaration", "item"]).filter(pa.array(held))
    theirs = trade.findings.join(keys, keys=["declaration", "item"], join_type="left semi")
    turned = theirs.set_column(
        theirs.column_names.index("found"), "found", pc.invert(theirs["found"])
    )
    others = trade.findings.join(keys, keys=["declaration", "item"], join_type="left anti")
    changed = replace(
        trade, findings=pa.concat_tables([others, turned.select(others.column_names)])
    )

    before, after = fold_features(trade, train, 60.0), fold_features(changed, train, 60.0)

    assert rows[test].size
    assert np.array_equal(before.numbers, after.numbers, equal_nan=True)


@pytest.mark.slow
def test_chance_and_model_stand_side_by_side_on_both_tracks(tracks):
    for track in tracks.both():
        names = [one.name for one in track.rankings]
        assert names == [
            "model",
            "model by revenue",
            "numbers only",
            "traders and offices only",
            "random",
        ]
        assert {one.n for one in track.rankings} == {track.rankings[0].n}
        chance = track.rankings[-1].auc.interval
        assert chance.low < 0.5 < chance.high or abs(track.rankings[-1].auc.value - 0.5) < 0.1


@pytest.mark.slow
def test_in_time_the_model_beats_chance_in_the_simulated_world(tracks):
    assert tracks.time.rankings[0].auc.interval.low > 0.5


@pytest.mark.slow
def test_random_outcomes_cannot_be_ranked_on_disjoint_goods(trade, small):
    draw = np.random.default_rng(4)
    found = pa.array(draw.permutation(np.array(trade.findings["found"].to_pylist())))
    place = trade.findings.column_names.index("found")
    noise = replace(trade, findings=trade.findings.set_column(place, "found", found))

    told = evaluate_tracks(noise, options=small, seeds=(0,), yardsticks=False)

    limits = told.disjoint.rankings[0].auc.interval
    assert limits.low - 0.02 < 0.5 < limits.high + 0.02


def test_eighteen_months_are_cut_into_twelve_three_and_three():
    months = pa.array(np.datetime64("2020-01-01") + np.arange(547))
    rows = Trade(pa.table({"day": months}), pa.table({}))

    train_end, test_start = cuts(rows, rows.days)

    assert str(rows.day_of(train_end)) == "2021-01-01"
    assert str(rows.day_of(test_start)) == "2021-04-01"


def test_two_months_are_too_short_for_the_track_in_time():
    days = pa.array(np.array(["2020-01-05", "2020-02-05"], "datetime64[D]"))
    rows = Trade(pa.table({"day": days}), pa.table({}))

    with pytest.raises(ScoringError, match="three months or more; 2 came"):
        cuts(rows, rows.days)
