import math

import numpy as np

from tamgha.risk.simulator.streams import Streams, Wheel, exponential, normal, uniform


def test_a_stream_is_the_same_whatever_else_was_drawn():
    alone = Streams(5).words("price", 4, 2)
    streams = Streams(5)

    streams.words("mass", 1_000, 2)
    streams.words("price", 4, 1)

    assert (streams.words("price", 4, 2) == alone).all()


def test_name_number_and_seed_each_make_another_stream():
    first = Streams(5).words("price", 64, 2)

    for other in (
        Streams(6).words("price", 64, 2),
        Streams(5).words("mass", 64, 2),
        Streams(5).words("price", 64, 3),
    ):
        assert (first != other).all()


def test_the_first_words_never_change():
    assert Streams(2024).words("price", 3, 7).tolist() == [
        3502815267494770994,
        9028188170506017049,
        5520265376048208264,
    ]


def test_a_fact_depends_on_its_parts_alone():
    streams = Streams(1)

    many = streams.facts("origin", np.arange(50), np.arange(50) % 7)
    one = streams.facts("origin", np.array([13]), np.array([6]))

    assert many[13] == one[0]
    assert len(set(many.tolist())) == 50


def test_facts_are_spread_evenly():
    chances = uniform(Streams(3).facts("even", np.arange(20_000)))

    counts, _ = np.histogram(chances, bins=20, range=(0, 1))

    assert ((counts - 1_000) ** 2 / 1_000).sum() < 43.8  # chi-square, 19 degrees, 0.1 %


def test_normal_numbers_have_mean_nought_and_deviation_one():
    numbers = normal(Streams(9).words("normal", 100_000))

    assert abs(numbers.mean()) < 0.015
    assert abs(numbers.std() - 1) < 0.01
    assert abs((np.abs(numbers) < 1.959964).mean() - 0.95) < 0.003


def test_exponential_agrees_with_the_library_to_ten_digits():
    x = np.linspace(-30, 30, 4_001)

    expected = np.array([math.exp(value) for value in x])

    assert np.abs(exponential(x) / expected - 1).max() < 1e-10


def test_a_wheel_chooses_by_weight_and_never_what_has_none():
    wheel = Wheel([(1, 3, 0), (0, 0, 2)])
    words = Streams(4).words("wheel", 40_000)

    picks = wheel.pick(words, np.zeros(40_000, dtype=np.int64))

    assert abs((picks == 1).mean() - 0.75) < 0.01
    assert set(picks.tolist()) == {0, 1}
    assert set(wheel.pick(words, np.ones(40_000, dtype=np.int64)).tolist()) == {2}
