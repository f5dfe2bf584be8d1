"""Rows of a set as the one list shows them: order, filters, pages, and one row in full."""

import pytest
from django.urls import reverse

from tamgha.platform.tables.columns import Between, Choice, ListQuery
from tamgha.practice.targeting import gateways
from tamgha.practice.targeting.queries.one_row import row_in_full
from tamgha.practice.targeting.queries.rows import SetRows

COLUMNS = ("declaration", "item", "day", "origin", "net_mass_kg", "importer")
SORTS = {
    "net_mass_kg": "net_mass_kg",
    "day": "day",
    "origin": "origin",
    "ratio": "unit_value_ratio",
}
FILTERS = (Choice("direction", "", []), Between("net_mass_kg", ""))


@pytest.fixture
def source(year):
    return SetRows(gateways.workbench_of(year), columns=COLUMNS, filters=FILTERS, sorts=SORTS)


def walk(source, query_of, size=97):
    """Go through all pages, and return the places of the rows in the order shown."""
    places, after = [], ""
    while True:
        page = source.page(query_of(after, size))
        places += [row["row"] for row in page.rows]
        after = page.next
        if not after:
            return places, page


@pytest.mark.parametrize(
    "sort", ["net_mass_kg", "-net_mass_kg", "day", "-day", "origin", "ratio", "-ratio"]
)
def test_pages_one_after_the_other_are_the_whole_list_in_order(source, sort):
    places, last = walk(source, lambda after, size: ListQuery(sort=sort, after=after, size=size))

    column = SORTS[sort.lstrip("-")]
    values = (
        source.bench.indicators[column]
        if column == "unit_value_ratio"
        else source.bench.items[column]
    ).to_pylist()
    shown = [values[place] for place in places]
    known = [value for value in shown if value is not None]
    assert sorted(places) == list(range(source.bench.rows))
    assert last.shown == last.total == source.bench.rows
    assert known == sorted(known, reverse=sort.startswith("-"))
    assert all(value is None for value in shown[len(known) :])


def test_filters_and_search_leave_what_a_plain_look_leaves(source):
    query = ListQuery(filters={"direction": "import", "net_mass_kg": "100..500"}, size=10_000)

    page = source.page(query)

    rows = source.bench.items.select(["direction", "net_mass_kg"]).to_pylist()
    wanted = [
        at
        for at, row in enumerate(rows)
        if row["direction"] == "import"
        and row["net_mass_kg"] is not None
        and 100 <= row["net_mass_kg"] <= 500
    ]
    assert [row["row"] for row in page.rows] == wanted
    assert page.total == len(wanted)


def test_search_finds_by_a_part_of_the_traders_code(source):
    name = next(value for value in source.bench.items["importer"].to_pylist() if value)

    page = source.page(ListQuery(search=name[1:].lower(), size=10_000))

    found = {row["importer"] for row in page.rows}
    assert name in found
    assert 0 < page.total < source.bench.rows


def test_a_broken_or_foreign_cursor_starts_at_the_beginning(source):
    first = source.page(ListQuery(size=5))

    for after in ("???", "bm9uc2Vuc2U", source.page(ListQuery(sort="day", size=5)).next):
        assert source.page(ListQuery(after=after, size=5)).rows == first.rows


def test_one_row_in_full_has_its_boxes_indicators_and_place_in_its_group(year):
    bench = gateways.workbench_of(year)

    found = row_in_full(bench, 700, "en")

    assert found.title.startswith(bench.items["declaration"][700].as_py())
    assert ("33", "HS code", bench.items["hs"][700].as_py()) in found.boxes
    assert {line.name for line in found.indicators} <= set(bench.indicators.column_names)


def test_the_rows_of_a_set_are_paged_and_exported(people, year, as_person):
    client = as_person(people.timur)
    address = reverse("targeting:set-rows", args=[year.pk])

    page = client.get(address, {"sort": "-net_mass_kg"}).content.decode()
    body = b"".join(
        client.get(address, {"as": "csv", "direction": "export"}).streaming_content
    ).decode("utf-8-sig")

    exports = sum(
        1
        for value in gateways.workbench_of(year).items["direction"].to_pylist()
        if value == "export"
    )
    assert "50 of" in page
    assert len(body.strip().splitlines()) - 1 == exports


def test_a_stranger_finds_no_such_set(people, year, as_person):
    for name, args in (("set", [year.pk]), ("set-rows", [year.pk]), ("row", [year.pk, 0])):
        address = reverse(f"targeting:{name}", args=args)
        assert as_person(people.charlie).get(address).status_code == 404
        assert as_person(people.bakyt).get(address).status_code == 403
