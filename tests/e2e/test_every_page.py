"""What holds on every page: axe is clean in both themes, nothing scrolls sideways, the bar is there."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
RULES_IN = {
    "light": {"type": "tag", "values": RULES},
    "dark": {"type": "rule", "values": ["color-contrast"]},  # nothing else depends on the theme
}
PAGES = {
    "Timur": (
        "/",
        "/risk/",
        "/search?q=low",
        "/risk/declarations/",
        "/risk/declarations/{set}/",
        "/risk/declarations/{set}/rows",
        "/risk/declarations/{set}/rows/3",
        "/risk/declarations/new",
        "/risk/profiles/",
        "/risk/profiles/P-001/",
        "/risk/profiles/P-001/versions/1",
        "/risk/profiles/P-001/compare",
        "/risk/checks/",
        "/risk/profiles/new",
        "/risk/lists/",
        "/risk/lists/watch/",
        "/risk/lists/watch/bring-in",
        "/risk/goods/",
        "/risk/indicators/",
        "/risk/indicators/unit_value_ratio/",
        "/risk/models/",
        "/work/",
        "/files/",
        "/people/me/",
        "/people/me/log-ins/",
    ),
    "Nargiza": ("/", "/risk/checks/", "/risk/rules/", "/risk/profiles/P-001/"),
    "Aigul": ("/", "/risk/rules/", "/people/", "/people/invite/"),
    "Elena": ("/",),
}


@pytest.mark.parametrize("name", PAGES)
def test_axe_finds_nothing_in_both_themes_and_nothing_scrolls_sideways(
    sign_in, live_server, node, name
):
    page = sign_in(name, bypass_csp=True)
    found = []
    for path in PAGES[name]:
        address = live_server.url + path.format(set=node.year.pk)
        page.goto(address)
        for theme in ("light", "dark"):
            page.emulate_media(color_scheme=theme, reduced_motion="reduce")
            expect(page.locator("html")).to_have_attribute("data-bs-theme", theme)
            said = Axe().run(page, options={"runOnly": RULES_IN[theme]})
            found += [
                f"{path} {theme}: {one['id']}: {one['nodes'][0]['html'][:160]}"
                for one in said.response["violations"]
            ]
        for width in (1366, 390, 320):
            page.set_viewport_size({"width": width, "height": 768})
            wide = page.evaluate("document.documentElement.scrollWidth")
            if wide > width:
                found.append(f"{path}: {wide} px wide at {width}")
        page.set_viewport_size({"width": 1366, "height": 768})

    assert not found, "\n".join(found)


def test_the_language_is_changed_and_stays(sign_in, live_server):
    page = sign_in("Timur")

    page.locator("summary", has_text="English").click()
    page.get_by_role("button", name="Русский").first.click()

    expect(page.locator("html")).to_have_attribute("lang", "ru")
    expect(page.get_by_role("link", name="Новый профиль")).to_be_visible()
    page.goto(f"{live_server.url}/risk/profiles/new")
    expect(page.locator("html")).to_have_attribute("lang", "ru")


def test_on_a_phone_the_bar_is_at_the_bottom_and_leads_everywhere(sign_in):
    page = sign_in("Timur", viewport={"width": 390, "height": 844}, has_touch=True)

    bar = page.get_by_role("navigation", name="Areas, at the bottom")
    expect(bar).to_be_visible()
    assert bar.bounding_box()["y"] > 700
    bar.get_by_role("link", name="Risk").tap()
    expect(page.get_by_role("heading", name="Risk", level=1)).to_be_visible()
    page.get_by_role("link", name="Profiles").tap()
    page.get_by_role("link", name="P-001").tap()
    expect(page.locator("#panel tr", has_text="Declarations hit")).to_be_attached()
    for box in page.locator(".tm-phone-bar__link:visible").all():
        assert box.bounding_box()["height"] >= 44


def test_the_slash_goes_to_the_search_and_finds_across_areas(sign_in):
    page = sign_in("Timur")

    page.keyboard.press("/")
    field = page.get_by_label("Name, code or words")
    expect(field).to_be_focused()
    field.fill("low unit")
    field.press("Enter")

    page.get_by_role("link", name="P-001 Low unit value").click()
    expect(page.get_by_role("heading", name="P-001 Low unit value")).to_be_visible()
