"""Timur (analyst) and Nargiza (approver) of Juniper; Bakyt examines there; Charlie is of Apricot."""

import shutil
from datetime import UTC, date, datetime
from types import SimpleNamespace

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from tamgha import risk
from tamgha.platform.accounts import services as accounts
from tamgha.platform.accounts.models import Administration, User
from tamgha.platform.files import services as files
from tamgha.platform.jobs import worker
from tamgha.practice.targeting import gateways
from tamgha.practice.targeting.services import sets as set_services

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


@pytest.fixture(scope="session")
def world_folder(tmp_path_factory):
    """A small simulated year on disk, made once."""
    folder = tmp_path_factory.mktemp("world") / "set"
    plan = risk.WorldPlan(illicit_rate=0.08, random_rate=0.1)
    risk.simulate(11, declarations=1500, start=date(2026, 1, 5), weeks=30, plan=plan).write(folder)
    return folder


@pytest.fixture
def people(db):
    accounts.create_demo(at=NOW, codes=("juniper", "apricot"))

    def one(place, role):
        return User.objects.get(administration__code=place, grants__role=role)

    gateways.forget_workbenches()
    return SimpleNamespace(
        juniper=Administration.objects.get(code="juniper"),
        apricot=Administration.objects.get(code="apricot"),
        timur=one("juniper", "analyst"),
        nargiza=one("juniper", "approver"),
        bakyt=one("juniper", "examiner"),
        charlie=one("apricot", "analyst"),
    )


@pytest.fixture
def year(people, world_folder, own_home):
    """The simulated year as a set of Juniper."""
    folder = set_services.new_folder()
    shutil.copytree(world_folder, folder)
    return set_services.enter_set(
        administration=people.juniper, name="Year", folder=folder, by=people.timur, at=NOW
    )


@pytest.fixture
def as_person(client):
    def sign_in(person):
        client.force_login(person, backend=BACKEND)
        return client

    return sign_in


@pytest.fixture
def stored(people, own_home):
    def store(text, name="given.csv", person=None):
        owner = person or people.timur
        data = text if isinstance(text, bytes) else text.encode()
        return files.store_upload(
            SimpleUploadedFile(name, data),
            keeping=files.Keeping(owner=owner, administration=owner.administration),
            at=NOW,
        )

    return store


@pytest.fixture
def do_work():
    """Do all long work that waits, as the worker does."""
    return worker.run_waiting
