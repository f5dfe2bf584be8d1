"""What is signed when entries are sealed: a head over all entries so far, and the head before it."""

from dataclasses import dataclass
from hashlib import sha256

HEAD_KIND = "journal.head"


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedHead:
    """A signed head of the tree.

    Parameters
    ----------
    number : int, 1 and up
    size : int
        Entries under it.
    root : bytes
        32 bytes, RFC 6962.
    previous : bytes
        Digest of the head before, with its signature; empty for the first.
    at : str
        When it was signed, UTC, ISO 8601.
    key : str
        Fingerprint of the key that signed.
    signature : bytes
        64 bytes.
    """

    number: int
    size: int
    root: bytes
    previous: bytes
    at: str
    key: str = ""
    signature: bytes = b""

    @property
    def statement(self) -> bytes:
        """The bytes that are signed."""
        lines = ("tamgha journal head", self.number, self.size, self.root.hex())
        return "\n".join(map(str, (*lines, self.previous.hex(), self.at))).encode()

    @property
    def digest(self) -> bytes:
        """What the next head says of this one."""
        return sha256(self.statement + b"\n" + self.key.encode() + b"\n" + self.signature).digest()
