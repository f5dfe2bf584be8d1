"""The colours of a chart: CSS variables for the page, the light values for print and pictures."""

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

TOKENS: Final = Path(__file__).resolve().parents[1] / "static" / "ui" / "css" / "tokens.css"
_TOKEN = re.compile(r"--([\w-]+):\s*(#[0-9a-f]{6})")

FONT: Final = "Noto Sans, Noto Sans Georgian, Noto Sans Armenian, sans-serif"


@dataclass(frozen=True, slots=True)
class Ink:
    """Gives a token its colour: ``ink("fig-1")``.

    Parameters
    ----------
    page : whether the drawing stands in a page, which knows the tokens as CSS variables
    """

    page: bool

    def __call__(self, token: str) -> str:
        values = light_tokens()
        if token not in values:
            raise KeyError(f"no colour token {token!r} in tokens.css")
        return f"var(--{token})" if self.page else values[token]


@cache
def light_tokens() -> dict[str, str]:
    """Return every colour token of the light theme, read from the one place where they stand."""
    text = TOKENS.read_text(encoding="utf-8")
    light = text.split("@media", 1)[0]
    return dict(_TOKEN.findall(light))
