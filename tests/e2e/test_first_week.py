"""The first week, clicked through as the guide prints it; each button that it names is pressed."""

import json
import os
import re
import shlex
import shutil
import subprocess
import time
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from tamgha.practice.control.gateways import desks
from tamgha.practice.control.models import ActVersion, Decision
from tamgha.practice.targeting.models import ProfileVersion
from tamgha.practice.targeting.services import profiles
from tamgha.site.cli import main

GUIDE = Path(__file__).parents[2] / "docs" / "guides" / "first-week.md"
TEXT = GUIDE.read_text("utf-8")
NAMED = {" ".join(one.split()) for one in re.findall(r"\*\*(.+?)\*\*", TEXT, re.DOTALL)}
"""What the guide says in bold: people to become, buttons to press."""
COUNT = "Count them now"
DECLARATION = "10702030/251126/000001"


def blocks(kind):
    found = re.findall(r"^```(\w+)\n(.*?)^```$", TEXT, re.MULTILINE | re.DOTALL)
    return [body for name, body in found if name == kind]


def passport():
    """Return the fields of the guide's table and what is typed into them."""
    rows = re.findall(r"^\| (.+?) \| (.+?) \|$", TEXT, re.MULTILINE)
    return {field: value for field, value in rows if field != "field"}


class Reader:
    """Who follows the guide: becomes the people it names, and presses what it names."""

    def __init__(self, page, address):
        self.page, self.address, self.done = page, address, set()

    def become(self, name):
        self.done.add(f"As {name} Demo")
        self.page.context.clear_cookies()
        self.open("/")
        self.page.get_by_role("button", name=f"Sign in as {name}").click()
        self.page.wait_for_url(f"{self.address}/")

    def open(self, path):
        self.page.goto(f"{self.address}{path}")

    def go(self, *names):
        for name in names:
            self.page.get_by_role("link", name=name, exact=True).first.click()

    def menu(self, name):
        self.page.locator("details.tm-menu summary", has_text="Your account").click()
        self.page.get_by_role("link", name=name, exact=True).click()

    def press(self, name):
        self.done.add(name)
        page = self.page
        wanted = page.get_by_role("button", name=name).or_(page.get_by_role("link", name=name))
        wanted.first.click()

    def sees(self, text):
        expect(self.page.locator("main")).to_contain_text(text)


@pytest.fixture
def reader(node, post, page, live_server):
    """The node after the first hour: P-004 is saved once."""
    page.set_default_timeout(20_000)
    for number in (2, 3, 4):
        profiles.save_draft(
            administration=node.analyst.administration,
            code=f"P-{number:03d}",
            wording=profiles.Wording(name="Low unit value", condition="unit_value_ratio < 60 %"),
            by=node.analyst,
            at=timezone.now(),
        )
    return Reader(page, live_server.url)


def curl(command, *, key, address, folder):
    """Run the guide's call in a shell, and return what it answers."""
    if shutil.which("curl") is None:
        pytest.skip("no curl on this machine: the guide's call cannot be run as written")
    shell = {**os.environ, "KEY": key, "TAMGHA": address, "no_proxy": "*"}
    done = subprocess.run(
        ["sh", "-c", command], env=shell, cwd=folder, capture_output=True, text=True, check=True
    )
    return json.loads(done.stdout)


def run(command, monkeypatch, capsys):
    words = shlex.split(command)
    assert words[0] == "tamgha"
    monkeypatch.setattr("sys.argv", words)
    try:
        code = main()
    except SystemExit as ended:
        code = ended.code
    return code or 0, capsys.readouterr().out


def test_the_first_week_runs_as_the_guide_prints_it(
    reader, do_work, tmp_path, monkeypatch, capsys, live_server
):
    call, replay, verify = [body.strip() for body in blocks("sh")]
    (body,) = blocks("json")
    document = tmp_path / "declaration.json"

    write_and_check(reader)
    reader.become("Aigul")
    reader.menu("Programs and their keys")
    reader.page.get_by_label("Name").fill("Tutorial")
    reader.press("Make the key")
    key = reader.page.locator("p.tm-raw").inner_text().strip()

    document.write_text(body, encoding="utf-8")
    asked = {"key": key, "address": live_server.url, "folder": tmp_path}
    first, again = curl(call, **asked), curl(call, **asked)
    document.write_text(body.replace("5200", "5300"), encoding="utf-8")
    refused = curl(call.replace("-sS", "-sS -w '%{stderr}%{http_code}'"), **asked)
    assert (first["lane"], again) == ("red", first)
    assert first["task"]["ru"] == passport()["Task for the examiner, in Russian"]
    assert "lane" not in refused

    reader.become("Timur")
    reader.go("Risk", "Decisions", DECLARATION)
    reader.sees("P-004 version 2")
    reader.press("Derive it again")
    reader.sees("Everything stored follows from everything stored.")
    assert run(replay, monkeypatch, capsys)[0] == 0
    examine(reader)
    read_results(reader, do_work)
    retire(reader)
    time.sleep(desks.FRESH_SECONDS)  # so long may what is in force be older than it is
    other = body.replace("000001", "000002")
    document.write_text(other, encoding="utf-8")
    curl(call.replace("tutorial-1", "tutorial-2"), **asked)
    later = Decision.objects.get(declaration="10702030/251126/000002")
    assert not later.profile_hits.filter(code="P-004").exists()
    reader.menu("Journal")
    reader.sees("P-004")
    assert run(verify, monkeypatch, capsys)[0] == 0
    assert reader.done == NAMED


def write_and_check(reader):
    page = reader.page
    (condition,) = blocks("sql")
    reader.become("Timur")
    reader.go("Risk", "Profiles", "P-004")
    page.get_by_label("The condition as text").fill(condition.strip())
    reader.press("Take this text")
    expect(page.locator("#panel tr", has_text="Declarations hit")).to_be_visible()
    ends = {"Valid until": (timezone.localdate() + timedelta(days=80)).isoformat()}
    for field, value in (passport() | ends).items():
        page.locator("main").get_by_label(re.compile(f"^{field}")).fill(value)
    page.locator("#id_red").fill("100")
    reader.press("Save as a new version")
    reader.sees("Version 2 of P-004 is saved.")
    reader.press("Ask for the second check")
    reader.sees("waits for the second check")

    reader.become("Nargiza")
    reader.press("Check it")
    reader.press("Approve")
    reader.sees("P-004 v2: Approved.")

    reader.become("Timur")
    reader.open("/risk/profiles/P-004/versions/2")
    reader.press("Start the shadow")
    reader.sees("P-004 v2: Shadow.")
    reader.press("Put it live")
    reader.sees("P-004 v2: Live.")


def examine(reader):
    page = reader.page
    reader.become("Bakyt")
    reader.go("Examinations", DECLARATION)
    reader.sees(passport()["Task for the examiner, in English"])
    first, second = page.locator("[data-item]").all()
    first.get_by_label("Finding").select_option(label="value understated")
    first.get_by_label("What you saw").fill("The box says 12 USD a pair")
    second.get_by_label("Finding").select_option(label="leave it open for now")
    second.get_by_label("Why it is left open").fill("The scales are in use")
    second.get_by_label("Who goes on").fill("Bakyt Demo")
    until = timezone.localtime() + timedelta(hours=3)
    second.get_by_label("Until when").fill(until.strftime("%Y-%m-%dT%H:%M"))
    reader.press("Hand in the partial act")
    reader.sees("handed in as partial")
    page.locator("[data-item]").nth(1).get_by_label("Finding").select_option(
        label="no difference found"
    )
    reader.press("Hand in the act")
    reader.sees("The act is handed in.")
    assert list(ActVersion.objects.order_by("pk").values_list("kind", flat=True)) == [
        "partial", "final",
    ]  # fmt: skip


def read_results(reader, do_work):
    page = reader.page
    reader.become("Timur")
    reader.go("Risk", "Results")
    if page.get_by_role("button", name=COUNT).count():  # where nothing waits there is no button
        reader.press(COUNT)
        do_work()
        page.reload()
    reader.done.add(COUNT)
    line = page.locator("#table tr", has_text="P-004 v2")
    expect(line).to_contain_text("Too few to show")
    expect(line.locator("[data-l='Finds']")).to_have_text("1")


def retire(reader):
    page = reader.page
    reader.open("/risk/profiles/P-004/versions/2")
    form = page.locator("form", has=page.get_by_role("button", name="Propose to retire"))
    form.get_by_label("Reason").fill("The importer has moved to another post")
    reader.press("Propose to retire")
    reader.become("Nargiza")
    reader.press("Decide")
    page.get_by_label("Reason").fill("Agreed")
    reader.press("Retire P-004 v2")
    reader.sees("Retired")
    assert ProfileVersion.objects.get(profile__code="P-004", number=2).state == "retired"
