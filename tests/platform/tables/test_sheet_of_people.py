"""Alice coordinates Juniper and brings its people in from a sheet; Erin may not."""

import base64
import csv
import io
import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from python_calamine import load_workbook

from tamgha.platform.accounts.choices import Role
from tamgha.platform.accounts.models import User
from tamgha.platform.tables.models import SheetImport

pytestmark = pytest.mark.urls("tests.platform.tables.addresses")
HEAD = "Полное имя;Имя для входа;Язык;Роли\n"


@pytest.fixture
def alice(cast, browser_of):
    return browser_of(cast.alice)


def bring(browser, text):
    file = SimpleUploadedFile("people.csv", text if isinstance(text, bytes) else text.encode())
    page = browser.post(reverse("tables:sheet", args=["people"]), {"file": file}, follow=True)
    return page, SheetImport.objects.order_by("-pk").first()


def decide(browser, page, act, **more):
    kept = SheetImport.objects.order_by("-pk").first()
    seen = re.search(r'name="seen" value="(\w+)"', page.content.decode())
    form = {"act": act, "seen": seen.group(1) if seen else "", **more}
    return browser.post(reverse("tables:import", args=[kept.pk]), form, follow=True)


def test_many_are_invited_at_once_and_their_links_are_shown_once(cast, alice, client):
    page, kept = bring(
        alice,
        HEAD
        + "Айгүл Demo;aigul;ru;analyst, Досмотр\n".replace("Досмотр", "examiner")
        + "Bek Demo;bek;;officer\n",
    )
    assert "2 new, 0 would change, 0 stay as they are, 0 with faults." in page.content.decode()
    assert not User.objects.filter(username="aigul").exists()

    told = decide(alice, page, "take")

    aigul = User.objects.get(username="aigul")
    assert (aigul.full_name, aigul.language, aigul.administration) == (
        "Айгүл Demo",
        "ru",
        cast.juniper,
    )
    assert aigul.roles == {Role.ANALYST, Role.EXAMINER}
    encoded = re.search(r"data:text/csv;base64,([^\"]+)", told.content.decode()).group(1)
    rows = list(csv.reader(io.StringIO(base64.b64decode(encoded).decode().removeprefix("\ufeff"))))
    assert [row[:2] for row in rows[1:]] == [["Айгүл Demo", "aigul"], ["Bek Demo", "bek"]]
    assert client.get(rows[1][2].removeprefix("http://testserver")).status_code == 200
    assert "no-store" in told["Cache-Control"]
    secret = rows[1][2].rsplit("/", 2)[-2 if rows[1][2].endswith("/") else -1]
    again = alice.get(reverse("tables:import", args=[kept.pk])).content.decode()
    kept.refresh_from_db()
    assert secret not in again
    assert secret not in str([kept.rows, kept.done, kept.mapping])


def test_who_is_here_gets_name_and_roles_and_it_is_taken_back(cast, alice):
    page, _kept = bring(
        alice, HEAD + "Erin Lake-Hill;erin;;analyst,approver\nBob Reed;bob;;coordinator\n"
    )
    assert "0 new, 1 would change, 1 stay as they are, 0 with faults." in page.content.decode()
    assert "<del>Erin Lake</del>" in page.content.decode()

    decide(alice, page, "take")
    changed = User.objects.get(pk=cast.erin.pk)
    roles = changed.roles
    undone = decide(alice, page, "undo")

    assert (changed.full_name, roles) == ("Erin Lake-Hill", {Role.ANALYST, Role.APPROVER})
    restored = User.objects.get(pk=cast.erin.pk)
    assert (restored.full_name, restored.roles) == ("Erin Lake", {Role.ANALYST})
    assert "1 row was taken back." in undone.content.decode()


def test_taking_back_closes_who_was_invited_but_not_who_has_come(cast, alice):
    page, _kept = bring(alice, HEAD + "A Demo;aa;;officer\nB Demo;bb;;officer\n")
    decide(alice, page, "take")
    come = User.objects.get(username="aa")
    come.set_password("juniper berries 2026")
    come.save()

    refused = decide(alice, page, "undo")
    none = User.objects.filter(is_active=False).count()
    come.set_unusable_password()
    come.save()
    decide(alice, page, "undo")

    assert "A Demo has set a password already" in refused.content.decode()
    assert none == 0
    assert set(User.objects.filter(is_active=False).values_list("username", flat=True)) == {
        "aa",
        "bb",
    }


def test_faulty_rows_are_shown_all_and_come_back_as_a_file(cast, alice):
    page, kept = bring(
        alice,
        HEAD + ";x1;;analyst\nGood Demo;good;;officer\nC;charlie;de;king\nD;charlie;;officer\n",
    )

    text = page.content.decode()
    book = alice.get(reverse("tables:import-faults", args=[kept.pk]))

    assert "1 new, 0 would change, 0 stay as they are, 3 with faults." in text
    for said in ("must not be empty", "“de” came", "“king” came", "stands in row 4 already"):
        assert said in text
    rows = load_workbook(io.BytesIO(book.content)).get_sheet_by_index(0).to_python()
    assert [row[1] for row in rows] == ["Имя для входа", "x1", "charlie", "charlie"]
    assert rows[1][4] == "Full name: must not be empty"


def test_somebody_elses_person_is_a_fault_not_a_change(cast, alice):
    page, _kept = bring(alice, HEAD + "Charlie Mine;charlie;;coordinator\n")

    assert "somebody elsewhere signs in as charlie" in page.content.decode()
    assert User.objects.get(username="charlie").full_name == "Charlie Wood"


def test_a_login_name_that_the_service_refuses_saves_none_of_the_others(cast, alice):
    page, _kept = bring(alice, HEAD + "Good Demo;good;;officer\nBad Demo;имя;;officer\n")

    answer = decide(alice, page, "take").content.decode()

    assert "row 3: login name: 2 to 50 Latin letters" in answer
    assert not User.objects.filter(username="good").exists()


def test_unknown_heads_are_matched_by_hand(cast, alice):
    page, kept = bring(alice, "Кто;Вход;Что\nGood Demo;good;officer\n")
    assert "No column of the file was found for:" in page.content.decode()

    page = decide(alice, page, "map", **{"c-name": 0, "c-login": 1, "c-roles": 2, "c-language": ""})

    kept.refresh_from_db()
    assert kept.mapping == {"name": 0, "login": 1, "roles": 2}
    assert "1 new" in page.content.decode()


def test_only_the_chosen_rows_are_saved(cast, alice):
    page, _kept = bring(alice, HEAD + "A Demo;aa;;officer\nB Demo;bb;;officer\n")

    none = decide(alice, page, "take-chosen")
    decide(alice, page, "take-chosen", chosen=["3"])

    assert "No row that would change anything was chosen." in none.content.decode()
    assert list(
        User.objects.filter(username__in=["aa", "bb"]).values_list("username", flat=True)
    ) == ["bb"]


def test_a_file_that_is_no_sheet_is_told_on_the_form(alice):
    page, kept = bring(alice, b"PK\x03\x04nonsense")

    assert (page.status_code, kept) == (422, None)
    assert "The file is no spreadsheet that can be read." in page.content.decode()


def test_a_dropped_file_leaves_nothing(alice):
    page, _kept = bring(alice, HEAD + "A Demo;aa;;officer\n")

    decide(alice, page, "drop")

    assert not SheetImport.objects.exists()


def test_strangers_and_colleagues_see_neither_sheet_nor_file(cast, alice, browser_of, client):
    _page, kept = bring(alice, HEAD + "A Demo;aa;;officer\n")
    erin, bob = browser_of(cast.erin), browser_of(cast.bob)
    pages = [
        reverse("tables:sheet", args=["people"]),
        reverse("tables:sheet-template", args=["people"]),
        reverse("tables:sheets"),
    ]
    files = [
        reverse("tables:import", args=[kept.pk]),
        reverse("tables:import-faults", args=[kept.pk]),
    ]

    assert [erin.get(one).status_code for one in pages] == [403, 403, 200]  # sheets of her own
    assert [bob.get(one).status_code for one in pages] == [200] * 3
    assert [bob.get(one).status_code for one in files] == [404] * 2
    assert [client.get(one).status_code for one in pages + files] == [302] * 5
    assert alice.get(reverse("tables:sheet", args=["nothing"])).status_code == 404
