"""Faults and warnings: row, column, value as it stood, what was expected, and what it likely means."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from tamgha.risk.schema.codes import code_list
from tamgha.risk.schema.hs import LISTED_EDITION, HsTree
from tamgha.risk.schema.rules import Rule
from tamgha.shared.words import Words


@dataclass(frozen=True, slots=True)
class Fault:
    """One reason for which a row cannot be taken.

    Parameters
    ----------
    row : line of the file, the header being line 1 (of a quoted field with line ends: its first line)
    column : as the file's header names it; "" when the whole line is meant
    field : column of the schema; "" when the whole line is meant
    value : exactly as it stood
    code : what kind of fault, see ``FAULT_NAMES``
    expected : what a good value looks like
    likely : what was probably meant, when it can be guessed
    """

    row: int
    column: str
    field: str
    value: str
    code: str
    expected: Words
    likely: Words | None = None


@dataclass(frozen=True, slots=True)
class Warning_:  # noqa: N801 -- the builtin is called Warning
    """Something odd that does not stop a row.

    Parameters
    ----------
    code : what kind, see ``WARNING_NAMES``
    column : as the file's header names it
    field : column of the schema
    count : rows concerned
    says : what is odd, and what it does
    rows : lines of the first of them
    values : their values, aligned with ``rows``
    """

    code: str
    column: str
    field: str
    count: int
    says: Words
    rows: tuple[int, ...] = ()
    values: tuple[str, ...] = ()


FAULT_NAMES = {
    "missing": Words("empty", "пусто"),
    "not_a_number": Words("not a number", "не число"),
    "not_whole": Words("not a whole number", "не целое число"),
    "too_low": Words("below the least value", "меньше допустимого"),
    "too_high": Words("above the greatest value", "больше допустимого"),
    "bad_date": Words("no such day", "нет такой даты"),
    "odd_year": Words("year out of range", "год вне пределов"),
    "no_such_hour": Words("hour skipped by summer time", "час пропущен при переводе часов"),
    "unknown_code": Words("code not in the list", "кода нет в списке"),
    "bad_hs": Words("not an HS code", "не код ТН ВЭД"),
    "bad_shape": Words("wrong shape", "неверный вид"),
    "too_long": Words("too long", "слишком длинно"),
    "invisible": Words("characters that nobody sees", "невидимые знаки"),
    "duplicate": Words("declaration and item repeated", "повтор номера декларации и товара"),
    "in_set": Words("already in the set", "уже есть в наборе"),
    "not_in_set": Words("no such declaration in the set", "такой декларации в наборе нет"),
    "too_many_fields": Words("too many fields", "лишние поля"),
    "too_few_fields": Words("too few fields", "не хватает полей"),
    "open_quote": Words("quotation mark not closed", "кавычка не закрыта"),
    "bad_quote": Words("stray quotation mark", "лишняя кавычка"),
    "damaged_text": Words("damaged characters", "повреждённые знаки"),
    "zero_byte": Words("zero byte", "нулевой байт"),
    "long_line": Words("line too long", "слишком длинная строка"),
}
"""Kinds of faults, in words."""

LINE_FAULTS = {
    "too_many_fields": Words(
        "{width} fields, as in the header; {found} came. A separator inside a value needs quotation marks",
        "полей: {width}, как в заголовке; здесь {found}. Разделитель внутри значения берут в кавычки",
    ),
    "too_few_fields": Words(
        "{width} fields, as in the header; {found} came. Perhaps the line was broken in two",
        "полей: {width}, как в заголовке; здесь {found}. Возможно, строка разорвана",
    ),
    "open_quote": Words(
        "every quotation mark closed; the one opened on this line is not",
        "все кавычки закрыты; открытая в этой строке — нет",
    ),
    "bad_quote": Words(
        "quotation marks around the whole field, and doubled inside it",
        "кавычки вокруг всего поля, а внутри него — удвоенные",
    ),
    "damaged_text": Words(
        "text in one encoding; some bytes of this line are no characters in it",
        "текст в одной кодировке; часть байтов этой строки в ней не знаки",
    ),
    "zero_byte": Words("text without zero bytes", "текст без нулевых байтов"),
    "long_line": Words("a line of at most one megabyte", "строка не длиннее одного мегабайта"),
}

TEMPLATED = frozenset({"too_many_fields", "too_few_fields", "duplicate"})
"""Faults whose words have a number to be filled in; others may hold braces of a pattern."""

WARNINGS = {
    "unusually_low": Words(
        "Below what is usual ({limit}). The row is taken as it stands; ratios with this value are left empty.",
        "Меньше обычного ({limit}). Строка принимается как есть; отношения с этим значением не считаются.",
    ),
    "unusually_high": Words(
        "Above what is usual ({limit}). The row is taken as it stands.",
        "Больше обычного ({limit}). Строка принимается как есть.",
    ),
    "national_code": Words(
        "A code outside {edition}, allowed by the mapping. The row is taken as it stands.",
        "Код вне списка {edition}, разрешён сопоставлением. Строка принимается как есть.",
    ),
    "not_in_hs": Words(
        "The code does not stand in HS {listed}; perhaps it is of another edition. It is taken as HS {edition}.",
        "Кода нет в ГС {listed}; возможно, он из другой редакции. Принимается как ГС {edition}.",
    ),
    "other_edition": Words(
        "HS {edition} was not the edition in force on that day by the WCO's dates. Check the edition.",
        "В этот день по срокам ВТамО действовала не ГС {edition}. Проверьте редакцию.",
    ),
    "net_above_gross": Words(
        "Net mass above gross mass. Both are taken as they stand.",
        "Вес нетто больше веса брутто. Оба приняты как есть.",
    ),
    "in_future": Words(
        "Lodged after the day of the check. The row is taken as it stands.",
        "Подана позже дня проверки. Строка принимается как есть.",
    ),
    "kind_without_find": Words(
        "A kind of irregularity where none was found, or none where one was. Both are taken as they stand.",
        "Вид нарушения указан там, где нарушения нет, или наоборот. Принято как есть.",
    ),
    "known_before_examined": Words(
        "The result was known before the examination. Both days are taken as they stand.",
        "Результат известен раньше досмотра. Обе даты приняты как есть.",
    ),
    "blank_lines": Words(
        "Lines with nothing on them; they are passed over.",
        "Пустые строки; они пропущены.",
    ),
    "spare_column": Words(
        "A column that the mapping does not name; it is left out.",
        "Столбец, которого нет в сопоставлении; он не принимается.",
    ),
    "no_such_field": Words(
        "The mapping names this column, the file does not have it; it stays empty.",
        "Столбец есть в сопоставлении, но не в файле; он останется пустым.",
    ),
}
"""Kinds of warnings, in words."""


def expected_of(rule: Rule, code: str) -> Words:
    """Return what a good value of a column looks like, for a fault of that kind."""
    maker = _EXPECTED.get(code)
    if maker is None:
        return FAULT_NAMES[code]
    return maker(rule)


def likely_of(rule: Rule, code: str, value: str) -> Words | None:
    """Return what was probably meant, or None."""
    guess = _LIKELY.get(code)
    meant = guess(rule, value.strip()) if guess else ""
    return Words(f"perhaps {meant}?", f"возможно, {meant}?") if meant else None


def _number_words(rule: Rule) -> Words:
    sign = Words("a comma", "запятая") if rule.decimal == "," else Words("a point", "точка")
    what = (
        Words("one whole number", "одно целое число")
        if rule.is_whole
        else Words(
            "one number; {sign} is the decimal sign here",
            "одно число; десятичный знак здесь — {sign}",
        ).format(sign=sign)
    )
    if rule.column.unit in ("kg", "percent"):
        unit = {"kg": Words("kilograms", "килограммы"), "percent": Words("percent", "проценты")}
        return Words("{what}, {unit}", "{what}, {unit}").format(
            what=what, unit=unit[rule.column.unit]
        )
    return what


def _plain(number: float | None) -> str:
    return "" if number is None else f"{number:,.10g}".replace(",", " ")


def _low_words(rule: Rule) -> Words:
    if rule.column.above_low:
        return Words(f"more than {_plain(rule.low)}", f"больше {_plain(rule.low)}")
    return Words(f"{_plain(rule.low)} or more", f"не меньше {_plain(rule.low)}")


def _high_words(rule: Rule) -> Words:
    return Words(f"at most {_plain(rule.high)}", f"не больше {_plain(rule.high)}")


def _code_words(rule: Rule) -> Words:
    if rule.field.codes:
        listed = ", ".join(rule.field.codes[:12]) + (", …" if len(rule.field.codes) > 12 else "")
        return Words(f"one of: {listed}", f"одно из: {listed}")
    return code_list(rule.column.codes).expected


def _date_words(rule: Rule) -> Words:
    shape = rule.format or "%Y-%m-%d"
    for letter, (en, _) in DATE_PARTS.items():
        shape = shape.replace(letter, en)
    ru = rule.format or "%Y-%m-%d"
    for letter, (_, word) in DATE_PARTS.items():
        ru = ru.replace(letter, word)
    return Words(f"a day that exists, written {shape}", f"существующая дата в виде {ru}")


DATE_PARTS = {
    "%Y": ("year", "год"),
    "%y": ("yy", "гг"),
    "%m": ("month", "месяц"),
    "%d": ("day", "день"),
    "%H": ("hour", "час"),
    "%M": ("minute", "минута"),
    "%S": ("second", "секунда"),
    "%.f": ("", ""),
    "%z": ("zone", "пояс"),
}

_EXPECTED: dict[str, Callable[[Rule], Words]] = {
    "missing": lambda _: Words("a value; it may not be empty", "значение; оставлять пустым нельзя"),
    "not_a_number": _number_words,
    "not_whole": _number_words,
    "too_low": _low_words,
    "too_high": _high_words,
    "bad_date": _date_words,
    "odd_year": lambda _: Words("a year from 1980 to 2099", "год с 1980 по 2099"),
    "no_such_hour": lambda _: Words(
        "a time that existed; clocks were put forward over it",
        "существующее время; при переводе часов его не было",
    ),
    "unknown_code": _code_words,
    "bad_hs": lambda _: Words(
        "an HS code of 6 to 10 digits, of chapters 01 to 97 (98 and 99 national)",
        "код ТН ВЭД из 6–10 цифр, группы 01–97 (98 и 99 — национальные)",
    ),
    "bad_shape": lambda rule: Words(
        f"a value of the shape {rule.field.pattern}", f"значение вида {rule.field.pattern}"
    ),
    "too_long": lambda rule: Words(
        f"at most {rule.longest} characters", f"не больше {rule.longest} знаков"
    ),
    "invisible": lambda _: Words(
        "a code without invisible characters (marks of direction, zero-width spaces)",
        "код без невидимых знаков (меток направления, пробелов нулевой ширины)",
    ),
    "duplicate": lambda _: Words(
        "a declaration and item that occur once; line {found} has the same",
        "номер декларации и товара без повторов; такой же — в строке {found}",
    ),
    "in_set": lambda _: Words(
        "a declaration and item that the set does not have yet",
        "номер декларации и товара, которых в наборе ещё нет",
    ),
    "not_in_set": lambda _: Words(
        "a declaration and item of the set", "номер декларации и товара из набора"
    ),
}


def _likely_number(rule: Rule, value: str) -> str:
    other = "." if rule.decimal == "," else ","
    tidy = re.sub(r"[\s\u00a0\u202f'’_]", "", value)
    if re.fullmatch(r"[+-]?\d+" + re.escape(other) + r"\d+", tidy) and not rule.is_whole:
        return tidy.replace(other, rule.decimal)
    tidy = tidy.translate(str.maketrans("OoОlЗ", "00013"))
    decimal = re.escape(rule.decimal)
    if re.fullmatch(rf"[+-]?\d+({decimal}\d+)?", tidy) and tidy != value:
        return tidy
    bare = re.sub(r"(?i)(kg|кг|usd|eur|krw|%|\$|€)", "", tidy)
    return bare if re.fullmatch(rf"[+-]?\d+({decimal}\d+)?", bare) and bare != value else ""


def _likely_hs(_: Rule, value: str) -> str:
    digits = re.sub(r"[\s.\-\u00a0']", "", value).removesuffix(",0")
    if digits != value and re.fullmatch(r"\d{6,10}", digits):
        return digits
    if re.fullmatch(r"\d{5}|\d{7}|\d{9}", digits):
        padded = "0" + digits
        tree = HsTree.of(LISTED_EDITION)
        return padded if padded[:6] in tree else ""
    letters = digits.translate(str.maketrans("OoОlI", "00011"))
    return letters if letters != digits and re.fullmatch(r"\d{6,10}", letters) else ""


LOOKALIKES = str.maketrans("АВЕКМНОРСТУХ", "ABEKMHOPCTYX")


def _likely_code(rule: Rule, value: str) -> str:
    allowed = rule.allowed
    upper = value.upper()
    for candidate in (upper, upper.translate(LOOKALIKES), value.lstrip("0"), upper.strip(" .,'")):
        if candidate in allowed and candidate != value:
            return candidate
    if rule.column.codes and not rule.field.codes:
        synonym = code_list(rule.column.codes).synonyms.get(upper.translate(LOOKALIKES), "")
        return synonym or code_list(rule.column.codes).synonyms.get(upper, "")
    return ""


def _likely_date(_: Rule, value: str) -> str:
    numbers = re.findall(r"\d+", value)
    if len(numbers) < 3:
        return ""
    if len(numbers[0]) == 4:
        year, month, day = numbers[:3]
    elif len(numbers[2]) == 4:
        day, month, year = numbers[:3]
    else:
        return ""
    if int(month) > 12 >= int(day):
        month, day = day, month
    if not 1 <= int(month) <= 12 or not 1 <= int(day) <= 28:
        return ""
    return f"{year}-{int(month):02}-{int(day):02}"


_LIKELY: dict[str, Callable[[Rule, str], str]] = {
    "not_a_number": _likely_number,
    "not_whole": _likely_number,
    "bad_hs": _likely_hs,
    "unknown_code": _likely_code,
    "bad_date": _likely_date,
}
