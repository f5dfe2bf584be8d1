"""A simulated row against a Faker row of 20 columns; growth of time and memory at 1, 4, 16 times."""

import statistics
import subprocess
import sys

from harness import Result, case, seconds

FAKER_ROWS = 1_000
GROWTH = """
import resource, sys, time
from tamgha.risk.simulator import simulate
simulate(1, declarations=1_000, weeks=52)
start = time.process_time()
world = simulate(1, declarations=int(sys.argv[1]), weeks=52)
used = time.process_time() - start
kept = (world.items.nbytes + world.findings.nbytes + world.truth.nbytes) / 2**20
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
print(world.items.num_rows, used, kept, peak)
"""


def faker_rows(fake, rows):
    """Make rows of 20 boxes by Faker's cheapest providers that still give values of the right kind."""
    return [
        (
            fake.numerify("24-########"), fake.random_int(1, 8), fake.random_element(("IM", "EX")),
            fake.random_element(("JN01", "JN02", "JN03")), fake.unix_time(), fake.numerify("J#######"),
            fake.company(), fake.name(), fake.country_code(), fake.country_code(),
            fake.numerify("######"), fake.word(), fake.random_int(1, 500),
            fake.random_int(1, 10**6) / 100, fake.random_int(1, 10**6) / 100,
            fake.random_int(1, 10**7) / 100, fake.currency_code(), fake.license_plate(),
            fake.random_int(0, 20), fake.numerify("TMGU#######"),
        )
        for _ in range(rows)
    ]  # fmt: skip


@case("risk.simulator", goal="≥ 100× Faker's rows a second")
def simulator():
    from faker import Faker

    from tamgha.risk.simulator import simulate

    fake = Faker()
    Faker.seed(1)
    rows = 0

    def ours():
        nonlocal rows
        rows = simulate(1, declarations=480_000, weeks=52).items.num_rows

    ours()
    faker_rows(fake, 50)
    pairs = [
        (seconds(ours) / rows, seconds(lambda: faker_rows(fake, FAKER_ROWS)) / FAKER_ROWS)
        for _ in range(3)
    ]
    ratio = statistics.median(peer / mine for mine, peer in pairs)
    return Result(
        name="risk.simulator",
        ours=1 / statistics.median(mine for mine, _ in pairs),
        peer=1 / statistics.median(peer for _, peer in pairs),
        ratio=ratio,
        goal="≥ 100× Faker's rows a second",
        met=ratio >= 100,
        n=f"{rows:,} items of 47 boxes with findings and truth; Faker {FAKER_ROWS:,} rows of 20 columns",
        conditions="one process, 3 pairs in turn, median of ratios; rows only in memory",
        unit="rows/s",
    )


@case("risk.simulator growth", goal="time and memory per row flat to 16×")
def growth():
    found = []
    for times in (1, 4, 16):
        said = subprocess.run(
            [sys.executable, "-c", GROWTH, str(30_000 * times)],
            capture_output=True, text=True, check=True,
        ).stdout.split()  # fmt: skip
        found.append((times, int(said[0]), *map(float, said[1:])))
    (_, few, fast, *_), (_, many, slow, kept, peak) = found[0], found[-1]
    ratio = (slow / many) / (fast / few)
    return Result(
        name="risk.simulator growth",
        ours=slow,
        peer=fast,
        ratio=ratio,
        goal="CPU seconds per row at 16× ≤ 1.2 times those at 1×; memory beside the result ≤ 700 MB",
        met=ratio <= 1.2 and peak - kept < 700,
        n=" · ".join(f"{times}×: {rows:,} rows" for times, rows, *_ in found),
        conditions=f"one process each; at 16× the world takes {kept:,.0f} MB, the process at most {peak:,.0f} MB",
        unit="CPU s",
    )
