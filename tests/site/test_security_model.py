"""The security model: every promise names tests that exist; and the promises of all pages at once."""

import ast
import re
from functools import cache
from pathlib import Path

import pytest
from django.conf import settings as the_settings
from django.test import Client
from django.urls import reverse
from tests.site.entrances import ENTRANCES
from tests.site.made_node import Node

ROOT = Path(__file__).parents[2]
MODEL = ROOT / "docs" / "security-model.md"
NAMED = re.compile(r"`(tests/[\w/]+\.py)::(test_\w+)`")


@cache
def names_in(path: str) -> set[str]:
    tree = ast.parse((ROOT / path).read_text(encoding="utf-8"))
    return {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}


def promises() -> list[tuple[str, list[tuple[str, str]]]]:
    """Return each promise of the model with the tests that it names."""
    text = MODEL.read_text(encoding="utf-8")
    part = text.split("\n## Promises\n")[1].split("\n## ")[0]
    rows = [line.strip("|").split("|") for line in part.splitlines() if line.startswith("| ")]
    return [(row[0].strip(), NAMED.findall(row[1])) for row in rows if row[0].strip() != "promise"]


def test_every_promise_names_its_tests_and_each_of_them_exists():
    made = promises()

    assert len(made) > 40
    assert [promise for promise, tests in made if not tests] == []
    missing = [
        f"{path}::{name}"
        for _promise, tests in made
        for path, name in tests
        if not (ROOT / path).is_file() or name not in names_in(path)
    ]
    assert missing == []


# ---- promises of all pages at once ---------------------------------------------------------------

WITHOUT_TOKEN = frozenset[str]()
"""Addresses that take no token because no browser's cookie opens them: each with its own key."""


def test_every_form_wants_its_token(node: Node):
    things = node.things["juniper"]
    posts = [one for one in ENTRANCES if one.post and one.name not in WITHOUT_TOKEN]
    open_ones = []
    for entrance in posts:
        browser = Client(enforce_csrf_checks=True, raise_request_exception=False)
        browser.force_login(node.people["analyst.juniper"])
        answer = browser.post(entrance.address(things))
        if answer.status_code != 403 or b"csrf" not in answer.reason_phrase.lower().encode() + (
            answer.content.lower()
        ):
            open_ones.append((entrance.name, answer.status_code))

    assert len(posts) > 30
    assert open_ones == []


@pytest.mark.parametrize(
    ("who", "address", "status"),
    [
        (None, "/sign-in/", 200),
        (None, "/no/such/page", 404),
        (None, "/healthz", 200),
        ("examiner.juniper", "/", 200),
        ("examiner.juniper", "/risk/", 403),
        ("analyst.juniper", "/risk/profiles/", 200),
    ],
)
def test_every_answer_carries_the_rules_for_browsers(node: Node, as_person, who, address, status):
    answer = as_person(node.people[who] if who else None).get(address)

    assert answer.status_code == status
    rules = dict(
        part.strip().split(" ", 1)
        for part in answer["Content-Security-Policy"].split(";")
        if part.strip()
    )
    assert rules["default-src"] == rules["script-src"] == rules["style-src"] == "'self'"
    assert rules["object-src"] == rules["base-uri"] == rules["frame-ancestors"] == "'none'"
    assert rules["form-action"] == "'self'"
    assert answer["X-Frame-Options"] == "DENY"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Referrer-Policy"] == "same-origin"
    assert answer["Cross-Origin-Opener-Policy"] == "same-origin"


def test_the_cookie_of_the_session_is_shut_to_scripts(node: Node):
    browser = Client()
    card = reverse("accounts:sign_in_by_card", args=[node.things["juniper"]["card"]])

    browser.post(card)

    cookie = browser.cookies[the_settings.SESSION_COOKIE_NAME]
    assert cookie["httponly"] is True
    assert cookie["samesite"] == "Lax"


def test_behind_https_cookies_go_over_it_alone(tmp_path):
    import json
    import os
    import subprocess
    import sys

    names = (
        "SESSION_COOKIE_SECURE", "CSRF_COOKIE_SECURE", "LANGUAGE_COOKIE_SECURE",
        "SECURE_HSTS_SECONDS", "TAMGHA_HTTPS",
    )  # fmt: skip
    code = (
        "import json; from tamgha.site import settings as s;"
        f"print(json.dumps([bool(getattr(s, name)) for name in {names}]))"
    )
    strange = {name: text for name, text in os.environ.items() if not name.startswith("TAMGHA_")}

    def told(https: str) -> list[bool]:
        environment = strange | {"TAMGHA_HTTPS": https, "TAMGHA_HOME": str(tmp_path)}
        command = [sys.executable, "-c", code]
        return json.loads(
            subprocess.run(
                command, env=environment, capture_output=True, text=True, check=True
            ).stdout
        )

    assert told("1") == [True] * len(names)
    assert told("0") == [False] * len(names)
