"""What the office examined, by rule and by chance, and what became of it."""

import numpy as np
import polars as pl
import pytest

from tamgha.risk.schema import latest_versions
from tamgha.risk.simulator import WorldPlan, simulate

JOIN = ["declaration", "item"]


@pytest.fixture(scope="module")
def told(rows, findings):
    return findings.join(rows.select(*JOIN, "day", "scheme", "duty_evaded", "net_mass_kg"), on=JOIN)


@pytest.fixture(scope="module")
def declarations(rows, findings):
    examined = findings.unique("declaration").select("declaration", "way")
    return (
        rows.group_by("declaration")
        .agg(pl.col("inclusion").first(), pl.col("scheme").is_not_null().any().alias("illicit"))
        .join(examined, on="declaration", how="left")
    )


def test_nothing_is_known_before_it_was_examined(told, findings):
    assert len(told) == len(findings)
    assert (told["examined"] >= told["day"]).all()
    assert (told["known"] >= told["examined"]).all()


def test_versions_count_from_one_and_come_in_time(findings):
    per_item = findings.group_by(JOIN, maintain_order=True).agg(
        pl.col("version"), (pl.col("known").diff().dt.total_days().fill_null(0) >= 0).all()
    )

    assert per_item["known"].all()
    assert (per_item["version"].list.max() == per_item["version"].list.len()).all()
    assert per_item["version"].list.max().max() >= 3


def test_an_examination_serves_the_whole_declaration(rows, findings):
    examined = findings["declaration"].unique().to_list()

    items = rows.filter(pl.col("declaration").is_in(examined)).select(JOIN)

    assert items.sort(JOIN).equals(findings.select(JOIN).unique().sort(JOIN))
    assert (
        findings.group_by("declaration").agg(pl.col("examined").n_unique())["examined"] == 1
    ).all()


def test_every_state_occurs_and_the_last_word_is_never_a_false_find(world, rows):
    last = pl.from_arrow(latest_versions(world.findings)).join(
        rows.select(*JOIN, "scheme"), on=JOIN
    )
    states = set(pl.from_arrow(world.findings)["state"])

    assert states == {"partial", "final", "revised", "overturned"}
    assert last.filter("found")["scheme"].null_count() == 0
    assert "partial" not in set(last["state"])
    assert not last.filter(state="overturned")["found"].any()


def test_false_finds_occur_before_they_are_overturned(told):
    false = told.filter(pl.col("scheme").is_null(), "found")

    assert len(false) > 0
    final = told.filter(pl.col("scheme").is_null(), pl.col("version") == 1)
    assert final["found"].mean() < 0.01


def test_finds_come_later_than_clean_results(told):
    waits = told.filter(pl.col("state") == "final").with_columns(
        (pl.col("known") - pl.col("examined")).dt.total_days().alias("days")
    )

    found, clean = waits.filter("found")["days"], waits.filter(~pl.col("found"))["days"]

    assert found.median() == pytest.approx(11.5, abs=3)
    assert clean.median() == pytest.approx(2.5, abs=1)
    assert found.quantile(0.95) > 2.5 * found.median()


def test_examinations_see_each_scheme_as_well_as_it_says(world):
    last = pl.from_arrow(latest_versions(simulate(21, declarations=20_000, weeks=30).findings))
    assert last["found"].any()
    plan = WorldPlan(illicit_rate=0.08, random_rate=1.0)
    full = simulate(22, declarations=5_000, weeks=20, plan=plan)
    seen = (
        pl.from_arrow(full.findings)
        .group_by(JOIN)
        .agg(((pl.col("found")) & (pl.col("state") == "final")).any().alias("seen"))
        .join(pl.from_arrow(full.truth).select(*JOIN, "scheme").drop_nulls(), on=JOIN)
    )

    for scheme in plan.schemes:
        of_kind = seen.filter(scheme=scheme.kind)["seen"]
        spread = np.sqrt(scheme.sensitivity * (1 - scheme.sensitivity) / len(of_kind))
        assert abs(of_kind.mean() - scheme.sensitivity) < 4 * spread


def test_what_a_find_assesses_is_what_was_evaded(told):
    final = told.filter("found", pl.col("scheme").is_not_null(), pl.col("state") == "final")

    assert (final["duty"] - final["duty_evaded"]).abs().max() < 0.006
    assert (final["kind"] == final["scheme"]).all()
    assert (final["quantity"] == final["net_mass_kg"]).all()
    assert (final["penalty"] - final["duty"] * 0.5).abs().max() < 0.006
    partial = told.filter(state="partial")
    assert (partial["duty"] < partial["duty_evaded"]).all()


def test_the_random_stratum_has_its_share(declarations, world):
    untouched = declarations.filter(pl.col("inclusion") == world.plan.random_rate)
    share = untouched["way"].is_not_null().mean()

    spread = np.sqrt(0.05 * 0.95 / len(untouched))

    assert abs(share - 0.05) < 4 * spread
    assert set(untouched.drop_nulls("way")["way"]) == {"random"}


def test_hits_of_the_rule_are_examined_with_their_probability(declarations):
    hits = declarations.filter(pl.col("inclusion") > 0.5)

    assert set(hits["inclusion"]) == {0.7 + 0.3 * 0.05}
    assert abs(hits["way"].is_not_null().mean() - 0.715) < 4 * np.sqrt(0.715 * 0.285 / len(hits))
    assert (hits["way"] == "criteria").sum() > 10 * (hits["way"] == "random").sum()


def test_the_rule_is_better_than_chance_and_far_from_perfect(declarations):
    hits = declarations.filter(pl.col("inclusion") > 0.5)["illicit"]

    assert 2 * 0.04 < hits.mean() < 0.5
    missed = declarations.filter(pl.col("illicit"), pl.col("inclusion") < 0.5)
    assert len(missed) > 0.3 * declarations["illicit"].sum()


def test_findings_carry_the_probability_of_their_declaration(findings, rows):
    both = findings.join(rows.select(*JOIN, pl.col("inclusion").alias("true")), on=JOIN)

    assert (both["inclusion"] == both["true"]).all()


def test_weighted_finds_estimate_the_detectable_truth():
    """Horvitz-Thompson over several worlds hits what examination of all would have found."""
    ratio = []
    for seed in range(12):
        some = simulate(seed, declarations=2_500, weeks=10, plan=WorldPlan(random_rate=0.3))
        last = pl.from_arrow(latest_versions(some.findings)).filter("found")
        truth = pl.from_arrow(some.truth).drop_nulls("scheme")
        caught = last.unique("declaration")
        found = caught.join(truth.unique("declaration"), on="declaration")
        estimate = (1 / caught["inclusion"]).sum()
        sure = (
            1
            - truth.with_columns(
                pl.col("scheme")
                .replace_strict(
                    {"undervaluation": 0.65, "misclassification": 0.7, "false_origin": 0.5}
                )
                .alias("s")
            )
            .group_by("declaration")
            .agg((1 - pl.col("s")).product().alias("missed"))["missed"]
        ).sum()
        assert len(found) == len(caught)
        ratio.append(estimate / sure)

    # Overturned finds (5 %) and late ones (1 %) move the mean a little below one.
    assert np.mean(ratio) == pytest.approx(0.96, abs=4 * np.std(ratio) / np.sqrt(12))


def test_without_a_random_rate_there_is_no_random_stratum():
    world = simulate(2, declarations=1_000, weeks=8, plan=WorldPlan(random_rate=0))

    assert set(world.findings["way"].to_pylist()) == {"criteria"}
    assert set(world.truth["inclusion"].to_pylist()) == {0.0, 0.7}
