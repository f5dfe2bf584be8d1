"""The one door to the node's keys: seal and verify, hide and reveal, mark, and the change of keys.

The first key and the first secret are made when they are first needed.
"""

import hashlib
import hmac
from collections.abc import Callable
from datetime import datetime
from typing import Final

from django.db import IntegrityError, transaction
from django.utils import timezone

from tamgha.platform.trust import gateways
from tamgha.platform.trust.domain import Secret, Signature, fits, new_private_key, sign
from tamgha.platform.trust.events import KeyChanged, announced
from tamgha.platform.trust.models import NodeKey, NodeSecret, Sealing
from tamgha.shared.errors import TamghaError
from tamgha.shared.words import Words

__all__ = [
    "BrokenSealError",
    "MissingKeyError",
    "Signature",
    "change_keys",
    "hide",
    "mark",
    "mark_check",
    "reveal",
    "seal",
    "verify",
]

INTRODUCTION: Final = "trust.key"


class MissingKeyError(TamghaError):
    """The database knows a key whose file is not in the node's home."""

    def __init__(self, name: str) -> None:
        super().__init__(
            Words(
                f"The key {name} is known to this node, but its file is not in the folder “keys” of "
                "the home folder. Put the folder back from the backup that belongs to this database.",
                f"Ключ {name} известен этому узлу, но его файла нет в папке keys домашней папки. "
                "Верните эту папку из резервной копии, сделанной вместе с базой данных.",
            )
        )


class BrokenSealError(TamghaError):
    """A signature that does not fit what it stands under."""


@transaction.atomic
def seal(kind: str, content: bytes, *, about: str, at: datetime) -> Signature:
    """Sign the content with the node's key, and note that it was signed.

    Parameters
    ----------
    kind : what it is, "journal.head"; a signature for one kind is none for another
    content : the bytes that are signed
    about : what it is called in the list of what the key sealed; no personal values
    at : now

    Raises
    ------
    MissingKeyError
        When the file of the key in use is gone.
    """
    key = _signing_key(at)
    private = gateways.private_key(key.fingerprint)
    if private is None:
        raise MissingKeyError(key.fingerprint)
    Sealing.objects.create(
        key=key, kind=kind, about=about[:200], digest=hashlib.sha256(content).digest(), at=at
    )
    return Signature(key.fingerprint, sign(private, kind, content))


def verify(kind: str, content: bytes, signature: Signature) -> None:
    """Check that this node signed the content as this kind, with the key in use or a retired one.

    Raises BrokenSealError. A key counts only when its public file lies in the node's home: one that
    stands in the database alone is a stranger's.
    """
    public = gateways.trusted_public(signature.key)
    if public is None:
        raise BrokenSealError(
            Words(
                f"Signed with the key {signature.key[:32]}, which is none of this node's: its file is "
                "not in the folder “keys/seal” of the home folder.",
                f"Подписано ключом {signature.key[:32]}, который не принадлежит этому узлу: его файла "
                "нет в папке keys/seal домашней папки.",
            )
        )
    if not fits(public, kind, content, signature.value):
        raise BrokenSealError(
            Words(
                "The signature does not fit: the content was changed after it was sealed.",
                "Подпись не подходит: содержимое изменено после подписания.",
            )
        )


@transaction.atomic
def change_keys(*, at: datetime) -> NodeKey:
    """Sign with a new key, and hide with a new secret, from now on; return the new key.

    The old key introduces the new one by a signature, and its private file is removed after the
    commit: it verifies for ever and signs no more. Old secrets stay, for what they hid.
    """
    old = _signing_key(at)
    private = gateways.private_key(old.fingerprint)
    if private is None:
        raise MissingKeyError(old.fingerprint)
    new = _new_key(at, follows=old)
    NodeKey.objects.filter(pk=old.pk).update(retired_at=at, signs=False)
    new.introduction = sign(private, INTRODUCTION, bytes(new.public))
    new.save()
    _make_secret(max((one.number for one in gateways.secrets_at_hand()), default=0) + 1, at)
    announced.send(sender=NodeKey, event=KeyChanged(at, new.fingerprint, old.fingerprint))
    transaction.on_commit(lambda: gateways.forget_private(old.fingerprint))
    return new


def hide(content: bytes, *, context: str) -> bytes:
    """Return the content encrypted with the node's newest secret.

    Parameters
    ----------
    context : where the bytes belong ("person 12"); with another they cannot be opened.
    """
    secret = _newest_secret()
    return secret.number.to_bytes(4, "big") + secret.hide(content, context=context)


def reveal(hidden: bytes, *, context: str) -> bytes | None:
    """Return what `hide` hid; None when it was changed, or belongs elsewhere.

    Raises MissingKeyError when the file of the secret is gone.
    """
    number = int.from_bytes(hidden[:4], "big")
    secret = gateways.secret(number)
    if secret is None:
        raise MissingKeyError(f"node/{number}.key")
    return secret.reveal(hidden[4:], context=context)


def mark(content: bytes) -> bytes:
    """Return 16 bytes by which the node recognises what it wrote itself."""
    return _newest_secret().mark(content)


def mark_check() -> Callable[[bytes, bytes], bool]:
    """Return a function (content, mark) that says whether this node marked the content.

    It knows the secrets of now, so that a million marks are checked without a look at the files.
    """
    secrets = gateways.secrets_at_hand()

    def check(content: bytes, mark: bytes) -> bool:
        return any(hmac.compare_digest(secret.mark(content), mark) for secret in secrets)

    return check


def _newest_secret() -> Secret:
    for secret in gateways.secrets_at_hand():
        return secret
    known = NodeSecret.objects.order_by("-number").first()
    if known is not None:
        raise MissingKeyError(f"node/{known.number}.key")
    return _make_secret(1, timezone.now())


def _make_secret(number: int, at: datetime) -> Secret:
    secret = gateways.new_secret(number)
    NodeSecret.objects.get_or_create(
        number=number, defaults={"digest": secret.digest, "made_at": at}
    )
    return secret


def _signing_key(at: datetime) -> NodeKey:
    found = NodeKey.objects.filter(signs=True).first()
    if found is not None:
        return found
    key = _new_key(at, follows=None)
    try:
        with transaction.atomic():
            key.save()
    except IntegrityError:  # another process made the first key in the meantime
        gateways.forget_key(key.fingerprint)
        return NodeKey.objects.get(signs=True)
    return key


def _new_key(at: datetime, *, follows: NodeKey | None) -> NodeKey:
    name = gateways.new_private_file(new_private_key())
    public = gateways.trusted_public(name)
    return NodeKey(fingerprint=name, public=public, made_at=at, introduced_by=follows)
