"""The limit of a program's calls is one for all processes of a machine."""

import logging
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack

import pytest

from tamgha.practice.control import gateways
from tamgha.practice.control.gateways.pace import Pace

PROCESS = """
import runpy, sys
from django.conf import settings
settings.configure(TAMGHA_HOME=sys.argv[1])
Pace = runpy.run_path(sys.argv[2])["Pace"]
pace = Pace(clock=lambda: 6_000.5)
print("ready", flush=True)
sys.stdin.readline()
print(sum(pace.seconds_to_wait(7, 30_000) == 0 for _call in range(20_000)), flush=True)
"""


@pytest.fixture
def home(settings, tmp_path):
    settings.TAMGHA_HOME = tmp_path
    return tmp_path


def test_two_processes_share_one_limit(home):
    """Each calls twenty thousand times in the same minute; thirty thousand calls are free."""
    command = [sys.executable, "-c", PROCESS, str(home), gateways.pace.__file__]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    with ExitStack() as stack:
        both = [stack.enter_context(subprocess.Popen(command, **pipes)) for _process in range(2)]
        for one in both:
            assert one.stdout.readline() == "ready\n"
        for one in both:
            one.stdin.write("go\n")
            one.stdin.flush()
        free = [int(one.stdout.readline()) for one in both]

    assert sum(free) == 30_000
    assert min(free) >= 10_000
    assert Pace(clock=lambda: 6_001.0).seconds_to_wait(7, 30_000) == 59


def test_threads_of_a_process_share_it_too(home):
    pace = Pace(clock=lambda: 6_000.0)

    with ThreadPoolExecutor(8) as pool:
        waits = list(pool.map(lambda _call: pace.seconds_to_wait(1, 300), range(800)))

    assert waits.count(0) == 300
    assert set(waits) == {0, 60}


def test_a_new_minute_and_another_program_begin_at_zero(home):
    now = [120.0]
    pace = Pace(clock=lambda: now[0])

    waits = [pace.seconds_to_wait(3, 2) for _call in range(3)]
    other = pace.seconds_to_wait(4, 2)
    now[0] = 180.5

    assert (waits, other) == ([0, 0, 60], 0)
    assert pace.seconds_to_wait(3, 2) == 0


def test_a_count_is_there_after_the_process_and_shut_to_other_people(home):
    first = Pace(clock=lambda: 60.0)
    for _call in range(5):
        first.seconds_to_wait(9, 5)

    assert Pace(clock=lambda: 61.0).seconds_to_wait(9, 5) == 59
    assert (home / "run" / "pace").stat().st_mode & 0o777 == 0o600


def test_without_the_file_each_process_counts_alone_and_says_so_once(home, caplog):
    (home / "run").write_text("a file where a folder should be")
    pace = Pace(clock=lambda: 60.0)

    with caplog.at_level(logging.WARNING):
        waits = [pace.seconds_to_wait(1, 2) for _call in range(3)]

    assert waits == [0, 0, 60]
    assert [one.message for one in caplog.records] == [
        "calls of programs are counted in this process alone"
    ]


def test_counting_takes_microseconds(home):
    pace = Pace()
    started = time.perf_counter()
    for _call in range(2_000):
        pace.seconds_to_wait(1, 10**9)

    assert (time.perf_counter() - started) / 2_000 < 0.002
