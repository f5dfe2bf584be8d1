"""Keys of programs: made and revoked by a coordinator; of a key only its hash is kept."""

import hashlib
import secrets
import time
from datetime import datetime
from typing import Final

from django.db import transaction

from tamgha.platform.accounts.models import Administration, User
from tamgha.practice.control import events
from tamgha.practice.control.models import ApiSystem
from tamgha.practice.control.permissions import system_place
from tamgha.practice.control.services.errors import ControlError
from tamgha.shared.words import Words

PREFIX = "tamgha"
HEAD = 8
FRESH_SECONDS: Final = 1.0
_known: Final[dict[str, tuple[ApiSystem, float]]] = {}
"""Hash of a key -> its program, and when it was looked at."""


@transaction.atomic
def enter_system(
    *,
    name: str,
    may_decide: bool,
    may_hand_in: bool,
    per_minute: int,
    by: User,
    at: datetime,
) -> tuple[ApiSystem, str]:
    """Enter a program and return it with its key, which is shown once and kept nowhere.

    Raises ControlError when the person may not, or a program in use has the name.
    """
    administration = _place(by)
    if ApiSystem.objects.filter(administration=administration, name=name, revoked_at=None).exists():
        raise ControlError(
            Words(
                f"A program named {name} is in use. Revoke its key first, or take another name.",
                f"Программа {name} уже подключена. Сначала отзовите её ключ или возьмите другое имя.",
            )
        )
    head, rest = secrets.token_hex(HEAD // 2), secrets.token_urlsafe(32)
    secret = f"{PREFIX}_{head}_{rest}"
    system = ApiSystem.objects.create(
        administration=administration,
        name=name,
        head=head,
        key_hash=hash_of(secret),
        may_decide=may_decide,
        may_hand_in=may_hand_in,
        per_minute=per_minute,
        made_by=by,
        made_at=at,
    )
    events.announce("control.system.entered", on=system, by=by, at=at, name=name)
    return system, secret


@transaction.atomic
def revoke_system(*, system: ApiSystem, by: User, at: datetime) -> ApiSystem:
    """Let a key open nothing from now on. Revoked twice counts once."""
    locked = ApiSystem.objects.select_for_update().get(pk=system.pk)
    if locked.administration_id != _place(by).pk:
        raise ControlError(_NOT_YOURS)
    if locked.revoked_at is None:
        locked.revoked_at, locked.revoked_by = at, by
        locked.save(update_fields=["revoked_at", "revoked_by"])
        forget_systems()
        events.announce("control.system.revoked", on=locked, by=by, at=at, name=locked.name)
    return locked


def hash_of(secret: str) -> str:
    """Return what is kept of a key. It has 256 random bits: a plain hash is enough."""
    return hashlib.sha256(secret.encode()).hexdigest()


def system_of(secret: str) -> ApiSystem | None:
    """Return the program that a key belongs to, unless it was revoked.

    Kept for a second: a key that is revoked opens nothing after it.
    """
    hashed, now = hash_of(secret), time.monotonic()
    known = _known.get(hashed)
    if known is not None and now - known[1] < FRESH_SECONDS:
        return known[0]
    found = (
        ApiSystem.objects.select_related("administration")
        .filter(key_hash=hashed, revoked_at=None)
        .first()
    )
    if found is not None:
        _known[hashed] = found, now
    else:
        _known.pop(hashed, None)
    return found


def forget_systems() -> None:
    """Ask the database for every key again."""
    _known.clear()


_NOT_YOURS = Words(
    "Only a coordinator of the administration gives keys to programs.",
    "Ключи программам выдаёт только координатор администрации.",
)


def _place(by: User) -> Administration:
    found = system_place(by)
    if found is None:
        raise ControlError(_NOT_YOURS)
    return found
