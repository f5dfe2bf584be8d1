"""From the analyst to the approver and to the border post, in a browser."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from tamgha.practice.targeting.models import ProfileVersion
from tamgha.practice.targeting.services import profiles

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_a_profile_goes_to_the_border_post_by_two_people(sign_in, live_server, node):
    now = timezone.now()
    wording = profiles.Wording(
        name="Low unit value",
        condition="unit_value_ratio < 60 %",
        red=5_000,
        task_en="Weigh a pair",
        purpose="undervaluation",
        risk="R-12",
        valid_to=timezone.localdate(now) + timedelta(days=90),
    )
    profiles.save_draft(
        administration=node.analyst.administration,
        code="P-001",
        wording=replace(wording),
        by=node.analyst,
        at=now,
        based_on=1,
        evidence_of_test={
            "set": node.year.pk, "set_name": "Year", "set_change": 1, "rate": 0.2, "low": 0.1,
            "high": 0.4, "finds": 4, "results": 20, "method": "Wilson", "simulated": True,
        },
    )  # fmt: skip
    timur = sign_in("Timur")
    timur.goto(f"{live_server.url}/risk/profiles/P-001/")
    timur.get_by_role("button", name="Ask for the second check").click()
    expect(timur.get_by_text("Version 2 of P-001 waits for the second check.")).to_be_visible()
    expect(timur.get_by_role("button", name="Approve", exact=True)).to_have_count(0)

    nargiza = sign_in("Nargiza")
    nargiza.goto(f"{live_server.url}/")
    nargiza.get_by_role("link", name="Check it").click()
    nargiza.get_by_role("button", name="Return with a reason").click()
    expect(nargiza.get_by_text("needs a reason")).to_be_visible()
    nargiza.get_by_role("link", name="Profiles", exact=True).click()
    nargiza.get_by_role("link", name="Second check").click()
    nargiza.get_by_role("button", name="Approve", exact=True).click()
    expect(nargiza.get_by_text("Approved").first).to_be_visible()

    timur.goto(f"{live_server.url}/")
    timur.get_by_role("link", name="Put it live").click()
    timur.get_by_label("on so many of 100 declarations").fill("30")
    timur.get_by_role("button", name="Put it live").press("Enter")
    expect(timur.get_by_text("on 30 % of the declarations")).to_be_visible()
    version = ProfileVersion.objects.get(profile__code="P-001", number=2)
    assert (version.state, version.rollout) == ("active", 3000)
