"""Profiles for one decision: a single Python function, generated once, that names the hits.

The source is made from our own tree only. No text of a user enters it: names of columns, values and
codes of profiles are constants bound to generated names, so nothing that a profile says can be run.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any as Anything
from typing import TypeAlias, cast

from tamgha.risk.engines.columnar import HasReach
from tamgha.risk.profiles import (
    All,
    Any,
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

_FUNCTIONS = {
    "LENGTH": "len({value})",
    "ABS": "abs({value})",
    "MONTH": "{value}.month",
    "WEEKDAY": "{value}.isoweekday()",
}
_OPERATORS = {"=": "==", "<>": "!=", "<": "<", "<=": "<=", ">": ">", ">=": ">="}


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
    source, constants = _Writer(ProfileLists() if lists is None else lists).function(profiles)
    space: dict[str, Anything] = {"__builtins__": {}, "len": len, "abs": abs, **constants}
    exec(compile(source, "<profiles>", "exec"), space)  # noqa: S102 -- source is ours, values are bound
    return cast("Decide", space["decide"])


def decision_source(profiles: Sequence[HasReach], *, lists: ProfileLists | None = None) -> str:
    """Return the source that ``compile_profiles`` runs, for a reader or an auditor."""
    return _Writer(ProfileLists() if lists is None else lists).function(profiles)[0]


class _Writer:
    """Writes one function. Values read from the row come first, each once; then the profiles."""

    def __init__(self, lists: ProfileLists) -> None:
        self.lists = lists
        self.constants: dict[str, Anything] = {}
        self._names: dict[tuple[type, object], str] = {}
        self._head: list[str] = []
        self._values: dict[Term, str] = {}

    def function(self, profiles: Sequence[HasReach]) -> tuple[str, dict[str, Anything]]:
        body: list[str] = []
        for profile in profiles:
            test = self.test(without_not(profile.reach))
            body += [f"    if {test}:", f"        hits.append({self.constant(profile.code)})"]
        lines = [
            "def decide(row):",
            "    get = row.get",
            *self._head,
            "    hits = []",
            *body,
            "    return hits",
            "",
        ]
        return "\n".join(lines), self.constants

    def constant(self, value: object) -> str:
        key = (type(value), value)
        if key not in self._names:
            self._names[key] = f"k{len(self._names)}"
            self.constants[self._names[key]] = value
        return self._names[key]

    def value(self, term: Term) -> str:
        """Return the local name that holds a term's value, or None where the field is empty."""
        if term in self._values:
            return self._values[term]
        if term.function:
            plain = self.value(Term(term.column))
            frame = (
                f"{{value}}[:{int(term.argument or 0)}]"
                if term.function == "LEFT"
                else _FUNCTIONS[term.function]
            )
            made = frame.format(value=plain)
            name = f"v{len(self._values)}"
            self._head.append(f"    {name} = None if {plain} is None else {made}")
        else:
            name = f"v{len(self._values)}"
            self._head.append(f"    {name} = get({self.constant(term.column)})")
            self._head.append(f"    if {name} != {name}: {name} = None")
        self._values[term] = name
        return name

    # -- tests -----------------------------------------------------------------------------------

    def test(self, node: Node) -> str:
        if isinstance(node, All | Any):
            # Order does not matter to the answer; the cheap and choosy parts go first.
            parts = sorted(node.parts, key=_cost)
            word = " and " if isinstance(node, All) else " or "
            return "(" + word.join(self.test(part) for part in parts) + ")"
        return self.leaf(cast("Leaf", node))

    def leaf(self, leaf: Leaf) -> str:
        if isinstance(leaf, Compare):
            return self._comparison(leaf)
        name = self.value(leaf.term)
        if isinstance(leaf, Missing):
            return f"{name} is {'not ' if leaf.negated else ''}None"
        if isinstance(leaf, OneOf):
            return self._one_of(name, leaf.values, leaf.negated)
        if isinstance(leaf, InList):
            return self._in_list(name, leaf)
        if isinstance(leaf, Like):
            return self._like(name, leaf)
        inside = f"{self.constant(leaf.low)} <= {name} <= {self.constant(leaf.high)}"
        return f"({name} is not None and {f'not ({inside})' if leaf.negated else inside})"

    def _comparison(self, leaf: Compare) -> str:
        name, operator = self.value(leaf.term), _OPERATORS[leaf.operator]
        if isinstance(leaf.other, Term):
            other = self.value(leaf.other)
            return f"({name} is not None and {other} is not None and {name} {operator} {other})"
        compared = f"{name} {operator} {self.constant(leaf.other)}"
        return compared if operator == "==" else f"({name} is not None and {compared})"

    def _one_of(self, name: str, values: tuple[Value, ...], negated: bool) -> str:
        found = self.constant(frozenset(values))
        return (
            f"({name} is not None and {name} not in {found})" if negated else f"{name} in {found}"
        )

    def _in_list(self, name: str, leaf: InList) -> str:
        named = self.lists.current(leaf.list_name)
        if not named.by_beginning:
            return self._one_of(name, named.values, leaf.negated)
        tests = []
        for size in sorted({len(entry) for entry in named.values}):
            entries = frozenset(entry for entry in named.values if len(entry) == size)
            tests.append(f"{self._start(leaf.term, size)} in {self.constant(entries)}")
        inside = f"({' or '.join(tests)})"
        return f"({name} is not None and {'not ' if leaf.negated else ''}{inside})"

    def _start(self, term: Term, size: int) -> str:
        """Return the name of the first ``size`` characters; several leaves of one size share it."""
        if not term.function:
            return self.value(Term(term.column, "LEFT", size))
        return f"{self.value(term)}[:{size}]"

    def _like(self, name: str, leaf: Like) -> str:
        sought = self.constant(leaf.text)
        if leaf.pattern == "begins" and not leaf.term.function:
            start = self._start(leaf.term, len(leaf.text))
            return (
                f"({name} is not None and {start} != {sought})"
                if leaf.negated
                else f"{start} == {sought}"
            )
        holds = {
            "begins": f"{name}.startswith({sought})",
            "ends": f"{name}.endswith({sought})",
            "contains": f"{sought} in {name}",
        }[leaf.pattern]
        return f"({name} is not None and {f'not {holds}' if leaf.negated else holds})"


def _cost(node: Node) -> int:
    if isinstance(node, All | Any):
        return 3
    if isinstance(node, Compare) and node.operator == "=":
        return 0
    if isinstance(node, Like) and node.pattern == "begins" and not node.negated:
        return 0
    return 1 if isinstance(node, OneOf | InList) else 2
