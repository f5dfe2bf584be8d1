"""Criteria text in the manner of ASYCUDA++ MODSEL, read into profiles; see ``modsel``."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from tamgha.risk.profiles.checks import MOST_DEPTH, too_deep, tree_faults
from tamgha.risk.profiles.conditions import Condition
from tamgha.risk.profiles.faults import ConditionError, ConditionFault, fault_at
from tamgha.risk.profiles.fields import Fields, fields_of, ready_fields
from tamgha.risk.profiles.modsel import (
    LANE_WORDS,
    LIST_FUNCTIONS,
    MODSEL_FIELDS,
    NUMBER_FUNCTIONS,
    OPERATOR_WORDS,
    next_code,
)
from tamgha.risk.profiles.profile import NOTHING, Profile
from tamgha.risk.profiles.texts import number_of
from tamgha.risk.profiles.tree import (
    MIRRORED,
    All,
    Any,
    Between,
    Compare,
    InList,
    Leaf,
    Like,
    Missing,
    Node,
    OneOf,
    Operator,
    Term,
    Value,
    joined,
    negation,
    opposite,
    with_ids,
)
from tamgha.shared.errors import TamghaError
from tamgha.shared.shares import Share
from tamgha.shared.words import Words

MOST_CHARACTERS = 1_000_000
_TOKEN = re.compile(
    r"""\s*(?:
        (?P<text>"[^"\n]*"|“[^”\n]*”)
      | (?P<number>-?\d+(?:\.\d+)?)
      | (?P<word>[A-Za-z][A-Za-z0-9_]*)
      | (?P<sign><=|>=|<>|:=|[=<>();,])
      | (?P<other>\S)
    )""",
    re.VERBOSE,
)
_COLUMNS = {name.lower(): column for column, name in MODSEL_FIELDS.items()}
_LISTS = {name.lower(): column for column, name in LIST_FUNCTIONS.items()}
_FUNCTIONS = {name.lower(): function for function, name in NUMBER_FUNCTIONS.items()}
_LANES = {name.lower(): lane for lane, name in LANE_WORDS.items()}
_NOT_OURS = {
    "else": Words("Else", "Else"),
    "action": Words("an action", "действие"),
    "formula": Words("a formula", "формула"),
    "assignment": Words("an assignment of sections", "назначение секций"),
}


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str
    text: str
    start: int
    end: int

    @property
    def low(self) -> str:
        return self.text.lower()


class _UnreadableError(Exception):
    def __init__(self, fault: ConditionFault) -> None:
        self.fault = fault
        super().__init__(fault.message.en)


def read_modsel(text: str, columns: Mapping[str, object] | None = None) -> list[Profile]:
    """Return the profiles of a criteria text: code, condition and shares; the passport is empty.

    Raises
    ------
    ConditionError
        At the first place that cannot be read, with what was expected; or with every faulty value.
    """
    fields = ready_fields() if columns is None else fields_of(columns)
    if len(text) > MOST_CHARACTERS:
        message = Words(
            f"a file of at most {MOST_CHARACTERS} characters was expected; {len(text)} came",
            f"ожидается файл не больше {MOST_CHARACTERS} знаков, а задано {len(text)}",
        )
        raise ConditionError([fault_at(text, MOST_CHARACTERS, len(text), message)])
    reader = _Reader(text, fields)
    try:
        profiles = reader.file()
    except _UnreadableError as error:
        raise ConditionError([error.fault]) from None
    if reader.faults:
        raise ConditionError(reader.faults)
    return profiles


class _Reader:
    def __init__(self, text: str, fields: Fields) -> None:
        self.text = text
        self.fields = fields
        self.faults: list[ConditionFault] = []
        self.tokens = [
            _Token(
                str(found.lastgroup),
                found.group(str(found.lastgroup)),
                found.start(str(found.lastgroup)),
                found.end(),
            )
            for found in _TOKEN.finditer(text)
        ]
        self.place = 0

    # -- tokens ----------------------------------------------------------------------------------

    def peek(self) -> _Token:
        if self.place < len(self.tokens):
            return self.tokens[self.place]
        return _Token("end", "", len(self.text), len(self.text))

    def take(self) -> _Token:
        token = self.peek()
        self.place += 1
        return token

    def expect(self, *wanted: str) -> _Token:
        token = self.take()
        if token.low not in wanted:
            raise self.refused(
                token, Words(f"{wanted[0]!r} was expected", f"ожидается {wanted[0]!r}")
            )
        return token

    def refused(self, token: _Token, expected: Words) -> _UnreadableError:
        came = token.text or "—"
        named = _NOT_OURS.get(token.low)
        if named is not None or re.fullmatch(r"num\d+|result|totalfees", token.low):
            expected = Words(
                f"criteria with a working variable, Else or an action cannot be taken over; {expected.en}",
                f"критерии с рабочей переменной, Else или действием перенести нельзя; {expected.ru}",
            )
        message = Words(f"{expected.en}; {came!r} came", f"{expected.ru}, а встретилось {came!r}")
        return _UnreadableError(fault_at(self.text, token.start, token.end, message))

    # -- statements ------------------------------------------------------------------------------

    def file(self) -> list[Profile]:
        made: list[Profile] = []
        codes: set[str] = set()
        while self.peek().kind != "end":
            start = self.peek()
            profile = self.criteria()
            if profile.code in codes:
                raise self.refused(
                    start,
                    Words(f"the code {profile.code} came twice", f"код {profile.code} повторяется"),
                )
            codes.add(profile.code)
            made.append(profile)
        return made

    def criteria(self) -> Profile:
        start = self.expect("criteria")
        name = self.string()
        self.expect(";")
        self.expect("if")
        begin = self.peek().start
        tree = self.either(0)
        end = self.peek().start
        self.expect("then")
        shares = self.lanes()
        self.expect("endif")
        if self.peek().text == ";":
            self.take()
        self.faults += [
            fault_at(self.text, begin, end, message)
            for _, message in tree_faults(tree, self.fields)
        ]
        profile = Profile(
            code="_".join(name.split()),
            name=name,
            condition=Condition(with_ids(tree), self.fields),
            red=shares.get("red", NOTHING),
            yellow=shares.get("yellow", NOTHING),
            blue=shares.get("blue", NOTHING),
        )
        self.faults += [
            fault_at(self.text, start.start, self.tokens[self.place - 1].end, message)
            for message in profile.form_faults()
        ]
        return profile

    def lanes(self) -> dict[str, Share]:
        shares: dict[str, Share] = {}
        while self.peek().low != "endif":
            token = self.take()
            lane = _LANES.get(token.low)
            if lane is None or lane in shares:
                raise self.refused(
                    token,
                    Words(
                        "RedLane, YellowLane, BlueLane (each once) or Endif was expected",
                        "ожидается RedLane, YellowLane, BlueLane (по одному разу) или Endif",
                    ),
                )
            self.expect("is", ":=")
            number = self.take()
            try:
                shares[lane] = Share.percent(number.text)
            except TamghaError as error:
                raise _UnreadableError(
                    fault_at(self.text, number.start, number.end, error.words)
                ) from None
            if self.peek().text == ";":
                self.take()
        return shares

    # -- the condition ---------------------------------------------------------------------------

    def either(self, level: int) -> Node:
        parts = [self.every(level)]
        while self.peek().low == "or":
            self.take()
            parts.append(self.every(level))
        return _merged(joined(Any, parts))

    def every(self, level: int) -> Node:
        parts = [self.one(level)]
        while self.peek().low == "and":
            self.take()
            parts.append(self.one(level))
        return _merged(joined(All, parts))

    def one(self, level: int) -> Node:
        token = self.peek()
        if level > 2 * MOST_DEPTH:
            raise self.refused(token, too_deep())
        if token.low == "not":
            self.take()
            return negation(self.one(level + 1))
        if token.text == "(":
            self.take()
            inner = self.either(level + 1)
            self.expect(")")
            return inner
        if token.low in _LISTS:
            return self.on_list()
        return self.comparison()

    def on_list(self) -> Node:
        column = _LISTS[self.take().low]
        self.expect("(")
        name = self.string()
        self.expect(")")
        operator = self.operator()
        self.expect("found")
        if operator not in ("=", "<>"):
            raise self.refused(
                self.tokens[self.place - 2], Words("= or <> was expected", "ожидается = или <>")
            )
        return InList(Term(column), name, operator == "<>")

    def comparison(self) -> Node:
        left = self.operand()
        operator = self.operator()
        right = self.operand()
        if not isinstance(left, Term):
            left, right, operator = right, left, MIRRORED[operator]
        if not isinstance(left, Term):
            raise self.refused(
                self.tokens[self.place - 1],
                Words("a comparison with a field was expected", "ожидается сравнение с полем"),
            )
        if right == "":
            if operator in ("=", "<>"):
                return Missing(left, operator == "<>")
            raise self.refused(
                self.tokens[self.place - 1], Words("a value was expected", "ожидается значение")
            )
        compared = Compare(left, operator, right)
        last = _is_hs(compared, operator)
        if last is not None and next_code(last) is None and operator in (">=", "<"):
            return Like(left, "begins", last, negated=operator == "<")
        return compared

    def operand(self) -> Term | Value:
        token = self.take()
        if token.kind == "text":
            return token.text[1:-1]
        if token.kind == "number":
            return number_of(Decimal(token.text))
        function = _FUNCTIONS.get(token.low)
        if function is not None:
            self.expect("(")
            column = self.column(self.take())
            self.expect(")")
            return Term(column, function)
        return Term(self.column(token))

    def column(self, token: _Token) -> str:
        if token.low not in _COLUMNS:
            names = ", ".join(MODSEL_FIELDS.values())
            raise self.refused(
                token,
                Words(
                    f"a field or a function was expected ({names}, InListTar …)",
                    f"ожидается поле или функция ({names}, InListTar …)",
                ),
            )
        return _COLUMNS[token.low]

    def operator(self) -> Operator:
        token = self.take()
        if token.text.upper() not in OPERATOR_WORDS:
            raise self.refused(
                token,
                Words(
                    "a comparison was expected: = < > <= >= <>",
                    "ожидается сравнение: = < > <= >= <>",
                ),
            )
        return OPERATOR_WORDS[token.text.upper()]

    def string(self) -> str:
        token = self.take()
        if token.kind != "text" or len(token.text) < 3:
            raise self.refused(
                token,
                Words(
                    'a name in quotes was expected, such as "APPLES"',
                    'ожидается имя в кавычках, например "APPLES"',
                ),
            )
        return token.text[1:-1]


def _merged(node: Node) -> Node:
    """Return a group as the one leaf that means the same, if there is one: IN, BETWEEN, begins with."""
    if not isinstance(node, All | Any):
        return node
    plain = _as_leaf(node)
    if plain is not None:
        return plain
    inverse = Any if isinstance(node, All) else All
    turned = _as_leaf(inverse(tuple(negation(part) for part in node.parts)))
    if turned is not None:
        return opposite(turned)
    return _with_beginnings(node) if isinstance(node, All) else node


def _as_leaf(node: All | Any) -> Leaf | None:
    """Return ``a = 1 or a = 2`` as IN, ``a >= 1 and a <= 2`` as BETWEEN, a range of codes as LIKE."""
    parts = [part for part in node.parts if isinstance(part, Compare)]
    values = [part.other for part in parts if not isinstance(part.other, Term)]
    if len(values) != len(node.parts) or len({part.term for part in parts}) != 1:
        return None
    term, operators = parts[0].term, [part.operator for part in parts]
    if isinstance(node, Any):
        if set(operators) != {"="}:
            return None
        distinct = tuple(dict.fromkeys(values))
        return OneOf(term, distinct) if len(distinct) > 1 else Compare(term, "=", distinct[0])
    if operators == [">=", "<="]:
        return Between(term, values[0], values[1])
    starts, ends = _is_hs(parts[0], ">="), _is_hs(parts[-1], "<")
    if len(parts) == 2 and starts is not None and next_code(starts) == ends:
        return Like(term, "begins", starts)
    return None


def _with_beginnings(node: All) -> Node:
    """Return the group with neighbours ``ComCod >= "6403" and ComCod < "6404"`` as "begins with"."""
    made: list[Node] = []
    for part in node.parts:
        starts, ends = _is_hs(made[-1], ">=") if made else None, _is_hs(part, "<")
        if starts is not None and ends is not None and next_code(starts) == ends:
            made[-1] = Like(Term("hs"), "begins", starts)
        else:
            made.append(part)
    return joined(All, made)


def _is_hs(node: Node | None, operator: str) -> str | None:
    """Return the digits that the HS code is compared with, if the node is such a comparison."""
    fits = isinstance(node, Compare) and node.term == Term("hs") and node.operator == operator
    other = node.other if fits and isinstance(node, Compare) else None
    return other if isinstance(other, str) and other.isascii() and other.isdigit() else None
