"""How acts are called, and who may read those of an area; filled by the areas themselves."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Final

from tamgha.shared.words import Words


@dataclass(frozen=True, slots=True)
class Area:
    """The acts that begin with one word: "targeting.…".

    Parameters
    ----------
    name : the word
    label : as people read it, in the filter of the list
    readers : codes of the roles that read these acts, each in the own administration; a regional
        role reads those of the region
    """

    name: str
    label: Words
    readers: frozenset[str]


_areas: Final[dict[str, Area]] = {}
_labels: Final[dict[str, Words]] = {}
_names: Final[dict[str, Words]] = {}


def register_area(name: str, label: Words, *, readers: Collection[str]) -> None:
    """Say how an area is called and who reads its acts; acts of other areas nobody reads."""
    _areas[name] = Area(name, label, frozenset(readers))


def register_acts(labels: Mapping[str, Words]) -> None:
    """Say how acts are called, by their full names; one without a label stands as its name.

    Raises ValueError for an act of an area that is not registered.
    """
    strange = [name for name in labels if name.split(".")[0] not in _areas]
    if strange:
        raise ValueError(f"register the area first: {strange}")
    _labels.update(labels)


def register_names(names: Mapping[str, Words]) -> None:
    """Say how the values before and after are called; one without words stands as its name."""
    _names.update(names)


def name_of(name: str) -> Words:
    """Return how a value is called."""
    return _names.get(name) or Words(name, name)


def areas() -> tuple[Area, ...]:
    """Return the areas, in the order of their registration."""
    return tuple(_areas.values())


def label_of(act: str) -> Words:
    """Return how the act is called."""
    return _labels.get(act) or Words(act, act)


def labels() -> Mapping[str, Words]:
    """Return every act that has a label."""
    return dict(_labels)
