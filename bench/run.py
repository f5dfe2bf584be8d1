"""`make bench [ONLY=prefix]`: run the comparisons, write build/bench.json and docs/performance.md."""

import argparse
import importlib
import json
import os
import platform
import sys
from datetime import UTC, datetime
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
sys.path.insert(0, str(HERE))

import harness  # noqa: E402


def number(value: float | None) -> str:
    if value is None:
        return "–"
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.3g}"


def page(rows: list[dict]) -> str:
    lines = [
        "# Performance",
        "",
        "Written by `make bench`. Ours and the peer run in turn in the same process or run, on one core,",
        "so the ratio is what counts; single times depend on the machine and its load.",
        "",
        "| work | ours | peer | ratio | goal | met | n | conditions |",
        "|---|---:|---:|---:|---|---|---|---|",
    ]
    for row in sorted(rows, key=lambda row: row["name"]):
        unit = row.get("unit", "s")
        lines.append(
            f"| {row['name']} | {number(row['ours'])} {unit} | {number(row['peer'])} {unit} | {number(row['ratio'])} "
            f"| {row['goal']} | {'yes' if row['met'] else 'no'} | {row['n']} | {row['conditions']} |"
        )
    return "\n".join(lines) + "\n"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", default="", help="run only cases whose name begins with this")
    only = parser.parse_args().only
    for file in sorted(HERE.glob("*_bench.py")):
        importlib.import_module(file.stem)
    chosen = [case for case in harness.CASES if case.name.startswith(only)]
    if not chosen:
        print(f"no case begins with {only!r}; known: {', '.join(c.name for c in harness.CASES)}")
        return 2
    target = ROOT / "build" / "bench.json"
    target.parent.mkdir(exist_ok=True)
    known = {row["name"]: row for row in json.loads(target.read_text())} if target.exists() else {}
    here = f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}, {datetime.now(UTC):%Y-%m-%d}"
    failed = 0
    for one in chosen:
        print(f"{one.name} …", flush=True)
        try:
            results = one.run()
        except Exception as problem:  # noqa: BLE001 -- one broken case must not hide the others
            print(f"  failed: {type(problem).__name__}: {problem}")
            failed += 1
            continue
        for result in results if isinstance(results, list) else [results]:
            row = result.as_row()
            row["conditions"] = f"{row['conditions']}; {here}"
            known[row["name"]] = row
            print(
                f"  ours {number(row['ours'])} peer {number(row['peer'])} ratio {number(row['ratio'])} goal {row['goal']}: {'met' if row['met'] else 'missed'}"
            )
        target.write_text(
            json.dumps(
                sorted(known.values(), key=lambda row: row["name"]), indent=1, ensure_ascii=False
            )
        )
        (ROOT / "docs" / "performance.md").write_text(page(list(known.values())))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
