"""Signatures and secrets on plain bytes; no database, no files."""

from tamgha.platform.trust.domain.secrets import MARK_BYTES, Secret
from tamgha.platform.trust.domain.signatures import (
    Signature,
    fingerprint,
    fits,
    new_private_key,
    private_key_of,
    public_bytes,
    sign,
)

__all__ = [
    "MARK_BYTES",
    "Secret",
    "Signature",
    "fingerprint",
    "fits",
    "new_private_key",
    "private_key_of",
    "public_bytes",
    "sign",
]
