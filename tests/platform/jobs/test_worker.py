"""A worker that is killed in the middle: real processes, on the database of this run."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from urllib.parse import quote

import pytest
from django.db import connection

PROBE = Path(__file__).with_name("probe.py")


@pytest.fixture
def environment(transactional_db, tmp_path):
    """Let child processes see the test's database: the server's, or a copy of the file in memory."""
    settings = connection.settings_dict
    if connection.vendor == "sqlite":
        copy = tmp_path / "copy.sqlite3"
        with connection.cursor() as cursor:
            cursor.execute("VACUUM INTO %s", [str(copy)])
        url = f"sqlite:///{copy}"
    else:
        who = f"{quote(settings['USER'], safe='')}:{quote(settings['PASSWORD'], safe='')}"
        host = quote(settings["HOST"], safe="")
        url = f"postgresql://{who}@{host}:{settings['PORT']}/{settings['NAME']}"
    return {**os.environ, "TAMGHA_DATABASE_URL": url, "TAMGHA_HOME": str(tmp_path / "home")}


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
