"""A file sealed with a passphrase: written in one go, read at any place, no change unnoticed.

The bytes are cut into pieces of a megabyte, each sealed with AES-256-GCM under a nonce that holds
its number and whether it is the last; so pieces cannot be swapped, left out or cut off. (The
construction is STREAM: Hoang, Reyhanitabar, Rogaway, Vizár, "Online Authenticated-Encryption and
its Nonce-Reuse Misuse-Resistance", CRYPTO 2015.) The key comes from the passphrase by scrypt
(RFC 7914).
"""

import hashlib
import hmac
import io
import os
import struct
from typing import BinaryIO, Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from tamgha.shared.errors import TamghaError
from tamgha.shared.words import Words

MAGIC: Final = b"tamgha-sealed-1\n"
PIECE: Final = 1024 * 1024
TAG: Final = 16
COST: Final = 16
"""Of scrypt, as a power of two: 64 MB of memory and about a fifth of a second for each guess."""

MOST_COST: Final = 20
_HEAD = struct.Struct("<16sB16s7s16s")
HEAD_SIZE: Final = _HEAD.size


class SealError(TamghaError):
    """A sealed file does not open."""


WRONG_PASSPHRASE = Words(
    "The passphrase does not fit this file.", "Парольная фраза к этому файлу не подходит."
)
CHANGED = Words(
    "The sealed file is torn or was changed after it was made.",
    "Запечатанный файл повреждён, обрезан или изменён после создания.",
)


def is_sealed(stream: BinaryIO) -> bool:
    """Return whether the file was sealed; the stream is left at its beginning."""
    stream.seek(0)
    found = stream.read(len(MAGIC)) == MAGIC
    stream.seek(0)
    return found


def _keys(passphrase: str, salt: bytes, cost: int) -> tuple[bytes, bytes]:
    """Return the key of the pieces, and the key that proves the passphrase."""
    made = Scrypt(salt=salt, length=64, n=2**cost, r=8, p=1).derive(passphrase.encode())
    return made[:32], made[32:]


def _proof(key: bytes, head: bytes) -> bytes:
    return hmac.digest(key, head, hashlib.sha256)[:16]


def _nonce(prefix: bytes, number: int, *, is_last: bool) -> bytes:
    return prefix + struct.pack("<IB", number, is_last)


class SealingWriter(io.RawIOBase):
    """Seals what is written to it into a stream; `close` writes the last piece.

    Parameters
    ----------
    stream : open for writing, at its beginning; stays open
    passphrase : at least one character
    """

    def __init__(self, stream: BinaryIO, passphrase: str) -> None:
        salt, self._prefix = os.urandom(16), os.urandom(7)
        key, proof_key = _keys(passphrase, salt, COST)
        head = _HEAD.pack(MAGIC, COST, salt, self._prefix, bytes(16))
        self._head = head[:-16] + _proof(proof_key, head[:-16])
        self._cipher, self._stream = AESGCM(key), stream
        self._held, self._number = bytearray(), 0
        stream.write(self._head)

    def writable(self) -> bool:
        return True

    def write(self, data: "io.ReadableBuffer") -> int:  # type: ignore[name-defined]  # only in stubs
        """Take bytes; whole pieces go out at once."""
        size = len(memoryview(data).cast("B"))
        self._held += memoryview(data).cast("B")
        while len(self._held) > PIECE:
            self._seal(bytes(self._held[:PIECE]), is_last=False)
            del self._held[:PIECE]
        return size

    def close(self) -> None:
        """Write the last piece."""
        try:
            if not self.closed:
                self._seal(bytes(self._held), is_last=True)
        finally:
            super().close()

    def _seal(self, piece: bytes, *, is_last: bool) -> None:
        nonce = _nonce(self._prefix, self._number, is_last=is_last)
        self._stream.write(self._cipher.encrypt(nonce, piece, self._head))
        self._number += 1


class SealedReader(io.RawIOBase):
    """Reads a sealed stream at any place.

    Raises SealError when the passphrase does not fit, and while reading when a piece was changed.
    """

    def __init__(self, stream: BinaryIO, passphrase: str) -> None:
        stream.seek(0)
        self._head = stream.read(HEAD_SIZE)
        if len(self._head) != HEAD_SIZE:
            raise SealError(CHANGED)
        magic, cost, salt, self._prefix, proof = _HEAD.unpack(self._head)
        if magic != MAGIC or cost > MOST_COST:
            raise SealError(CHANGED)
        key, proof_key = _keys(passphrase, salt, cost)
        if not hmac.compare_digest(proof, _proof(proof_key, self._head[:-16])):
            raise SealError(WRONG_PASSPHRASE)
        self._cipher, self._stream = AESGCM(key), stream
        whole = stream.seek(0, io.SEEK_END) - HEAD_SIZE
        self._pieces = max(1, -(-whole // (PIECE + TAG)))
        self._size = whole - self._pieces * TAG
        self._at, self._known = 0, (-1, b"")
        if self._size < 0:
            raise SealError(CHANGED)
        self._piece(self._pieces - 1)  # a file that was cut off says so at once

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._at

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """Go to a place of the unsealed bytes."""
        start = {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self._size}[whence]
        self._at = max(0, start + offset)
        return self._at

    def readinto(self, buffer: "io.WriteableBuffer") -> int:  # type: ignore[name-defined]  # only in stubs
        """Read on, at most to the end of a piece."""
        target = memoryview(buffer).cast("B")
        if self._at >= self._size or not target:
            return 0
        number, within = divmod(self._at, PIECE)
        found = self._piece(number)[within : within + len(target)]
        target[: len(found)] = found
        self._at += len(found)
        return len(found)

    def _piece(self, number: int) -> bytes:
        if self._known[0] != number:
            self._stream.seek(HEAD_SIZE + number * (PIECE + TAG))
            sealed = self._stream.read(PIECE + TAG)
            nonce = _nonce(self._prefix, number, is_last=number == self._pieces - 1)
            try:
                self._known = number, self._cipher.decrypt(nonce, sealed, self._head)
            except InvalidTag:
                raise SealError(CHANGED) from None
        return self._known[1]
