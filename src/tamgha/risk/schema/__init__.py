"""Rows of declarations and findings: columns, units, code lists, files taken in, sets on disk."""

from tamgha.risk.schema.catalogue import Source
from tamgha.risk.schema.check import Progress
from tamgha.risk.schema.checked import Checked
from tamgha.risk.schema.codes import CODE_LISTS, CodeList, code_list
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
from tamgha.risk.schema.errors import (
    CancelledError,
    FileError,
    MappingError,
    SchemaError,
    SetError,
)
from tamgha.risk.schema.faults import FAULT_NAMES, Fault, Warning_
from tamgha.risk.schema.files import FileShape, Limits
from tamgha.risk.schema.guess import SURE, Guess, GuessedMapping, guess_mapping
from tamgha.risk.schema.hs import LISTED_EDITION, HsCode, HsTree, edition_on
from tamgha.risk.schema.intake import Intake, Taken, store_checked, take_in
from tamgha.risk.schema.mapping import FieldMap, Mapping, shipped_mappings
from tamgha.risk.schema.reading import look_at
from tamgha.risk.schema.sets import (
    OUTCOME_SCHEMA,
    DeclarationSet,
    FindingsSummary,
    Manifest,
    latest_versions,
    write_set,
)
from tamgha.risk.schema.store import safe_cell, write_rejects

__all__ = [
    "CODE_LISTS",
    "COLUMNS",
    "DIRECTIONS",
    "FAULT_NAMES",
    "FINDING_COLUMNS",
    "FINDING_SCHEMA",
    "FINDING_STATES",
    "HS_EDITIONS",
    "ITEM_SCHEMA",
    "LISTED_EDITION",
    "OUTCOME_SCHEMA",
    "SORT_KEYS",
    "SURE",
    "WAYS",
    "CancelledError",
    "Checked",
    "CodeList",
    "Column",
    "DeclarationSet",
    "Fault",
    "FieldMap",
    "FileError",
    "FileShape",
    "FindingsSummary",
    "Guess",
    "GuessedMapping",
    "HsCode",
    "HsTree",
    "Intake",
    "Limits",
    "Manifest",
    "Mapping",
    "MappingError",
    "Progress",
    "SchemaError",
    "SetError",
    "Source",
    "Taken",
    "Warning_",
    "code_list",
    "edition_on",
    "guess_mapping",
    "latest_versions",
    "look_at",
    "safe_cell",
    "shipped_mappings",
    "store_checked",
    "take_in",
    "write_rejects",
    "write_set",
]
