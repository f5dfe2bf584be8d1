"""Refusals of the schema: what a user can mend about files, mappings and sets."""

from tamgha.shared.errors import TamghaError


class SchemaError(TamghaError):
    """A table or a file does not have the columns, types or values that are expected."""


class SetError(TamghaError):
    """A declarations set cannot be opened, or may not be written."""
