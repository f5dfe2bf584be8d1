"""The life of a plan: written by an analyst, put in force by the approval of another person."""

from typing import Final

from tamgha.shared.lifecycle import Life, Move, State
from tamgha.shared.words import Words

ANALYST, APPROVER = frozenset({"analyst"}), frozenset({"approver"})

PLAN: Final = Life(
    "control.plan",
    (
        State("draft", Words("Draft", "Черновик")),
        State("submitted", Words("Waits for a second person", "На утверждении")),
        State("published", Words("In force", "Действует")),
        State("retired", Words("Replaced", "Заменён")),
    ),
    (
        Move(
            name="submit",
            label=Words("Submit for approval", "Отправить на утверждение"),
            sources=("draft",),
            to="submitted",
            act="submitted",
            roles=ANALYST,
        ),
        Move(
            name="approve",
            label=Words("Approve and put in force", "Утвердить и ввести в действие"),
            sources=("submitted",),
            to="published",
            act="approved",
            roles=APPROVER,
            other_than=("make", "submit"),
        ),
        Move(
            name="return",
            label=Words("Return to draft", "Вернуть на доработку"),
            sources=("submitted",),
            to="draft",
            act="returned",
            roles=APPROVER,
            needs_reason=True,
        ),
        Move(
            name="withdraw",
            label=Words("Withdraw", "Отозвать"),
            sources=("submitted",),
            to="draft",
            act="withdrawn",
            roles=ANALYST,
        ),
        Move(
            name="retire",
            label=Words("Take out of force", "Вывести из действия"),
            sources=("published",),
            to="retired",
            act="retired",
            roles=APPROVER,
            needs_reason=True,
        ),
    ),
)
