"""Ranking finds on goods never seen: the tuple-disjoint track, mean of three seeds.

Peers: the best figures published for this data beside the look-up trap (AUC .629, P@5 .362, P@10 .361),
and, measured in the same run on the same folds, trees on the numeric columns alone. The way of
training was chosen on one half of the goods tuples (``development_half``); the figure of the other
half, which no choice ever looked at as test rows, stands in the conditions.
"""

import os
import tempfile
from functools import cache
from pathlib import Path

import numpy as np
from harness import Result, case

from tamgha import risk

BEST = {"auc": 0.629, 5: 0.362, 10: 0.361}
GOAL = {"auc": 0.63, 5: 0.37, 10: 0.36}
SEEDS = (0, 1, 2)
FILES = ("df_syn_train_eng.csv", "df_syn_valid_eng.csv", "df_syn_test_eng.csv")


def korean(folder: Path, into: Path) -> risk.DeclarationSet:
    """Take the three published files in as one set."""
    for name in FILES:
        risk.take_in(folder / name, risk.Mapping.load("kcs"), into)
    return risk.DeclarationSet.open(into)


def trade_of(place: Path) -> tuple[risk.Trade, str]:
    """Return the Korean rows where they are, else rows of the simulator, and which they are."""
    data = Path(os.environ.get("TAMGHA_DATA", "")) / "kcs_declarations"
    if data.is_dir():
        return risk.Trade.of(korean(data, place / "set")), "Korean declarations"
    world = risk.simulate(7, declarations=20_000)
    trade = risk.Trade(world.items, world.findings, world.name, simulated=True)
    return trade, "SIMULATED rows: no TAMGHA_DATA"


def development_half(trade: risk.Trade, rows: np.ndarray) -> np.ndarray:
    """Return which goods tuples the way of training was chosen on; shape (len(rows),), bool."""
    numbers = np.array([int(text) for text in trade.items["declaration"].to_pylist()])[rows]
    order = np.lexsort((numbers, trade.days[rows]))
    half = np.zeros(rows.size, bool)
    half[order] = np.random.default_rng(20_261).permutation(rows.size) < rows.size // 2
    return half


@cache
def measured() -> tuple[dict, str]:
    """Return rankings by name over all tuples, and over the held-back half, and the data's name."""
    with tempfile.TemporaryDirectory() as place:
        trade, what = trade_of(Path(place))
    tracks = risk.evaluate_tracks(trade, seeds=SEEDS)
    goods = tracks.goods
    told = {"all": by_name(tracks.disjoint.rankings), "time": by_name(tracks.time.rankings)}
    if not trade.simulated:
        half = development_half(trade, goods.rows)
        told["held"] = by_name(goods.rankings(~half))
        told["development"] = by_name(goods.rankings(half))
    return told, what


def by_name(rankings) -> dict:
    return {one.name: one for one in rankings}


def figure(ranking: risk.Ranking, key: str | int) -> tuple[float, str]:
    estimate = ranking.auc if key == "auc" else ranking.precision[key]
    limits = estimate.interval
    return estimate.value, f"{estimate.value:.3f} [{limits.low:.3f}; {limits.high:.3f}]"


def result(name: str, key: str | int) -> Result:
    told, what = measured()
    ours, shown = figure(told["all"]["model"], key)
    numbers, numbers_shown = figure(told["all"]["numbers only"], key)
    chance = figure(told["all"]["random"], key)[1]
    traders = figure(told["all"]["traders and offices only"], key)[1]
    peer = BEST[key] if "held" in told else numbers
    parts = [
        f"{what}; tuple-disjoint, 5 folds, mean of {len(SEEDS)} seeds: ours {shown}",
        f"same folds: numeric columns only {numbers_shown}, traders and offices {traders}, "
        f"random {chance}",
    ]
    if "held" in told:
        parts.append(f"goods never used for a choice {figure(told['held']['model'], key)[1]}")
        parts.append(f"development goods {figure(told['development']['model'], key)[1]}")
        parts.append("peer: best published figure of this track")
    parts.append(f"forward in time (rewards memory) {figure(told['time']['model'], key)[1]}")
    met = "held" in told and ours >= GOAL[key]
    n = f"{told['all']['model'].n:,} goods tuples"
    return Result(
        name, ours, peer, ours / peer, f">= {GOAL[key]}", met, n, "; ".join(parts), unit=""
    )


@case("risk.ranking_auc", goal=">= 0.63")
def ranking_auc() -> Result:
    return result("risk.ranking_auc", "auc")


@case("risk.ranking_p5", goal=">= 0.37")
def ranking_p5() -> Result:
    return result("risk.ranking_p5", 5)


@case("risk.ranking_p10", goal=">= 0.36")
def ranking_p10() -> Result:
    return result("risk.ranking_p10", 10)
