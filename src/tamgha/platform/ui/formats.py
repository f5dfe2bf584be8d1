"""Numbers, units, dates and intervals as people read them, in English and in Russian.

A no-break space stands between a number and its unit, and between the groups of a Russian number.
"""

import math
from datetime import date, datetime
from decimal import Decimal

from django.utils import dateformat, timezone, translation

from tamgha.shared.figures import Interval, Unit

Number = int | float | Decimal

NBSP = "\u00a0"
_MINUS = "\u2212"
_DASH = "\u2013"

_UNIT_WORDS: dict[str, tuple[str, str]] = {
    "days": ("days", "дн."),
    "hours": ("h", "ч"),
    "points": ("points", "п. п."),
    "h": ("h", "ч"),
    "min": ("min", "мин"),
    "s": ("s", "с"),
    "kg": ("kg", "кг"),
    "MB": ("MB", "МБ"),
}


def _russian(language: str | None) -> bool:
    return (language or translation.get_language() or "en").startswith("ru")


def number(value: Number, decimals: int | None = None, *, language: str | None = None) -> str:
    """Return a number with groups of three: 1,234.5 in English, 1 234,5 in Russian.

    Parameters
    ----------
    value : any finite or infinite number
    decimals
        Digits after the sign; None keeps what an integer has (none) and gives other numbers three
        significant digits, without trailing zeros.
    language : "en" or "ru"; None means the language of the page
    """
    if math.isinf(value):
        return f"{_MINUS}∞" if value < 0 else "∞"
    places = _natural_decimals(value) if decimals is None else decimals
    text = f"{value:,.{places}f}"
    if decimals is None and "." in text:
        text = text.rstrip("0").rstrip(".")
    if text.lstrip("-").strip("0.,") == "":
        text = text.lstrip("-")
    if _russian(language):
        text = text.replace(",", NBSP).replace(".", ",")
    return text.replace("-", _MINUS)


def _natural_decimals(value: Number) -> int:
    if isinstance(value, int) or value == 0 or value == int(value):
        return 0
    size = math.floor(math.log10(abs(float(value))))
    return min(6, max(0, 2 - size))


def share_decimals(share: Number) -> int:
    """Return the decimals of a percentage that has no interval to set them.

    Two significant digits, but never a rounding that turns 99.95 % into 100 %, or 0.08 % into 0 %.
    """
    percent = abs(float(share)) * 100
    if percent in (0, 100) or 10 <= percent <= 99 or percent > 100:
        return 0
    if percent > 99:
        return 2 if percent > 99.9 else 1
    if percent >= 1:
        return 1
    return min(4, 1 - math.floor(math.log10(percent)))


def interval_decimals(low: float, high: float) -> int:
    """Return the decimals that a width allows: whole numbers from 4 wide, one from 0.4, else two."""
    width = abs(high - low)
    if math.isinf(width) or width >= 4:
        return 0
    return 1 if width >= 0.4 else 2


def percent(share: Number, decimals: int | None = None, *, language: str | None = None) -> str:
    """Return a share in [0, 1] as a percentage: 0.15 is "15 %"."""
    return f"{percent_number(share, decimals, language=language)}{NBSP}%"


def percent_number(
    share: Number, decimals: int | None = None, *, language: str | None = None
) -> str:
    """Return a share as the number of its percentage, without the sign."""
    places = share_decimals(share) if decimals is None else decimals
    text = number(float(share) * 100, places, language=language)
    mark = "," if _russian(language) else "."
    return text.rstrip("0").rstrip(mark) if decimals is None and mark in text else text


def signed(text: str) -> str:
    """Return a printed difference with its sign, also where it is above zero."""
    return text if text.startswith((_MINUS, "0", "∞")) else f"+{text}"


def with_unit(value: object, unit: str, *, language: str | None = None) -> str:
    """Return a value and its unit with a no-break space between them."""
    words = _UNIT_WORDS.get(unit, (unit, unit))
    text = value if isinstance(value, str) else _number_or_text(value, language)
    return f"{text}{NBSP}{words[1] if _russian(language) else words[0]}"


def _number_or_text(value: object, language: str | None) -> str:
    if isinstance(value, int | float | Decimal):
        return number(value, language=language)
    return str(value)


def money(amount: Number, currency: str, *, language: str | None = None) -> str:
    """Return an amount and its currency; whole units from a thousand up, two decimals below."""
    size = abs(float(amount))
    places = 0 if size >= 1000 or size == int(size) else 2
    return f"{number(amount, places, language=language)}{NBSP}{currency}"


def interval(found: Interval, unit: Unit = "number", *, language: str | None = None) -> str:
    """Return an interval with its unit once: "10–20 %"; an open end is said in words."""
    low, high, places = _scaled(found, unit)
    upper_open = math.isinf(high)
    sign = signed if unit == "points" else str
    joint = (" до " if _russian(language) else " to ") if unit == "points" else _DASH
    low_text = sign(number(low, places, language=language))
    if upper_open:
        words = f"{low_text} и больше" if _russian(language) else f"{low_text} or more"
        return f"{words}{NBSP}%" if unit == "share" else words
    text = f"{low_text}{joint}{sign(number(high, places, language=language))}"
    return f"{text}{NBSP}%" if unit == "share" else text


def _scaled(found: Interval, unit: Unit) -> tuple[float, float, int]:
    factor = 100 if unit in ("share", "points") else 1
    low, high = found.low * factor, found.high * factor
    if unit in ("count", "money", "days") and high - low >= 4:
        return low, high, 0
    return low, high, interval_decimals(low, high)


def value(
    amount: Number,
    unit: Unit = "number",
    *,
    within: Interval | None = None,
    currency: str = "",
    language: str | None = None,
) -> str:
    """Return a figure's value with its unit, no finer than its interval allows."""
    places = _scaled(within, unit)[2] if within else None
    if unit == "share":
        return percent(amount, places, language=language)
    if unit == "points":
        text = number(float(amount) * 100, 1 if places is None else places, language=language)
        return with_unit(signed(text), "points", language=language)
    if unit == "money":
        return money(amount, currency, language=language)
    text = number(amount, places, language=language)
    return with_unit(text, unit, language=language) if unit in ("days", "hours") else text


_MONTHS_EN = (
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
)  # fmt: skip
_MONTHS_RU = (
    "янв.", "февр.", "марта", "апр.", "мая", "июня", "июля", "авг.", "сент.", "окт.", "нояб.", "дек.",
)  # fmt: skip


def day(when: date, *, short: bool = False, language: str | None = None) -> str:
    """Return a day in words: 24 November 2026, 24 ноября 2026; short: 24 Nov 2026, 24 нояб. 2026."""
    if short:
        return f"{day_month(when, language=language)} {when.year}"
    with translation.override(language or translation.get_language() or "en"):
        return dateformat.format(when, f"j{NBSP}E Y")


def day_month(when: date, *, language: str | None = None) -> str:
    """Return a day without its year, for the axis of a chart: 7 Sep, 7 сент."""
    months = _MONTHS_RU if _russian(language) else _MONTHS_EN
    return f"{when.day}{NBSP}{months[when.month - 1]}"


def clock(when: datetime) -> str:
    """Return hours and minutes in the reader's zone."""
    return dateformat.format(timezone.localtime(when), "H:i")


def moment(when: datetime, *, language: str | None = None) -> str:
    """Return a day and its time in the reader's zone: 24 November 2026, 09:41."""
    local = timezone.localtime(when)
    return f"{day(local.date(), language=language)}, {dateformat.format(local, 'H:i')}"
