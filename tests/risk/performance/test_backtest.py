"""What a profile would have done in a set, on small sets worked by hand."""

from datetime import date

import numpy as np
import pyarrow as pa
import pytest

from tamgha.risk.performance import (
    BacktestContext,
    Others,
    Outcomes,
    backtest,
    backtest_all,
    standing_counts,
)
from tamgha.shared.figures import Estimate, NotShown
from tamgha.shared.shares import Share

MONDAY = date(2026, 1, 5)


def table(rows):
    """Return items and outcomes of rows (declaration, day offset, outcome, value, π).

    Outcome: "find", "clean", "waiting" (examined, no result) or "" (not examined).
    """
    names, days, outcome, value, inclusion = zip(*rows, strict=True)
    base = MONDAY.toordinal()
    items = pa.table(
        {
            "declaration": pa.array(names, pa.string()),
            "day": pa.array([date.fromordinal(base + day) for day in days], pa.date32()),
        }
    )
    found = {"find": True, "clean": False}
    outcomes = pa.table(
        {
            "examined": pa.array([one != "" for one in outcome]),
            "found": pa.array([found.get(one) for one in outcome], pa.bool_()),
            "value": pa.array(value, pa.float64()),
            "inclusion": pa.array(inclusion, pa.float64()),
        }
    )
    return items, outcomes


def flow(finds_by_draw=3):
    """Return 1,000 declarations: 60 hit (20 finds, all examined), 47 of the rest drawn at 5 %."""
    rows = [(f"H{i}", i % 28, "find" if i < 20 else "clean", 100.0, 1.0) for i in range(60)]
    rows += [
        (f"R{i}", i % 28, "find" if i < finds_by_draw else "clean", 100.0, 0.05) for i in range(47)
    ]
    rows += [(f"N{i}", i % 28, "", None, 0.05) for i in range(893)]
    hits = np.array([row[0].startswith("H") for row in rows])
    return BacktestContext.of(*table(rows)), hits


def test_a_declaration_is_hit_once_however_many_of_its_items_are_hit():
    context = BacktestContext.of(
        *table(
            [
                ("A", 0, "clean", None, None),
                ("A", 0, "find", 50.0, None),
                ("B", 0, "find", 70.0, None),
                ("C", 1, "clean", None, None),
                ("C", 1, "waiting", None, None),
                ("D", 2, "clean", None, None),
            ]
        )
    )

    result = backtest(context, np.array([1, 0, 0, 1, 1, 0], bool))

    assert (result.items, result.items_hit, result.items_found) == (6, 3, 0)
    assert (result.declarations, result.hit, result.examined) == (4, 2, 2)
    # one result: C still waits for its second item
    assert (result.results, result.finds, result.finds_missed) == (1, 1, 1)
    assert result.hit_rate.bound == "at_least"
    assert result.found_value == Estimate(50.0, None, 1)


def test_items_of_one_declaration_need_not_stand_together():
    context = BacktestContext.of(
        *table([("B", 0, "clean", None, None), ("A", 0, "", None, None), ("B", 0, "find", 1, None)])
    )

    assert context.declaration_hits(np.array([0, 0, 1], bool)).tolist() == [True, False]
    assert context.found.tolist() == [True, False]


def test_inspected_declarations_alone_carry_no_claim_about_the_flow():
    rows = [(f"A{i}", i, "find" if i % 4 == 0 else "clean", 10.0, None) for i in range(200)]
    context = BacktestContext.of(*table(rows))
    hits = np.arange(200) < 50

    result = backtest(context, hits)

    assert context.evidence == "inspected_only"
    assert context.base_name.en == "Find rate of the examined"
    assert context.base_rate.value == 0.25
    for comparison in (result.against_rest, result.against_flow):
        for part in (comparison.reference, comparison.difference, comparison.lift):
            assert isinstance(part, NotShown)
            assert part.kind == "not_estimable"
            assert "inspected declarations only" in part.reason.en
            assert "только досмотренные" in part.reason.ru
    assert isinstance(result.against_examined.difference, Estimate)
    assert context.overall()["detection_rate"].kind == "not_estimable"


def test_a_flow_without_a_draw_says_so():
    rows = [("A", 0, "find", 1.0, 1.0), ("B", 0, "clean", None, 1.0), ("C", 0, "", None, None)]
    context = BacktestContext.of(*table(rows))

    assert context.evidence == "no_random"
    assert "random draw" in context.overall()["missed_fraud"].reason.en


def test_random_draw_gives_lift_over_the_rest_and_over_the_flow():
    context, hits = flow()

    result = backtest(context, hits)

    assert context.evidence == "random"
    assert context.overall()["missed_fraud"].value == pytest.approx(3 * 19)
    assert context.flow_rate.value == pytest.approx((23 + 57) / 1000)
    assert result.against_rest.reference.value == pytest.approx(3 / 47)
    assert result.against_rest.lift.value == pytest.approx((20 / 60) / (3 / 47))
    assert result.against_rest.reading == "above"
    assert result.against_flow.lift.value == pytest.approx((20 / 60) / 0.08)
    assert context.base_name.en == "Fraud rate of the flow"


def test_lift_reads_at_least_when_the_draw_found_nothing():
    context, hits = flow(finds_by_draw=0)

    lift = backtest(context, hits).against_rest.lift

    assert (lift.bound, lift.interval.high) == ("at_least", np.inf)


def test_a_flow_that_is_not_covered_has_no_estimate_for_the_whole():
    rows = [("A", 0, "find", 1.0, 0.5), ("B", 0, "clean", None, 0.5), ("C", 0, "", None, 0.0)]
    context = BacktestContext.of(*table(rows))

    assert context.covered == pytest.approx(2 / 3)
    assert "67 %" in context.overall()["detection_rate"].reason.en


def test_cover_is_estimated_from_the_examined_where_the_others_carry_no_probability():
    rows = [(f"R{i}", 0, "clean", None, 0.05) for i in range(50)]
    covered = [*rows, *((f"N{i}", 0, "", None, None) for i in range(950))]
    half = [*rows, *((f"N{i}", 0, "", None, None) for i in range(1950))]

    assert BacktestContext.of(*table(covered)).covered == 1.0
    assert BacktestContext.of(*table(half)).covered < 0.7


def test_lane_share_and_capacity_follow_the_profiles_share_of_red():
    context, hits = flow()

    result = backtest(context, hits, red=Share.percent(50), capacity=2)

    assert result.lane_share.value == pytest.approx(0.03)
    assert result.per_day.value == pytest.approx(30 / 28)
    assert result.capacity_used.value == pytest.approx(30 / 56)
    assert result.busiest_day == 1.5
    assert backtest(context, hits).capacity_used.kind == "not_estimable"


def test_overlap_and_what_the_profile_brings_alone():
    context, hits = flow()
    other = np.zeros(1000, bool)
    other[:15] = True
    other[100:105] = True

    result = backtest(context, hits, others=Others.of(context, {"P2": other}))

    assert [(o.code, o.both, o.only_this, o.only_other) for o in result.overlaps] == [
        ("P2", 15, 45, 5)
    ]
    assert (result.alone, result.alone_results, result.alone_finds) == (45, 45, 5)
    assert result.overlaps[0].share_of_this == 0.25


def test_found_value_is_capped_at_the_cap_fixed_beforehand():
    rows = [(f"A{i}", 0, "find", value, None) for i, value in enumerate((10.0, 20.0, 1000.0))]
    context = BacktestContext.of(*table(rows), cap=100.0)

    result = backtest(context, np.ones(3, bool))

    assert result.found_value.value == 1030
    assert result.found_value_capped.value == 130
    assert result.found_value_capped.interval.high > 300


def test_finds_without_amounts_have_no_value():
    rows = [("A", 0, "find", None, None), ("B", 0, "clean", None, None)]

    result = backtest(BacktestContext.of(*table(rows)), np.ones(2, bool))

    assert result.found_value.reason.en == "The finds carry no amounts of duty or penalty."


def test_weeks_begin_on_monday_and_incomplete_ones_are_told():
    rows = [("A", 0, "find", 1.0, None), ("B", 6, "clean", None, None)]
    rows += [("C", 7, "clean", None, None), ("D", 8, "waiting", None, None)]
    weeks = backtest(BacktestContext.of(*table(rows)), np.ones(4, bool)).weeks

    assert weeks.monday.astype(str).tolist() == ["2026-01-05", "2026-01-12"]
    assert weeks.declarations.tolist() == [2, 2]
    assert weeks.results.tolist() == [2, 1]
    assert weeks.rate.tolist() == [0.5, 0.0]
    assert weeks.complete.tolist() == [True, False]
    assert weeks.low[0] < 0.5 < weeks.high[0]
    assert weeks.high[1] > 0.5


def test_wearing_out_compares_the_later_weeks_with_the_earlier():
    rows = [
        (f"A{i}", i % 28, "find" if i % 28 < 14 and i % 2 else "clean", 1.0, None)
        for i in range(280)
    ]
    context = BacktestContext.of(*table(rows))

    wear = backtest(context, np.ones(280, bool)).wear

    assert wear.value == pytest.approx(-0.5)
    assert wear.interval.high < 0
    assert isinstance(backtest(context, context.day == context.day[0]).wear, NotShown)


def test_a_profile_without_hits_shows_no_rate():
    context, hits = flow()

    result = backtest(context, np.zeros_like(hits))

    assert result.hit_rate.reason.en == "The profile hits no declaration of this set."
    assert result.against_rest.difference.reason == result.hit_rate.reason
    assert result.lane_share.value == 0


def test_profiles_together_count_a_shared_declaration_once():
    context, hits = flow()
    half = hits & (np.arange(1000) < 30)

    single, together = backtest_all(context, {"A": hits, "B": half}, red={"B": Share.percent(10)})

    assert together.hit == 60
    assert single["A"].alone == 30
    assert single["B"].alone == 0
    assert single["B"].lane_share.value == pytest.approx(0.003)


def test_arrays_and_tables_give_the_same_context():
    items, outcomes = table([("A", 0, "find", 5.0, 0.2), ("B", 3, "", None, None)])
    days = np.array(["2026-01-05", "2026-01-08"], "datetime64[D]")

    one = BacktestContext.of(items, outcomes)
    two = BacktestContext.from_arrays(np.array(["A", "B"]), days, Outcomes.of(outcomes))

    hits = np.array([True, True])
    first, second = backtest(one, hits), backtest(two, hits)
    assert (first.hit, first.finds, first.lane_share) == (
        second.hit,
        second.finds,
        second.lane_share,
    )
    assert one.day.tolist() == two.day.tolist()


def test_hits_of_the_wrong_length_are_refused():
    context, _ = flow()

    with pytest.raises(ValueError, match="hits of 1000 items"):
        backtest(context, np.ones(3, bool))


def test_a_profile_and_the_draw_are_counted_on_the_same_days_by_declaration():
    context = BacktestContext.of(
        *table(
            [
                ("A", 0, "find", 1.0, 1.0),
                ("A", 0, "clean", None, 1.0),
                ("B", 1, "clean", None, 0.1),
                ("C", 2, "waiting", None, 0.1),
                ("D", 3, "clean", None, 0.1),
                ("E", 9, "clean", None, 0.1),
                ("F", 9, "", None, 0.1),
            ]
        )
    )
    hits = np.array([True, True, True, True, False, True, True])
    drawn = np.array([False, False, True, True, True, True, False])
    young = int(context.day[0]) + 7

    whole = standing_counts(context, hits, drawn)
    old = standing_counts(context, hits, drawn, until=young)

    assert (whole.profile, whole.random, whole.examined) == ((1, 3), (0, 3), (4, 4))
    assert (old.profile, old.random, old.examined) == ((1, 2), (0, 2), (3, 3))
    assert whole.standing.verdict == "not_better"
