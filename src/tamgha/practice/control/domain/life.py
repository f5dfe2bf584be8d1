"""The life of a plan: written by an analyst, put in force by the approval of another person."""

from typing import Final

from tamgha.shared.lifecycle import Life, Move, State, second_check
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
        *second_check(
            makers=ANALYST,
            approvers=APPROVER,
            labels={"approve": Words("Approve and put in force", "Утвердить и ввести в действие")},
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
