"""The risk engine, for a server or a notebook: which consignments to look at, and how surely.

Names are loaded when they are first used, so that ``from tamgha import risk`` costs nothing.
"""

from importlib import import_module

PACKAGES = (
    "schema",
    "indicators",
    "profiles",
    "simulator",
    "engines",
    "scoring",
    "selection",
    "performance",
)


def __getattr__(name: str) -> object:
    if name in PACKAGES:
        return import_module(f"tamgha.risk.{name}")
    raise AttributeError(f"the risk engine has no {name!r}")
