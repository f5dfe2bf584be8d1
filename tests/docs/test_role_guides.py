"""The guides of roles name buttons, pages and commands as the program has them, and are found."""

import importlib
import pkgutil
import re
from functools import cache
from pathlib import Path

import pytest
from typer.testing import CliRunner

from tamgha.site import cli
from tamgha.site.cli_app import app

ROOT = Path(__file__).parents[2]
GUIDES = ROOT / "docs" / "guides"
ROLES = sorted(GUIDES.glob("role-*.md"))
FIRST = [GUIDES / "first-week.md"]
NAMED = re.compile(r"(?<!\*)\*(?!\*)([^*]+?)(?<!\*)\*(?!\*)")
SAID = {
    "Our profiles find 40 % of fraud",
    "P-012 is better than P-017",
    "Fraud has risen",
    "Nothing was found, so nothing is there",
    "drift",
    "Tutorial",
}
"""In italics, and no names of things on pages."""


@cache
def words_of_the_program() -> str:
    """Return everything that stands in sources, templates and translations, in one line."""
    files = [
        path for kind in ("*.py", "*.html", "*.po") for path in sorted((ROOT / "src").rglob(kind))
    ]
    text = " ".join(path.read_text("utf-8") for path in files)
    return re.sub(r'"\s*\n?\s*"|\s+', " ", text)


def names_in(guide: Path) -> list[str]:
    """Return the names that a guide gives in italics: of a way, each step; of an ellipsis, its parts."""
    text = re.sub(r"```.*?```", "", guide.read_text("utf-8"), flags=re.DOTALL)
    found = [" ".join(one.split()) for one in NAMED.findall(text)]
    steps = [step for one in found if one not in SAID for step in re.split(" → ", one)]
    return [part.strip() for step in steps for part in step.split("…") if part.strip(" .[]")]


@pytest.mark.parametrize("guide", ROLES + FIRST, ids=lambda path: path.stem)
def test_what_a_guide_names_is_there_under_that_name(guide):
    names = [one for one in names_in(guide) if not one.startswith("[")]

    assert names
    assert [one for one in names if one not in words_of_the_program()] == []


@pytest.mark.parametrize("guide", ROLES, ids=lambda path: path.stem)
def test_a_guide_is_one_page_and_is_linked_from_the_front(guide):
    text = guide.read_text("utf-8")
    links = re.findall(r"\]\(([^)#]+)\)", text)

    assert len(text.splitlines()) <= 75
    assert [one for one in links if not (guide.parent / one).exists()] == []
    assert f"docs/guides/{guide.name}" in (ROOT / "README.md").read_text("utf-8")


def test_the_commands_of_the_guides_exist():
    for module in pkgutil.iter_modules(cli.__path__):
        importlib.import_module(f"{cli.__name__}.{module.name}")
    told = set()
    for guide in ROLES:
        told |= set(re.findall(r"`tamgha ([a-z]+)(?: ([a-z_]+))?", guide.read_text("utf-8")))
    managed = {path.stem for path in (ROOT / "src").rglob("management/commands/*.py")}
    groups = {group.name for group in app.registered_groups}

    missing = [
        words
        for words in told
        if not (words[0] == "manage" and words[1] in managed)
        and CliRunner().invoke(app, [*words[: 2 if words[0] in groups else 1], "--help"]).exit_code
    ]

    assert len(told) > 10
    assert missing == []
