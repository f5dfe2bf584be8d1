"""People's keys, each made when something personal is first said of its person."""

import secrets
from datetime import datetime

from tamgha.platform.journal.models import PersonKey
from tamgha.platform.journal.queries import key_context, unwrapped
from tamgha.platform.trust import services as trust
from tamgha.platform.trust.domain import Secret
from tamgha.shared.errors import TamghaError
from tamgha.shared.words import Words


def key_for(person: int, at: datetime) -> Secret | None:
    """Return the person's key, made now if there is none; None when the person was erased."""
    found = PersonKey.objects.filter(person_id=person).first()
    if found is None:
        found, _made = PersonKey.objects.get_or_create(
            person_id=person,
            defaults={
                "wrapped": trust.hide(secrets.token_bytes(32), context=key_context(person)),
                "made_at": at,
            },
        )
    if found.wrapped is None:
        return None
    key = unwrapped(person, bytes(found.wrapped))
    if key is None:
        raise TamghaError(
            Words(
                f"The key of person {person} does not open with this node's secret. Put the folder "
                "“keys” back from the backup that belongs to this database.",
                f"Ключ человека {person} не открывается секретом этого узла. Верните папку keys из "
                "резервной копии, сделанной вместе с базой данных.",
            )
        )
    return key
