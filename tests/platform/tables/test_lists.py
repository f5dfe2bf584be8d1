"""The list on a page: its state in the address, views of one's own, acts on many, files."""

import csv
import io
import re

import pytest
from django.urls import reverse
from python_calamine import load_workbook
from tests.platform.tables.conftest import enter

from tamgha.platform.accounts.models import User
from tamgha.platform.tables.models import SavedView

pytestmark = pytest.mark.urls("tests.platform.tables.addresses")


@pytest.fixture
def url(cast):
    return reverse("names")


@pytest.fixture
def alice(cast, browser_of):
    return browser_of(cast.alice)


def names_on(page):
    return re.findall(r'<td role="cell"\s*>\s*([^<]+?)\s*<', page.content.decode())


@pytest.mark.parametrize("more", [1, 3])
def test_one_and_three_rows_cost_the_same_queries(
    cast, alice, url, more, django_assert_num_queries
):
    for number in range(more):
        enter(f"zoe{number}", f"Zoe {number}", cast.juniper)
    alice.get(url)

    with django_assert_num_queries(9):
        page = alice.get(url, {"q": "zoe"})

    assert names_on(page) == [f"Zoe {number}" for number in range(more)]


def test_the_next_rows_come_after_the_last_and_say_how_many(cast, alice, url):
    for number in range(4):
        enter(f"zoe{number}", f"Zoe {number}", cast.juniper)

    first = alice.get(url)
    following = re.search(r'href="(\?[^"]*after=[^"]+)"', first.content.decode()).group(1)
    second = alice.get(url + following.replace("&amp;", "&"))

    assert names_on(first) == ["Alice Stone", "Bob Reed", "Erin Lake", "Zoe 0"]
    assert "4 of 7 rows shown" in first.content.decode()
    assert "Show the next 3" in first.content.decode()
    assert names_on(second) == ["Zoe 1", "Zoe 2", "Zoe 3"]
    assert "Back to the beginning" in second.content.decode()


@pytest.mark.parametrize(
    "asked",
    [
        {"after": "x"},
        {"sort": "password"},
        {"sort": "--"},
        {"q": "\0"},
        {"active": "\0"},
        {"joined_from": "32.13.2026"},
        {"number_from": "inf"},
        {"columns": "password"},
        {"view": "x"},
    ],
)
def test_an_edited_address_is_no_error(alice, url, asked):
    page = alice.get(url, asked)

    assert page.status_code == 200


def test_nothing_found_offers_the_way_back(alice, url):
    page = alice.get(url, {"q": "nobody"}).content.decode()

    assert "Nothing fits this search" in page
    assert f'href="{url}"' in page


def test_the_reader_chooses_columns_but_never_loses_the_first(alice, url):
    page = alice.get(url, {"column": "zone"}).content.decode()

    heads = re.findall(r'scope="col"[^>]*>\s*(?:<[^>]+>)*([\w ]+\w)', page)
    assert heads == ["Choose", "Name", "Zone"]
    assert "columns=zone" in page


def test_a_view_is_kept_under_its_name_for_its_owner_alone(cast, alice, url, browser_of):
    bob = browser_of(cast.bob)

    alice.post(f"{url}?q=lake&sort=-login", {"act": "keep-view", "title": "Lakes"})
    alice.post(f"{url}?q=erin", {"act": "keep-view", "title": "Lakes"})
    bob.post(url, {"act": "keep-view", "title": "   "})

    kept = SavedView.objects.get()
    assert (kept.owner_id, kept.title, kept.query) == (cast.alice.pk, "Lakes", "q=erin")
    assert 'href="?q=erin">Lakes' in alice.get(url).content.decode()
    assert "Lakes" not in bob.get(url).content.decode()


def test_nobody_drops_the_view_of_another(cast, alice, url, browser_of):
    alice.post(f"{url}?q=lake", {"act": "keep-view", "title": "Lakes"})
    view = SavedView.objects.get()

    browser_of(cast.bob).post(url, {"act": "drop-view", "view": view.pk})
    alice.post(url, {"act": "drop-view", "view": "not a number"})
    left = SavedView.objects.count()
    alice.post(url, {"act": "drop-view", "view": view.pk})

    assert (left, SavedView.objects.count()) == (1, 0)


def test_an_act_on_many_asks_first_and_does_it_on_a_yes(cast, alice, url):
    chosen = [cast.bob.pk, cast.erin.pk]

    asked = alice.post(f"{url}?q=e", {"act": "close", "chosen": chosen})
    before = User.objects.filter(is_active=False).count()
    done = alice.post(f"{url}?q=e", {"act": "close", "chosen": chosen, "confirmed": "yes"})

    page = asked.content.decode()
    assert "They cannot sign in any more." in page
    assert "2 rows are chosen." in page
    assert f'action="{url}?q=e"' in page
    assert re.findall(r'name="chosen" value="(\d+)"', page) == [str(one) for one in chosen]
    assert before == 0
    assert done["Location"] == f"{url}?q=e"
    assert set(User.objects.filter(is_active=False)) == {cast.bob, cast.erin}


def test_an_act_touches_no_row_that_the_reader_may_not_see(cast, alice, url):
    alice.post(url, {"act": "close", "chosen": [cast.charlie.pk], "confirmed": "yes"})

    cast.charlie.refresh_from_db()
    assert cast.charlie.is_active


def test_an_act_without_a_row_says_what_to_do(alice, url):
    page = alice.post(url, {"act": "greet"}, follow=True).content.decode()

    assert "Choose at least one row first." in page


def test_an_act_that_can_be_undone_asks_nothing(cast, alice, url):
    page = alice.post(url, {"act": "greet", "chosen": [cast.erin.pk]}, follow=True)

    assert f"greeted: {cast.erin.pk}" in page.content.decode()
    assert alice.post(url, {"act": "fly", "chosen": ["1"]}).status_code == 404


def test_files_hold_what_search_and_filters_leave_in_its_order(cast, alice, url):
    enter("evil", "=cmd()", cast.juniper, language="ru")
    enter("zoe", "Zoe", cast.juniper, language="ru")
    asked = {"language": "ru", "sort": "-name", "columns": "name,login"}

    text = b"".join(alice.get(url, asked | {"as": "csv"}).streaming_content).decode()
    book = alice.get(url, asked | {"as": "xlsx"})

    rows = list(csv.reader(io.StringIO(text.removeprefix("\ufeff"))))
    assert rows == [["Name", "Login"], ["Zoe", "zoe"], ["'=cmd()", "evil"]]
    cells = load_workbook(io.BytesIO(book.content)).get_sheet_by_index(0).to_python()
    assert cells == [["Name", "Login"], ["Zoe", "zoe"], ["=cmd()", "evil"]]
    assert re.fullmatch(
        r'attachment; filename="names-\d{4}-\d\d-\d\d.xlsx"', book["Content-Disposition"]
    )


def test_a_file_holds_every_page_not_the_first(cast, alice, url):
    for number in range(9):
        enter(f"zoe{number}", f"Zoe {number}", cast.juniper)

    text = b"".join(alice.get(url, {"as": "csv"}).streaming_content).decode()

    assert text.count("\r\n") == 1 + 12


def test_the_page_speaks_russian(cast, alice, url):
    User.objects.filter(pk=cast.alice.pk).update(language="ru")

    page = alice.get(url, {"q": "e"}).content.decode()

    assert "Показать всё" in page
    assert "Показано 3 из 3 строк" in page
