"""Taking files in slice by slice."""

from datetime import datetime, timedelta

from django.db import transaction

from tamgha.platform.files import gateways
from tamgha.platform.files.choices import Access
from tamgha.platform.files.domain import clean_name
from tamgha.platform.files.models import StoredFile, Upload
from tamgha.platform.files.queries import most_bytes
from tamgha.platform.files.services.errors import FilesError, WrongOffsetError, too_large
from tamgha.platform.files.services.storing import (
    Keeping,
    recorded,
    refuse_stranger,
    refuse_version_by,
)
from tamgha.shared.words import Words

MOST_SLICE = 4 * 1024 * 1024
MOST_OPEN = 10
STALE_AFTER = timedelta(days=7)


@transaction.atomic
def begin_upload(*, name: str, size: int, keeping: Keeping, at: datetime) -> Upload:
    """Prepare for a file that comes in slices. Forgotten uploads of this person are dropped.

    Raises FilesError when the person may not, when it is too large, or the disk too full.
    """
    refuse_stranger(keeping)
    if size > most_bytes():
        raise too_large()
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
        refuse_stranger(kept)
        refuse_version_by(kept.owner, replaces)
        if locked.size == 0:
            gateways.write_slice(locked.pk, offset=0, data=b"")
        content = gateways.link_part(locked.pk)
        locked.file = recorded(content, name=locked.name, keeping=kept, at=at, replaces=replaces)
        locked.save(update_fields=["file"])
        transaction.on_commit(lambda: gateways.drop_part(locked.pk))
        return locked.file


def drop_upload(*, upload: Upload) -> None:
    """Forget an upload that was not finished, and its slices."""
    if upload.file_id is None:
        gateways.drop_part(upload.pk)
        Upload.objects.filter(pk=upload.pk, file=None).delete()
