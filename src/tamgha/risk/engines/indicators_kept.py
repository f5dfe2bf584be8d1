"""The state of online indicators as it is kept between two runs: plain JSON, checked, never code."""

import hashlib
import zlib
from collections.abc import Mapping
from typing import Any

from tamgha.risk.engines.indicators_online_totals import Schedule
from tamgha.shared.errors import TamghaError
from tamgha.shared.words import Words

VERSION = 2
MAGIC = b"tamgha indicators 2\n"
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
    """Return plain JSON of state.

    JSON writes tuples as lists by itself; what it cannot write is marked by a letter: a set, and a
    dictionary with any keys, as its keys and its values. Values that are lists stay lists when they
    are read again, everything inside is a tuple then.
    """
    if isinstance(value, set):
        return ["s", sorted(value, key=repr)]
    if isinstance(value, dict):
        inside = next(iter(value.values()), None)
        if isinstance(inside, dict):
            return ["n", list(value), [packed(one) for one in value.values()]]
        return ["l" if isinstance(inside, list) else "t", list(value), list(value.values())]
    if value is None or isinstance(value, str | int | float | list | tuple):
        return value
    names = getattr(value, "STATE", None)
    if names is None:
        names = vars(value) if hasattr(value, "schedule") or isinstance(value, Schedule) else []
    return {name: packed(getattr(value, name)) for name in names}


def unpacked(value: Any) -> Any:
    """Return what ``packed`` made of a value that is no object of state."""
    mark = value[0] if isinstance(value, list) and value else None
    if mark == "s":
        return set(frozen(value[1]))
    if mark not in ("n", "l", "t"):
        return value
    keys = frozen(value[1])
    if mark == "n":
        return dict(zip(keys, map(unpacked, value[2]), strict=True))
    values = frozen(value[2])
    return dict(zip(keys, map(list, values) if mark == "l" else values, strict=True))


def frozen(value: list[Any]) -> tuple[Any, ...]:
    """Return a list and all lists in it as tuples."""
    return tuple([frozen(one) if type(one) is list else one for one in value])


def unpack_into(target: Any, state: Mapping[str, Any]) -> None:
    """Put what ``packed`` made of an object of state into a new one."""
    for name, value in state.items():
        stands = getattr(target, name)
        if isinstance(value, dict):
            unpack_into(stands, value)
        elif isinstance(stands, tuple):
            setattr(target, name, frozen(value))
        else:
            setattr(target, name, unpacked(value))
