"""Which style sheets and scripts a page loads, in which order, bundled or file by file.

`assets` writes the bundles at set-up. In development (DEBUG), or where no bundle was made, the
files are linked one by one, so that a change is seen at the next reload.
"""

from functools import cache
from typing import Final

from django.conf import settings
from django.contrib.staticfiles import finders
from django.templatetags.static import static

STYLES: Final[tuple[str, ...]] = (
    "tokens", "tabler", "base", "top", "menu", "page", "phone-bar", "button", "card", "tile", "prov",
    "lane", "marks", "table", "message", "meter", "kv", "cord", "choice", "form", "condition", "heat",
    "chart", "search", "reading", "gallery", "print",
)  # fmt: skip
SCRIPTS: Final[tuple[str, ...]] = ("menu", "forms", "line", "notices", "keys")

STYLE_BUNDLE: Final = "tamgha/tamgha.css"
SCRIPT_BUNDLE: Final = "tamgha/tamgha.js"
VENDOR_STYLE: Final = "tamgha/vendor.css"
HTMX: Final = "django_htmx/htmx-2.min.js"


@cache
def _exists(path: str) -> bool:
    return finders.find(path) is not None


def style_links() -> str:
    """Return the link elements of a page's style sheets."""
    if not settings.DEBUG and _exists(STYLE_BUNDLE):
        paths = [STYLE_BUNDLE]
    else:
        vendor = [VENDOR_STYLE] if _exists(VENDOR_STYLE) else []
        paths = [*vendor, *(f"ui/css/{name}.css" for name in STYLES)]
    return "".join(f'<link rel="stylesheet" href="{static(path)}">' for path in paths)


def script_links() -> str:
    """Return the script elements of a page; all wait for the page to be read."""
    if not settings.DEBUG and _exists(SCRIPT_BUNDLE):
        paths = [SCRIPT_BUNDLE]
    else:
        paths = [f"ui/js/{name}.js" for name in SCRIPTS]
    own = "".join(f'<script type="module" src="{static(path)}"></script>' for path in paths)
    return f'<script src="{static(HTMX)}" defer></script>{own}'
