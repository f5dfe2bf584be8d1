"""The one text of an entry that is marked when it is written and hashed when it is sealed."""

import json
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final, NamedTuple


class Columns(NamedTuple):
    """An entry as the database holds it, but for its number and its mark.

    ``at`` is the moment in UTC, "2026-11-24 09:00:00.000000"; ``body`` a JSON text, hashed as it
    stands.
    """

    at: str
    act: str
    administration: int | None
    by: int | None
    for_whom: int | None
    object_kind: str
    object_key: str
    object_name: str
    nonce: bytes
    body: str


def content_of(row: Columns) -> str:
    """Return the text. Two different entries never have the same: each text carries its length."""
    at, act, administration, by, for_whom, kind, key, name, nonce, body = row
    return (
        f"{at}\n{administration}\n{by}\n{for_whom}\n{nonce.hex()}\n"
        f"{len(act)} {len(kind)} {len(key)} {len(name)}\n{act}{kind}{key}{name}{body}"
    )


def leaf_of(entry: int, mark: bytes, content: str) -> bytes:
    """Return the bytes of the entry's leaf: its number and its mark before its text."""
    return f"{entry}\n{mark.hex()}\n{content}".encode()


def canonical_json(value: Mapping[str, Any]) -> str:
    """Return the one JSON text of the value: keys sorted, no blanks.

    Raises TypeError for what has no JSON.
    """
    return _encode(value)


def _plain(value: Any) -> Any:
    if isinstance(value, date | datetime):
        return value.isoformat()
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, set | frozenset):
        return sorted(value)
    if isinstance(value, bytes):
        return value.hex()
    if hasattr(value, "pk"):
        return value.pk
    if hasattr(value, "__dict__") or hasattr(value, "__slots__"):
        return str(value)
    raise TypeError(f"no JSON for {type(value).__name__}")


_encode: Final = json.JSONEncoder(
    sort_keys=True, ensure_ascii=False, separators=(",", ":"), default=_plain
).encode
