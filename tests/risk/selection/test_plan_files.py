"""A plan as a TOML file, and its faults all at once."""

import pytest

from tamgha.risk.selection import CapacityParameters, LaneShares, ModselParameters, Plan
from tamgha.shared.errors import RefusedError, TamghaError


def written(tmp_path, text):
    path = tmp_path / "plan.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_plan_of_mode_modsel_is_read(tmp_path):
    plan = Plan.read(
        written(
            tmp_path,
            """
            mode = "modsel"
            [import]
            expected = { red = "10", yellow = 20, blue = "2.5" }
            random = 5
            maximum_hits = 2
            random_lifts = true
            [office.KZ10.import]
            random = "7.5"
            """,
        )
    )

    assert plan.of("KZ11", "import") == ModselParameters(
        expected=LaneShares(1000, 2000, 250),
        random=LaneShares(500),
        maximum_hits=2,
        random_lifts=True,
    )
    assert plan.of("KZ10", "import").random == LaneShares(750)


def test_a_plan_of_mode_capacity_is_read(tmp_path):
    plan = Plan.read(
        written(
            tmp_path,
            """
            mode = "capacity"
            mandatory = ["WEAPONS"]
            [import]
            capacity = 40
            random = 20
            exploration = 10
            """,
        )
    )

    assert plan.capacity == {"import": CapacityParameters(40, 20, 1000)}
    assert plan.mandatory == {"WEAPONS"}


def test_all_faults_of_a_file_come_at_once_with_their_place(tmp_path):
    path = written(
        tmp_path,
        """
        mode = "colour"
        colour = 1
        [import]
        expected = { red = "much", yellow = 60, blue = 50 }
        maximum_hits = "two"
        random_lifts = 1
        [office]
        KZ10 = 3
        """,
    )

    with pytest.raises(RefusedError) as refused:
        Plan.read(path)

    places = [str(fault).split(":")[0] for fault in refused.value.faults]
    assert places == [
        "mode",
        "plan",
        "import.expected.red",
        "import.maximum_hits",
        "import.random_lifts",
        "import",
        "office.KZ10",
    ]


def test_what_is_no_toml_is_said_to_be_none(tmp_path):
    with pytest.raises(TamghaError, match="not a TOML file"):
        Plan.read(written(tmp_path, "mode = "))


def test_a_plan_without_a_direction_is_refused(tmp_path):
    with pytest.raises(RefusedError, match="At least one direction"):
        Plan.read(written(tmp_path, 'mode = "modsel"'))
