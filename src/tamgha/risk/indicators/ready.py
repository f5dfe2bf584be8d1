"""The ready indicators, read from ``ready.toml``."""

from collections.abc import Mapping
from importlib.resources import files
from types import MappingProxyType

from tamgha.risk.indicators.declaring import load_indicators
from tamgha.risk.indicators.model import Indicator


def _ready() -> Mapping[str, Indicator]:
    text = (files("tamgha.risk.indicators") / "ready.toml").read_text(encoding="utf-8")
    return MappingProxyType({one.name: one for one in load_indicators(text)})


READY: Mapping[str, Indicator] = _ready()
"""Ready indicators by name, in the order in which the catalogue shows them."""
