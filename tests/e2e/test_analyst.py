"""The analyst's story: a faulty file in, a profile written beside its live back-test, and saved."""

import re

import pytest
from playwright.sync_api import expect
from tests.e2e.keyboard import enter_by_card, focus_by_tab
from tests.look_stage import sample_file

from tamgha.practice.targeting.models import DeclarationSet, Profile


@pytest.fixture
def october(tmp_path):
    """A file of sixty declarations, five of which have a fault."""
    path = tmp_path / "october.csv"
    path.write_text(sample_file(), encoding="utf-8")
    return path


def hit_count(page) -> int:
    """Return how many declarations the live panel says are hit."""
    row = page.locator("#panel tr", has_text="Declarations hit")
    return int(re.sub(r"\D", "", row.locator("a").inner_text()))


def give(page, file, name="October 2026"):
    page.get_by_role("link", name="Bring a file in").first.click()
    page.get_by_label("File", exact=True).set_input_files(file)
    page.get_by_label("Name of the new set").fill(name)
    page.get_by_role("button", name="Read and check the file").click()


def test_a_faulty_file_becomes_a_set_and_a_profile_is_tested_on_it(sign_in, october, do_work):
    page = sign_in("Timur")

    give(page, october)
    expect(page.get_by_text("Nothing is stored yet")).to_be_visible()
    do_work()
    page.reload()
    expect(page.get_by_role("heading", name="Take the good rows")).to_be_visible()
    expect(page.locator(".tm-raw", has_text="2026-13-04")).to_be_visible()
    page.goto(page.url.split("/risk/")[0] + "/")
    page.get_by_role("link", name="Decide: Decide about october.csv").click()
    page.get_by_role("button", name="Take 55 good rows").click()
    do_work()
    page.reload()
    expect(page.get_by_text("5 rows wait to be mended.")).to_be_visible()
    page.get_by_role("link", name="Open the set").click()
    expect(page.get_by_text("55 declarations, 55 rows")).to_be_visible()

    page.get_by_role("link", name="Write a profile on it").click()
    page.get_by_label("What is looked at").select_option("item_price")
    page.get_by_label("How it is compared").select_option(">")
    value = page.get_by_label("Value", exact=True)
    value.fill("1000")
    expect(page.locator("#panel tr", has_text="Declarations hit")).to_be_visible()
    before = hit_count(page)
    value.press("End")
    value.press("Backspace")
    value.press_sequentially("0")
    value.fill("1600")
    expect(page.locator("#cond-text")).to_have_value("item_price > 1600")
    expect(page.locator("#panel tr", has_text="Declarations hit").locator("a")).not_to_have_text(
        str(before)
    )
    assert 0 < hit_count(page) < before
    page.get_by_label("Name", exact=True).fill("Dear shoes")
    page.get_by_role("button", name="Save as a new version").first.click()

    expect(page.get_by_text("Version 1 of P-002 is saved.")).to_be_visible()
    page.get_by_role("link", name="History").click()
    expect(page.get_by_role("heading", name="P-002 Dear shoes")).to_be_visible()
    assert DeclarationSet.objects.get(name="October 2026").rows == 55
    assert Profile.objects.get(code="P-002").versions.get().condition == "item_price > 1600"


def test_without_javascript_intake_and_editor_work_by_their_buttons(sign_in, october, do_work):
    page = sign_in("Timur", java_script_enabled=False)

    give(page, october, name="By buttons")
    do_work()
    page.get_by_role("link", name="Look again").first.click()
    page.get_by_role("button", name="Take 55 good rows").click()
    do_work()
    page.get_by_role("link", name="Look again").first.click()
    page.get_by_role("link", name="Open the set").click()
    page.get_by_role("link", name="Write a profile on it").click()
    page.get_by_label("The condition as text").fill("item_price > 1000")
    page.get_by_role("button", name="Take this text").click()
    assert hit_count(page) > 0
    page.get_by_role("button", name="Condition", exact=True).click()
    columns = page.get_by_label("What is looked at")
    expect(columns).to_have_count(2)
    page.get_by_role("button", name="Remove this condition").last.click()
    expect(columns).to_have_count(1)
    page.get_by_label("Name", exact=True).fill("Without script")
    page.get_by_role("button", name="Save as a new version").first.click()

    expect(page.get_by_text("Version 1 of P-002 is saved.")).to_be_visible()


def test_a_profile_is_written_and_saved_by_keyboard_alone(node, live_server, page):
    enter_by_card(page, live_server, "Timur")

    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to content")).to_be_focused()
    page.keyboard.press("Enter")
    focus_by_tab(page, page.get_by_role("link", name="New profile"), most=10)
    page.keyboard.press("Enter")
    column = page.get_by_label("What is looked at")
    expect(column).to_be_visible()
    focus_by_tab(page, column)
    page.keyboard.type("HS code")
    expect(page.locator("#cond-text")).to_have_count(1)
    value = page.get_by_label("Value", exact=True)
    focus_by_tab(page, value, most=6)
    page.keyboard.type("64")
    expect(page.locator("#cond-text")).to_have_value(re.compile("hs"))
    expect(value).to_be_focused()
    focus_by_tab(page, page.get_by_label("Name", exact=True))
    page.keyboard.type("By keyboard")
    focus_by_tab(page, page.locator(".tm-form__acts").get_by_role("button", name="Save"))
    page.keyboard.press("Enter")

    expect(page.get_by_text("Version 1 of P-002 is saved.")).to_be_visible()
