"""The life of an object as data: its states, and the moves between them.

An area declares a `Life` once (mostly around `second_check`) and asks two questions:
`possible_moves` for the buttons of a page, and `check_move` inside the service that makes the move.
The service then saves the new state and writes `Life.act` of the move into the journal.

Nothing here knows of a database. People are keys, roles are codes, and what happened before is a
sequence of `Step`.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import TypeVar

from tamgha.shared.errors import TamghaError
from tamgha.shared.words import Words

_Named = TypeVar("_Named", "State", "Move")

SECOND_CHECK: Mapping[str, Words] = MappingProxyType(
    {
        "submit": Words("Submit for approval", "Отправить на утверждение"),
        "approve": Words("Approve", "Утвердить"),
        "return": Words("Return to draft", "Вернуть на доработку"),
        "withdraw": Words("Withdraw", "Отозвать"),
    }
)
"""Buttons of the second person's check, as most areas call them."""

MAKE = "make"
"""The step of whoever wrote the object or changed it; it is no move, and every life knows it."""

ROLE_WORDS: Mapping[str, Words] = MappingProxyType(
    {
        "secretariat": Words("secretariat", "секретариат"),
        "coordinator": Words("national coordinator", "национальный координатор"),
        "expert": Words("expert", "эксперт"),
        "master_trainer": Words("master trainer", "мастер-тренер"),
        "officer": Words("officer", "сотрудник"),
        "analyst": Words("risk analyst", "аналитик рисков"),
        "approver": Words("approver", "утверждающий"),
        "examiner": Words("examiner", "досмотрщик"),
        "supervisor": Words("supervisor", "руководитель"),
        "evaluator": Words("evaluator", "оценщик"),
        "donor": Words("donor", "донор"),
    }
)
"""How roles are called when a move is refused; a code that is not here stands for itself."""


class MoveRefusedError(TamghaError):
    """A move that may not be made now, by this person, or in this way.

    Parameters
    ----------
    why : str
        "unknown", "state", "role", "person" or "reason": which of the rules said no.
    message : Words
        What was expected, what came, and what to do.
    """

    def __init__(self, why: str, message: Words) -> None:
        self.why = why
        super().__init__(message)


@dataclass(frozen=True, slots=True)
class State:
    """Where an object stands.

    Parameters
    ----------
    name : str
        Code, kept in the database.
    label : Words
        As people read it.
    """

    name: str
    label: Words


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """A way from one state to another.

    Parameters
    ----------
    name : str
        Code, in the imperative: "approve".
    label : Words
        Text of the button.
    sources : tuple of str, at least one
        States that it leaves.
    to : str
        State that it enters.
    act : str
        What is written to the journal, in the past: "approved".
    roles : frozenset of str
        Who may make it: whoever holds one of them. Empty: no person (see ``by_clock``).
    other_than : tuple of str
        Steps whose makers may not make this move: `MAKE`, or names of moves made earlier.
    needs_reason : bool
        Whether the person must say why.
    by_clock : bool
        Whether it happens by itself, when a time has come.
    """

    name: str
    label: Words
    sources: tuple[str, ...]
    to: str
    act: str
    roles: frozenset[str] = frozenset()
    other_than: tuple[str, ...] = ()
    needs_reason: bool = False
    by_clock: bool = False


@dataclass(frozen=True, slots=True)
class Step:
    """What was done to an object before: the name of a move (or `MAKE`) and the key of its person.

    Give all steps of the version that moves, those before a return to draft too: who once worked on
    it stays one of its makers.
    """

    move: str
    by: int | None


@dataclass(frozen=True, slots=True)
class Actor:
    """Who wants to move the object: the person's key, and the roles held where the object lives."""

    person: int
    roles: frozenset[str]


@dataclass(frozen=True, slots=True)
class Life:
    """States and moves of one kind of object.

    Parameters
    ----------
    name : str
        Kind of object, with its area, as it stands in the journal: "register.risk".
    states : tuple of State, at least one
        In the order in which people read them; an object begins in the first.
    moves : tuple of Move
        In the order of the buttons.

    Raises
    ------
    ValueError
        When a name stands twice, or a move names a state or a step that the life does not know.
    """

    name: str
    states: tuple[State, ...]
    moves: tuple[Move, ...]

    def __post_init__(self) -> None:
        states = [state.name for state in self.states]
        moves = [move.name for move in self.moves]
        if not states or len(set(states)) < len(states) or len(set(moves)) < len(moves):
            raise ValueError(f"{self.name}: a life has states, and each name stands once")
        for move in self.moves:
            unknown = ({*move.sources, move.to} - {*states}) | ({*move.other_than} - {*moves, MAKE})
            if unknown or not move.sources:
                raise ValueError(f"{self.name}.{move.name}: not known here: {sorted(unknown)}")

    @property
    def first(self) -> str:
        """State in which an object begins."""
        return self.states[0].name

    def state(self, name: str) -> State:
        """Return the state of this name. Raises KeyError."""
        return _named(self.states, name)

    def move(self, name: str) -> Move:
        """Return the move of this name. Raises KeyError."""
        return _named(self.moves, name)

    def is_end(self, state: str) -> bool:
        """Return whether no move leaves the state."""
        return not any(state in move.sources for move in self.moves)

    def act(self, move: Move | str) -> str:
        """Return what the journal calls the move: "register.risk.approved"; for `MAKE`, "….made"."""
        if move == MAKE:
            return f"{self.name}.made"
        found = self.move(move) if isinstance(move, str) else move
        return f"{self.name}.{found.act}"


def second_check(
    *,
    makers: Collection[str],
    approvers: Collection[str],
    approved: str = "published",
    other_than: tuple[str, ...] = (MAKE, "submit"),
    drafts: tuple[str, ...] = ("draft",),
    returned_from: tuple[str, ...] = ("submitted",),
    labels: Mapping[str, Words] = MappingProxyType({}),
) -> tuple[Move, ...]:
    """Return the moves of a second person's check: submit, approve, return, withdraw.

    Parameters
    ----------
    makers, approvers : collections of role codes
        Who submits and withdraws; who approves and returns.
    approved : str
        State that approval leads to.
    other_than : names of moves
        Whoever made one of them does not approve.
    drafts : states
        From which it is submitted; returned or withdrawn it goes to the last of them.
    returned_from : states
        From which an approver returns it, with a reason.
    labels : mapping of names of moves
        What their buttons say, where that differs from the usual.
    """
    write, check = frozenset(makers), frozenset(approvers)
    said = {**SECOND_CHECK, **labels}
    return (
        Move(
            name="submit",
            label=said["submit"],
            sources=drafts,
            to="submitted",
            act="submitted",
            roles=write,
        ),
        Move(
            name="approve",
            label=said["approve"],
            sources=("submitted",),
            to=approved,
            act="approved",
            roles=check,
            other_than=other_than,
        ),
        Move(
            name="return",
            label=said["return"],
            sources=returned_from,
            to=drafts[-1],
            act="returned",
            roles=check,
            needs_reason=True,
        ),
        Move(
            name="withdraw",
            label=said["withdraw"],
            sources=("submitted",),
            to=drafts[-1],
            act="withdrawn",
            roles=write,
        ),
    )


def possible_moves(
    life: Life,
    state: str,
    actor: Actor | None,
    *,
    past: Sequence[Step] = (),
    four_eyes: bool = True,
) -> tuple[Move, ...]:
    """Return the moves that the person may make from the state, in the order of the life.

    Parameters
    ----------
    life, state : Life, str
        What the object is, and where it stands.
    actor : Actor or None
        Who asks; None is the clock.
    past : sequence of Step
        What was done to this version before.
    four_eyes : bool
        Whether the administration wants a second person; without it ``other_than`` does not bind.
    """
    return tuple(
        move
        for move in life.moves
        if state in move.sources
        and _holds_role(move, actor)
        and not (four_eyes and _same_person(move, actor, past))
    )


def check_move(
    life: Life,
    name: str,
    state: str,
    actor: Actor | None,
    *,
    past: Sequence[Step] = (),
    reason: str = "",
    four_eyes: bool = True,
) -> Move:
    """Return the move when it may be made now; the same rules as `possible_moves`, and the reason.

    Parameters
    ----------
    name : str
        Name of the wanted move.
    reason : str
        What the person gave as the reason; blanks are no reason.
    life, state, actor, past, four_eyes :
        As for `possible_moves`.

    Raises
    ------
    MoveRefusedError
        Says which rule refused, what was expected and what to do.
    """
    move = next((one for one in life.moves if one.name == name), None)
    if move is None:
        raise MoveRefusedError("unknown", _unknown(life, name))
    if state not in move.sources:
        raise MoveRefusedError("state", _wrong_state(life, move, state))
    if not _holds_role(move, actor):
        raise MoveRefusedError("role", _wrong_role(move))
    if four_eyes and (step := _same_person(move, actor, past)):
        raise MoveRefusedError("person", _wrong_person(life, move, step))
    if move.needs_reason and actor is not None and not reason.strip():
        raise MoveRefusedError(
            "reason",
            Words(
                "“{move}” needs a reason, and none was given. Say why in a sentence.",
                "Для действия «{move}» нужна причина, а она не указана. Напишите её одной фразой.",
            ).format(move=move.label),
        )
    return move


def _named(these: Sequence[_Named], name: str) -> _Named:
    for one in these:
        if one.name == name:
            return one
    raise KeyError(name)


def _holds_role(move: Move, actor: Actor | None) -> bool:
    return move.by_clock if actor is None else bool(move.roles & actor.roles)


def _same_person(move: Move, actor: Actor | None, past: Sequence[Step]) -> str:
    """Return the earlier step of the same person that forbids the move, "" for none."""
    if actor is None:
        return ""
    own = {step.move for step in past if step.by == actor.person}
    return next((step for step in move.other_than if step in own), "")


def _unknown(life: Life, name: str) -> Words:
    known = ", ".join(move.name for move in life.moves)
    return Words(
        f"There is no move “{name}” for {life.name}. Known: {known}.",
        f"Для {life.name} нет действия «{name}». Известны: {known}.",
    )


def _wrong_state(life: Life, move: Move, state: str) -> Words:
    here = next((one.label for one in life.states if one.name == state), Words(state, state))
    expected = _listed([life.state(name).label for name in move.sources])
    return Words(
        "“{move}” is possible from: {expected}. The object stands at: {here}. "
        "Perhaps somebody was faster: open the page anew.",
        "Действие «{move}» возможно из состояния: {expected}. Сейчас состояние: {here}. "
        "Возможно, кто-то успел раньше: откройте страницу заново.",
    ).format(move=move.label, expected=expected, here=here)


def _wrong_role(move: Move) -> Words:
    if not move.roles:
        return Words(
            "“{move}” happens by itself when its time has come; nobody can make it.",
            "«{move}» происходит само, когда наступает срок; выполнить это вручную нельзя.",
        ).format(move=move.label)
    roles = [ROLE_WORDS.get(role, Words(role, role)) for role in sorted(move.roles)]
    return Words(
        "“{move}” needs one of these roles: {roles}. Ask a colleague who holds it, "
        "or your coordinator for the role.",
        "Для действия «{move}» нужна одна из ролей: {roles}. Обратитесь к коллеге с такой ролью "
        "или попросите роль у координатора.",
    ).format(move=move.label, roles=_listed(roles))


def _wrong_person(life: Life, move: Move, step: str) -> Words:
    done = Words("wrote this", "составляли это") if step == MAKE else life.move(step).label
    if step == MAKE:
        return Words(
            "“{move}” needs another person than the one who {done}, and that was you. "
            "Ask a colleague with the same right.",
            "Действие «{move}» выполняет другой человек, а {done} вы. "
            "Обратитесь к коллеге с тем же правом.",
        ).format(move=move.label, done=done)
    return Words(
        "“{move}” needs another person than the one who did “{done}”, and that was you. "
        "Ask a colleague with the same right.",
        "Действие «{move}» выполняет не тот, кто выполнил «{done}», а это были вы. "
        "Обратитесь к коллеге с тем же правом.",
    ).format(move=move.label, done=done)


def _listed(words: Sequence[Words]) -> Words:
    return Words(", ".join(one.en for one in words), ", ".join(one.ru for one in words))
