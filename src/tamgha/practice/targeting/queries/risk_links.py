"""What targeting offers to the risk register: indicators that measure a risk, profiles that answer it.

The register stands below and knows neither. A profile answers the risk that its passport names; an
indicator is linked by hand, and raises or lowers the degree of the risk.
"""

import re
from collections.abc import Sequence
from typing import Any, Final

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language

from tamgha.platform.accounts.models import User
from tamgha.practice.register.queries.links import Kind, Linked, register_kind
from tamgha.practice.targeting import permissions
from tamgha.practice.targeting.models import ProfileVersion
from tamgha.practice.targeting.queries.indicators import PUT_AWAY, known_indicators
from tamgha.shared.figures import Figure, Interval
from tamgha.shared.words import Words

AWAY: Final = Words("put away", "выведен")
GONE: Final = Words("no longer known", "больше не известен")
HIT_RATE: Final = Words("hit rate", "результативность")
DEFINITION: Final = Words(
    "finds in examined declarations that it hits, in the back-test kept with the version",
    "находки среди досмотренных попаданий, по проверке, сохранённой с версией",
)


def offer() -> None:
    """Offer both kinds to the register; called once, when the application is ready."""
    register_kind(
        Kind(
            name="indicator",
            label=Words("Indicators", "Индикаторы"),
            about=Words("raise or lower the degree", "повышают или понижают степень риска"),
            linked=_linked_indicators,
            choices=_indicator_choices,
            directed=True,
        )
    )
    register_kind(
        Kind(
            name="profile",
            label=Words("Profiles that answer it", "Профили, которые на него отвечают"),
            about=Words("as their passports say", "по их паспортам"),
            linked=_linked_profiles,
            choices=_profile_choices,
        )
    )


def _indicator_choices(user: User) -> list[tuple[str, str]]:
    own = permissions.workplace(user)
    if own is None:
        return []
    language = get_language() or "en"
    known = known_indicators(own.pk).items()
    return [
        (name, one.indicator.label.text(language)) for name, one in known if one.origin != PUT_AWAY
    ]


def _linked_indicators(user: User, _code: str, keys: Sequence[str]) -> list[Linked]:
    own = permissions.workplace(user)
    if own is None or not keys:
        return []
    language = get_language() or "en"
    known = known_indicators(own.pk)
    found = []
    for key in keys:
        one = known.get(key)
        if one is None:
            found.append(Linked(key, key, state=GONE, look="warn"))
            continue
        away = one.origin == PUT_AWAY
        found.append(
            Linked(
                key,
                one.indicator.label.text(language),
                reverse("targeting:indicator", args=[key]),
                AWAY if away else Words("", ""),
                "warn" if away else "note",
            )
        )
    return found


def _latest(user: User) -> dict[str, ProfileVersion]:
    """Return the latest version of each profile of the reader's administration, by code."""
    versions = (
        ProfileVersion.objects.filter(profile__in=permissions.profiles_visible_to(user))
        .select_related("profile")
        .order_by("profile__code", "number")
    )
    return {one.profile.code: one for one in versions}


def _profile_choices(user: User) -> list[tuple[str, str]]:
    if not permissions.can_read(user):
        return []
    profiles = permissions.profiles_visible_to(user).filter(retired_at=None).order_by("code")
    return [(one.code, str(one)) for one in profiles]


def _linked_profiles(user: User, code: str, keys: Sequence[str]) -> list[Linked]:
    """Return the profiles whose passport names the risk, those in use first, and those linked by hand."""
    if not permissions.can_read(user):
        return []
    names = re.compile(rf"(?<![\w-]){re.escape(code)}(?![\w-])", re.IGNORECASE)
    answering = [one for key, one in _latest(user).items() if key in keys or names.search(one.risk)]
    answering.sort(key=lambda one: (one.profile.retired_at is not None, one.profile.code))
    return [_as_linked(one) for one in answering]


def _as_linked(version: ProfileVersion) -> Linked:
    profile = version.profile
    away = profile.retired_at is not None
    state = str(version.get_state_display())
    return Linked(
        profile.code,
        f"{profile.code} v{version.number} {version.name}",
        reverse("targeting:profile", args=[profile.code]),
        AWAY if away else Words(state, state),
        "out" if away else "note",
        figure=tested(version.evidence_of_test, version),
    )


def tested(evidence: dict[str, Any], version: ProfileVersion) -> Figure | None:
    """Return the hit rate that a version was saved with; None where it was saved without a test."""
    if evidence.get("rate") is None or evidence.get("low") is None:
        return None
    source = str(evidence.get("set_name", ""))
    finds, results = int(evidence["finds"]), int(evidence["results"])
    return Figure(
        name=HIT_RATE,
        definition=DEFINITION,
        value=float(evidence["rate"]),
        unit="share",
        n=results,
        n_words=Words(f"{finds} of {results} examined", f"{finds} из {results} досмотренных"),
        interval=Interval(
            float(evidence["low"]), float(evidence["high"]), method=str(evidence.get("method", ""))
        ),
        source=Words(source, source),
        as_of=timezone.localtime(version.saved_at).date(),
        simulated=bool(evidence.get("simulated", False)),
    )
