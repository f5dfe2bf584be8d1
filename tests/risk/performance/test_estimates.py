"""Every worked number of the selection method section 4, paragraph by paragraph."""

import numpy as np
import pytest
from scipy import stats

from tamgha.risk import performance as p
from tamgha.shared.figures import Estimate, NotShown

VALUES = [1200, 8000, 300, 60_000, 2500, 900, 4000, 15_000, 700, 2200, 5000, 1000]
CAP = 50_000


def sample(finds=(6, 4, 2), sure=84, flow=6000, **more):
    """Return the twelve cases of 4.2 among some clean ones, with ``sure`` finds at π = 1."""
    shares = (0.05, 0.10, 0.335)
    found = np.concatenate([*(np.r_[np.ones(n), np.zeros(50)] for n in finds), np.ones(sure)])
    inclusion = np.concatenate(
        [*(np.full(n + 50, share) for n, share in zip(finds, shares, strict=True)), np.ones(sure)]
    )
    return p.Sample(found.astype(bool), inclusion, flow, **more)


def valued_sample():
    base = sample(sure=0)
    value = np.zeros(base.found.size)
    value[base.found] = VALUES
    return p.Sample(base.found, base.inclusion, base.flow, value=value)


def shown(found: Estimate | NotShown, digits: int, scale: float = 1):
    assert isinstance(found, Estimate), found
    assert found.interval is not None
    numbers = (found.value, found.interval.low, found.interval.high)
    return tuple(round(scale * number, digits) for number in numbers)


def test_4_1_a_hit_rate_takes_the_interval_that_suits_its_size():
    assert p.hit_rate(7, 60).interval.method == "Agresti–Coull"
    assert p.hit_rate(27, 180).interval.method == "Wilson"
    assert shown(p.hit_rate(7, 60, promise=True), 1, 100) == (11.7, 4.8, 22.6)
    assert shown(p.wilson_proportion(7, 60), 1, 100) == (11.7, 5.8, 22.2)
    assert isinstance(p.hit_rate(0, 0), NotShown)


def test_4_2_missed_fraud():
    assert shown(p.missed_fraud(sample()), 0) == (154, 77, 281)
    assert shown(p.missed_fraud(sample(), promise=True), 0) == (154, 72, 292)
    assert shown(p.missed_fraud(sample((0, 0, 0))), 1) == (0, 0, 56.9)


def test_4_2_the_largest_weight_is_of_the_covered_flow_not_of_the_finds():
    only_common = sample((0, 4, 2))
    rarer = p.Sample(only_common.found, only_common.inclusion, 6000, least_inclusion=0.01)

    assert rarer.least == 0.01
    assert p.missed_fraud(rarer).interval.high > p.missed_fraud(only_common).interval.high


def test_4_3_detection_rate():
    assert shown(p.detection_rate(sample()), 3) == (0.384, 0.254, 0.555)


def test_4_3_without_a_random_find_it_is_at_least():
    found = p.detection_rate(sample((0, 0, 0), sure=96))

    assert found.bound == "at_least"
    assert round(100 * found.value, 1) == 62.8


def test_4_3_it_is_not_estimable_without_a_random_stratum_or_where_too_little_is_covered():
    census_of_a_part = p.Sample(np.ones(5, bool), np.ones(5), 100, covered=0.05)
    part = sample(covered=0.9)

    assert p.detection_rate(census_of_a_part).kind == "not_estimable"
    assert "90 %" in p.detection_rate(part).reason.en
    assert "90 %" in p.detection_rate(part).reason.ru
    assert isinstance(p.missed_fraud(part, covered_part=True), Estimate)


def test_4_3_a_census_of_the_flow_missed_nothing():
    everything = p.Sample(np.array([True, False, True]), np.ones(3), 3)

    assert shown(p.missed_fraud(everything), 0) == (0, 0, 0)
    assert p.detection_rate(everything).value == 1.0


def test_inspected_declarations_alone_say_nothing_of_the_flow():
    korean = p.Sample(np.ones(5, bool), np.ones(5), 5, inspected_only=True)

    for figure in (p.missed_fraud, p.detection_rate, p.flow_rate, p.missed_revenue):
        found = figure(korean)
        assert found.kind == "not_estimable"
        assert "inspected declarations only" in found.reason.en


def test_4_4_flow_rate():
    assert shown(p.flow_rate(sample()), 2, 100) == (4.17, 2.88, 6.29)


def test_4_5_imperfect_examination():
    assert shown(p.true_detection(sample(), 0.9), 3) == (0.346, 0.229, 0.499)
    # the document prints 181.7 [96; 323]
    assert shown(p.truly_missed(sample(), 0.9), 1)[0] == 181.7
    assert shown(p.truly_missed(sample(), 0.9), 0)[1:] == (96, 323)
    assert round(p.true_detection(sample(), 0.8).value, 3) == 0.307
    assert round(p.true_detection(sample(), 0.95).value, 3) == 0.365
    assert p.true_detection(sample(), 0.9).method == "assumed sensitivity 0.9"
    assert p.true_detection(sample(), 1).method == "detectable fraud only"


def test_4_5_sensitivity_from_a_second_look():
    found = p.sensitivity_from_second_look(80, 900, 120, 2)

    assert round(found.value, 3) == 0.842
    assert shown(found, 2)[1:] == (0.60, 0.95)


def test_4_6_missed_revenue():
    cases = valued_sample()
    point, largest = p.largest_case(cases)

    assert round(point) == 1_594_110
    assert round(100 * largest) == 72
    assert round(p.missed_revenue_at_least(cases).value) == 175_917
    assert shown(p.missed_revenue_capped(cases, CAP), -3) == (1_404_000, 249_000, 5_065_000)
    assert round(p.missed_revenue_capped(cases, CAP).value) == 1_404_110
    assert p.missed_revenue(cases).kind == "not_estimable"


def test_4_6_the_cap_is_the_95th_percentile_of_earlier_finds():
    assert p.cap_from(np.array([*range(1, 102), np.nan, 0.0])) == 96.0
    assert p.cap_from(np.array([np.nan])) is None


def test_4_7_lift_over_the_rest():
    found = p.lift(p.Rate.of(27, 180), p.Rate.of(12, 950))

    assert shown(found, 1) == (11.9, 6.1, 22.6)
    assert found.interval.method == "MOVER-R"


def test_4_7_lift_over_the_flow():
    flow = p.flow_rate(sample())
    reference = p.Rate(flow.value, flow.interval.low, flow.interval.high)

    assert shown(p.lift(p.Rate.of(27, 180), reference), 2) == (3.60, 2.09, 5.91)


def test_4_7_lift_over_a_reference_without_finds_is_at_least():
    found = p.lift(p.Rate.of(27, 180), p.Rate.of(0, 300))

    assert (round(found.value, 1), found.bound, found.interval.high) == (11.3, "at_least", np.inf)
    assert isinstance(p.lift(p.Rate.of(0, 180), p.Rate.of(0, 300)), NotShown)


def test_4_7_a_reference_of_unequal_probabilities_is_weighted():
    found = np.array([True, False, True, False])
    inclusion = np.array([0.02, 0.02, 0.1, 0.1])

    weighted = p.weighted_rate(found, inclusion)
    equal = p.weighted_rate(found, np.full(4, 0.05))

    assert weighted.value == pytest.approx((50 + 10) / (100 + 20))
    assert weighted.method == "mid-p gamma"
    assert equal == p.Rate.of(2, 4)


def test_4_8_difference():
    assert shown(p.difference(p.Rate.of(18, 120), p.Rate.of(9, 130)), 1, 100) == (8.1, 0.3, 16.2)


def test_4_9_marginal_value():
    found = np.r_[np.ones(4), np.zeros(36), np.ones(3), np.zeros(9)].astype(bool)
    inclusion = np.r_[np.full(40, 0.335), np.full(12, 0.6675)]
    without = np.r_[np.full(40, 0.05), np.full(12, 0.525)]

    finds = p.marginal_finds(found, inclusion, without)
    examinations = p.marginal_examinations(inclusion, without)

    assert (round(finds.value, 2), *shown(finds, 1)[1:]) == (4.04, 1.6, 8.9)
    assert round(examinations.value, 1) == 36.6
    # printed as 11.0 %, from the rounded 4.04 and 36.6
    assert 100 * finds.value / examinations.value == pytest.approx(11.0, abs=0.06)


def test_4_10_per_hour():
    values = np.array(VALUES, float)

    assert shown(p.finds_per_hour(27, 260, 300), 3) == (0.104, 0.068, 0.151)
    assert shown(p.value_per_hour(values, CAP, 95, 40), 0) == (956, 239, 2994)
    assert p.finds_per_hour(3, 0, 10).kind == "not_estimable"


def test_4_11_overrides():
    assert shown(p.override_rate(23, 410), 1, 100) == (5.6, 3.8, 8.3)
    assert p.flag_overrides([9, 2], [40, 40], 0.056).tolist() == [True, False]
    low, high = p.intervals.wilson(9, 40, level=0.998)
    assert (round(100 * float(low), 1), round(100 * float(high), 1)) == (8.7, 46.9)
    # 50 officers at the office's own rate: nominally 0.1 flags, exactly 0.31 at 40 decisions each
    flagged = p.flag_overrides(np.arange(41), np.full(41, 40), 0.056)
    chance = stats.binom.pmf(np.arange(41), 40, 0.056)[flagged].sum()
    assert 50 * chance == pytest.approx(0.314, abs=0.001)


def test_4_12_completeness_and_bounds():
    assert shown(p.completeness(120, 150), 1, 100) == (80.0, 72.9, 85.6)
    bounds = p.completeness_bounds(18, 120, 150)
    assert (round(bounds.value, 2), bounds.bound) == (0.12, "at_least")
    assert shown(bounds, 3)[1:] == (0.077, 0.398)


def test_4_12_a_hit_rate_turns_into_bounds_when_results_are_missing():
    assert p.hit_rate(18, 120, examined=150) == p.completeness_bounds(18, 120, 150)
    assert p.hit_rate(18, 143, examined=150).bound == "exact"
    assert p.hit_rate(0, 0, examined=150).reason.en.startswith("Examinations were made")


def test_4_13_nowcast():
    assert shown(p.nowcast(6, 90, 0.6), 3) == (0.111, 0.052, 0.230)
    assert p.nowcast(6, 90, 0.4).kind == "too_early"
    assert p.nowcast(2, 90, 0.6).kind == "too_early"
    assert isinstance(p.nowcast(2, 90, 0.6, usual_rate=0.1), Estimate)


def test_4_13_young_cohorts_do_not_enter_the_known_share():
    delay = np.r_[np.arange(100), np.zeros(50)]
    age = np.r_[np.full(100, 400), np.full(50, 3)]

    known = p.known_share_of_finds(delay, age, [49, 99])

    assert known.tolist() == [0.5, 1.0]
    assert np.isnan(p.known_share_of_finds([5, 9], [6, 6], [5])).all()


def test_4_14_drift_has_a_noise_of_its_own():
    same = p.drift(np.full(10, 50), np.full(10, 500))
    small = p.drift(np.full(10, 20), np.full(10, 500))

    assert same.index == pytest.approx(0, abs=1e-12)
    assert (round(same.noise, 4), round(same.noise_95, 3)) == (0.0198, 0.037)
    assert (round(small.noise, 3), round(small.noise_95, 3)) == (0.047, 0.088)


def test_4_14_index_without_drift_is_as_noisy_as_said():
    rng = np.random.default_rng(414)
    bins = np.full(10, 0.1)
    found = [
        p.drift(a, b)
        for a, b in zip(
            rng.multinomial(500, bins, 3000), rng.multinomial(5000, bins, 3000), strict=True
        )
    ]

    index = np.array([one.index for one in found])
    assert index.mean() == pytest.approx(0.0198, abs=0.0008)
    assert np.quantile(index, 0.95) == pytest.approx(0.0377, abs=0.002)
    assert np.mean([one.p_value < 0.05 for one in found]) == pytest.approx(0.05, abs=0.015)


def test_4_14_many_indicators_by_benjamini_hochberg():
    named = p.benjamini_hochberg([0.001, 0.2, 0.013, 0.04, 0.9])

    assert named.tolist() == [True, False, True, False, False]
    assert p.benjamini_hochberg([]).size == 0


def test_4_14_bins_keep_nulls_apart():
    edges = p.histogram_bins(np.arange(100.0))

    assert edges.size == 9
    assert p.bin_counts(np.array([0.0, 99.0, np.nan]), edges).tolist() == [1, *[0] * 8, 1, 1]
    assert p.histogram_bins(np.ones(5)).size == 0


def test_4_15_calibration_in_the_large():
    assert shown(p.observed_over_expected(31, 24.6, 500), 2) == (1.26, 0.86, 1.79)


def test_4_15_curve_merges_bins_until_five_finds_are_expected():
    score = np.linspace(0.001, 0.2, 200)
    found = np.arange(200) % 10 == 0
    equal = p.calibration_curve(score, found, np.full(200, 0.05))
    rare = p.calibration_curve(score / 20, found, np.full(200, 0.05))

    assert all(one.expected * one.n >= 5 for one in equal)
    assert sum(one.n for one in equal) == 200
    assert equal[0].effective_n == pytest.approx(equal[0].n)
    assert len(rare) == 1


def test_4_15_unequal_weights_lower_the_effective_n():
    curve = p.calibration_curve(np.full(4, 0.5), np.ones(4, bool), np.array([0.1, 0.1, 0.1, 1.0]))

    assert curve[0].effective_n == pytest.approx(31**2 / 301)


def test_4_16_two_rankings_at_capacity():
    assert shown(p.net_gain(9, 4, 100), 3) == (0.05, -0.020, 0.097)
    assert round(p.sign_test(9, 4), 2) == 0.27
    assert isinstance(p.net_gain(0, 0, 100), NotShown)


def test_4_16_picks_that_were_never_examined_are_not_estimable():
    none = np.zeros(0)

    assert p.finds_of_unlabelled(none.astype(bool), none, 40).kind == "not_estimable"
    assert p.finds_of_unlabelled(np.array([True, False]), np.full(2, 0.05), 40).value == 20


def test_4_16_precision_and_net_reclassification():
    score = np.array([0.9, 0.8, 0.7, 0.1])
    found = np.array([True, False, True, False])

    assert p.precision_at(score, found, 2).value == 0.5
    gained, cleaner = p.net_reclassification(
        np.array([True, False, True, False]), np.array([True, True, False, False]), found
    )
    assert (gained.value, cleaner.value) == (0.5, -0.5)


def test_4_17_live_hit_rate():
    assert shown(p.live_hit_rate(7, 60), 1, 100) == (11.7, 3.3, 26.7)


def test_4_17_a_profile_is_retired_only_when_it_is_surely_worse_than_the_draw():
    assert p.standing((0, 2000), (60, 2000)).verdict == "retire"
    assert p.standing((2, 60), (60, 2000)).verdict == "not_better"
    assert p.standing((100, 400), (60, 2000)).verdict == "better"
    assert p.standing((0, 0), (60, 2000)).verdict == "not_better"


def test_4_17_results_that_are_out_may_not_turn_the_verdict():
    assert p.standing((0, 2000), (60, 2000), examined=(2000, 2000)).verdict == "retire"
    assert p.standing((0, 2000), (60, 2000), examined=(2100, 2000)).verdict == "not_better"
    assert p.standing((0, 2000), (60, 2000), examined=(2000, 9000)).verdict == "not_better"
    assert p.standing((100, 400), (60, 2000), examined=(400, 2000)).verdict == "better"
    assert p.standing((100, 400), (60, 2000), examined=(400, 2600)).verdict == "not_better"
    with pytest.raises(ValueError, match="do not fit"):
        p.standing((5, 10), (1, 10), examined=(9, 10))
