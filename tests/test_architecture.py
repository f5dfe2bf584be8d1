"""What import contracts cannot say in one line."""

import ast
import importlib
from pathlib import Path

import grimp
import pytest

from tamgha import risk

SOURCE = Path(__file__).parents[1] / "src" / "tamgha"
PRIVATE = {"admin", "forms", "receivers", "tasks", "views"}
# Framework areas whose forms and views are made to be inherited.
MADE_TO_BE_USED = {("platform", "ui"), ("platform", "files")}
ENGINE = (
    "schema",
    "indicators",
    "profiles",
    "simulator",
    "engines",
    "scoring",
    "selection",
    "performance",
)


@pytest.fixture(scope="module")
def graph():
    return grimp.build_graph("tamgha", include_external_packages=False)


def area_of(module: str) -> tuple[str, ...]:
    return tuple(module.split(".")[1:3])


def test_no_area_uses_the_pages_or_forms_of_another(graph):
    strangers = [
        f"{importer} imports {imported}"
        for imported in graph.modules
        if set(imported.split(".")[3:4]) & PRIVATE and area_of(imported) not in MADE_TO_BE_USED
        for importer in graph.find_modules_that_directly_import(imported)
        if area_of(importer) != area_of(imported) and not importer.startswith("tamgha.site")
    ]

    assert strangers == []


def test_no_drawer_for_what_has_no_place():
    banned = {"utils", "helpers", "common", "core", "misc"}

    assert [
        str(p) for p in SOURCE.rglob("*") if p.stem in banned and "__pycache__" not in p.parts
    ] == []


@pytest.mark.parametrize("package", ENGINE)
def test_the_front_door_offers_every_public_name_of_the_engine(package):
    own = set(importlib.import_module(f"tamgha.risk.{package}").__all__)

    missing = own - set(dir(risk))

    assert missing == set(), f"run out of date: {missing}"
    assert all(getattr(risk, name) is not None for name in own)


def test_the_engine_costs_nothing_until_it_is_used():
    import subprocess
    import sys

    code = (
        "import sys, tamgha.risk\n"
        "heavy = {'polars','pyarrow','xgboost','sklearn','ibis','duckdb','scipy','django'}\n"
        "print(sorted(heavy & set(sys.modules)))"
    )

    said = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    ).stdout

    assert said.strip() == "[]"


def public_functions(path: Path):
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.ClassDef) and not node.name.startswith("_"):
            yield node


def test_every_module_says_in_one_line_what_it_is():
    silent = [
        str(path.relative_to(SOURCE))
        for path in SOURCE.rglob("*.py")
        if path.read_text(encoding="utf-8").strip()
        and "migrations" not in path.parts
        and path.name != "apps.py"
        and ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) is None
    ]

    assert silent == []


def test_public_names_of_the_engine_carry_their_meaning():
    bare = []
    for package in ENGINE:
        module = importlib.import_module(f"tamgha.risk.{package}")
        for name in module.__all__:
            value = getattr(module, name)
            if (isinstance(value, type) or callable(value)) and not (value.__doc__ or "").strip():
                bare.append(f"{package}.{name}")

    assert bare == []


def test_nothing_cites_a_document_that_the_project_does_not_have():
    strangers = ("selection.md", "domain.md", "measured.md", "design.md", "rivals.md", "stack.md")
    ours = ("docs/guides/selection.md", "](selection.md)")
    found = []
    for path in [*SOURCE.rglob("*.py"), *(SOURCE.parents[1] / "docs").rglob("*.md")]:
        text = path.read_text(encoding="utf-8")
        for one in ours:
            text = text.replace(one, "")
        found += [
            f"{path.name}: {name}" for name in strangers if name in text and path.name != name
        ]

    assert found == []
