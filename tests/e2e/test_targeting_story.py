"""From the analyst to the approver, the border post, the examiner on a phone, and to the results."""

import base64
import re
from datetime import timedelta

from django.utils import timezone
from playwright.sync_api import expect

from tamgha.practice.control.models import Decision, InspectionAct
from tamgha.practice.targeting.models import ProfileVersion

PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True}
PIXEL = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg=="
)
NAME, CONDITION = "Dear footwear", "item_price > 1700"
KEPT_FROM_EXAMINERS = re.compile(
    r"P-0\d\d|Dear footwear|item_price|1[  ,]?700|/risk/(profiles|decisions|results|checks)"
    r"|score|балл|random|случайн|probab|вероятн|inclusion|hits?\b|condition|услови[ея]"
    r"|criteri|критери|top-?up|добор|explor|mandatory",
    re.IGNORECASE,
)
"""What would tell an examiner why a declaration came to him."""


def write_and_submit(page):
    """Write a profile in the editor, look at its back-test, save it and ask for the second check."""
    page.get_by_role("link", name="New profile").click()
    page.get_by_label("The condition as text").fill(CONDITION)
    page.get_by_role("button", name="Take this text").click()
    expect(page.locator("#panel tr", has_text="Declarations hit")).to_be_visible()
    page.get_by_label("Name", exact=True).fill(NAME)
    page.get_by_label("Task for the examiner, in English").fill("Weigh a pair of every size.")
    page.get_by_label("Task for the examiner, in Russian").fill("Взвесить по паре каждого размера.")
    page.get_by_label("Purpose").fill("Find overvalued footwear")
    page.get_by_role("combobox", name="Risk answered").fill("R-12")
    ends = timezone.localdate() + timedelta(days=90)
    page.get_by_label("Valid until").fill(ends.isoformat())
    page.get_by_role("button", name="Save as a new version").first.click()
    expect(page.get_by_text("Version 1 of P-002 is saved.")).to_be_visible()
    page.get_by_role("button", name="Ask for the second check").click()
    expect(page.get_by_text("Version 1 of P-002 waits for the second check.")).to_be_visible()


def fill_item(page, number):
    return page.locator("[data-item]").nth(number)


def assert_tells_nothing(page):
    """Look at what is read and at what is sent: not a word of why."""
    for text in (page.locator("body").inner_text(), page.content()):
        found = KEPT_FROM_EXAMINERS.search(text)
        assert found is None, text[max(0, found.start() - 80) : found.end() + 80]


def test_a_profile_decides_and_its_examination_comes_back_as_a_result(
    sign_in, lodge, in_russian, live_server, do_work
):
    timur, nargiza = sign_in("Timur"), sign_in("Nargiza")

    write_and_submit(timur)
    nargiza.goto(f"{live_server.url}/")
    nargiza.get_by_role("link", name="Check it").click()
    nargiza.get_by_role("button", name="Approve", exact=True).click()
    expect(nargiza.get_by_text("P-002 v1: Approved.")).to_be_visible()
    timur.goto(f"{live_server.url}/risk/profiles/P-002/versions/1")
    timur.get_by_role("button", name="Start the shadow").click()
    expect(timur.get_by_text("P-002 v1: Shadow.")).to_be_visible()
    in_shadow = lodge("26-1", price=1711)
    timur.get_by_role("button", name="Put it live").click()
    expect(timur.get_by_text("P-002 v1: Live.")).to_be_visible()
    live = lodge("26-2", items=2, price=1711)

    assert (in_shadow["lane"], live["lane"]) == ("green", "red")
    assert live["task"]["ru"] == "Взвесить по паре каждого размера."
    examine_on_a_phone(in_russian(sign_in("Bakyt", **PHONE)), live_server)
    timur.goto(f"{live_server.url}/risk/results/")
    timur.get_by_role("button", name="Count them now").click()
    expect(timur.get_by_text("is being counted")).to_be_visible()
    do_work()
    timur.reload()
    line = timur.locator("#table tr", has_text="P-002 v1").filter(has_not_text="watches only")
    expect(line.get_by_role("cell").nth(1)).to_contain_text("1")
    line.locator("[data-l='Finds'] a").click()
    expect(timur.get_by_role("link", name="26-2")).to_be_visible()
    expect(timur.get_by_text("26-1")).to_have_count(0)
    timur.get_by_role("link", name="26-2").click()
    expect(timur.get_by_role("heading", name="P-002 version 1")).to_be_visible()
    assert KEPT_FROM_EXAMINERS.search(timur.content()), "the words that examiners must not see"
    version = ProfileVersion.objects.get(profile__code="P-002")
    assert (version.state, version.evidence_of_test["set_name"]) == ("active", "Simulated year")


def examine_on_a_phone(page, live_server):
    """Open the task, hand the act in as partial, add a photo and a time, hand in the rest."""
    assert_tells_nothing(page)
    page.get_by_role("link", name="Открыть следующий акт").tap()
    expect(page.locator(".tm-task__words")).to_have_text("Взвесить по паре каждого размера.")
    wide = page.evaluate("document.documentElement.scrollWidth")
    assert wide == 390
    assert_tells_nothing(page)
    first, second = fill_item(page, 0), fill_item(page, 1)
    first.get_by_label("Нарушение").select_option("value")
    first.get_by_label("Взвешено, нетто").fill("49.5")
    first.get_by_label("Что вы увидели").fill("Цена на коробке выше заявленной")
    second.get_by_label("Нарушение").select_option("open")
    bar = page.locator(".tm-actbar")
    bar.get_by_role("button", name="Сдать частичный акт").tap()
    expect(page.get_by_text("Акт не сдан")).to_be_visible()
    expect(first.get_by_label("Что вы увидели")).to_have_value("Цена на коробке выше заявленной")
    second.get_by_label("Почему оставлен открытым").fill("Ждём весы")
    second.get_by_label("Кто продолжит").fill("Bakyt Demo")
    second.get_by_label("До какого времени").fill(
        (timezone.now() + timedelta(days=1)).strftime("%Y-%m-%dT%H:%M")
    )
    bar.get_by_role("button", name="Сдать частичный акт").tap()
    expect(page.get_by_text("Акт сдан частично")).to_be_visible()
    assert InspectionAct.objects.get().state == "partial"

    page.get_by_label("Фото", exact=True).set_input_files(
        {"name": "label.png", "mimeType": "image/png", "buffer": PIXEL}
    )
    page.get_by_label("Что на фото").fill("Ценник")
    page.get_by_role("button", name="Добавить фото").tap()
    expect(page.get_by_role("img", name="Ценник")).to_be_visible()
    page.get_by_text("Записать или исправить время").tap()
    page.get_by_role("button", name="Записать время").tap()
    expect(page.locator("#time")).to_contain_text(re.compile(r"\d\d:\d\d"))
    assert_tells_nothing(page)

    fill_item(page, 1).get_by_label("Нарушение").select_option("clean")
    page.get_by_label("Минут досмотра").fill("45")
    page.locator(".tm-actbar").get_by_role("button", name="Сдать акт").tap()
    expect(page.get_by_text("Акт сдан.")).to_be_visible()
    act = InspectionAct.objects.get()
    assert (act.state, act.latest, act.photos.count(), act.times.count()) == ("final", 2, 1, 1)
    assert_tells_nothing(page)
    for path in ("/", "/risk/acts/", "/search?q=26-2"):
        page.goto(f"{live_server.url}{path}")
        assert_tells_nothing(page)
    decision = Decision.objects.get(declaration="26-2")
    answer = page.goto(f"{live_server.url}/risk/decisions/{decision.pk}/")
    assert answer.status == 403
    assert "P-002" not in page.content()
    taken = page.request.get(f"{live_server.url}/risk/acts/?as=csv")
    assert "26-2" in taken.text()
    assert KEPT_FROM_EXAMINERS.search(taken.text()) is None
