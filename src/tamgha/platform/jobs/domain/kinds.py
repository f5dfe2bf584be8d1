"""The kinds of long work, filled by the areas above: a name, its words, and the function."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, TypeVar

from tamgha.shared.words import Words


class UnknownKindError(LookupError):
    """No area has registered this kind of work."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a piece of work ended with.

    Parameters
    ----------
    summary : one sentence for the person who asked: what came out
    address : path of the page where the result stands, "" for none
    data : values that JSON can hold, for the code that started the work
    """

    summary: Words
    address: str = ""
    data: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of work.

    Parameters
    ----------
    name : "area.verb", for instance "targeting.intake"
    title : what it is, said to people
    unit : what is counted, in the plural ("rows"); both empty when nothing is counted
    run : called as ``run(context, **params)``; returns an Outcome or None
    resumable : whether ``run`` goes on from ``context.checkpoint``; without it work starts anew
    in_background : False for small work that is done at once, inside the call
    """

    name: str
    title: Words
    unit: Words
    run: Callable[..., Outcome | None]
    resumable: bool = False
    in_background: bool = True


_kinds: Final[dict[str, Kind]] = {}
_Run = TypeVar("_Run", bound=Callable[..., Outcome | None])

_NOTHING_COUNTED = Words("", "")


def kind(
    name: str,
    *,
    title: Words,
    unit: Words = _NOTHING_COUNTED,
    resumable: bool = False,
    in_background: bool = True,
) -> Callable[[_Run], _Run]:
    """Register a function as a kind of work; used as a decorator in an area's ``tasks`` module.

    The ``tasks`` modules of all areas are loaded at start, in the server and in the worker.

    Raises
    ------
    ValueError
        When another function has the name already.
    """

    def register(run: _Run) -> _Run:
        known = _kinds.get(name)
        if known is not None and known.run.__qualname__ != run.__qualname__:
            raise ValueError(f"{name!r} is the name of {known.run.__qualname__} already")
        _kinds[name] = Kind(name, title, unit, run, resumable, in_background)
        return run

    return register


def kind_of(name: str) -> Kind:
    """Return the kind of this name; raises UnknownKindError with the names there are."""
    try:
        return _kinds[name]
    except KeyError:
        known = ", ".join(sorted(_kinds)) or "none"
        raise UnknownKindError(f"kinds of work: {known}; {name!r} came") from None
