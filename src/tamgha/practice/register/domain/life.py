"""The life of a version of a risk: written, scored apart, agreed, submitted, in force, replaced."""

from typing import Final

from tamgha.shared.lifecycle import MAKE, Life, Move, State, second_check
from tamgha.shared.words import Words

MAKERS: Final = frozenset({"analyst"})
APPROVERS: Final = frozenset({"approver"})
SCORERS: Final = MAKERS | APPROVERS
READERS: Final = SCORERS | {"coordinator"}

LIFE: Final = Life(
    "register.risk",
    (
        State("draft", Words("Draft", "Черновик")),
        State("submitted", Words("Waits for approval", "На утверждении")),
        State("published", Words("In force", "Действует")),
        State("replaced", Words("Replaced", "Заменена")),
        State("dropped", Words("Dropped", "Снята с рассмотрения")),
        State("retired", Words("Put away", "Выведена из действия")),
    ),
    (
        Move(
            name="score",
            label=Words("Give your score", "Поставить оценку"),
            sources=("draft",),
            to="draft",
            act="scored",
            roles=SCORERS,
        ),
        Move(
            name="agree",
            label=Words("Agree the score", "Согласовать оценку"),
            sources=("draft",),
            to="draft",
            act="agreed",
            roles=READERS,
        ),
        *second_check(
            makers=MAKERS,
            approvers=APPROVERS,
            other_than=(MAKE, "score", "agree", "submit"),
        ),
        Move(
            name="drop",
            label=Words("Drop this draft", "Снять черновик"),
            sources=("draft",),
            to="dropped",
            act="dropped",
            roles=MAKERS,
            needs_reason=True,
        ),
        Move(
            name="replace",
            label=Words("Replace", "Заменить"),
            sources=("published", "draft"),
            to="replaced",
            act="replaced",
            by_clock=True,
        ),
        Move(
            name="retire",
            label=Words("Put this risk away", "Вывести риск из действия"),
            sources=("published",),
            to="retired",
            act="retired",
            roles=APPROVERS,
            needs_reason=True,
        ),
    ),
)
"""One version's way. A newer version replaces a draft when it is saved, one in force when approved."""

BUTTONS: Final = ("submit", "withdraw", "approve", "return", "drop", "retire")
"""Moves that a button of the risk's page makes; scoring has a page of its own."""
