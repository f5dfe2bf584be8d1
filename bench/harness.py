"""How a figure is measured: ours and the peer in turn, in the same run; the ratio is what counts."""

import gc
import resource
import statistics
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass


@dataclass
class Result:
    """One figure of the performance page.

    `ours` and `peer` are medians in `unit`; `ratio` is in the sense that `goal` names
    (usually peer ÷ ours, so that larger is better).
    """

    name: str
    ours: float | None
    peer: float | None
    ratio: float | None
    goal: str
    met: bool
    n: str
    conditions: str
    unit: str = "s"

    def as_row(self) -> dict:
        return asdict(self)


@dataclass
class Case:
    name: str
    goal: str
    run: Callable[[], list[Result] | Result]


CASES: list[Case] = []


def case(name: str, goal: str = ""):
    """Register a function that returns one Result or several; its name begins with the area."""

    def register(run):
        CASES.append(Case(name, goal, run))
        return run

    return register


def seconds(work: Callable[[], object]) -> float:
    gc.collect()
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def paired(
    ours: Callable[[], object],
    peer: Callable[[], object],
    repeats: int = 3,
    warm: bool = True,
    peer_repeats: int | None = None,
) -> tuple[float, float, float]:
    """Return (median seconds of ours, of the peer, median of the pairwise ratio peer ÷ ours)."""
    if warm:
        ours()
        if peer_repeats is None:
            peer()
    mine, theirs = [], []
    for turn in range(repeats):
        mine.append(seconds(ours))
        if peer_repeats is None or turn < peer_repeats:
            theirs.append(seconds(peer))
    pairs = [b / a for a, b in zip(mine, theirs, strict=False)]
    return statistics.median(mine), statistics.median(theirs), statistics.median(pairs)


def peak_mb() -> float:
    """The largest memory this process ever had, in megabytes."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
