"""The tracks of a card as the page shows them."""

from tamgha import risk
from tamgha.practice.targeting.queries.model_cards import track_shown
from tamgha.shared.figures import Estimate, Interval
from tamgha.shared.words import Words


def ranked(name, revenue):
    some = Estimate(0.4, Interval(0.3, 0.5), 100)
    return risk.Ranking(name, some, {5: some, 10: some}, revenue, 0.1, 100)


def shown(*rankings):
    track = risk.Track("time", rankings, Words("c", "у"))
    return track_shown(track, simulated=True)


def test_the_ranking_by_revenue_stands_beside_the_model_in_words():
    track = shown(ranked("model", {10: 0.3}), ranked("model by revenue", {10: 0.7}))

    assert [line.label.en for line in track.lines] == [
        "Model",
        "Model, by revenue: p × log(1 + duty at stake)",
    ]
    assert [line.revenue.replace("\u00a0", " ") for line in track.lines] == ["30 %", "70 %"]
    assert track.has_revenue


def test_without_known_duty_no_column_of_it_is_shown():
    assert not shown(ranked("model", {})).has_revenue
