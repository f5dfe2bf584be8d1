"""The tables of the selection method section 5."""

import pytest

from tamgha.risk.performance import (
    examinations_for_width,
    examinations_to_meet,
    examinations_to_see_fall,
    interval_at,
    power_against_random,
    power_below_base,
)


@pytest.mark.parametrize(
    ("examined", "one", "two", "five"),
    [
        (100, (0.2, 5.5), (0.6, 7.0), (2.2, 11.2)),
        (200, (0.3, 3.6), (0.8, 5.0), (2.7, 9.0)),
        (400, (0.4, 2.5), (1.0, 3.9), (3.3, 7.6)),
        (800, (0.5, 2.0), (1.2, 3.2), (3.7, 6.7)),
        (1500, (0.6, 1.6), (1.4, 2.8), (4.0, 6.2)),
        (3000, (0.7, 1.4), (1.6, 2.6), (4.3, 5.8)),
    ],
)
def test_interval_to_expect(examined, one, two, five):
    for rate, limits in ((0.01, one), (0.02, two), (0.05, five)):
        low, high = interval_at(examined, rate)
        # the document rounds halves both ways (5.449 is printed as 5.5)
        assert (100 * low, 100 * high) == pytest.approx(limits, abs=0.052)


@pytest.mark.parametrize(
    ("rate", "numbers"),
    [
        (0.01, (150, 454, 1606, 6173)),
        (0.02, (223, 792, 3053, 12_088)),
        (0.05, (469, 1838, 7312, 29_208)),
    ],
)
def test_examinations_for_a_width_in_points(rate, numbers):
    widths = (0.02, 0.01, 0.005, 0.0025)

    assert tuple(examinations_for_width(rate, width) for width in widths) == numbers


@pytest.mark.parametrize(
    ("rate", "half", "quarter"), [(0.01, 1606, 6173), (0.02, 792, 3053), (0.05, 304, 1181)]
)
def test_examinations_for_a_width_in_parts_of_the_rate(rate, half, quarter):
    assert examinations_for_width(rate, rate / 2) == half
    assert examinations_for_width(rate, rate / 4) == quarter


@pytest.mark.parametrize(
    ("base", "nothing", "quarter", "half"),
    [(0.01, 381, 880, 2470), (0.02, 189, 440, 1235), (0.05, 73, 173, 465), (0.10, 35, 84, 229)],
)
def test_examinations_that_show_a_fall_below_random(base, nothing, quarter, half):
    # power is a saw-tooth; the document's numbers are on a tooth, ours on its first point
    assert examinations_to_see_fall(0, base) == nothing
    for rate, stated in ((base / 4, quarter), (base / 2, half)):
        ours = examinations_to_see_fall(rate, base)
        assert stated - 12 <= ours <= stated
        assert power_below_base(stated, rate, base) >= 0.8
        assert power_below_base(ours - 1, rate, base) < 0.8


@pytest.mark.parametrize(
    ("base", "rate", "examined", "power"),
    [
        (0.02, 0.0, 200, 0.45),
        (0.02, 0.0, 400, 0.99),
        (0.05, 0.025, 400, 0.56),
        (0.05, 0.025, 1000, 0.83),
        (0.10, 0.05, 400, 0.88),
    ],
)
def test_power_against_a_thousand_random_examinations(base, rate, examined, power):
    # the document's figures are simulated, ours are exact sums
    assert power_against_random((examined, rate), (1000, base)) == pytest.approx(power, abs=0.016)


def test_examinations_that_meet_a_scheme_once():
    shares = (0.001, 0.002, 0.005, 0.01)

    assert [examinations_to_meet(share) for share in shares] == [2995, 1497, 598, 299]
    assert examinations_to_meet(0.01, sensitivity=0.5) == 598


def test_a_fall_needs_a_rate_below_the_base():
    with pytest.raises(ValueError, match="below the base"):
        examinations_to_see_fall(0.05, 0.05)
