"""The register out as XLSX and in again: faults at once, drafts only, undone as a whole."""

import io
import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from python_calamine import load_workbook

from tamgha.platform.tables.exports import xlsx_bytes
from tamgha.platform.tables.models import SheetImport
from tamgha.practice.register.models import Risk

HEAD = "Number;Title in English;Risk area;Carried by;Causes;Consequences;Treatment;How;Owner;Next review\n"
GOOD = "R-40;Parcels split;Post and express parcels;post;The limit;Duty lost;Treat;Counted;dana.juniper;15.01.2027\n"


@pytest.fixture
def timur(people, as_person):
    return as_person(people.timur)


def bring(browser, content, name="risks.csv"):
    data = content if isinstance(content, bytes) else content.encode()
    file = SimpleUploadedFile(name, data)
    return browser.post(reverse("tables:sheet", args=["risks"]), {"file": file}, follow=True)


def decide(browser, page, act, **more):
    kept = SheetImport.objects.order_by("-pk").first()
    seen = re.search(r'name="seen" value="(\w+)"', page.content.decode())
    form = {"act": act, "seen": seen.group(1) if seen else "", **more}
    return browser.post(reverse("tables:import", args=[kept.pk]), form, follow=True)


def test_a_new_row_becomes_a_draft_and_nothing_more(people, timur):
    page = bring(timur, HEAD + GOOD)
    assert "1 new, 0 would change" in page.content.decode()
    assert not Risk.objects.exists()

    decide(timur, page, "take")

    version = Risk.objects.get().shown
    assert (version.risk.code, version.state, version.kind, version.area) == (
        "R-40",
        "draft",
        "post",
        "post",
    )
    assert (version.owner, version.residual_score) == (people.dana, None)


def test_all_faults_are_shown_at_once_with_their_rows(desk, people, timur):
    waiting = desk.scored(desk.write(number=12))
    desk.move(waiting, "submit", people.timur)
    rows = (
        "12x;A;valuation;cargo;c;c;treat;h;timur.juniper;15.01.2027\n"
        "R-41;A;luck;cargo;c;c;treat;h;timur.juniper;32.01.2027\n"
        "R-42;A;valuation;cargo;c;c;treat;h;bakyt.juniper;15.01.2027\n"
        "R-43;;valuation;cargo;;c;treat;;timur.juniper;15.01.2027\n"
        "R-12;A;valuation;cargo;c;c;treat;h;timur.juniper;15.01.2027\n"
    )

    text = bring(timur, HEAD + rows).content.decode()

    for said in (
        "a number such as R-12 was expected; “12x” came",
        "one of Valuation, Classification",
        "a day such as 2026-05-31 or 31.05.2026 was expected; “32.01.2027” came",
        "the login name of an analyst, an approver or the coordinator was expected; “bakyt.juniper” came",
        "Give the risk a title, in English or in Russian.",
        "Say what may cause it.",
        "Say how it is treated or transferred.",
        "a version waits for approval; withdraw it first",
    ):
        assert said in text
    assert "0 new, 0 would change" in text


def test_what_goes_out_comes_in_again_as_the_same(desk, timur):
    desk.in_force(number=12, controls="Price notes")
    desk.write(number=13, office="Southern Gate")
    data = timur.get(reverse("register:export")).content

    page = bring(timur, data, "risks.xlsx")

    assert "0 new, 0 would change, 2 stay as they are, 0 with faults." in page.content.decode()


def changed_export(browser, code, column, value):
    data = browser.get(reverse("register:export")).content
    rows = load_workbook(io.BytesIO(data)).get_sheet_by_index(0).to_python()
    place = rows[0].index(column)
    for row in rows[1:]:
        if row[0] == code:
            row[place] = value
    return xlsx_bytes(rows[0], rows[1:])


def test_a_changed_cell_becomes_a_draft_beside_what_is_in_force(desk, timur):
    first = desk.in_force(number=12)
    data = changed_export(timur, "R-12", "Causes", "Prices follow oil")

    page = bring(timur, data, "risks.xlsx")
    text = page.content.decode()
    assert "Duty by value" in text
    assert "Prices follow oil" in text
    decide(timur, page, "take")

    risk = Risk.objects.get()
    assert (risk.shown, risk.working.causes, risk.working.state) == (
        first,
        "Prices follow oil",
        "draft",
    )


def test_taking_back_drops_the_drafts_and_brings_the_old_ones_back(desk, timur):
    draft = desk.write(number=12)
    data = changed_export(timur, "R-12", "Causes", "Prices follow oil")
    page = bring(timur, data, "risks.xlsx")
    done = decide(timur, page, "take")
    assert Risk.objects.get().working.number == 2

    decide(timur, done, "undo")

    risk = Risk.objects.get()
    assert (risk.working, risk.versions.get(number=2).state) == (draft, "dropped")


def test_taking_back_a_new_risk_puts_it_away(timur):
    done = decide(timur, bring(timur, HEAD + GOOD), "take")

    decide(timur, done, "undo")

    risk = Risk.objects.get()
    assert (risk.state, risk.shown.state) == ("retired", "dropped")


def test_a_draft_that_was_scored_since_is_not_taken_back(desk, people, timur):
    done = decide(timur, bring(timur, HEAD + GOOD), "take")
    version = Risk.objects.get().shown
    type(version).objects.update(saved_at=version.saved_at.replace(year=2020))
    desk.score(version, people.dana)

    page = decide(timur, done, "undo")

    assert "R-40 was changed, scored or submitted since" in page.content.decode()
    assert Risk.objects.get().shown.state == "draft"


@pytest.mark.parametrize("who", ["nargiza", "aigul", "bakyt"])
def test_only_analysts_bring_risks_in(people, as_person, who):
    browser = as_person(getattr(people, who))

    assert browser.get(reverse("tables:sheet", args=["risks"])).status_code == 403
