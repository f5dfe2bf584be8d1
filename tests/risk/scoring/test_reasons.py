"""Reasons add up, are exact, and are said in both languages."""

import numpy as np
import pytest

from tamgha.risk.scoring.reasons import shown
from tamgha.risk.scoring.specs import SUBJECTS, Feature
from tamgha.shared.words import Words


@pytest.fixture(scope="module")
def rows(trade, model):
    return model.features(trade).take(np.arange(0, 3_000, 10))


def test_contributions_and_base_sum_to_the_margin(model, rows):
    parts, base = model.contributions(rows)

    assert np.abs(parts.sum(axis=1) + base - model.margin(rows)).max() < 1e-4
    assert parts.shape[1] == len(model.parts())


def test_reasons_of_all_subjects_sum_to_the_margin(model, rows):
    _, base = model.contributions(rows)
    told = model.reasons(rows, most=len(SUBJECTS))

    sums = np.array([sum(reason.weight for reason in mine) for mine in told])
    unsaid = 0.005 * len(SUBJECTS)
    assert np.abs(sums + base - model.margin(rows)).max() < unsaid


def test_reasons_come_heaviest_first_and_speak_for_and_against(model, rows):
    told = model.reasons(rows)

    for mine in told:
        weights = [abs(reason.weight) for reason in mine]
        assert weights == sorted(weights, reverse=True)
    directions = {reason.speaks_for for mine in told for reason in mine}
    assert directions == {True, False}


def test_a_reason_names_value_usual_value_and_weight(model, rows):
    reason = model.reasons(rows)[0][0]

    assert reason.value.en in reason.words.en
    assert reason.usual.en in reason.words.en
    assert f"{np.exp(abs(reason.weight)):.2f}-fold" in reason.words.en
    assert "шансы нарушения" in reason.words.ru


@pytest.mark.parametrize(
    ("unit", "value", "en", "ru"),
    [
        ("share", 0.243, "24.3 %", "24,3 %"),
        ("ratio", 0.5, "0.5 times", "0,5 раза"),
        ("kg", 12_345.6, "12,346 kg", "12 346 кг"),
        ("flag", 1.0, "yes", "да"),
        ("days", None, "unknown", "неизвестно"),
        ("percent", 8.0, "8 %", "8 %"),
    ],
)
def test_values_are_shown_as_people_write_them(unit, value, en, ru):
    feature = Feature("some", Words("Some", "Нечто"), "mass", unit)

    assert shown(feature, value) == Words(en, ru)
