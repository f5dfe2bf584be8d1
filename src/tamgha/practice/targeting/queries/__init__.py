"""Shared reads of targeting: an administration's profiles, lists and fields as the engine has them."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal, TypeAlias, cast

from tamgha import risk
from tamgha.platform.accounts.models import Administration
from tamgha.practice.targeting.gateways import declared_by, indicator_of
from tamgha.practice.targeting.models import Profile, ProfileVersion, TradeListVersion
from tamgha.shared.errors import TamghaError
from tamgha.shared.shares import Share
from tamgha.shared.words import Words

ListKind: TypeAlias = Literal["trader", "hs", "country", "office", "document", "text"]
Fields: TypeAlias = Mapping[str, risk.Field]


def condition_fields(administration: int | None = None) -> Fields:
    """Return everything that a condition may speak of, by name: columns, then indicators.

    Parameters
    ----------
    administration : primary key of the one whose own indicators belong to it, also those put
        away: a profile that names one goes on
    """
    if administration is None:
        return risk.ready_fields()
    own = [indicator_of(one.text) for one in declared_by(administration)]
    return {**risk.ready_fields(), **{one.name: risk.indicator_field(one) for one in own}}


def lists_of(administration: Administration) -> risk.ProfileLists:
    """Return the latest version of each list of an administration."""
    latest = (
        TradeListVersion.objects.filter(trade_list__administration=administration)
        .select_related("trade_list")
        .order_by("trade_list__name", "number")
    )
    newest = {version.trade_list.name: version for version in latest}
    return risk.ProfileLists.of(
        risk.NamedList(
            name=name,
            kind=cast("ListKind", version.trade_list.kind),
            values=tuple(version.members),
            version=version.number,
        )
        for name, version in newest.items()
        if version.members
    )


@dataclass(frozen=True, slots=True)
class LatestWording:
    """The latest version of a profile, also as the engine has it."""

    profile: Profile
    version: ProfileVersion
    engine: risk.Profile


def latest_wordings(administration: Administration) -> list[LatestWording]:
    """Return every profile in use with its latest version; what no longer parses is left out."""
    versions = (
        ProfileVersion.objects.filter(
            profile__administration=administration, profile__retired_at__isnull=True
        )
        .select_related("profile", "author")
        .order_by("profile__code", "-number")
    )
    newest: dict[int, ProfileVersion] = {}
    for version in versions:
        newest.setdefault(version.profile_id, version)
    found = []
    fields = condition_fields(administration.pk)
    for version in newest.values():
        try:
            engine = as_engine_profile(version, fields)
            found.append(LatestWording(version.profile, version, engine))
        except TamghaError:
            continue
    return found


def as_engine_profile(version: ProfileVersion, fields: Fields) -> risk.Profile:
    """Return a version as the engine has it. Raises ConditionError if its condition is refused."""
    return risk.Profile(
        code=version.profile.code,
        name=version.name,
        condition=_parsed(version.condition, _own_fields(fields)),
        red=Share(version.red),
        yellow=Share(version.yellow),
        blue=Share(version.blue),
        task=Words(version.task_en, version.task_ru),
        purpose=version.purpose,
        risk=version.risk,
        author=version.author.full_name,
        evidence=version.evidence,
        valid_from=version.valid_from,
        valid_to=version.valid_to,
        office=version.office,
        direction=direction_of(version.direction),
    )


def _own_fields(fields: Fields) -> tuple[risk.Field, ...]:
    ready = risk.ready_fields()
    return tuple(one for name, one in fields.items() if name not in ready)


@lru_cache(maxsize=4096)
def _parsed(text: str, own: tuple[risk.Field, ...]) -> risk.Condition:
    """Return a condition; the profiles beside the edited one are parsed once, not at every edit."""
    return risk.parse_condition(text, {**risk.ready_fields(), **{one.name: one for one in own}})


def direction_of(text: str) -> Literal["import", "export", "transit", ""]:
    """Return a direction of the declaration; "" for all, and for what is none."""
    known: dict[str, Literal["import", "export", "transit", ""]] = {
        "import": "import",
        "export": "export",
        "transit": "transit",
    }
    return known.get(text, "")
