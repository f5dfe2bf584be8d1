"""Proofs: that one entry stands under a signed head, to be checked by anybody, without the rest."""

from collections.abc import Mapping
from typing import Any

from tamgha.platform.journal import gateways
from tamgha.platform.journal.domain import (
    HEAD_KIND,
    SignedHead,
    audit_path,
    leaf_hash,
    leaf_of,
    root_of_path,
)
from tamgha.platform.journal.models import Place
from tamgha.platform.journal.queries import last_head
from tamgha.platform.trust import services as trust
from tamgha.shared.errors import TamghaError
from tamgha.shared.words import Words

KIND = "tamgha journal proof 1"


class NotSealedError(TamghaError):
    """The entry stands in the tail: nothing is signed over it yet."""

    def __init__(self, number: int) -> None:
        super().__init__(
            Words(
                f"Entry {number} is not sealed yet, or there is none of that number. Seal first: "
                "tamgha journal seal.",
                f"Запись {number} ещё не опечатана, или записи с таким номером нет. Сначала "
                "опечатайте журнал: tamgha journal seal.",
            )
        )


class WrongProofError(TamghaError):
    """A proof that does not prove."""


def proof_of(number: int) -> dict[str, Any]:
    """Return the proof that the entry stands under the newest head, as a JSON document.

    It holds the whole text of this entry (what is personal stays encrypted) and of no other.
    Raises NotSealedError.
    """
    place, head = Place.objects.filter(entry_number=number).first(), last_head()
    row = gateways.row_of(number)
    if place is None or head is None or row is None:
        raise NotSealedError(number)
    path = audit_path(place.position, head.size, gateways.stored_hashes())
    return {
        "kind": KIND,
        "entry": number,
        "mark": row.mark.hex(),
        "content": row.content,
        "position": place.position,
        "path": [one.hex() for one in path],
        "head": head_document(head.signed),
    }


def check_proof(document: Mapping[str, Any]) -> int:
    """Check a proof with nothing but the node's public keys; return the number of the entry.

    Raises WrongProofError, saying what does not fit.
    """
    try:
        number, position = int(document["entry"]), int(document["position"])
        head = head_of_document(document["head"])
        leaf = leaf_of(number, bytes.fromhex(document["mark"]), str(document["content"]))
        path = [bytes.fromhex(one) for one in document["path"]]
    except (KeyError, TypeError, ValueError) as error:
        raise WrongProofError(
            Words(
                f"A proof of the journal was expected; {error!r} came. Take the file as "
                "“tamgha journal proof” wrote it.",
                f"Ожидалось доказательство записи журнала, получено {error!r}. Возьмите файл таким, "
                "каким его записала команда tamgha journal proof.",
            )
        ) from error
    if root_of_path(leaf_hash(leaf), position, head.size, path) != head.root:
        raise WrongProofError(
            Words(
                f"The path does not lead from entry {number} to the head: the entry or the path was "
                "changed.",
                f"Путь не ведёт от записи {number} к печати: изменена запись или путь.",
            )
        )
    try:
        trust.verify(HEAD_KIND, head.statement, trust.Signature(head.key, head.signature))
    except trust.BrokenSealError as broken:
        raise WrongProofError(broken.words) from broken
    return number


def head_document(head: SignedHead) -> dict[str, Any]:
    """Return a signed head as a JSON document, to be kept elsewhere."""
    return {
        "number": head.number,
        "size": head.size,
        "root": head.root.hex(),
        "previous": head.previous.hex(),
        "at": head.at,
        "key": head.key,
        "signature": head.signature.hex(),
    }


def head_of_document(document: Mapping[str, Any]) -> SignedHead:
    """Return the head of a JSON document. Raises KeyError, TypeError or ValueError for none."""
    return SignedHead(
        number=int(document["number"]),
        size=int(document["size"]),
        root=bytes.fromhex(document["root"]),
        previous=bytes.fromhex(document["previous"]),
        at=str(document["at"]),
        key=str(document["key"]),
        signature=bytes.fromhex(document["signature"]),
    )
