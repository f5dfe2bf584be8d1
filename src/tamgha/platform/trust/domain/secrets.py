"""What a node's secret does: hides bytes, and marks them as written by the node."""

import hashlib
import hmac
import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

MARK_BYTES = 16
_NONCE_BYTES = 12


class Secret:
    """32 random bytes of a node; each use has a key of its own, derived by HMAC-SHA256.

    Parameters
    ----------
    number : int, 1 and up
        Which of the node's secrets it is; hidden bytes carry it, so that old ones stay readable.
    value : bytes, 32 of them
    """

    def __init__(self, number: int, value: bytes) -> None:
        if len(value) != 32:
            raise ValueError(f"a secret has 32 bytes, {len(value)} came")
        self.number = number
        self._value = value
        self._hiding = AESGCM(self._derived(b"hide"))
        self._marking = self._derived(b"mark")

    @property
    def digest(self) -> str:
        """How the secret is recognised without being known: 32 hexadecimal digits."""
        return self._derived(b"name").hex()[:32]

    def hide(self, content: bytes, *, context: str) -> bytes:
        """Return the content encrypted (AES-256-GCM), to be opened with the same context alone."""
        nonce = os.urandom(_NONCE_BYTES)
        return nonce + self._hiding.encrypt(nonce, content, context.encode())

    def reveal(self, hidden: bytes, *, context: str) -> bytes | None:
        """Return what `hide` hid; None when it was changed, or hidden otherwise."""
        try:
            return self._hiding.decrypt(
                hidden[:_NONCE_BYTES], hidden[_NONCE_BYTES:], context.encode()
            )
        except (InvalidTag, ValueError):
            return None

    def mark(self, content: bytes) -> bytes:
        """Return 16 bytes that only the holder of the secret can make (HMAC-SHA256, cut)."""
        return hmac.digest(self._marking, content, "sha256")[:MARK_BYTES]

    def _derived(self, use: bytes) -> bytes:
        return hmac.digest(self._value, b"tamgha " + use, hashlib.sha256)
