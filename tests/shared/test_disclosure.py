"""Small groups must not be readable, neither directly nor as total minus the rest."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tamgha.shared.disclosure import Level, suppressed_groups, visible_at


def test_a_group_under_the_least_takes_its_smallest_neighbour_with_it():
    counts = {"Alat": 3, "Aktau": 40, "Kuryk": 9, "Turkmenbashi": 0}

    hidden = suppressed_groups(counts, least=5)

    assert hidden == {"Alat", "Kuryk"}


def test_two_small_groups_that_hold_too_few_together_take_a_third():
    assert suppressed_groups({"a": 1, "b": 2, "c": 8, "d": 30}, least=5) == {"a", "b", "c"}


def test_two_small_groups_that_hold_enough_hide_nobody_else():
    assert suppressed_groups({"a": 3, "b": 4, "c": 8}, least=5) == {"a", "b"}


def test_without_a_total_only_the_small_group_is_hidden():
    assert suppressed_groups({"a": 3, "b": 40}, least=5, total_is_shown=False) == {"a"}


def test_nothing_small_hides_nothing():
    assert suppressed_groups({"a": 5, "b": 0, "c": 12}) == frozenset()


def test_the_region_does_not_read_what_belongs_to_an_administration():
    assert not visible_at(Level.ADMINISTRATION, reader=Level.REGION)
    assert visible_at(Level.REGION, reader=Level.ADMINISTRATION)
    assert not visible_at(Level.REGION, reader=Level.PUBLIC)


def test_a_least_of_zero_is_refused():
    with pytest.raises(ValueError, match="1 or more; 0 came"):
        suppressed_groups({"a": 1}, least=0)


@given(st.dictionaries(st.text(min_size=1, max_size=3), st.integers(0, 30), max_size=8))
def test_the_hidden_part_of_a_table_never_gives_one_small_group_away(counts):
    hidden = suppressed_groups(counts, least=5)

    small = {group for group, count in counts.items() if 0 < count < 5}
    others = {group for group, count in counts.items() if count > 0} - small
    assert small <= hidden
    if small and others:
        assert len(hidden) >= 2
        assert sum(counts[group] for group in hidden) >= 5 or others <= hidden
