"""The log: one line per request with its number, and nothing in it that tells of a person."""

import io
import json
import logging
import re
import sys

import pytest
from django.test import Client
from django.urls import reverse
from tests.site.made_node import Node

from tamgha.site import logs, search

NAME, MAIL, ADDRESS = "Zarina Probe", "zarina.probe@example.org", "203.0.113.77"
PASSWORD, PHONE = "kumis-and-kites-71", "+996555010203"
MARKS = ("Zarina", "zarina", "Probe", "example.org", ADDRESS, "kumis", PHONE, "996555")


class Kept:
    """What was logged, as a node writes it."""

    def __init__(self, formatter: logging.Formatter):
        self.stream = io.StringIO()
        self.handler = logging.StreamHandler(self.stream)
        self.handler.setFormatter(formatter)
        self.handler.addFilter(logs.is_news)

    @property
    def text(self) -> str:
        return self.stream.getvalue()

    @property
    def lines(self) -> list[dict]:
        return [json.loads(line) for line in self.text.splitlines()]

    @property
    def requests(self) -> list[dict]:
        return [line for line in self.lines if line["logger"] == logs.REQUESTS]


@pytest.fixture
def keep():
    """Keep everything that is logged, down to "debug", in the form of a formatter."""
    root, own = logging.getLogger(), logging.getLogger(logs.OWN)
    levels, handlers = (root.level, own.level), []

    def begin(formatter: logging.Formatter | None = None) -> Kept:
        kept = Kept(formatter or logs.JsonLines())
        root.addHandler(kept.handler)
        root.setLevel(logging.INFO)
        own.setLevel(logging.DEBUG)
        handlers.append(kept.handler)
        return kept

    yield begin
    for handler in handlers:
        root.removeHandler(handler)
    root.setLevel(levels[0])
    own.setLevel(levels[1])


def raised(fault: Exception):
    try:
        raise fault
    except type(fault):
        return sys.exc_info()


def record(name: str, text: str, *args: object, exc_info=None, **extra: object):
    made = logging.LogRecord(
        name, logging.ERROR, "/x/site-packages/y/z.py", 7, text, args, exc_info
    )
    made.__dict__.update(extra)
    return made


# ---- nothing personal ----------------------------------------------------------------------------


def walk(node: Node, as_person, monkeypatch) -> None:
    """Do what puts names into addresses, forms and faults, well and badly."""
    stranger = Client(raise_request_exception=False, REMOTE_ADDR=ADDRESS)
    stranger.get(reverse("site:search"), {"q": NAME})
    stranger.get(f"/no/such/{NAME}/{PHONE}")
    stranger.get(f"/welcome/{PASSWORD}/")
    stranger.get("/", HTTP_HOST="zarina.probe.example.org")
    stranger.get("/", HTTP_X_REQUEST_ID=f"{MAIL}-1234567890abcdef", HTTP_USER_AGENT=NAME)
    for _try in range(9):
        stranger.post(reverse("account_login"), {"login": MAIL, "password": PASSWORD})
    strict = Client(enforce_csrf_checks=True, REMOTE_ADDR=ADDRESS)
    strict.post(f"{reverse('account_login')}?next=/{NAME}", {"login": MAIL})
    coordinator = as_person(node.people["coordinator.juniper"])
    form = {"full_name": NAME, "login_name": MAIL, "username": MAIL, "email": MAIL}
    coordinator.post(reverse("accounts:invite"), form | {"role": "analyst", "language": "en"})
    coordinator.post(reverse("accounts:own"), {"full_name": NAME, "theme": NAME})
    coordinator.get(reverse("site:search"), {"q": MAIL})
    coordinator.get(reverse("targeting:profiles"), {"q": NAME})

    def break_down(*_words, **_more):
        try:
            int(f"Key (email)=({MAIL}) already exists")
        except ValueError as cause:
            raise RuntimeError(f"{NAME} could not be found at {ADDRESS}") from cause

    monkeypatch.setattr(search, "find", break_down)
    coordinator.get(reverse("site:search"), {"q": NAME})


@pytest.mark.parametrize("formatter", [logs.JsonLines, logs.Lines])
def test_a_walk_with_names_in_addresses_forms_and_faults_leaves_none_in_the_log(
    node, as_person, monkeypatch, keep, formatter
):
    kept = keep(formatter())

    walk(node, as_person, monkeypatch)

    assert kept.text.count("\n") >= 20
    assert [mark for mark in MARKS if mark in kept.text] == []


def test_of_a_fault_the_log_tells_class_and_places_of_it_and_of_its_cause(
    node, as_person, monkeypatch, keep
):
    kept = keep()

    walk(node, as_person, monkeypatch)

    (told,) = [line for line in kept.lines if line["logger"] == "django.request"]
    assert [fault["type"] for fault in told["faults"]] == ["RuntimeError", "ValueError"]
    assert any(
        re.fullmatch(r"tamgha/site/views\.py:\d+ find", place) for place in told["faults"][0]["at"]
    )
    assert told["request"] == kept.requests[-1]["request"]
    assert kept.requests[-1]["status"] == 500


def test_texts_of_faults_are_told_only_on_wish():
    fault = raised(ValueError("Zarina"))

    shy = logs.JsonLines().format(record("tamgha.x", "broke", exc_info=fault))
    open_ = logs.JsonLines(with_texts=True).format(record("tamgha.x", "broke", exc_info=fault))

    assert "Zarina" not in shy
    assert json.loads(open_)["faults"][0]["text"] == "Zarina"


@pytest.mark.parametrize(
    ("text", "args", "told"),
    [
        ("Error handling request %s", ("/people/?q=Zarina",), "Error handling request %s"),
        ("Invalid request from ip=203.0.113.77: x", (), "text left out"),
    ],
)
def test_what_others_log_is_told_without_what_they_filled_in(text, args, told):
    line = json.loads(logs.JsonLines().format(record("gunicorn.error", text, *args)))

    assert line["text"] == f"{told} (y/z.py:7)"


def test_a_record_carries_only_what_is_on_the_list():
    line = logs.JsonLines().format(
        record("tamgha.x", "said", view="site:home", user="Zarina", request="Zarina", path="Zarina")
    )

    assert "Zarina" not in line
    assert json.loads(line)["view"] == "site:home"


# ---- the line of a request -----------------------------------------------------------------------


def test_each_request_leaves_one_line(node, as_person, keep):
    kept = keep()
    analyst = as_person(node.people["analyst.juniper"])

    analyst.get(reverse("site:home"))
    analyst.get(reverse("targeting:set", args=[node.things["juniper"]["set"].pk]))
    Client().post("/no/such/page")

    told = [(one["method"], one["view"], one["status"], one["signed_in"]) for one in kept.requests]
    assert told == [
        ("GET", "site:home", 200, True),
        ("GET", "targeting:set", 200, True),
        ("POST", "none", 404, False),
    ]
    assert all(0 < one["ms"] < 60_000 for one in kept.requests)
    assert len({one["request"] for one in kept.requests}) == 3


def test_a_page_that_is_not_there_is_told_once(node, keep):
    kept = keep()

    Client().get("/no/such/page")

    assert [line["logger"] for line in kept.lines] == [logs.REQUESTS]


@pytest.mark.parametrize("name", ["site:alive", "site:ready", "site:metrics"])
def test_what_programs_ask_every_few_seconds_is_told_at_debug_only(db, keep, name):
    kept = keep()

    Client().get(reverse(name))

    assert [line["level"] for line in kept.requests] == ["debug"]


# ---- the number ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "given",
    ["0123456789abcdef", "8c3a1f7e-55b1-4c53-9df0-0a54e9dbb7c1", "a" * 64],
)
def test_a_number_of_a_server_in_front_is_kept(given):
    assert logs.accepted_number(given) == given


@pytest.mark.parametrize(
    "given",
    ["", None, "abc", "a" * 65, "-" * 20, "0123456789ABCDEF", "zarina-probe-zarina", "0123456789abcdef\n", "0123456789abcdef-zarina"],
)  # fmt: skip
def test_anything_else_is_no_number(given):
    assert logs.accepted_number(given) == ""


def test_the_answer_carries_the_number(db, client):
    mine, theirs = client.get("/healthz"), client.get("/healthz", HTTP_X_REQUEST_ID="0f" * 16)

    assert re.fullmatch("[0-9a-f]{16}", mine["X-Request-ID"])
    assert theirs["X-Request-ID"] == "0f" * 16


@pytest.mark.parametrize("language", ["en", "ru"])
@pytest.mark.parametrize(
    ("address", "extra", "status"),
    [
        ("/", {"HTTP_HOST": "elsewhere.example"}, 400),
        ("/risk/", {}, 403),
        ("/no/such/page", {}, 404),
        ("/search?q=anything", {}, 500),
    ],
)
def test_the_page_of_a_fault_shows_the_number_of_its_answer(
    node, as_person, monkeypatch, language, address, extra, status
):
    def break_down(*_words, **_more):
        raise RuntimeError("broken on purpose")

    monkeypatch.setattr(search, "find", break_down)
    browser = as_person(node.people["examiner.juniper"])
    browser.cookies["django_language"] = language

    answer = browser.get(address, **extra)

    said = {"en": "give this number:", "ru": "назовите номер:"}[language]
    assert answer.status_code == status
    assert f"{said} <code>{answer['X-Request-ID']}</code>" in answer.content.decode()


# ---- its form ------------------------------------------------------------------------------------


def test_lines_for_people_are_short():
    line = logs.Lines().format(
        record(logs.REQUESTS, "answered", method="GET", view="site:home", status=200, ms=12.3)
    )

    assert re.fullmatch(r"\d\d:\d\d:\d\d error   GET  200    12\.3 ms  site:home", line)


def test_a_terminal_gets_lines_and_a_file_gets_json(monkeypatch):
    def formatter(is_terminal: bool):
        monkeypatch.setattr(sys.stderr, "isatty", lambda: is_terminal, raising=False)
        return logs.configuration(shape="auto", level="info")["formatters"]["one"]["()"]

    assert formatter(True) is logs.Lines
    assert formatter(False) is logs.JsonLines


def test_no_handler_of_django_sends_requests_by_mail():
    loggers = logs.configuration(shape="json", level="info")["loggers"]

    assert loggers["django"] == {"handlers": [], "propagate": True}
    assert logging.getLogger("django").handlers == []
