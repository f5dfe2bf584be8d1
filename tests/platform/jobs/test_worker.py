"""A worker that is killed in the middle: real processes, on the database of this run."""

import json
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

PROBE = Path(__file__).with_name("probe.py")


@pytest.mark.slow
def test_killed_work_is_noticed_and_goes_on_where_it_stood(environment, tmp_path):
    trace = tmp_path / "trace"
    begun = subprocess.Popen([sys.executable, str(PROBE), "begin", str(trace)], env=environment)
    deadline = time.monotonic() + 90
    while time.monotonic() < deadline and (not trace.exists() or trace.read_text().count("\n") < 5):
        time.sleep(0.05)
    begun.send_signal(signal.SIGKILL)
    begun.wait()
    before = [int(line) for line in trace.read_text().split()]

    went_on = subprocess.run(
        [sys.executable, str(PROBE), "go_on", str(trace)],
        env=environment,
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
    )

    steps = [int(line) for line in trace.read_text().split()]
    repeated = len(steps) - len(set(steps))
    assert json.loads(went_on.stdout) == [1, "failed", "done", 400, True]
    assert 5 <= len(before) < 400
    assert sorted(set(steps)) == list(range(400))
    assert repeated <= 1  # the step whose checkpoint the kill cut off
