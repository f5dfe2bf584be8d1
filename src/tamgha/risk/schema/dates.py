"""Which way a file writes its days and moments."""

import polars as pl

from tamgha.risk.schema.rules import read_moments

DAYS = (
    "%Y-%m-%d",
    "%d.%m.%Y",
    "%d/%m/%Y",
    "%m/%d/%Y",
    "%Y/%m/%d",
    "%Y.%m.%d",
    "%d-%m-%Y",
    "%Y%m%d",
    "%d.%m.%y",
)
TIMES = ("", " %H:%M:%S", " %H:%M", "T%H:%M:%S", "T%H:%M", "T%H:%M:%S%.f", " %H:%M:%S%.f")
ZONES = ("T%H:%M:%S%z", "T%H:%M:%S%.f%z", " %H:%M:%S%z")
FORMATS = tuple(day + time for time in (*TIMES, *ZONES) for day in DAYS)
MOST_SAMPLES = 1000
GOOD_ENOUGH = 0.6
"""Share of the sample that a format must read: a file with many wrong dates still has one."""


def find_formats(sample: pl.Series) -> list[tuple[str, float]]:
    """Return the formats that read a sample, the best first, with the share each one reads.

    Two formats with the same share (day and month that cannot be told apart) both stand there.
    A year before 1980 or after 2099 counts as not read.
    """
    texts = sample.drop_nulls().str.strip_chars()
    counted = texts.filter(texts != "").head(MOST_SAMPLES).value_counts(name="n")
    counted = counted.sort(counted.columns[0])
    if not len(counted):
        return []
    texts, weights = counted.to_series(0), counted["n"]
    found = []
    for shape in FORMATS:
        years = read_moments(texts, shape, "UTC").dt.year()
        read = years.is_between(1980, 2099).fill_null(value=False)
        share = float((read.cast(pl.Int64) * weights).sum()) / float(weights.sum())
        if share >= GOOD_ENOUGH:
            found.append((shape, share))
    return sorted(found, key=lambda entry: -entry[1])


def are_ambiguous(formats: list[tuple[str, float]]) -> bool:
    """Return whether day and month cannot be told apart: two formats read all of the sample."""
    best = [shape for shape, share in formats if share == formats[0][1]]
    return "%d/%m/%Y" in best and "%m/%d/%Y" in best
