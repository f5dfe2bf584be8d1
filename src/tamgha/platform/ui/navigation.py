"""The areas of the top bar, the links of the account menu, the search: filled by the areas above.

An area calls `register_area` in its `AppConfig.ready`; the base template shows what the reader may see.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Final, TypeVar

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils import translation

from tamgha.shared.words import Words

ShownTo = Callable[[HttpRequest], bool]


def signed_in(request: HttpRequest) -> bool:
    """Whether the reader has signed in."""
    user = getattr(request, "user", None)
    return bool(user is not None and user.is_authenticated)


@dataclass(frozen=True, slots=True)
class Area:
    """One word of the top bar.

    Parameters
    ----------
    key : its name for templates; a page may name its own by the context variable ``area``
    label : the word, and ``short``, the word of the phone's bar
    url_name : address by name
    namespaces : URL namespaces whose pages stand in this area
    icon : name of an icon, for the phone's bar
    order : place in the bar, ascending
    shown_to : who sees it
    """

    key: str
    label: Words
    url_name: str
    namespaces: tuple[str, ...] = ()
    icon: str = "more"
    order: int = 100
    shown_to: ShownTo = signed_in
    short: Words | None = None


@dataclass(frozen=True, slots=True)
class MenuLink:
    """One link of the account menu; ``post`` makes it a button of a form (sign out)."""

    key: str
    label: Words
    url_name: str
    order: int = 100
    post: bool = False
    shown_to: ShownTo = signed_in


@dataclass(slots=True)
class _Registry:
    areas: dict[str, Area] = field(default_factory=dict)
    links: dict[str, MenuLink] = field(default_factory=dict)
    search: str = ""


_registry: Final = _Registry()
_Item = TypeVar("_Item", Area, MenuLink)


def register_area(area: Area) -> None:
    """Put an area into the top bar; the same key again replaces it."""
    _registry.areas[area.key] = area


def register_menu_link(link: MenuLink) -> None:
    """Put a link into the account menu; the same key again replaces it."""
    _registry.links[link.key] = link


def register_search(url_name: str) -> None:
    """Say which page searches across the areas; it takes the words as ``q``."""
    _registry.search = url_name


@dataclass(frozen=True, slots=True)
class Entry:
    """An area or a link as the page shows it."""

    key: str
    label: str
    short: str
    address: str
    icon: str = "more"
    current: bool = False
    post: bool = False


def areas_for(request: HttpRequest, current: str = "") -> list[Entry]:
    """Return the areas that this reader may enter, in their order; one of them is the current."""
    shown = _shown(_registry.areas.values(), request)
    here = current or _area_of(request)
    language = translation.get_language() or "en"
    return [
        Entry(
            key=area.key,
            label=area.label.text(language),
            short=(area.short or area.label).text(language),
            address=address,
            icon=area.icon,
            current=area.key == here,
        )
        for area, address in shown
    ]


def menu_for(request: HttpRequest) -> list[Entry]:
    """Return the links of the account menu for this reader."""
    language = translation.get_language() or "en"
    return [
        Entry(
            key=link.key,
            label=link.label.text(language),
            short=link.label.text(language),
            address=address,
            post=link.post,
        )
        for link, address in _shown(_registry.links.values(), request)
    ]


def search_address() -> str:
    """Return the address of the search page, or "" where there is none."""
    return _address(_registry.search) if _registry.search else ""


def _shown(items: Iterable[_Item], request: HttpRequest) -> list[tuple[_Item, str]]:
    if not hasattr(request, "user"):  # refused before anybody was recognised: 400 Bad Request
        from django.contrib.auth.models import AnonymousUser  # noqa: PLC0415 -- models must be loaded

        request.user = AnonymousUser()
    ordered = sorted(items, key=lambda item: (item.order, item.key))
    found = ((item, _address(item.url_name)) for item in ordered if item.shown_to(request))
    return [(item, address) for item, address in found if address]


def _address(url_name: str) -> str:
    try:
        return reverse(url_name)
    except NoReverseMatch:
        return ""


def _area_of(request: HttpRequest) -> str:
    match = getattr(request, "resolver_match", None)
    if match is None:
        return ""
    for area in _registry.areas.values():
        if area.url_name == match.view_name or set(area.namespaces) & set(match.namespaces):
            return area.key
    return ""
