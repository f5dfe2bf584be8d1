"""Refusals of the schema: what a user can mend about files, mappings and sets."""

from tamgha.shared.errors import TamghaError


class SchemaError(TamghaError):
    """A table or a file does not have the columns, types or values that are expected."""


class SetError(TamghaError):
    """A declarations set cannot be opened, or may not be written."""


class FileError(TamghaError):
    """A file cannot be read as a table at all: nothing of it was taken."""


class MappingError(TamghaError):
    """A mapping is not well formed, or does not fit the file."""


class CancelledError(TamghaError):
    """The intake was stopped on demand; nothing was stored."""
