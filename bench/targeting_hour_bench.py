"""Decisions without a pause: whether memory stays flat, nothing slows down, and nothing is lost or doubled.

BENCH_HOUR_SECONDS says how long (a minute by default, 3600 for the hour); BENCH_HOUR_RATE how many
calls a second are asked for at most, 0 for as many as can be. In every part of the time a bare view is
called too: whether decisions slow down is told beside it, since the machine may have other work.
"""

import http.client
import itertools
import os
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

import targeting_decisions_bench as decisions
from harness import Result, case

SECONDS = float(os.environ.get("BENCH_HOUR_SECONDS", "60"))
RATE = float(os.environ.get("BENCH_HOUR_RATE", "0"))
PARTS = 12
BARE_SECONDS = 2.0


class Load:
    """Eight clients that call until they are told to stop; each acknowledged key is remembered."""

    def __init__(self, port: int, key: str) -> None:
        self.port, self.key = port, key
        self.numbers = itertools.count(1)
        self.acknowledged: list[str] = []
        self.times: list[float] = []
        self.turn = threading.Lock()

    def run(self, address: str, seconds: float) -> list[float]:
        """Call for some seconds; return how long each call took."""
        ends = time.perf_counter() + seconds
        self.times = []
        clients = [
            threading.Thread(target=self._client, args=(address, ends))
            for _number in range(decisions.CLIENTS)
        ]
        for one in clients:
            one.start()
        for one in clients:
            one.join()
        return self.times

    def _client(self, address: str, ends: float) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        pause = decisions.CLIENTS / RATE if RATE else 0.0
        while (started := time.perf_counter()) < ends:
            with self.turn:
                number = next(self.numbers)
            name = f"hour-{number}"
            headers = {
                "Content-Type": "application/json",
                "Authorization": f"Bearer {self.key}",
                "Idempotency-Key": name,
            }
            connection.request("POST", address, decisions.body_of(number), headers)
            answer = connection.getresponse()
            answer.read()
            if answer.status != 201:
                raise RuntimeError(f"{address} answered {answer.status}")
            took = time.perf_counter() - started
            with self.turn:
                self.times.append(took)
                if address != "/bare":
                    self.acknowledged.append(name)
            time.sleep(max(0.0, pause - took))
        connection.close()


def resident_mb(port: int) -> float:
    """Return the resident memory of the server's processes, MB."""
    total = 0
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            try:
                told = (folder / "cmdline").read_bytes()
                if f"127.0.0.1:{port}".encode() in told:
                    pages = int((folder / "statm").read_text().split()[1])
                    total += pages * os.sysconf("SC_PAGE_SIZE")
            except (FileNotFoundError, ProcessLookupError):
                continue
    return total / 2**20


def verified(environment: dict) -> str:
    """Return what the journal says of itself after the load."""
    done = subprocess.run(
        [sys.executable, "-m", "tamgha.site.cli", "journal", "verify"],
        env=os.environ | environment | {"TAMGHA_LOG_LEVEL": "error"},
        capture_output=True,
        text=True,
        check=False,
    )
    return "whole" if done.returncode == 0 else done.stdout.strip().splitlines()[-1]


@case("targeting.hour")
def hour() -> list[Result]:
    with (
        tempfile.TemporaryDirectory() as folder,
        decisions.environment_of("sqlite", folder) as environment,
        decisions.server(environment) as (port, key),
    ):
        load = Load(port, key)
        load.run("/api/v1/decisions", min(5.0, SECONDS / 4))  # warm
        memory, slowness = [], []
        for _part in range(PARTS):
            ours = load.run("/api/v1/decisions", SECONDS / PARTS)
            bare = load.run("/bare", BARE_SECONDS)
            memory.append(resident_mb(port))
            slowness.append(decisions.p95(ours) / decisions.p95(bare))
            sys.stderr.write(
                f"{len(load.acknowledged)} decided, {memory[-1]:.0f} MB, "
                f"p95 {decisions.p95(ours) * 1e3:.0f} ms ({slowness[-1]:.2f}x bare)\n"
            )
        database = sqlite3.connect(f"{environment['TAMGHA_HOME']}/tamgha.sqlite3")
        stored = [key for (key,) in database.execute("SELECT key FROM control_decision")]
        database.close()
        lost = len(set(load.acknowledged) - set(stored))
        doubled = len(stored) - len(set(stored))
        journal = verified(environment)
    third = PARTS // 3
    grown = statistics.median(memory[-third:]) / statistics.median(memory[third : 2 * third])
    slower = statistics.median(slowness[-third:]) / statistics.median(slowness[:third])
    asked = f"{SECONDS:g} s, 2 processes, 8 clients, {len(stored)} decisions, SQLite"
    return [
        Result(
            name="targeting.hour, memory of the last third over the second",
            ours=memory[-1], peer=memory[0], ratio=grown, goal="≤ 1.05", met=grown <= 1.05,
            n=asked, conditions=f"resident memory of the server; journal {journal}", unit="MB",
        ),
        Result(
            name="targeting.hour, p95 beside a bare view, last third over first",
            ours=slowness[-1], peer=slowness[0], ratio=slower, goal="≤ 1.2", met=slower <= 1.2,
            n=asked, conditions="a bare view called in each twelfth of the time",
        ),
        Result(
            name="targeting.hour, acknowledged and lost, or doubled",
            ours=float(lost + doubled), peer=0.0, ratio=float(lost + doubled), goal="0",
            met=lost + doubled == 0, n=asked, conditions="keys acknowledged against keys stored",
        ),
    ]  # fmt: skip
