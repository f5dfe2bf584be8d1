"""Listening to what an area announces, in the transaction of the act."""

from collections.abc import Callable, Mapping
from typing import Any

from django.db.models import Model
from django.dispatch import Signal

from tamgha.platform.journal.events import Act
from tamgha.platform.journal.services.recording import Change, record

BeforeAfter = tuple[Mapping[str, Any], Mapping[str, Any]]


def _itself(thing: Model) -> Model:
    return thing


def _nothing(_act: Act) -> BeforeAfter:
    return {}, {}


def follow(
    signal: Signal,
    *,
    area: str,
    owner: Callable[[Model], Model] = _itself,
    changes: Callable[[Any], BeforeAfter] = _nothing,
) -> None:
    """Write every act that the signal carries into the journal.

    Facts named ``reason``, ``before`` and ``after`` go to their places (values that are no mappings
    as the value of "state"); all others stand as what is after.

    Parameters
    ----------
    signal : sends ``act`` (see `Act`) inside the transaction of the change
    area : first word of the acts; put before a name that lacks it
    owner : of the object of the act, the object whose history it belongs to: of a version, the
        thing whose version it is. The number of the version stands in the entry as "version".
    changes : of the act, what it changed beyond its facts: before and after
    """

    def write(act: Act, **_rest: Any) -> None:
        name = act.name if act.name.startswith(f"{area}.") else f"{area}.{act.name}"
        thing = owner(act.on)
        number = getattr(act.on, "number", None) if thing is not act.on else None
        facts = act.facts if number is None else {"version": number, **act.facts}
        record(name, by=act.by, at=act.at, on=thing, change=_change(facts, *changes(act)))

    signal.connect(write, weak=False, dispatch_uid=f"journal.{area}")


def _change(
    facts: Mapping[str, Any], before: Mapping[str, Any], after: Mapping[str, Any]
) -> Change:
    rest = {name: facts[name] for name in facts if name not in {"reason", "before", "after"}}
    return Change(
        before={**_mapping(facts.get("before")), **before},
        after={**rest, **_mapping(facts.get("after")), **after},
        reason=str(facts.get("reason", "")),
    )


def _mapping(value: Any) -> Mapping[str, Any]:
    if value is None:
        return {}
    return value if isinstance(value, Mapping) else {"state": value}
