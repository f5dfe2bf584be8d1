"""The journal over a million entries: checking all of them, proving one, writing one.

Each database is a file, or a schema, of its own in a process of its own, so that nothing of the
node under work is touched. A peer that does the same there is not: the goals are absolute.
BENCH_JOURNAL_ENTRIES makes it smaller.
"""

import atexit
import json
import os
import subprocess
import sys
import tempfile
from contextlib import ExitStack
from functools import cache
from pathlib import Path

from harness import Result, case

import databases

ENTRIES = int(os.environ.get("BENCH_JOURNAL_ENTRIES", "1000000"))
VERIFY_GOAL, PROOF_GOAL = 20.0, 0.050

PROBE = """
import json, os, resource, statistics, sys, time
os.environ["DJANGO_SETTINGS_MODULE"] = "tamgha.site.settings"
import django
django.setup()
from django.core.management import call_command
from django.db import connection, transaction
from django.utils import timezone
from tamgha.platform.journal import services as journal
from tamgha.platform.journal.domain import Columns, canonical_json, content_of
from tamgha.platform.journal.gateways import moment_text
from tamgha.platform.journal.models import Entry
from tamgha.platform.trust import services as trust

count, batch = int(sys.argv[1]), 20_000
call_command("migrate", verbosity=0, interactive=False)
at = timezone.now()
secret = trust._newest_secret()
body = canonical_json({"before": {"state": "submitted", "number": 3},
                       "after": {"state": "approved", "number": 3}, "reason": "checked by two"})

def made(number):
    nonce = os.urandom(16)
    row = Columns(moment_text(at), "targeting.profile.approved", 3, number % 40 + 1, None,
                  "targeting.profile", str(number % 500), "P-%03d Shoes" % (number % 500), nonce, body)
    return Entry(at=at, act=row.act, administration_id=3, by_id=row.by, object_kind=row.object_kind,
                 object_key=row.object_key, object_name=row.object_name, nonce=nonce, body=body,
                 mark=secret.mark(content_of(row).encode()))

for start in range(0, count, batch):
    with transaction.atomic():
        Entry.objects.bulk_create((made(n) for n in range(start, min(count, start + batch))),
                                  batch_size=1_000)
started = time.perf_counter()
heads = journal.seal_all(at=at, batch=batch)
sealing = time.perf_counter() - started

started = time.perf_counter()
report = journal.check()
verify = time.perf_counter() - started
assert report.is_whole and report.entries == count and report.tail.count == 0, report.faults[:3]

numbers = list(Entry.objects.order_by("pk").values_list("pk", flat=True)[:: max(1, count // 50)])
proofs = []
for number in numbers:
    started = time.perf_counter()
    document = journal.proof_of(number)
    proofs.append(time.perf_counter() - started)
    assert journal.check_proof(document) == number

writes = []
for step in range(300):
    with transaction.atomic():
        started = time.perf_counter()
        journal.record("targeting.profile.approved", by=None, at=timezone.now(),
                       on=journal.Ref("targeting.profile", "1", "P-001"),
                       change=journal.Change(before={"state": "submitted"}, after={"state": "approved"}))
        writes.append(time.perf_counter() - started)

if connection.vendor == "postgresql":
    version = connection.cursor().execute("show server_version").fetchone()[0]
else:
    version = connection.Database.sqlite_version
print(json.dumps({
    "verify": verify, "sealing": sealing, "heads": heads,
    "proof": statistics.median(proofs), "proof_worst": max(proofs),
    "write": statistics.median(writes), "database": connection.vendor + " " + version,
    "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
}))
"""


@cache
def measured(url: str) -> dict:
    with tempfile.TemporaryDirectory() as folder:
        environment = {
            **os.environ,
            "TAMGHA_HOME": folder,
            "TAMGHA_DATABASE_URL": url or f"sqlite:///{folder}/journal.sqlite3",
        }
        probe = Path(folder) / "probe.py"
        probe.write_text(PROBE)
        done = subprocess.run(
            [sys.executable, str(probe), str(ENTRIES)],
            env=environment,
            stdout=subprocess.PIPE,
            text=True,
            check=True,
        )
        return json.loads(done.stdout.splitlines()[-1])


@cache
def addresses() -> tuple[str, ...]:
    """Return the databases to measure: a SQLite file, and a database of its own in PostgreSQL."""
    found = [""] if "sqlite" in databases.wanted() else []
    if "postgresql" in databases.wanted():
        stack = ExitStack()
        atexit.register(stack.close)
        url = stack.enter_context(databases.postgres("tamgha_bench_journal"))
        found += [url] if url else []
    return tuple(found)


def result(name: str, key: str, goal: str, most: float, told: dict, conditions: str) -> Result:
    return Result(
        name=f"{name}.{told['database'].split()[0]}",
        ours=told[key],
        peer=None,
        ratio=None,
        goal=goal,
        met=told[key] <= most * ENTRIES / 1_000_000 if key == "verify" else told[key] <= most,
        n=f"{ENTRIES:,} entries",
        conditions=f"{told['database']}; {conditions}",
    )


@case("targeting.journal.verify", goal="≤ 20 s for 1M entries")
def verify() -> list[Result]:
    return [
        result(
            "targeting.journal.verify",
            "verify",
            "≤ 20 s for 1M entries",
            VERIFY_GOAL,
            told := measured(url),
            f"every leaf, {told['heads']} heads and the tail; peak {told['peak_mb']:.0f} MB with the "
            f"making of the entries; sealing them took {told['sealing']:.1f} s",
        )
        for url in addresses()
    ]


@case("targeting.journal.proof", goal="≤ 50 ms")
def proof() -> list[Result]:
    return [
        result(
            "targeting.journal.proof",
            "proof",
            "≤ 50 ms",
            PROOF_GOAL,
            told := measured(url),
            f"median of 50 over all positions, each checked; worst "
            f"{told['proof_worst'] * 1000:.1f} ms; one record(): {told['write'] * 1000:.2f} ms",
        )
        for url in addresses()
    ]
