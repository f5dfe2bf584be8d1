"""Storing whole files."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import BinaryIO

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from tamgha.platform.accounts.models import Administration, User
from tamgha.platform.files import gateways
from tamgha.platform.files.choices import Access
from tamgha.platform.files.domain import clean_name, sniff
from tamgha.platform.files.models import StoredFile
from tamgha.platform.files.permissions import can_retire, can_store
from tamgha.platform.files.queries import most_bytes
from tamgha.platform.files.services.errors import FilesError, too_large
from tamgha.shared.words import Words


@dataclass(frozen=True, slots=True, kw_only=True)
class Keeping:
    """How a file is kept.

    Parameters
    ----------
    owner : whose it is
    administration : which one it belongs to; needed for the access "administration"
    access : how far it may travel
    purpose : "area.what", for the area that wants it back ("targeting.declarations")
    """

    owner: User
    administration: Administration | None = None
    access: Access = Access.PRIVATE
    purpose: str = ""


def store(
    blocks: Iterable[bytes],
    *,
    name: str,
    keeping: Keeping,
    at: datetime,
    replaces: StoredFile | None = None,
) -> StoredFile:
    """Store bytes as a file, as a new one or as the next version of ``replaces``.

    The bytes are on the disk before the record is written. Raises FilesError when the person may
    not, when it is too large, or when the version is not the latest.
    """
    refuse_stranger(keeping)
    refuse_version_by(keeping.owner, replaces)
    try:
        content = gateways.keep(blocks, limit=most_bytes())
    except gateways.TooLargeError:
        raise too_large() from None
    return recorded(content, name=name, keeping=keeping, at=at, replaces=replaces)


def store_upload(
    uploaded: UploadedFile[bytes],
    *,
    keeping: Keeping,
    at: datetime,
    replaces: StoredFile | None = None,
) -> StoredFile:
    """Store a file that came with a form. Raises what `store` raises."""
    if (uploaded.size or 0) > most_bytes():
        raise too_large()
    return store(
        uploaded.chunks(gateways.BLOCK),
        name=uploaded.name or "",
        keeping=keeping,
        at=at,
        replaces=replaces,
    )


def blocks_of(stream: BinaryIO) -> Iterator[bytes]:
    """Yield an open file block by block, for `store`."""
    while block := stream.read(gateways.BLOCK):
        yield block


def recorded(
    content: gateways.Content,
    *,
    name: str,
    keeping: Keeping,
    at: datetime,
    replaces: StoredFile | None,
) -> StoredFile:
    """Write the record of a content that is on the disk, as a new file or the next version."""
    clean = clean_name(name)
    with transaction.atomic():
        version = 1
        if replaces is not None:
            before = StoredFile.objects.select_for_update().get(pk=replaces.pk)
            if StoredFile.objects.filter(replaces=before).exists():
                raise FilesError(
                    Words(
                        "Somebody has put a new version in its place already. Look at it first.",
                        "Кто-то уже заменил этот файл новой версией. Сначала посмотрите её.",
                    )
                )
            version = before.version + 1
        return StoredFile.objects.create(
            owner=keeping.owner,
            administration=keeping.administration,
            access=keeping.access,
            purpose=keeping.purpose,
            name=clean,
            media_type=sniff(content.head, clean),
            size=content.size,
            sha256=content.sha256,
            version=version,
            replaces=replaces,
            stored_at=at,
        )


def refuse_stranger(keeping: Keeping) -> None:
    """Refuse an owner who may not let a file travel so far."""
    if not can_store(keeping.owner, access=keeping.access, administration=keeping.administration):
        raise FilesError(
            Words(
                "You cannot store a file that is open so far. Choose a narrower circle.",
                "Вы не можете сохранить файл с таким широким доступом. Выберите круг уже.",
            )
        )


def refuse_version_by(person: User, replaces: StoredFile | None) -> None:
    """Refuse somebody who may not put a new version in the place of a file."""
    if replaces is not None and not can_retire(person, replaces):
        raise FilesError(
            Words(
                "Only the owner or a coordinator puts a new version in the place of this file.",
                "Заменить этот файл новой версией может только владелец или координатор.",
            )
        )
