"""The guide's table of what can be set is the code's."""

import dataclasses
import re
from pathlib import Path

from tamgha.risk.simulator import TRUTH_SCHEMA, WorldPlan

GUIDE = (Path(__file__).parents[3] / "docs" / "guides" / "simulator.md").read_text()


def test_the_guide_names_every_setting_with_its_default():
    told = dict(re.findall(r"^\| `(\w+)` \| ([^|]+) \|", GUIDE, re.MULTILINE))

    plan = {
        field.name: "all three" if field.name == "schemes" else str(field.default)
        for field in dataclasses.fields(WorldPlan)
    }

    assert told == plan


def test_the_guide_names_every_column_of_the_truth():
    section = GUIDE.split("## The truth")[1].split("## ")[0]

    assert set(re.findall(r"`(\w+)`", section)) == set(TRUTH_SCHEMA.names) - {"declaration", "item"}
