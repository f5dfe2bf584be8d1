"""The analyst's day in a real browser: a file taken in, a profile written, and by keyboard alone."""

import re
import shutil
from datetime import UTC, date, datetime

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.test import Client
from playwright.sync_api import expect

from tamgha import risk
from tamgha.platform.accounts import services as accounts
from tamgha.platform.accounts.models import User
from tamgha.platform.jobs import worker
from tamgha.practice.targeting import gateways
from tamgha.practice.targeting.models import DeclarationSet, Profile
from tamgha.practice.targeting.services import sets as set_services

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.django_db(transaction=True),
    # pytest-playwright's own fixture, with the newest pytest
    pytest.mark.filterwarnings("ignore::pytest.PytestRemovedIn10Warning"),
]
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
HEAD = "Declaration number,Date,Post,Importer,HS code,Origin,Net mass,Price,Currency,Officer name\n"
FAULTY = (
    HEAD
    + "".join(
        f"10702030/051026/{n},2026-10-05,1101,IM-{n % 7},6403990000,CN,{10 + n},{100 + n},USD,Ann\n"
        for n in range(20)
    )
    + "10702030/021026/3,2026-13-04,1101,IM-1,64,УК,12,n/a,USD,Cid\n"
)
SAVE = "Save as a new version"
expect.set_options(timeout=30_000)  # a busy machine is slow, not wrong


NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


@pytest.fixture(scope="session")
def world_folder(tmp_path_factory):
    """A small simulated half-year on disk, made once."""
    folder = tmp_path_factory.mktemp("world") / "set"
    plan = risk.WorldPlan(illicit_rate=0.08, random_rate=0.1)
    risk.simulate(11, declarations=800, start=date(2026, 1, 5), weeks=20, plan=plan).write(folder)
    return folder


@pytest.fixture
def timur(transactional_db, own_home):
    """Return the analyst of Juniper customs among the demo people."""
    accounts.create_demo(at=NOW)
    gateways.forget_workbenches()
    return User.objects.get(administration__code="juniper", grants__role="analyst")


@pytest.fixture
def year(timur, world_folder):
    """Return the simulated half-year as a set of Juniper."""
    folder = set_services.new_folder()
    shutil.copytree(world_folder, folder)
    return set_services.enter_set(
        administration=timur.administration, name="Year", folder=folder, by=timur, at=NOW
    )


@pytest.fixture
def signed_in(live_server, timur, new_context):
    """Return a function that opens a page of a new context in which Timur is signed in."""

    def open_page(**options):
        client = Client()
        client.force_login(timur, backend=BACKEND)
        key = client.cookies["sessionid"].value
        context = new_context(
            viewport={"width": 1366, "height": 768}, base_url=live_server.url, **options
        )
        context.add_cookies([{"name": "sessionid", "value": key, "url": live_server.url}])
        context.set_default_timeout(30_000)
        return context.new_page()

    return open_page


def rows_hit(page):
    return page.locator("#panel tr", has_text="Rows hit").locator("td")


def first_value(page):
    return page.locator("#builder input[name$='-value']").first


def hit_count(page):
    return int(re.sub(r"\D", "", rows_hit(page).inner_text()))


def name_and_save(page, name):
    page.get_by_label("Name", exact=True).fill(name)
    page.get_by_role("button", name=SAVE).first.click()


def test_a_profile_is_written_while_the_panel_follows_and_is_saved(signed_in, year):
    page = signed_in()
    said = []
    page.on("pageerror", lambda fault: said.append(str(fault)))
    page.goto("/risk/profiles/new")
    page.evaluate("window.sameDocument = true")
    expect(page.locator("#panel")).to_contain_text("Give the first row a value")

    first_value(page).fill("85")
    expect(rows_hit(page)).to_be_visible()
    wide = hit_count(page)
    first_value(page).fill("8517")
    expect(rows_hit(page)).not_to_have_text(re.compile(rf"^\D*{wide:,}\D*$"))
    narrow = hit_count(page)
    assert 0 <= narrow < wide
    first_value(page).fill("85")
    expect(page.locator("#sentence")).to_contain_text("85")

    page.get_by_role("button", name="Condition", exact=True).click()
    expect(page.locator("#builder .tm-cond__row")).to_have_count(2)
    page.locator("#builder select[name$='-column']").nth(1).select_option("origin")
    expect(page.locator("#builder select[name$='-operator']").nth(1)).to_be_visible()
    page.locator("#builder input[name$='-value']").nth(1).fill("CN")
    expect(page.locator("#cond-text")).to_have_value(re.compile(r"AND.*origin"))
    expect(page.locator("#panel")).to_contain_text("Finds among them")
    assert page.evaluate("window.sameDocument") is True

    name_and_save(page, "Machines from one place")

    expect(page.get_by_text("Version 1 of P-001 is saved.")).to_be_visible()
    saved = Profile.objects.get().versions.get()
    assert "origin" in saved.condition
    assert saved.evidence_of_test["set_name"] == "Year"
    page.get_by_role("link", name="History").click()
    expect(page.get_by_role("link", name="Version 1")).to_be_visible()
    assert said == []


def test_a_faulty_file_is_checked_split_and_opened_as_a_set(signed_in, timur):
    page = signed_in()
    page.goto("/risk/declarations/new")
    page.locator("input[type=file]").set_input_files(
        {"name": "october.csv", "mimeType": "text/csv", "buffer": FAULTY.encode()}
    )
    page.get_by_label("Name of the new set").fill("October")
    page.get_by_role("button", name="Read and check the file").click()
    expect(page.get_by_role("heading", name="Take in october.csv")).to_be_visible()
    assert not DeclarationSet.objects.exists()

    worker.run_waiting()
    page.reload()
    expect(page.get_by_role("cell", name="n/a", exact=True)).to_be_visible()
    expect(page.get_by_role("heading", name="Take nothing")).to_be_visible()
    take = page.get_by_role("button", name="Take 20 good rows")
    take.click()
    expect(take).to_have_count(0)
    worker.run_waiting()
    page.reload()
    expect(page.get_by_text("1 row waits to be mended.")).to_be_visible()
    page.get_by_role("link", name="Open the set").click()

    expect(page.get_by_role("heading", name="October", level=1)).to_be_visible()
    expect(page.get_by_text("Cannot be said")).to_be_visible()
    assert DeclarationSet.objects.get().rows == 20


def test_without_javascript_the_editor_works_by_its_buttons(signed_in, year):
    page = signed_in(java_script_enabled=False)
    page.goto("/risk/profiles/new")

    first_value(page).fill("85")
    page.get_by_role("button", name="Run the back-test again").first.click()
    wide = hit_count(page)
    page.get_by_role("button", name="Condition", exact=True).click()
    expect(page.locator("#builder .tm-cond__row")).to_have_count(2)
    page.locator("#cond-text").fill("hs LIKE '85%' AND origin = 'CN'")
    page.get_by_role("button", name="Take this text").click()
    expect(page.locator("#builder input[name$='-value']").nth(1)).to_have_value("CN")
    assert hit_count(page) < wide

    name_and_save(page, "By buttons")

    expect(page.get_by_text("Version 1 of P-001 is saved.")).to_be_visible()


def test_by_the_keyboard_alone_from_the_skip_link_to_saving(signed_in, year):
    page = signed_in()
    page.goto("/risk/profiles/new")
    press = page.keyboard.press

    def tab_to(selector, most=60):
        for _ in range(most):
            press("Tab")
            if page.evaluate("s => document.activeElement.matches(s)", selector):
                return
        raise AssertionError(f"Tab never comes to {selector}")

    press("Tab")
    expect(page.get_by_role("link", name="Skip to content")).to_be_focused()
    press("Enter")
    tab_to("#builder input[name$='-value']")
    page.keyboard.type("85")
    expect(rows_hit(page)).to_be_visible()
    expect(first_value(page)).to_be_focused()
    tab_to("[name=name]")
    page.keyboard.type("By keyboard")
    tab_to("button[value=save]")
    press("Enter")

    expect(page.get_by_text("Version 1 of P-001 is saved.")).to_be_visible()


def test_axe_finds_nothing_serious_on_the_pages_of_targeting(signed_in, year, timur):
    page = signed_in(bypass_csp=True, color_scheme="light")
    page.goto("/risk/declarations/new")
    page.locator("input[type=file]").set_input_files(
        {"name": "october.csv", "mimeType": "text/csv", "buffer": FAULTY.encode()}
    )
    page.get_by_label("Name of the new set").fill("October")
    page.get_by_role("button", name="Read and check the file").click()
    page.wait_for_url(re.compile(r"/risk/intakes/\d+/"))
    worker.run_waiting()
    intake = re.search(r"/risk/intakes/\d+/", page.url).group()
    paths = (
        "/risk/profiles/new?condition=hs%20LIKE%20%2785%25%27%20AND%20origin%20%3D%20%27CN%27",
        "/risk/declarations/new",
        intake,
        "/risk/declarations/",
        f"/risk/declarations/{year.pk}/",
        f"/risk/declarations/{year.pk}/rows",
        f"/risk/declarations/{year.pk}/rows/0",
        "/risk/indicators/",
        "/risk/indicators/unit_value/",
        "/risk/models/",
        "/risk/models/train",
    )
    found = {}
    for path in paths:
        answer = page.goto(path)
        assert answer.status == 200, path
        bad = [
            (one["id"], node["html"][:200])
            for one in Axe()
            .run(page, options={"runOnly": {"type": "tag", "values": RULES}})
            .response["violations"]
            if one["impact"] in {"serious", "critical"}
            for node in one["nodes"]
        ]
        if bad:
            found[path] = bad

    assert found == {}
