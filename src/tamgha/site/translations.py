"""Catalogues of the interface: compile them, and say what has no translation.

``python -m tamgha.site.translations compile`` makes the .mo files without gettext.
``… missing`` prints what the sources say and the Russian catalogues lack; ``… check`` fails on it.
"""

import ast
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import polib

SOURCE = Path(__file__).resolve().parents[1]
AREAS = tuple(sorted(path.parent.parent.parent for path in SOURCE.rglob("locale/ru/LC_MESSAGES")))
CALLS = {
    "_": 1, "lazy": 1, "gettext": 1, "gettext_lazy": 1, "gettext_noop": 1,
    "ngettext": 2, "ngettext_lazy": 2, "pgettext": -1, "pgettext_lazy": -1, "npgettext": -2,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Message:
    """One text of the sources: its id, plural and context as gettext has them, and where it stands."""

    text: str
    plural: str
    context: str
    where: str


def catalogues() -> list[Path]:
    """Return every .po file of the package."""
    return sorted(SOURCE.rglob("locale/*/LC_MESSAGES/*.po"))


def compile_all() -> int:
    """Write a .mo beside each .po, fuzzy entries left out; return how many were written."""
    for path in catalogues():
        polib.pofile(str(path)).save_as_mofile(str(path.with_suffix(".mo")))
    return len(catalogues())


def _literal(node: ast.expr) -> str | None:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None


def _from_python(source: str, where: str) -> Iterator[Message]:
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.Call):
            continue
        name = getattr(node.func, "id", getattr(node.func, "attr", ""))
        kind = CALLS.get(name)
        if kind is None:
            continue
        texts = [_literal(argument) for argument in node.args[: abs(kind) + (kind < 0)]]
        if not texts or any(text is None for text in texts):
            continue
        words = [text for text in texts if text is not None]
        context = words.pop(0) if kind < 0 else ""
        yield Message(
            words[0], words[1] if len(words) > 1 else "", context, f"{where}:{node.lineno}"
        )


def _from_template(source: str, where: str) -> Iterator[Message]:
    from django.utils.translation.template import templatize  # noqa: PLC0415 -- only here

    code = templatize(source, origin=where)
    call = re.compile(
        r"(n?p?gettext)\(\s*((?:u?(?:'(?:\\.|[^'\\])*'|\"(?:\\.|[^\"\\])*\"|'''.*?'''|\"\"\".*?\"\"\")\s*,?\s*){1,3})",
        re.DOTALL,
    )
    for found in call.finditer(code):
        texts = list(ast.literal_eval(f"({found.group(2).rstrip().rstrip(',')},)"))
        context = texts.pop(0) if "p" in found.group(1) else ""
        yield Message(texts[0], texts[1] if len(texts) > 1 else "", context, where)
    for found in re.finditer(
        r"\b_\(\s*((?:'(?:\\.|[^'\\])*')|(?:\"(?:\\.|[^\"\\])*\"))\s*\)", code
    ):
        yield Message(ast.literal_eval(found.group(1)), "", "", where)


def messages() -> list[Message]:
    """Return every text that the Python sources and templates mark for translation."""
    from django.conf import settings  # noqa: PLC0415 -- only here

    if not settings.configured:
        settings.configure(USE_I18N=False)
    found: list[Message] = []
    for path in sorted(SOURCE.rglob("*")):
        if path.suffix not in {".py", ".html", ".txt"} or not path.is_file():
            continue
        where = str(path.relative_to(SOURCE))
        text = path.read_text(encoding="utf-8")
        if path.suffix == ".py":
            if "/risk/" not in f"/{where}" and "/shared/" not in f"/{where}":
                found += _from_python(text, where)
        elif "/templates/" in f"/{where}":
            found += _from_template(text, where)
    return found


def missing() -> list[str]:
    """Return one line for every text that has no whole, checked Russian translation."""
    known: dict[tuple[str, str], polib.POEntry] = {}
    for path in catalogues():
        if path.parts[-3] == "ru":
            for entry in polib.pofile(str(path)):
                if not entry.obsolete:
                    known[(entry.msgctxt or "", entry.msgid)] = entry
    lines = []
    for message in messages():
        entry = known.get((message.context, message.text))
        if entry is None:
            lines.append(f"{message.where}: not in a Russian catalogue: {message.text!r}")
        elif "fuzzy" in entry.flags or not entry.translated():
            lines.append(f"{message.where}: no checked Russian translation: {message.text!r}")
        elif message.plural and len(entry.msgstr_plural) != 3:
            lines.append(f"{message.where}: Russian has three plural forms: {message.text!r}")
    return sorted(set(lines))


def main(arguments: list[str]) -> int:
    """Run one of the acts; return the exit code."""
    act = arguments[0] if arguments else ""
    if act == "compile":
        compile_all()
        return 0
    if act in {"missing", "check"}:
        lines = missing()
        sys.stdout.write("".join(f"{line}\n" for line in lines))
        return 1 if lines and act == "check" else 0
    sys.stderr.write("expected: compile, missing or check\n")
    return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
