"""The two scales, worked by hand from the picture and from UNECE TFIG's three words."""

import pytest

from tamgha.practice.register.domain.areas import AREAS, area_label
from tamgha.practice.register.domain.life import LIFE
from tamgha.practice.register.domain.scales import FIVE, THREE, Marks


@pytest.mark.parametrize(
    ("score", "level"),
    [(1, "low"), (3, "low"), (4, "medium"), (6, "medium"), (8, "high"), (12, "high"),
     (15, "very_high"), (25, "very_high")],
)  # fmt: skip
def test_levels_of_five_steps_begin_where_the_legend_says(score, level):
    assert FIVE.level(score).name == level


def test_levels_of_three_steps_are_low_medium_high():
    levels = {score: THREE.level(score).name for score in (1, 2, 3, 4, 6, 9)}

    assert levels == {1: "low", 2: "low", 3: "medium", 4: "medium", 6: "high", 9: "high"}


@pytest.mark.parametrize("score", [0, 26])
def test_a_score_beyond_the_scale_is_refused(score):
    with pytest.raises(ValueError, match=f"1 to 25 was expected; {score} came"):
        FIVE.level(score)


def test_steps_beyond_the_scale_are_named():
    faults = Marks(4, 5, 3, 1).faults(THREE)

    assert [fault.en for fault in faults] == ["Steps of 1 to 3 were expected; 4 × 5, 3 × 1 came."]


def test_treatment_cannot_make_a_risk_worse():
    faults = Marks(2, 3, 3, 3).faults(FIVE)

    assert "would score 9, before it 6" in faults[0].en
    assert Marks(3, 3, 3, 3).faults(FIVE) == []


def test_every_area_has_both_languages_and_an_unknown_one_stands_for_itself():
    assert len({one.code for one in AREAS}) == len(AREAS) == 15
    assert all(one.label.en and one.label.ru and one.about.ru for one in AREAS)
    assert area_label("valuation").ru == "Таможенная стоимость"
    assert area_label("gone").en == "gone"


def test_only_a_version_that_ended_cannot_move():
    ends = {state.name for state in LIFE.states if LIFE.is_end(state.name)}

    assert ends == {"replaced", "dropped", "retired"}
