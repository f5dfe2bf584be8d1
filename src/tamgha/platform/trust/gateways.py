"""Key files: one folder in the node's home, readable by its owner alone.

``keys/seal/FINGERPRINT.pem`` is the private key that signs, ``.pub`` a public key that is trusted
because this node made it; ``keys/node/NUMBER.key`` a secret. Files appear whole or not at all.
"""

import contextlib
import os
import secrets
from functools import lru_cache
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.conf import settings

from tamgha.platform.trust.domain import Secret, fingerprint, private_key_of


def new_private_file(pem: bytes) -> str:
    """Keep a new private key and its public part; return the fingerprint."""
    public = private_key_of(pem).public_key().public_bytes_raw()
    name = fingerprint(public)
    _keep(_seal_folder() / f"{name}.pem", pem)
    _keep(_seal_folder() / f"{name}.pub", public)
    return name


def private_key(name: str) -> Ed25519PrivateKey | None:
    """Return the private key of this fingerprint; None when its file is not there."""
    try:
        return private_key_of((_seal_folder() / f"{name}.pem").read_bytes())
    except FileNotFoundError:
        return None


def forget_private(name: str) -> None:
    """Remove a private key: nothing can be signed with it any more."""
    (_seal_folder() / f"{name}.pem").unlink(missing_ok=True)


def forget_key(name: str) -> None:
    """Remove both parts of a key that never signed anything."""
    forget_private(name)
    (_seal_folder() / f"{name}.pub").unlink(missing_ok=True)


def trusted_public(name: str) -> bytes | None:
    """Return a public key that this node made; None for a stranger's.

    The database is not asked: whoever can write there must not be able to bring a key of his own.
    """
    if len(name) != 32 or not name.isalnum():
        return None
    try:
        public = (_seal_folder() / f"{name}.pub").read_bytes()
    except FileNotFoundError:
        return None
    return public if fingerprint(public) == name else None


def secrets_at_hand() -> tuple[Secret, ...]:
    """Return the secrets that are there, the newest first.

    The folder is read again when something in it was made or removed.
    """
    folder = f"{settings.TAMGHA_HOME}/keys/node"
    try:
        changed = os.stat(folder).st_mtime_ns  # noqa: PTH116 -- asked for every entry of the journal
    except FileNotFoundError:
        return ()
    return _secrets_in(folder, changed)


@lru_cache(maxsize=8)
def _secrets_in(folder: str, _changed: int) -> tuple[Secret, ...]:
    paths = [path for path in Path(folder).glob("*.key") if path.stem.isdigit()]
    paths.sort(key=lambda path: int(path.stem), reverse=True)
    return tuple(_read_secret(path, int(path.stem)) for path in paths)


def secret(number: int) -> Secret | None:
    """Return the secret of this number; None when its file is not there."""
    try:
        return _read_secret(_node_folder() / f"{number}.key", number)
    except FileNotFoundError:
        return None


def new_secret(number: int) -> Secret:
    """Make the secret of this number; when another process was faster, return that one."""
    path = _node_folder() / f"{number}.key"
    with contextlib.suppress(FileExistsError):
        _keep(path, secrets.token_bytes(32))
    return _read_secret(path, number)


@lru_cache(maxsize=64)
def _read_secret(path: Path, number: int) -> Secret:
    return Secret(number, path.read_bytes())


def _keep(path: Path, content: bytes) -> None:
    """Write a file for its owner's eyes, flushed to the disk, under its name only when whole.

    Raises FileExistsError when the name is taken: a key is never overwritten.
    """
    for folder in (path.parent.parent, path.parent):
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    part = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.link(part, path)
    finally:
        part.unlink()
    folder_handle = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder_handle)
    finally:
        os.close(folder_handle)


def _seal_folder() -> Path:
    return Path(settings.TAMGHA_HOME) / "keys" / "seal"


def _node_folder() -> Path:
    return Path(settings.TAMGHA_HOME) / "keys" / "node"
