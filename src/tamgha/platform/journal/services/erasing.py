"""Erasing a person: the key goes, the entries stay."""

from datetime import datetime

from django.db import connection, transaction

from tamgha.platform.accounts.models import User
from tamgha.platform.journal.models import PersonKey
from tamgha.platform.journal.queries import ref_of
from tamgha.platform.journal.services.recording import record


@transaction.atomic
def erase_person(*, person: User, by: User | int | None, at: datetime) -> bool:
    """Destroy the person's key: what entries said of the person can never be read again.

    The entries stay and still verify: their hashes are over what was encrypted. Copies of the key
    live on in backups until these are thrown away. Returns False when it was destroyed before.
    """
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA secure_delete = ON")  # overwrite the bytes, do not just unlink
    key, made = PersonKey.objects.select_for_update().get_or_create(
        person=person, defaults={"wrapped": None, "made_at": at, "erased_at": at}
    )
    if not made:
        if key.wrapped is None:
            return False
        key.wrapped, key.erased_at = None, at
        key.save(update_fields=["wrapped", "erased_at"])
    record(
        "accounts.person_erased",
        by=by,
        at=at,
        on=ref_of(person),
        administration=person.administration_id,
        for_whom=person,
    )
    return True
