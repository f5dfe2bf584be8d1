"""Opening files, showing their beginning, retiring them."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

from django.contrib.auth.models import AnonymousUser
from django.db import transaction

from tamgha.platform.accounts.models import User
from tamgha.platform.files import gateways
from tamgha.platform.files.domain import IMAGES, TEXTS, TextPreview, preview_text
from tamgha.platform.files.models import StoredFile
from tamgha.platform.files.permissions import can_retire, openable_by
from tamgha.platform.files.services.errors import FileNotOpenError, FilesError
from tamgha.shared.words import Words

PREVIEW = 64 * 1024
LARGEST_PICTURE = 8 * 1024 * 1024


def open_for(user: User | AnonymousUser, file: StoredFile) -> BinaryIO:
    """Open the file for the person. Raises FileNotOpenError."""
    _refuse_hidden(user, file)
    return gateways.open_content(file.sha256)


def path_for(user: User | AnonymousUser, file: StoredFile) -> Path:
    """Return where the file lies, for a library that wants a path. It has no ending and never changes.

    Raises FileNotOpenError.
    """
    _refuse_hidden(user, file)
    return gateways.path_of(file.sha256)


@transaction.atomic
def retire(*, file: StoredFile, by: User, at: datetime) -> StoredFile:
    """Let nobody open the file any more; its record stays. Retired twice counts once.

    Raises FilesError when the person may not.
    """
    if not can_retire(by, file):
        raise FilesError(
            Words(
                "Only the owner or a coordinator retires this file.",
                "Изъять этот файл может только владелец или координатор.",
            )
        )
    locked = StoredFile.objects.select_for_update().get(pk=file.pk)
    if locked.retired_at is None:
        locked.retired_at, locked.retired_by = at, by
        locked.save(update_fields=["retired_at", "retired_by"])
    return locked


@dataclass(frozen=True, slots=True)
class Preview:
    """What a page shows of a file: its text, or that it is a picture; else neither."""

    text: TextPreview | None = None
    is_picture: bool = False


def preview_of(file: StoredFile) -> Preview:
    """Return what can be shown of the file without opening it."""
    if file.media_type in IMAGES:
        return Preview(is_picture=file.size <= LARGEST_PICTURE)
    if file.media_type not in TEXTS:
        return Preview()
    head = gateways.read_head(file.sha256, PREVIEW)
    is_table = file.media_type == "text/csv"
    return Preview(text=preview_text(head, is_table=is_table, is_cut=file.size > len(head)))


def _refuse_hidden(user: User | AnonymousUser, file: StoredFile) -> None:
    if not openable_by(user).filter(pk=file.pk).exists():
        raise FileNotOpenError
