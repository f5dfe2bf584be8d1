"""Rows of declarations and findings: columns, units, code lists, files taken in, sets on disk."""

from tamgha.risk.schema.catalogue import Source
from tamgha.risk.schema.columns import (
    COLUMNS,
    DIRECTIONS,
    FINDING_COLUMNS,
    FINDING_SCHEMA,
    FINDING_STATES,
    HS_EDITIONS,
    ITEM_SCHEMA,
    SORT_KEYS,
    WAYS,
    Column,
)
from tamgha.risk.schema.errors import SchemaError, SetError
from tamgha.risk.schema.sets import (
    OUTCOME_SCHEMA,
    DeclarationSet,
    FindingsSummary,
    Manifest,
    latest_versions,
    write_set,
)

__all__ = [
    "COLUMNS",
    "DIRECTIONS",
    "FINDING_COLUMNS",
    "FINDING_SCHEMA",
    "FINDING_STATES",
    "HS_EDITIONS",
    "ITEM_SCHEMA",
    "OUTCOME_SCHEMA",
    "SORT_KEYS",
    "WAYS",
    "Column",
    "DeclarationSet",
    "FindingsSummary",
    "Manifest",
    "SchemaError",
    "SetError",
    "Source",
    "latest_versions",
    "write_set",
]
