"""Indicators declared by an analyst: TOML in and out, all faults at once."""

import re
import tomllib
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

from tamgha.risk.indicators.checking import (
    DEFAULTS,
    KEY_FIELDS,
    check_indicators,
    out_of_range,
    refuse,
)
from tamgha.risk.indicators.model import FACTS, GradeRule, Indicator
from tamgha.shared.words import Words

_CONDITION = re.compile(r"\s*([a-z_]+)\s*(>=|<=)\s*(-?\d+(?:\.\d+)?)\s*")
_NUMBERS = ("window_days", "delay_days", "min_count", "rounding")
_PLAIN = ("name", "kind", "direction", "unit", "measure", "option", "null_rule", "source")
_KNOWN = {*_PLAIN, *KEY_FIELDS, *_NUMBERS, "smoothing", "rules", "label", "definition"}


def load_indicators(source: str | Path) -> list[Indicator]:
    """Read indicators from TOML: tables ``[[indicator]]`` with the fields of ``Indicator``.

    Label and definition are a text or ``{en = …, ru = …}``; one language stands for both. Rules of a
    grade are ``{grade = 1, when = ["declarations >= 50"]}``.

    Parameters
    ----------
    source : Path of a file, or the TOML text itself

    Raises
    ------
    RefusedError
        With every fault of the file.
    """
    text = source.read_text(encoding="utf-8") if isinstance(source, Path) else source
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        refuse([Words(f"expected TOML: {error}", f"ожидался TOML: {error}")])
    faults: list[Words] = []
    tables = document.get("indicator", [])
    if not isinstance(tables, list) or not tables or set(document) != {"indicator"}:
        faults.append(
            Words(
                "expected tables [[indicator]] and nothing else at the top",
                "ожидались таблицы [[indicator]] и ничего другого на верхнем уровне",
            )
        )
        tables = tables if isinstance(tables, list) else []
    read = [_read(table, number, faults) for number, table in enumerate(tables, 1)]
    refuse(faults)
    indicators = [one for one in read if one is not None]
    check_indicators(indicators)
    return indicators


def dump_indicators(indicators: Iterable[Indicator]) -> str:
    """Write indicators as TOML that ``load_indicators`` reads back unchanged."""
    return "\n".join(_table(one) for one in indicators)


def _read(table: object, number: int, faults: list[Words]) -> Indicator | None:
    if not isinstance(table, dict):
        faults.append(
            Words(f"indicator {number}: expected a table", f"индикатор {number}: ожидалась таблица")
        )
        return None
    where = str(table.get("name", number))
    own = [
        Words(f"there is no field {unknown}", f"поля {unknown} нет")
        for unknown in sorted(set(table) - _KNOWN)
    ]
    own.extend(
        Words(f"{name}: it is needed", f"{name}: обязательное поле")
        for name in ("name", "kind", "label", "definition", "direction", "unit")
        if name not in table
    )
    own.extend(_type_faults(table))
    values = {} if own else _values(table, own)
    faults.extend(Words(f"{where}: {one.en}", f"{where}: {one.ru}") for one in own)
    return None if own else Indicator(**values)


def _is_int(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _is_words(value: object) -> bool:
    if isinstance(value, str):
        return True
    return (
        isinstance(value, dict)
        and bool(value)
        and set(value) <= {"en", "ru"}
        and all(isinstance(one, str) for one in value.values())
    )


def _is_texts(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(one, str) for one in value)


def _type_faults(table: Mapping[str, object]) -> list[Words]:
    expected: dict[str, tuple[Callable[[object], bool], Words]] = {}
    text = Words("a text", "текст")
    expected |= {name: (lambda one: isinstance(one, str), text) for name in _PLAIN}
    expected |= {
        name: (_is_texts, Words("a list of texts", "список текстов")) for name in KEY_FIELDS
    }
    expected |= {name: (_is_int, Words("a whole number", "целое число")) for name in _NUMBERS}
    words = Words('a text or {en = "…", ru = "…"}', 'текст или {en = "…", ru = "…"}')
    expected |= dict.fromkeys(("label", "definition"), (_is_words, words))
    expected["smoothing"] = (
        lambda one: _is_int(one) or isinstance(one, float),
        Words("a number", "число"),
    )
    expected["rules"] = (
        lambda one: isinstance(one, list),
        Words("a list of tables", "список таблиц"),
    )
    return [
        Words(
            f"{name}: expected {what.en}, came {table[name]!r}",
            f"{name}: ожидалось: {what.ru}, получено {table[name]!r}",
        )
        for name, (fits, what) in expected.items()
        if name in table and not fits(table[name])
    ]


def _words(value: object) -> Words:
    if isinstance(value, str):
        return Words(value, value)
    assert isinstance(value, dict)  # noqa: S101 -- checked by _type_faults
    first = next(iter(value.values()))
    return Words(value.get("en", first), value.get("ru", first))


def _values(table: Mapping[str, Any], faults: list[Words]) -> dict[str, Any]:
    values: dict[str, Any] = {name: table[name] for name in (*_PLAIN, *_NUMBERS) if name in table}
    values |= {name: tuple(table[name]) for name in KEY_FIELDS if name in table}
    values |= {name: _words(table[name]) for name in ("label", "definition")}
    if "smoothing" in table:
        values["smoothing"] = float(table["smoothing"])
    if "rules" in table:
        values["rules"] = tuple(_rule(one, faults) for one in table["rules"])
    return values


def _rule(table: object, faults: list[Words]) -> GradeRule:
    if not isinstance(table, dict) or not set(table) <= {"grade", "when"} or "grade" not in table:
        faults.append(
            Words(
                f"rules: expected {{grade = number, when = [conditions]}}, came {table!r}",
                f"rules: ожидалось {{grade = число, when = [условия]}}, получено {table!r}",
            )
        )
        return GradeRule(0.0)
    grade = table["grade"]
    if not (_is_int(grade) or isinstance(grade, float)):
        faults.append(out_of_range("rules.grade", "a number", grade))
        grade = 0.0
    when = table.get("when", [])
    conditions = [_condition(one, faults) for one in (when if _is_texts(when) else [repr(when)])]
    return GradeRule(float(grade), tuple(one for one in conditions if one is not None))


def _condition(text: str, faults: list[Words]) -> tuple[str, str, float] | None:
    match = _CONDITION.fullmatch(text)
    if match is None or match[1] not in FACTS:
        facts = ", ".join(FACTS)
        faults.append(
            Words(
                f'rules: expected "fact >= number" or "fact <= number" with a fact of {facts}; '
                f'came "{text}"',
                f"rules: ожидалось «факт >= число» или «факт <= число», факт из {facts}; "
                f"получено «{text}»",
            )
        )
        return None
    return match[1], match[2], float(match[3])


def _quoted(text: str) -> str:
    escaped = "".join(
        f"\\u{ord(letter):04X}"
        if ord(letter) < 32 or ord(letter) == 127
        else f"\\{letter}"
        if letter in '"\\'
        else letter
        for letter in text
    )
    return f'"{escaped}"'


def _number(value: float) -> str:
    return repr(int(value)) if float(value).is_integer() else repr(value)


def _table(one: Indicator) -> str:
    plain = {name: _quoted(getattr(one, name)) for name in _PLAIN}
    lines = ["[[indicator]]"]
    lines.extend(
        f"{name} = {plain[name]}"
        for name in (
            "name",
            "kind",
            "measure",
            "option",
            "direction",
            "unit",
            "null_rule",
            "source",
        )
        if getattr(one, name) not in {"", "null"}
    )
    lines.extend(
        f"{name} = [{', '.join(_quoted(key) for key in getattr(one, name))}]"
        for name in KEY_FIELDS
        if getattr(one, name)
    )
    defaults = {**DEFAULTS, "rounding": 12}
    lines.extend(
        f"{name} = {_number(getattr(one, name))}"
        for name in (*_NUMBERS, "smoothing")
        if getattr(one, name) != defaults[name]
    )
    if one.rules:
        lines.append("rules = [")
        lines.extend(f"  {_rule_text(rule)}," for rule in one.rules)
        lines.append("]")
    for name in ("label", "definition"):
        words = getattr(one, name)
        lines.append(f"{name} = {{ en = {_quoted(words.en)}, ru = {_quoted(words.ru)} }}")
    return "\n".join(lines) + "\n"


def _rule_text(rule: GradeRule) -> str:
    when = ", ".join(
        _quoted(f"{fact} {sign} {_number(number)}") for fact, sign, number in rule.when
    )
    return f"{{ grade = {_number(rule.grade)}, when = [{when}] }}"
