"""Keyed draws with the test values of the selection method 2.5, and chains."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from tamgha.risk.selection import (
    Cancelled,
    Chain,
    Draws,
    Lodging,
    as_fraction,
    epoch_of,
    join_chain,
    keyed_draw,
    last_of_chains,
)

KEY = bytes(range(32))
FIRST = "AZ-1001-2026-000123"
DAY = datetime(2026, 3, 2, 9, tzinfo=UTC)


def test_random_draw_has_the_published_value():
    assert keyed_draw(KEY, "random", FIRST) == 2211114551261471470
    assert float(as_fraction(keyed_draw(KEY, "random", FIRST))) == pytest.approx(
        0.119864760004600, abs=1e-15
    )


@pytest.mark.parametrize(
    ("purpose", "value"),
    [
        ("criterion:APPLES", 0.765494798623613),
        ("tie", 0.424397378468921),
        ("explore", 0.703390261726768),
    ],
)
def test_other_purposes_have_their_published_values(purpose, value):
    assert float(as_fraction(keyed_draw(KEY, purpose, FIRST))) == pytest.approx(value, abs=1e-15)


def test_letters_beyond_latin_are_normalised_first():
    assert keyed_draw(KEY, "random", "ҚЗ-77/Ж") == 5414526761328846036
    assert float(as_fraction(5414526761328846036)) == pytest.approx(0.293522083880682, abs=1e-15)
    decomposed, composed = "Й-1".replace("Й", "\u0418\u0306"), "Й-1"
    assert keyed_draw(KEY, "random", decomposed) == keyed_draw(KEY, "random", composed)


def test_draws_of_one_declaration_come_by_name():
    draws = Draws(KEY, FIRST)

    assert draws.random == keyed_draw(KEY, "random", FIRST)
    assert draws.criterion("APPLES") == keyed_draw(KEY, "criterion:APPLES", FIRST)
    assert len({draws.random, draws.tie, draws.explore, draws.criterion("A")}) == 4


def test_the_key_is_not_shown_with_the_draws():
    assert "00" not in repr(Draws(bytes(32), "A"))


def test_a_short_key_is_refused():
    with pytest.raises(ValueError, match="32 bytes"):
        keyed_draw(b"secret", "random", FIRST)


def test_epoch_is_the_quarter_of_the_first_lodging_at_the_administration():
    new_year = datetime(2025, 12, 31, 20, tzinfo=UTC)

    assert epoch_of(new_year, ZoneInfo("Asia/Almaty")) == "2026Q1"
    assert epoch_of(new_year, ZoneInfo("UTC")) == "2025Q4"


def lodging(name, at=DAY, **more):
    return Lodging(
        name, at, **({"office": "KZ10", "importer": "X", "transport_document": "T"} | more)
    )


def cancelled(name="D1", after=1, **more):
    old = lodging(name)
    return Cancelled(old, Chain(name, DAY), DAY + timedelta(hours=after), **more)


def test_a_declaration_lodged_again_keeps_its_draws():
    again = join_chain(lodging("D2", DAY + timedelta(days=2)), [cancelled()])

    assert (again.draw_id, again.position, again.predecessor) == ("D1", 2, "D1")
    assert again.first_lodged == DAY
    assert again.is_relodged


def test_naming_the_cancelled_one_joins_even_when_the_document_differs():
    new = lodging("D2", DAY + timedelta(days=90), transport_document="other", names="D1")

    assert join_chain(new, [cancelled()]).draw_id == "D1"


@pytest.mark.parametrize(
    "new",
    [
        lodging("D2", DAY + timedelta(days=40)),
        lodging("D2", DAY + timedelta(days=2), importer="Y"),
        lodging("D2", DAY + timedelta(days=2), office="KZ11"),
        lodging("D2", DAY + timedelta(days=2), transport_document=""),
        lodging("D2", DAY + timedelta(minutes=1)),
    ],
    ids=["too late", "other importer", "other office", "no document", "not yet cancelled"],
)
def test_other_declarations_begin_a_chain_of_their_own(new):
    assert join_chain(new, [cancelled()]) == Chain("D2", new.lodged)


def test_draws_are_passed_on_once_only():
    taken = cancelled(successor="D2")

    assert join_chain(lodging("D3", DAY + timedelta(days=2)), [taken]).draw_id == "D3"


def test_of_several_candidates_the_one_cancelled_last_goes_on():
    pair = [cancelled("D1", 1), cancelled("D0", 5)]

    assert join_chain(lodging("D2", DAY + timedelta(days=2)), pair).draw_id == "D0"


def test_estimates_use_the_last_of_a_chain():
    assert last_of_chains(["a", "b", "c"], ["D1", "D9", "D1"], [1, 1, 2]) == ["c", "b"]
