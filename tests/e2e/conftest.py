"""A demo node with a small set, and browsers of people who sign in by their cards."""

import shutil
from datetime import date
from types import SimpleNamespace

import pytest
from django.core.cache import cache
from django.utils import timezone
from playwright.sync_api import expect
from tests.browser import MISSING, launch_options

from tamgha import risk
from tamgha.platform.accounts import services as accounts
from tamgha.platform.accounts.models import User
from tamgha.platform.jobs import worker
from tamgha.practice.targeting import gateways
from tamgha.practice.targeting.services import profiles, sets

expect.set_options(timeout=20_000)  # a busy machine is slow, and that is no fault of a page


def pytest_collection_modifyitems(items):
    """Mark every story: it needs a browser, takes seconds, and commits to the database."""
    for item in items:
        if "/e2e/" in str(item.path):
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.slow)
            item.add_marker(pytest.mark.django_db(transaction=True))
            # pytest-playwright's own fixture, with the newest pytest
            item.add_marker(pytest.mark.filterwarnings("ignore::pytest.PytestRemovedIn10Warning"))


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args):
    """Start the machine's browser, else the packed one; without any, skip and say so."""
    options = launch_options()
    if options is None:
        pytest.skip(MISSING)
    return {**browser_type_launch_args, **options}


@pytest.fixture(scope="session")
def small_world(tmp_path_factory):
    """A simulated set on disk, made once."""
    folder = tmp_path_factory.mktemp("world") / "set"
    plan = risk.WorldPlan(illicit_rate=0.08, random_rate=0.1)
    risk.simulate(11, declarations=900, start=date(2026, 1, 5), weeks=26, plan=plan).write(folder)
    return folder


@pytest.fixture
def node(transactional_db, own_home, settings, small_world):
    """The demo people, and a simulated set with one profile and one list of Juniper."""
    settings.TAMGHA_DEMO = True
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    cache.clear()
    gateways.forget_workbenches()
    now = timezone.now()
    accounts.create_demo(at=now)
    analyst = User.objects.get(username="timur.juniper")
    folder = sets.new_folder()
    shutil.copytree(small_world, folder)
    year = sets.enter_set(
        administration=analyst.administration,
        name="Simulated year",
        folder=folder,
        by=analyst,
        at=now,
    )
    profiles.save_list(
        administration=analyst.administration,
        name="watch",
        kind="trader",
        members=["IM-1"],
        by=analyst,
        at=now,
    )
    profiles.save_draft(
        administration=analyst.administration,
        code="P-001",
        wording=profiles.Wording(
            name="Low unit value", condition="unit_value_ratio < 70 %", red=5_000
        ),
        by=analyst,
        at=now,
    )
    return SimpleNamespace(analyst=analyst, year=year)


@pytest.fixture
def do_work():
    """Do all long work that waits, as the worker does."""
    return worker.run_waiting


@pytest.fixture
def sign_in(node, live_server, new_context):
    """Open a browser and sign in by the card of a person of Juniper or of the region."""

    def enter(name, **context):
        page = new_context(**context).new_page()
        page.set_default_timeout(20_000)
        page.goto(f"{live_server.url}/")
        page.get_by_role("button", name=f"Sign in as {name}").click()
        page.wait_for_url(f"{live_server.url}/")
        return page

    return enter
