"""Five point-in-time indicators on a million rows, new rows alone, and one declaration at a time.

The five: (a) unit value over the median unit value of the same HS6 and origin in the 90 days before,
(b) the importer's declarations before that day, (c) the importer's find rate by results at least 7
days old, (d) days since the importer's first use of the HS4, (e) share of the declarant's earlier
declarations at the same office. Findings are the labels, known 30 days after lodging.
"""

import os
import statistics
import time
from functools import cache
from pathlib import Path

os.environ.setdefault("POLARS_MAX_THREADS", "1")

import numpy as np
import polars as pl
import pyarrow as pa
from harness import Result, case, paired, peak_mb, seconds

from tamgha.risk.engines import (
    OnlineIndicators,
    compute_indicators,
    start_indicators,
    update_indicators,
)
from tamgha.risk.indicators import READY, Indicator
from tamgha.risk.simulator import simulate
from tamgha.shared.words import Words

ROWS = 1_000_000
SEED = 7
KNOWN_DAYS, DELAY_DAYS = 30, 7
KEYS = ("hs", "origin", "importer", "declarant", "office")
WORDS = Words("bench", "замер")


def declared(name: str, kind: str, **parameters: object) -> Indicator:
    return Indicator(name, kind, WORDS, WORDS, "higher", "x", **parameters)


FIVE = (
    declared(
        "a", "usual", measure="item_price / net_mass_kg", group=("hs:6", "origin"), window_days=90
    ),
    declared("b", "count_before", group=("importer",)),
    declared("c", "find_rate", group=("importer",), delay_days=DELAY_DAYS),
    declared("d", "days_since_first", group=("importer", "hs:4")),
    declared("e", "share_within", group=("declarant",), of=("office",)),
)


def on_one_core() -> None:
    os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
    pa.set_cpu_count(1)


@cache
def base() -> tuple[pl.DataFrame, str]:
    """Return the rows that are drawn from, and what they are."""
    folder = Path(os.environ.get("TAMGHA_DATA", "")) / "kcs_declarations"
    if os.environ.get("TAMGHA_DATA") and folder.is_dir():
        parts = [
            pl.read_csv(folder / f"df_syn_{part}_eng.csv", infer_schema_length=0)
            for part in ("train", "valid", "test")
        ]
        rows = pl.concat(parts).select(
            day=pl.col("Date").str.to_date(),
            declarant="Declarant ID",
            importer="Importer ID",
            office="Office ID",
            hs="HS6 Code",
            origin="Country of Origin",
            net_mass_kg=pl.col("Net Mass").cast(pl.Float64),
            item_price=pl.col("Item Price").cast(pl.Float64),
            found=pl.col("Fraud") == "1",
        )
        return rows, "bootstrapped Korean set"
    world = simulate(SEED, declarations=40_000)
    names = ("day", "declarant", "importer", "office", "hs", "origin", "net_mass_kg", "item_price")
    rows = pl.DataFrame({name: pl.Series(world.items[name].combine_chunks()) for name in names})
    draw = np.random.default_rng(SEED).random(rows.height) < 0.2
    return rows.with_columns(found=pl.Series(draw)), "bootstrapped simulated set"


@cache
def made(rows: int) -> tuple[pl.DataFrame, pa.Table, pa.Table]:
    """Return rows drawn with replacement: for the peer, and as our items and findings."""
    whole, _ = base()
    place = np.random.default_rng(SEED).integers(0, whole.height, rows)
    drawn = whole[place].sort("day", maintain_order=True)
    drawn = drawn.with_columns(
        declaration=pl.format("D{}", pl.int_range(rows)), item=pl.lit(1, pl.Int32)
    )
    findings = drawn.select(
        "declaration", "item", known=pl.col("day") + pl.duration(days=KNOWN_DAYS), found="found"
    )
    return drawn, as_arrow(drawn.drop("found")), as_arrow(findings)


def as_arrow(frame: pl.DataFrame) -> pa.Table:
    table = frame.to_arrow()
    plain = [
        (one.name, pa.string() if not pa.types.is_primitive(one.type) else one.type)
        for one in table.schema
    ]
    return table.cast(pa.schema(plain))


def in_polars(rows: pl.DataFrame) -> pl.DataFrame:
    """Compute the five as a good Polars script would; labels stand beside the rows already."""
    unit = pl.when(pl.col("net_mass_kg") > 0).then(pl.col("item_price") / pl.col("net_mass_kg"))
    importer_rows = pl.col("day").rank("min").over("importer") - 1
    known = (
        rows.lazy()
        .group_by("importer", "day")
        .agg(n=pl.len(), f=pl.col("found").sum())
        .sort("day")
        .with_columns(
            pl.col("n", "f").cum_sum().over("importer"),
            known=pl.col("day") + pl.duration(days=KNOWN_DAYS + DELAY_DAYS),
        )
        .drop("day")
    )
    return (
        rows.lazy()
        .with_columns(unit=unit)
        .with_columns(
            usual=pl.col("unit")
            .rolling_median_by("day", "90d", closed="left")
            .over("hs", "origin"),
            b=importer_rows,
            d=(
                pl.col("day") - pl.col("day").min().over("importer", pl.col("hs").str.slice(0, 4))
            ).dt.total_days(),
            whole=pl.col("day").rank("min").over("declarant") - 1,
            part=pl.col("day").rank("min").over("declarant", "office") - 1,
        )
        .join_asof(known, left_on="day", right_on="known", by="importer", check_sortedness=False)
        .select(
            a=pl.col("unit") / pl.col("usual"),
            b="b",
            c=pl.col("f") / pl.col("n"),
            d="d",
            e=pl.col("part") / pl.when(pl.col("whole") > 0).then("whole"),
        )
        .collect()
    )


def check_agreement(ours: pa.Table, peer: pl.DataFrame) -> None:
    for name in ours.column_names:
        mine = ours[name].to_numpy()
        theirs = peer[name].cast(pl.Float64).fill_null(float("nan")).to_numpy()
        theirs = np.where(np.isfinite(theirs), theirs, np.nan)
        assert np.allclose(mine, theirs, rtol=1e-9, equal_nan=True), (
            f"the two disagree about {name}"
        )


@case("risk.indicators.five", goal="no slower than Polars; 1 % new rows ≤ 5 % of the whole")
def five_indicators():
    on_one_core()
    rows, items, findings = made(ROWS)
    conditions = f"one core; {base()[1]}, seed {SEED}; from plain Arrow strings"
    check_agreement(compute_indicators(items, findings, FIVE), in_polars(rows))
    mine, theirs, ratio = paired(
        lambda: compute_indicators(items, findings, FIVE), lambda: in_polars(rows), repeats=7
    )
    goal = "no slower than Polars (ratio ≥ 1)"
    peer = "peer: one lazy Polars query (rank, cumulative sums a day, asof join, rolling median by group), findings beside the rows for free"
    return [
        Result(
            "risk.indicators.five",
            mine,
            theirs,
            ratio,
            goal,
            ratio >= 1,
            f"{ROWS:,} rows",
            f"{conditions}; {peer}",
        ),
        *new_rows(items, findings, conditions),
    ]


def new_rows(items: pa.Table, findings: pa.Table, conditions: str) -> list[Result]:
    """Time 1 % of new rows, step after step, beside the whole with and without its state."""
    step = ROWS // 100
    start = ROWS - 6 * step
    _, state = start_indicators(*part(items, findings, 0, start), FIVE)
    news = [part(items, findings, at, at + step) for at in range(start, ROWS, step)]
    update_indicators(state, *news[0])
    updates, wholes, kept = [], [], []
    for new in news[1:]:
        updates.append(seconds(lambda: update_indicators(state, *new)))  # noqa: B023
        wholes.append(seconds(lambda: compute_indicators(items, findings, FIVE)))
        kept.append(seconds(lambda: start_indicators(items, findings, FIVE)))
    update = statistics.median(updates)
    results = []
    for name, times, what in (
        ("risk.indicators.new_rows", kept, "the whole with the state that updates need"),
        ("risk.indicators.new_rows.stateless", wholes, "the whole without any state"),
    ):
        whole = statistics.median(times)
        share = statistics.median(new / all_ for new, all_ in zip(updates, times, strict=True))
        results.append(
            Result(
                name,
                update,
                whole,
                share,
                "≤ 0.05 of the whole",
                share <= 0.05,
                f"{step:,} new rows on {ROWS:,}",
                f"{conditions}; ratio is new rows ÷ {what}; 5 steps",
            )
        )
    return results


def part(items: pa.Table, findings: pa.Table, start: int, stop: int) -> tuple[pa.Table, pa.Table]:
    """Return some rows, and the findings that became known since the rows before."""
    days = items["day"].to_numpy()
    known = findings["known"].to_numpy()
    seen = known <= days[stop - 1]
    if start:
        seen &= known > days[start - 1]
    return items.slice(start, stop - start), findings.filter(pa.array(seen))


def time_a_quarter_million(factor: int) -> float:
    _, items, findings = made.__wrapped__(250_000 * factor)
    compute_indicators(items.slice(0, 1000), findings, FIVE)
    return (
        statistics.median(
            seconds(lambda: compute_indicators(items, findings, FIVE)) for _ in range(3)
        )
        / factor
    )


@case("risk.indicators.growth", goal="time a row ≤ 1.5× at 4× and 16×")
def growth():
    """Time a row at 1, 4 and 16 times 250,000 rows."""
    on_one_core()
    times = {factor: time_a_quarter_million(factor) for factor in (1, 4, 16)}
    worst = max(times[4], times[16]) / times[1]
    told = ", ".join(f"{factor}×: {used * 1e3:.0f} ms" for factor, used in times.items())
    return Result(
        "risk.indicators.growth",
        times[16],
        times[1],
        worst,
        "time a row ≤ 1.5× at 16×",
        worst <= 1.5,
        "250,000 rows × 1, 4, 16",
        f"{base()[1]}; for each 250,000 rows {told}; peak {peak_mb():.0f} MB; ratio is the worst to 1×",
    )


@case("risk.indicators.online", goal="one declaration under 2 ms")
def one_declaration():
    """Time one declaration, values and taking it up, with all ready indicators and with the five."""
    on_one_core()
    _, items, findings = made(200_000)
    rows = items.to_pylist()
    results = []
    for name, indicators in (("five", FIVE), ("ready", tuple(READY.values()))):
        online = OnlineIndicators(indicators)
        waiting = iter(findings.to_pylist())
        finding, used = next(waiting), []
        for row in rows[:20_000]:
            while finding is not None and finding["known"] < row["day"]:
                online.learn(finding)
                finding = next(waiting, None)
            began = time.perf_counter()
            online.values(row)
            online.observe([row])
            used.append((time.perf_counter() - began) * 1e3)
        middle, high = np.quantile(used[10_000:], [0.5, 0.99])
        results.append(
            Result(
                f"risk.indicators.online.{name}",
                float(middle),
                None,
                None,
                "median ≤ 2 ms",
                bool(middle <= 2),
                f"{len(indicators)} indicators, declarations 10,001 to 20,000",
                f"one core; {base()[1]}; p99 {high:.2f} ms, the turn of a day included",
                "ms",
            )
        )
    return results
