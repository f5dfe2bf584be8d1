"""The one sheet: rows of a spreadsheet into any service, looked at before anything is saved."""

from tamgha.platform.tables.sheets.checking import Fault, Plan, PlannedRow, check, guess_mapping
from tamgha.platform.tables.sheets.declared import (
    Applied,
    Change,
    Row,
    Sheet,
    SheetColumn,
    register,
    sheet_of,
    sheets_for,
)
from tamgha.platform.tables.sheets.imports import (
    SheetImportError,
    drop,
    keep,
    map_columns,
    plan_of,
    take,
    take_back,
)
from tamgha.platform.tables.sheets.reading import SheetFileError, read_sheet

__all__ = [
    "Applied",
    "Change",
    "Fault",
    "Plan",
    "PlannedRow",
    "Row",
    "Sheet",
    "SheetColumn",
    "SheetFileError",
    "SheetImportError",
    "check",
    "drop",
    "guess_mapping",
    "keep",
    "map_columns",
    "plan_of",
    "read_sheet",
    "register",
    "sheet_of",
    "sheets_for",
    "take",
    "take_back",
]
