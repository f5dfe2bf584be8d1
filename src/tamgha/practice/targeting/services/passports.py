"""Moves of a version on its way to the border post, each by the right person and written down.

Every service locks the profile, lets the clock act first, checks the move against the life of a
passport, and announces it in the same transaction.
"""

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from django.db import transaction

from tamgha.platform.accounts.models import User
from tamgha.practice.targeting import events, permissions
from tamgha.practice.targeting.choices import ProposalState, VersionState
from tamgha.practice.targeting.domain import passport
from tamgha.practice.targeting.models import (
    Profile,
    ProfileVersion,
    TargetingRules,
    VersionStep,
)
from tamgha.practice.targeting.queries import as_engine_profile, condition_fields
from tamgha.practice.targeting.queries.passports import ended_now, past_of, rests_on, rules_of
from tamgha.shared.errors import RefusedError
from tamgha.shared.lifecycle import Move, check_move
from tamgha.shared.words import Words

LONGEST_REASON: Final = 400


@dataclass(frozen=True, slots=True)
class Wish:
    """A move that somebody wants to make.

    Parameters
    ----------
    name : of the move in the life of a passport
    reason : why, where the move asks for it
    rollout : basis points of the declarations, for ``activate`` and ``roll_out``; None: all
    """

    name: str
    reason: str = ""
    rollout: int | None = None


@transaction.atomic
def make_move(*, version: ProfileVersion, wish: Wish, by: User, at: datetime) -> ProfileVersion:
    """Move a version, and write who did it and why.

    Raises
    ------
    MoveRefusedError
        When the move is not possible now, or not for this person, or lacks its reason.
    RefusedError
        With everything that the version lacks for it.
    """
    locked = _locked(version, at)
    rules = rules_of(locked.profile.administration)
    move = check_move(
        passport.life_for(rules.apart),
        wish.name,
        locked.state,
        permissions.actor_of(by),
        past=past_of(locked),
        reason=wish.reason,
        four_eyes=passport.four_eyes(rules.apart),
    )
    faults = [*_general_faults(locked, wish), *_faults_of(move.name, locked, rules, wish, at)]
    if faults:
        raise RefusedError(
            Words("“{move}” is not possible yet", "«{move}» пока невозможно").format(
                move=move.label
            ),
            faults,
        )
    prepare = _PREPARED.get(move.name)
    if prepare is not None:
        prepare(locked, rules, wish, by, at)
    _write(locked, move, by=by, at=at, reason=wish.reason.strip(), rollout=_rollout_of(move, wish))
    _make_room(locked, at)
    return locked


def _locked(version: ProfileVersion, at: datetime) -> ProfileVersion:
    """Lock the profile, let the clock act on its versions, and return the version as it now is."""
    profile = Profile.objects.select_for_update().get(pk=version.profile_id)
    _settle_profile(profile, at)
    return ProfileVersion.objects.select_related(
        "profile", "profile__administration", "author"
    ).get(pk=version.pk)


# ---- what a move asks for -----------------------------------------------------------------------


def _general_faults(version: ProfileVersion, wish: Wish) -> list[Words]:
    found = []
    if version.profile.retired_at is not None:
        found.append(
            Words(
                "The profile is put away. Bring it back first.",
                "Профиль в архиве. Сначала верните его оттуда.",
            )
        )
    if len(wish.reason) > LONGEST_REASON:
        found.append(
            Words(
                f"The reason has {len(wish.reason)} characters; {LONGEST_REASON} fit. Shorten it.",
                f"В причине {len(wish.reason)} знаков, а помещается {LONGEST_REASON}. Сократите её.",
            )
        )
    return found


def _faults_of(
    name: str, version: ProfileVersion, rules: TargetingRules, wish: Wish, at: datetime
) -> list[Words]:
    if name in {"submit", "alert"}:
        found = [] if version.number == version.profile.latest else [_LATER]
        shown = _passport_of(version, tested=name == "alert")
        today = version.profile.administration.day_at(at)
        return found + passport.missing(shown, today=today, longest_days=rules.longest_days)
    if name in {"activate", "roll_out"}:
        rollout = passport.WHOLE if wish.rollout is None else wish.rollout
        return [] if 1 <= rollout <= passport.WHOLE else [_NO_SHARE]
    return []


def _passport_of(version: ProfileVersion, *, tested: bool) -> passport.Passport:
    """Return what a version brings; an urgent alert need not have been tested."""
    return passport.Passport(
        is_tested=tested or bool(version.evidence_of_test),
        purpose=version.purpose,
        risk=version.risk,
        task=version.task_en or version.task_ru,
        red=version.red,
        taken=version.red + version.yellow + version.blue,
        valid_from=version.valid_from,
        valid_to=version.valid_to,
    )


# ---- what a move changes besides the state ------------------------------------------------------

Prepare = Callable[[ProfileVersion, TargetingRules, Wish, User, datetime], None]


def _fix_what_it_rests_on(
    version: ProfileVersion, _rules: TargetingRules, _wish: Wish, _by: User, _at: datetime
) -> None:
    """Write down lists and indicators of a version saved before this was done on saving."""
    if not version.rests_on:
        engine = as_engine_profile(version, condition_fields(version.profile.administration_id))
        version.rests_on = rests_on(version.profile.administration, engine.condition)


def _freeze(
    version: ProfileVersion, rules: TargetingRules, wish: Wish, by: User, at: datetime
) -> None:
    """Keep what the second person approved: wording, back-test, versions; with its fingerprint."""
    _fix_what_it_rests_on(version, rules, wish, by, at)
    kept: dict[str, Any] = {
        "version": version.number,
        "wording": {name: _plain(getattr(version, name)) for name in FROZEN},
        "back_test": version.evidence_of_test,
        "rests_on": version.rests_on,
        "approved_by": by.pk,
        "approved_at": at.isoformat(),
    }
    version.frozen = kept | {"sha256": fingerprint(kept)}
    version.urgent_until = None


FROZEN: Final = (
    "name",
    "condition",
    "red",
    "yellow",
    "blue",
    "task_en",
    "task_ru",
    "purpose",
    "risk",
    "evidence",
    "office",
    "direction",
    "valid_from",
    "valid_to",
)


def fingerprint(kept: dict[str, Any]) -> str:
    """Return the SHA-256 of what was approved, but for the fingerprint itself; in hexadecimal."""
    told = {name: value for name, value in kept.items() if name != "sha256"}
    text = json.dumps(told, sort_keys=True, ensure_ascii=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def _plain(value: Any) -> Any:
    return value.isoformat() if hasattr(value, "isoformat") else value


def _begin_alert(
    version: ProfileVersion, rules: TargetingRules, wish: Wish, by: User, at: datetime
) -> None:
    _fix_what_it_rests_on(version, rules, wish, by, at)
    version.urgent_until = at + timedelta(hours=rules.alert_hours)


def _set_share(
    version: ProfileVersion, _rules: TargetingRules, wish: Wish, _by: User, _at: datetime
) -> None:
    version.rollout = passport.WHOLE if wish.rollout is None else wish.rollout


_PREPARED: Final[dict[str, Prepare]] = {
    "submit": _fix_what_it_rests_on,
    "approve": _freeze,
    "confirm": _freeze,
    "alert": _begin_alert,
    "activate": _set_share,
    "roll_out": _set_share,
}


def _rollout_of(move: Move, wish: Wish) -> int | None:
    if move.name not in {"activate", "roll_out"}:
        return None
    return passport.WHOLE if wish.rollout is None else wish.rollout


def _write(
    version: ProfileVersion,
    move: Move,
    *,
    by: User | None,
    at: datetime,
    reason: str = "",
    rollout: int | None = None,
) -> None:
    before = version.state
    version.state = move.to
    version.save(update_fields=["state", "rollout", "urgent_until", "rests_on", "frozen"])
    VersionStep.objects.create(
        version=version,
        move=move.name,
        source=before,
        target=move.to,
        by=by,
        at=at,
        reason=reason,
        rollout=rollout,
    )
    Profile.objects.filter(pk=version.profile_id).update(changed_at=at)
    facts: dict[str, Any] = {"before": before, "after": move.to, "version": version.number}
    facts |= {"reason": reason} if reason else {}
    facts |= {"rollout": rollout} if rollout is not None else {}
    facts |= {"sha256": version.frozen["sha256"]} if move.name in {"approve", "confirm"} else {}
    events.announce(passport.LIFE.act(move), on=version, by=by, at=at, **facts)
    if move.to in passport.OVER:
        _close_proposals(version, at)


def _close_proposals(version: ProfileVersion, at: datetime) -> None:
    version.proposals.filter(state=ProposalState.OPEN).update(
        state=ProposalState.LAPSED, decided_at=at
    )


def _make_room(version: ProfileVersion, at: datetime) -> None:
    """Let a version take the place of earlier ones: in the queue, in the shadow, at the border."""
    older = version.profile.versions.filter(number__lt=version.number)
    if version.state == VersionState.APPROVED:
        _replace(older.filter(state=VersionState.APPROVED), at)
    elif version.state == VersionState.SHADOW:
        _replace(older.filter(state__in=[VersionState.APPROVED, VersionState.SHADOW]), at)
    elif version.state == VersionState.ACTIVE:
        _replace(older.filter(state__in=[VersionState.APPROVED, VersionState.SHADOW]), at)
        live = list(version.profile.versions.filter(state=VersionState.ACTIVE).order_by("-number"))
        shares = passport.bands([one.rollout for one in live])
        gone = [one.pk for one, band in zip(live, shares, strict=True) if not band.share]
        _replace(older.filter(pk__in=gone), at)


def _replace(versions: Any, at: datetime) -> None:
    move = passport.LIFE.move("replace")
    for one in versions.select_related("profile", "author").order_by("number"):
        _write(one, move, by=None, at=at)


def replace_unchecked(version: ProfileVersion, *, at: datetime) -> None:
    """Let a version that was just saved take the place of earlier ones that nobody has approved.

    Call it inside the transaction that saved it, the profile locked.
    """
    older = version.profile.versions.filter(number__lt=version.number)
    _replace(older.filter(state__in=passport.BEFORE_CHECK), at)


# ---- the clock ----------------------------------------------------------------------------------


def _settle_profile(profile: Profile, at: datetime) -> int:
    """Write what the clock has ended: versions whose day is over, alerts that nobody approved."""
    ended = 0
    for one in profile.versions.exclude(state__in=passport.OVER).select_related(
        "profile__administration", "author"
    ):
        name = ended_now(one, at)
        if name:
            _write(one, passport.LIFE.move(name), by=None, at=at)
            ended += 1
    return ended


def settle(at: datetime) -> int:
    """Write what the clock has ended in every administration; return how many versions.

    What is over does not look at declarations any more, also before this is called.
    """
    furthest = at.astimezone(UTC).date() + timedelta(days=1)  # no clock on earth is further
    running = ProfileVersion.objects.exclude(state__in=passport.OVER)
    due = set(running.filter(valid_to__lte=furthest).values_list("profile", flat=True))
    due |= set(
        running.filter(state=VersionState.ALERT, urgent_until__lte=at).values_list(
            "profile", flat=True
        )
    )
    ended = 0
    for key in sorted(due):
        with transaction.atomic():
            ended += _settle_profile(Profile.objects.select_for_update().get(pk=key), at)
    return ended


_LATER: Final = Words(
    "A later version is saved. Go on with that one.",
    "Сохранена более поздняя версия. Продолжайте с ней.",
)
_NO_SHARE: Final = Words(
    "A share from 0.01 to 100 % of the declarations was expected.",
    "Ожидается доля деклараций от 0,01 до 100 %.",
)
