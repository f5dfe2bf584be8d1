"""The phrase patterns of each language, as data: one TOML file a language in ``wording/``."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any as Anything

FALLBACK = "en"


@dataclass(frozen=True, slots=True)
class Phrases:
    """The patterns of one language.

    Parameters
    ----------
    code : "en", "ru" …
    data : the tables of the file
    """

    code: str
    data: Mapping[str, Anything]

    def table(self, name: str) -> Mapping[str, Anything]:
        """Return one table, empty if the language has none of that name."""
        found: Mapping[str, Anything] = self.data.get(name, {})
        return found

    def structure(self, name: str) -> str:
        """Return one joining word or frame."""
        return str(self.data["structure"][name])


@cache
def sentence_languages() -> tuple[str, ...]:
    """Return the codes of the languages that sentences can be made in."""
    folder = files("tamgha.risk.profiles") / "wording"
    return tuple(
        sorted(
            each.name.removesuffix(".toml")
            for each in folder.iterdir()
            if each.name.endswith(".toml")
        )
    )


@cache
def phrases_of(language: str) -> Phrases:
    """Return the patterns of a language ("ru", or a tag such as "ru-kz"); of English if there are none."""
    code = language.split("-")[0].lower()
    if code not in sentence_languages():
        code = FALLBACK
    text = (files("tamgha.risk.profiles") / "wording" / f"{code}.toml").read_text(encoding="utf-8")
    return Phrases(code, tomllib.loads(text))
