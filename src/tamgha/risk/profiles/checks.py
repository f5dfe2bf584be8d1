"""What every condition must satisfy, whether it came as text or as a form."""

import difflib
import math
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from tamgha.risk.profiles.fields import KIND_WORDS, Field, Fields, Kind
from tamgha.risk.profiles.tree import (
    Between,
    Compare,
    InList,
    Leaf,
    Like,
    Missing,
    Node,
    OneOf,
    Term,
    Value,
    depth,
    leaves,
)
from tamgha.shared.words import Words

MOST_CHARACTERS = 10_000
MOST_TOKENS = 4_000
MOST_LEAVES = 200
MOST_DEPTH = 8
MOST_VALUES = 500
MOST_VALUE_CHARACTERS = 200
MOST_NUMBER = 2**53


@dataclass(frozen=True, slots=True)
class Function:
    """A function that conditions may use.

    Parameters
    ----------
    name : as written
    of, gives : kind of the column it takes and of its value
    meaning : one line for the reader
    """

    name: str
    of: Kind
    gives: Kind
    meaning: Words

    @property
    def with_argument(self) -> bool:
        """Whether it also takes a number of characters."""
        return self.name == "LEFT"


FUNCTIONS: dict[str, Function] = {
    each.name: each
    for each in (
        Function("LEFT", "text", "text", Words("the first n characters", "первые n знаков")),
        Function("LENGTH", "text", "number", Words("number of characters", "число знаков")),
        Function("ABS", "number", "number", Words("size without sign", "модуль числа")),
        Function("MONTH", "date", "number", Words("month, 1 to 12", "месяц, от 1 до 12")),
        Function(
            "WEEKDAY",
            "date",
            "number",
            Words("day of the week, 1 = Monday to 7", "день недели, от 1 (понедельник) до 7"),
        ),
    )
}
"""The whitelist. Changing case is not on it: engines disagree about it outside ASCII."""


def kind_of_value(value: Value) -> Kind:
    """Return the kind of a literal."""
    if isinstance(value, bool):
        return "truth"
    if isinstance(value, str):
        return "text"
    if isinstance(value, date):
        return "date"
    return "number"


def kind_of_term(term: Term, fields: Fields) -> Kind:
    """Return the kind of a term's values; the column must be known."""
    return FUNCTIONS[term.function].gives if term.function else fields[term.column].kind


def unknown_field(name: str, fields: Fields) -> Words:
    """Return the refusal of a name that is no field, with the nearest names that are."""
    near = difflib.get_close_matches(name.lower(), list(fields), n=3, cutoff=0.6)
    if name == "lodged":
        near = [each for each in ("day", "hour") if each in fields]
    if not near:
        return Words(
            f"a column or an indicator was expected; there is no {name!r}",
            f"ожидается графа или индикатор; {name!r} среди них нет",
        )
    return Words(
        f"a column or an indicator was expected; there is no {name!r}. Did you mean {', '.join(near)}?",
        f"ожидается графа или индикатор; {name!r} среди них нет. Возможно, имелось в виду: {', '.join(near)}",
    )


def term_faults(term: Term, fields: Fields) -> list[Words]:
    """Return what is wrong with a term."""
    field = fields.get(term.column)
    if field is None:
        return [unknown_field(term.column, fields)]
    if not term.function:
        return []
    function = FUNCTIONS.get(term.function)
    if function is None:
        known = ", ".join(FUNCTIONS)
        return [
            Words(
                f"the function {term.function!r} is not known; there are {known}",
                f"функции {term.function!r} нет; есть {known}",
            )
        ]
    if function.of != field.kind:
        return [_wrong_kind(f"{function.name}(…)", function.of, field)]
    wrong_argument = function.with_argument and not (
        isinstance(term.argument, int) and 1 <= term.argument <= MOST_VALUE_CHARACTERS
    )
    if wrong_argument:
        return [
            Words(
                f"{function.name} takes a column and a number of characters from 1 to {MOST_VALUE_CHARACTERS}",
                f"{function.name}: нужны графа и число знаков от 1 до {MOST_VALUE_CHARACTERS}",
            )
        ]
    return []


def _wrong_kind(what: str, expected: Kind, field: Field) -> Words:
    return Words(
        f"{what} expects {_KIND_NAMES[expected].en}; {field.name} holds {_KIND_NAMES[field.kind].en}",
        f"{what}: ожидается {_KIND_NAMES[expected].ru}, а в {field.name} — {_KIND_NAMES[field.kind].ru}",
    )


_KIND_NAMES: dict[Kind, Words] = {
    "text": Words("text", "текст"),
    "number": Words("numbers", "числа"),
    "date": Words("dates", "даты"),
    "truth": Words("TRUE or FALSE", "TRUE или FALSE"),
}


def value_faults(value: Value, kind: Kind, name: str) -> list[Words]:
    """Return what is wrong with a literal beside a term of that kind."""
    came = kind_of_value(value)
    if came != kind:
        return [
            Words(
                f"{name} is compared with {KIND_WORDS[kind].en}; {shown(value)} came",
                f"{name}: ожидается {KIND_WORDS[kind].ru}, а задано {shown(value)}",
            )
        ]
    if isinstance(value, str):
        return text_faults(value)
    if kind == "number" and not _is_usable(value):
        return [
            Words(
                f"a number of at most {MOST_NUMBER} was expected; {value} came",
                f"ожидается число не больше {MOST_NUMBER}, а задано {value}",
            )
        ]
    return []


def _is_usable(value: Value) -> bool:
    """Whether a number is finite and exact as a float64."""
    assert isinstance(value, int | float)  # noqa: S101 -- called for numbers only
    return math.isfinite(value) and abs(value) <= MOST_NUMBER


def text_faults(value: str) -> list[Words]:
    """Return what is wrong with a text literal, whatever stands beside it."""
    if len(value) > MOST_VALUE_CHARACTERS:
        return [
            Words(
                f"a text of at most {MOST_VALUE_CHARACTERS} characters was expected; {len(value)} came",
                f"ожидается текст не длиннее {MOST_VALUE_CHARACTERS} знаков, а задано {len(value)}",
            )
        ]
    if any(
        ord(sign) < 32 or 0x7F <= ord(sign) < 0xA0 or 0xD800 <= ord(sign) < 0xE000 for sign in value
    ):
        return [
            Words(
                "a text in one line without control characters was expected",
                "ожидается текст в одну строку без управляющих знаков",
            )
        ]
    return []


def shown(value: Value) -> str:
    """Return a literal as an error quotes it."""
    text = f"'{value}'" if isinstance(value, str) else str(value)
    if isinstance(value, bool):
        text = text.upper()
    return text if len(text) <= 60 else text[:57] + "…"


def leaf_faults(leaf: Leaf, fields: Fields) -> list[Words]:
    """Return everything wrong with one leaf."""
    faults = term_faults(leaf.term, fields)
    if faults:
        return faults
    name, kind = written(leaf.term), kind_of_term(leaf.term, fields)
    if isinstance(leaf, Compare):
        return _compare_faults(leaf, kind, fields)
    if isinstance(leaf, Between):
        return _between_faults(leaf, kind, name)
    if isinstance(leaf, OneOf):
        return _one_of_faults(leaf, kind, name)
    if isinstance(leaf, Missing):
        return []
    if kind != "text":
        what = "IN LIST" if isinstance(leaf, InList) else "LIKE"
        return [
            Words(
                f"{what} expects a column of text; {name} holds {_KIND_NAMES[kind].en}",
                f"{what}: ожидается текстовая графа, а в {name} — {_KIND_NAMES[kind].ru}",
            )
        ]
    if isinstance(leaf, Like):
        empty = Words("some text to look for was expected", "ожидается текст для поиска")
        return text_faults(leaf.text) if leaf.text else [empty]
    return list_name_faults(leaf.list_name)


def _compare_faults(leaf: Compare, kind: Kind, fields: Fields) -> list[Words]:
    name = written(leaf.term)
    if isinstance(leaf.other, Term):
        faults = term_faults(leaf.other, fields)
        if faults:
            return faults
        other_kind = kind_of_term(leaf.other, fields)
        if other_kind != kind:
            return [
                Words(
                    f"{name} holds {_KIND_NAMES[kind].en}, {written(leaf.other)} holds {_KIND_NAMES[other_kind].en}: they cannot be compared",
                    f"в {name} — {_KIND_NAMES[kind].ru}, в {written(leaf.other)} — {_KIND_NAMES[other_kind].ru}: сравнить их нельзя",
                )
            ]
    else:
        faults = value_faults(leaf.other, kind, name)
        if faults:
            return faults
    if kind == "truth" and leaf.operator not in ("=", "<>"):
        return [
            Words(
                f"{name} is either TRUE or FALSE: only = and <> fit it; {leaf.operator} came",
                f"{name} принимает значения TRUE и FALSE: допустимы только = и <>, а задано {leaf.operator}",
            )
        ]
    return []


def _between_faults(leaf: Between, kind: Kind, name: str) -> list[Words]:
    faults = value_faults(leaf.low, kind, name) + value_faults(leaf.high, kind, name)
    if not faults and kind == "truth":
        return [Words(f"BETWEEN does not fit {name}", f"BETWEEN не подходит к {name}")]
    if not faults and leaf.low > leaf.high:  # type: ignore[operator]  # both are of one kind
        return [
            Words(
                f"BETWEEN runs from the lower to the higher; {shown(leaf.low)} to {shown(leaf.high)} came",
                f"BETWEEN: сначала меньшее, затем большее значение, а задано {shown(leaf.low)} и {shown(leaf.high)}",
            )
        ]
    return faults


def _one_of_faults(leaf: OneOf, kind: Kind, name: str) -> list[Words]:
    if not leaf.values:
        return [Words("IN expects at least one value", "IN: ожидается хотя бы одно значение")]
    if len(leaf.values) > MOST_VALUES:
        return [
            Words(
                f"IN takes at most {MOST_VALUES} values; {len(leaf.values)} came. Make a list and write IN LIST",
                f"IN: не более {MOST_VALUES} значений, а задано {len(leaf.values)}. Создайте список и напишите IN LIST",
            )
        ]
    return [fault for value in leaf.values for fault in value_faults(value, kind, name)]


def list_name_faults(name: str) -> list[Words]:
    """Return what is wrong with the name of a list."""
    if 1 <= len(name) <= 64 and all(sign.isalnum() or sign in "_-. " for sign in name):
        return []
    return [
        Words(
            f"the name of a list has 1 to 64 letters, digits, spaces, points, '-' or '_'; {shown(name)} came",
            f"имя списка — от 1 до 64 букв, цифр, пробелов, точек, «-» или «_», а задано {shown(name)}",
        )
    ]


def written(term: Term) -> str:
    """Return a term as it stands in the text."""
    if not term.function:
        return term.column
    argument = "" if term.argument is None else f", {term.argument}"
    return f"{term.function}({term.column}{argument})"


def size_faults(tree: Node) -> list[Words]:
    """Return whether the tree is larger than a condition may be."""
    faults = []
    count = sum(1 for _ in leaves(tree))
    if count > MOST_LEAVES:
        faults.append(
            Words(
                f"a condition has at most {MOST_LEAVES} parts; {count} came",
                f"в условии не более {MOST_LEAVES} частей, а задано {count}",
            )
        )
    if depth(tree) > MOST_DEPTH:
        faults.append(too_deep())
    return faults


def too_deep() -> Words:
    """Return the refusal of too many groups inside one another."""
    return Words(
        f"at most {MOST_DEPTH} groups may stand inside one another",
        f"вложенность групп — не более {MOST_DEPTH}",
    )


def tree_faults(tree: Node, fields: Fields) -> Iterable[tuple[Leaf | None, Words]]:
    """Yield every fault of a tree with the leaf that it belongs to (None for the whole)."""
    for fault in size_faults(tree):
        yield None, fault
    for leaf in leaves(tree):
        for fault in leaf_faults(leaf, fields):
            yield leaf, fault
