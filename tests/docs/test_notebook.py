"""The notebook guide runs as it stands, and prints what it shows."""

import contextlib
import io
import re
from pathlib import Path

GUIDE = Path(__file__).parents[2] / "docs" / "guides" / "notebook.md"
BLOCK = re.compile(r"^```(python|text)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def blocks(text: str) -> list[tuple[str, str]]:
    """Return (code, shown output) in order; the output is empty where none follows the code."""
    found = BLOCK.findall(text)
    return [
        (body, found[place + 1][1] if found[place + 1 : place + 2] and found[place + 1][0] == "text" else "")
        for place, (kind, body) in enumerate(found)
        if kind == "python"
    ]  # fmt: skip


def run(code: str, space: dict[str, object]) -> str:
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        exec(compile(code, str(GUIDE), "exec"), space)
    return "\n".join(line.rstrip() for line in printed.getvalue().rstrip().splitlines())


def test_every_block_of_the_notebook_prints_what_the_guide_shows(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    space: dict[str, object] = {}

    shown = [(run(code, space), output.rstrip()) for code, output in blocks(GUIDE.read_text())]

    assert len(shown) == 9
    assert [printed for printed, _ in shown] == [output for _, output in shown]
