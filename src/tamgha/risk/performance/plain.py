"""Figures as plain values, for JSON and for programs that know none of our classes."""

from dataclasses import fields, is_dataclass
from typing import Any

import numpy as np

from tamgha.shared.figures import Estimate, NotShown
from tamgha.shared.words import Words


def as_plain(value: object) -> Any:
    """Return an estimate, a back-test, a frontier or the like as dicts, lists and numbers.

    An `Estimate` becomes ``value``, ``low``, ``high``, ``level``, ``method``, ``n`` and ``bound``; a
    `NotShown` becomes ``not_shown``, ``reason``, ``needs`` and ``n``, the words in both languages.
    """
    if isinstance(value, Estimate):
        return _estimate(value)
    if isinstance(value, NotShown):
        return {
            "not_shown": value.kind,
            "reason": as_plain(value.reason),
            "needs": as_plain(value.needs),
            "n": value.n,
        }
    if isinstance(value, Words):
        return {"en": value.en, "ru": value.ru}
    if is_dataclass(value):
        return {part.name: as_plain(getattr(value, part.name)) for part in fields(value)}
    if isinstance(value, dict):
        return {key: as_plain(part) for key, part in value.items()}
    if isinstance(value, list | tuple):
        return [as_plain(part) for part in value]
    return _array(value)


def _estimate(value: Estimate) -> dict[str, object]:
    limits = value.interval
    return {
        "value": value.value,
        "low": limits.low if limits else None,
        "high": limits.high if limits else None,
        "level": limits.level if limits else None,
        "method": (limits.method if limits else "") or value.method,
        "n": value.n,
        "bound": value.bound,
    }


def _array(value: object) -> object:
    if isinstance(value, np.ndarray):
        return value.astype(str).tolist() if value.dtype.kind == "M" else value.tolist()
    return value.item() if isinstance(value, np.generic) else value
