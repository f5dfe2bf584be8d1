"""The moves of a version: submitted, withdrawn, returned, approved, dropped, put away."""

from datetime import datetime

from django.db import transaction

from tamgha.platform.accounts.models import User
from tamgha.practice.register import events, permissions
from tamgha.practice.register.choices import VersionState
from tamgha.practice.register.domain.life import BUTTONS, LIFE
from tamgha.practice.register.models import Risk, RiskVersion
from tamgha.practice.register.queries import past_of
from tamgha.practice.register.services.keeping import (
    RegisterError,
    leave_step,
    locked,
    settle,
    working_version,
)
from tamgha.shared.lifecycle import Move, check_move, possible_moves
from tamgha.shared.words import Words


def moves_for(risk: Risk, user: User) -> list[tuple[Move, RiskVersion]]:
    """Return the moves that the reader may make now, each with the version that it moves."""
    found = []
    for version in _movable(risk):
        moves = possible_moves(
            LIFE,
            version.state,
            permissions.actor_of(user, risk.administration),
            past=past_of(version),
            four_eyes=risk.administration.four_eyes,
        )
        found += [
            (move, version)
            for move in moves
            if move.name in BUTTONS
            and not (move.name == "submit" and version.agreed_at is None)
            and not (move.name == "retire" and risk.working_id)
        ]
    return found


def _movable(risk: Risk) -> list[RiskVersion]:
    pair = (risk.working, risk.shown)
    return list({one.pk: one for one in pair if one is not None}.values())


@transaction.atomic
def make_move(
    *, risk: Risk, move: str, by: User, at: datetime, seen: int, reason: str = ""
) -> RiskVersion:
    """Move the working version, or (``retire``) the one in force.

    ``seen`` is the number of the version that the reader looked at.
    Raises RegisterError, MoveRefusedError.
    """
    held = locked(risk)
    version = _in_force(held) if move == "retire" else working_version(held, seen=seen)
    made = check_move(
        LIFE,
        move,
        version.state,
        permissions.actor_of(by, held.administration),
        past=past_of(version),
        reason=reason,
        four_eyes=held.administration.four_eyes,
    )
    if made.name not in BUTTONS:
        raise ValueError(f"a move of {BUTTONS} was expected; {move!r} came")
    if made.name == "submit" and version.agreed_at is None:
        raise RegisterError(_SCORE_FIRST)
    if made.name == "approve":
        _replace_in_force(held)
    before, version.state = version.state, made.to
    RiskVersion.objects.filter(pk=version.pk).update(state=made.to)
    leave_step(version, made.name, by=by, at=at, reason=reason)
    settle(held, at=at)
    events.announce(
        LIFE.act(made),
        on=version,
        by=by,
        at=at,
        before=before,
        after=made.to,
        reason=reason.strip(),
    )
    return version


def _in_force(risk: Risk) -> RiskVersion:
    found = risk.versions.filter(state=VersionState.PUBLISHED).first()
    if found is None:
        raise RegisterError(
            Words(
                f"{risk.code} is not in force; nothing can be put away.",
                f"{risk.code} не действует, выводить нечего.",
            )
        )
    if risk.working_id is not None:
        raise RegisterError(
            Words(
                f"{risk.code} has a draft. Finish it or drop it first.",
                f"У {risk.code} есть черновик. Сначала завершите его или снимите.",
            )
        )
    return found


def _replace_in_force(risk: Risk) -> None:
    risk.versions.filter(state=VersionState.PUBLISHED).update(state=VersionState.REPLACED)


_SCORE_FIRST = Words(
    "Two people score first, and the owner agrees the score; then it can be submitted.",
    "Сначала двое ставят оценки и владелец их согласует; затем риск можно отправить на утверждение.",
)
