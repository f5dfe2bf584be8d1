"""A node with people of every role, and objects of two administrations that carry a mark.

It is made once for all tests of a file, inside a transaction that is rolled back after the last;
each test runs in a savepoint of its own.
"""

import shutil
from datetime import date
from pathlib import Path

import pytest
from django.conf import settings as the_settings
from django.core.cache import cache
from django.db import transaction
from django.test import Client
from tests.site.made_node import Node, make_node

from tamgha import risk
from tamgha.practice.targeting import gateways


@pytest.fixture(autouse=True)
def _quick(settings):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.TAMGHA_DEMO = True
    cache.clear()


@pytest.fixture(scope="session")
def small_world(tmp_path_factory) -> Path:
    """A small simulated set on disk, made once."""
    folder = tmp_path_factory.mktemp("world") / "set"
    risk.simulate(7, declarations=400, start=date(2026, 1, 5), weeks=20).write(folder)
    return folder


@pytest.fixture(scope="module")
def made_once(django_db_setup, django_db_blocker, tmp_path_factory, small_world):
    """Make the node of a file's tests, and unmake it after the last of them."""
    home = tmp_path_factory.mktemp("node")
    kept = the_settings.TAMGHA_HOME, the_settings.TAMGHA_FILES, the_settings.TAMGHA_SETS
    the_settings.TAMGHA_HOME = home
    the_settings.TAMGHA_FILES, the_settings.TAMGHA_SETS = home / "files", home / "declarations"
    try:
        with django_db_blocker.unblock(), transaction.atomic():
            node = make_node(lambda folder: shutil.copytree(small_world, folder))
            yield home, node
            transaction.set_rollback(True)
    finally:
        the_settings.TAMGHA_HOME, the_settings.TAMGHA_FILES, the_settings.TAMGHA_SETS = kept


@pytest.fixture
def node(made_once, db, settings) -> Node:
    """Return the people and the objects of Juniper and Apricot."""
    home, made = made_once
    settings.TAMGHA_HOME = home
    settings.TAMGHA_FILES, settings.TAMGHA_SETS = home / "files", home / "declarations"
    gateways.forget_workbenches()
    return made.fresh()


@pytest.fixture
def as_person():
    """Sign a person in, in a browser of their own."""

    def sign_in(person) -> Client:
        browser = Client(raise_request_exception=False)
        if person is not None:
            browser.force_login(person)
        return browser

    return sign_in
