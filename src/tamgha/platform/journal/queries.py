"""Reads of the journal: what is sealed, where an entry stands, an object's history."""

import base64
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Max, Model, Q, QuerySet
from django.utils.translation import get_language, override

from tamgha.platform.journal import gateways
from tamgha.platform.journal.domain import leaf_hash, name_of
from tamgha.platform.journal.models import Entry, Head, PersonKey, Place
from tamgha.platform.trust import services as trust
from tamgha.platform.trust.domain import Secret


@dataclass(frozen=True, slots=True)
class Ref:
    """An object of the journal that is named by hand.

    Parameters
    ----------
    kind : "area.model", small letters
    key : its key; no line breaks
    name : as people know it, never a personal value
    """

    kind: str
    key: str
    name: str = ""


@dataclass(frozen=True, slots=True)
class SealState:
    """How far an entry is sealed.

    Parameters
    ----------
    position : in the sealed order; None for the tail
    head : the first head over it
    is_as_sealed : whether the row reads as it did when it was sealed
    """

    position: int | None = None
    head: Head | None = None
    is_as_sealed: bool = True


@dataclass(frozen=True, slots=True)
class PersonalValue:
    """What an entry says of a person: None when it cannot be told any more."""

    person: int
    values: dict[str, Any] | None

    @property
    def shown(self) -> list[tuple[str, Any]]:
        """The values, named in the language of the page."""
        language = get_language() or "en"
        return [
            (name_of(name).text(language), value) for name, value in (self.values or {}).items()
        ]


def ref_of(thing: Model | Ref) -> Ref:
    """Return how the journal names an object. People are named by their keys alone."""
    if isinstance(thing, Ref):
        return thing
    meta = thing._meta
    if meta.label_lower == "accounts.user":
        return Ref(meta.label_lower, str(thing.pk))
    if get_language() == "en":
        name = str(thing)
    else:  # not in the language of whoever did it
        with override("en"):
            name = str(thing)
    return Ref(meta.label_lower, str(thing.pk), name)


def history_of(*things: Model | Ref) -> QuerySet[Entry]:
    """Return what happened to an object, or to any of several, the latest first.

    Who may see the objects may see this.
    """
    wanted = Q(pk=None)
    for ref in map(ref_of, things):
        wanted |= Q(object_kind=ref.kind, object_key=ref.key)
    return Entry.objects.filter(wanted).select_related("by", "for_whom").order_by("-pk")


def sealed_among(entries: Sequence[int]) -> frozenset[int]:
    """Return which of these entries stand in the sealed order."""
    found = Place.objects.filter(entry_number__in=entries)
    return frozenset(found.values_list("entry_number", flat=True))


def last_head() -> Head | None:
    """Return the newest signed head."""
    return Head.objects.order_by("-number").first()


def seal_state(entry: Entry) -> SealState:
    """Return whether and under which head the entry is sealed."""
    place = Place.objects.filter(entry_number=entry.pk).first()
    if place is None:
        return SealState()
    head = Head.objects.filter(size__gt=place.position).order_by("size").first()
    row = gateways.row_of(entry.pk)
    same = row is not None and leaf_hash(row.leaf_bytes) == bytes(place.leaf)
    return SealState(place.position, head, same)


def last_sealed_number() -> int:
    """Return the highest number of a sealed entry, 0 for none."""
    return Place.objects.aggregate(last=Max("entry_number"))["last"] or 0


def personal_shown(entry: Entry) -> list[PersonalValue]:
    """Return the same for a page: nothing where there is nothing, or where the node's secret is gone."""
    try:
        return personal_values(entry)
    except trust.MissingKeyError:
        return [PersonalValue(int(person), None) for person in entry.details.get("personal", {})]


def personal_values(entry: Entry) -> list[PersonalValue]:
    """Return what the entry says of people, opened with their keys where these still are."""
    boxes: dict[str, str] = entry.details.get("personal", {})
    keys = data_keys([int(person) for person in boxes])
    return [
        PersonalValue(int(person), _opened(keys.get(int(person)), box, entry))
        for person, box in boxes.items()
    ]


def data_keys(people: Sequence[int]) -> dict[int, Secret | None]:
    """Return each person's key that was made; None for one that was destroyed."""
    return {
        key.person_id: None if key.wrapped is None else unwrapped(key.person_id, bytes(key.wrapped))
        for key in PersonKey.objects.filter(person__in=people)
    }


def unwrapped(person: int, wrapped: bytes) -> Secret | None:
    """Return a person's key, opened with the node's secret; None when it was changed."""
    value = trust.reveal(wrapped, context=key_context(person))
    return None if value is None else Secret(0, value)


def key_context(person: int) -> str:
    """Return for whom a key was wrapped: it opens for nobody else."""
    return f"journal person {person}"


def box_context(nonce: bytes) -> str:
    """Return in which entry personal values lie: elsewhere they do not open."""
    return f"journal entry {nonce.hex()}"


def _opened(key: Secret | None, box: str, entry: Entry) -> dict[str, Any] | None:
    if key is None or not box:
        return None
    content = key.reveal(base64.b64decode(box), context=box_context(bytes(entry.nonce)))
    return None if content is None else dict(json.loads(content))
