from datetime import date

import pytest

from tamgha.risk.profiles import (
    Condition,
    NamedList,
    Profile,
    ProfileLists,
    parse_condition,
)
from tamgha.shared.errors import RefusedError, TamghaError
from tamgha.shared.shares import Share
from tamgha.shared.words import Words


def profile(**changes):
    whole = {
        "code": "P-014",
        "name": "Low unit value, footwear",
        "condition": parse_condition("hs LIKE '6403%'"),
        "red": Share.percent(80),
        "task": Words("Weigh three pairs.", "Взвесить три пары."),
        "purpose": "Find undervalued footwear",
        "author": "Timur Demo",
    }
    return Profile(**{**whole, **changes})


def test_a_whole_profile_is_accepted():
    assert profile().checked() == profile()


def test_all_faults_are_told_at_once():
    broken = profile(
        code="P 14!",
        name="",
        author=" ",
        red=Share.percent(80),
        yellow=Share.percent("20.01"),
        direction="sideways",
        valid_from=date(2026, 12, 1),
        valid_to=date(2026, 12, 1),
    )

    with pytest.raises(RefusedError) as caught:
        broken.checked()

    assert len(caught.value.faults) == 6


def test_shares_may_fill_the_whole_and_must_not_pass_it():
    assert profile(red=Share.percent(80), blue=Share.percent(20)).faults() == []
    assert len(profile(red=Share.percent(80), blue=Share.percent("20.01")).faults()) == 1
    assert len(profile(red=Share(0)).faults()) == 1


def test_the_last_day_does_not_belong_to_the_validity():
    held = profile(valid_from=date(2026, 12, 1), valid_to=date(2027, 6, 1))

    assert [
        held.is_in_force(day)
        for day in (date(2026, 11, 30), date(2026, 12, 1), date(2027, 5, 31), date(2027, 6, 1))
    ] == [False, True, True, False]
    assert profile().is_in_force(date(1990, 1, 1))


def test_office_and_direction_are_part_of_what_it_means():
    held = profile(office="101", direction="import")

    assert (
        Condition(held.reach).text == "direction = 'import' AND office = '101' AND hs LIKE '6403%'"
    )


def test_a_list_that_is_not_there_or_of_another_kind_is_told():
    condition = parse_condition(
        "importer IN LIST 'watch' AND origin IN LIST 'tariff' AND origin IN LIST 'lost'"
    )
    lists = ProfileLists.of(
        [NamedList("watch", "trader", ("A",)), NamedList("tariff", "hs", ("64",))]
    )

    faults = profile(condition=condition).faults(lists)

    assert [fault.en.split(";")[0] for fault in faults] == [
        "the list 'tariff' holds values of kind hs",
        "there is no list 'lost'",
    ]


def test_a_list_keeps_its_versions_and_the_same_content_makes_none():
    first = ProfileLists.of([NamedList("watch", "trader", ("B", "A", "B"))])

    same = first.with_list(NamedList("watch", "trader", ("A", "B")))
    second = first.with_list(NamedList("watch", "trader", ("A", "C")))

    assert same is first
    assert [each.values for each in second.versions["watch"]] == [("A", "B"), ("A", "C")]
    assert second.current("watch").version == 2
    assert second.digest != first.digest
    assert ProfileLists.from_json(second.to_json()) == second


def test_a_list_changed_on_the_way_is_refused():
    data = ProfileLists.of([NamedList("watch", "trader", ("A",))]).to_json()
    data[0]["values"] = ["B"]

    with pytest.raises(TamghaError, match="hash"):
        ProfileLists.from_json(data)


def test_a_code_is_on_a_tariff_list_when_it_begins_with_an_entry():
    tariff = NamedList("tariff", "hs", ("64", "080810"))

    assert [code in tariff for code in ("640399", "080810", "0808", "070610")] == [
        True,
        True,
        False,
        False,
    ]


@pytest.mark.parametrize(
    ("kind", "values"),
    [
        ("hs", ("64O3",)),
        ("hs", ("6",)),
        ("country", ("XX",)),
        ("country", ("us",)),
        ("trader", ("",)),
        ("trader", ()),
        ("people", ("A",)),
        ("trader", ("a\nb",)),
    ],
)
def test_values_that_do_not_fit_the_kind_are_refused(kind, values):
    with pytest.raises(RefusedError):
        NamedList("list", kind, values)
