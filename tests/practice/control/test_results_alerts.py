"""Alerts on results and the report of a month."""

import re
import zlib
from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.urls import reverse
from tests.practice.control.test_results_page import TODAY, counted  # noqa: F401 -- a fixture
from tests.practice.control.test_results_upkeep import LATER, decided  # noqa: F401 -- a fixture

from tamgha.platform.jobs.worker import run_waiting
from tamgha.practice.control.domain.packing import packed
from tamgha.practice.control.gateways import counting
from tamgha.practice.control.models import (
    Decision,
    ResultAlert,
    ResultCell,
    ResultEntry,
    ResultReport,
)
from tamgha.practice.control.services import alerting, reporting, upkeep
from tamgha.practice.control.services.errors import ControlError
from tamgha.practice.targeting.models import RetirementProposal

Kind = ResultAlert.Kind


def test_missing_feedback_is_raised_once_by_post_and_dealt_with_by_a_name(
    people,
    decided,  # noqa: F811
    as_person,
):
    upkeep.sweep(administration=people.juniper, at=LATER)
    reds = sum(row.lane == "red" for row in decided)
    assert reds >= alerting.LEAST_MISSING
    later = LATER + timedelta(days=20)

    first = alerting.watch(administration=people.juniper, at=later)
    again = alerting.watch(administration=people.juniper, at=later + timedelta(days=1))

    feedback = [one for one in first if one.kind == Kind.FEEDBACK]
    assert [(one.subject, one.facts) for one in feedback] == [
        ("1101", {"missing": reds, "of": reds})
    ]
    assert again == []

    client = as_person(people.nargiza)
    page = client.get(reverse("control:alerts")).content.decode()
    assert f"{reds} of {reds} examinations older than two weeks have no result." in page
    address = reverse("control:alert-state", args=[feedback[0].pk])
    client.post(address, {"state": "seen"})
    client.post(address, {"state": "done", "remark": "The post was called"})
    alert = ResultAlert.objects.get(pk=feedback[0].pk)
    assert (alert.state, alert.seen_by, alert.done_by) == ("done", people.nargiza, people.nargiza)
    with pytest.raises(ControlError, match="already"):
        alerting.deal_with(alert=alert, remark="Again", by=people.timur, at=later)


def test_more_examinations_than_the_plan_expects_are_raised_beyond_chance(
    people,
    put_in_force,
    counted,  # noqa: F811
):
    put_in_force(expected_red=100, random_red=100)
    today = counted.end

    signs = list(
        alerting._overdrawn(
            people.juniper, alerting.desks.standard_of(people.juniper, LATER), today
        )
    )

    assert {one.subject for one in signs} == {"1101 import", "1102 import"}
    assert signs[0].facts["red"] == 120


def test_a_profile_below_the_draw_is_proposed_for_retirement_and_said_once(
    people, profile, as_person
):
    profile("P-001", "hs LIKE '64%'", red=10_000)
    profile("P-002", "hs LIKE '85%'", red=10_000)
    day = LATER.date() - timedelta(days=40)

    def lay(way, code="", **amounts):
        told = {
            "decided": 900,
            "chosen": 900,
            "results": 900,
            "lane": "red",
            "number": 1 if code else 0,
        }
        ResultCell.objects.create(
            administration=people.juniper,
            day=day,
            office="1101",
            direction="import",
            way=way,
            code=code,
            **(told | amounts),
        )

    lay("criteria", found=150)
    lay("random", found=150)
    lay("criteria", "P-001", found=0)
    lay("criteria", "P-002", found=150)
    counting.sum_weeks(people.juniper)

    raised = alerting.watch(administration=people.juniper, at=LATER)

    worn = [one for one in raised if one.kind == Kind.WEARING]
    assert [one.subject for one in worn] == ["P-001 v1"]
    assert worn[0].facts["drawn_found"] == 150
    assert RetirementProposal.objects.get().version.profile.code == "P-001"
    assert alerting.watch(administration=people.juniper, at=LATER + timedelta(hours=1)) == []
    page = as_person(people.nargiza).get(reverse("control:alerts")).content.decode()
    assert "0 finds in 900 results, the random draw 150 in 900: below it" in page


@pytest.mark.parametrize(("days", "says"), [(0, True), (30, True), (31, False), (-1, False)])
def test_a_profile_that_stops_within_a_month_is_said(people, profile, days, says):
    version = profile("P-001", "hs LIKE '64%'", red=10_000)
    today = LATER.date()
    ends = today + timedelta(days=days)
    standard = alerting.desks.standard_of(people.juniper, LATER)
    live = standard.versions["P-001", version.number]
    engine = replace(live.engine, valid_to=ends)

    signs = list(
        alerting._expiring(
            replace(standard, versions={("P-001", 1): replace(live, engine=engine)}), today
        )
    )

    assert [one.facts["ends"] for one in signs] == ([ends.isoformat()] if says else [])


def test_prices_that_moved_beyond_chance_are_said_with_who_looks_at_them(people, profile):
    profile("P-001", "item_price < 90", red=10_000)
    profile("P-002", "hs LIKE '64%'", red=10_000)
    today = LATER.date()
    place = 0
    for days_ago, price in ((60, 100.0), (5, 400.0)):
        for number in range(120):
            place += 1
            at = LATER - timedelta(days=days_ago)
            item = {"item": 1, "hs": "6403990000", "item_price": price + number}
            Decision.objects.create(
                administration=people.juniper,
                key=f"k-{place}",
                digest="",
                declaration=f"D-{place}",
                office="1101",
                direction="import",
                lodged=at,
                decided_at=at,
                day=today - timedelta(days=days_ago),
                period="2026-11",
                mode="modsel",
                state="decided",
                lane="green",
                lane_now="green",
                way="none",
                inclusion=0.05,
                draw_id=str(place),
                epoch="2026Q4",
                body=packed([item]),
                record=b"",
            )

    raised = alerting.watch(administration=people.juniper, at=LATER)

    drifts = {one.subject: one.facts for one in raised if one.kind == Kind.DRIFT}
    assert set(drifts) == {"item_price"}
    assert drifts["item_price"]["profiles"] == ["P-001"]
    assert drifts["item_price"]["index"] > drifts["item_price"]["noise_95"]


def test_more_than_the_capacity_of_a_day_is_said(people, put_in_force, counted):  # noqa: F811
    put_in_force(mode="capacity", capacity=50, random_examinations=5, arrivals=400)

    signs = list(
        alerting._overdrawn(
            people.juniper, alerting.desks.standard_of(people.juniper, LATER), counted.end
        )
    )

    assert {one.subject for one in signs} == {"1101 import", "1102 import"}
    assert signs[0].facts["capacity"] == 50
    assert signs[0].facts["most"] == 60


def test_the_year_s_settled_day_leaves_young_weeks_out(people, counted):  # noqa: F811
    assert alerting.settled_day(people.juniper, counted.end) == counted.monday + timedelta(weeks=10)


@pytest.mark.parametrize("language", ["en", "ru"])
def test_a_report_holds_the_figures_of_the_page_and_can_be_read_aloud(
    people,
    counted,  # noqa: F811
    own_home,
    language,
):
    report = ResultReport.objects.create(
        administration=people.juniper,
        month=date(2026, 10, 1),
        language=language,
        made_by=people.timur,
        made_at=LATER,
    )

    made = reporting.make_report(report, at=LATER + (TODAY - LATER.date()))

    assert made.file.name == f"results-juniper-2026-10-{language}.pdf"
    with reporting.files.open_for(people.timur, made.file) as stream:
        pdf = stream.read()
    assert pdf.startswith(b"%PDF-1.")
    assert b"/StructTreeRoot" in pdf or b"/StructTreeRoot" in inflated(pdf)
    assert b"pdfuaid" in pdf or b"pdfuaid" in inflated(pdf)


def inflated(pdf):
    """Return the streams of a PDF that can be inflated, one after the other."""
    found = []
    for part in re.findall(rb"stream\r?\n(.*?)\r?\nendstream", pdf, re.DOTALL):
        try:
            found.append(zlib.decompress(part))
        except zlib.error:
            continue
    return b"\n".join(found)


@pytest.mark.django_db(transaction=True)
def test_an_analyst_asks_for_a_report_and_the_approver_opens_it(people, own_home, as_person):
    client = as_person(people.timur)
    client.post(reverse("control:reports"), {"month": "2026-10", "language": "en"})
    run_waiting()

    report = ResultReport.objects.select_related("job", "file").get()
    assert report.file is not None, report.job.error
    answer = client.get(reverse("control:report", args=[report.pk]))
    assert answer["Content-Type"] == "application/pdf"
    assert b"".join(answer.streaming_content).startswith(b"%PDF-1.")
    answer.close()
    assert client.post(reverse("control:reports"), {"month": "x"}).status_code == 302
    assert ResultReport.objects.count() == 1
    assert not ResultEntry.objects.exists()
