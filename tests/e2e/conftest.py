"""A demo node with a small set, and browsers of people who sign in by their cards."""

import json
import shutil
import time
import urllib.error
import urllib.request
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
from tamgha.practice.control.domain.terms import PlanTerms
from tamgha.practice.control.gateways import desks, online
from tamgha.practice.control.services import drawing, plans, systems
from tamgha.practice.control.services.examiners import set_examiner
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


@pytest.fixture
def in_russian(live_server):
    """Turn the pages of a browser to Russian."""

    def turn(page):
        page.context.add_cookies(
            [{"name": "django_language", "value": "ru", "url": live_server.url}]
        )
        page.reload()
        expect(page.locator("html")).to_have_attribute("lang", "ru")
        return page

    return turn


@pytest.fixture
def post(node):
    """A border post of Juniper: a plan in force, an examiner, and a customs system with a key."""
    now = timezone.now()
    for forget in (desks.forget_standards, online.forget_standings, drawing.forget_keys):
        forget()

    def person(name):
        return User.objects.get(username=f"{name}.juniper")

    version = plans.save_plan(
        administration=node.analyst.administration,
        place=("", "import"),
        terms=PlanTerms(
            task_en="Compare goods and papers.", task_ru="Сверить товар с документами."
        ),
        by=node.analyst,
        at=now,
    )
    version = plans.move_plan(version=version, move="submit", by=node.analyst, at=now)
    plans.move_plan(version=version, move="approve", by=person("nargiza"), at=now)
    set_examiner(
        person=person("bakyt"),
        group="working",
        office="",
        is_available=True,
        by=person("nargiza"),
        at=now,
    )
    desks.forget_standards()
    _program, secret = systems.enter_system(
        name="Clearance",
        may_decide=True,
        may_hand_in=True,
        per_minute=6000,
        by=person("aigul"),
        at=now,
    )
    return SimpleNamespace(secret=secret)


@pytest.fixture
def lodge(post, live_server):
    """Lodge a declaration as the customs system does; return what it is told."""

    def ask(declaration, *, items=1, price=1000, **told):
        time.sleep(desks.FRESH_SECONDS)  # so long may what is in force be older than it is
        one = {
            "hs": "640399",
            "hs_edition": 2022,
            "origin": "CN",
            "goods": "Footwear",
            "net_mass_kg": 50,
            "item_price": price,
            "currency": "USD",
        }
        body = {
            "declaration": declaration,
            "office": "1101",
            "direction": "import",
            "lodged": timezone.now().isoformat(),
            "importer": "KARAVAN 118",
            "items": [{"item": number, **one} for number in range(1, items + 1)],
        } | told
        request = urllib.request.Request(
            f"{live_server.url}/api/v1/decisions",
            data=json.dumps(body).encode(),
            headers={
                "Authorization": f"Bearer {post.secret}",
                "Idempotency-Key": declaration,
                "Content-Type": "application/json",
            },
        )
        try:
            with urllib.request.urlopen(request, timeout=20) as answer:
                return json.load(answer)
        except urllib.error.HTTPError as refusal:
            raise AssertionError(refusal.read().decode()) from refusal

    return ask
