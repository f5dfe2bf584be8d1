"""Worked cases 1 to 20 of the selection method section 6, and the rules beside them."""

from dataclasses import replace
from fractions import Fraction

import pytest
from tests.risk.selection.made import declared, draw, hit, shares

from tamgha.risk.selection import (
    Counters,
    Lane,
    ModselParameters,
    Way,
    amend,
    chance_without,
    decide_modsel,
)

LANES = {"R": Lane.RED, "Y": Lane.YELLOW, "B": Lane.BLUE, "G": Lane.GREEN}
WAYS = {
    "crit": Way.CRITERIA,
    "max": Way.MAX_HITS,
    "rand": Way.RANDOM,
    "top": Way.TOPUP,
    "–": Way.NONE,
}


def modsel(expected, random, maximum=None, *, lifts=False):
    return ModselParameters(
        expected=shares(expected),
        random=shares(random),
        maximum_hits=maximum,
        random_lifts=lifts,
    )


QUIET = modsel("0/0/0", "5/0/0")
EMPTY = (0, 0, 0, 0, 0, 0)

# number: parameters, start, [(random draw, hits …, "lane way" with * for a member, P %)], end;
# counters are N, red, yellow, blue, green, members
CASES = {
    1: (QUIET, EMPTY, [(".9", "A 100/0/0 .5", "R crit", "100/0/0")], (1, 1, 0, 0, 0, 0)),
    2: (
        QUIET,
        EMPTY,
        [(".9", "A 0/100/0 .1", "B 100/0/0 .1", "R crit", "100/0/0")],
        (1, 1, 0, 0, 0, 0),
    ),
    3: (QUIET, EMPTY, [(".9", "A 30/0/0 .29", "R crit", "33.5/0/0")], (1, 1, 0, 0, 0, 0)),
    4: (QUIET, EMPTY, [(".9", "A 30/0/0 .3", "G –", "33.5/0/0")], (1, 0, 0, 0, 1, 0)),
    5: (
        modsel("0/0/0", "0/0/0"),
        EMPTY,
        [
            (".9", "T 50/50/0 .49", "R crit", "50/50/0"),
            (".9", "T 50/50/0 .5", "Y crit", "50/50/0"),
        ],
        (2, 1, 1, 0, 0, 0),
    ),
    6: (
        QUIET,
        EMPTY,
        [(".9", "A 50/0/0 .7", "B 50/0/0 .8", "G –", "76.25/0/0")],
        (1, 0, 0, 0, 1, 0),
    ),
    7: (
        QUIET,
        EMPTY,
        [(".9", "A 20/30/10 .55", "B 0/50/0 .4", "Y crit", "21/55/5")],
        (1, 0, 1, 0, 0, 0),
    ),
    8: (QUIET, EMPTY, [(".049", "R rand*", "5/0/0"), (".05", "G –", "5/0/0")], (2, 1, 0, 0, 1, 1)),
    9: (
        modsel("0/0/0", "2/3/1"),
        EMPTY,
        [
            (".019", "R rand*", "2/3/1"),
            (".02", "Y rand*", "2/3/1"),
            (".055", "B rand*", "2/3/1"),
            (".06", "G –", "2/3/1"),
        ],
        (4, 1, 1, 1, 1, 3),
    ),
    10: (QUIET, EMPTY, [(".01", "A 0/100/0 .2", "Y crit*", "0/100/0")], (1, 0, 1, 0, 0, 1)),
    11: (
        modsel("0/0/0", "5/0/0", lifts=True),
        EMPTY,
        [
            (".01", "A 0/100/0 .2", "R rand*", "5/95/0"),
            (".9", "A 0/40/0 .9", "G –", "5/38/0"),
        ],
        (2, 1, 0, 0, 1, 1),
    ),
    12: (
        modsel("10/0/0", "5/0/0"),
        EMPTY,
        [(".9", "R top", "100/0/0"), (".9", "G –", "5/0/0")],
        (2, 1, 0, 0, 1, 0),
    ),
    13: (
        modsel("10/0/0", "0/0/0"),
        (9, 1, 0, 0, 8, 0),
        [(".9", "G –", "0/0/0"), (".9", "R top", "100/0/0")],
        (11, 2, 0, 0, 9, 0),
    ),
    14: (
        modsel("7/0/0", "0/0/0"),
        (99, 7, 0, 0, 92, 0),
        [(".9", "G –", "0/0/0")],
        (100, 7, 0, 0, 93, 0),
    ),
    15: (
        modsel("10/20/5", "0/0/0"),
        (20, 1, 2, 0, 17, 0),
        [(".9", "R top", "100/0/0")] * 2 + [(".9", "Y top", "0/100/0")] * 3,
        (25, 3, 5, 0, 17, 0),
    ),
    16: (
        modsel("10/20/0", "0/0/0"),
        (20, 9, 3, 0, 8, 0),
        [(".9", "Y top", "0/100/0")] * 2,
        (22, 9, 5, 0, 8, 0),
    ),
    17: (
        modsel("0/0/0", "5/0/0", 1),
        EMPTY,
        [(".9", "A 20/0/0 .9", "B 0/20/0 .9", "R max", "84/16/0")],
        (1, 1, 0, 0, 0, 0),
    ),
    18: (
        modsel("0/0/0", "5/0/0", 2),
        EMPTY,
        [(".9", "A 20/0/0 .9", "B 0/20/0 .9", "G –", "23.2/16/0")],
        (1, 0, 0, 0, 1, 0),
    ),
    19: (
        modsel("0/0/0", "5/0/0", 0),
        EMPTY,
        [(".01", "B 0/20/10 .95", "Y max*", "0/90/10")],
        (1, 0, 1, 0, 0, 1),
    ),
    20: (
        modsel("20/10/0", "10/0/0", 1),
        EMPTY,
        [
            (".5", "R top", "100/0/0"),
            (".3", "A 100/0/0 .1", "R crit", "100/0/0"),
            (".05", "R rand*", "10/90/0"),
            (".7", "Y top", "10/90/0"),
            (".02", "A 100/0/0 .6", "R crit*", "100/0/0"),
            (".9", "B 10/0/0 .5", "C 0/10/0 .5", "R max", "91/9/0"),
            (".8", "G –", "10/0/0"),
            (".4", "B 10/0/0 .5", "G –", "19/0/0"),
            (".6", "G –", "10/0/0"),
            (".99", "G –", "10/0/0"),
        ],
        (10, 5, 1, 0, 4, 2),
    ),
}


@pytest.mark.parametrize("number", CASES)
def test_worked_case(number):
    parameters, start, declarations, end = CASES[number]
    counters = Counters(*start)

    for random_draw, *hits, outcome, chances in declarations:
        decision, counters = decide_modsel(declared(random_draw, *hits), parameters, counters)

        lane, way = outcome.rstrip("*").split()
        assert (decision.lane, decision.way) == (LANES[lane], WAYS[way])
        assert decision.member is outcome.endswith("*")
        assert decision.chances == tuple(Fraction(part) / 100 for part in chances.split("/"))

    assert counters == Counters(*end)


def test_all_criteria_that_drew_the_lane_are_recorded_as_choosing():
    hits = ("A 100/0/0 .5", "B 0/100/0 .5", "C 50/0/0 .1", "D 50/0/0 .9")

    decision, _ = decide_modsel(declared(".9", *hits), QUIET, Counters())

    assert decision.chosen_by == ("A", "C")


def test_criteria_in_shadow_are_recorded_and_decide_nothing():
    shadow = replace(hit("A 100/0/0 .5"), live=False)
    parameters = modsel("0/0/0", "0/0/0", 0)

    decision, _ = decide_modsel(declared(".9", hits=(shadow,)), parameters, Counters())

    assert (decision.lane, decision.way) == (Lane.GREEN, Way.NONE)
    assert decision.inclusion == 0
    assert decision.declared.hits == (shadow,)


def test_maximum_hits_forces_red_where_no_criterion_has_a_share():
    decision, _ = decide_modsel(
        declared(".9", "A 0/0/0 .9"), modsel("0/0/0", "5/0/0", 0), Counters()
    )

    assert (decision.lane, decision.way, decision.inclusion) == (Lane.RED, Way.MAX_HITS, 1)


def test_a_criterion_hits_a_declaration_once():
    with pytest.raises(ValueError, match="hits a declaration once"):
        declared(".9", "A 10/0/0 .5", "A 10/0/0 .5")


def test_every_way_that_would_have_given_a_lane_is_kept():
    decision, _ = decide_modsel(declared(".01", "A 0/100/0 .2"), QUIET, Counters())

    assert decision.ways == (Way.CRITERIA, Way.RANDOM)


def test_an_amendment_may_only_raise_the_lane_and_moves_the_first_counters():
    first, counters = decide_modsel(declared(".9", "A 0/100/0 .5"), QUIET, Counters())

    raised, after = amend(first, (hit("B 100/0/0 .5"),), first.lane, counters)
    same, untouched = amend(first, (), first.lane, counters)

    assert (raised.new, raised.way, raised.counts_for_itself) == (Lane.RED, Way.CRITERIA, True)
    assert [one.code for one in raised.hits] == ["A", "B"]
    assert after == Counters(1, 1, 0, 0, 0, 0)
    assert (same.new, same.way, same.counts_for_itself) == (Lane.YELLOW, None, False)
    assert untouched == counters


def test_an_amendment_is_not_topped_up_again_and_keeps_a_topped_up_lane():
    owing = modsel("100/0/0", "0/0/0")
    first, counters = decide_modsel(declared(".9"), owing, Counters())

    amendment, after = amend(first, (hit("A 0/50/0 .9"),), first.lane, counters)

    assert (first.way, amendment.new, after) == (Way.TOPUP, Lane.RED, counters)


def test_leaving_a_criterion_out_gives_the_probabilities_of_4_9():
    alone, _ = decide_modsel(declared(".9", "J 30/0/0 .5"), QUIET, Counters())
    both, _ = decide_modsel(declared(".9", "J 30/0/0 .5", "K 50/0/0 .9"), QUIET, Counters())

    assert (alone.inclusion, chance_without(alone, "J")[0]) == (Fraction("0.335"), Fraction("0.05"))
    assert (both.inclusion, chance_without(both, "J")[0]) == (Fraction("0.6675"), Fraction("0.525"))


def test_a_draw_on_the_edge_is_not_below_it():
    assert shares("30/0/0").cut(draw(".3")) is None
    assert shares("30/0/0").cut(draw(".3") - 1) is Lane.RED
