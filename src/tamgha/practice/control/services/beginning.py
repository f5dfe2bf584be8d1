"""Beginning the indicators of an administration with a stored set, so that they have a history."""

from datetime import datetime

from django.db import transaction

from tamgha.platform.accounts.models import Administration, User
from tamgha.practice.control import events
from tamgha.practice.control.gateways import desks, online
from tamgha.practice.control.models import OnlineDay
from tamgha.practice.control.services.errors import ControlError
from tamgha.practice.targeting.models import DeclarationSet
from tamgha.shared.words import Words


def begin_indicators(
    *, administration: Administration, row: DeclarationSet, by: User | None, at: datetime
) -> OnlineDay:
    """Let the indicators know a set's rows and findings before today, and every decision so far.

    Holds for decisions from now on; those of today before it keep the values they were made with.
    Raises ControlError for a set of another administration.
    """
    if row.administration_id != administration.pk:
        raise ControlError(
            Words(
                "A set of the own administration was expected.",
                "Ожидается набор собственной администрации.",
            )
        )
    local = at.astimezone(desks.zone_of(administration)).date()
    with transaction.atomic():
        online.lock_alone(administration)
        before = online.newest_day(administration)
        day = max(local, before.day) if before is not None else local
        OnlineDay.objects.filter(administration=administration, day=day).delete()
        begun = online.fix_day(administration, day, at=at)
        begun.seed, begun.seed_change = row, row.change
        begun.save(update_fields=["seed", "seed_change"])
        events.announce(
            "control.indicators.begun", on=row, by=by, at=at, name=row.name, change=row.change
        )
    online.keep(administration, online.standing_of(administration, begun))
    return begun
