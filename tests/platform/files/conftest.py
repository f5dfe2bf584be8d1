"""Bob and Beth of Juniper, Alice its coordinator; Charlie of Apricot; Dora a donor."""

from datetime import UTC, datetime

import pytest
from django.test import Client

from tamgha.platform.accounts import services as accounts
from tamgha.platform.accounts.choices import Role
from tamgha.platform.files.services import Keeping

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
CSV = "номер;товар\n1;чай\n2;сахар\n".encode()
PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 20


@pytest.fixture
def people(db):
    places = {
        code: accounts.enter_administration(
            code=code,
            values={"name_en": f"{code} customs", "name_ru": f"Таможня {code}", "currency": "USD"},
            at=NOW,
        )
        for code in ("juniper", "apricot")
    }
    places["region"] = None
    cast = {
        "alice": ("juniper", Role.COORDINATOR),
        "bob": ("juniper", Role.ANALYST),
        "beth": ("juniper", Role.EXAMINER),
        "charlie": ("apricot", Role.ANALYST),
        "dora": ("region", Role.DONOR),
    }
    return {
        name: accounts.invite_person(
            new=accounts.NewPerson(full_name=name.title(), username=name),
            administration=places[place],
            roles=[role],
            by=None,
            at=NOW,
        )
        for name, (place, role) in cast.items()
    }


@pytest.fixture
def keep(people):
    """Say how a file of a person is kept."""

    def say(name: str = "bob", access: str = "private") -> Keeping:
        owner = people[name]
        return Keeping(owner=owner, administration=owner.administration, access=access)

    return say


@pytest.fixture
def browser_of(people):
    def sign_in(name: str) -> Client:
        client = Client()
        if name != "stranger":
            client.force_login(people[name])
        return client

    return sign_in
