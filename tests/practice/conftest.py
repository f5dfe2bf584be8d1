"""People of the demo's Juniper and Apricot, and their browsers.

Aigul coordinates Juniper, Timur is its analyst, Nargiza approves, Bakyt examines; Charlie is of Apricot.
"""

from datetime import UTC, datetime
from types import SimpleNamespace

import pytest

from tamgha.platform.accounts import services as accounts
from tamgha.platform.accounts.models import Administration, User
from tamgha.practice.targeting import gateways

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


@pytest.fixture
def people(db):
    accounts.create_demo(at=NOW, codes=("juniper", "apricot"))

    def one(place, role):
        return User.objects.get(administration__code=place, grants__role=role)

    gateways.forget_workbenches()
    return SimpleNamespace(
        juniper=Administration.objects.get(code="juniper"),
        apricot=Administration.objects.get(code="apricot"),
        aigul=one("juniper", "coordinator"),
        timur=one("juniper", "analyst"),
        nargiza=one("juniper", "approver"),
        bakyt=one("juniper", "examiner"),
        charlie=one("apricot", "analyst"),
    )


@pytest.fixture
def as_person(client):
    def sign_in(person):
        client.force_login(person, backend=BACKEND)
        return client

    return sign_in
