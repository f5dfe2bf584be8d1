"""Short notices after an act: what succeeded (with its undo), and what the reader should know."""

from typing import TYPE_CHECKING

from django.contrib import messages

if TYPE_CHECKING:
    from django.http import HttpRequest

UNDO = "undo:"


def succeeded(request: "HttpRequest", text: str, *, undo: str = "") -> None:
    """Tell that an act succeeded; ``undo`` is the address that takes it back by POST."""
    messages.success(request, text, extra_tags=f"{UNDO}{undo}" if undo else "")


def warned(request: "HttpRequest", text: str) -> None:
    """Tell what the reader should look at; it stays on the page."""
    messages.warning(request, text)


def refused(request: "HttpRequest", text: str) -> None:
    """Tell why an act was not done: what was expected, what came, what to do."""
    messages.error(request, text)
