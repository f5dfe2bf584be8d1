"""Criteria compiled for single decisions: which of them hit a declaration, in which items, and by what."""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any

from tamgha.risk.engines import compile_profiles
from tamgha.risk.profiles import Profile, ProfileLists
from tamgha.risk.selection.decisions import CriterionHit
from tamgha.risk.selection.draws import Draws, is_below
from tamgha.risk.selection.lanes import WHOLE, LaneShares
from tamgha.shared.shares import Share

Item = Mapping[str, object]
EVERYWHERE = Share(WHOLE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Criterion:
    """A profile as selection sees it.

    Parameters
    ----------
    profile : condition and share of each lane
    version : of the profile; stored with every hit
    shadow : it is recorded and decides nothing
    rollout : on which share of the declarations it decides; on the others it is recorded as in
        shadow. A keyed draw of its own chooses them, so that both parts can be compared.
    """

    profile: Profile
    version: int = 1
    shadow: bool = False
    rollout: Share = EVERYWHERE

    @property
    def code(self) -> str:
        """Code of the profile."""
        return self.profile.code

    @property
    def shares(self) -> LaneShares:
        """Share of each lane."""
        one = self.profile
        return LaneShares(one.red.basis_points, one.yellow.basis_points, one.blue.basis_points)

    def hit(self, draws: Draws, items: int) -> CriterionHit:
        """Return its hit of a declaration, with its draws.

        Parameters
        ----------
        items : number of items hit, > 0
        """
        partly = not self.shadow and self.rollout < EVERYWHERE
        own = draws.rollout(self.code) if partly else 0
        within = is_below(own, self.rollout.basis_points) if partly else not self.shadow
        return CriterionHit(
            code=self.code,
            shares=self.shares,
            draw=draws.criterion(self.code),
            version=self.version,
            items=items,
            live=within,
            rollout=self.rollout.basis_points if partly else None,
            rollout_draw=own,
        )


@dataclass(frozen=True, slots=True)
class ItemHit:
    """That a criterion hits an item, and by what values.

    Parameters
    ----------
    item : number of the item
    code, version : of the criterion
    values : what the columns and indicators of its condition were, None for empty; days as
        text. With the condition of that version they say why it hits.
    """

    item: int
    code: str
    version: int
    values: Mapping[str, Any] = field(default_factory=dict)


class Criteria:
    """The criteria of an administration, compiled; make them again after any of them has changed.

    Parameters
    ----------
    criteria : each code once; those not in force on a day are passed over on that day
    lists : what ``IN LIST`` refers to, as of now
    """

    def __init__(self, criteria: Iterable[Criterion], *, lists: ProfileLists | None = None) -> None:
        given = tuple(criteria)
        self.by_code = {one.code: one for one in given}
        if len(self.by_code) != len(given):
            codes = sorted(one.code for one in given)
            raise ValueError(f"each code was expected once; {', '.join(codes)} came")
        self.lists = ProfileLists() if lists is None else lists
        profiles = [one.profile for one in self.by_code.values()]
        self._codes_hit = compile_profiles(profiles, lists=self.lists)
        self._columns = {one.code: one.condition.columns for one in profiles}
        named = {name for one in profiles for name in one.condition.lists}
        self.list_versions = {name: self.lists.current(name).version for name in sorted(named)}

    @property
    def columns(self) -> frozenset[str]:
        """Names of the columns and indicators that the conditions look at."""
        return frozenset(name for names in self._columns.values() for name in names)

    @cached_property
    def digest(self) -> str:
        """SHA-256 over everything that decides: codes, versions, conditions, shares, stages, lists."""
        told = [
            [
                one.code,
                one.version,
                one.profile.condition.text,
                [one.profile.office, one.profile.direction],
                [str(one.profile.valid_from), str(one.profile.valid_to)],
                list(one.shares.cumulated),
                one.shadow,
                one.rollout.basis_points,
            ]
            for one in self.by_code.values()
        ]
        content = json.dumps([told, self.lists.digest], ensure_ascii=True, separators=(",", ":"))
        return hashlib.sha256(content.encode()).hexdigest()

    def item_hits(self, items: Sequence[Item], day: date) -> tuple[ItemHit, ...]:
        """Return which criteria in force hit which items.

        Parameters
        ----------
        items : rows of one declaration with the indicators beside the columns
        day : of the decision, local
        """
        found: list[ItemHit] = []
        for place, row in enumerate(items):
            number = row.get("item")
            for code in self._codes_hit(row):
                one = self.by_code[code]
                if one.profile.is_in_force(day):
                    values = {name: _told(row.get(name)) for name in self._columns[code]}
                    item = number if isinstance(number, int) else place + 1
                    found.append(ItemHit(item, code, one.version, values))
        return tuple(found)

    def hits(self, item_hits: Iterable[ItemHit], draws: Draws) -> tuple[CriterionHit, ...]:
        """Return the hits of the declaration: each criterion once, in the order of the criteria."""
        counted: dict[str, int] = {}
        for one in item_hits:
            counted[one.code] = counted.get(one.code, 0) + 1
        return tuple(
            one.hit(draws, counted[code]) for code, one in self.by_code.items() if code in counted
        )


def _told(value: object) -> Any:
    if value is None or isinstance(value, str | int):
        return value
    if isinstance(value, float):
        return value if value == value else None
    return value.isoformat() if isinstance(value, date) else str(value)
