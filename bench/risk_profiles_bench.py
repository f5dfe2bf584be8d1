"""50 profiles on a million rows, one of them edited, and one decision, beside the tools one would take."""

import atexit
import gc
import os
import shutil
import statistics
import tempfile
import time
from functools import cache, partial
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
from harness import Result, case, paired, peak_mb, seconds
from risk_profiles_made import (
    fifty_profiles,
    items_table,
    polars_of,
    sql_of,
    write_items,
    zen_of,
)

from tamgha.risk.engines import ColumnarEvaluator, compile_profiles, parquet_hits
from tamgha.risk.profiles import parse_condition, without_not

ROWS = 1_000_000
CONDITIONS = (
    "one core; made rows (19 columns, NULLs), seed 20261124; snappy Parquet, groups of 256k rows"
)


def on_one_core() -> None:
    cores = sorted(os.sched_getaffinity(0))
    os.sched_setaffinity(0, {cores[-1]})
    pa.set_cpu_count(1)
    pa.set_io_thread_count(1)


@cache
def made(rows: int):
    """Return the file of so many rows, the profiles and the lists."""
    folder = Path(tempfile.mkdtemp(prefix="tamgha-bench-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    path = folder / f"{rows}.parquet"
    write_items(path, rows)
    profiles, lists = fifty_profiles(items_table(200_000))
    return path, profiles, lists


def asked_columns(profiles) -> list[str]:
    return sorted({name for profile in profiles for name in profile.condition.columns})


def read_encoded(path: Path, columns: list[str]) -> pa.Table:
    schema = pq.read_schema(path)
    texts = [name for name in columns if pa.types.is_string(schema.field(name).type)]
    return pq.read_table(
        path, columns=columns, read_dictionary=texts, use_threads=False, memory_map=True
    )


def ours_from_file(path, profiles, lists):
    return parquet_hits([path], profiles, lists=lists).words[0]


def polars_from_file(path, profiles, lists):
    import polars as pl

    bits = [
        polars_of(without_not(profile.reach), lists).fill_null(value=False).cast(pl.UInt64)
        * (1 << place)
        for place, profile in enumerate(profiles)
    ]
    return (
        pl.scan_parquet(path)
        .select(pl.sum_horizontal(bits).alias("hits"))
        .collect()["hits"]
        .to_numpy()
    )


def duckdb_from_file(connection, path, profiles, lists):
    bits = " | ".join(
        f"CASE WHEN {sql_of(profile.condition.tree, lists)} THEN {1 << place}::UBIGINT ELSE 0::UBIGINT END"
        for place, profile in enumerate(profiles)
    )
    found = connection.sql(f"SELECT {bits} AS hits FROM read_parquet('{path}')").to_arrow_table()
    return found.column("hits").to_numpy()


def one_thread_duckdb():
    import duckdb

    connection = duckdb.connect()
    connection.execute("SET threads = 1")
    return connection


@case("risk.profiles.table", goal="≥ 3× Polars; ≥ 200× zen-engine")
def whole_table():
    os.environ.setdefault("POLARS_MAX_THREADS", "1")
    on_one_core()
    path, profiles, lists = made(ROWS)
    ours, theirs = ours_from_file(path, profiles, lists), polars_from_file(path, profiles, lists)
    assert (ours == theirs).all(), "the two disagree about the hits"
    assert (ours == duckdb_from_file(one_thread_duckdb(), path, profiles, lists)).all()
    mine, polars, ratio = paired(
        lambda: ours_from_file(path, profiles, lists),
        lambda: polars_from_file(path, profiles, lists),
        repeats=7,
    )
    n = "1,000,000 rows × 50 profiles"
    results = [
        Result(
            "risk.profiles.table",
            mine,
            polars,
            ratio,
            "≥ 3× Polars",
            ratio >= 3,
            n,
            f"{CONDITIONS}; Parquet to a bit mask a row; peer Polars, lazy",
        ),
    ]
    rows = complete_rows(items_table(20_000), profiles, 2_000)
    for name, ask in right_zen_forms(profiles, lists, rows).items():
        used = statistics.median(
            seconds(lambda ask=ask: [ask(row) for row in rows]) for _ in range(3)
        ) / len(rows)
        scaled = used * ROWS
        how = f"{CONDITIONS}; peer zen-engine, {name}, measured on 2,000 complete rows and scaled to 1,000,000"
        label = (
            "risk.profiles.table.zen"
            if name == "decision table"
            else f"risk.profiles.table.zen, {name}"
        )
        results.append(
            Result(
                label,
                mine,
                scaled,
                scaled / mine,
                "≥ 200× zen-engine",
                scaled / mine >= 200,
                n,
                how,
            )
        )
    results += growth()
    return results


def growth():
    """Time a row at 1, 4 and 16 times 250,000 rows."""
    times = {}
    for factor in (1, 4, 16):
        path, profiles, lists = made(250_000 * factor)
        work = partial(ours_from_file, path, profiles, lists)
        ours_from_file(path, profiles, lists)
        times[factor] = statistics.median(seconds(work) for _ in range(3)) / factor
    worst = max(times[4], times[16]) / times[1]
    told = ", ".join(f"{factor}×: {used * 1e3:.0f} ms" for factor, used in times.items())
    return [
        Result(
            "risk.profiles.table.growth",
            times[16],
            times[1],
            worst,
            "time a row ≤ 1.5× at 16×",
            worst <= 1.5,
            "250,000 rows × 1, 4, 16",
            f"ms for each 250,000 rows: {told}; peak {peak_mb():.0f} MB; ratio is the worst to 1×",
        )
    ]


@case("risk.profiles.edit", goal="≥ 100× DuckDB's whole SQL; < 50 ms")
def edited():
    on_one_core()
    path, profiles, lists = made(ROWS)
    table = read_encoded(path, sorted({*asked_columns(profiles), "declaration"}))
    evaluator = ColumnarEvaluator(table, lists=lists)
    for profile in profiles:
        evaluator.hits(profile.reach)
    fields = dict(zip(table.schema.names, (field.type for field in table.schema), strict=True))
    connection = one_thread_duckdb()
    turn = iter(range(10_000))

    def edit():
        """One number and one code changed, as after a key press: text to hits, rows and declarations."""
        place = next(turn)
        text = f"hs LIKE '{64 + place % 20:02d}{place % 10}%' AND unit_value_ratio < {0.6 + place / 1000} AND (tax_rate >= 8 OR importer IN LIST 'watch 1')"
        condition = parse_condition(text, fields)
        hits = evaluator.hits(condition)
        return (
            str(condition.sentence("ru")),
            int(hits.sum()),
            evaluator.count_declarations(hits),
        )

    mine, duck, ratio = paired(
        edit, lambda: duckdb_from_file(connection, path, profiles, lists), repeats=7
    )
    worst = max(seconds(edit) for _ in range(30))
    n = "1,000,000 rows, 2 of 4 conditions new"
    how = f"{CONDITIONS}; text to hits by row and by declaration, and the sentence; worst of 30: {worst * 1e3:.1f} ms"
    return [
        Result(
            "risk.profiles.edit",
            mine,
            duck,
            ratio,
            "≥ 100× DuckDB's whole SQL",
            ratio >= 100,
            n,
            f"{how}; peer: DuckDB's SQL of the 50 profiles",
        ),
        Result(
            "risk.profiles.edit.time",
            mine * 1e3,
            None,
            None,
            "< 50 ms",
            worst < 0.05,
            n,
            how,
            unit="ms",
        ),
    ]


# -- one decision --------------------------------------------------------------------------------------


def zen_forms(profiles, lists):
    """Return the ways of asking zen-engine which of the profiles hit a row: name -> function of the row."""

    import zen

    texts = [zen_of(without_not(profile.reach), lists) for profile in profiles]
    codes = [profile.code for profile in profiles]
    together = zen.compile_expression("[" + ", ".join(texts) + "]")
    alone = [zen.compile_expression(text) for text in texts]
    table = {
        "nodes": [
            {"id": "in", "type": "inputNode", "name": "in", "position": {"x": 0, "y": 0}},
            {
                "id": "table",
                "type": "decisionTableNode",
                "name": "table",
                "position": {"x": 0, "y": 0},
                "content": {
                    "hitPolicy": "collect",
                    "inputs": [{"id": "i", "name": "when"}],
                    "outputs": [{"id": "o", "name": "code", "field": "code"}],
                    "rules": [
                        {"_id": code, "i": text, "o": f'"{code}"'}
                        for code, text in zip(codes, texts, strict=True)
                    ],
                },
            },
            {"id": "out", "type": "outputNode", "name": "out", "position": {"x": 0, "y": 0}},
        ],
        "edges": [
            {"id": "1", "type": "edge", "sourceId": "in", "targetId": "table"},
            {"id": "2", "type": "edge", "sourceId": "table", "targetId": "out"},
        ],
    }
    # a table behind a loader is compiled once; create_decision compiles it at every call
    engine = zen.ZenEngine({"loader": {"type": "static", "content": {"table": table}}})
    return {
        "one expression": lambda row: [
            code for code, hit in zip(codes, together.evaluate(row), strict=True) if hit
        ],
        "50 expressions": lambda row: [
            code for code, one in zip(codes, alone, strict=True) if one.evaluate(row)
        ],
        "decision table": lambda row: [
            each["code"] for each in engine.evaluate("table", row)["result"]
        ],
    }


def complete_rows(items: pa.Table, profiles, count: int) -> list[dict]:
    """Return rows without an empty field: zen-engine has no third value."""
    columns = asked_columns(profiles)
    return [row for row in items.select(columns).to_pylist() if None not in row.values()][:count]


def right_zen_forms(profiles, lists, rows):
    """Return the forms of zen-engine that give the right answers: name -> function of the row."""
    decide = compile_profiles(profiles, lists=lists)
    forms = zen_forms(profiles, lists)
    for name, ask in forms.items():
        assert all(ask(row) == decide(row) for row in rows[:200]), f"zen's {name} gives other hits"
    return forms


@case("risk.profiles.decision", goal="≥ 8× zen-engine, median and p99")
def decision():
    on_one_core()
    items = items_table(50_000)
    profiles, lists = fifty_profiles(items_table(200_000))
    rows = complete_rows(items, profiles, 25_000)
    decide = compile_profiles(profiles, lists=lists)
    forms = right_zen_forms(profiles, lists, rows)
    quickest = min(
        forms, key=lambda name: seconds(lambda: [forms[name](row) for row in rows[:500]])
    )
    rows, before = rows[:5_000], rows[5_000:]
    for row in before:  # a service that has been running: traders seen before are remembered
        decide(row)
    asked = {"ours": decide, "decision table": forms["decision table"], quickest: forms[quickest]}
    timed = {who: [] for who in asked}
    gc.collect()
    gc.disable()
    try:
        for start in range(0, len(rows), 1_000):  # in turn, 1,000 rows at a time
            for who, ask in asked.items():
                for row in before[:300]:  # not timed: the caches still hold what the other used
                    ask(row)
                for row in rows[start : start + 1_000]:
                    fresh = dict(row)  # a decision comes just after its row was made
                    begin = time.perf_counter_ns()
                    ask(fresh)
                    timed[who].append(time.perf_counter_ns() - begin)
    finally:
        gc.enable()
    hits = sum(len(decide(row)) for row in rows) / len(rows)
    leaves = sum(len(profile.condition.leaves) for profile in profiles)
    results = []
    for peer in dict.fromkeys(("decision table", quickest)):
        for label, share in (("median", 0.5), ("p99", 0.99)):
            ours, theirs = (
                sorted(timed[who])[int(share * (len(rows) - 1))] / 1e3 for who in ("ours", peer)
            )
            name = f"risk.profiles.decision.{label}" + (
                "" if peer == "decision table" else f", {peer}"
            )
            how = (
                f"one core, in process, {leaves} leaves, {hits:.1f} hits a row, hits named; in turns of "
                f"1,000 rows after 300 not timed; peer zen-engine, {peer}"
            )
            results.append(
                Result(
                    name,
                    ours,
                    theirs,
                    theirs / ours,
                    f"≥ 8× zen-engine, {label}",
                    theirs / ours >= 8,
                    f"{len(rows):,} rows × 50 profiles",
                    how,
                    unit="µs",
                )
            )
    return results
