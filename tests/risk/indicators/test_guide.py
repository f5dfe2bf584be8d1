"""The guide names every kind with the parameters that it needs and takes."""

from pathlib import Path

import pytest

from tamgha.risk.indicators import KINDS, READY

GUIDE = Path(__file__).parents[3] / "docs" / "guides" / "indicators.md"


def named(cell):
    return {word.strip().strip("`") for word in cell.split(",")} - {""}


@pytest.mark.parametrize("kind", KINDS.values(), ids=lambda kind: kind.name)
def test_the_guide_says_what_a_kind_needs_and_takes(kind):
    (line,) = [
        line
        for line in GUIDE.read_text(encoding="utf-8").splitlines()
        if line.startswith(f"| `{kind.name}` |")
    ]
    *_, needs, takes, _ = line.split("|")

    assert named(needs) - {"option"} == kind.needs
    assert named(takes) == kind.takes


def test_the_changelog_counts_the_ready_indicators():
    fragment = GUIDE.parents[2] / "changes" / "risk-indicators.md"
    if not fragment.exists():
        pytest.skip("the changelog fragment was collected into a release")

    assert f"{len(READY)} ready indicators" in fragment.read_text(encoding="utf-8")
