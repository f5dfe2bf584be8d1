"""Profiles for one decision: a Python function, generated once, that names the hits.

As in ``planes``, each column answers for all profiles at once, by one whole number with a bit for
every term of every profile. A text finds its number in a table of the values asked about, or, where
beginnings are asked about, in one that remembers the values seen; a number finds it by comparisons
with the thresholds asked about, halving them. What is left after ``and`` over the columns are the
hits.

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
from tamgha.risk.engines.compiled_tables import MOST_REMEMBERED, Listed, Named, Remembered, only
from tamgha.risk.engines.compiled_tests import TestWriter
from tamgha.risk.engines.leaf_masks import EPOCH, number_mask
from tamgha.risk.engines.term_lists import terms_of
from tamgha.risk.profiles import (
    Between,
    Compare,
    InList,
    Leaf,
    Like,
    Missing,
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

FEW_VALUES = 100
"""So many values named of one text column are remembered with all others seen."""

MOST_COMPARED = 63
"""Thresholds of one number that are halved by comparisons in the source; more are searched."""


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
        "Remembered": Remembered,
        "Listed": Listed,
        "KeyError": KeyError,
        **constants,
    }
    exec(compile(source, "<profiles>", "exec"), space)  # noqa: S102 -- source is ours, values are bound
    return cast("Decide", space["decide"])


def decision_source(profiles: Sequence[HasReach], *, lists: ProfileLists | None = None) -> str:
    """Return the source that ``compile_profiles`` runs, for a reader or an auditor."""
    return _Writer(profiles, ProfileLists() if lists is None else lists).function()[0]


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
        self.texts: list[tuple[str, str]] = []
        self.numbers: list[str] = []
        self.body: list[str] = []

    def function(self) -> tuple[str, dict[str, Anything]]:
        """Return the source, and the constants that its names are bound to."""
        # Texts first: they leave the fewest profiles for the numbers, and the best read by most first.
        columns = sorted(
            self.slots.asked.items(), key=lambda pair: (not isinstance(pair[0], str), -len(pair[1]))
        )
        for number, (key, asked) in enumerate(columns):
            if isinstance(key, str):
                self._text(f"text{number}", key, asked)
            else:
                self.numbers.append(self._number(cast("Term", key), asked))
        self._whole()
        lines = [
            *self.before,
            "def decide(row):",
            *self._reading(),
            *self._asking_texts(),
            *([f"    left &= {' & '.join(self.numbers)}"] if self.numbers else []),
            *self.body,
            *(f"    left |= left >> {self.slots.count * plane}" for plane in self._folds()),
            *self._returning(),
            "",
        ]
        return "\n".join(lines), self.tests.constants.held

    def _reading(self) -> list[str]:
        """Write how the row is read: all columns at once, or one by one if some are absent."""
        by_get = ["    get = row.get"] if self.slots.whole else []
        if not self.read:
            return by_get
        names = ", ".join(self.read.values()) + ","
        columns = tuple(self.read)
        getter = itemgetter(*columns) if len(columns) > 1 else only(columns[0])
        self.tests.constants.held["read"] = getter
        one_by_one = ", ".join(f"row.get({self.tests.constant(name)})" for name in columns) + ","
        return [
            *by_get,
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

    def _returning(self) -> list[str]:
        """Write how the codes of the answer are found: those of each piece, known or made."""
        known, made = [], []
        for number, (start, codes) in enumerate(self._pieces()):
            named = Named(codes)
            self.tests.constants.held |= {f"names{number}": named, f"known{number}": named.known}
            mask = self.tests.constant((1 << len(codes)) - 1)
            bits = f"left >> {start} & {mask}" if start else f"left & {mask}"
            known.append(f"known{number}[{bits}]")
            made.append(f"names{number}.of({bits})")
        if not known:
            return ["    return []"]
        copy = ".copy()" if len(known) == 1 else ""
        return [
            f"    try: return {' + '.join(known)}{copy}",
            f"    except KeyError: return {' + '.join(made)}{copy}",
        ]

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
        ]
        self.texts.append(self._table(name, self._column(column), list(by_leaf)))

    def _asking_texts(self) -> list[str]:
        """Write how the tables of texts are asked: at once, or one by one if a value is new."""
        if not self.texts:
            return [f"    left = {self.every}"]
        known, new = (" & ".join(parts) for parts in zip(*self.texts, strict=True))
        return [
            f"    try: left = {known}",
            f"    except KeyError: left = {new}",
            "    if not left: return []",
        ]

    def _table(self, name: str, value: str, leaves: Sequence[Leaf]) -> tuple[str, str]:
        """Write the table of a function that answers for a text; return what asks it.

        Where many values are named, as lists of traders do, most rows have another one: these
        share one answer, and are not kept.
        """
        named = [_whole_values(leaf, self.tests.lists) for leaf in leaves]
        asked = {each for values in named for each in values or ()}
        if None in named or not FEW_VALUES < len(asked) <= MOST_REMEMBERED:
            self.before += [f"{name} = Remembered({name})", f"{name}_known = {name}.known"]
            return f"{name}_known[{value}]", f"{name}.of({value})"
        self.before += [
            f"{name} = Listed({name}, {self.tests.constant(tuple(sorted(asked)))})",
            f"{name}_get, {name}_other, {name}_empty = {name}.get, {name}.other, {name}.empty",
        ]
        found = f"{name}_get({value}, {name}_other)"
        if any(_holds_for_others(leaf) for leaf in leaves):
            # NaN stands for an empty text, and is no value of any table
            found = f"({found} if {value} == {value} else {name}_empty)"
        return found, found

    def _number(self, term: Term, asked: Sequence[tuple[Leaf, int]]) -> str:
        """Return the expression that finds a number's place among the thresholds, and its answer."""
        limits = limits_of([leaf for leaf, _ in asked])
        answers = [self.every] * (len(limits) + 2)
        for leaf, bit in asked:
            holds = number_mask(leaf, np.array([-np.inf, *limits, np.nan]))
            answers = [
                answer if hit else answer & ~bit for answer, hit in zip(answers, holds, strict=True)
            ]
        empty = answers.pop()
        is_date = any(kind == "date" for kind in map(_kind, (leaf for leaf, _ in asked)))
        name = self._column(term.column)
        if term.function or is_date or len(limits) > MOST_COMPARED:
            constant = self.tests.constant
            value = _NUMBERS[term.function or ("date" if is_date else "")].format(
                value=name, epoch=EPOCH
            )
            found = f"{constant(tuple(answers))}[place_of({constant(tuple(limits))}, {value})]"
            return f"({empty} if {name} is None or {name} != {name} else {found})"
        return f"({empty} if {name} is None else {_halved(name, limits, answers, empty)})"

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


def _halved(name: str, limits: Sequence[float], answers: Sequence[int], empty: int) -> str:
    """Return the expression that picks one of ``answers`` by halving ``limits``.

    No comparison holds for NaN, which therefore ends at the last answer: only there it is asked
    about.
    """
    if limits:
        middle = len(limits) // 2
        below = _halved(name, limits[:middle], answers[: middle + 1], answers[middle])
        above = _halved(name, limits[middle + 1 :], answers[middle + 1 :], empty)
        return f"({below} if {name} < {limits[middle]!r} else {above})"
    (only,) = answers
    return str(only) if only == empty else f"({only} if {name} == {name} else {empty})"


def _whole_values(leaf: Leaf, lists: ProfileLists) -> Sequence[str] | None:
    """Return the texts that a leaf compares a whole text with; None if it asks anything else."""
    if leaf.term.function:
        return None
    if isinstance(leaf, OneOf):
        return [str(value) for value in leaf.values]
    if isinstance(leaf, InList):
        named = lists.current(leaf.list_name)
        return None if named.by_beginning else named.values
    if isinstance(leaf, Compare) and leaf.operator in ("=", "<>"):
        return [str(leaf.other)]
    return () if isinstance(leaf, Missing) else None


def _holds_for_others(leaf: Leaf) -> bool:
    """Return whether a leaf tells an empty text from one that it does not name."""
    if isinstance(leaf, Compare):
        return leaf.operator == "<>"
    return isinstance(leaf, Missing) or bool(leaf.negated)


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
