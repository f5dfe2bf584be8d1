"""The search across the areas: what a reader may see of each, grouped, with its breadcrumb.

An area is asked only where the reader may enter it, through its own permissions. Each group costs
one query and shows a handful; the list of the area has the rest.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Final

from django.db.models import Q, QuerySet
from django.urls import NoReverseMatch, reverse

from tamgha import risk
from tamgha.platform.accounts import permissions as people
from tamgha.platform.accounts.models import User
from tamgha.platform.files import queries as files
from tamgha.practice.register import permissions as register
from tamgha.practice.targeting import permissions as targeting
from tamgha.shared.words import Words

LEAST_LETTERS: Final = 2
MOST_LETTERS: Final = 100
SHOWN: Final = 10


@dataclass(frozen=True, slots=True)
class Hit:
    """One find: its title, its address, and the breadcrumb of where it stands."""

    title: str
    address: str
    way: str


@dataclass(frozen=True, slots=True)
class Group:
    """The finds of one area."""

    label: Words
    hits: list[Hit]


@dataclass(frozen=True, slots=True)
class Place:
    """A place to search: what it is called, who may search there, and how."""

    label: Words
    open_to: Callable[[User], bool]
    hits: Callable[[User, str, str], Iterable[Hit]]


def find(user: User, words: str, *, language: str) -> list[Group]:
    """Return what fits every word, by area; areas without a find are left out."""
    if len(words) < LEAST_LETTERS:
        return []
    groups = (
        Group(place.label, list(place.hits(user, words, language)))
        for place in PLACES
        if place.open_to(user)
    )
    return [group for group in groups if group.hits]


def places_of(user: User) -> list[Words]:
    """Return the names of what this reader can search, for the hint on the page."""
    return [place.label for place in PLACES if place.open_to(user)]


def _fitting(found: QuerySet[Any], words: str, *fields: str) -> QuerySet[Any]:
    """Keep the rows of which every word stands in some field."""
    for word in words.split():
        wanted = Q()
        for name in fields:
            wanted |= Q(**{f"{name}__icontains": word})
        found = found.filter(wanted)
    return found


def _way(language: str, *steps: Words | str) -> str:
    return " › ".join(
        step.text(language) if isinstance(step, Words) else step for step in steps if step
    )


RISK = Words("Risk", "Риски")
REGISTER = Words("Risk register", "Реестр рисков")
PROFILES = Words("Profiles", "Профили")
SETS = Words("Declarations", "Декларации")
LISTS = Words("Lists", "Списки")
INDICATORS = Words("Indicators", "Индикаторы")
HS = Words("HS codes", "Коды ТН ВЭД")
PEOPLE = Words("People", "Люди")
FILES = Words("Files", "Файлы")


def _risks(user: User, words: str, language: str) -> Iterable[Hit]:
    seen = register.risks_visible_to(user).select_related("shown")
    found = _fitting(seen, words, "code", "shown__title_en", "shown__title_ru")
    for one in found.order_by("number")[:SHOWN]:
        title = f"{one.code} {one.shown.title}" if one.shown else one.code
        yield Hit(title, reverse("register:risk", args=[one.code]), _way(language, RISK, REGISTER))


def _profiles(user: User, words: str, language: str) -> Iterable[Hit]:
    found = _fitting(targeting.profiles_visible_to(user), words, "code", "name")
    for one in found.order_by("code")[:SHOWN]:
        address = reverse("targeting:profile", args=[one.code])
        yield Hit(str(one), address, _way(language, RISK, PROFILES))


def _sets(user: User, words: str, language: str) -> Iterable[Hit]:
    found = _fitting(targeting.sets_visible_to(user), words, "name")
    for one in found.order_by("-changed_at")[:SHOWN]:
        yield Hit(one.name, reverse("targeting:set", args=[one.pk]), _way(language, RISK, SETS))


def _lists(user: User, words: str, language: str) -> Iterable[Hit]:
    found = _fitting(targeting.lists_visible_to(user), words, "name")
    for one in found.order_by("name")[:SHOWN]:
        address = reverse("targeting:trade-list", args=[one.name])
        yield Hit(one.name, address, _way(language, RISK, LISTS, one.get_kind_display()))


def _indicators(_user: User, words: str, language: str) -> Iterable[Hit]:
    wanted = words.casefold().split()
    try:
        reverse("targeting:indicators")
    except NoReverseMatch:
        return
    shown = 0
    for name, one in risk.READY.items():
        label = one.label.text(language)
        if shown < SHOWN and all(word in f"{name} {label}".casefold() for word in wanted):
            shown += 1
            yield Hit(label, _indicator_address(name), _way(language, RISK, INDICATORS, name))


def _indicator_address(name: str) -> str:
    try:
        return reverse("targeting:indicator", args=[name])
    except NoReverseMatch:
        return reverse("targeting:indicators")


def _goods(_user: User, words: str, language: str) -> Iterable[Hit]:
    tree = risk.HsTree.of()
    for one in tree.search(words, limit=SHOWN):
        parents = [parent.code for parent in tree.parents(one.code) if parent.code != one.code]
        address = reverse("targeting:goods")
        if parents:
            address = f"{address}?parent={parents[-1]}"
        yield Hit(f"{one.code} {one.description}", address, _way(language, RISK, HS, *parents))


def _people(user: User, words: str, language: str) -> Iterable[Hit]:
    found = _fitting(people.visible_to(user), words, "full_name", "username", "email")
    for one in found.select_related("administration").order_by("full_name", "pk")[:SHOWN]:
        place = one.administration.name if one.administration else ""
        yield Hit(
            one.full_name, reverse("accounts:person", args=[one.pk]), _way(language, PEOPLE, place)
        )


def _files(user: User, words: str, language: str) -> Iterable[Hit]:
    for one in _fitting(files.current_files(user), words, "name")[:SHOWN]:
        yield Hit(one.name, reverse("files:file", args=[one.pk]), _way(language, FILES))


PLACES: Final[tuple[Place, ...]] = (
    Place(REGISTER, register.can_read, _risks),
    Place(PROFILES, targeting.can_read, _profiles),
    Place(SETS, targeting.can_read, _sets),
    Place(LISTS, targeting.can_read, _lists),
    Place(INDICATORS, targeting.can_read, _indicators),
    Place(PEOPLE, people.can_manage_people, _people),
    Place(FILES, lambda _user: True, _files),
    Place(HS, targeting.can_read, _goods),
)
