"""Over a million decisions: the page of results after a new act, and the list of decisions.

Each database is measured in a process of its own; see `targeting_world` for what is laid down and for the
names of the environment, and ``BENCH_POSTGRES`` for a server to use (else one is started).
"""

import json
import os
import statistics
import subprocess
import sys
from functools import cache
from pathlib import Path

import targeting_world as world
from harness import Result, case

import databases

HERE = Path(__file__).resolve().parent
PAGE_GOAL, LIST_GOAL, RECOUNT_GOAL = 0.3, 3.0, 60.0
SIZE = f"{world.DECISIONS:,} decisions, {world.PROFILES} profiles, {world.OFFICES} offices, a year"


def probed(what: str, url: str) -> dict:
    done = subprocess.run(
        [sys.executable, str(HERE / "targeting_results_probe.py"), what, *([url] if url else [])],
        env={**os.environ, "PYTHONPATH": str(HERE)},
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    return json.loads(done.stdout.splitlines()[-1])


@cache
def measured(vendor: str) -> dict[str, dict]:
    """Return both measurements of a database; empty where no server can be had."""
    if vendor == "sqlite":
        return {what: probed(what, "") for what in ("list", "results")}
    with databases.postgres("tamgha_bench_results") as url:
        return {what: probed(what, url) for what in ("list", "results")} if url else {}


@case("targeting.results.page", goal="≤ 300 ms server time after a new act")
def page() -> list[Result]:
    found = []
    for vendor in databases.wanted():
        if not (told := measured(vendor).get("results")):
            continue
        twelve, year = told["pages"]["twelve weeks"], told["pages"]["the whole year"]
        found.append(
            Result(
                name=f"targeting.results.page.{vendor}",
                ours=1000 * twelve["wall"],
                peer=1000 * told["recount"],
                ratio=told["recount"] / twelve["wall"],
                goal="≤ 300 ms after a new act",
                met=twelve["wall"] <= PAGE_GOAL,
                n=SIZE,
                conditions=(
                    f"{told['database']}; twelve weeks, whole answer by the test client, a new act before "
                    f"each look; by the clock, other work on the machine; of the processor "
                    f"{1000 * twelve['cpu']:.0f} ms; worst {1000 * twelve['worst']:.0f} ms; the whole year "
                    f"{1000 * year['wall']:.0f} ms; the act itself {1000 * told['act']:.0f} ms; peer: a "
                    f"recount from all rows"
                ),
                unit="ms",
            )
        )
        found.append(
            Result(
                name=f"targeting.results.recount.{vendor}",
                ours=told["recount"],
                peer=None,
                ratio=None,
                goal="≤ 60 s for 1M decisions",
                met=told["recount"] <= RECOUNT_GOAL * world.DECISIONS / 1_000_000,
                n=SIZE,
                conditions=(
                    f"{told['database']}; {told['cells']:,} cells; by the clock, other work on the machine; of "
                    f"this process {told['recount_cpu']:.1f} s; its memory grew by {told['recount_mb']:.0f} MB"
                ),
            )
        )
    return found


@case("targeting.list", goal="≤ 3× a bare view, constant queries")
def rows() -> list[Result]:
    found = []
    for vendor in databases.wanted():
        if not (told := measured(vendor).get("list")):
            continue
        ratios = {name: one["ours"] / one["bare"] for name, one in told["states"].items()}
        keys = {name: one["ours"] / one["key"] for name, one in told["states"].items()}
        worst = max(ratios, key=lambda name: ratios[name])
        state = told["states"][worst]
        slowest = max(told["states"], key=lambda name: told["states"][name]["ours"])
        found.append(
            Result(
                name=f"targeting.list.{vendor}",
                ours=1000 * state["ours"],
                peer=1000 * state["bare"],
                ratio=ratios[worst],
                goal="≤ 3× a bare view; constant queries",
                met=ratios[worst] <= LIST_GOAL and len(told["queries"]) == 1,
                n=f"{world.DECISIONS:,} decisions, {len(ratios)} states of filters and pages",
                conditions=(
                    f"{told['database']}; worst state “{worst}”, median ratio "
                    f"{statistics.median(ratios.values()):.2f}; slowest “{slowest}” "
                    f"{1000 * told['states'][slowest]['ours']:.0f} ms; queries {told['queries']}; peer: filter, "
                    f"order, number of rows and page by offset in a plain table; beside thirty rows by key and "
                    f"nothing else {max(keys.values()):.1f}× at worst, {statistics.median(keys.values()):.1f}× "
                    f"in the middle; whole answers by the test client, in turn"
                ),
                unit="ms",
            )
        )
    return found
