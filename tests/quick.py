"""`make quick`: the fast tests of what differs from the last commit, and of the structure.

A changed file of `src/tamgha/A/B/…` asks for `tests/A/B`, a changed test for itself. Nothing
changed: the tests of values and of the structure. `make quick ONLY=path` names a part.
"""

import argparse
import os
import subprocess
import sys
from pathlib import Path

from suite import KEPT_BYTECODE, TWO_WORKERS

ROOT = Path(__file__).resolve().parents[1]
ALWAYS = ("tests/shared", "tests/test_architecture.py")
FAST = "not slow and not browser and not spark and not postgres"


def changed() -> list[Path]:
    """Return the files that differ from the last commit, new ones among them."""
    said = subprocess.run(
        ["git", "status", "--porcelain", "--untracked-files=all"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    return [Path(line[3:].split(" -> ")[-1].strip('"')) for line in said.splitlines()]


def tests_of(path: Path) -> str | None:
    """Return the tests that a file asks for, if there are any."""
    if path.parts[0] == "tests":
        is_test = path.name.startswith("test_") and path.suffix == ".py"
        found = path if is_test else path.parent
    elif path.parts[:2] == ("src", "tamgha"):
        found = Path("tests", *path.parts[2:4])
        if found.suffix:
            found = found.parent
    else:
        return None
    return str(found) if (ROOT / found).exists() and found != Path("tests") else None


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", default="", help="a path of tests")
    only = parser.parse_args().only
    asked = [only] if only else sorted({*ALWAYS, *filter(None, map(tests_of, changed()))})
    print("tests of", *asked, flush=True)
    command = [sys.executable, "-m", "pytest", "-q", *TWO_WORKERS, "-m", FAST, *asked]
    return subprocess.run(command, cwd=ROOT, env=os.environ | KEPT_BYTECODE, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
