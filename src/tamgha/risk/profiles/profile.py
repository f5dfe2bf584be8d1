"""A profile as data: its passport, its condition, and what it sends where."""

from dataclasses import dataclass, replace
from datetime import date
from typing import Literal, TypeAlias, get_args

from tamgha.risk.profiles.conditions import Condition
from tamgha.risk.profiles.lists import ProfileLists
from tamgha.risk.profiles.segments import Sentence
from tamgha.risk.profiles.sentences import profile_sentence
from tamgha.risk.profiles.texts import literal
from tamgha.risk.profiles.tree import All, Compare, InList, Node, Term, joined, leaves
from tamgha.risk.schema import DIRECTIONS
from tamgha.shared.errors import RefusedError
from tamgha.shared.shares import WHOLE, Share
from tamgha.shared.words import Words

Direction: TypeAlias = Literal["import", "export", "transit"]
Lane: TypeAlias = Literal["red", "yellow", "blue"]
LANES: tuple[Lane, ...] = get_args(Lane)
NOTHING = Share(0)
NO_TASK = Words("", "")
MOST_TEXT = 4_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """One profile.

    Parameters
    ----------
    code : str
        1 to 40 letters, digits, '-', '_' or '.'; unique in an administration.
    name : what people call it
    condition : Condition
    red, yellow, blue : Share
        Of 100 declarations that it hits, how many go to physical examination, to a check of
        documents, to audit after release; together at most 100 %. The rest pass.
    task : Words
        What the examiner is to do; read by the examiner, so nothing that betrays the condition.
    purpose : what it is to find
    risk : the risk of the register that it answers
    author : who wrote it
    evidence : what it rests on
    valid_from, valid_to : date or None
        In force on ``valid_from <= day < valid_to``; None leaves that side open.
    office : office it is for, "" for all
    direction : "import", "export", "transit", or "" for all

    Notes
    -----
    Making one checks nothing, so that drafts can be kept; ``checked`` or ``faults`` do.
    """

    code: str
    name: str
    condition: Condition
    red: Share = NOTHING
    yellow: Share = NOTHING
    blue: Share = NOTHING
    task: Words = NO_TASK
    purpose: str = ""
    risk: str = ""
    author: str = ""
    evidence: str = ""
    valid_from: date | None = None
    valid_to: date | None = None
    office: str = ""
    direction: Direction | Literal[""] = ""

    @property
    def shares(self) -> dict[Lane, Share]:
        """The share of each lane, in the fixed order."""
        return {"red": self.red, "yellow": self.yellow, "blue": self.blue}

    @property
    def reach(self) -> Node:
        """The tree of the rows that it means: its condition, its office and its direction."""
        scope: list[Node] = []
        if self.direction:
            scope.append(Compare(Term("direction"), "=", self.direction))
        if self.office:
            scope.append(Compare(Term("office"), "=", self.office))
        return joined(All, [*scope, self.condition.tree])

    def is_in_force(self, day: date) -> bool:
        """Whether it is in force on a day; the last day of validity does not belong to it."""
        after_start = self.valid_from is None or self.valid_from <= day
        return after_start and (self.valid_to is None or day < self.valid_to)

    def sentence(self, language: str = "en") -> Sentence:
        """Return the sentence that officers read: lanes, shares, scope and condition."""
        lanes = [
            (lane, share.percent_text) for lane, share in self.shares.items() if share > NOTHING
        ]
        condition = self.condition
        scope = (self.direction, self.office)
        return profile_sentence(
            condition.tree, condition.fields, language, lanes=lanes, scope=scope
        )

    def faults(self, lists: ProfileLists | None = None) -> list[Words]:
        """Return everything that keeps it from being used; empty if nothing does.

        Parameters
        ----------
        lists : the lists that its condition may refer to; None leaves them unchecked
        """
        found = [*self.form_faults(), *self._text_faults()]
        return found if lists is None else found + self._list_faults(lists)

    def checked(self, lists: ProfileLists | None = None) -> "Profile":
        """Return the profile itself, or raise RefusedError with all faults at once."""
        found = self.faults(lists)
        if found:
            head = Words(
                f"The profile {self.code or '?'} was not accepted",
                f"Профиль {self.code or '?'} не принят",
            )
            raise RefusedError(head, found)
        return self

    def edited(self, **changes: object) -> "Profile":
        """Return a copy with some fields changed."""
        return replace(self, **changes)  # type: ignore[arg-type]  # names and types are those of the fields

    def form_faults(self) -> list[Words]:
        """Return what no profile may have, not even one just brought in: code, shares, scope."""
        found = [*self._share_faults(), *self._scope_faults()]
        plain = all(sign.isalnum() or sign in "-_." for sign in self.code)
        if not (1 <= len(self.code) <= 40 and plain):
            found.insert(
                0,
                Words(
                    f"a code of 1 to 40 letters, digits, '-', '_' or '.' was expected; {self.code!r} came",
                    f"ожидается код из 1–40 букв, цифр, знаков «-», «_» или «.», а задано {self.code!r}",
                ),
            )
        return found

    def _text_faults(self) -> list[Words]:
        named = {
            Words("a name", "название"): self.name,
            Words("a purpose", "цель"): self.purpose,
            Words("an author", "автор"): self.author,
            Words("a task", "задание"): self.task.en or self.task.ru,
        }
        found = [
            Words(f"{what.en} is missing", f"не заполнено: {what.ru}")
            for what, text in named.items()
            if not text.strip()
        ]
        texts = (*named.values(), self.task.ru, self.risk, self.evidence)
        found += [
            Words(
                f"a text of at most {MOST_TEXT} characters was expected; {len(text)} came",
                f"ожидается текст не длиннее {MOST_TEXT} знаков, а задано {len(text)}",
            )
            for text in texts
            if len(text) > MOST_TEXT
        ]
        return found

    def _share_faults(self) -> list[Words]:
        total = sum(share.basis_points for share in self.shares.values())
        if total == 0:
            return [
                Words(
                    "a share of at least one lane is above 0 %",
                    "доля хотя бы одного коридора должна быть больше 0 %",
                )
            ]
        if total > WHOLE:
            came = f"{total / 100:g}"
            return [
                Words(
                    f"the shares of the lanes together are at most 100 %; {came} % came",
                    f"доли коридоров вместе — не более 100 %, а задано {came} %",
                )
            ]
        return []

    def _scope_faults(self) -> list[Words]:
        found: list[Words] = []
        if self.direction and self.direction not in DIRECTIONS:
            known = ", ".join(DIRECTIONS)
            found.append(
                Words(
                    f"a direction among {known} was expected; {self.direction!r} came",
                    f"ожидается направление из: {known}, а задано {self.direction!r}",
                )
            )
        if self.valid_from and self.valid_to and self.valid_to <= self.valid_from:
            found.append(
                Words(
                    f"the day after the last, {self.valid_to}, comes after the first, {self.valid_from}",
                    f"день окончания {self.valid_to} должен быть позже дня начала {self.valid_from}",
                )
            )
        return found

    def _list_faults(self, lists: ProfileLists) -> list[Words]:
        found: list[Words] = []
        for leaf in leaves(self.condition.tree):
            if not isinstance(leaf, InList):
                continue
            if leaf.list_name not in lists.names():
                name = literal(leaf.list_name)
                found.append(
                    Words(
                        f"there is no list {name}; make it or name another one",
                        f"списка {name} нет; создайте его или укажите другой",
                    )
                )
                continue
            kind = lists.current(leaf.list_name).kind
            field = self.condition.fields.get(leaf.term.column)
            codes = field.codes if field is not None else ""
            if kind in ("hs", "country") and codes in ("hs", "country") and kind != codes:
                found.append(
                    Words(
                        f"the list {leaf.list_name!r} holds values of kind {kind}; {leaf.term.column} is of kind {codes}",
                        f"в списке {leaf.list_name!r} значения вида {kind}, а графа {leaf.term.column} — вида {codes}",
                    )
                )
        return found
