"""What every page knows: the areas of its reader, the theme, the languages, the node."""

from functools import cache
from importlib import metadata
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.utils import timezone
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext

from tamgha.platform.ui import formats, navigation

if TYPE_CHECKING:
    from django.http import HttpRequest

THEME_COOKIE = "tm-theme"
THEMES = ("light", "dark")


def page(request: "HttpRequest") -> dict[str, Any]:
    """Return the context variable ``ui`` of the base template; costs nothing on pages without it."""
    return {"ui": SimpleLazyObject(lambda: _facts(request))}


def _facts(request: "HttpRequest") -> dict[str, Any]:
    now = timezone.now()
    return {
        "theme": _theme(request),
        "languages": settings.LANGUAGES,
        "menu": navigation.menu_for(request),
        "search": navigation.search_address(),
        "sent_at": formats.clock(now),
        "demo": bool(getattr(settings, "TAMGHA_DEMO", False)),
        "node": _node_name(),
        "version": _version(),
        "person": _person(request),
    }


def _node_name() -> str:
    """Return the name of the node; the one that comes with the program in the reader's language."""
    name = str(getattr(settings, "TAMGHA_NODE_NAME", "Tamgha"))
    return gettext("Demo node") if name == "Demo node" else name


def _theme(request: "HttpRequest") -> str:
    """Return the theme that this browser or this person has chosen, or "" for the system's."""
    wishes = (
        request.COOKIES.get(THEME_COOKIE, ""),
        getattr(getattr(request, "user", None), "theme", ""),
    )
    return next((wish for wish in wishes if wish in THEMES), "")


def _person(request: "HttpRequest") -> dict[str, str]:
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return {}
    name = user.get_full_name() or user.get_username()
    return {"name": name, "initials": initials(name), "key": str(user.pk)}


def initials(name: str) -> str:
    """Return the first letters of the first and the last word of a name, or of an address."""
    words = [word for word in name.replace("@", " ").replace(".", " ").split() if word[0].isalnum()]
    letters = [words[0][0], words[-1][0]] if len(words) > 1 else [word[0] for word in words]
    return "".join(letters).upper() or "?"


@cache
def _version() -> str:
    return metadata.version("tamgha")
