"""Profiles over Parquet files, one group of rows at a time."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
import polars as pl
import pyarrow.parquet as pq

from tamgha.risk.engines.columnar import HasReach, HitMatrix
from tamgha.risk.engines.columns_held import Columns, is_text
from tamgha.risk.engines.planes import Plan
from tamgha.risk.profiles import ProfileLists, columns_of, without_not


def parquet_hits(
    paths: Sequence[Path | str],
    profiles: Sequence[HasReach],
    *,
    lists: ProfileLists | None = None,
) -> HitMatrix:
    """Return which profiles hit which rows of some Parquet files.

    Text columns stay dictionary-encoded as they lie in the file; memory is that of one group of
    rows and the result (8 bytes a row for up to 64 profiles).

    Parameters
    ----------
    paths : files with every column that the profiles ask about; rows in the order of the files
    profiles, lists : as for ``ColumnarEvaluator.hit_matrix``
    """
    trees = [without_not(profile.reach) for profile in profiles]
    plan = Plan(trees, ProfileLists() if lists is None else lists)
    wanted = sorted({name for tree in trees for name in columns_of(tree)})
    parts: list[list[npt.NDArray[np.uint64]]] = [[] for _ in range(plan.words)]
    rows = 0
    for path in paths:
        for chunk in _chunks(Path(path), wanted):
            rows += chunk.rows
            for word, found in zip(parts, plan.hits(chunk), strict=True):
                word.append(found)
    words = tuple(np.concatenate(word) if word else np.zeros(0, np.uint64) for word in parts)
    return HitMatrix(tuple(profile.code for profile in profiles), rows, words)


def _chunks(path: Path, wanted: Sequence[str]) -> Iterator[Columns]:
    """Yield the wanted columns of each group of rows.

    Arrow hands over texts as the codes that lie in the file; Polars decodes plain numbers in about
    half of Arrow's time.
    """
    schema = pq.read_schema(path)
    held = [name for name in wanted if name in schema.names]
    texts = [name for name in held if is_text(schema.field(name).type)]
    numbers = [name for name in held if name not in texts]
    file = pq.ParquetFile(path, read_dictionary=texts, memory_map=True, pre_buffer=False)
    frame = pl.scan_parquet(path).select(numbers)
    start = 0
    for group in range(file.num_row_groups):
        coded = file.read_row_group(group, columns=texts, use_threads=False)
        plain = frame.slice(start, coded.num_rows).collect().to_arrow() if numbers else None
        start += coded.num_rows
        yield Columns(coded, plain)
