"""Storing files, taking them in slice by slice, opening and retiring them."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import BinaryIO

from django.contrib.auth.models import AnonymousUser
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from tamgha.platform.accounts.models import Administration, User
from tamgha.platform.files import gateways
from tamgha.platform.files.choices import Access
from tamgha.platform.files.domain import clean_name, sniff
from tamgha.platform.files.models import StoredFile, Upload
from tamgha.platform.files.permissions import can_retire, can_store, openable_by
from tamgha.platform.files.queries import most_bytes
from tamgha.shared.errors import TamghaError
from tamgha.shared.words import Words

MOST_SLICE = 4 * 1024 * 1024
MOST_OPEN = 10
STALE_AFTER = timedelta(days=7)


class FilesError(TamghaError):
    """Something about a file that a person can mend."""


class FileNotOpenError(FilesError):
    """The file is not there for this person: hidden, retired, or never was."""

    def __init__(self) -> None:
        super().__init__(
            Words(
                "This file is not there for you: it was retired, or is not shared with you. Ask "
                "its owner.",
                "Этот файл вам недоступен: он изъят или вам не открыт. Спросите его владельца.",
            )
        )


class WrongOffsetError(FilesError):
    """A slice does not begin where the last one ended; ``received`` says where to go on."""

    def __init__(self, received: int, came: int) -> None:
        self.received = received
        super().__init__(
            Words(
                f"The slice must begin at byte {received}; it begins at {came}. Go on from there.",
                f"Часть должна начинаться с байта {received}, а начинается с {came}. "
                "Продолжайте оттуда.",
            )
        )


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
    _refuse_stranger(keeping)
    _refuse_version_by(keeping.owner, replaces)
    try:
        content = gateways.keep(blocks, limit=most_bytes())
    except gateways.TooLargeError:
        raise _too_large() from None
    return _recorded(content, name=name, keeping=keeping, at=at, replaces=replaces)


def store_upload(
    uploaded: UploadedFile[bytes],
    *,
    keeping: Keeping,
    at: datetime,
    replaces: StoredFile | None = None,
) -> StoredFile:
    """Store a file that came with a form. Raises what `store` raises."""
    if (uploaded.size or 0) > most_bytes():
        raise _too_large()
    return store(
        uploaded.chunks(gateways.BLOCK),
        name=uploaded.name or "",
        keeping=keeping,
        at=at,
        replaces=replaces,
    )


@transaction.atomic
def begin_upload(*, name: str, size: int, keeping: Keeping, at: datetime) -> Upload:
    """Prepare for a file that comes in slices. Forgotten uploads of this person are dropped.

    Raises FilesError when the person may not, when it is too large, or the disk too full.
    """
    _refuse_stranger(keeping)
    if size > most_bytes():
        raise _too_large()
    if size > gateways.free_bytes():
        raise FilesError(
            Words(
                "The disk of the node is too full for this file. Tell whoever runs the node.",
                "На диске узла не хватает места для этого файла. Сообщите тому, кто обслуживает узел.",
            )
        )
    unfinished = Upload.objects.filter(owner=keeping.owner, file=None)
    for forgotten in unfinished.filter(last_at__lt=at - STALE_AFTER):
        drop_upload(upload=forgotten)
    if unfinished.count() >= MOST_OPEN:
        oldest = unfinished.order_by("last_at").first()
        if oldest is not None:
            drop_upload(upload=oldest)
    return Upload.objects.create(
        owner=keeping.owner,
        administration=keeping.administration,
        access=keeping.access,
        name=clean_name(name),
        purpose=keeping.purpose,
        size=size,
        begun_at=at,
        last_at=at,
    )


@transaction.atomic
def take_slice(*, upload: Upload, offset: int, data: bytes, at: datetime) -> Upload:
    """Take the next slice; it is on the disk when this returns.

    Raises WrongOffsetError when it does not begin where the last one ended; FilesError when it is
    too large or goes beyond the size that was announced.
    """
    locked = Upload.objects.select_for_update().get(pk=upload.pk)
    if locked.file_id is not None or offset != locked.received:
        raise WrongOffsetError(locked.received, offset)
    if len(data) > MOST_SLICE or offset + len(data) > locked.size:
        raise FilesError(
            Words(
                f"At most {min(MOST_SLICE, locked.size - offset)} bytes were expected here; "
                f"{len(data)} came.",
                f"Здесь ожидается не больше {min(MOST_SLICE, locked.size - offset)} байт, "
                f"пришло {len(data)}.",
            )
        )
    gateways.write_slice(locked.pk, offset=offset, data=data)
    locked.received, locked.last_at = offset + len(data), at
    locked.save(update_fields=["received", "last_at"])
    return locked


def finish_upload(
    *,
    upload: Upload,
    at: datetime,
    keeping: Keeping | None = None,
    replaces: StoredFile | None = None,
) -> StoredFile:
    """Turn the slices into a stored file. Asked twice, the same file comes back.

    ``keeping`` is what the form says in the end; without it the file is kept as the upload was
    begun. Raises WrongOffsetError while slices are missing, and what `store` raises.
    """
    with transaction.atomic():
        locked = Upload.objects.select_for_update().get(pk=upload.pk)
        if locked.file is not None:
            return locked.file
        if locked.received != locked.size:
            raise WrongOffsetError(locked.received, locked.size)
        kept = keeping or Keeping(
            owner=locked.owner,
            administration=locked.administration,
            access=Access(locked.access),
            purpose=locked.purpose,
        )
        _refuse_stranger(kept)
        _refuse_version_by(kept.owner, replaces)
        if locked.size == 0:
            gateways.write_slice(locked.pk, offset=0, data=b"")
        content = gateways.link_part(locked.pk)
        locked.file = _recorded(content, name=locked.name, keeping=kept, at=at, replaces=replaces)
        locked.save(update_fields=["file"])
        transaction.on_commit(lambda: gateways.drop_part(locked.pk))
        return locked.file


def drop_upload(*, upload: Upload) -> None:
    """Forget an upload that was not finished, and its slices."""
    if upload.file_id is None:
        gateways.drop_part(upload.pk)
        Upload.objects.filter(pk=upload.pk, file=None).delete()


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


def blocks_of(stream: BinaryIO) -> Iterator[bytes]:
    """Yield an open file block by block, for `store`."""
    while block := stream.read(gateways.BLOCK):
        yield block


def _recorded(
    content: gateways.Content,
    *,
    name: str,
    keeping: Keeping,
    at: datetime,
    replaces: StoredFile | None,
) -> StoredFile:
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


def _refuse_stranger(keeping: Keeping) -> None:
    if not can_store(keeping.owner, access=keeping.access, administration=keeping.administration):
        raise FilesError(
            Words(
                "You cannot store a file that is open so far. Choose a narrower circle.",
                "Вы не можете сохранить файл с таким широким доступом. Выберите круг уже.",
            )
        )


def _refuse_version_by(person: User, replaces: StoredFile | None) -> None:
    if replaces is not None and not can_retire(person, replaces):
        raise FilesError(
            Words(
                "Only the owner or a coordinator puts a new version in the place of this file.",
                "Заменить этот файл новой версией может только владелец или координатор.",
            )
        )


def _refuse_hidden(user: User | AnonymousUser, file: StoredFile) -> None:
    if not openable_by(user).filter(pk=file.pk).exists():
        raise FileNotOpenError


def _too_large() -> FilesError:
    most = most_bytes() // (1024 * 1024)
    return FilesError(
        Words(
            f"The file is larger than the node takes: {most} MB at most. Part it, or ask whoever "
            "runs the node to raise TAMGHA_UPLOAD_MB.",
            f"Файл больше, чем принимает узел: не более {most} МБ. Разделите его или попросите "
            "увеличить TAMGHA_UPLOAD_MB.",
        )
    )
