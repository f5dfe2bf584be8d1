"""Rows of a queryset: whole lists from pages, search in any script, filters that do no harm."""

from datetime import UTC, datetime, timedelta

import pytest
from tests.platform.tables.addresses import Names
from tests.platform.tables.conftest import NOW, enter, place

from tamgha.platform.accounts.models import User
from tamgha.platform.tables.columns import ListQuery
from tamgha.platform.tables.keyset import Cursor
from tamgha.platform.tables.sources import QuerySetSource, parse_between


def source(rows=None):
    return QuerySetSource(
        User.objects.all() if rows is None else rows,
        columns=Names.columns,
        filters=Names.filters,
        search_fields=Names.search_fields,
    )


def found(**asked):
    return [row.username for row in source().page(ListQuery(size=100, **asked)).rows]


@pytest.fixture
def crowd(db):
    """Fourteen people: names in ties, in both cases; a third of them was never seen."""
    juniper = place("juniper")
    User.objects.bulk_create(
        User(
            username=f"p{number:02}",
            full_name=["Aida", "aida", "Bek", "Ёлкин", "Zarina"][number % 5],
            administration=juniper,
            last_login=NOW - timedelta(days=number % 4) if number % 3 else None,
        )
        for number in range(14)
    )


@pytest.mark.parametrize("size", [1, 3, 5])
@pytest.mark.parametrize("sort", ["name", "-name", "login", "-login", "seen", "-seen", "", "-"])
def test_all_pages_together_are_the_whole_list_once(crowd, sort, size):
    rows, cursor, pages = [], "", 0

    while True:
        page = source().page(ListQuery(sort=sort, after=cursor, size=size))
        rows += page.rows
        pages += 1
        assert page.shown == len(rows)
        cursor = page.next
        if not cursor:
            break

    whole = list(source().rows(ListQuery(sort=sort)))
    assert [row.pk for row in rows] == [row.pk for row in whole]
    assert sorted(row.pk for row in rows) == sorted(User.objects.values_list("pk", flat=True))
    assert pages == -(-14 // size)
    assert page.total == 14


@pytest.mark.parametrize("sort", ["seen", "-seen"])
def test_rows_without_a_value_stand_last_both_ways(crowd, sort):
    values = [row.last_login for row in source().rows(ListQuery(sort=sort))]

    known = [value for value in values if value is not None]
    assert values == known + [None] * 5
    assert known == sorted(known, reverse=sort.startswith("-"))


def test_a_row_that_comes_while_reading_is_not_shown_twice_nor_hides_another(crowd):
    first = source().page(ListQuery(sort="login", size=5))
    enter("p00a", "New", User.objects.first().administration)
    second = source().page(ListQuery(sort="login", after=first.next, size=100))

    assert [row.username for row in second.rows] == [f"p{number:02}" for number in range(5, 14)]


@pytest.mark.parametrize(
    "cursor",
    [
        Cursor("seen", ("no time", 1), 5),
        Cursor("seen", (NOW, "no number"), 5),
        Cursor("seen", (NOW,), 5),
        Cursor("seen", (1, 2, 3), 5),
    ],
)
def test_an_edited_cursor_begins_at_the_beginning(crowd, cursor):
    page = source().page(ListQuery(sort="seen", after=cursor.encode(), size=3))

    plain = source().page(ListQuery(sort="seen", size=3))
    assert (page.rows, page.shown, page.next) == (plain.rows, 3, plain.next)


@pytest.mark.parametrize("word", ["иванов", "ИВАНОВ", "Иванов", "иВаН", "-авто", "АВТО"])
def test_search_in_cyrillic_takes_any_case(db, word):
    juniper = place("juniper")
    enter("ivan", "Иванов-Авто Пётр", juniper)
    enter("petr", "Сидоров Пётр", juniper)

    assert found(search=word) == ["ivan"]


def test_each_word_must_be_found_in_some_field(db):
    juniper = place("juniper")
    enter("ivan", "Иванов Пётр", juniper)
    enter("ivanna", "Иванова Анна", juniper)

    assert found(search="ИВАНОВ ivanna") == ["ivanna"]
    assert found(search="иванов") == ["ivan", "ivanna"]
    assert found(search="иванов zzz") == []


@pytest.mark.parametrize("word", [".*", "(", "[а", "\\", "ё+", "%", "_"])
def test_signs_of_a_pattern_are_plain_signs(db, word):
    enter("ivan", "Иванов Пётр", place("juniper"))

    assert found(search=word) == []


def test_filters_narrow_and_facets_count_without_their_own_filter(db):
    juniper = place("juniper")
    for number, language in enumerate(["en", "en", "ru"]):
        enter(f"p{number}", f"Person {number}", juniper, language=language)
    User.objects.filter(username="p0").update(is_active=False)

    page = source().page(ListQuery(filters={"language": "ru"}))
    active = source().page(ListQuery(filters={"language": "ru", "active": "True"}))

    assert [row.username for row in page.rows] == ["p2"]
    assert page.facets == {"language": {"en": 2, "ru": 1}}
    assert active.facets == {"language": {"en": 1, "ru": 1}}
    assert page.total == 1


def test_a_range_of_days_holds_both_days_whole(db):
    juniper = place("juniper")
    for day in (1, 2, 3, 4):
        person = enter(f"d{day}", f"Day {day}", juniper)
        person.date_joined = datetime(2026, 5, day, 15, 30, tzinfo=UTC)
        person.save(update_fields=["date_joined"])

    assert found(filters={"joined": "2026-05-02..2026-05-03"}) == ["d2", "d3"]
    assert found(filters={"joined": "..2026-05-01"}) == ["d1"]
    assert found(filters={"joined": "2026-05-04.."}) == ["d4"]


@pytest.mark.parametrize(
    "filters",
    [{"active": "maybe"}, {"active": "2026"}],
)
def test_a_value_that_no_row_can_have_finds_nothing(crowd, filters):
    assert found(filters=filters) == []


@pytest.mark.parametrize("text", ["nan..inf", "x..y", "..", "1e999..", "-inf.."])
def test_an_unreadable_end_of_a_range_is_no_end(crowd, text):
    assert len(found(filters={"number": text})) == 14


@pytest.mark.parametrize(
    ("text", "kind", "ends"),
    [
        ("1..2,5", "number", (1.0, 2.5)),
        ("..3", "number", (None, 3.0)),
        ("4", "number", (4.0, None)),
        ("nan..inf", "number", (None, None)),
        ("2026-01-02..x", "date", (datetime(2026, 1, 2, tzinfo=UTC).date(), None)),
    ],
)
def test_ends_of_a_range_are_read(text, kind, ends):
    assert parse_between(text, kind) == ends
