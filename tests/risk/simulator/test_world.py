from dataclasses import replace
from datetime import date

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tamgha.risk.schema import DeclarationSet, SetError
from tamgha.risk.simulator import (
    SCHEME_KINDS,
    TRUTH_SCHEMA,
    Scheme,
    WorldPlan,
    read_truth,
    simulate,
)

KNOWN_HASH = "826055b2146df2252a9d7880f84489a5746883413dfcd98d732438576a50f7e0"


def test_the_same_seed_gives_the_same_bytes_on_every_machine():
    """The hash was taken once; a change of the simulator that moves it must say so."""
    assert simulate(2024, declarations=400, weeks=6).content_hash() == KNOWN_HASH


def test_another_seed_gives_another_world():
    one, two = (simulate(seed, declarations=300, weeks=4) for seed in (1, 2))

    assert one.content_hash() != two.content_hash()
    codes = [set(one.traders["code"].to_pylist()), set(two.traders["code"].to_pylist())]
    assert len(codes[0] & codes[1]) < 0.01 * len(codes[0])


def test_the_hash_notices_a_single_changed_value(world):
    truth = world.truth.set_column(
        5, "true_price", pl.from_arrow(world.truth)["true_price"].to_arrow()
    )
    assert replace(world, truth=truth).content_hash() == world.content_hash()

    prices = world.truth["true_price"].to_numpy().copy()
    prices[77] += 0.01
    changed = world.truth.set_column(5, "true_price", [prices])

    assert replace(world, truth=changed).content_hash() != world.content_hash()


def test_a_written_world_opens_as_a_simulated_set(world, tmp_path):
    written = world.write(tmp_path / "set", name="Juniper")

    opened = DeclarationSet.open(tmp_path / "set")
    assert opened.manifest.simulated
    assert opened.manifest.name == "Juniper"
    assert opened.manifest.currency == "USD"
    assert opened.manifest.has_random_stratum
    assert opened.manifest.declarations == 12_000
    assert opened.items().equals(world.items)
    assert opened.all_findings().equals(world.findings.sort_by(
        [("declaration", "ascending"), ("item", "ascending"), ("version", "ascending")]
    ))  # fmt: skip
    assert opened.manifest == written.manifest


def test_the_truth_stands_beside_the_set_and_never_in_it(world, tmp_path):
    written = world.write(tmp_path / "set")

    assert read_truth(tmp_path / "set").equals(world.truth)
    assert world.truth.schema == TRUTH_SCHEMA
    hidden = set(TRUTH_SCHEMA.names) - {"declaration", "item", "inclusion"}
    assert not hidden & set(written.items().column_names)
    assert written.items().num_rows == world.items.num_rows


def test_a_folder_that_holds_something_is_refused(world, tmp_path):
    (tmp_path / "letter.txt").write_text("mine")

    with pytest.raises(SetError):
        world.write(tmp_path)

    assert [path.name for path in tmp_path.iterdir() if path.suffix == ".parquet"] == []


def test_trade_starts_and_ends_when_asked():
    world = simulate(1, declarations=500, start=date(2025, 3, 6), weeks=3)

    days = pl.from_arrow(world.items)["day"]
    assert date(2025, 3, 6) <= days.min() <= days.max() <= date(2025, 3, 26)
    assert pl.from_arrow(world.items)["declaration"].n_unique() == 500


def test_the_year_stands_in_the_number():
    world = simulate(1, declarations=600, start=date(2024, 12, 16), weeks=4)
    rows = pl.from_arrow(world.items)

    assert (
        rows["declaration"].str.slice(0, 2).cast(pl.Int32) == rows["day"].dt.year() - 2000
    ).all()
    assert set(rows["day"].dt.year()) == {2024, 2025}


schemes = st.lists(
    st.builds(
        Scheme,
        st.sampled_from(SCHEME_KINDS),
        st.floats(0.1, 5),
        starts=st.floats(0, 0.4),
        ends=st.floats(0.5, 1),
        sensitivity=st.floats(0.05, 1),
    ),
    min_size=1,
    max_size=3,
    unique_by=lambda scheme: scheme.kind,
).map(tuple)
plans = st.builds(
    WorldPlan,
    illicit_rate=st.one_of(st.just(0.0), st.floats(0.01, 0.08)),
    drift=st.floats(-1, 1),
    schemes=schemes,
    exports=st.floats(0, 0.3),
    transit=st.floats(0, 0.2),
    goods=st.integers(40, 2_000),
    firms=st.one_of(st.none(), st.integers(20, 500)),
    criteria_draw=st.floats(0, 1),
    random_rate=st.floats(0, 1),
    find_delay_days=st.floats(0.1, 365),
    clean_delay_days=st.floats(0.1, 365),
    false_find_rate=st.floats(0, 0.1),
)


@settings(max_examples=20, deadline=None)
@given(
    seed=st.integers(0, 2**63),
    declarations=st.integers(1, 250),
    start=st.dates(date(2022, 1, 1), date(2040, 12, 31)),
    weeks=st.integers(1, 9),
    plan=plans,
)
def test_whatever_is_allowed_gives_a_whole_world(seed, declarations, start, weeks, plan):
    world = simulate(seed, declarations=declarations, start=start, weeks=weeks, plan=plan)

    rows, truth = pl.from_arrow(world.items), pl.from_arrow(world.truth)
    assert rows["declaration"].n_unique() == declarations
    assert rows.select("declaration", "item").equals(truth.select("declaration", "item"))
    assert (rows["net_mass_kg"] <= rows["gross_mass_kg"]).all()
    assert (rows["item_price"] > 0).all()
    assert not rows["item_price"].is_nan().any()
    illicit = truth.drop_nulls("scheme")["declaration"].n_unique()
    assert illicit <= plan.illicit_rate * declarations * (1 + abs(plan.drift) / 2) + 3
    told = pl.from_arrow(world.findings)
    assert (told["known"] >= told["examined"]).all()
    assert told.join(rows, on=["declaration", "item"], how="anti").is_empty()
    if plan.random_rate > 0:
        assert (told["inclusion"] > 0).all()
