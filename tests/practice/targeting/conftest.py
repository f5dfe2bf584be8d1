"""Timur (analyst) and Nargiza (approver) of Juniper; Bakyt examines there; Charlie is of Apricot."""

import shutil
from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from tests.practice.conftest import NOW

from tamgha import risk
from tamgha.platform.files import services as files
from tamgha.platform.jobs import worker
from tamgha.practice.targeting.services import sets as set_services


@pytest.fixture(scope="session")
def world_folder(tmp_path_factory):
    """A small simulated year on disk, made once."""
    folder = tmp_path_factory.mktemp("world") / "set"
    plan = risk.WorldPlan(illicit_rate=0.08, random_rate=0.1)
    risk.simulate(11, declarations=1500, start=date(2026, 1, 5), weeks=30, plan=plan).write(folder)
    return folder


@pytest.fixture
def year(people, world_folder, own_home):
    """The simulated year as a set of Juniper."""
    folder = set_services.new_folder()
    shutil.copytree(world_folder, folder)
    return set_services.enter_set(
        administration=people.juniper, name="Year", folder=folder, by=people.timur, at=NOW
    )


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
