"""Scoring by two people apart, and the score that the owner agrees."""

from datetime import datetime

from django.db import transaction

from tamgha.platform.accounts.models import User
from tamgha.practice.register import events, permissions
from tamgha.practice.register.domain.life import LIFE
from tamgha.practice.register.domain.scales import SCALES, Marks
from tamgha.practice.register.models import MARKS, Risk, RiskVersion, Score
from tamgha.practice.register.queries import TWO
from tamgha.practice.register.services.keeping import (
    RegisterError,
    leave_step,
    locked,
    settle,
    working_version,
)
from tamgha.shared.errors import RefusedError
from tamgha.shared.lifecycle import check_move
from tamgha.shared.words import Words

_NOT_SCORED = Words("The score was not saved", "Оценка не сохранена")


@transaction.atomic
def give_score(
    *, risk: Risk, marks: Marks, reason: str, by: User, at: datetime, seen: int
) -> Score:
    """Keep one person's score of the working version; it may be changed until the other has scored.

    The numbers are told to nobody, the journal included, before both have scored.
    Raises RegisterError, MoveRefusedError, RefusedError.
    """
    held = locked(risk)
    version = working_version(held, seen=seen)
    check_move(LIFE, "score", version.state, permissions.actor_of(by, held.administration))
    _refuse_agreed(version)
    given = list(version.scoring.scores.all())
    mine = next((one for one in given if one.person_id == by.pk), None)
    if len(given) >= TWO:
        raise RegisterError(_BOTH_IN if mine is None else _BOTH_SEEN)
    faults = marks.faults(SCALES[version.scale])
    if faults:
        raise RefusedError(_NOT_SCORED, faults)
    score = mine or Score(scoring=version.scoring, person=by)
    for name, step in zip(MARKS, marks.steps, strict=True):
        setattr(score, name, step)
    score.reason, score.given_at = reason.strip()[:300], at
    score.save()
    leave_step(version, "score", by=by, at=at)
    settle(held, at=at)
    events.announce(LIFE.act("score"), on=version, by=by, at=at)
    return score


@transaction.atomic
def agree_score(
    *, risk: Risk, marks: Marks, note: str, by: User, at: datetime, seen: int
) -> RiskVersion:
    """Set the score that holds: by the owner, after both have scored.

    Where the two differ, the owner says why this one holds.
    Raises RegisterError, MoveRefusedError, RefusedError.
    """
    held = locked(risk)
    version = working_version(held, seen=seen)
    check_move(LIFE, "agree", version.state, permissions.actor_of(by, held.administration))
    if version.owner_id != by.pk:
        raise RegisterError(
            Words(
                f"The owner agrees the score: {version.owner.full_name}. Ask for it, or name another "
                "owner in a new version.",
                f"Оценку согласует владелец риска: {version.owner.full_name}. Обратитесь к нему или "
                "назначьте другого владельца в новой версии.",
            )
        )
    _refuse_agreed(version)
    given = list(version.scoring.scores.all())
    if len(given) < TWO:
        raise RegisterError(_WAIT)
    faults = marks.faults(SCALES[version.scale])
    if len({one.marks for one in given} | {marks}) > 1 and not note.strip():
        faults.append(_SAY_WHY)
    if faults:
        raise RefusedError(_NOT_SCORED, faults)
    for name, step in zip(MARKS, marks.steps, strict=True):
        setattr(version, name, step)
    version.inherent_score, version.residual_score = marks.inherent, marks.residual
    version.agreed_by, version.agreed_at, version.agreed_note = by, at, note.strip()[:300]
    version.save(
        update_fields=[
            *MARKS, "inherent_score", "residual_score", "agreed_by", "agreed_at", "agreed_note",
        ]
    )  # fmt: skip
    leave_step(version, "agree", by=by, at=at, reason=note)
    settle(held, at=at)
    events.announce(
        LIFE.act("agree"),
        on=version,
        by=by,
        at=at,
        inherent=marks.inherent,
        residual=marks.residual,
    )
    return version


def _refuse_agreed(version: RiskVersion) -> None:
    if version.agreed_at is not None:
        raise RegisterError(_AGREED)


_AGREED = Words(
    "The score is agreed already. To change it, save a new version and have it scored anew.",
    "Оценка уже согласована. Чтобы её изменить, сохраните новую версию с повторной оценкой.",
)
_BOTH_IN = Words(
    "Two people have scored already; the owner agrees the score now.",
    "Двое уже поставили оценки; теперь оценку согласует владелец риска.",
)
_BOTH_SEEN = Words(
    "Both scores are in and seen, so neither can be changed any more. The owner agrees the score now.",
    "Обе оценки поставлены и видны, менять их уже нельзя. Теперь оценку согласует владелец риска.",
)
_WAIT = Words(
    "Two people score first, each apart. Ask a colleague for the score that is missing.",
    "Сначала двое ставят оценки независимо друг от друга. Попросите коллегу поставить недостающую.",
)
_SAY_WHY = Words(
    "The scores are not the same. Say in a sentence why this one holds.",
    "Оценки различаются. Поясните одной фразой, почему принята эта.",
)
