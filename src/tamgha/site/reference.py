"""``make docs``: rewrite the reference pages that repeat the code."""

from pathlib import Path

from tamgha.site.configuration import SETTINGS

REFERENCE = Path(__file__).resolve().parents[3] / "docs" / "reference"


def settings_page() -> str:
    """Return the page of all settings."""
    head = (
        "# Settings\n\nEvery setting of a node is an environment variable. A value that makes no sense, "
        "or a name that is not in this list, stops the start with a message that names them all.\n\n"
        "| variable | default | meaning |\n|---|---|---|\n"
    )
    return head + "".join(f"| `{s.variable}` | `{s.default}` | {s.meaning} |\n" for s in SETTINGS)


PAGES = {"settings.md": settings_page}


def write_pages() -> None:
    """Write every page of the reference."""
    REFERENCE.mkdir(parents=True, exist_ok=True)
    for name, page in PAGES.items():
        (REFERENCE / name).write_text(page(), encoding="utf-8")


if __name__ == "__main__":
    write_pages()
