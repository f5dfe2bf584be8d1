"""Reads that the pages of files share."""

import uuid

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db.models import QuerySet

from tamgha.platform.accounts.models import User
from tamgha.platform.files.models import StoredFile, Upload
from tamgha.platform.files.permissions import openable_by, uploads_of


def most_bytes() -> int:
    """Return how large one file may be."""
    return int(settings.TAMGHA_UPLOAD_MB) * 1024 * 1024


def current_files(user: User | AnonymousUser) -> QuerySet[StoredFile]:
    """Return the latest versions that the user may open, the newest first."""
    files = openable_by(user).filter(replaced_by=None)
    return files.select_related("owner", "administration").order_by("-stored_at", "-pk")


def versions_of(file: StoredFile, user: User | AnonymousUser) -> list[StoredFile]:
    """Return the file's versions that the user may open, the newest first.

    Walks the chain one version at a time; fine to some dozens.
    """
    chain = [file]
    while (later := StoredFile.objects.filter(replaces=chain[0]).first()) is not None:
        chain.insert(0, later)
    while (earlier := chain[-1].replaces) is not None:
        chain.append(earlier)
    may = openable_by(user).filter(pk__in=[version.pk for version in chain])
    opened = set(may.values_list("pk", flat=True))
    return [version for version in chain if version.pk in opened]


def upload_of(user: User | AnonymousUser, key: str) -> Upload | None:
    """Return the user's upload of this key; None for nonsense and for others' uploads."""
    try:
        number = uuid.UUID(key)
    except ValueError:
        return None
    return uploads_of(user).filter(pk=number).select_related("file").first()
