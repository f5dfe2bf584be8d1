"""What an indicator counts or measures: key columns, and arithmetic on a row's own columns."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from tamgha.risk.schema import COLUMNS, Column
from tamgha.shared.words import Words

_TOKEN = re.compile(
    r"\s*(?:(?P<number>\d+(?:\.\d+)?)|(?P<column>[a-z_][a-z0-9_]*)|(?P<sign>[*/+|-]))"
)
_KEY = re.compile(r"(?P<column>[a-z_][a-z0-9_]*)(?::(?P<length>[1-9]\d?))?")


class UnreadableError(ValueError):
    """A measure or key that cannot be read; ``words`` says what was expected and what came."""

    def __init__(self, words: Words) -> None:
        self.words = words
        super().__init__(words.en)


@dataclass(frozen=True, slots=True)
class Key:
    """A column by which rows are grouped, whole or cut to its first characters.

    Parameters
    ----------
    column : name of a column of ``schema.COLUMNS``
    length : characters kept (``hs:4`` is the heading, ``hs:6`` the subheading); None keeps all
    """

    column: str
    length: int | None = None

    @property
    def text(self) -> str:
        """The key as it is written in a declaration of an indicator."""
        return self.column if self.length is None else f"{self.column}:{self.length}"

    @classmethod
    def parse(cls, text: str, columns: Mapping[str, Column] = COLUMNS) -> "Key":
        """Read ``column`` or ``column:length``.

        Raises
        ------
        UnreadableError
            If the text is neither, the column does not exist, or a number would be cut.
        """
        match = _KEY.fullmatch(text.strip())
        if match is None:
            raise UnreadableError(
                Words(
                    f'expected a column or column:length (such as "hs:4"), came "{text}"',
                    f"ожидалась графа или графа:длина (например, «hs:4»), получено «{text}»",
                )
            )
        name, length = match["column"], match["length"]
        if name not in columns:
            raise UnreadableError(_no_column(name))
        if length is not None and not columns[name].is_text:
            raise UnreadableError(
                Words(
                    f'only text can be cut to its first characters, "{name}" is none',
                    f"обрезать можно только текст, а «{name}» — не текст",
                )
            )
        return cls(name, None if length is None else int(length))


@dataclass(frozen=True, slots=True)
class Term:
    """One operand: a number, or the first of ``columns`` that is not NULL."""

    columns: tuple[str, ...] = ()
    number: float | None = None


@dataclass(frozen=True, slots=True)
class Measure:
    """Arithmetic on a row's own columns, worked from left to right.

    ``item_price / net_mass_kg``, ``statistical_value|item_price * tax_rate / 100``: the bar takes the
    first column that is not NULL, ``* / + -`` have *no* precedence. A missing operand, a division
    by zero and a result that is not finite all give NULL: a net mass of 0 makes no unit value.

    Parameters
    ----------
    terms : at least one
    signs : one less than terms, each of ``* / + -``
    """

    terms: tuple[Term, ...]
    signs: tuple[str, ...] = ()

    @property
    def columns(self) -> tuple[str, ...]:
        """Names of the columns that are read, each once, in order of appearance."""
        return tuple(dict.fromkeys(name for term in self.terms for name in term.columns))

    @classmethod
    def parse(cls, text: str, columns: Mapping[str, Column] = COLUMNS) -> "Measure":
        """Read a measure.

        Raises
        ------
        UnreadableError
            If a sign or operand is missing, or a column does not exist or holds no number.
        """
        tokens = _tokens(text)
        terms: list[Term] = []
        signs: list[str] = []
        at = 0
        while True:
            term, at = _term(tokens, at, text, columns)
            terms.append(term)
            if at == len(tokens):
                if not any(one.columns for one in terms):
                    raise _unreadable(text, text)
                return cls(tuple(terms), tuple(signs))
            sign = tokens[at][1]
            if tokens[at][0] != "sign" or sign == "|":
                raise _unreadable(text, sign)
            signs.append(sign)
            at += 1


def _tokens(text: str) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    at = 0
    text = text.rstrip()
    while at < len(text):
        match = _TOKEN.match(text, at)
        if match is None or match.lastgroup is None:
            raise _unreadable(text, text[at:])
        found.append((match.lastgroup, match[match.lastgroup]))
        at = match.end()
    return found


def _term(
    tokens: list[tuple[str, str]], at: int, text: str, columns: Mapping[str, Column]
) -> tuple[Term, int]:
    if at >= len(tokens):
        raise _unreadable(text, "")
    kind, token = tokens[at]
    if kind == "number":
        return Term(number=float(token)), at + 1
    names: list[str] = []
    while True:
        if at >= len(tokens) or tokens[at][0] != "column":
            raise _unreadable(text, tokens[at][1] if at < len(tokens) else "")
        names.append(_number_column(tokens[at][1], columns))
        at += 1
        if at >= len(tokens) or tokens[at][1] != "|":
            return Term(columns=tuple(names)), at
        at += 1


def _number_column(name: str, columns: Mapping[str, Column]) -> str:
    if name not in columns:
        raise UnreadableError(_no_column(name))
    if not columns[name].is_number:
        raise UnreadableError(
            Words(
                f'expected a column of numbers, "{name}" holds none',
                f"ожидалась числовая графа, а «{name}» — не числовая",
            )
        )
    return name


def _no_column(name: str) -> Words:
    return Words(f'there is no column "{name}"', f"графы «{name}» нет")


def _unreadable(text: str, rest: str) -> UnreadableError:
    return UnreadableError(
        Words(
            "expected columns of numbers and numbers joined by * / + - or |, "
            f'came "{text}" (not understood: "{rest}")',
            "ожидались числовые графы и числа, соединённые знаками * / + - или |, "
            f"получено «{text}» (не понято: «{rest}»)",
        )
    )
