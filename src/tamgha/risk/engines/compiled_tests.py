"""Tests of single rows as Python source: one expression for a tree without ``Not``."""

from typing import Any as Anything
from typing import cast

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
)

_FUNCTIONS = {
    "LENGTH": "len({value})",
    "ABS": "abs({value})",
    "MONTH": "{value}.month",
    "WEEKDAY": "{value}.isoweekday()",
}
_OPERATORS = {"=": "==", "<>": "!=", "<": "<", "<=": "<=", ">": ">", ">=": ">="}


class Constants:
    """Values that source refers to by generated names."""

    def __init__(self) -> None:
        self.held: dict[str, Anything] = {}
        self._names: dict[tuple[type, object], str] = {}

    def name(self, value: object) -> str:
        """Return the name that a value is bound to."""
        key = (type(value), value)
        if key not in self._names:
            self._names[key] = f"k{len(self._names)}"
            self.held[self._names[key]] = value
        return self._names[key]


class TestWriter:
    """Writes tests; what they read stands in ``head``, each once, what they compare in ``constants``.

    Parameters
    ----------
    lists : what ``IN LIST`` refers to
    constants : shared by all writers of one source
    """

    __test__ = False  # no test case, whatever its name

    def __init__(self, lists: ProfileLists, constants: Constants | None = None) -> None:
        self.lists = lists
        self.constants = Constants() if constants is None else constants
        self.constant = self.constants.name
        self.head: list[str] = []
        self._values: dict[Term, str] = {}

    def for_column(self, term: Term, name: str) -> "TestWriter":
        """Return a writer of tests about one column, whose value is in a local name already."""
        made = TestWriter(self.lists, self.constants)
        made.give(term, name)
        return made

    def give(self, term: Term, name: str) -> None:
        """Tell that a term's value is in a local name."""
        self._values[term] = name

    def for_row(self) -> "TestWriter":
        """Return a writer of tests about a row, read by ``get``."""
        return TestWriter(self.lists, self.constants)

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
            self.head.append(f"    {name} = None if {plain} is None else {made}")
        else:
            name = f"v{len(self._values)}"
            self.head.append(f"    {name} = get({self.constant(term.column)})")
            self.head.append(f"    if {name} != {name}: {name} = None")
        self._values[term] = name
        return name

    # -- tests -----------------------------------------------------------------------------------

    def test(self, node: Node) -> str:
        """Return an expression that is true where the tree is TRUE."""
        if isinstance(node, All | Any):
            # Order does not matter to the answer; the cheap and choosy parts go first.
            parts = sorted(node.parts, key=_cost)
            word = " and " if isinstance(node, All) else " or "
            return "(" + word.join(self.test(part) for part in parts) + ")"
        return self.leaf(cast("Leaf", node))

    def leaf(self, leaf: Leaf) -> str:
        """Return an expression that is true where the leaf is TRUE."""
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
