"""Acts on single members of lists, as a sheet brings them in and takes them back."""

from collections.abc import Collection
from datetime import datetime
from typing import cast

from django.db import transaction
from django.utils import translation

from tamgha import risk
from tamgha.platform.accounts.models import Administration, User
from tamgha.practice.targeting import events, queries
from tamgha.practice.targeting.choices import ListKind
from tamgha.practice.targeting.models import TradeList, TradeListVersion
from tamgha.shared.errors import TamghaError
from tamgha.shared.words import Words


@transaction.atomic
def change_members(
    *,
    administration: Administration,
    name: str,
    kind: str,
    add: Collection[str] = (),
    remove: Collection[str] = (),
    by: User,
    at: datetime,
) -> TradeListVersion:
    """Put members on a list or take them off, as its next version; a new name makes a new list.

    Changes of one act (the same person, the same moment) are one version, so that a sheet of a
    thousand rows makes one and not a thousand. The members are written anew for each row: fine to
    some 5,000 rows, which is what a sheet holds.
    Raises TamghaError with what a member of this kind looks like.
    """
    if add:
        risk.NamedList(name=name, kind=cast("queries.ListKind", kind), values=tuple(add), version=1)
    found, made = TradeList.objects.select_for_update().get_or_create(
        administration=administration,
        name=name,
        defaults={"kind": kind, "made_by": by, "made_at": at},
    )
    if found.kind != kind:
        raise TamghaError(other_kind(found))
    newest = None if made else found.versions.order_by("-number").first()
    gone = set(remove)
    before = [] if newest is None else newest.members
    members = list(dict.fromkeys([*(one for one in before if one not in gone), *add]))
    if newest is not None and newest.saved_at == at and newest.saved_by_id == by.pk:
        newest.members = members
        newest.save(update_fields=["members"])
        return newest
    found.latest += 1
    found.save(update_fields=["latest"])
    version = found.versions.create(number=found.latest, members=members, saved_by=by, saved_at=at)
    events.announce("list.saved", on=version, by=by, at=at)
    return version


def other_kind(found: TradeList) -> Words:
    """Return what is said when a list of this name holds something else."""
    return Words(
        "The list {name} holds {kind}. Give this one another name.",
        "Список {name} уже содержит другое: {kind}. Выберите другое имя.",
    ).format(name=found.name, kind=kind_words(ListKind(found.kind)))


def kind_words(kind: ListKind) -> Words:
    """Return what the members of a list are, in both languages."""
    with translation.override("en"):
        english = str(kind.label)
    with translation.override("ru"):
        return Words(english, str(kind.label))
