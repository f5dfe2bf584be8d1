"""Alice coordinates Juniper, Bob too, Charlie coordinates Apricot."""

from datetime import UTC, datetime
from types import SimpleNamespace

import pytest
from django.test import Client

from tamgha.platform.accounts import services
from tamgha.platform.accounts.choices import Role

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)


def place(code):
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


def enter(login, name, administration, *roles, language="en"):
    return services.invite_person(
        new=services.NewPerson(full_name=name, username=login, language=language),
        administration=administration,
        roles=list(roles),
        by=None,
        at=NOW,
    )


@pytest.fixture
def cast(db):
    juniper, apricot = place("juniper"), place("apricot")
    return SimpleNamespace(
        juniper=juniper,
        apricot=apricot,
        alice=enter("alice", "Alice Stone", juniper, Role.COORDINATOR),
        bob=enter("bob", "Bob Reed", juniper, Role.COORDINATOR),
        charlie=enter("charlie", "Charlie Wood", apricot, Role.COORDINATOR),
        erin=enter("erin", "Erin Lake", juniper, Role.ANALYST),
    )


@pytest.fixture
def browser_of():
    def sign_in(person):
        browser = Client()
        browser.force_login(person)
        return browser

    return sign_in
