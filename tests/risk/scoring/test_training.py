"""A model learns only what was known, always the same, and refuses what teaches nothing."""

from dataclasses import replace
from datetime import timedelta

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest

from tamgha.risk.schema import FINDING_SCHEMA
from tamgha.risk.scoring import Model, ScoringError, Trade, compute_features, train
from tamgha.risk.scoring.card import SIMULATED
from tamgha.risk.scoring.specs import features


def turned_after(trade: Trade, day) -> Trade:
    """Return the trade with every result that became known after ``day`` turned into its opposite."""
    later = pc.greater(trade.findings["known"], pa.scalar(day, pa.date32()))
    found = pc.if_else(later, pc.invert(trade.findings["found"]), trade.findings["found"])
    place = trade.findings.column_names.index("found")
    return replace(trade, findings=trade.findings.set_column(place, "found", found))


def every_row_examined(trade: Trade, found) -> Trade:
    """Return the trade with a result for every row, known ten days after it was lodged."""
    rows = len(trade.items)
    known = trade.items["day"].to_numpy() + np.timedelta64(10, "D")
    told = {
        "declaration": trade.items["declaration"].combine_chunks(),
        "item": trade.items["item"].combine_chunks(),
        "version": pa.array(np.ones(rows, np.int32)),
        "known": pa.array(known),
        "found": pa.array(found),
        "state": pa.array(["final"] * rows),
        "way": pa.array(["criteria"] * rows),
    }
    columns = [
        told[field.name].cast(field.type) if field.name in told else pa.nulls(rows, field.type)
        for field in FINDING_SCHEMA
    ]
    return replace(trade, findings=pa.Table.from_arrays(columns, schema=FINDING_SCHEMA))


@pytest.fixture(scope="module")
def middle(trade):
    days = trade.days
    return trade.day_of(int(np.quantile(days, 0.6)))


def test_features_of_the_past_do_not_change_when_later_results_do(trade, middle):
    before = compute_features(trade)
    after = compute_features(turned_after(trade, middle))

    past = trade.items["day"].to_numpy() <= np.datetime64(middle)
    assert np.array_equal(before.numbers[past], after.numbers[past], equal_nan=True)
    assert not np.array_equal(before.numbers[~past], after.numbers[~past], equal_nan=True)


def test_model_of_a_day_does_not_change_when_later_results_do(trade, middle, small):
    one = train(trade, as_of=middle, options=small)
    other = train(turned_after(trade, middle), as_of=middle, options=small)

    assert np.array_equal(one.score(trade), other.score(trade))
    assert one.card.data_hash == other.card.data_hash


def test_a_finding_is_not_seen_on_the_day_on_which_it_becomes_known(trade):
    last = max(trade.findings["known"].to_pylist())
    seen = trade.known_by(last - timedelta(days=1))
    features_before, features_after = compute_features(seen), compute_features(trade)

    upto = trade.items["day"].to_numpy() <= np.datetime64(last)
    assert np.array_equal(
        features_before.numbers[upto], features_after.numbers[upto], equal_nan=True
    )


def test_same_data_options_and_seed_give_the_same_model(trade, model, small):
    again = train(trade, options=small)

    assert again == model
    assert again.trees.documents == model.trees.documents


def test_another_seed_gives_other_trees(trade, model, small):
    other = train(trade, options=replace(small, seed=1))

    assert other.trees.documents != model.trees.documents


def test_saved_model_scores_and_speaks_like_the_first(trade, model, tmp_path):
    loaded = Model.load(model.save(tmp_path / "model"))
    rows = model.features(trade)

    assert np.array_equal(loaded.score(rows), model.score(rows))
    assert loaded.card == model.card
    few = rows.take(np.arange(20))
    assert loaded.reasons(few) == model.reasons(few)
    assert {path.suffix for path in (tmp_path / "model").iterdir()} == {".json"}


def test_a_folder_without_a_model_is_refused_with_its_name(tmp_path):
    with pytest.raises(ScoringError, match=str(tmp_path)):
        Model.load(tmp_path)


def test_model_of_another_format_is_refused(model, tmp_path):
    folder = model.save(tmp_path / "model")
    text = (folder / "model.json").read_text(encoding="utf-8")
    (folder / "model.json").write_text(text.replace('"format": 1', '"format": 99'))

    with pytest.raises(ScoringError, match="format 99"):
        Model.load(folder)


def test_one_class_alone_is_refused(trade):
    clean = pc.equal(trade.findings["found"], False)
    with pytest.raises(ScoringError, match="0 with a find"):
        train(replace(trade, findings=trade.findings.filter(clean)))


def test_too_few_finds_are_refused_with_both_numbers(trade):
    finds = trade.findings.filter(trade.findings["found"]).slice(0, 5)
    clean = trade.findings.filter(pc.invert(trade.findings["found"])).slice(0, 400)
    few = replace(trade, findings=pa.concat_tables([finds, clean]))

    with pytest.raises(ScoringError, match=r"at least 30 finds .*; \d finds and \d+ clean"):
        train(few)


def test_model_ranks_later_rows_of_the_simulated_world_better_than_chance(model):
    check = model.card.check.rankings[0]

    assert check.auc.interval.low > 0.5
    assert check.precision[10].value > check.base


def test_probabilities_come_true_where_the_truth_is_known(trade, small):
    draw = np.random.default_rng(6)
    mass = np.log(np.maximum(trade.items["net_mass_kg"].to_numpy(), 0.1))
    truth = 1 / (1 + np.exp(1.2 - 0.6 * (mass - mass.mean()) / mass.std()))
    told = every_row_examined(trade, draw.random(mass.size) < truth)

    model = train(told, options=small)

    limits = model.card.calibration.interval
    assert limits.low <= 1 <= limits.high
    score = model.score(told)
    for part in np.array_split(np.argsort(score), 5):
        assert score[part].mean() == pytest.approx(truth[part].mean(), abs=0.05)


def test_the_check_tells_what_duty_each_ranking_finds(model):
    by_score, by_revenue = model.card.check.rankings

    assert [by_score.name, by_revenue.name] == ["model", "model by revenue"]
    assert set(by_revenue.revenue) == {1, 2, 5, 10}
    assert by_revenue.revenue[10] > by_score.revenue[10]


def test_card_says_that_data_are_simulated_and_names_its_data(trade, model):
    assert SIMULATED in model.card.notes
    assert model.card.data_hash == trade.fingerprint()
    assert "simulated" in model.card.words.en
    assert "смоделированных" in model.card.words.ru


def test_fingerprint_changes_with_one_value(trade):
    price = np.array(trade.items["item_price"].to_numpy())
    price[7] += 0.01
    place = trade.items.column_names.index("item_price")
    other = replace(trade, items=trade.items.set_column(place, "item_price", pa.array(price)))

    assert other.fingerprint() != trade.fingerprint()


def test_no_trader_office_or_declaration_is_a_category(model):
    persons = {"importer", "exporter", "declarant", "carrier", "office", "declaration"}

    used = {key for one in model.effects.blocks for key in one.block.keys}
    assert not used & persons


def test_every_feature_has_words_in_both_languages_and_a_name_of_its_own():
    every = features(60.0)

    assert len({one.name for one in every}) == len(every)
    assert all(one.label.en and one.label.ru and one.label.en != one.label.ru for one in every)
