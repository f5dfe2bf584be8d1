"""Indicators through Ibis: DuckDB and Spark give the values of the batch."""

import ibis
import pyarrow.parquet as pq
import pytest
from tests.risk.indicators.made_rows import (
    agrees,
    findings_table,
    items_table,
    made_findings,
    made_indicators,
    made_rows,
)

from tamgha.risk.engines import compute_indicators, ibis_indicators
from tamgha.risk.indicators import READY

pytestmark = [
    pytest.mark.filterwarnings(
        "ignore:fetch_arrow_table:DeprecationWarning"
    ),  # Ibis 12 on DuckDB 2
    pytest.mark.filterwarnings("ignore:PySpark does not yet fully support pandas:FutureWarning"),
]


def compare(items, findings, rows, known, indicators, collect=lambda asked: asked.to_pyarrow()):
    """Return the indicators whose values through Ibis differ from the batch's."""
    came = collect(ibis_indicators(items, indicators, findings)).to_pylist()
    by_name = {(row["declaration"], row["item"]): row for row in came}
    assert len(came) == len(by_name) == len(rows)
    batch = compute_indicators(items_table(rows), findings_table(known), indicators)
    wrong = {}
    for one in indicators:
        values = [by_name[row["declaration"], row["item"]][one.name] for row in rows]
        places = agrees(values, batch[one.name].to_pylist())
        if places:
            wrong[one.name] = [(values[p], batch[one.name][p].as_py()) for p in places[:3]]
    return wrong


def stored(connection, folder, rows, known):
    pq.write_table(items_table(rows), folder / "items.parquet", coerce_timestamps="us")
    pq.write_table(findings_table(known), folder / "findings.parquet")
    return (
        connection.read_parquet(str(folder / "items.parquet"), table_name="made_items"),
        connection.read_parquet(str(folder / "findings.parquet"), table_name="made_findings"),
    )


@pytest.mark.slow
@pytest.mark.parametrize("part", range(3))
def test_ready_indicators_on_duckdb_are_those_of_the_batch(part, tmp_path):
    rows = made_rows(51, declarations=150)
    known = made_findings(51, rows)

    assert (
        compare(
            *stored(ibis.duckdb.connect(), tmp_path, rows, known),
            rows,
            known,
            list(READY.values())[part::3],
        )
        == {}
    )


@pytest.mark.parametrize(
    "seed", [0, *(pytest.param(seed, marks=pytest.mark.slow) for seed in (1, 2, 3))]
)
def test_random_indicators_of_every_kind_on_duckdb_are_those_of_the_batch(seed, tmp_path):
    rows = made_rows(seed, declarations=80)
    known = made_findings(seed, rows)

    assert (
        compare(
            *stored(ibis.duckdb.connect(), tmp_path, rows, known),
            rows,
            known,
            made_indicators(seed),
        )
        == {}
    )


def test_without_findings_rates_are_empty_on_duckdb_too(tmp_path):
    rows = made_rows(3, declarations=30)
    items, _ = stored(ibis.duckdb.connect(), tmp_path, rows, [])
    names = ["importer_find_rate", "trader_grade"]

    came = ibis_indicators(items, [READY[name] for name in names]).to_pyarrow()

    batch = compute_indicators(items_table(rows), None, [READY[name] for name in names])
    assert (
        came["importer_find_rate"].null_count == len(rows) == batch["importer_find_rate"].null_count
    )
    assert sorted(map(str, came["trader_grade"].to_pylist())) == sorted(
        map(str, batch["trader_grade"].to_pylist())
    )


@pytest.mark.spark
@pytest.mark.slow
@pytest.mark.parametrize("part", range(3))
def test_every_kind_on_spark_is_that_of_the_batch(part, spark, tmp_path):
    connection = ibis.pyspark.connect(spark)
    rows = made_rows(61, declarations=40)
    known = made_findings(61, rows)

    def collect(asked):
        query = spark.sql(connection.compile(asked))
        query.write.parquet(str(tmp_path / "values"))  # Spark's way to Arrow leads through pandas
        return pq.read_table(tmp_path / "values")

    tables = stored(connection, tmp_path, rows, known)
    assert compare(*tables, rows, known, made_indicators(61)[part::3], collect) == {}
