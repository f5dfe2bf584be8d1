"""Administrations as data."""

from collections.abc import Mapping
from datetime import datetime
from functools import cache
from zoneinfo import available_timezones

from django.db import transaction

from tamgha.platform.accounts.events import AdministrationChanged, announce
from tamgha.platform.accounts.models import Administration, User
from tamgha.shared.errors import RefusedError
from tamgha.shared.words import Words

CHANGEABLE = frozenset(
    {"name_en", "name_ru", "state_languages", "time_zone", "currency", "lanes", "four_eyes"}
)


@transaction.atomic
def enter_administration(
    *, code: str, values: Mapping[str, object], at: datetime, is_simulated: bool = False
) -> Administration:
    """Enter an administration. Done by the command line alone: there is no page for it.

    ``values`` are fields of `CHANGEABLE`, and ``is_hub``. Raises RefusedError with every fault.
    """
    _refuse_nonsense(values)
    administration = Administration.objects.create(
        code=code, created_at=at, is_simulated=is_simulated, **values
    )
    announce(
        AdministrationChanged(
            at=at,
            by=None,
            person=None,
            administration=administration.pk,
            fields=tuple(sorted(values)),
        )
    )
    return administration


@transaction.atomic
def change_administration(
    *, administration: Administration, values: Mapping[str, object], by: User | None, at: datetime
) -> Administration:
    """Change fields of `CHANGEABLE`. Raises RefusedError with every fault."""
    unknown = set(values) - CHANGEABLE
    if unknown:
        raise ValueError(f"fields of {sorted(CHANGEABLE)}; {sorted(unknown)} came")
    _refuse_nonsense(values)
    locked = Administration.objects.select_for_update().get(pk=administration.pk)
    for field, value in values.items():
        setattr(locked, field, value)
    locked.save(update_fields=sorted(values))
    announce(
        AdministrationChanged(
            at=at,
            by=by.pk if by else None,
            person=None,
            administration=locked.pk,
            fields=tuple(sorted(values)),
        )
    )
    return locked


@cache
def _time_zones() -> frozenset[str]:
    return frozenset(available_timezones())  # reads a folder of six hundred files


def _refuse_nonsense(values: Mapping[str, object]) -> None:
    faults: list[Words] = []
    zone = values.get("time_zone", "UTC")
    if zone not in _time_zones():
        faults.append(
            Words(
                f"time zone: a name such as Asia/Almaty was expected; {zone!r} came",
                f"часовой пояс: ожидается название вида Asia/Almaty, указано {zone!r}",
            )
        )
    if values.get("lanes", 4) not in {3, 4}:
        faults.append(
            Words(
                f"lanes: 3 or 4 was expected; {values['lanes']!r} came",
                f"коридоры: ожидается 3 или 4, указано {values['lanes']!r}",
            )
        )
    currency = str(values.get("currency", "USD"))
    if not (len(currency) == 3 and currency.isascii() and currency.isupper()):
        faults.append(
            Words(
                f"currency: three capital letters such as USD were expected; {currency!r} came",
                f"валюта: ожидаются три заглавные латинские буквы, например USD, указано {currency!r}",
            )
        )
    if faults:
        raise RefusedError(
            Words("The administration was not saved", "Администрация не сохранена"), faults
        )
