"""kill -9 at any moment of an intake: the set is the old one, or the new one, whole."""

import os
import random
import signal
import subprocess
import sys

import pytest
from tests.risk.schema.made import MAPPING, mapping, row, write

from tamgha.risk.schema import DeclarationSet, take_in

POINTS = 24
ROWS = 4_000
SERVER = """
import os, signal, sys, time
from tamgha.risk.schema import Mapping, take_in
from tamgha.risk.schema import catalogue

file, named, into, rejects = sys.argv[1:]
WATCHED = {"fsync", "flock", "rename", "replace", "mkdir", "unlink", "write", "open", "close", "rmtree"}
HOME = os.path.dirname(catalogue.__file__)

def kill_before_call(left):
    def watch(frame, event, arg):
        nonlocal left
        if event == "call":
            hit = frame.f_code.co_name in ("write_table", "replace", "mkdir", "unlink", "rmtree")
        else:
            hit = event == "c_call" and arg.__name__ in WATCHED
        if hit and frame.f_code.co_filename.startswith((HOME, os.path.dirname(os.__file__))):
            left -= 1
            if left < 0:
                os.kill(os.getpid(), signal.SIGKILL)
    sys.setprofile(watch)

for line in sys.stdin:
    kind, number = line.split()
    started = time.perf_counter()
    child = os.fork()
    if not child:
        mapping = Mapping.load(named)  # not before the fork: Polars starts its threads
        if kind == "call":
            kill_before_call(int(number))
        take_in(file, mapping, into, on_fault="take_good", rejects=rejects)
        os._exit(0)
    if kind == "after":
        time.sleep(float(number))
        os.kill(child, signal.SIGKILL)
    _, status = os.waitpid(child, 0)
    print(os.waitstatus_to_exitcode(status), time.perf_counter() - started, flush=True)
"""
"""Forks an intake for each line it reads, so that the libraries are loaded once."""


@pytest.fixture
def case(tmp_path):
    """Return a set with one row, and a second file of many days and months for it."""
    take_in(write(tmp_path / "old.csv", row(1)), mapping(), tmp_path / "set")
    lines = [row(n, Day=f"{1 + n % 28:02}.{1 + n % 6:02}.2026") for n in range(2, ROWS + 2)]
    lines[7] = row(9, Net="x")
    write(tmp_path / "new.csv", *lines)
    (tmp_path / "small.toml").write_text(MAPPING)
    return tmp_path


class Intakes:
    """Intakes of the second file, each killed at some point."""

    def __init__(self, case) -> None:
        names = [case / "new.csv", case / "small.toml", case / "set", case / "rejects.csv"]
        self.case = case
        self.process = subprocess.Popen(
            [sys.executable, "-c", SERVER, *map(str, names)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env=os.environ | {"POLARS_MAX_THREADS": "1"},
        )

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.communicate(timeout=60)

    def run(self, kind: str, number: float) -> tuple[int, float]:
        """Return (exit code, seconds) of one intake."""
        self.process.stdin.write(f"{kind} {number}\n")
        self.process.stdin.flush()
        code, seconds = self.process.stdout.readline().split()
        return int(code), float(seconds)

    def begin_anew(self) -> None:
        for path in (self.case / "set").rglob("*"):
            if path.is_file():
                path.unlink()
        take_in(self.case / "old.csv", mapping(), self.case / "set")


def rows_after(case) -> int:
    """Open the set as the next reader does, and see that it is whole."""
    stored = DeclarationSet.open(case / "set")
    rows = stored.items().num_rows
    assert rows == stored.manifest.rows
    on_disk = set((case / "set").rglob("*.parquet"))
    assert on_disk == set(stored.parts()) | set(stored.findings_parts())
    assert not list((case / "set").rglob(".tmp-*"))
    return rows


@pytest.mark.slow
def test_a_kill_before_any_step_to_the_disk_leaves_the_old_set_or_the_new(case):
    seen = []
    with Intakes(case) as intakes:
        for point in range(400):
            ended, _ = intakes.run("call", point * 5)
            seen.append(rows_after(case))
            if ended == 0:
                break
            assert ended == -signal.SIGKILL
            if seen[-1] == ROWS:
                intakes.begin_anew()

    assert ended == 0
    assert len(seen) > 20
    assert set(seen) == {1, ROWS}
    assert seen[-1] == ROWS


@pytest.mark.slow
def test_a_kill_at_a_random_moment_leaves_the_old_set_or_the_new(case):
    draw, seen = random.Random(9), []
    with Intakes(case) as intakes:
        ended, whole = intakes.run("call", 1_000_000)
        assert ended == 0
        for _ in range(POINTS):
            intakes.begin_anew()
            intakes.run("after", whole * draw.random())
            seen.append(rows_after(case))

    assert set(seen) <= {1, ROWS}


def test_after_a_kill_the_same_file_can_be_taken_in(case):
    with Intakes(case) as intakes:
        assert intakes.run("call", 40)[0] == -signal.SIGKILL

    taken = take_in(case / "new.csv", mapping(), case / "set", on_fault="take_good")

    assert taken.stored.manifest.rows == ROWS
    assert rows_after(case) == ROWS
