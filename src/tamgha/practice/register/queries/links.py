"""What answers or measures a risk: kinds of things that higher areas offer, each with its door.

The register stands below the areas whose things it shows. They fill this registry when the
application starts; a risk stays an object of its own, and so do they.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from tamgha.platform.accounts.models import User
from tamgha.practice.register.models import Risk, RiskLink
from tamgha.shared.figures import Figure
from tamgha.shared.words import Words

NOTHING: Final = Words("", "")


@dataclass(frozen=True, slots=True)
class Linked:
    """One linked thing, as the risk's page shows it.

    Parameters
    ----------
    key : its own name
    label : what it is called
    url : its page; "" where the reader may not open it
    state : where it stands, in words
    look : how the state is drawn: "good", "warn", "bad", "note", "out"
    figure : how well it does, where that was measured
    """

    key: str
    label: str
    url: str = ""
    state: Words = NOTHING
    look: str = "note"
    figure: Figure | None = None


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of things that a risk may be linked to.

    Parameters
    ----------
    name : kept with each link
    label : head of the list
    about : what the link says, grey beside the head
    linked : called ``linked(user, code, keys)``; the things of these keys, and those that name the
        risk's code themselves. Nothing for a reader who may not see them
    choices : called ``choices(user)``; pairs of key and label that may be linked
    directed : whether a link raises or lowers the risk
    """

    name: str
    label: Words
    about: Words
    linked: Callable[[User, str, Sequence[str]], Sequence[Linked]]
    choices: Callable[[User], Sequence[tuple[str, str]]]
    directed: bool = False


_kinds: Final[dict[str, Kind]] = {}


def register_kind(kind: Kind) -> None:
    """Offer a kind of things; the last word for a name counts."""
    _kinds[kind.name] = kind


def kinds() -> Mapping[str, Kind]:
    """Return the kinds that are offered, by name, in the order in which they came."""
    return dict(_kinds)


@dataclass(frozen=True, slots=True)
class Shown:
    """A linked thing with the link that holds it; None where the thing itself names the risk."""

    thing: Linked
    link: RiskLink | None


def links_of(risk: Risk, user: User) -> list[tuple[Kind, list[Shown]]]:
    """Return every kind with what this risk is linked to, as the reader may see it."""
    held: dict[str, dict[str, RiskLink]] = {}
    for link in risk.links.order_by("kind", "-direction", "key"):  # what raises it comes first
        held.setdefault(link.kind, {})[link.key] = link
    found = []
    for kind in _kinds.values():
        own = held.get(kind.name, {})
        things = kind.linked(user, risk.code, list(own))
        found.append((kind, [Shown(thing, own.get(thing.key)) for thing in things]))
    return found


def choices_for(user: User) -> list[tuple[Kind, Sequence[tuple[str, str]]]]:
    """Return what the reader may link, by kind; kinds without anything are left out."""
    offered = [(kind, kind.choices(user)) for kind in _kinds.values()]
    return [(kind, pairs) for kind, pairs in offered if pairs]
