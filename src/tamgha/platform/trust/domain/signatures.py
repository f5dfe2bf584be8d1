"""Ed25519 signatures (RFC 8032) over a kind and a content."""

import hashlib
from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

_HEAD = b"tamgha seal 1"


@dataclass(frozen=True, slots=True)
class Signature:
    """What a seal leaves behind.

    Parameters
    ----------
    key : str
        Fingerprint of the key that signed, 32 hexadecimal digits.
    value : bytes
        The 64 bytes of the signature.
    """

    key: str
    value: bytes


def new_private_key() -> bytes:
    """Return a new private key as PEM text (PKCS 8, not encrypted)."""
    return Ed25519PrivateKey.generate().private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )


def private_key_of(pem: bytes) -> Ed25519PrivateKey:
    """Return the private key that the PEM text holds. Raises ValueError for anything else."""
    key = serialization.load_pem_private_key(pem, password=None)
    if not isinstance(key, Ed25519PrivateKey):
        raise ValueError(f"an Ed25519 key was expected, {type(key).__name__} came")  # noqa: TRY004 -- of the text, not of an argument
    return key


def public_bytes(key: Ed25519PrivateKey) -> bytes:
    """Return the 32 bytes of the public key."""
    return key.public_key().public_bytes_raw()


def fingerprint(public: bytes) -> str:
    """Return how a public key is called: the first 16 bytes of its SHA-256, in hexadecimal."""
    return hashlib.sha256(public).hexdigest()[:32]


def sign(key: Ed25519PrivateKey, kind: str, content: bytes) -> bytes:
    """Return the signature (64 bytes). A signature for one kind says nothing for another."""
    return key.sign(_message(kind, content))


def fits(public: bytes, kind: str, content: bytes, signature: bytes) -> bool:
    """Return whether the holder of the public key signed this content as this kind."""
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, _message(kind, content))
    except (InvalidSignature, ValueError):
        return False
    return True


def _message(kind: str, content: bytes) -> bytes:
    if "\0" in kind:
        raise ValueError("the name of a kind holds no NUL")
    return b"\0".join((_HEAD, kind.encode(), content))
