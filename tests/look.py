"""`make look [ONLY=path]`: photographs of every page, as the role that uses it, into build/look/.

A demo node is started on a temporary home, like `make run` starts it. Each page is taken in four
manners, in which each width meets each theme and each language, and each theme each language; with
EVERY=1 in all eight. build/look/index.html lists them by area; what a program can see to be wrong is
told at the end, and then the exit code is 1.
"""

import argparse
import html
import json
import os
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from itertools import product
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))
OUT = ROOT / "build" / "look"
WIDTHS = {1366: 768, 390: 844}
THEMES = ("light", "dark")
LANGUAGES = ("en", "ru")
MANNERS = ((1366, "light", "en"), (1366, "dark", "ru"), (390, "light", "ru"), (390, "dark", "en"))
PREFERRED = ("analyst", "approver", "coordinator", "secretariat", "examiner", "officer", "donor")
PATIENCE = 480


SQUEEZED = """() => [...document.querySelectorAll("main dd, main td, main th, main p, main h2, main h3")]
  .filter((one) => one.clientWidth > 1 && one.clientWidth < 44 && one.innerText.trim().length > 14)
  .slice(0, 3).map((one) => `${one.innerText.trim().slice(0, 40)} in ${one.clientWidth} px`)"""
"""What has a column too narrow for its words: in the page, as JavaScript."""


@dataclass
class Page:
    """One page to photograph: its address, who looks at it, and where the picture goes."""

    area: str
    name: str
    address: str
    actor: str


@dataclass
class Faults:
    """What was ugly in a way that a program can see."""

    lines: list[str] = field(default_factory=list)

    def note(self, page: Page, how: str, what: str) -> None:
        """Keep one fault, once."""
        line = f"{page.area}/{page.name} ({how}): {what}"
        if line not in self.lines:
            self.lines.append(line)


def pages(things: dict[str, Any]) -> Iterator[Page]:
    """Yield every page of the table of entrances, as the role that uses it, and some more."""
    from tests.site.entrances import ACTORS, ENTRANCES

    taken = set()
    for entrance in ENTRANCES:
        actor = next((one for one in (*PREFERRED, "stranger") if one in entrance.get), None)
        if entrance.name in {"account_login", "accounts:welcome", "account_inactive"}:
            actor = "stranger"
        if actor is None:
            continue
        try:
            address = entrance.address(things)
        except (KeyError, AttributeError):
            continue
        area, _colon, name = entrance.name.rpartition(":")
        while name in taken:
            name += "-2"
        taken.add(name)
        yield Page(area or "sign-in", name, address, actor)
    for actor in ACTORS:
        if actor not in {"stranger", "other", "analyst"}:
            yield Page("site", f"home-{actor}", "/", actor)
    yield Page("site", "search-nothing", "/search?q=nothing+such", "analyst")
    yield Page("site", "search-people", "/search?q=demo", "coordinator")
    yield Page("targeting", "model-1", "/risk/models/1/", "analyst")
    yield Page("targeting", "model-1-rows", "/risk/models/1/rows", "analyst")
    yield Page("targeting", "model-1-row", "/risk/models/1/rows/3", "analyst")
    yield from more_pages(things)
    for status in (400, 403, 404, 500):
        yield Page("ui", f"error-{status}", f"/ui/gallery/error/{status}/", "analyst")


def more_pages(things: dict[str, Any]) -> Iterator[Page]:
    """Yield pages of the table again: another object, another reader, another state; and empty ones."""
    risks = "/risk/register/"
    for code, actor in (("R-12", "analyst"), ("R-31", "approver")):
        yield Page("register", f"risk-{code}", f"{risks}{code}/", actor)
    yield Page("register", "risk-open", f"{risks}?open=R-12", "approver")
    yield Page("register", "risk-scores-both", f"{risks}R-32/scores", "approver")
    profiles = "/risk/profiles/"
    for name, address, actor in (
        ("as-approver", "P-001/", "approver"),
        ("waiting", "P-001/versions/2", "approver"),
        ("shadow", "P-002/versions/1", "analyst"),
        ("proposed", "P-004/versions/1", "approver"),
        ("urgent", "P-005/versions/1", "approver"),
    ):
        yield Page("targeting", f"profile-{name}", f"{profiles}{address}", actor)
    for thing, kind, actor in (
        ("act-partial", "acts", "examiner"),
        ("act-final", "acts", "approver"),
        ("decision-random", "decisions", "approver"),
        ("decision-changed", "decisions", "approver"),
        ("drop-refused", "decisions/files", "analyst"),
        ("alert-seen", "results/alerts", "analyst"),
    ):
        yield Page("control", thing, f"/risk/{kind}/{things[thing].pk}/", actor)
    yield Page("control", "plan-by-rates", "/risk/plans/1/", "analyst")
    yield Page("control", "acts-of-all", "/risk/acts/", "approver")
    yield Page("control", "results-as-coordinator", "/risk/results/", "coordinator")
    for by in ("lane", "office", "week"):
        yield Page("control", f"results-by-{by}", f"/risk/results/?by={by}", "analyst")
    for person in ("left", "erased"):
        address = f"/people/{things[person].pk}/"
        yield Page("accounts", f"person-{person}", address, "coordinator")
    yield Page("accounts", "erase-confirm", f"/people/{things['left'].pk}/erase/", "coordinator")
    for name in (
        *("register", "profiles", "checks", "lists", "plans", "decisions", "acts", "results"),
        *("results/alerts", "results/reports", "declarations", "models"),
    ):
        yield Page("empty", name.replace("/", "-"), f"/risk/{name}/", "other")


class Node:
    """A demo node on a temporary home, served as `make run` serves it."""

    def __init__(self, home: Path, port: int):
        os.environ.update(
            DJANGO_SETTINGS_MODULE="tamgha.site.settings",
            DJANGO_ALLOW_ASYNC_UNSAFE="1",
            TAMGHA_HOME=str(home),
            TAMGHA_DEMO="1",
        )
        self.address = f"http://127.0.0.1:{port}"
        command = [
            str(Path(sys.executable).parent / "tamgha"),
            "run",
            "--demo",
            "--port",
            str(port),
        ]
        self.log = (home / "server.log").open("w")
        self.process = subprocess.Popen(command, stdout=self.log, stderr=subprocess.STDOUT)

    def wait(self) -> None:
        """Wait until the node answers."""
        for _ in range(PATIENCE * 2):
            try:
                urllib.request.urlopen(f"{self.address}/sign-in/", timeout=5).close()
            except (urllib.error.URLError, OSError):
                if self.process.poll() is not None:
                    break
                time.sleep(0.5)
            else:
                return
        self.log.flush()
        raise SystemExit(f"the demo node did not start:\n{Path(self.log.name).read_text()}")

    def stop(self) -> None:
        """Stop the node that was started here."""
        self.process.terminate()
        self.process.wait(timeout=30)
        self.log.close()


def stage() -> tuple[dict[str, Any], dict[str, str]]:
    """Set the stage, wait for the long work, and return the objects and a session for each actor."""
    import django

    django.setup()
    from tests import look_stage
    from tests.site.entrances import ACTORS

    things = look_stage.set_the_stage()
    for _ in range(PATIENCE):
        if look_stage.work_is_done():
            break
        time.sleep(1)
    things |= look_stage.learned()
    return things, {actor: look_stage.session_of(look_stage.person_of(actor)) for actor in ACTORS}


def photograph(
    browser: Any, node: Node, shown: list[Page], sessions: dict[str, str], *, every: bool
) -> Faults:
    """Take every page in every manner that was asked for."""
    faults = Faults()
    for width, theme, language in product(WIDTHS, THEMES, LANGUAGES) if every else MANNERS:
        how = f"{width}-{theme}-{language}"
        context = browser.new_context(viewport={"width": width, "height": WIDTHS[width]})
        tab = context.new_page()
        seen: list[str] = []
        tab.on("pageerror", lambda error, seen=seen: seen.append(f"script: {error}"))
        tab.on(
            "console",
            lambda said, seen=seen: seen.append(said.text) if said.type == "error" else None,
        )
        for page in shown:
            seen.clear()
            context.clear_cookies()
            cookies = {"tm-theme": theme, "django_language": language}
            if sessions[page.actor]:
                cookies["sessionid"] = sessions[page.actor]
            context.add_cookies(
                [{"name": n, "value": v, "url": node.address} for n, v in cookies.items()]
            )
            take(tab, node.address + page.address, picture(page, how), page, how, faults)
            for said in seen:
                if "the server responded with a status of" not in said:
                    faults.note(page, how, said[:200])
        context.close()
        print(f"look: {how} done", flush=True)
    return faults


def picture(page: Page, how: str) -> Path:
    """Return where a picture lies."""
    return OUT / page.area / f"{page.name}-{how}.png"


def take(tab: Any, address: str, path: Path, page: Page, how: str, faults: Faults) -> None:
    """Go to a page, wait until it stands still, and photograph it whole."""
    answer = tab.goto(address, wait_until="load")
    tab.evaluate("scrollTo(0, document.body.scrollHeight)")  # pictures that come when seen
    tab.evaluate("scrollTo(0, 0); document.fonts.ready.then(() => 1)")
    tab.wait_for_timeout(100)
    for _ in range(60):  # parts that come after the page
        if not tab.locator(".htmx-request").count():
            break
        tab.wait_for_timeout(250)
    if answer is not None and answer.status >= 500 and page.name != "error-500":
        faults.note(page, how, f"answered {answer.status}")
    wide = tab.evaluate(
        "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    )
    if wide > 0:
        faults.note(page, how, f"scrolls sideways by {wide} px")
    for said in tab.evaluate(SQUEEZED):
        faults.note(page, how, f"squeezed: {said}")
    path.parent.mkdir(parents=True, exist_ok=True)
    tab.screenshot(path=str(path), full_page=True)


def is_a_page(browser: Any, node: Node, page: Page, sessions: dict[str, str]) -> bool:
    """Return whether an address answers with a whole page, not with a file, a part or a redirection."""
    context = browser.new_context()
    if sessions[page.actor]:
        context.add_cookies(
            [{"name": "sessionid", "value": sessions[page.actor], "url": node.address}]
        )
    answer = context.request.get(node.address + page.address, max_redirects=0)
    whole = (
        "text/html" in answer.headers.get("content-type", "") and "<!doctype" in answer.text()[:200]
    )
    context.close()
    return whole and not 300 <= answer.status < 400


def contact_sheets(shown: list[Page]) -> None:
    """Write the index and one sheet for each area; pages of an earlier run keep their place."""
    shown = _with_earlier(shown)
    areas = sorted({page.area for page in shown})
    for area in areas:
        rows = "".join(_sheet_row(page) for page in shown if page.area == area)
        _write(
            OUT / f"{area}.html",
            f"Look: {area}",
            f'<p><a href="index.html">All areas</a></p>{rows}',
        )
    links = "".join(
        f'<li><a href="{area}.html">{area}</a> ({sum(page.area == area for page in shown)} pages)</li>'
        for area in areas
    )
    _write(OUT / "index.html", "Look of every page", f"<ul>{links}</ul>")


def _with_earlier(shown: list[Page]) -> list[Page]:
    """Return these pages with those of earlier runs that are still there, and remember them all."""
    kept = OUT / "pages.json"
    earlier = [Page(**one) for one in json.loads(kept.read_text())] if kept.is_file() else []
    found = {(page.area, page.name): page for page in (*earlier, *shown)}
    there = [page for page in found.values() if picture(page, "1366-light-en").is_file()]
    kept.parent.mkdir(parents=True, exist_ok=True)
    kept.write_text(json.dumps([asdict(page) for page in there], indent=1))
    return there


def _sheet_row(page: Page) -> str:
    pictures = "".join(
        f'<a href="{page.area}/{page.name}-{how}.png"><figure><img loading="lazy" '
        f'src="{page.area}/{page.name}-{how}.png"><figcaption>{how}</figcaption></figure></a>'
        for how in ("-".join(map(str, each)) for each in product(WIDTHS, THEMES, LANGUAGES))
        if picture(page, how).is_file()
    )
    address = html.escape(page.address)
    return f"<h2>{page.name}</h2><p>{address} as {page.actor}</p><div>{pictures}</div>"


def _write(path: Path, title: str, body: str) -> None:
    style = (
        "body{font:14px sans-serif;margin:24px}div{display:flex;flex-wrap:wrap;gap:12px}"
        "figure{margin:0}img{height:260px;max-width:420px;object-fit:cover;object-position:top;border:1px solid #999}"
        "figcaption{font-size:12px}"
    )
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(
        f'<!doctype html><html lang="en"><meta charset="utf-8"><title>{title}</title>'
        f"<style>{style}</style><h1>{title}</h1>{body}</html>",
        encoding="utf-8",
    )


def main() -> int:
    """Photograph what was asked for; say what a program can see to be wrong."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", default="", help="part of an address, or AREA/NAME")
    parser.add_argument("--port", type=int, default=8300)
    parser.add_argument("--every", action="store_true", help="all eight manners, not four")
    chosen = parser.parse_args()
    from tests.browser import MISSING, launch_options

    options = launch_options()
    if options is None:
        print(f"look: skipped, {MISSING}")
        return 0
    from playwright.sync_api import sync_playwright

    with tempfile.TemporaryDirectory(prefix="tamgha-look-") as home:
        node = Node(Path(home), chosen.port)
        try:
            node.wait()
            things, sessions = stage()
            with sync_playwright() as player:
                browser = player.chromium.launch(**options)
                shown = [
                    page
                    for page in pages(things)
                    if (chosen.only in page.address or chosen.only in f"{page.area}/{page.name}")
                    and is_a_page(browser, node, page, sessions)
                ]
                every = chosen.every or bool(os.environ.get("EVERY"))
                faults = photograph(browser, node, shown, sessions, every=every)
                browser.close()
        finally:
            node.stop()
    contact_sheets(shown)
    for line in faults.lines:
        print(f"look: {line}")
    taken = (8 if every else len(MANNERS)) * len(shown)
    print(f"look: {len(shown)} pages, {taken} pictures in {OUT.relative_to(ROOT)}/index.html")
    return 1 if faults.lines else 0


if __name__ == "__main__":
    sys.exit(main())
