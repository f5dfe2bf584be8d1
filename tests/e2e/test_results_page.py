"""The page of results: period, table, definition and rows of a figure, export, the report as PDF."""

import csv
import io
import re

import pytest
from django.utils import timezone
from playwright.sync_api import expect
from tests.e2e.test_by_keyboard import submitted

from tamgha.platform.accounts.models import User
from tamgha.practice.control.domain.acts import HandedIn, ItemResult
from tamgha.practice.control.domain.lodging import Lodging
from tamgha.practice.control.models import InspectionAct
from tamgha.practice.control.services.acts import Hand, hand_in
from tamgha.practice.control.services.drops import decide_many
from tamgha.practice.control.services.rows import Source

HITS, FOUND, OTHERS = 25, 10, 15


@pytest.fixture
def results(node, post):
    """Twenty-five declarations that a profile sent to examination, with ten finds; fifteen others."""
    now = timezone.now()
    submitted(node, moves=("submit", "approve", "activate"))
    place = node.analyst.administration
    lodged = [
        Lodging.model_validate(
            {
                "declaration": f"26-{number:03d}",
                "office": f"110{number % 2}",
                "direction": "import",
                "lodged": now.isoformat(),
                "importer": "KARAVAN 118",
                "items": [
                    {
                        "item": 1,
                        "hs": "640399",
                        "hs_edition": 2022,
                        "item_price": 1711 if number < HITS else 100,
                    }
                ],
            }
        )
        for number in range(HITS + OTHERS)
    ]
    decide_many(Source(administration=place), lodged, at=now)
    bakyt = User.objects.get(username="bakyt.juniper")
    for count, act in enumerate(InspectionAct.objects.order_by("pk")):
        found = ItemResult(item=1, result="found", kind="value")
        item = found if count < FOUND else ItemResult(item=1, result="clean")
        given = HandedIn(examined=timezone.localdate(now), items=(item,), minutes=40)
        hand_in(act=act, given=given, hand=Hand(by=bakyt), at=now)
    return InspectionAct.objects.count()


def test_results_are_narrowed_opened_taken_away_and_reported(
    results, sign_in, live_server, do_work
):
    page = sign_in("Timur")
    page.get_by_role("link", name="Risk", exact=True).first.click()
    page.get_by_role("link", name="Results").first.click()
    page.get_by_role("button", name="Count them now").click()
    do_work()
    page.reload()

    tile = page.locator(".tm-tile", has_text="Hit rate of what profiles chose")
    expect(tile).to_contain_text("40 %")
    expect(tile).to_contain_text("finds ÷ results of examinations that a profile chose")
    expect(tile).to_contain_text("10 of 25 examined")
    expect(page.locator("#gaps")).to_contain_text("What it would take")
    asked = page.get_by_role("form", name="Which results")
    asked.get_by_label("Period").select_option("364")
    asked.get_by_label("Office").select_option("1101")
    asked.get_by_role("button", name="Show").click()
    expect(page).to_have_url(re.compile("span=364.*office=1101"))
    line = page.locator("#table tr", has_text="P-001 v2")
    expect(line).to_contain_text("Too few to show")  # 12 of the 25 came to this office
    asked.get_by_label("Office").select_option("")
    asked.get_by_role("button", name="Show").click()
    expect(page.locator("#table tr", has_text="P-001 v2")).to_contain_text("40 %")

    with page.expect_download() as taken:
        page.get_by_role("link", name="Figures, CSV").click()
    rows = list(csv.reader(io.StringIO(taken.value.path().read_text("utf-8-sig"))))
    named = {row[0]: row for row in rows}
    assert named["P-001 v2"][2:6] == ["25", "25", "25", "10"], rows
    page.locator(".tm-tile", has_text="Hit rate of what profiles chose").get_by_role(
        "link", name="Open the rows"
    ).click()
    expect(page.locator("main table tbody tr")).to_have_count(25)
    page.get_by_role("link", name="26-000").click()
    expect(page.get_by_role("heading", name="P-001 version 2")).to_be_visible()


def test_results_on_a_phone_in_russian_and_the_report_as_pdf(
    results, sign_in, in_russian, live_server, do_work
):
    page = in_russian(sign_in("Timur", viewport={"width": 390, "height": 844}))
    page.goto(f"{live_server.url}/risk/results/?by=lane")

    expect(page.get_by_role("heading", name="Что дал отбор деклараций", level=1)).to_be_visible()
    expect(page.locator("#table")).to_contain_text("40 %")
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    page.get_by_role("link", name="Месячные отчёты").click()
    page.get_by_label("Месяц").fill(f"{timezone.localdate():%Y-%m}")
    page.get_by_role("button", name="Составить отчёт").click()
    expect(page.get_by_text("составляется").first).to_be_visible()
    do_work()
    page.reload()
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    address = page.locator("main table a").first.get_attribute("href")
    report = page.request.get(f"{live_server.url}{address}")

    assert report.headers["content-type"] == "application/pdf"
    assert report.body().startswith(b"%PDF-1.7")
