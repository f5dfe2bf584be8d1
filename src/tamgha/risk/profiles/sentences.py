"""From tree to the sentence that officers read, by the checked patterns of a language.

Grouping is never lost: "and", "either … or", "both … and" stand for the groups, and a group inside
a group inside the whole stands in brackets. Two trees with other groups give other sentences.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal

from tamgha.risk.profiles.fields import Field, Fields, Kind
from tamgha.risk.profiles.phrases import Phrases, phrases_of
from tamgha.risk.profiles.segments import Segment, Sentence, sentence_of
from tamgha.risk.profiles.texts import plain_number
from tamgha.risk.profiles.tree import (
    All,
    Any,
    Between,
    Compare,
    InList,
    Leaf,
    Like,
    Node,
    Not,
    OneOf,
    Term,
    Value,
)
from tamgha.shared.words import Words

MOST_SHOWN = 8
NO_BREAK = "\u00a0"
_AGREEMENT = re.compile(r"\[([^\[\]]*:[^\[\]]*)\]")
_PLAIN_TEXT = re.compile(r"[\w./-]+")
_PLACEHOLDER = re.compile(r"\{(\w+)(:gen)?\}")
_FUNCTION_KINDS: dict[str, Kind] = {
    "LEFT": "text",
    "LENGTH": "number",
    "ABS": "number",
    "MONTH": "number",
    "WEEKDAY": "number",
}


def condition_sentence(tree: Node, fields: Fields, language: str) -> Sentence:
    """Return the condition in words, each leaf one piece."""
    return sentence_of(_Writer(phrases_of(language), fields).node(tree, 0))


def profile_sentence(
    tree: Node,
    fields: Fields,
    language: str,
    *,
    lanes: Sequence[tuple[str, str]],
    scope: tuple[str, str],
) -> Sentence:
    """Return the whole profile in words.

    Parameters
    ----------
    lanes : (lane, per cent as text) of each lane that it sends to
    scope : direction and office, each "" for all
    """
    phrases = phrases_of(language)
    words = phrases.table("profile")
    frame = str(words["sentence"])
    scope_words = [str(words[scope[0]])] if scope[0] else []
    if scope[1]:
        scope_words.append(str(words["office"]).replace("{office}", scope[1]))
    segments: list[Segment] = []
    if scope_words:
        segments.append(Segment(_capital(str(words["scope_join"]).join(scope_words)) + ": "))
    before, after = _around(frame, "{condition}")
    for place, piece in enumerate(re.split(r"(\{lanes\})", before)):
        if piece == "{lanes}":
            segments += _lane_segments(phrases, lanes, capital=not scope_words and place <= 1)
        else:
            segments.append(Segment(piece))
    segments += _Writer(phrases, fields).node(tree, 0)
    segments.append(Segment(after))
    return sentence_of(segments)


def _lane_segments(
    phrases: Phrases, lanes: Sequence[tuple[str, str]], *, capital: bool
) -> Iterator[Segment]:
    words = phrases.table("profile")
    for place, (lane, percent) in enumerate(lanes):
        if place:
            last = place + 1 == len(lanes)
            yield Segment(str(words["last" if last else "join"]))
        pattern = str(words["next" if place else "first"]).replace(
            "{share}", percent.replace(".", str(phrases.data["decimal"]))
        )
        before, after = _around(pattern, "{lane}")
        yield Segment(_capital(before) if capital and not place else before)
        yield Segment(str(words["lanes"][lane]), "lane")
        yield Segment(after)


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


class _Writer:
    """Writes in one language."""

    def __init__(self, phrases: Phrases, fields: Fields) -> None:
        self.phrases = phrases
        self.fields = fields

    # -- groups ----------------------------------------------------------------------------------

    def node(self, node: Node, level: int) -> Iterator[Segment]:
        if not isinstance(node, All | Any | Not):
            yield Segment(leaf_words(node, self.fields, self.phrases), "condition", node.id)
            return
        bracketed = level >= 2
        if bracketed:
            yield Segment(self.phrases.structure("open"))
        yield from self._group(node, 0 if bracketed else level)
        if bracketed:
            yield Segment(self.phrases.structure("close"))

    def _group(self, node: All | Any | Not, level: int) -> Iterator[Segment]:
        if isinstance(node, Not):
            frame = "not"
            # Brackets always: "it is not so that" must show how far it reaches.
            parts: Iterator[Segment] = self.node(node.part, 2)
        elif isinstance(node, Any):
            frame, parts = "either", self._list(node.parts, level, "or")
        else:
            frame = "" if level == 0 else "both" if len(node.parts) == 2 else "every"
            parts = self._list(node.parts, level, "and")
        before, after = _around(self.phrases.structure(frame), "{parts}") if frame else ("", "")
        yield Segment(before)
        yield from parts
        yield Segment(after)

    def _list(self, parts: Sequence[Node], level: int, word: str) -> Iterator[Segment]:
        """Join parts: plain ones by commas and a last "and"; beside a group always by ", and"."""
        grouped = "group" if word == "and" else "group_or"
        for place, part in enumerate(parts):
            if place:
                beside_group = isinstance(part, All | Any | Not) or isinstance(
                    parts[place - 1], All | Any | Not
                )
                run_ends = place + 1 == len(parts) or isinstance(parts[place + 1], All | Any | Not)
                comma = "comma" if word == "and" else "or_comma"
                name = grouped if beside_group else word if run_ends else comma
                yield Segment(self.phrases.structure(name))
            yield from self.node(part, level + 1)


def _around(pattern: str, placeholder: str) -> tuple[str, str]:
    before, _, after = pattern.partition(placeholder)
    return before, after


# -- one leaf --------------------------------------------------------------------------------------


def leaf_words(leaf: Leaf, fields: Fields, phrases: Phrases) -> str:
    """Return one leaf in words."""
    field = fields.get(leaf.term.column) or _bare_field(leaf.term.column)
    kind: Kind = _FUNCTION_KINDS[leaf.term.function] if leaf.term.function else field.kind
    key = _pattern_key(leaf)
    entry: Mapping[str, str] = phrases.table("fields").get(field.name, {})
    own = {} if leaf.term.function else entry
    pattern = str(own.get(key) or phrases.table("operators")[kind][key])
    if own.get("tail") and key not in ("missing", "present"):
        pattern += own["tail"]
    gender = str((entry or phrases.table("unnamed")).get("gender", "n"))
    if leaf.term.function:
        gender = str(phrases.table("functions_gender").get(leaf.term.function, "n"))
    shower = _Shower(phrases, field, plain=bool(leaf.term.function))

    def filled(found: re.Match[str]) -> str:
        name, genitive = found.group(1), bool(found.group(2))
        if name == "subject":
            return subject_words(leaf.term, fields, phrases)
        return _part(leaf, name, shower, genitive=genitive, fields=fields)

    # Patterns are ours, values are the user's: one pass, so that no value is read as a pattern.
    return _PLACEHOLDER.sub(filled, _agreed(pattern, gender))


def _part(leaf: Leaf, name: str, shower: "_Shower", *, genitive: bool, fields: Fields) -> str:
    if isinstance(leaf, Compare):
        if isinstance(leaf.other, Term):
            return subject_words(leaf.other, fields, shower.phrases)
        return shower.value(leaf.other, genitive=genitive)
    if isinstance(leaf, Between):
        return shower.value(leaf.low if name == "low" else leaf.high, genitive=genitive)
    if isinstance(leaf, OneOf):
        return shower.values(leaf.values)
    if isinstance(leaf, InList):
        return shower.quoted(leaf.list_name)
    if isinstance(leaf, Like):
        return shower.value(leaf.text)
    return ""


def _bare_field(name: str) -> Field:
    return Field(name, "text", Words(name, name))


def subject_words(term: Term, fields: Fields, phrases: Phrases) -> str:
    """Return what a leaf speaks of: a field's name in a sentence, or a function of it."""
    entry: Mapping[str, str] = phrases.table("fields").get(term.column, {})
    label = (fields.get(term.column) or _bare_field(term.column)).label.text(phrases.code)
    pattern = entry.get("subject") or str(phrases.table("unnamed")["subject"])
    subject = pattern.replace("{label}", label)
    if not term.function:
        return subject
    frame = str(phrases.table("functions")[term.function])
    parts = {"subject": subject, "label": label, "n": str(term.argument or "")}
    return _PLACEHOLDER.sub(lambda found: parts.get(found.group(1), ""), frame)


def _pattern_key(leaf: Leaf) -> str:
    if isinstance(leaf, Compare):
        if isinstance(leaf.other, Term):
            return f"{leaf.operator}other"
        if isinstance(leaf.other, bool):
            return "true" if leaf.other == (leaf.operator == "=") else "false"
        return leaf.operator
    no = "not_" if leaf.negated else ""
    if isinstance(leaf, Between):
        return f"{no}between"
    if isinstance(leaf, OneOf):
        return f"{no}in"
    if isinstance(leaf, InList):
        return f"{no}in_list"
    if isinstance(leaf, Like):
        return f"{no}{leaf.pattern}"
    return "present" if leaf.negated else "missing"


def _agreed(pattern: str, gender: str) -> str:
    """Choose the form that agrees with the gender at every ``[m:…|f:…|n:…]``."""

    def chosen(found: re.Match[str]) -> str:
        forms = dict(each.split(":", 1) for each in found.group(1).split("|"))
        return forms.get(gender, next(iter(forms.values())))

    return _AGREEMENT.sub(chosen, pattern)


# -- values ----------------------------------------------------------------------------------------


class _Shower:
    """Shows the values of one field in one language."""

    def __init__(self, phrases: Phrases, field: Field, *, plain: bool) -> None:
        self.phrases = phrases
        self.unit = "plain" if plain else field.unit
        self.percent = field.is_percent and not plain

    def values(self, values: Sequence[Value]) -> str:
        texts = [self.value(value) for value in values]
        shown = self.phrases.structure("comma").join(texts[:MOST_SHOWN])
        if len(texts) <= MOST_SHOWN:
            return shown
        more = self.phrases.structure("more")
        return more.replace("{n}", str(len(texts) - MOST_SHOWN)).replace("{values}", shown)

    def value(self, value: Value, *, genitive: bool = False) -> str:
        if isinstance(value, bool):
            return str(value)
        if isinstance(value, str):
            return value if _PLAIN_TEXT.fullmatch(value) else self.quoted(value)
        if isinstance(value, date):
            return self._day(value)
        return self._number(value, genitive=genitive)

    def quoted(self, text: str) -> str:
        left, right = self.phrases.data["quotes"]
        return f"{left}{text}{right}"

    def _day(self, day: date) -> str:
        parts = {
            "day": str(day.day),
            "month": self.phrases.data["months"][day.month - 1],
            "year": str(day.year),
        }
        text = _PLACEHOLDER.sub(lambda found: parts[found.group(1)], str(self.phrases.data["date"]))
        return text.replace(" ", NO_BREAK)

    def _number(self, number: int | float, *, genitive: bool) -> str:
        exact = Decimal(plain_number(number)) * (100 if self.percent else 1)
        units = self.phrases.table("units")
        unit = "percent" if self.percent else self.unit
        forms = str(
            (genitive and self.phrases.table("units_gen").get(unit))
            or units.get(unit, units["plain"])
        )
        choices = forms.split("|")
        form = choices[min(plural_form(exact, str(self.phrases.data["plural"])), len(choices) - 1)]
        return form.replace("{n}", number_words(exact, self.phrases)).replace(" ", NO_BREAK)


def number_words(number: Decimal, phrases: Phrases) -> str:
    """Return a number with the language's decimal sign and groups of thousands from 10,000 on."""
    text = f"{abs(number):f}"
    whole, _, decimals = text.partition(".")
    decimals = decimals.rstrip("0")
    if len(whole) > 4:
        groups = [whole[max(0, end - 3) : end] for end in range(len(whole), 0, -3)]
        whole = str(phrases.data["thousands"]).join(reversed(groups))
    sign = "−" if number < 0 else ""
    return sign + whole + (str(phrases.data["decimal"]) + decimals if decimals else "")


def plural_form(number: Decimal, rule: str) -> int:
    """Return which form of a noun goes with a number: 0 the first, 1 the second, and so on.

    Rules (Unicode CLDR, cardinal): "two": one, other; "slavic": one, few, many (a fraction takes
    the second form); "none": one form for all.
    """
    if rule == "none":
        return 0
    if number != number.to_integral_value():
        return 1
    whole = int(abs(number))
    if rule == "two":
        return 0 if whole == 1 else 1
    if whole % 10 == 1 and whole % 100 != 11:
        return 0
    return 1 if whole % 10 in (2, 3, 4) and whole % 100 not in (12, 13, 14) else 2
