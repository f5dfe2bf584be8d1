"""The journal's arithmetic: what is hashed, the tree over it, proofs, reports; no database."""

from tamgha.platform.journal.domain.acts import (
    Area,
    areas,
    label_of,
    labels,
    name_of,
    register_acts,
    register_area,
    register_names,
)
from tamgha.platform.journal.domain.content import Columns, canonical_json, content_of, leaf_of
from tamgha.platform.journal.domain.guards import Guard
from tamgha.platform.journal.domain.heads import HEAD_KIND, SignedHead
from tamgha.platform.journal.domain.reports import Fault, Report, Tail
from tamgha.platform.journal.domain.tree import (
    KEPT_EVERY,
    Frontier,
    HashOf,
    Node,
    audit_path,
    frontier_of,
    leaf_hash,
    node_hash,
    root_of_path,
)

__all__ = [
    "HEAD_KIND",
    "KEPT_EVERY",
    "Area",
    "Columns",
    "Fault",
    "Frontier",
    "Guard",
    "HashOf",
    "Node",
    "Report",
    "SignedHead",
    "Tail",
    "areas",
    "audit_path",
    "canonical_json",
    "content_of",
    "frontier_of",
    "label_of",
    "labels",
    "leaf_hash",
    "leaf_of",
    "name_of",
    "node_hash",
    "register_acts",
    "register_area",
    "register_names",
    "root_of_path",
]
