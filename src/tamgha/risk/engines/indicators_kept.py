"""The state of online indicators as it is kept between two runs: plain JSON, checked, never code."""

import hashlib
import zlib
from collections.abc import Mapping
from typing import Any

from tamgha.risk.engines.indicators_online_totals import Schedule
from tamgha.shared.errors import TamghaError
from tamgha.shared.words import Words

VERSION = 1
MAGIC = b"tamgha indicators 1\n"
_DIGEST = hashlib.sha256().digest_size
WRONG_STATE = Words(
    "These bytes are no state of indicators of this version, or were changed. Make the state anew "
    "from the stored declarations and findings.",
    "Это не состояние индикаторов нужной версии, или оно изменено. Постройте состояние заново по "
    "сохранённым декларациям и результатам досмотра.",
)


def sealed(content: bytes) -> bytes:
    """Return content compressed, behind its version and its SHA-256."""
    return MAGIC + hashlib.sha256(content).digest() + zlib.compress(content, 1)


def opened(kept: bytes) -> bytes:
    """Return the content that ``sealed`` kept, or raise TamghaError."""
    digest, body = kept[len(MAGIC) :][:_DIGEST], kept[len(MAGIC) + _DIGEST :]
    try:
        content = zlib.decompress(body)
    except zlib.error as error:
        raise TamghaError(WRONG_STATE) from error
    if not kept.startswith(MAGIC) or hashlib.sha256(content).digest() != digest:
        raise TamghaError(WRONG_STATE)
    return content


def packed(value: Any) -> Any:
    """Return plain JSON of state: tuples, sets and dictionaries with any keys marked by a letter."""
    if value is None or isinstance(value, str | int | float):
        return value
    if isinstance(value, list):
        return ["l", *map(packed, value)]
    if isinstance(value, tuple):
        return ["t", *map(packed, value)]
    if isinstance(value, set):
        return ["s", *sorted(map(packed, value), key=repr)]
    if isinstance(value, dict):
        return ["d", *([packed(key), packed(one)] for key, one in value.items())]
    names = getattr(value, "STATE", None)
    if names is None:
        names = (
            []
            if not hasattr(value, "schedule") and not isinstance(value, Schedule)
            else vars(value)
        )
    return {name: packed(getattr(value, name)) for name in names}


def unpacked(value: Any) -> Any:
    """Return what ``packed`` made of a value that is no object of state."""
    if not isinstance(value, list):
        return value
    mark, *rest = value
    if mark == "d":
        return {unpacked(key): unpacked(one) for key, one in rest}
    made = [unpacked(one) for one in rest]
    return {"l": list, "t": tuple, "s": set}[mark](made)


def unpack_into(target: Any, state: Mapping[str, Any]) -> None:
    """Put what ``packed`` made of an object of state into a new one."""
    for name, value in state.items():
        if isinstance(value, dict):
            unpack_into(getattr(target, name), value)
        else:
            setattr(target, name, unpacked(value))
