"""Items and records as they lie in a row: packed JSON."""

import json
import zlib
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any, Final

from pydantic_core import to_json

from tamgha import risk

Row = dict[str, Any]
_QUICK: Final = 1
_MOMENTS: Final = frozenset({"lodged"})
_DAYS: Final = frozenset({"day"})


def packed(document: Any) -> bytes:
    """Return a JSON document, small."""
    return zlib.compress(to_json(document, inf_nan_mode="constants"), _QUICK)


def unpacked(kept: bytes | memoryview) -> Any:
    """Return the document that `packed` kept."""
    return json.loads(zlib.decompress(bytes(kept)))


def packed_rows(rows: Iterable[Mapping[str, Any]], indicators: frozenset[str]) -> bytes:
    """Return the items of a declaration, packed: their columns, and the named indicators.

    What is empty is left out. The indicators are those that the conditions asked about, with the
    values that they had.
    """
    kept = []
    for row in rows:
        columns = {
            name: value
            for name, value in row.items()
            if value is not None and (name in risk.COLUMNS or name in indicators)
        }
        kept.append(columns)
    return packed(kept)


def rows_of(body: bytes | memoryview) -> list[Row]:
    """Return the items of a packed body: one row each, days and moments as such."""
    rows: list[Row] = unpacked(body)
    for row in rows:
        for name in _MOMENTS & row.keys():
            row[name] = datetime.fromisoformat(row[name])
        for name in _DAYS & row.keys():
            row[name] = date.fromisoformat(row[name])
    return rows
