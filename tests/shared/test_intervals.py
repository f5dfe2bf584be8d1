"""Limits of rates and counts and the stability index, on published and worked values."""

import numpy as np
import pytest

from tamgha.shared.intervals import garwood, normal_quantile, stability, wilson


def test_wilson_of_7_in_60_and_of_nothing_in_40_are_as_worked():
    low, high = wilson([7, 0], [60, 40])

    assert (100 * low).round(1).tolist() == [5.8, 0.0]
    assert (100 * high).round(1).tolist() == [22.2, 8.8]
    assert normal_quantile() == pytest.approx(1.959964, abs=1e-6)


def test_garwood_of_31_is_as_worked():
    low, high = garwood(31)

    assert (round(low / 24.6, 2), round(high / 24.6, 2)) == (0.86, 1.79)


@pytest.mark.parametrize(("found", "examined"), [(7, 3), (-1, 3), (0, 0)])
def test_counts_that_cannot_be_are_refused(found, examined):
    with pytest.raises(ValueError, match="do not fit"):
        wilson(found, examined)


def test_stability_of_two_bins_is_as_worked_by_hand():
    # shares (30.5, 70.5)/101 and (50.5, 50.5)/101; Σ (a − b) ln(a/b) = 0.198020 × (0.333653 + 0.504274)
    found = stability([30, 70], [50, 50])

    assert found.index == pytest.approx(0.1659, abs=1e-4)
    assert found.noise == pytest.approx(1 / 100 + 1 / 100)
    assert found.noise_95 == pytest.approx(3.8415 * 0.02, abs=1e-4)
    assert found.p_value == pytest.approx(0.00398, abs=1e-4)


def test_stability_has_the_expected_noise():
    draw = np.random.default_rng(2)
    shares = np.full(10, 0.1)
    found = stability(draw.multinomial(500, shares), draw.multinomial(5_000, shares))

    assert round(found.noise, 4) == 0.0198
    assert found.index < 0.0377
    assert found.p_value > 0.05


def test_an_empty_histogram_is_refused():
    with pytest.raises(ValueError, match="at least one row"):
        stability([0, 0], [1, 2])
