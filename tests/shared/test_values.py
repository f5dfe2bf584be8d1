"""Shares, money, countries, periods and figures: what they take, and how they refuse."""

import math
from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest

from tamgha.shared.countries import Country, is_country
from tamgha.shared.errors import RefusedError, TamghaError
from tamgha.shared.figures import Estimate, Figure, Interval, NotShown
from tamgha.shared.money import Money
from tamgha.shared.periods import Period
from tamgha.shared.shares import Share
from tamgha.shared.words import Words

HIT_RATE = Words("Hit rate", "Доля находок")
MEANING = Words("finds among examined", "находки среди досмотренных")


def test_words_answer_in_the_language_asked_and_else_in_english():
    assert HIT_RATE.text("ru-KZ") == "Доля находок"
    assert HIT_RATE.text("ka") == "Hit rate"


def test_words_fill_each_language_with_its_own_words():
    sentence = Words("{what} is high", "{what}: высоко").format(what=HIT_RATE)

    assert sentence == Words("Hit rate is high", "Доля находок: высоко")


@pytest.mark.parametrize("given", ["12.5", "12,5", Decimal("12.5")])
def test_a_percentage_is_kept_exactly(given):
    assert Share.percent(given).basis_points == 1250
    assert Share.percent(given).fraction == Fraction(1, 8)
    assert Share.percent(given).percent_text == "12.5"


@pytest.mark.parametrize("given", ["12.555", "ten", "101", "-1", "NaN", "inf", ""])
def test_what_is_no_percentage_is_refused_with_what_came(given):
    with pytest.raises(TamghaError, match=r"came"):
        Share.percent(given)


def test_hundred_per_cent_is_written_without_an_exponent():
    assert Share(10_000).percent_text == "100"


def test_money_of_two_currencies_is_not_added():
    with pytest.raises(TamghaError, match="without a rate of exchange"):
        Money(Decimal(1), "KZT") + Money(Decimal(1), "UZS")


def test_country_codes_are_two_capitals_of_iso():
    assert is_country("KZ")
    assert not is_country("kz")
    assert not is_country("UK")
    assert Country.of("GE").name == "Georgia"
    with pytest.raises(TamghaError, match="'УК' came"):
        Country.of("УК")


def test_a_period_has_its_first_day_and_not_its_end():
    march = Period(date(2026, 3, 1), date(2026, 4, 1))

    assert march.days == 31
    assert date(2026, 3, 1) in march
    assert date(2026, 4, 1) not in march
    with pytest.raises(TamghaError, match="ends after it starts"):
        Period(date(2026, 3, 1), date(2026, 3, 1))


def test_a_figure_of_an_estimate_carries_its_interval_n_and_method():
    found = Estimate(7 / 60, Interval(0.058, 0.222, method="Wilson"), 60)

    figure = Figure.of(found, name=HIT_RATE, definition=MEANING, simulated=True, unit="share")

    assert (figure.value, figure.n, figure.method, figure.simulated) == (7 / 60, 60, "Wilson", True)
    assert figure.interval == found.interval


def test_a_figure_that_cannot_be_known_has_a_reason_in_place_of_a_value():
    reason = NotShown("not_estimable", Words("no draw", "нет выборки"), Words("a draw", "выборка"))

    figure = Figure.of(reason, name=HIT_RATE, definition=MEANING, simulated=False)

    assert figure.value is None
    assert figure.missing is reason


def test_a_figure_without_value_and_without_reason_is_a_mistake_of_ours():
    with pytest.raises(ValueError, match="either a value or the reason"):
        Figure(name=HIT_RATE, definition=MEANING, simulated=False)


def test_money_in_a_figure_names_its_currency():
    with pytest.raises(ValueError, match="names its currency"):
        Figure(name=HIT_RATE, definition=MEANING, simulated=False, value=1, unit="money")


def test_an_interval_may_be_open_upwards_but_not_run_down():
    assert Interval(11.3, math.inf).high == math.inf
    with pytest.raises(ValueError, match="runs upwards"):
        Interval(0.5, 0.2)


def test_a_refusal_names_all_its_faults_in_both_languages():
    refusal = RefusedError(Words("Plan", "План"), [Words("a", "а"), Words("b", "б")])

    assert str(refusal) == "Plan: a; b"
    assert refusal.words.ru == "План: а; б"
