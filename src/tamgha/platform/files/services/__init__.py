"""The acts on files: storing, taking in slice by slice, opening, retiring."""

from tamgha.platform.files.services.errors import FileNotOpenError, FilesError, WrongOffsetError
from tamgha.platform.files.services.opening import Preview, open_for, path_for, preview_of, retire
from tamgha.platform.files.services.storing import Keeping, blocks_of, store, store_upload
from tamgha.platform.files.services.uploads import (
    MOST_OPEN,
    MOST_SLICE,
    begin_upload,
    drop_upload,
    finish_upload,
    take_slice,
)

__all__ = [
    "MOST_OPEN",
    "MOST_SLICE",
    "FileNotOpenError",
    "FilesError",
    "Keeping",
    "Preview",
    "WrongOffsetError",
    "begin_upload",
    "blocks_of",
    "drop_upload",
    "finish_upload",
    "open_for",
    "path_for",
    "preview_of",
    "retire",
    "store",
    "store_upload",
    "take_slice",
]
