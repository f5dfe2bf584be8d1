"""Where control meets what lies outside its own tables: profiles in force, keys on the disk."""

import os
import secrets
from contextlib import suppress
from datetime import datetime
from pathlib import Path

from django.conf import settings

from tamgha.platform.accounts.models import Administration
from tamgha.practice.control.gateways.banded import LiveVersion
from tamgha.practice.targeting.queries import passports

KEY_BYTES = 32


def live_versions(administration: Administration, at: datetime) -> list[LiveVersion]:
    """Return the versions of profiles that look at declarations at a moment, by code."""
    return [
        LiveVersion(
            engine=one.engine,
            number=one.number,
            shadow=one.shadow,
            start=one.start,
            rollout=one.rollout,
            until=one.urgent_until,
        )
        for one in passports.live_versions(administration, at)
    ]


# ---- keys of the draws --------------------------------------------------------------------------


def key_path(administration: Administration, epoch: str) -> Path:
    """Return the file in which the key of a quarter lies; readable by the node alone."""
    return Path(settings.TAMGHA_HOME) / "keys" / "draws" / f"{administration.code}-{epoch}.key"


def make_key(administration: Administration, epoch: str) -> bytes:
    """Return the key of a quarter; made by the system's generator if there is none.

    Two processes that come at once agree: the file that was linked first stays.
    """
    path = key_path(administration, epoch)
    if not path.is_file():
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        unfinished = path.with_name(f"{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
        handle = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "wb") as file:
            file.write(secrets.token_bytes(KEY_BYTES))
            file.flush()
            os.fsync(file.fileno())
        with suppress(FileExistsError):
            path.hardlink_to(unfinished)
        unfinished.unlink()
        folder = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
    return path.read_bytes()


def read_key(administration: Administration, epoch: str) -> bytes | None:
    """Return the key of a quarter, None where it is not on this node."""
    path = key_path(administration, epoch)
    return path.read_bytes() if path.is_file() else None
