"""Profiles for one decision: a Python function, generated once, that names the hits.

As in ``planes``, each column answers for all profiles at once, by one whole number with a bit for
every term of every profile. A text finds its number in a table that remembers the values seen, a
number by its place among the thresholds asked about; what is left after ``and`` over the columns
are the hits.

The source is made from our own tree only. No text of a user enters it: names of columns, values and
codes of profiles are constants bound to generated names, so nothing that a profile says can be run.
"""

from bisect import bisect_right
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from operator import itemgetter
from typing import Any as Anything
from typing import TypeAlias, cast

import numpy as np

from tamgha.risk.engines.code_sources import limits_of
from tamgha.risk.engines.columnar import HasReach
from tamgha.risk.engines.compiled_tests import TestWriter
from tamgha.risk.engines.leaf_masks import EPOCH, number_mask
from tamgha.risk.engines.term_lists import terms_of
from tamgha.risk.profiles import (
    Between,
    Compare,
    InList,
    Leaf,
    Like,
    Node,
    OneOf,
    ProfileLists,
    Term,
    Value,
    without_not,
)

Decide: TypeAlias = Callable[[Mapping[str, object]], list[str]]

PIECE = 25
"""Profiles whose hits are named together; hits of so few repeat from row to row."""

MOST_REMEMBERED = 65_536
"""Values of one text column whose answers are kept; later ones are worked out each time."""


def compile_profiles(profiles: Sequence[HasReach], *, lists: ProfileLists | None = None) -> Decide:
    """Return a function from a row to the codes of the profiles that hit it, in the order given.

    Parameters
    ----------
    profiles : sequence
        Those in force; which they are on a day is the caller's to choose.
    lists : ProfileLists or None
        What ``IN LIST`` refers to, as of now; compile again after a list has changed.

    Returns
    -------
    function
        Takes a mapping of column to value. A column that is absent, None or NaN is empty.
    """
    source, constants = _Writer(profiles, ProfileLists() if lists is None else lists).function()
    space: dict[str, Anything] = {
        "__builtins__": {},
        "len": len,
        "abs": abs,
        "place_of": bisect_right,
        "Remembered": _Remembered,
        "KeyError": KeyError,
        **constants,
    }
    exec(compile(source, "<profiles>", "exec"), space)  # noqa: S102 -- source is ours, values are bound
    return cast("Decide", space["decide"])


def decision_source(profiles: Sequence[HasReach], *, lists: ProfileLists | None = None) -> str:
    """Return the source that ``compile_profiles`` runs, for a reader or an auditor."""
    return _Writer(profiles, ProfileLists() if lists is None else lists).function()[0]


class _Remembered(dict[object, int]):
    """The answer of a text column by value; worked out at the first sight of a value, then kept."""

    def __init__(self, answer: Callable[[object], int]) -> None:
        super().__init__()
        self.answer = answer
        self.same: dict[int, int] = {}  # equal answers share one object: fewer of them to fetch

    def __missing__(self, value: object) -> int:
        if value != value:  # NaN, as tables from elsewhere have it for an empty text
            return self.answer(None)
        found = self.answer(value)
        if len(self) < MOST_REMEMBERED:
            self[value] = found = self.same.setdefault(found, found)
        return found


class _Named(dict[int, list[str]]):
    """The codes that the bits of one piece of an answer stand for, in order; kept once made."""

    def __init__(self, codes: Sequence[str]) -> None:
        super().__init__()
        self.codes = codes

    def __missing__(self, bits: int) -> list[str]:
        found = [code for place, code in enumerate(self.codes) if bits >> place & 1]
        if len(self) < MOST_REMEMBERED:
            self[bits] = found
        return found


def _only(name: str) -> Callable[[Mapping[str, object]], tuple[object]]:
    """Return what reads one column, as ``itemgetter`` reads several."""
    return lambda row: (row[name],)


@dataclass(slots=True)
class _Slots:
    """Bits of the terms: bit ``k * count + p`` stands for the k-th term of profile ``p``."""

    count: int
    planes: int = 1
    every: int = 0
    asked: dict[object, list[tuple[Leaf, int]]] = field(default_factory=dict)
    whole: list[tuple[Node, int]] = field(default_factory=list)

    @classmethod
    def of(cls, profiles: Sequence[HasReach]) -> "_Slots":
        made = cls(len(profiles))
        for place, profile in enumerate(profiles):
            tree = without_not(profile.reach)
            terms = terms_of(tree)
            for plane, term in enumerate([None] if terms is None else terms):
                bit = 1 << (plane * made.count + place)
                made.planes = max(made.planes, plane + 1)
                made.every |= bit
                if term is None:
                    made.whole.append((tree, bit))
                    continue
                for leaf in dict.fromkeys(term):
                    made.ask(leaf, bit)
        return made

    def ask(self, leaf: Leaf, bit: int) -> None:
        if isinstance(leaf, Compare) and isinstance(leaf.other, Term):
            self.whole.append((leaf, bit))
        else:
            key = leaf.term.column if _is_text(leaf) else leaf.term
            self.asked.setdefault(key, []).append((leaf, bit))


def _is_text(leaf: Leaf) -> bool:
    """Whether a leaf asks about a text; "is empty" alone does not tell and is taken as a number."""
    if isinstance(leaf, Like | InList) or leaf.term.function in ("LEFT", "LENGTH"):
        return True
    if isinstance(leaf, Compare):
        return isinstance(leaf.other, str)
    if isinstance(leaf, OneOf):
        return isinstance(leaf.values[0], str)
    return isinstance(leaf, Between) and isinstance(leaf.low, str)


class _Writer:
    """Writes the function of some profiles, and binds the constants that it uses."""

    def __init__(self, profiles: Sequence[HasReach], lists: ProfileLists) -> None:
        self.slots = _Slots.of(profiles)
        self.tests = TestWriter(lists)
        self.every = self.slots.every
        self.codes = [profile.code for profile in profiles]
        self.before: list[str] = []
        self.read: dict[str, str] = {}
        self.body: list[str] = []

    def function(self) -> tuple[str, dict[str, Anything]]:
        constant = self.tests.constant
        # Texts first: they leave the fewest profiles for the numbers, and the best read by most first.
        columns = sorted(
            self.slots.asked.items(), key=lambda pair: (not isinstance(pair[0], str), -len(pair[1]))
        )
        for number, (key, asked) in enumerate(columns):
            if isinstance(key, str):
                self._text(f"text{number}", key, asked)
            else:
                self._number(cast("Term", key), asked)
        self._whole()
        lines = [
            *self.before,
            "def decide(row):",
            *self._reading(),
            f"    left = {constant(self.every)}",
            *self.body,
            *(f"    left |= left >> {self.slots.count * plane}" for plane in self._folds()),
            f"    return {' + '.join(self._named()) or '[]'}",
            "",
        ]
        return "\n".join(lines), self.tests.constants.held

    def _reading(self) -> list[str]:
        """Write how the row is read: all columns at once, or one by one if some are absent."""
        if not self.read:
            return ["    get = row.get"]
        names = ", ".join(self.read.values()) + ","
        columns = tuple(self.read)
        getter = itemgetter(*columns) if len(columns) > 1 else _only(columns[0])
        self.tests.constants.held["read"] = getter
        one_by_one = ", ".join(f"row.get({self.tests.constant(name)})" for name in columns) + ","
        return [
            "    get = row.get",
            f"    try: {names} = read(row)",
            f"    except KeyError: {names} = {one_by_one}",
        ]

    def _column(self, name: str) -> str:
        return self.read.setdefault(name, f"c{len(self.read)}")

    def _folds(self) -> list[int]:
        """Return the shifts, in profiles, that bring every plane down upon the first."""
        folds, held = [], 1
        while held < self.slots.planes:
            folds.append(held)
            held *= 2
        return folds

    def _pieces(self) -> list[tuple[int, list[str]]]:
        return [
            (start, self.codes[start : start + PIECE]) for start in range(0, len(self.codes), PIECE)
        ]

    def _named(self) -> list[str]:
        """Write how the codes of each piece of the answer are found."""
        parts = []
        for number, (start, codes) in enumerate(self._pieces()):
            self.tests.constants.held[f"names{number}"] = _Named(codes)
            mask = self.tests.constant((1 << len(codes)) - 1)
            shifted = f"left >> {start}" if start else "left"
            parts.append(f"names{number}[{shifted} & {mask}]")
        return parts if len(parts) != 1 else [f"{parts[0]}.copy()"]

    def _text(self, name: str, column: str, asked: Sequence[tuple[Leaf, int]]) -> None:
        """Write the function that answers for one text, and the line that asks its memory."""
        tests = self.tests.for_column(Term(column), "value")
        by_leaf: dict[Leaf, int] = {}
        for leaf, bit in asked:
            by_leaf[leaf] = by_leaf.get(leaf, 0) | bit
        lines: list[str] = []
        for leaf, bits in by_leaf.items():
            lines.append(
                f"    if not ({tests.test(leaf)}): left &= {self.tests.constant(self.every & ~bits)}"
            )
        self.before += [
            f"def {name}(value):",
            *tests.head,
            f"    left = {self.tests.constant(self.every)}",
            *lines,
            "    return left",
            f"{name} = Remembered({name})",
        ]
        self.body.append(f"    left &= {name}[{self._column(column)}]")

    def _number(self, term: Term, asked: Sequence[tuple[Leaf, int]]) -> None:
        """Write the line that finds a number's place among the thresholds, and its answer."""
        limits = limits_of([leaf for leaf, _ in asked])
        answers = [self.every] * (len(limits) + 2)
        for leaf, bit in asked:
            holds = number_mask(leaf, np.array([-np.inf, *limits, np.nan]))
            answers = [
                answer if hit else answer & ~bit for answer, hit in zip(answers, holds, strict=True)
            ]
        constant = self.tests.constant
        is_date = any(kind == "date" for kind in map(_kind, (leaf for leaf, _ in asked)))
        name = self._column(term.column)
        value = _NUMBERS[term.function or ("date" if is_date else "")].format(
            value=name, epoch=EPOCH
        )
        concerned = 0
        for _, bit in asked:
            concerned |= bit
        self.body += [
            f"    if left & {constant(concerned)}:",
            f"        if {name} is None or {name} != {name}: left &= {constant(answers[-1])}",
            f"        else: left &= {constant(tuple(answers[:-1]))}[place_of({constant(tuple(limits))}, {value})]",
        ]

    def _whole(self) -> None:
        """Write the tests of what two columns say together, and of conditions of very many terms."""
        tests = self.tests.for_row()
        lines = [
            f"    if not {tests.test(tree)}: left &= {self.tests.constant(self.every & ~bit)}"
            for tree, bit in self.slots.whole
        ]
        self.body += [*tests.head, *lines]


_NUMBERS = {
    "": "{value}",
    "date": "{value}.toordinal() - {epoch}",
    "ABS": "abs({value})",
    "MONTH": "{value}.month",
    "WEEKDAY": "{value}.isoweekday()",
}


def _kind(leaf: Leaf) -> str:
    """Return "date" for a leaf that compares a column itself with a date."""
    values: Sequence[Value] = ()
    if isinstance(leaf, Compare) and not isinstance(leaf.other, Term):
        values = (leaf.other,)
    elif isinstance(leaf, Between):
        values = (leaf.low,)
    elif isinstance(leaf, OneOf):
        values = leaf.values
    return "date" if any(hasattr(value, "toordinal") for value in values) else ""
