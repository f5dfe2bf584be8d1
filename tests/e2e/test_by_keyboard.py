"""By the keyboard alone: a profile is approved, and an inspection act is handed in."""

from datetime import timedelta

from django.utils import timezone
from playwright.sync_api import expect
from tests.e2e.keyboard import enter_by_card, focus_by_tab

from tamgha.practice.control.models import ActItem, InspectionAct
from tamgha.practice.targeting.models import ProfileVersion
from tamgha.practice.targeting.services import profiles
from tamgha.practice.targeting.services.passports import Wish, make_move

EVIDENCE = {
    "set_name": "Year", "set_change": 1, "rate": 0.2, "low": 0.1, "high": 0.4, "finds": 4,
    "results": 20, "method": "Wilson", "simulated": True,
}  # fmt: skip


def submitted(node, *, moves=("submit",)):
    """Return a version of P-001 that has made these moves; it hits dear goods."""
    now = timezone.now()
    approver = node.analyst.__class__.objects.get(username="nargiza.juniper")
    version = profiles.save_draft(
        administration=node.analyst.administration,
        code="P-001",
        wording=profiles.Wording(
            name="Low unit value",
            condition="item_price > 1700",
            red=10_000,
            task_en="Weigh a pair.",
            task_ru="Взвесить пару.",
            purpose="undervaluation",
            risk="R-12",
            valid_to=timezone.localdate(now) + timedelta(days=90),
        ),
        by=node.analyst,
        at=now,
        based_on=1,
        evidence_of_test=EVIDENCE,
    )
    for move in moves:
        by = approver if move == "approve" else node.analyst
        version = make_move(version=version, wish=Wish(move), by=by, at=now)
    return version


def test_a_profile_is_returned_and_approved_by_keyboard_alone(node, live_server, page):
    version = submitted(node)
    enter_by_card(page, live_server, "Nargiza")

    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to content")).to_be_focused()
    page.keyboard.press("Enter")
    focus_by_tab(page, page.get_by_role("link", name="Check it"), most=12)
    page.keyboard.press("Enter")
    approve = page.get_by_role("button", name="Approve", exact=True)
    expect(approve).to_be_visible()
    focus_by_tab(page, page.get_by_role("button", name="Return with a reason"))
    page.keyboard.press("Enter")
    expect(page.get_by_text("needs a reason")).to_be_visible()
    focus_by_tab(page, approve)
    page.keyboard.press("Enter")

    expect(page.get_by_text("P-001 v2: Approved.")).to_be_visible()
    assert ProfileVersion.objects.get(pk=version.pk).state == "approved"


def test_an_act_is_filled_in_and_handed_in_by_keyboard_alone(node, lodge, live_server, page):
    submitted(node, moves=("submit", "approve", "activate"))
    assert lodge("26-7", items=3, price=1711)["lane"] == "red"
    enter_by_card(page, live_server, "Bakyt")
    press = page.keyboard.press

    press("Tab")
    press("Enter")
    focus_by_tab(page, page.get_by_role("link", name="Open the next act"), most=12)
    press("Enter")
    items = page.locator("[data-item]")
    expect(items).to_have_count(3)
    first = items.nth(0)
    focus_by_tab(page, first.get_by_label("Finding"))
    page.keyboard.type("weight")
    focus_by_tab(page, first.get_by_label("What you saw"), most=4)
    page.keyboard.type("Three pairs too many")
    press("Alt+ArrowDown")
    expect(items.nth(1).get_by_label("Counted")).to_be_focused()
    press("Alt+n")
    expect(items.nth(2).get_by_label("Counted")).to_be_focused()
    press("Alt+n")
    hand_in = page.locator(".tm-title").get_by_role("button", name="Hand in the act")
    focus_by_tab(page, hand_in, key="Shift+Tab")
    press("Enter")

    expect(page.get_by_text("The act is handed in.")).to_be_visible()
    assert InspectionAct.objects.get().state == "final"
    assert list(ActItem.objects.order_by("item").values_list("item", "result", "kind", "seen")) == [
        (1, "found", "weight", "Three pairs too many"),
        (2, "clean", "", ""),
        (3, "clean", "", ""),
    ]
