"""The register as a list with its map: filters, the open risk, a constant number of queries."""

import io
import re
from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from python_calamine import load_workbook
from tests.practice.register.conftest import NOW

from tamgha.practice.register.domain.scales import FIVE, THREE, Marks
from tamgha.practice.register.models import Risk
from tamgha.practice.register.queries.heat import heat_map, with_cell
from tamgha.practice.register.services import writing

LIST = "/risk/register/"


@pytest.fixture
def four(desk, people):
    """Three risks in force at two cells, one draft; one review is late, one is Dana's."""
    first = desk.in_force(number=12, marks=Marks(5, 4, 3, 4))
    desk.in_force(
        number=13, marks=Marks(4, 4, 3, 4), kind="post", area="post", title_en="Parcels split"
    )
    desk.in_force(
        number=21,
        marks=Marks(4, 5, 3, 5),
        review_on=date(2026, 11, 3),
        owner=people.dana.pk,
        treatment="transfer",
        title_en="Dual-use parts",
    )
    desk.write(number=30, title_en="A draft of a risk")
    return first


@pytest.fixture
def timur(people, as_person, monkeypatch):
    monkeypatch.setattr("django.utils.timezone.localdate", lambda *_a, **_k: date(2026, 11, 24))
    return as_person(people.timur)


def codes(page) -> list[str]:
    return re.findall(r'class="tm-nw" href="/risk/register/(R-\d+)/"', page.content.decode())


def test_the_highest_score_stands_first_and_what_is_not_scored_last(four, timur):
    page = timur.get(LIST)

    assert codes(page) == ["R-21", "R-13", "R-12", "R-30"]
    assert page.context["facts"].startswith("4 risks; scale 5 × 5")


FILTERED = {
    "kind=post": ["R-13"],
    "area=valuation": ["R-21", "R-12", "R-30"],
    "state=draft": ["R-30"],
    "state=published&sort=code": ["R-12", "R-13", "R-21"],
    "treatment=transfer": ["R-21"],
    "late=True": ["R-21"],
    "q=parcels": ["R-13"],
    "q=ЗАНИЖЕНИЕ+обуви&sort=code": ["R-12", "R-13", "R-21", "R-30"],
    "cell=34&sort=code": ["R-12", "R-13"],
    "cell=54&when=before": ["R-12"],
    "cell=54": [],
    "state=retired": [],
    "late=nonsense": [],
}


def test_filters_leave_what_they_say(four, timur):
    assert {query: codes(timur.get(f"{LIST}?{query}")) for query in FILTERED} == FILTERED


def test_the_owner_can_be_chosen(four, timur, people):
    assert codes(timur.get(f"{LIST}?owner={people.dana.pk}")) == ["R-21"]


def test_a_risk_put_away_is_seen_only_when_asked_for(four, desk, people, timur):
    desk.move(four, "retire", people.nargiza, "the duty was abolished")

    assert "R-12" not in codes(timur.get(LIST))
    assert codes(timur.get(f"{LIST}?state=retired")) == ["R-12"]


def cells_of(found):
    return {cell.key: cell.count for row in found.rows for cell in row.cells if cell.count}


def test_the_map_counts_each_cell_before_and_after(four, people):
    risks = Risk.objects.filter(administration=people.juniper)

    after = heat_map(with_cell(risks, "after"), scale=FIVE, url_of=str)
    before = heat_map(with_cell(risks, "before"), scale=FIVE, url_of=str)

    assert cells_of(after) == {"34": 2, "35": 1}
    assert cells_of(before) == {"54": 1, "44": 1, "45": 1}
    assert [(level.name, n) for level, n in after.counts] == [
        ("low", 0),
        ("medium", 0),
        ("high", 2),
        ("very_high", 1),
    ]
    assert (after.shown, after.unscored, after.elsewhere) == (3, 1, 0)


def test_the_highest_likelihood_is_on_top_and_contours_part_the_levels(four, people):
    found = heat_map(with_cell(Risk.objects.all(), "after"), scale=FIVE, url_of=str)

    assert [row.step for row in found.rows] == [5, 4, 3, 2, 1]
    possible = {cell.key: (cell.level.step, cell.left, cell.below) for cell in found.rows[2].cells}
    assert possible == {
        "31": (1, False, False),
        "32": (2, True, False),
        "33": (3, True, True),
        "34": (3, False, False),
        "35": (4, True, True),
    }


def test_risks_of_the_other_scale_are_counted_apart(four, people):
    found = heat_map(with_cell(Risk.objects.all(), "after"), scale=THREE, url_of=str)

    assert cells_of(found) == {}
    assert (found.shown, found.unscored, found.elsewhere) == (0, 1, 3)


def test_a_cell_opens_its_risks_and_keeps_the_other_filters(four, timur):
    page = timur.get(f"{LIST}?kind=cargo")
    cell = next(one for row in page.context["map"].rows for one in row.cells if one.key == "34")

    assert cell.count == 1
    assert codes(timur.get(LIST + cell.url)) == ["R-12"]


def test_the_chosen_cell_lets_itself_go_again(four, timur):
    page = timur.get(f"{LIST}?cell=34")
    cells = [one for row in page.context["map"].rows for one in row.cells]
    chosen = next(one for one in cells if one.chosen)

    assert (chosen.key, sum(one.count for one in cells)) == ("34", 3)
    assert codes(timur.get(LIST + chosen.url)) == codes(timur.get(LIST))


def test_the_open_risk_is_framed_where_it_stands_and_where_it_stood(four, timur):
    page = timur.get(f"{LIST}?open=R-12")
    marked = {
        one.key: (one.here, one.was)
        for row in page.context["map"].rows
        for one in row.cells
        if one.here or one.was
    }

    assert marked == {"34": ("R-12", ""), "54": ("", "R-12")}
    assert page.context["opened"].code == "R-12"


def test_a_risk_of_another_administration_is_never_opened(four, desk, people, timur):
    desk.write(
        place=people.apricot,
        by=people.charlie,
        owner=people.charlie.pk,
        number=77,
        title_en="zqapricot",
    )

    page = timur.get(f"{LIST}?open=R-77")

    assert page.context["opened"].code == "R-21"
    assert "zqapricot" not in page.content.decode()


def test_the_number_of_queries_does_not_grow_with_the_rows(four, desk, timur):
    def asked() -> int:
        with CaptureQueriesContext(connection) as caught:
            timur.get(f"{LIST}?open=R-12")
        return len(caught)

    asked()
    before = asked()
    for number in range(40, 46):
        desk.in_force(number=number)

    assert asked() == before


def test_an_empty_register_says_what_will_stand_there(timur):
    text = timur.get(LIST).content.decode()

    assert "No risks yet" in text
    assert "two people score it apart" in text
    assert 'href="/risk/register/new"' in text
    assert "tm-heat" not in text


def test_scores_that_moved_since_the_last_review_are_told(four, desk, people, timur):
    writing.set_up(
        administration=people.juniper,
        values={"scale": "5", "last_review": date(2026, 11, 1), "next_review": date(2027, 1, 15)},
        by=people.nargiza,
        at=NOW,
    )
    type(four).objects.filter(agreed_at__isnull=False).update(agreed_at=NOW.replace(month=9))
    second = desk.scored(
        desk.write(four.risk, causes="New firms", note="P-001 is live"), Marks(5, 4, 2, 4)
    )
    desk.move(desk.move(second, "submit", people.timur), "approve", people.nargiza)

    page = timur.get(LIST)
    text = page.content.decode()

    assert re.search(r"R-12</b></a> 12 → 8<small>P-001 is live</small>", text)
    assert page.context["facts"].endswith("next common review 15\u00a0January 2027")


def rows_of(data: bytes) -> list[list]:
    return load_workbook(io.BytesIO(data)).get_sheet_by_index(0).to_python()


def test_the_export_has_the_heads_of_the_sheet_and_the_scores_beside(four, timur):
    rows = rows_of(timur.get(f"{LIST}register.xlsx").content)

    assert rows[0][:4] == ["Number", "Title in English", "Title in Russian", "Risk area"]
    assert rows[0][-4:] == ["Version", "Score before treatment", "Score after treatment", "Level"]
    found = {row[0]: (row[3], row[10], row[-4:]) for row in rows[1:]}
    assert found["R-12"] == ("Valuation", "timur.juniper", [1, 20, 12, "high"])
    assert found["R-30"][2] == [1, "", "", ""]


def test_the_list_itself_goes_out_with_its_filters(four, timur):
    text = b"".join(timur.get(f"{LIST}?kind=post&as=csv").streaming_content).decode()

    assert [line.split(",")[0] for line in text.strip().splitlines()[1:]] == ["R-13"]


def test_the_scale_is_the_approvers_choice(people, as_person):
    address = reverse("register:settings")
    assert as_person(people.timur).get(address).status_code == 403

    sent = as_person(people.nargiza).post(
        address, {"scale": "3", "last_review": "30.09.2026", "next_review": "15.01.2027"}
    )

    assert sent.status_code == 302
    register = people.juniper.risk_register
    assert (register.scale, register.next_review) == ("3", date(2027, 1, 15))


def test_a_next_review_before_the_last_is_refused_at_its_row(people, as_person):
    page = as_person(people.nargiza).post(
        reverse("register:settings"),
        {"scale": "5", "last_review": "30.09.2026", "next_review": "30.09.2026"},
    )

    assert page.status_code == 422
    assert "Give a day after the last review." in page.content.decode()
