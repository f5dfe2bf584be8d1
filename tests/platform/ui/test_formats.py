"""Numbers, intervals and days as people read them."""

import math
from datetime import date
from decimal import Decimal

import pytest

from tamgha.platform.ui import formats
from tamgha.shared.figures import Interval

NB = "\u00a0"


@pytest.mark.parametrize(
    ("value", "english", "russian"),
    [
        (412_630, "412,630", f"412{NB}630"),
        (3.14159, "3.14", "3,14"),
        (-12.5, "−12.5", "−12,5"),
        (0.5, "0.5", "0,5"),
        (1234.5, "1,234", f"1{NB}234"),
        (Decimal("7.50"), "7.5", "7,5"),
        (0, "0", "0"),
        (math.inf, "∞", "∞"),
    ],
)
def test_a_number_has_the_groups_and_the_mark_of_its_language(value, english, russian):
    assert formats.number(value, language="en") == english
    assert formats.number(value, language="ru") == russian


def test_a_rounded_zero_has_no_minus():
    assert formats.number(-0.0001, 1, language="en") == "0.0"


@pytest.mark.parametrize(
    ("share", "text"),
    [
        (0.15, "15 %"),
        (0.068, "6.8 %"),
        (0.04, "4 %"),
        (0.0008, "0.08 %"),
        (0.9995, "99.95 %"),
        (0.994, "99.4 %"),
        (1.0, "100 %"),
        (0.0, "0 %"),
        (2.4, "240 %"),
    ],
)
def test_a_share_keeps_two_figures_and_is_never_rounded_to_all_or_nothing(share, text):
    assert formats.percent(share, language="en") == text.replace(" ", NB)


def test_a_no_break_space_stands_between_number_and_unit():
    assert formats.with_unit(7.5, "h", language="en") == f"7.5{NB}h"
    assert formats.with_unit(7.5, "h", language="ru") == f"7,5{NB}ч"
    assert formats.money(11_712, "USD", language="ru") == f"11{NB}712{NB}USD"
    assert formats.money(Decimal("6.1"), "USD", language="en") == f"6.10{NB}USD"


def test_an_interval_says_its_unit_once_and_an_open_end_in_words():
    assert formats.interval(Interval(0.105, 0.2), "share", language="en") == f"10–20{NB}%"
    assert formats.interval(Interval(0.05, 0.12), "points", language="en") == "+5 to +12"
    assert formats.interval(Interval(-0.019, 0.05), "points", language="ru") == "−2 до +5"
    assert formats.interval(Interval(1.6, 3.7), "ratio", language="ru") == "1,6–3,7"
    assert formats.interval(Interval(3, math.inf), language="en") == "3 or more"


def test_a_value_is_no_finer_than_its_interval_allows():
    wide, narrow = Interval(0.105, 0.2), Interval(0.1441, 0.1449)

    assert formats.value(0.1462, "share", within=wide, language="en") == f"15{NB}%"
    assert formats.value(0.1445, "share", within=narrow, language="en") == f"14.45{NB}%"
    assert (
        formats.value(0.09, "points", within=Interval(0.05, 0.12), language="en") == f"+9{NB}points"
    )


def test_days_are_written_in_words_of_the_language():
    when = date(2026, 11, 24)

    assert formats.day(when, language="en") == f"24{NB}November 2026"
    assert formats.day(when, language="ru") == f"24{NB}ноября 2026"
    assert formats.day(when, short=True, language="en") == f"24{NB}Nov 2026"
    assert formats.day(when, short=True, language="ru") == f"24{NB}нояб. 2026"
