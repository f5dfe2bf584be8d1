"""The schemes: as many as asked, when asked, and with a clue in the row."""

from dataclasses import replace

import numpy as np
import polars as pl
import pytest

from tamgha.risk.simulator import Scheme, WorldPlan, simulate


def illicit_declarations(world) -> int:
    truth = pl.from_arrow(world.truth)
    return truth.filter(pl.col("scheme").is_not_null())["declaration"].n_unique()


def ranks_above(score: pl.Series, is_illicit: pl.Series) -> float:
    """Return the chance that an illicit row scores above a compliant one (ties count half)."""
    order = score.rank("average").to_numpy()
    flags = is_illicit.to_numpy()
    count = flags.sum()
    return (order[flags].sum() - count * (count + 1) / 2) / (count * (~flags).sum())


@pytest.mark.parametrize("rate", [0.0, 0.01, 0.04, 0.08])
def test_the_rate_is_as_asked(rate):
    world = simulate(3, declarations=3_000, weeks=12, plan=WorldPlan(illicit_rate=rate))

    assert abs(illicit_declarations(world) - rate * 3_000) <= 2


def test_the_rate_drifts_as_asked(world):
    halves = []
    for drift in (-0.8, 0.8):
        plan = WorldPlan(illicit_rate=0.06, drift=drift)
        truth = pl.from_arrow(simulate(4, declarations=4_000, weeks=20, plan=plan).truth)
        per = truth.group_by("declaration", maintain_order=True).agg(
            pl.col("scheme").is_not_null().any()
        )["scheme"]
        halves.append(per[2_000:].sum() / per[:2_000].sum())

    assert halves[0] == pytest.approx(0.8 / 1.2, abs=0.12)
    assert halves[1] == pytest.approx(1.2 / 0.8, abs=0.25)


def test_schemes_start_and_end_when_asked():
    schemes = (
        Scheme("undervaluation", 0.5, ends=0.5),
        Scheme("false_origin", 0.5, starts=0.5),
    )
    world = simulate(5, declarations=4_000, weeks=20, plan=WorldPlan(schemes=schemes))
    rows = pl.concat(
        [pl.from_arrow(world.items).select("day"), pl.from_arrow(world.truth)], how="horizontal"
    )

    middle = rows["day"].min() + pl.Series([70 * 86_400_000]).cast(pl.Duration("ms"))[0]

    kinds = {kind: part for (kind,), part in rows.drop_nulls("scheme").group_by("scheme")}
    assert set(kinds) == {"undervaluation", "false_origin"}
    assert kinds["undervaluation"]["day"].max() < middle <= kinds["false_origin"]["day"].min()


def test_only_imports_are_illicit(rows):
    assert set(rows.drop_nulls("scheme")["direction"]) == {"import"}


def test_compliant_items_say_the_truth(rows):
    honest = rows.filter(pl.col("scheme").is_null())

    assert (honest["hs"] == honest["true_hs"]).all()
    assert (honest["origin"] == honest["true_origin"]).all()
    assert (honest["item_price"] == honest["true_price"]).all()
    assert (honest["statistical_value"] == honest["true_value"]).all()
    assert (honest["duty_evaded"] == 0).all()


def test_the_duty_evaded_is_the_true_duty_less_the_declared(rows):
    imports = rows.filter(direction="import")

    gap = imports["true_duty"] - imports["duty"] - imports["duty_evaded"]

    assert gap.abs().max() < 0.006
    assert (rows.drop_nulls("scheme")["duty_evaded"] > 0).all()
    assert (
        imports["true_duty"] - imports["true_value"] * imports["true_rate"] / 100
    ).abs().max() < 0.006


def test_undervaluation_changes_the_price_alone(rows):
    low = rows.filter(scheme="undervaluation")
    share = low["item_price"] / low["true_price"]

    assert len(low) > 100
    assert share.is_between(0.13, 0.86).all()
    assert (low["hs"] == low["true_hs"]).all()
    assert (low["origin"] == low["true_origin"]).all()
    assert (low["tax_rate"] == low["true_rate"]).all()


def test_misclassification_takes_a_near_code_with_a_lower_duty(rows):
    wrong = rows.filter(scheme="misclassification")

    assert len(wrong) > 100
    assert (wrong["hs"] != wrong["true_hs"]).all()
    assert (wrong["hs"].str.slice(0, 2) == wrong["true_hs"].str.slice(0, 2)).all()
    assert (wrong["hs"].str.slice(0, 4) == wrong["true_hs"].str.slice(0, 4)).mean() > 0.3
    assert (wrong["tax_rate"] < wrong["true_rate"]).all()
    assert (wrong["item_price"] == wrong["true_price"]).all()


def test_a_false_origin_claims_a_preference(rows):
    false = rows.filter(scheme="false_origin")

    assert len(false) > 50
    assert (false["origin"] != false["true_origin"]).all()
    assert (false["preference"] == "200").all()
    assert (false["tax_rate"] == 0).all()
    assert (false["hs"] == false["true_hs"]).all()


def test_undervaluation_shows_in_the_unit_value(rows):
    seen = rows.filter(pl.col("direction") == "import").with_columns(
        (pl.col("item_price") / pl.col("net_mass_kg")).log().alias("price")
    )
    seen = seen.with_columns(
        (pl.col("price").median().over("hs", "origin") - pl.col("price")).alias("cheap")
    ).filter(pl.col("scheme").is_null() | (pl.col("scheme") == "undervaluation"))

    assert ranks_above(seen["cheap"], seen["scheme"].is_not_null()) > 0.7


def test_misclassification_shows_in_the_gap_to_the_neighbour_codes(rows):
    seen = rows.filter(direction="import", preference="000").with_columns(
        (
            pl.col("tax_rate").max().over(pl.col("hs").str.slice(0, 4)) - pl.col("tax_rate")
        ).alias("gap")
    ).filter(pl.col("scheme").is_null() | (pl.col("scheme") == "misclassification"))  # fmt: skip

    assert ranks_above(seen["gap"], seen["scheme"].is_not_null()) > 0.65


def test_false_origin_shows_in_the_route(rows):
    seen = rows.filter(direction="import").with_columns(
        (1 - pl.len().over("origin", "departure") / pl.len().over("origin")).alias("unusual")
    ).filter(pl.col("scheme").is_null() | (pl.col("scheme") == "false_origin"))  # fmt: skip

    assert ranks_above(seen["unusual"], seen["scheme"].is_not_null()) > 0.85


def test_undervaluers_are_young(rows, world):
    traders = pl.from_arrow(world.traders).select("code", "first_day")
    aged = rows.join(traders, left_on="importer", right_on="code").with_columns(
        (pl.col("day") - pl.col("first_day")).dt.total_days().alias("age")
    )

    low = aged.filter(scheme="undervaluation")

    assert low["age"].max() < 365 + 7 * 40
    assert low["age"].median() < 0.3 * aged["age"].median()


def test_cheats_also_declare_truly(rows, world):
    cheats = pl.from_arrow(world.traders).filter(pl.col("scheme").is_not_null())["code"]

    theirs = rows.filter(
        pl.col("importer").is_in(cheats.to_list()), pl.col("direction") == "import"
    )

    assert 0.08 < theirs["scheme"].is_not_null().mean() < 0.6
    honest = rows.filter(~pl.col("importer").is_in(cheats.to_list()))
    assert honest["scheme"].null_count() == len(honest)


def test_no_world_hangs_on_one_cheat(rows):
    counts = rows.drop_nulls("scheme")["importer"].value_counts(sort=True)["count"]

    assert len(counts) > 40
    assert counts[0] / counts.sum() < 0.15


def test_another_random_rate_leaves_trade_and_truth_as_they_were():
    plan = WorldPlan()
    one = simulate(8, declarations=800, weeks=8, plan=plan)
    two = simulate(8, declarations=800, weeks=8, plan=replace(plan, random_rate=0.3))

    assert one.items.equals(two.items)
    assert one.truth.drop(["inclusion"]).equals(two.truth.drop(["inclusion"]))
    assert one.findings.num_rows < two.findings.num_rows


def test_without_fraud_nothing_is_evaded():
    world = simulate(6, declarations=500, weeks=6, plan=WorldPlan(illicit_rate=0))

    assert np.sum(world.truth["duty_evaded"].to_numpy()) == 0
    assert world.truth["scheme"].null_count == world.truth.num_rows
