"""From text to the parser's own tree: what the token stream alone can tell is refused here."""

from dataclasses import dataclass
from typing import Any as Anything

from sqlglot import Dialect, exp
from sqlglot.errors import ParseError, SqlglotError, TokenError
from sqlglot.tokenizer_core import Token, TokenType

from tamgha.risk.profiles.checks import MOST_CHARACTERS, MOST_DEPTH, MOST_TOKENS, too_deep
from tamgha.risk.profiles.faults import ConditionFault, fault_at
from tamgha.shared.words import Words

_DIALECT = Dialect.get_or_raise(None)


class UnreadableError(Exception):
    """One place of a text that cannot be read; ``parse_tree`` turns it into a ConditionError."""

    def __init__(self, fault: ConditionFault) -> None:
        self.fault = fault
        super().__init__(fault.message.en)


@dataclass(frozen=True, slots=True)
class Scanned:
    """A parsed text, and what was rewritten before the parser saw it.

    Parameters
    ----------
    parsed : the parser's tree, not yet admitted
    lists : name of the list by the place of its word ``LIST``
    percents : places of the numbers that a % sign followed
    """

    parsed: exp.Expr
    lists: dict[int, str]
    percents: frozenset[int]


def scan(text: str) -> Scanned:
    """Return the parser's tree of a text.

    Raises
    ------
    UnreadableError
        If the text is empty, too long or too deep, holds comments, or is no expression.
    """
    scanner = _Scanner(text)
    parsed = scanner.parsed()
    return Scanned(parsed, scanner.lists, frozenset(scanner.percents))


class _Scanner:
    def __init__(self, text: str) -> None:
        self.text = text
        self.lists: dict[int, str] = {}
        self.percents: set[int] = set()

    def parsed(self) -> exp.Expr:
        text = self.text
        if not text.strip():
            raise self._refusal(
                0,
                0,
                Words("a condition was expected; nothing came", "ожидается условие, а текст пуст"),
            )
        if len(text) > MOST_CHARACTERS:
            raise self._refusal(
                MOST_CHARACTERS,
                len(text),
                Words(
                    f"a condition has at most {MOST_CHARACTERS} characters; {len(text)} came",
                    f"в условии не более {MOST_CHARACTERS} знаков, а задано {len(text)}",
                ),
            )
        self._check_signs()
        tokens = self._tokens()
        self._check_tokens(tokens)
        tokens = self._with_lists_and_percents(tokens)
        try:
            parsed = _DIALECT.parser().parse_into(exp.Condition, tokens, text)
        except ParseError as error:
            raise self._syntax(error) from None
        except (SqlglotError, RecursionError, ValueError, AttributeError, TypeError):
            raise self._refusal(0, len(text), _EXPECTED) from None
        if len(parsed) != 1 or parsed[0] is None:
            raise self._refusal(0, len(text), _EXPECTED)
        return parsed[0]

    def _check_signs(self) -> None:
        for place, sign in enumerate(self.text):
            if (
                (ord(sign) < 32 and sign not in "\n\r\t")
                or 0xD800 <= ord(sign) < 0xE000
                or ord(sign) == 0x7F
            ):
                raise self._refusal(
                    place,
                    place + 1,
                    Words(
                        f"plain text was expected; the control character U+{ord(sign):04X} came",
                        f"ожидается обычный текст, а встретился управляющий знак U+{ord(sign):04X}",
                    ),
                )

    def _tokens(self) -> list[Token]:
        try:
            return _DIALECT.tokenize(self.text)
        except (TokenError, ValueError, RecursionError):
            quote = self.text.rfind("'")
            raise self._refusal(
                max(quote, 0),
                len(self.text),
                Words("a closing quote ' was expected", "ожидается закрывающая кавычка '"),
            ) from None

    def _check_tokens(self, tokens: list[Token]) -> None:
        if len(tokens) > MOST_TOKENS:
            raise self._refusal(
                tokens[MOST_TOKENS].start,
                len(self.text),
                Words(
                    f"a condition has at most {MOST_TOKENS} words and signs",
                    f"в условии не более {MOST_TOKENS} слов и знаков",
                ),
            )
        open_brackets = nots = 0
        for token in tokens:
            if token.comments:
                place = max(
                    self.text.find("--", token.end), self.text.find("/*", token.end), token.end
                )
                raise self._refusal(
                    place,
                    len(self.text),
                    Words(
                        "comments are not allowed in a condition",
                        "комментарии в условии не допускаются",
                    ),
                )
            if token.token_type == TokenType.SEMICOLON:
                raise self._refusal(
                    token.start,
                    token.end + 1,
                    Words(
                        "one condition was expected; a ';' came",
                        "ожидается одно условие, а встретился знак «;»",
                    ),
                )
            open_brackets += (token.token_type == TokenType.L_PAREN) - (
                token.token_type == TokenType.R_PAREN
            )
            nots = nots + 1 if token.token_type in (TokenType.NOT, TokenType.DASH) else 0
            if open_brackets > 2 * MOST_DEPTH or nots > MOST_DEPTH:
                raise self._refusal(token.start, token.end + 1, too_deep())

    def _with_lists_and_percents(self, tokens: list[Token]) -> list[Token]:
        """Replace ``LIST 'name'`` by one name, and ``60 %`` by one number, remembering where."""
        made: list[Token] = []
        place = 0
        while place < len(tokens):
            token = tokens[place]
            following = tokens[place + 1] if place + 1 < len(tokens) else None
            is_list = (
                token.text.upper() == "LIST"
                and token.token_type not in (TokenType.STRING, TokenType.IDENTIFIER)
                and bool(made)
                and made[-1].token_type == TokenType.IN
                and following is not None
                and following.token_type == TokenType.STRING
            )
            if is_list and following is not None:
                self.lists[token.start] = following.text
                made.append(_merged(token, following, TokenType.IDENTIFIER, "list"))
                place += 2
            elif self._is_percent(token, following, tokens[place + 2 : place + 3]):
                assert following is not None  # noqa: S101 -- _is_percent has looked at it
                self.percents.add(token.start)
                made.append(_merged(token, following, TokenType.NUMBER, token.text, at=token))
                place += 2
            else:
                made.append(token)
                place += 1
        return made

    def _is_percent(self, token: Token, following: Token | None, after: list[Token]) -> bool:
        ends = (TokenType.AND, TokenType.OR, TokenType.R_PAREN, TokenType.COMMA)
        return (
            token.token_type == TokenType.NUMBER
            and following is not None
            and following.token_type == TokenType.MOD
            and (not after or after[0].token_type in ends)
        )

    def _syntax(self, error: ParseError) -> UnreadableError:
        details: dict[str, Anything] = error.errors[0] if error.errors else {}
        highlight = str(details.get("highlight") or "")
        start = len(self.text)
        if details.get("start_context") is not None and highlight:
            line, column = int(details.get("line") or 1), int(details.get("col") or 1)
            lines = self.text.split("\n")
            start = sum(len(each) + 1 for each in lines[: line - 1]) + column - len(highlight)
        found = Words(
            f"a complete condition was expected, such as hs LIKE '6403%' AND net_mass_kg < 10; it breaks at {highlight!r}",
            f"ожидается полное условие, например hs LIKE '6403%' AND net_mass_kg < 10; разбор остановился на {highlight!r}",
        )
        return self._refusal(start, start + len(highlight), found)

    def _refusal(self, start: int, end: int, message: Words) -> UnreadableError:
        return UnreadableError(fault_at(self.text, start, end, message))


_EXPECTED = Words(
    "a condition was expected, such as hs LIKE '6403%' AND net_mass_kg < 10",
    "ожидается условие, например hs LIKE '6403%' AND net_mass_kg < 10",
)


def _merged(
    first: Token, last: Token, kind: TokenType, text: str, *, at: Token | None = None
) -> Token:
    """Return one token in the place of two; it starts where the first does."""
    placed = at or first
    return Token(kind, text, placed.line, placed.col, first.start, last.end, [])
