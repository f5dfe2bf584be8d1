"""The invented administrations and people, and the guard of a node that holds them."""

from collections.abc import Collection
from datetime import datetime

from django.db import transaction

from tamgha.platform.accounts.choices import Role
from tamgha.platform.accounts.domain import (
    ADMINISTRATIONS,
    PEOPLE,
    REGIONAL_PEOPLE,
    refuse_public_address,
)
from tamgha.platform.accounts.models import Administration, User
from tamgha.platform.accounts.services.administrations import enter_administration
from tamgha.platform.accounts.services.people import NewPerson, invite_person


def refuse_public_demo(address: str) -> None:
    """Refuse to let a node in demo mode listen where strangers can reach it.

    Raises PublicDemoError, with what to do. Call it before the server binds to ``address``.
    """
    refuse_public_address(address)


@transaction.atomic
def create_demo(*, at: datetime, codes: Collection[str] | None = None) -> None:
    """Enter the eight invented administrations and a person for every role.

    Idempotent: what is there already is left as it is. Nobody of them has a password: they are
    entered by the sign-in cards of demo mode, and by nothing else.

    Parameters
    ----------
    at : when they are entered
    codes : of the administrations that are wanted, such as ``juniper``; all eight by default.
        The people of the region come in any case.
    """
    for made_up in ADMINISTRATIONS:
        if codes is not None and made_up.code not in codes:
            continue
        administration = Administration.objects.filter(code=made_up.code).first()
        if administration is None:
            administration = enter_administration(
                code=made_up.code,
                values={
                    "name_en": made_up.name_en,
                    "name_ru": made_up.name_ru,
                    "state_languages": list(made_up.state_languages),
                    "time_zone": made_up.time_zone,
                    "currency": "USD",
                    "lanes": made_up.lanes,
                },
                at=at,
                is_simulated=True,
            )
        for person in PEOPLE[made_up.code]:
            _enter(person.given_name, person.role, person.language, administration, at=at)
    for person in REGIONAL_PEOPLE:
        _enter(person.given_name, person.role, person.language, None, at=at)


def _enter(
    given_name: str,
    role: str,
    language: str,
    administration: Administration | None,
    *,
    at: datetime,
) -> None:
    place = administration.code if administration else "region"
    username = f"{given_name.lower()}.{place}"
    if User.objects.filter(username=username).exists():
        return
    person = invite_person(
        new=NewPerson(full_name=f"{given_name} Demo", username=username, language=language),
        administration=administration,
        roles=[Role(role)],
        by=None,
        at=at,
    )
    User.objects.filter(pk=person.pk).update(is_simulated=True)
