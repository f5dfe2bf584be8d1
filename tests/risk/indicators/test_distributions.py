"""What the values of an indicator look like, and how two periods compare."""

from datetime import date, timedelta

import numpy as np
import pyarrow as pa
import pytest

from tamgha.risk.indicators import count_periods, describe_values
from tamgha.shared.periods import Period


def test_quantiles_empties_and_bars_of_the_numbers_from_0_to_100():
    values = pa.array([*map(float, range(101)), None, None])

    found = describe_values(values, bins=10)

    assert (found.rows, found.missing, found.zeros, found.low, found.high) == (
        103,
        2,
        1,
        0.0,
        100.0,
    )
    assert found.missing_share == pytest.approx(2 / 103)
    assert found.quantiles[0.5] == 50.0
    assert found.quantiles[0.95] == pytest.approx(95.0)
    assert len(found.counts) == 10
    assert sum(found.counts) == 101
    assert (found.edges[0], found.edges[-1]) == (1.0, 99.0)


def test_a_flag_gets_one_bar_for_each_value():
    found = describe_values(np.array([0.0, 1.0, 1.0, np.nan]))

    assert found.counts == (1, 2)
    assert found.edges == (-0.5, 0.5, 1.5)


def test_values_that_are_all_alike_get_a_bar():
    found = describe_values(np.full(5, 2.5), bins=4)

    assert sum(found.counts) == 5


def test_nothing_known_has_no_quantiles():
    found = describe_values(pa.array([None, None], pa.float64()))

    assert (found.missing, found.quantiles, found.counts) == (2, {}, ())


def test_two_periods_are_counted_over_the_tenths_of_the_earlier_one():
    first = date(2024, 1, 1)
    days = pa.array([first + timedelta(days=n) for n in range(200)])
    values = pa.array([*map(float, range(100)), *[95.0] * 90, *[None] * 10])
    change = first + timedelta(days=100)

    found = count_periods(
        values, days, Period(first, change), Period(change, change + timedelta(days=100))
    )

    assert len(found.edges) == 9
    assert found.before.tolist() == [10] * 10 + [0]
    assert found.now.tolist() == [0] * 9 + [90, 10]
