"""The door to the rows behind a figure: an area says how a query's name becomes an address."""

from collections.abc import Callable, Mapping
from typing import Final

from tamgha.shared.figures import Query

AddressOf = Callable[[Mapping[str, str]], str]

_doors: Final[dict[str, AddressOf]] = {}


def register_rows(name: str, address_of: AddressOf) -> None:
    """Say at which address the rows of a query stand. The last word for a name counts."""
    _doors[name] = address_of


def rows_address(query: Query | None) -> str:
    """Return the address of a figure's rows, or "" where no area shows them."""
    if query is None or query.name not in _doors:
        return ""
    return _doors[query.name](query.params)
