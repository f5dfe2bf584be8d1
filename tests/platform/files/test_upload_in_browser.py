"""The script that sends a file in slices: over a line that breaks, and without a line at all."""

import hashlib
import shutil

import pytest
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from tests.platform.files.conftest import NOW

from tamgha.platform.accounts import services as accounts
from tamgha.platform.files.models import StoredFile, Upload

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args):
    path = shutil.which("chromium") or shutil.which("google-chrome")
    ours = {"executable_path": path, "args": ["--no-sandbox"]} if path else {}
    return {**ours, **browser_type_launch_args}


@pytest.fixture
def bobs(live_server, people, page):
    """Bob's browser, signed in, on the page of files."""
    bob = people["bob"]
    session = SessionStore()
    session[SESSION_KEY] = str(bob.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = bob.get_session_auth_hash()
    session.create()
    log_in = accounts.open_log_in(
        person=bob,
        session_key=session.session_key,
        address=None,
        device="",
        with_second_factor=False,
        at=NOW,
    )
    session[accounts.LOG_IN_KEY] = log_in.pk
    session.save()
    page.context.add_cookies(
        [{"name": "sessionid", "value": session.session_key, "url": live_server.url}]
    )
    page.goto(f"{live_server.url}/files/")
    return page


@pytest.fixture
def big(tmp_path):
    path = tmp_path / "big.csv"
    path.write_bytes(b"a,b\n" + b"1,2\n" * 500_000)
    return path


def store(page) -> None:
    page.get_by_role("button", name="Store the file").click()
    page.wait_for_url("**/files/*/", timeout=30_000)


def arrived(path) -> bool:
    file = StoredFile.objects.get()
    return (file.name, file.sha256) == (path.name, hashlib.sha256(path.read_bytes()).hexdigest())


def test_a_file_comes_whole_over_a_line_that_breaks(bobs, big):
    answers = iter(["continue", "abort", "abort", "continue"])

    def weather(route):
        if route.request.method != "POST":
            route.continue_()
        elif next(answers, "continue") == "abort":
            route.abort()
        else:
            route.continue_()

    bobs.route("**/files/uploads/*-*/", weather)
    bobs.set_input_files("input[type=file]", big)
    said = bobs.locator("[data-tm-said]")
    said.filter(has_text="The line is gone").wait_for()

    store(bobs)

    assert arrived(big)


def test_a_file_goes_on_where_it_stood_when_the_page_was_left(bobs, big):
    sent: list[int] = []

    def weather(route):
        offset = int(route.request.headers.get("x-offset", -1))
        sent.append(offset)
        if offset > 0 and len(sent) < 4:
            route.abort()
        else:
            route.continue_()

    bobs.route("**/files/uploads/*-*/", weather)
    bobs.set_input_files("input[type=file]", big)
    bobs.locator("[data-tm-said]").filter(has_text="The line is gone").wait_for()
    received = Upload.objects.get().received
    bobs.reload()
    sent[:] = [0, 0, 0, 0]

    bobs.set_input_files("input[type=file]", big)
    store(bobs)

    assert received > 0
    assert Upload.objects.count() == 1
    assert min(offset for offset in sent[4:] if offset >= 0) == received
    assert arrived(big)


def test_without_the_script_the_form_posts_the_file(bobs, big):
    bobs.route("**/files/upload*.js", lambda route: route.abort())
    bobs.reload()

    bobs.set_input_files("input[type=file]", big)
    store(bobs)

    assert Upload.objects.count() == 0
    assert arrived(big)
