"""Taking in 1,000,000 CSV rows with 1,000 planted faults of ten kinds, beside Polars and frictionless.

Each run is a process of its own with one thread: `python bench/risk_intake_bench.py TOOL FILE`.
"""

import json
import os
import random
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

HEADER = [
    "Declaration ID",
    "Date",
    "Office ID",
    "Process Type",
    "Import Type",
    "Import Use",
    "Payment Type",
    "Mode of Transport",
    "Declarant ID",
    "Importer ID",
    "Seller ID",
    "Courier ID",
    "HS6 Code",
    "Country of Departure",
    "Country of Origin",
    "Tax Rate",
    "Tax Type",
    "Country of Origin Indicator",
    "Net Mass",
    "Item Price",
    "Fraud",
    "Critical Fraud",
]
PLACE = {name: place for place, name in enumerate(HEADER)}
KINDS = (
    ("Item Price", "12.4.0"),
    ("Net Mass", "-3"),
    ("Tax Rate", "54321"),
    ("Date", "2020-02-30"),
    ("Country of Origin", "QQ"),
    ("HS6 Code", "64A3"),
    ("Importer ID", ""),
    ("Mode of Transport", "77"),
    ("Declaration ID", None),
    ("", None),
)
GOAL_POLARS, GOAL_FRICTIONLESS, GOAL_MB = 3.0, 25.0, 1536.0


def real_rows() -> list[str]:
    """Rows of the Korean file where there is one, else made ones."""
    named = os.environ.get("TAMGHA_DATA", "")
    file = Path(named) / "kcs_declarations" / "df_syn_train_eng.csv"
    if named and file.is_file():
        return file.read_text().splitlines()[1:]
    draw = random.Random(1)
    return [
        f"0,2020-{1 + n % 12:02}-{1 + n % 28:02},{10 + n % 30},B,11,21,11,{draw.choice((10, 40))},"
        f"D{n % 900:06},I{n % 9000:06},S{n % 7000:06},,{draw.choice(('392690', '640399', '854370'))},"
        f"{draw.choice(('CN', 'DE', 'US'))},{draw.choice(('CN', 'DE', 'US'))},8.0,A,G,"
        f"{draw.random() * 1e4:.1f},{draw.random() * 1e6:.2f},{int(draw.random() < 0.2)},0"
        for n in range(37_000)
    ]


def write_file(path: Path, rows: int, faults: int) -> set[tuple[int, str]]:
    """Write a file with planted faults; return (line, column) of each."""
    known, draw = real_rows(), random.Random(20)
    places = draw.sample(range(10, rows), faults)
    planted = {place: KINDS[n % len(KINDS)] for n, place in enumerate(places)}
    expected = set()
    with path.open("w", newline="") as out:
        out.write(",".join(HEADER) + "\n")
        for place in range(rows):
            fields = known[place * len(known) // rows].split(",")
            fields[0] = str(10_000_000 + place)
            if place in planted:
                column, value = planted[place]
                if not column:
                    fields.append("surplus")
                elif column == "Declaration ID":
                    fields[0] = str(10_000_000 + place % 10)
                else:
                    fields[PLACE[column]] = value
                expected.add((place + 2, column))
            out.write(",".join(fields) + "\n")
    return expected


def ours(file: str, *, store: bool) -> list:
    import pyarrow as pa

    from tamgha import risk

    pa.set_cpu_count(1)
    into = Path(tempfile.mkdtemp()) / "set"
    mapping = risk.Mapping.load("kcs")
    if store:
        taken = risk.take_in(file, mapping, into, on_fault="take_good")
        found = [(fault.row, fault.column) for fault in taken.checked.faults()]
    else:
        with risk.Intake(file, mapping) as intake:
            found = [(fault.row, fault.column) for fault in intake.check().faults()]
    shutil.rmtree(into.parent)
    return found


def ours_whole(file: str) -> list:
    return ours(file, store=True)


def ours_check(file: str) -> list:
    return ours(file, store=False)


def mapped_lists() -> dict[str, list[str]]:
    """The code lists of the shipped mapping, so that the peer tries the same rules."""
    import tomllib

    text = (Path(__file__).parents[1] / "src/tamgha/risk/schema/mappings/kcs.toml").read_text()
    columns = tomllib.loads(text)["columns"].values()
    return {
        one["field"]: one["codes"] for one in columns if isinstance(one, dict) and "codes" in one
    }


def polars_rules(file: str) -> list:
    """All strings, then the same rules; ragged lines are cut, as Polars does, and not seen."""
    import polars as pl
    import pycountry

    frame = pl.read_csv(file, infer_schema=False, truncate_ragged_lines=True).with_row_index(
        "row", 2
    )
    countries = [country.alpha_2 for country in pycountry.countries] + ["ZZ"]
    col = pl.col
    number = {
        name: col(name).cast(pl.Float64, strict=False)
        for name in ("Tax Rate", "Net Mass", "Item Price")
    }
    optional = ("Seller ID", "Courier ID")
    rules: dict[str, pl.Expr] = {
        name: col(name).is_null() for name in HEADER if name not in optional
    }
    for name, value in number.items():
        high = 1000 if name == "Tax Rate" else 1e15
        rules[name] = ~(value.is_finite() & value.is_between(0, high)).fill_null(value=False)
    rules["Date"] = col("Date").str.to_date("%Y-%m-%d", strict=False).is_null()
    rules["HS6 Code"] = ~col("HS6 Code").str.contains(r"^[0-9]{6,10}$").fill_null(value=False)
    for name in ("Country of Departure", "Country of Origin"):
        rules[name] = ~col(name).is_in(countries).fill_null(value=False)
    rules["Office ID"] = ~col("Office ID").str.contains("^(?:[0-9]{2,3})$").fill_null(value=False)
    lists = mapped_lists() | {
        "Mode of Transport": ["10", "20", "30", "40", "50", "60", "70", "80", "90"],
        "Process Type": ["A", "B", "C", "D"],
        "Fraud": ["0", "1"],
        "Critical Fraud": ["0", "1", "2"],
    }
    for name, codes in lists.items():
        rules[name] = ~col(name).is_in(codes).fill_null(value=False)
    rules["Declaration ID"] = (
        col("Declaration ID").is_duplicated() & ~col("Declaration ID").is_first_distinct()
    )
    masks = frame.select(*[rule.alias(name) for name, rule in rules.items()])
    return [(row, name) for name in rules for row in frame["row"].filter(masks[name]).to_list()]


def frictionless_schema(file: str) -> list:
    import pycountry
    from frictionless import Schema, resources, validate

    countries = [country.alpha_2 for country in pycountry.countries] + ["ZZ"]
    fields = []
    for name in HEADER:
        field: dict = {"name": name, "type": "string", "constraints": {}}
        if name not in ("Seller ID", "Courier ID"):
            field["constraints"]["required"] = True
        if name in ("Tax Rate", "Net Mass", "Item Price"):
            field |= {"type": "number"}
            field["constraints"] |= {"minimum": 0, "maximum": 1000 if name == "Tax Rate" else 1e15}
        if name == "Date":
            field |= {"type": "date", "format": "%Y-%m-%d"}
        if name == "HS6 Code":
            field["constraints"]["pattern"] = "[0-9]{6,10}"
        if name.startswith("Country of") and not name.endswith("Indicator"):
            field["constraints"]["enum"] = countries
        if name == "Mode of Transport":
            field["constraints"]["enum"] = ["10", "20", "30", "40", "50", "60", "70", "80", "90"]
        fields.append(field)
    schema = Schema.from_descriptor({"fields": fields, "primaryKey": ["Declaration ID"]})
    work = Path(file)
    resource = resources.TableResource(path=work.name, basepath=str(work.parent), schema=schema)
    report = validate(resource, limit_errors=100_000)
    return report.flatten(["rowNumber", "fieldName", "type"])


def warm_up(tool: str) -> None:
    """Load what the tool loads, so that only the work is timed."""
    import numpy as np
    import pycountry

    list(pycountry.countries)
    if tool.startswith("ours"):
        from tamgha import risk

        risk.HsTree.of(risk.LISTED_EDITION)
        risk.Mapping.load("kcs")
        risk.take_in  # noqa: B018 -- loads the modules behind it
        np.ma  # noqa: B018 -- Polars loads it for the first array
    elif tool == "polars_rules":
        import polars as pl

        pl.DataFrame({"a": ["1"]}).select(pl.col("a").cast(pl.Float64))
    else:
        import frictionless  # noqa: F401


TOOLS = {
    tool.__name__: tool for tool in (ours_whole, ours_check, polars_rules, frictionless_schema)
}


def run(tool: str, file: Path) -> dict:
    """Run one tool in a process of its own, on one thread."""
    env = os.environ | {"POLARS_MAX_THREADS": "1", "OMP_NUM_THREADS": "1", "ARROW_NUM_THREADS": "1"}
    done = subprocess.run(
        [sys.executable, __file__, tool, str(file)],
        env=env,
        capture_output=True,
        text=True,
        check=True,
    )
    return json.loads(done.stdout.splitlines()[-1])


def alternately(tools: tuple[str, ...], file: Path, repeats: int) -> dict[str, list[dict]]:
    runs: dict[str, list[dict]] = {tool: [] for tool in tools}
    for _ in range(repeats):
        for tool in tools:
            runs[tool].append(run(tool, file))
    return runs


def median(runs: list[dict]) -> float:
    """Seconds of the processor, which other work on the machine disturbs least."""
    return statistics.median(one["cpu"] for one in runs)


def register() -> None:
    from harness import Result, case

    @case("risk.intake", goal=f">= {GOAL_FRICTIONLESS:g}x frictionless, <= {GOAL_POLARS:g}x Polars")
    def intake() -> list[Result]:
        """The same million rows for all; frictionless once."""
        with tempfile.TemporaryDirectory() as folder:
            return _results(Path(folder), Result)


def _results(folder: Path, result: type) -> list:
    rows, faults = 1_000_000, 1_000
    file, large = folder / "m1.csv", folder / "m4.csv"
    planted = write_file(file, rows, faults)
    write_file(large, rows * 4, faults)
    runs = alternately(("ours_whole", "ours_check", "polars_rules"), file, 3)
    named = {tuple(fault) for fault in runs["ours_whole"][0]["found"]}
    polars_named = {tuple(fault) for fault in runs["polars_rules"][0]["found"]}
    slow = run("frictionless_schema", file)
    four = run("ours_whole", large)
    whole, check, polars = (median(runs[tool]) for tool in runs)
    peak, peak4 = max(one["mb"] for one in runs["ours_whole"]), four["mb"]
    said = f"{len(named & planted)} of {len(planted)} planted faults named (Polars {len(polars_named & planted)}); one thread, seconds of the processor"
    peer = slow["cpu"]
    return [
        result("risk.intake against frictionless", whole, peer, peer / whole, ">= 25", peer / whole >= GOAL_FRICTIONLESS and named >= planted, "1,000,000 rows", f"whole intake, stored; frictionless stores nothing; {said}"),
        result("risk.intake check alone against frictionless", check, peer, peer / check, ">= 25", peer / check >= GOAL_FRICTIONLESS and named >= planted, "1,000,000 rows", f"the same work: faults named, nothing stored; ours lays the good rows ready; {said}"),
        result("risk.intake against Polars", whole, polars, whole / polars, "<= 3 (ours / Polars)", whole / polars <= GOAL_POLARS, "1,000,000 rows", f"whole intake, stored, against strings and rules that store nothing; {said}"),
        result("risk.intake check alone against Polars", check, polars, check / polars, "<= 3 (ours / Polars)", check / polars <= GOAL_POLARS, "1,000,000 rows", f"faults named, good rows laid ready; {said}"),
        result("risk.intake memory", peak, peak4, peak4 / peak, "<= 1,536 MB at 1M, flat at 4M (<= 1.25)", peak <= GOAL_MB and peak4 <= GOAL_MB and peak4 / peak <= 1.25, "1,000,000 and 4,000,000 rows", "peak of the process; 'peer' is ours at four million rows", unit="MB"),
    ]  # fmt: skip


if __name__ == "__main__":
    import resource

    warm_up(sys.argv[1])
    start, cpu = time.perf_counter(), time.process_time()
    found = TOOLS[sys.argv[1]](sys.argv[2])
    seconds, cpu = time.perf_counter() - start, time.process_time() - cpu
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"seconds": seconds, "cpu": cpu, "mb": peak, "found": found}))
else:
    register()
