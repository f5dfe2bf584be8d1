"""The interface in a real browser: axe, drafts, leaving, the line, and life without script."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.django_db,
    pytest.mark.usefixtures("alone"),
    # pytest-playwright's own fixture, with the newest pytest
    pytest.mark.filterwarnings("ignore::pytest.PytestRemovedIn10Warning"),
]
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


@pytest.fixture
def gallery(live_server, page):
    page.goto(f"{live_server.url}/ui/")
    return page


def remark(page):
    return page.get_by_label("Remark")


@pytest.mark.parametrize(("width", "theme"), [(1366, "light"), (390, "dark")])
def test_axe_finds_nothing_in_the_gallery(live_server, new_context, width, theme):
    context = new_context(
        viewport={"width": width, "height": 768}, color_scheme=theme, bypass_csp=True
    )
    page = context.new_page()
    page.goto(f"{live_server.url}/ui/")
    expect(page.locator("html")).to_have_attribute("data-bs-theme", theme)

    found = Axe().run(page, options={"runOnly": {"type": "tag", "values": RULES}})

    assert found.response["violations"] == []


def test_no_page_scrolls_sideways(live_server, page):
    for path in ("/ui/", "/ui/gallery/confirm/", "/ui/gallery/error/404/"):
        page.goto(f"{live_server.url}{path}")
        for width in (1366, 640, 390, 320):
            page.set_viewport_size({"width": width, "height": 768})
            wide = page.evaluate("document.documentElement.scrollWidth")
            assert wide <= width, (path, width)


def test_nothing_breaks_the_content_policy(live_server, page):
    said = []
    page.on(
        "console", lambda message: said.append(message.text) if message.type == "error" else None
    )
    page.on("pageerror", lambda fault: said.append(str(fault)))

    page.goto(f"{live_server.url}/ui/")
    page.wait_for_timeout(2500)

    assert said == []


def test_the_error_summary_takes_the_focus_and_leads_to_the_row(gallery):
    expect(gallery.locator("[data-tm-summary]")).to_be_focused()

    gallery.get_by_role("link", name=re.compile("Date of the session")).click()

    expect(gallery.get_by_label("Date of the session")).to_be_focused()


def test_the_first_stop_of_the_keyboard_skips_to_the_content(live_server, page):
    page.goto(f"{live_server.url}/")

    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to content")).to_be_focused()
    page.keyboard.press("Enter")

    expect(page.locator("main")).to_be_focused()


def test_a_draft_is_offered_again_and_can_be_taken_or_thrown_away(live_server, page):
    fresh = f"{live_server.url}/ui/?fresh=1"
    page.goto(fresh)
    remark(page).fill("Half a thought")
    expect(page.get_by_text(re.compile("Draft kept on this device"))).to_be_visible()

    page.on("dialog", lambda dialog: dialog.accept())
    page.goto(f"{live_server.url}/")
    page.goto(fresh)
    page.get_by_role("button", name="Take it up").click()
    expect(remark(page)).to_have_value("Half a thought")

    page.goto(f"{live_server.url}/")
    page.goto(fresh)
    page.get_by_role("button", name="Throw it away").click()
    page.reload()
    expect(page.get_by_role("button", name="Take it up")).to_be_hidden()


def test_a_draft_goes_when_the_form_was_taken(live_server, page):
    page.goto(f"{live_server.url}/ui/?fresh=1")
    page.get_by_label("Date of the session").fill("24.11.2026")
    page.get_by_label("Persons on the list").fill("14")
    page.get_by_label("Hours taught").fill("12")
    remark(page).fill("Half a thought")
    expect(page.get_by_text(re.compile("Draft kept on this device"))).to_be_visible()

    page.get_by_role("button", name="Register the session").click()

    expect(page.get_by_text("Session registered.", exact=True)).to_be_visible()
    assert page.evaluate("Object.keys(localStorage)") == []


def test_a_refused_form_keeps_its_draft(live_server, page):
    page.goto(f"{live_server.url}/ui/?fresh=1")
    remark(page).fill("Half a thought")

    page.get_by_role("button", name="Register the session").click()

    expect(page.locator("[data-tm-summary]")).to_be_focused()
    expect(remark(page)).to_have_value("Half a thought")
    assert len(page.evaluate("Object.keys(localStorage)")) == 1


def test_leaving_with_unsaved_changes_warns_and_without_them_does_not(live_server, page):
    asked = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
    page.goto(f"{live_server.url}/ui/?fresh=1")
    page.get_by_role("link", name="Tamgha", exact=True).click()
    page.wait_for_url(f"{live_server.url}/")
    assert asked == []

    page.goto(f"{live_server.url}/ui/?fresh=1")
    remark(page).click()
    page.keyboard.type("Half a thought")
    page.get_by_role("link", name="Tamgha", exact=True).click()
    page.wait_for_url(f"{live_server.url}/")

    assert asked == ["beforeunload"]


def test_a_broken_line_is_said_and_its_return_too(gallery):
    strip = gallery.locator("[data-tm-no-line]")
    expect(strip).to_be_hidden()

    gallery.context.set_offline(True)
    expect(strip).to_be_visible()
    expect(strip).to_contain_text(re.compile(r"No line since \d\d:\d\d"))

    gallery.context.set_offline(False)
    expect(strip).to_be_hidden()


def test_the_buttons_beside_a_number_change_it_by_its_step(gallery):
    number = gallery.get_by_label("Examinations of 100", exact=True)

    gallery.get_by_role("button", name="Less: Examinations of 100").click()
    expect(number).to_have_value("75")
    gallery.get_by_role("button", name="More: Examinations of 100").click()
    expect(number).to_have_value("80")


def test_the_arrows_walk_the_rows_of_a_table(gallery):
    gallery.get_by_role("link", name="1,842").focus()

    gallery.keyboard.press("ArrowDown")

    expect(gallery.get_by_role("link", name="20,417")).to_be_focused()


def test_long_work_moves_on_by_itself(gallery):
    bar = gallery.get_by_role("progressbar", name="Back-test of P-014 v4")
    expect(bar).to_have_attribute("aria-valuenow", "64")

    expect(bar).to_have_attribute("aria-valuenow", "76", timeout=10_000)


def test_every_act_works_without_script(live_server, new_context):
    page = new_context(java_script_enabled=False).new_page()
    page.goto(f"{live_server.url}/ui/?fresh=1")
    page.locator("summary", has_text="English").click()
    page.get_by_role("button", name="Русский").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Компоненты")

    page.get_by_role("button", name="Зарегистрировать занятие").click()

    expect(
        page.get_by_text(re.compile("Чтобы зарегистрировать занятие, исправьте"))
    ).to_be_visible()
