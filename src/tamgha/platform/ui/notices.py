"""Short notices after an act: what succeeded (with its undo), and what the reader should know."""

from typing import TYPE_CHECKING, Final

from django.contrib import messages
from django.utils.translation import get_language

from tamgha.shared.errors import RefusedError, TamghaError
from tamgha.shared.words import Words

if TYPE_CHECKING:
    from django.http import HttpRequest

UNDO = "undo:"
FAULTS_TOLD: Final = 20
"""So many faults of one refusal stand on a page; more nobody reads there."""


def said(told: Words | TamghaError) -> str:
    """Return a text, or why an act was refused, in the language of the page."""
    words = told.words if isinstance(told, TamghaError) else told
    return words.text(get_language() or "en")


def succeeded(request: "HttpRequest", text: str, *, undo: str = "") -> None:
    """Tell that an act succeeded; ``undo`` is the address that takes it back by POST."""
    messages.success(request, text, extra_tags=f"{UNDO}{undo}" if undo else "")


def warned(request: "HttpRequest", text: str) -> None:
    """Tell what the reader should look at; it stays on the page."""
    messages.warning(request, text)


def refused(request: "HttpRequest", why: str | TamghaError) -> None:
    """Tell why an act was not done: what was expected, what came, what to do; each fault apart."""
    if isinstance(why, RefusedError):
        texts = [said(words) for words in (why.what, *why.faults[:FAULTS_TOLD])]
    else:
        texts = [said(why) if isinstance(why, TamghaError) else why]
    for text in texts:
        messages.error(request, text)
