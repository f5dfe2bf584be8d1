"""Lists written out: the same rows are hit."""

import pytest

from tamgha import risk
from tamgha.practice.targeting.domain.resolving import resolved
from tamgha.shared.errors import TamghaError

LISTS = risk.ProfileLists.of(
    [
        risk.NamedList("watch", "trader", ("IM-1", "IM-2")),
        risk.NamedList("shoes", "hs", ("64", "4203", "6109")),
        risk.NamedList("one", "hs", ("64",)),
    ]
)
ROWS = [
    {"importer": importer, "hs": hs, "origin": "CN"}
    for importer in ("IM-1", "IM-9", None)
    for hs in ("6403990000", "420310", "610910", "42", "870323", None)
]


@pytest.mark.parametrize(
    "text",
    [
        "importer IN LIST 'watch'",
        "importer NOT IN LIST 'watch'",
        "hs IN LIST 'shoes'",
        "hs NOT IN LIST 'shoes'",
        "hs IN LIST 'one' AND importer IN LIST 'watch'",
        "NOT (hs IN LIST 'shoes' OR importer IN LIST 'watch')",
        "LEFT(hs, 4) IN LIST 'shoes'",
        "LEFT(hs, 2) NOT IN LIST 'shoes' OR origin = 'TR'",
    ],
)
def test_the_written_out_condition_hits_the_same_rows(text):
    condition = risk.parse_condition(text)
    whole = resolved(condition, LISTS)

    def hits(one, lists):
        profile = risk.Profile(code="P", name="", condition=one)
        decide = risk.compile_profiles([profile], lists=lists)
        return [bool(decide(row)) for row in ROWS]

    assert whole.lists == ()
    assert hits(whole, None) == hits(condition, LISTS)
    assert risk.parse_condition(whole.text).text == whole.text


def test_a_condition_without_lists_stays_the_same_object():
    condition = risk.parse_condition("origin = 'CN'")

    assert resolved(condition, LISTS) is condition


def test_a_list_that_is_not_there_is_named():
    with pytest.raises(TamghaError, match="There is no list 'gone'"):
        resolved(risk.parse_condition("importer IN LIST 'gone'"), LISTS)
