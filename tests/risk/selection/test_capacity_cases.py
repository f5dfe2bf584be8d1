"""Worked cases 21 to 30 of the selection method section 6."""

from dataclasses import replace
from fractions import Fraction

import pytest
from tests.risk.selection.made import declared, draw

from tamgha.risk.selection import (
    BatchState,
    Candidate,
    CapacityFacts,
    CapacityParameters,
    DayForecast,
    DayState,
    Lane,
    SlotState,
    Way,
    arrival_facts,
    choose_batch,
    close_lot,
    decide_arrival,
    on_arrival,
    open_day,
    reserve,
)

TEN = {
    "a": (0.9, ".30"), "b": (0.8, ".05"), "c": (0.7, ".61"), "d": (0.6, ".12"), "e": (0.5, ".95"),
    "f": (0.4, ".44"), "g": (0.3, ".02"), "h": (0.2, ".81"), "i": (0.1, ".33"), "j": (0.0, ".72"),
}  # fmt: skip
NOVEL = {"c": ".2", "e": ".7", "g": ".1", "i": ".9"}


def candidate(name, score, random_draw, *, tie="0", explore=None, mandatory=False):
    return Candidate(
        declared=declared(random_draw, name=name, score=score),
        tie_draw=draw(tie),
        explore_draw=draw(explore or "0"),
        mandatory=mandatory,
        novel=explore is not None,
    )


def ten(names="abcdefghij", mandatory=""):
    return [
        candidate(name, *TEN[name], explore=NOVEL.get(name), mandatory=name in mandatory)
        for name in names
    ]


TIED = [
    candidate(name, score, random_draw, tie=tie)
    for name, score, random_draw, tie in (
        ("a", 0.5, ".4", ".6"),
        ("b", 0.5, ".7", ".2"),
        ("c", 0.5, ".1", ".9"),
        ("d", 0.5, ".2", ".4"),
        ("e", 0.1, ".8", ".1"),
    )
]

# number: arrivals, (C, K, ε in basis points), backlog, credit, {ids: (way, probability)},
# free, X, k, backlog after, credit after
BATCHES = {
    21: (ten(), (4, 2, 0), 0, 0,
         {"ab": ("score", 1), "cefhij": ("none", "1/4"), "dg": ("random", "1/4")}, 2, 0, 2, 0, 0),
    22: (ten(mandatory="ahj"), (3, 1, 0), 1, 0,
         {"ahj": ("mandatory", 1), "bcdefi": ("none", "1/7"), "g": ("random", "1/7")},
         0, 0, 1, 2, 0),
    23: (ten(), (6, 2, 2500), 0, 0,
         {"abc": ("score", 1), "d": ("random", "1/3"), "e": ("none", "5/9"),
          "fhj": ("none", "1/3"), "g": ("explore", "5/9"), "i": ("random", "5/9")}, 4, 1, 2, 0, 0),
    24: (ten(), (5, 2, 1000), 0, 7500,
         {"ab": ("score", 1), "ce": ("none", "13/28"), "d": ("random", "2/7"),
          "fhj": ("none", "2/7"), "g": ("explore", "13/28"), "i": ("random", "13/28")},
         3, 1, 2, 0, 500),
    25: (TIED, (3, 1, 0), 0, 0,
         {"ae": ("none", "1/3"), "bd": ("score", 1), "c": ("random", "1/3")}, 2, 0, 1, 0, 0),
    26: (ten("abcde"), (8, 2, 2500), 0, 0, {"abcde": ("score", 1)}, 6, 0, 0, 0, 9999),
}  # fmt: skip


@pytest.mark.parametrize("number", BATCHES)
def test_worked_batch(number):
    arrivals, rates, backlog, credit, outcome, *numbers = BATCHES[number]
    state = BatchState(tuple(f"old{i}" for i in range(backlog)), credit)

    result = choose_batch(arrivals, CapacityParameters(*rates), state, group="B1")

    found = {one.declared.declaration: (one.way.value, one.inclusion) for one in result.decisions}
    assert found == {
        name: (way, Fraction(chance)) for ids, (way, chance) in outcome.items() for name in ids
    }
    after = (len(result.state.backlog), result.state.credit)
    assert [result.free, result.explored, result.drawn, *after] == numbers


def test_without_a_score_nobody_is_chosen_by_score():
    unscored = [
        Candidate(declared=declared(one, name=name)) for name, one in (("a", ".9"), ("b", ".1"))
    ]

    result = choose_batch(unscored, CapacityParameters(3, 1), BatchState(), group="B1")

    assert [(one.way, one.inclusion) for one in result.decisions] == [
        (Way.NONE, Fraction(1, 2)),
        (Way.RANDOM, Fraction(1, 2)),
    ]


def test_the_random_part_is_examined_first_and_mandatory_work_waits():
    result = choose_batch(
        ten(mandatory="ahj"), CapacityParameters(3, 1), BatchState(("old",)), group="B1"
    )

    assert result.examined == ("g", "old", "a")
    assert result.state.backlog == ("h", "j")


def lot(names, waiting, state, share, random):
    arrivals = [(declared(one, name=name), CapacityFacts()) for name, one in waiting]
    decisions, state = close_lot(
        arrivals, CapacityParameters(40, random), state, Fraction(share), group="L"
    )
    chosen = {one.declared.declaration for one in decisions if one.way is Way.RANDOM}
    assert chosen == set(names)
    return decisions, state


def test_worked_case_27_lots():
    state = DayState(draw(".25"), purse=0)

    first, state = lot(
        "b", [("a", ".30"), ("b", ".05"), ("c", ".61"), ("d", ".12")], state, "1/2", 3
    )
    second, state = lot("e", [("e", ".95")], state, "3/10", 3)
    third, state = lot("g", [("f", ".44"), ("g", ".02"), ("h", ".81")], state, "1/5", 3)

    assert [first[0].inclusion, second[0].inclusion, third[0].inclusion] == [
        Fraction(3, 8),
        Fraction(9, 10),
        Fraction(1, 5),
    ]
    assert [one[0].facts.k for one in (first, second, third)] == [1, 1, 1]


def test_worked_case_28_lots():
    state = DayState(draw(".6"), purse=0)

    _, state = lot("", [], state, "1/4", 4)
    assert state.carry == 1
    second, state = lot("a", [("a", ".7")], state, "1/4", 4)
    third, state = lot(
        "fc",
        [("b", ".9"), ("c", ".2"), ("d", ".4"), ("e", ".6"), ("f", ".1")],
        state,
        "1/2",
        4,
    )

    assert (second[0].facts.k, second[0].inclusion) == (2, 1)
    assert (third[0].facts.k, third[0].inclusion) == (2, Fraction(2, 5))


def test_worked_case_29_rule_a():
    facts = CapacityFacts(
        rate=Fraction(1, 20), explore_rate=Fraction(1, 10), reserve=6, threshold=0.8
    )
    state = SlotState(9)
    found = []
    for one in (
        candidate("a", 0.3, ".04"),
        candidate("b", 0.85, ".5"),
        candidate("c", 0.3, ".5", explore=".05"),
        candidate("d", 0.95, ".5"),
        candidate("e", 0.1, ".01"),
    ):
        decision, state = decide_arrival(one, state, facts)
        found.append((decision.way.value, decision.inclusion))

    assert found == [
        ("random", Fraction(1, 20)),
        ("score", 1),
        ("explore", Fraction(29, 200)),
        ("none", Fraction(1, 20)),
        ("random", Fraction(1, 20)),
    ]
    assert state == SlotState(5)


def test_worked_case_30_rule_a_blind():
    facts = CapacityFacts(rate=Fraction(1, 20), reserve=0, threshold=0.8)

    first, state = decide_arrival(candidate("a", 0.1, ".9", mandatory=True), SlotState(1), facts)
    assert (first.lane, state.slots) == (Lane.RED, 0)
    blind, state = decide_arrival(candidate("b", 0.9, ".01"), state, facts)
    third, state = decide_arrival(candidate("c", 0.1, ".9", mandatory=True), state, facts)

    assert (blind.way, blind.lane, blind.inclusion) == (Way.NONE, Lane.GREEN, 0)
    assert (third.lane, third.inclusion) == (Lane.RED, 1)
    assert state == SlotState(0, ("c",))


def test_reserve_is_exact():
    assert reserve(Fraction(1, 20), Fraction(0)) == 0
    # μ = 4: 4 + 1.645·2 = 7.29
    assert reserve(Fraction(1, 20), Fraction(80)) == 8
    # μ = 1: 2.645
    assert reserve(Fraction(1), Fraction(1)) == 3


FORECAST = DayForecast(Fraction(100), Fraction(1, 2), Fraction(2), (Fraction(1, 2),) * 2)


def test_remaining_arrivals_blend_the_forecast_with_what_came():
    # a = 4: (4 + 60)/(4/100 + 1/2)·(1/2)
    assert FORECAST.remaining(60, Fraction(1, 2)) == Fraction(64) / Fraction(54, 100) / 2
    assert FORECAST.remaining(60, Fraction(1)) == 1


def test_rule_b_chooses_by_score_at_once_and_takes_mandatory_from_its_purse():
    parameters = CapacityParameters(12, 4)
    state = open_day(parameters, draw(".5"), ("old1", "old2"))
    history = [i / 100 for i in range(100)]

    def arrive(one, state):
        facts = arrival_facts(one, parameters, state, FORECAST, history, (0, Fraction(0)))
        return on_arrival(one, parameters, state, facts)

    assert state.purse == 6
    best, state = arrive(candidate("a", 0.99, ".5"), state)
    waits, state = arrive(candidate("b", 0.5, ".5"), state)
    ordered, state = arrive(candidate("c", 0.0, ".5", mandatory=True), state)

    # free 6 − 2 = 4 of about 100 left: the 96 % quantile
    assert (best.way, best.inclusion) == (Way.SCORE, 1)
    assert waits is None
    assert (ordered.way, state.purse) == (Way.MANDATORY, 4)
    _, full = arrive(candidate("d", 0.0, ".5", mandatory=True), replace(state, purse=0))
    assert (full.purse, full.backlog) == (0, ("d",))


def test_a_backlog_larger_than_the_purse_goes_on_to_the_next_day():
    state = open_day(CapacityParameters(5, 2), 0, ("a", "b", "c", "d", "e"))

    assert (state.purse, state.backlog) == (0, ("d", "e"))
