"""A wrong plan is refused at saving, with all faults at once, in both languages."""

import pytest

from tamgha.risk.selection import (
    CapacityParameters,
    LaneShares,
    ModselParameters,
    Plan,
    refuse_wrong,
)
from tamgha.shared.errors import RefusedError


def faults(*parameters, criteria=None):
    with pytest.raises(RefusedError) as refused:
        refuse_wrong(parameters, criteria)
    return refused.value.faults


def test_a_sound_plan_is_taken():
    refuse_wrong(
        [
            ModselParameters(LaneShares(1000, 2000, 7000), LaneShares(500), maximum_hits=0),
            CapacityParameters(40, 20, exploration=1000),
        ],
        {"APPLES": LaneShares(5000, 5000)},
    )


def test_all_faults_come_at_once():
    wrong = ModselParameters(
        expected=LaneShares(6000, 5000, 0),
        random=LaneShares(-1, 10_001, 0),
        maximum_hits=-1,
        green_delay_minutes=-5,
        yellow_to_blue_days=0,
        period="year",
    )

    found = faults(wrong, criteria={"APPLES": LaneShares(9000, 1001)})

    assert [str(fault) for fault in found] == [
        "Expected rates: the lanes together may have at most 100 %; 110 % came. Lower one of them.",
        "Random rates, lane red: a rate from 0 to 100 % was expected; -0.01 % came.",
        "Random rates, lane yellow: a rate from 0 to 100 % was expected; 100.01 % came.",
        "Maximum hits: a whole number from 0, or empty for off; -1 came.",
        "Green delay: 0 minutes or more; -5 came.",
        "Yellow to blue: after 1 day or more, or empty for never; 0 came.",
        "Counting period: day, week, month or none; year came.",
        "Criterion APPLES: the lanes together may have at most 100 %; 100.01 % came. "
        "Lower one of them.",
    ]
    assert found[-1].ru.startswith("Критерий APPLES: в сумме по коридорам")


def test_the_random_part_leaves_room_for_the_rest():
    assert len(faults(CapacityParameters(0, 5, exploration=20_000, lot_minutes=1))) == 4
    assert "fewer than the 20" in str(faults(CapacityParameters(20, 20))[0])


def test_an_office_without_its_own_row_uses_the_default():
    own, default = ModselParameters(version=2), ModselParameters(version=1)
    plan = Plan(default={"import": default}, offices={("KZ10", "import"): own})

    assert plan.of("KZ10", "import") is own
    assert plan.of("KZ11", "import") is default
    assert plan.of("KZ10", "transit") == ModselParameters()
