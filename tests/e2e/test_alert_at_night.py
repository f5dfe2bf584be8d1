"""An urgent alert at two in the morning: it decides at once, and a second person has a day."""

import re
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.utils import timezone
from playwright.sync_api import expect

from tamgha.platform.journal.models import Entry
from tamgha.practice.targeting.models import ProfileVersion
from tamgha.site import housekeeping

NIGHT = datetime(2026, 11, 24, 21, 0, tzinfo=UTC)
"""Two in the morning in Tashkent."""
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True}
REASON = "Сообщение соседней таможни о партии без маркировки"


@pytest.fixture
def clock():
    """A clock that stands at two in the morning until a test moves it."""
    with time_machine.travel(NIGHT, tick=True) as moved:
        yield moved


def keep_house():
    """Do what the node does by the clock, as its thread does."""
    housekeeping.do_due(timezone.now())


def put_live_at_once(page, live_server, in_russian):
    """Write an alert on a phone, in Russian, and put it live without a second person."""
    in_russian(page)
    page.goto(f"{live_server.url}/risk/profiles/new")
    page.get_by_label("Условие текстом").fill("importer = 'KARAVAN 118'")
    page.get_by_role("button", name="Принять этот текст").tap()
    page.get_by_label("Название", exact=True).fill("Партия без маркировки")
    page.get_by_label("Задание на досмотр, по-английски").fill("Open every package.")
    page.get_by_label("Задание на досмотр, по-русски").fill("Вскрыть все места.")
    page.get_by_label(re.compile("^Цель")).fill("Найти партию до выпуска")
    page.get_by_role("combobox", name="Риск, на который отвечает").fill("R-31")
    page.get_by_label("Действует до").fill((timezone.localdate() + timedelta(days=14)).isoformat())
    page.get_by_role("button", name="Сохранить новой версией").first.tap()
    expect(page.get_by_text("P-002").first).to_be_visible()
    page.goto(f"{live_server.url}/risk/profiles/P-002/versions/1")
    page.get_by_role("button", name="Ввести в действие немедленно").tap()
    expect(page.locator(".tm-msg--bad")).to_be_visible()  # not without a reason
    alert = page.locator(
        "form", has=page.get_by_role("button", name="Ввести в действие немедленно")
    )
    alert.get_by_label("Причина").fill(REASON)
    alert.get_by_role("button").tap()
    expect(page.get_by_text("Срочная ориентировка, действует").first).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") == 390


def acts_of_journal():
    return list(
        Entry.objects.filter(act__startswith="targeting.profile.")
        .order_by("pk")
        .values_list("act", flat=True)
    )


def test_an_alert_that_nobody_approves_within_a_day_ends_itself(
    clock, sign_in, lodge, live_server, in_russian
):
    before = lodge("night-0")
    timur = sign_in("Timur", **PHONE)

    put_live_at_once(timur, live_server, in_russian)
    at_once = lodge("night-1")
    clock.shift(timedelta(hours=23, minutes=59))
    keep_house()
    last_minute = lodge("night-2")
    clock.shift(timedelta(minutes=2))
    unswept = lodge("night-3")
    clock.shift(timedelta(minutes=10))
    keep_house()

    assert [one["lane"] for one in (before, at_once, last_minute, unswept)] == [
        "green", "red", "red", "green",
    ]  # fmt: skip
    assert at_once["task"]["ru"] == "Вскрыть все места."
    assert ProfileVersion.objects.get(profile__code="P-002").state == "retired"
    assert acts_of_journal()[-1] == "targeting.profile.alert_lapsed"
    timur = in_russian(sign_in("Timur", **PHONE))
    timur.goto(f"{live_server.url}/risk/profiles/P-002/versions/1")
    expect(timur.get_by_text("Срочная ориентировка не утверждена в срок").first).to_be_visible()
    nargiza = sign_in("Nargiza")
    expect(nargiza.get_by_text("Urgent alert, live and not approved")).to_have_count(0)


def test_an_alert_that_is_approved_in_the_morning_goes_on(
    clock, sign_in, lodge, live_server, in_russian
):
    put_live_at_once(sign_in("Timur", **PHONE), live_server, in_russian)
    clock.shift(timedelta(hours=7))
    nargiza = sign_in("Nargiza")

    expect(nargiza.get_by_text("Urgent alert, live and not approved")).to_be_visible()
    expect(nargiza.locator("#due li").first).to_contain_text(REASON)
    nargiza.get_by_role("link", name="Check it: Urgent alert").click()
    nargiza.get_by_role("button", name="Approve the alert").click()
    expect(nargiza.get_by_text("P-002 v1: Live.")).to_be_visible()
    clock.shift(timedelta(hours=20))
    keep_house()

    assert lodge("morning-1")["lane"] == "red"
    version = ProfileVersion.objects.get(profile__code="P-002")
    assert (version.state, version.urgent_until, version.frozen["version"]) == ("active", None, 1)
    assert acts_of_journal()[-1] == "targeting.profile.alert_confirmed"
