"""Alice coordinates Juniper, Bob is its analyst, Charlie analyst of Apricot, Dana the secretariat."""

from dataclasses import dataclass
from datetime import UTC, datetime

import pytest
from django.core.cache import cache
from django.test import Client

from tamgha.platform.accounts import events, services
from tamgha.platform.accounts.choices import Role
from tamgha.platform.accounts.models import Administration, User

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
PASSWORD = "juniper berries 2026"


@dataclass
class Cast:
    juniper: Administration
    apricot: Administration
    alice: User
    bob: User
    charlie: User
    dana: User


def enter(login: str, name: str, place: Administration | None, *roles: Role) -> User:
    person = services.invite_person(
        new=services.NewPerson(full_name=name, username=login),
        administration=place,
        roles=list(roles),
        by=None,
        at=NOW,
    )
    person.set_password(PASSWORD)
    person.save(update_fields=["password"])
    return person


def administration(code: str) -> Administration:
    return services.enter_administration(
        code=code,
        values={
            "name_en": f"{code.title()} customs",
            "name_ru": f"Таможня {code}",
            "currency": "USD",
            "time_zone": "Asia/Tashkent",
        },
        at=NOW,
    )


@pytest.fixture
def cast(db) -> Cast:
    juniper, apricot = administration("juniper"), administration("apricot")
    return Cast(
        juniper=juniper,
        apricot=apricot,
        alice=enter("alice", "Alice Stone", juniper, Role.COORDINATOR),
        bob=enter("bob", "Bob Reed", juniper, Role.ANALYST),
        charlie=enter("charlie", "Charlie Wood", apricot, Role.ANALYST, Role.COORDINATOR),
        dana=enter("dana", "Dana Field", None, Role.SECRETARIAT),
    )


@pytest.fixture
def signed_in(client):
    """Sign a person in, in a browser of their own, past the password page."""

    def sign_in(person: User) -> Client:
        browser = Client()
        browser.force_login(person)
        return browser

    return sign_in


@pytest.fixture
def heard():
    """Collect what the area announces."""
    seen: list[events.Event] = []

    def listen(sender, event, **kwargs):
        seen.append(event)

    events.announced.connect(listen)
    yield seen
    events.announced.disconnect(listen)


@pytest.fixture(autouse=True)
def _quick(settings):
    """Hash passwords cheaply, and forget what earlier tests left in the cache."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    cache.clear()
