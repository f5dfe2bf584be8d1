"""The acts on the journal: writing an entry, sealing, checking, proving, erasing a person.

An area writes ``from tamgha.platform.journal import services as journal`` and, inside the
transaction of its change::

    journal.record(
        "register.risk.approved",
        by=user, at=at, on=risk, administration=risk.administration,
        change=journal.Change(before={"state": "submitted"}, after={"state": "approved"}),
    )

or, when it announces its acts by a signal, once in its ``apps.ready``: ``journal.follow(acted, …)``.
"""

from tamgha.platform.journal.domain import register_acts, register_area, register_names
from tamgha.platform.journal.gateways import register_guarded
from tamgha.platform.journal.queries import Ref
from tamgha.platform.journal.services.checking import check
from tamgha.platform.journal.services.erasing import erase_person
from tamgha.platform.journal.services.following import follow
from tamgha.platform.journal.services.proving import (
    NotSealedError,
    WrongProofError,
    check_proof,
    head_document,
    head_of_document,
    proof_of,
)
from tamgha.platform.journal.services.recording import Change, Personal, gathered, record
from tamgha.platform.journal.services.sealing import seal, seal_all

__all__ = [
    "Change",
    "NotSealedError",
    "Personal",
    "Ref",
    "WrongProofError",
    "check",
    "check_proof",
    "erase_person",
    "follow",
    "gathered",
    "head_document",
    "head_of_document",
    "proof_of",
    "record",
    "register_acts",
    "register_area",
    "register_guarded",
    "register_names",
    "seal",
    "seal_all",
]
