"""Writing an entry: one INSERT, in the transaction of the change."""

import base64
import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from django.db import transaction
from django.db.models import Model

from tamgha.platform.accounts.models import Administration, User
from tamgha.platform.journal.domain import Columns, canonical_json, content_of
from tamgha.platform.journal.gateways import moment_text
from tamgha.platform.journal.models import Entry
from tamgha.platform.journal.queries import Ref, box_context, ref_of
from tamgha.platform.journal.services.people import key_for
from tamgha.platform.statements import Insert
from tamgha.platform.trust import services as trust

_write: Final = Insert(Entry)
_gathered: ContextVar[list[Entry] | None] = ContextVar("gathered", default=None)


@dataclass(frozen=True, slots=True)
class Personal:
    """What is said of one person. It is encrypted with that person's key, and goes with it.

    Parameters
    ----------
    of : the person, or the person's key
    values : name and value; values that JSON can hold
    """

    of: User | int
    values: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What an act changed.

    Parameters
    ----------
    before, after : names and values, only of what changed; never personal values
    reason : as the person gave it
    personal : what must be hidden, person by person
    """

    before: Mapping[str, Any] = field(default_factory=dict)
    after: Mapping[str, Any] = field(default_factory=dict)
    reason: str = ""
    personal: Sequence[Personal] = ()


NOTHING = Change()


def record(
    act: str,
    *,
    by: User | int | None,
    at: datetime,
    on: Model | Ref | None = None,
    administration: Administration | int | None = None,
    for_whom: User | int | None = None,
    change: Change = NOTHING,
) -> Entry:
    """Write an act into the journal, in the transaction of the change.

    One INSERT; with personal values one read of their key besides. No other writer waits for it.

    Parameters
    ----------
    act : "area.object.done", as registered by `register_acts`
    by : who did it; None for the clock, the command line or a stranger
    at : when, the same moment as in the changed rows
    on : the object; its ``str()`` is kept as its name, so that name must not be personal
        (people are named by their keys alone); else give a `Ref`
    administration : whose readers see it; by default that of the object, else of the person
    for_whom : the person it was done to, or on whose behalf
    change : before, after, reason, personal values

    Raises
    ------
    RuntimeError
        Outside a transaction: an act and its entry stand or fall together.
    """
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError(f"{act} was written into the journal outside a transaction")
    ref = _clean(ref_of(on)) if on is not None else Ref("", "")
    nonce = os.urandom(16)
    row = Columns(
        at=moment_text(at),
        act=act,
        administration=_place(administration, on, by),
        by=_key(by),
        for_whom=_key(for_whom),
        object_kind=ref.kind,
        object_key=ref.key,
        object_name=ref.name,
        nonce=nonce,
        body=_body(change, nonce, at),
    )
    entry = Entry(
        at=at,
        act=act,
        administration_id=row.administration,
        by_id=row.by,
        for_whom_id=row.for_whom,
        object_kind=row.object_kind,
        object_key=row.object_key,
        object_name=row.object_name,
        nonce=nonce,
        mark=trust.mark(content_of(row).encode()),
        body=row.body,
    )
    waiting = _gathered.get()
    if waiting is None:
        _write([entry])
    else:
        waiting.append(entry)
    return entry


@contextmanager
def gathered() -> Iterator[None]:
    """Write all entries that are recorded inside at its end, with few statements.

    It ends inside the transaction of the changes. The entries have no number before it.
    """
    if _gathered.get() is not None:
        yield
        return
    entries: list[Entry] = []
    token = _gathered.set(entries)
    try:
        yield
    finally:
        _gathered.reset(token)
    _write(entries)


def _body(change: Change, nonce: bytes, at: datetime) -> str:
    told: dict[str, Any] = {}
    if change.before:
        told["before"] = change.before
    if change.after:
        told["after"] = change.after
    if change.reason:
        told["reason"] = change.reason
    if change.personal:
        told["personal"] = {
            str(_key(one.of)): _boxed(one, nonce, at) for one in change.personal if one.values
        }
    return canonical_json(told)


def _boxed(one: Personal, nonce: bytes, at: datetime) -> str:
    key = key_for(int(_key(one.of) or 0), at)
    if key is None:  # the person was erased: nothing is kept
        return ""
    content = canonical_json(one.values).encode()
    return base64.b64encode(key.hide(content, context=box_context(nonce))).decode()


def _clean(ref: Ref) -> Ref:
    key, name = (text.replace("\0", "") for text in (ref.key, ref.name))
    return Ref(ref.kind, key[:64], name[:200])


def _key(one: Model | int | None) -> int | None:
    return one if one is None or isinstance(one, int) else int(one.pk)


def _place(
    given: Administration | int | None, on: Model | Ref | None, by: User | int | None
) -> int | None:
    if given is not None:
        return _key(given)
    for thing in (on, by):
        found = getattr(thing, "administration_id", None)
        if found is not None:
            return int(found)
    return None
