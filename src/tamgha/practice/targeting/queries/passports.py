"""Reads of passports: rules, what was done to a version, what it rests on, what decides now."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, cast

from django.db import connection

from tamgha import risk
from tamgha.platform.accounts.models import Administration
from tamgha.practice.targeting.domain import passport
from tamgha.practice.targeting.domain.resolving import resolved
from tamgha.practice.targeting.gateways import declared_by
from tamgha.practice.targeting.models import (
    Profile,
    ProfileVersion,
    TargetingRules,
    TradeListVersion,
)
from tamgha.practice.targeting.queries import (
    Fields,
    ListKind,
    as_engine_profile,
    condition_fields,
    lists_of,
)
from tamgha.shared.errors import TamghaError
from tamgha.shared.lifecycle import MAKE, Step


def rules_of(administration: Administration) -> TargetingRules:
    """Return the rules of an administration; the usual ones where nobody set any."""
    found = TargetingRules.objects.filter(administration=administration).first()
    return found or TargetingRules(administration=administration)


def past_of(version: ProfileVersion) -> list[Step]:
    """Return what was done to a version, in order; writing it comes first."""
    steps = version.steps.order_by("pk").values_list("move", "by_id")
    return [Step(MAKE, version.author_id), *(Step(move, by) for move, by in steps)]


def ended_now(version: ProfileVersion, at: datetime) -> str:
    """Return the move by which the clock has ended a version, though nobody has written it yet; or ""."""
    return passport.ended_by_clock(
        version.state,
        valid_to=version.valid_to,
        urgent_until=version.urgent_until,
        at=at,
        today=version.profile.administration.day_at(at),
    )


# ---- what a version rests on --------------------------------------------------------------------


def rests_on(administration: Administration, condition: risk.Condition) -> dict[str, Any]:
    """Return the versions of the lists and indicators that a condition names, as they are now.

    Each with its SHA-256, so that whoever checks it later can tell whether it is the same. A list
    that is not there is left out; the condition then hits nothing that asks for it.
    """
    lists = lists_of(administration)
    own = {one.name: one for one in declared_by(administration.pk)}
    named = [lists.current(name) for name in condition.lists if name in lists.names()]
    numbers = _latest_numbers(administration, [one.name for one in named])
    return {
        "lists": [
            {
                "name": one.name,
                "version": numbers[one.name],
                "members": len(one.values),
                "sha256": one.digest,
            }
            for one in named
        ],
        "indicators": [
            {
                "name": name,
                "version": own[name].version if name in own else 0,
                "sha256": _digest(
                    own[name].text if name in own else risk.dump_indicators([risk.READY[name]])
                ),
            }
            for name in condition.columns
            if name in own or name in risk.READY
        ],
    }


def _latest_numbers(administration: Administration, names: Iterable[str]) -> dict[str, int]:
    rows = TradeListVersion.objects.filter(
        trade_list__administration=administration, trade_list__name__in=list(names)
    )
    return dict(rows.order_by("number").values_list("trade_list__name", "number"))


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def lists_of_version(version: ProfileVersion) -> risk.ProfileLists:
    """Return the lists of a version with the members that it was tested and approved with."""
    return _frozen_lists([version]).get(version.pk, risk.ProfileLists())


def _frozen_lists(versions: list[ProfileVersion]) -> dict[int, risk.ProfileLists]:
    """Return the frozen lists of many versions by their keys, in one query."""
    wanted: set[tuple[int, str, int]] = {
        (one.profile.administration_id, named["name"], named["version"])
        for one in versions
        for named in one.rests_on.get("lists", ())
    }
    if not wanted:
        return {}
    rows = TradeListVersion.objects.filter(
        trade_list__administration__in={place for place, _name, _number in wanted},
        trade_list__name__in={name for _place, name, _number in wanted},
    ).select_related("trade_list")
    members = {
        (row.trade_list.administration_id, row.trade_list.name, row.number): risk.NamedList(
            name=row.trade_list.name,
            kind=cast("ListKind", row.trade_list.kind),
            values=tuple(row.members),
            version=row.number,
        )
        for row in rows
        if row.members
        and (row.trade_list.administration_id, row.trade_list.name, row.number) in wanted
    }
    return {
        one.pk: risk.ProfileLists.of(
            members[key]
            for named in one.rests_on.get("lists", ())
            if (key := (one.profile.administration_id, named["name"], named["version"])) in members
        )
        for one in versions
    }


def moved_lists(version: ProfileVersion) -> list[tuple[str, int, int]]:
    """Return the lists that were changed since a version was saved: name, its version, version now."""
    kept = {one["name"]: one["version"] for one in version.rests_on.get("lists", ())}
    now = _latest_numbers(version.profile.administration, kept)
    return [
        (name, number, now[name]) for name, number in kept.items() if now.get(name, number) > number
    ]


# ---- what decides now ---------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class LiveVersion:
    """A version of a profile that looks at declarations at a moment.

    Parameters
    ----------
    version : the row, with its profile and author
    engine : as the engine has it, its lists written out: it needs no list to run
    shadow : it is counted and stops nobody
    start, rollout : it decides on the declarations whose draw lies in [start, start + rollout), in
        basis points; in the shadow it is counted on all of them
    urgent_until : the end of an urgent alert that nobody has approved yet
    """

    version: ProfileVersion
    engine: risk.Profile
    shadow: bool
    start: int
    rollout: int
    urgent_until: datetime | None

    @property
    def number(self) -> int:
        """Number of the version."""
        return self.version.number

    @property
    def frozen_condition(self) -> str:
        """The condition as text, the members of its lists written out."""
        return self.engine.condition.text


def live_versions(administration: Administration, at: datetime) -> list[LiveVersion]:
    """Return the versions in force at a moment, by code and the newest first.

    Those decide that are live (also an urgent alert in its time), each on its own band of the
    declarations; those in the shadow are only counted. A version whose time has not come or is over
    is not among them, whether or not anybody has written so. What no longer parses is left out.
    Five queries, however many profiles there are.
    """
    today = administration.day_at(at)
    found = [
        one
        for one in ProfileVersion.objects.filter(
            profile__administration=administration,
            profile__retired_at=None,
            state__in=passport.SEEING,
        )
        .select_related("profile", "profile__administration", "author")
        .order_by("profile__code", "-number")
        if not ended_now(one, at) and (one.valid_from is None or one.valid_from <= today)
    ]
    fields = condition_fields(administration.pk)
    lists = _frozen_lists(found)
    shares = _shares(found)
    live = (
        _live(one, fields, lists.get(one.pk, risk.ProfileLists()), shares[one.pk]) for one in found
    )
    return [one for one in live if one is not None]


def live_stamp() -> tuple[int, ...]:
    """Return numbers of which one changes as soon as anything that `live_versions` reads is changed.

    The clock is not among them: a version may begin or end by itself at midnight, an urgent alert at
    its own moment.
    """
    with connection.cursor() as cursor:
        cursor.execute(_STAMP)
        found = cursor.fetchone()
    return tuple(int(one or 0) for one in found)


_STAMP: Final = """
SELECT (SELECT MAX(id) FROM targeting_versionstep),
       (SELECT MAX(id) FROM targeting_profileversion),
       (SELECT COUNT(retired_at) FROM targeting_profile),
       (SELECT MAX(id) FROM targeting_tradelistversion),
       (SELECT MAX(id) FROM targeting_declaredindicator),
       (SELECT COUNT(retired_at) FROM targeting_declaredindicator)
"""


def _live(
    version: ProfileVersion, fields: Fields, lists: risk.ProfileLists, band: passport.Band
) -> LiveVersion | None:
    shadow = version.state == "shadow"
    if not shadow and not band.share:
        return None
    try:
        engine = as_engine_profile(version, fields)
        engine = engine.edited(condition=resolved(engine.condition, lists))
    except TamghaError:
        return None
    return LiveVersion(
        version=version,
        engine=engine,
        shadow=shadow,
        start=0 if shadow else band.start,
        rollout=passport.WHOLE if shadow else band.share,
        urgent_until=version.urgent_until if version.state == "alert" else None,
    )


def _shares(versions: list[ProfileVersion]) -> dict[int, passport.Band]:
    """Return the band of each version; the newest first within its profile. The shadow has none."""
    found = dict.fromkeys((one.pk for one in versions), passport.Band(0, 0))
    deciding: dict[int, list[ProfileVersion]] = {}
    for one in versions:
        if one.state in passport.LIVE:
            deciding.setdefault(one.profile_id, []).append(one)
    for same in deciding.values():
        for one, band in zip(same, passport.bands([each.rollout for each in same]), strict=True):
            found[one.pk] = band
    return found


def band_of(version: ProfileVersion, at: datetime) -> passport.Band:
    """Return on which part of the declarations a version decides beside its later ones."""
    same = [
        one
        for one in version.profile.versions.filter(state__in=passport.LIVE).order_by("-number")
        if not ended_now(one, at)
    ]
    return _shares(same).get(version.pk, passport.Band(0, 0))


def in_force_of(profile: Profile, at: datetime) -> list[ProfileVersion]:
    """Return the versions of a profile that look at declarations now, the newest first."""
    seeing = profile.versions.filter(state__in=passport.SEEING).order_by("-number")
    return [one for one in seeing if not ended_now(one, at)]
