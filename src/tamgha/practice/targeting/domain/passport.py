"""The life of a version of a profile: written, tested, checked by another, in the shadow, live, ended.

The moves are data (`tamgha.shared.lifecycle`). What they need beyond the right person, `missing`
says; which part of the declarations each of several live versions decides on, `bands` says.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from tamgha.shared.lifecycle import MAKE, Life, Move, State, second_check
from tamgha.shared.words import Words

MAKERS: Final = frozenset({"analyst"})
CHECKERS: Final = frozenset({"approver"})
DEPLOYERS: Final = MAKERS | CHECKERS
WHOLE: Final = 10_000
"""All declarations, in basis points."""

LIVE: Final = frozenset({"active", "alert"})
"""States in which a version decides."""
SEEING: Final = LIVE | {"shadow"}
"""States in which a version looks at declarations; in the shadow it is counted and stops nobody."""
BEFORE_CHECK: Final = frozenset({"draft", "tested", "submitted"})
OVER: Final = frozenset({"replaced", "retired"})
CHECK: Final = {
    "submit": Words("Ask for the second check", "Отправить на вторую проверку"),
    "return": Words("Return with a reason", "Вернуть с указанием причины"),
    "withdraw": Words("Take it back", "Отозвать с проверки"),
}


def _life(deployer_apart: tuple[str, ...]) -> Life:
    return Life(
        "targeting.profile",
        (
            State("draft", Words("Draft", "Черновик")),
            State("tested", Words("Back-tested", "Проверен на прошлых данных")),
            State("submitted", Words("Waits for the second check", "Ждёт второй проверки")),
            State("approved", Words("Approved", "Утверждён")),
            State("shadow", Words("Shadow", "Теневой режим")),
            State("active", Words("Live", "Действует")),
            State("alert", Words("Urgent alert, live", "Срочная ориентировка, действует")),
            State("replaced", Words("Replaced", "Заменён")),
            State("retired", Words("Retired", "Выведен из действия")),
        ),
        (
            *second_check(
                makers=MAKERS,
                approvers=CHECKERS,
                approved="approved",
                drafts=("draft", "tested"),
                returned_from=("submitted", "approved"),
                labels=CHECK,
            ),
            Move(
                name="start_shadow",
                label=Words("Start the shadow", "Включить теневой режим"),
                sources=("approved",),
                to="shadow",
                act="shadow_started",
                roles=DEPLOYERS,
                other_than=deployer_apart,
            ),
            Move(
                name="activate",
                label=Words("Put it live", "Ввести в действие"),
                sources=("approved", "shadow"),
                to="active",
                act="activated",
                roles=DEPLOYERS,
                other_than=deployer_apart,
            ),
            Move(
                name="roll_out",
                label=Words("Change the share", "Изменить долю охвата"),
                sources=("active",),
                to="active",
                act="rolled_out",
                roles=DEPLOYERS,
                other_than=deployer_apart,
            ),
            Move(
                name="step_back",
                label=Words("Back to the shadow", "Вернуть в теневой режим"),
                sources=("active",),
                to="shadow",
                act="stepped_back",
                roles=DEPLOYERS,
                needs_reason=True,
            ),
            Move(
                name="alert",
                label=Words("Put it live at once", "Ввести в действие немедленно"),
                sources=("draft", "tested"),
                to="alert",
                act="alerted",
                roles=MAKERS,
                needs_reason=True,
            ),
            Move(
                name="confirm",
                label=Words("Approve the alert", "Утвердить срочную ориентировку"),
                sources=("alert",),
                to="active",
                act="alert_confirmed",
                roles=CHECKERS,
                other_than=(MAKE, "alert"),
            ),
            Move(
                name="end_alert",
                label=Words("End the alert", "Прекратить срочную ориентировку"),
                sources=("alert",),
                to="retired",
                act="alert_ended",
                roles=DEPLOYERS,
                needs_reason=True,
            ),
            Move(
                name="lapse",
                label=Words(
                    "Alert not approved in time", "Срочная ориентировка не утверждена в срок"
                ),
                sources=("alert",),
                to="retired",
                act="alert_lapsed",
                by_clock=True,
            ),
            Move(
                name="expire",
                label=Words("Its time is over", "Срок действия истёк"),
                sources=("draft", "tested", "submitted", "approved", "shadow", "active", "alert"),
                to="retired",
                act="expired",
                by_clock=True,
            ),
            Move(
                name="replace",
                label=Words("Replaced by a later version", "Заменён более поздней версией"),
                sources=("draft", "tested", "submitted", "approved", "shadow", "active", "alert"),
                to="replaced",
                act="replaced",
                by_clock=True,
            ),
            Move(
                name="retire",
                label=Words("Retire", "Вывести из действия"),
                sources=("approved", "shadow", "active"),
                to="retired",
                act="retired",
                roles=CHECKERS,
                needs_reason=True,
            ),
        ),
    )


LIFE: Final = _life(())
"""Who checks is another person than who wrote and submitted."""
LIFE_OF_THREE: Final = _life((MAKE, "submit", "approve", "alert", "confirm"))
"""Who puts it live is, besides, another person than both."""


DONE: Final = {
    "submit": Words("Sent to the second check", "Отправлен на вторую проверку"),
    "withdraw": Words("Taken back from the check", "Отозван с проверки"),
    "approve": Words("Approved", "Утверждён"),
    "return": Words("Returned", "Возвращён"),
    "start_shadow": Words("Shadow started", "Включён теневой режим"),
    "activate": Words("Put live", "Введён в действие"),
    "roll_out": Words("Share changed", "Доля охвата изменена"),
    "step_back": Words("Taken back into the shadow", "Возвращён в теневой режим"),
    "alert": Words("Put live at once", "Введён в действие немедленно"),
    "confirm": Words("Alert approved", "Срочная ориентировка утверждена"),
    "end_alert": Words("Alert ended", "Срочная ориентировка прекращена"),
    "retire": Words("Retired", "Выведен из действия"),
}
"""How the history of a version calls a move that a person made; the clock's stand for themselves."""


def life_for(apart: str) -> Life:
    """Return the life where the administration says who must be apart: a value of `choices.Apart`."""
    return LIFE_OF_THREE if apart == "all" else LIFE


def four_eyes(apart: str) -> bool:
    """Return whether a second person is asked for at all."""
    return apart != "nobody"


@dataclass(frozen=True, slots=True)
class Passport:
    """What a version must bring to be checked.

    Parameters
    ----------
    is_tested : it was saved with a back-test
    purpose, risk, task : texts; blanks are none
    red : basis points of its hits that are examined
    taken : basis points of its hits that any lane takes
    valid_from, valid_to : first day, and the day on which it stops by itself
    """

    is_tested: bool
    purpose: str
    risk: str
    task: str
    red: int
    taken: int
    valid_from: date | None
    valid_to: date | None


def missing(passport: Passport, *, today: date, longest_days: int) -> list[Words]:
    """Return everything that keeps a version from the second check, each with what to do."""
    found = []
    if not passport.is_tested:
        found.append(
            Words(
                "It was saved without a back-test. Choose a set, and save it again.",
                "Версия сохранена без проверки на прошлых данных. Выберите набор и сохраните её снова.",
            )
        )
    if not passport.taken:
        found.append(
            Words(
                "It sends no hit to any lane. Give at least one lane a share.",
                "Профиль никого не направляет ни в один коридор. Укажите долю хотя бы для одного.",
            )
        )
    if not passport.purpose.strip():
        found.append(Words("Say its purpose.", "Укажите цель профиля."))
    if not passport.risk.strip():
        found.append(
            Words("Say which risk it answers.", "Укажите, на какой риск отвечает профиль.")
        )
    if passport.red and not passport.task.strip():
        found.append(
            Words(
                "It sends to examination and gives no task. Say what the examiner is to do.",
                "Профиль направляет на досмотр без задания. Напишите, что должен сделать досмотрщик.",
            )
        )
    return found + _end_faults(passport, today=today, longest_days=longest_days)


def _end_faults(passport: Passport, *, today: date, longest_days: int) -> list[Words]:
    if passport.valid_to is None:
        return [
            Words(
                "It has no end. Give the day on which it stops by itself.",
                "Не указан срок. Задайте день, когда профиль прекратит действие сам.",
            )
        ]
    if passport.valid_to <= today:
        return [
            Words(
                "Its last day is over. Give a later end.",
                "Срок действия уже истёк. Задайте более позднее окончание.",
            )
        ]
    days = (passport.valid_to - max(today, passport.valid_from or today)).days
    if days > longest_days:
        return [
            Words(
                f"It would be live for {days} days; the rules of the administration allow {longest_days}. "
                "Give an earlier end.",
                f"Профиль действовал бы {days} дн.; правила администрации допускают {longest_days}. "
                "Задайте более раннее окончание.",
            )
        ]
    return []


def ended_by_clock(
    state: str, *, valid_to: date | None, urgent_until: datetime | None, at: datetime, today: date
) -> str:
    """Return the move that the clock makes now ("lapse", "expire"), or "".

    A version stops on the day ``valid_to`` (periods are half-open), an urgent alert that nobody
    approved at ``urgent_until``.
    """
    if state in OVER:
        return ""
    if state == "alert" and urgent_until is not None and at >= urgent_until:
        return "lapse"
    return "expire" if valid_to is not None and today >= valid_to else ""


@dataclass(frozen=True, slots=True)
class Band:
    """The part of the declarations on which a version decides: draws in [start, start + share).

    Parameters
    ----------
    start, share : basis points of all declarations, 0 to 10,000
    """

    start: int
    share: int


def bands(rollouts: Sequence[int]) -> list[Band]:
    """Return what each live version of one profile decides on, the newest version first.

    A new version takes its share from below; the version before keeps what is left, so that a
    profile rolled out to 30 % still looks at the other 70 % with its last wording.

    Parameters
    ----------
    rollouts : basis points, the newest version first

    Returns
    -------
    One band for each; a share of 0 where nothing is left.
    """
    found, start = [], 0
    for rollout in rollouts:
        share = min(rollout, WHOLE - start)
        found.append(Band(start, share))
        start += share
    return found
