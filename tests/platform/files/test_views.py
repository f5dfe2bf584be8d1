import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from tests.platform.files.conftest import CSV, NOW, PNG

from tamgha.platform.files import services
from tamgha.platform.files.models import StoredFile, Upload


def store(keep, access: str = "private", content: bytes = CSV, name: str = "goods.csv"):
    return services.store([content], name=name, keeping=keep("bob", access), at=NOW)


def body(answer) -> bytes:
    return b"".join(answer.streaming_content)


def test_bob_stores_a_file_by_a_plain_form_and_gets_it_back(browser_of, people):
    bob = browser_of("bob")

    answer = bob.post(
        reverse("files:files"),
        {"file": SimpleUploadedFile("goods.csv", CSV), "access": "administration"},
    )

    file = StoredFile.objects.get()
    assert answer.url == reverse("files:file", args=[file.pk])
    assert (file.access, file.administration) == ("administration", people["bob"].administration)
    assert body(bob.get(reverse("files:open", args=[file.pk]))) == CSV


def test_a_form_without_a_file_is_refused(browser_of):
    answer = browser_of("bob").post(reverse("files:files"), {"access": "private"})

    assert answer.status_code == 422
    assert "This field is required" in answer.content.decode()


def test_a_file_is_served_as_a_download_that_runs_nothing(browser_of, keep):
    page = b"<html><script>alert(1)</script>"
    file = store(keep, content=page, name="x.html")

    answer = browser_of("bob").get(reverse("files:open", args=[file.pk]))

    assert answer["Content-Disposition"] == 'attachment; filename="x.html"'
    assert answer["Content-Type"] == "text/plain"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert body(answer) == page


WHO = {
    "private": {"bob"},
    "administration": {"alice", "bob", "beth"},
    "region": {"alice", "bob", "beth", "charlie"},
    "public": {"alice", "bob", "beth", "charlie", "dora", "stranger"},
}


@pytest.mark.parametrize("access", WHO)
def test_the_door_opens_for_the_right_people(browser_of, keep, access):
    file = store(keep, access)
    may = set()
    for name in ("alice", "bob", "beth", "charlie", "dora", "stranger"):
        page, opened = (
            browser_of(name).get(reverse(f"files:{door}", args=[file.pk]))
            for door in ("file", "open")
        )
        assert page.status_code == opened.status_code
        if opened.status_code == 200:
            assert body(opened) == CSV
            may.add(name)

    assert may == WHO[access]


@pytest.mark.parametrize("name", ["beth", "charlie", "dora"])
def test_others_retire_nothing(browser_of, keep, name):
    file = store(keep, "administration")

    browser_of(name).post(reverse("files:retire", args=[file.pk]))

    assert StoredFile.objects.get().retired_at is None


def test_bob_retires_a_file_after_a_question(browser_of, keep):
    file = store(keep)
    bob = browser_of("bob")
    page = reverse("files:retire", args=[file.pk])

    question = bob.get(page).content.decode()
    bob.post(page)

    assert "Retire the file goods.csv?" in question
    assert bob.get(reverse("files:open", args=[file.pk])).status_code == 404
    assert "was retired on" in bob.get(reverse("files:file", args=[file.pk])).content.decode()


def test_the_beginning_of_a_table_and_a_picture_are_shown(browser_of, keep):
    table, picture = store(keep), store(keep, content=PNG, name="x.png")
    bob = browser_of("bob")

    rows = bob.get(reverse("files:file", args=[table.pk])).content.decode()
    shown = bob.get(reverse("files:file", args=[picture.pk])).content.decode()

    assert "<td>сахар</td>" in rows
    assert f'<img src="{reverse("files:open", args=[picture.pk])}"' in shown


def test_what_a_file_holds_is_text_on_the_page(browser_of, keep):
    file = store(keep, content=b"a\n<script>alert(1)</script>\n")

    page = browser_of("bob").get(reverse("files:file", args=[file.pk])).content.decode()

    assert "&lt;script&gt;alert(1)" in page
    assert "<script>alert(1)" not in page


def test_a_new_version_takes_the_place_of_the_old(browser_of, keep):
    first = store(keep)
    bob = browser_of("bob")

    bob.post(
        reverse("files:file", args=[first.pk]), {"file": SimpleUploadedFile("goods2.csv", b"2")}
    )

    second = StoredFile.objects.get(replaces=first)
    listed = bob.get(reverse("files:files")).content.decode()
    assert second.version == 2
    assert (">goods2.csv</a>" in listed, ">goods.csv</a>" in listed) == (True, False)
    assert "Version 1" in bob.get(reverse("files:file", args=[second.pk])).content.decode()


@pytest.mark.parametrize("files", [1, 3])
def test_the_list_costs_the_same_queries_for_one_and_for_three(
    browser_of, keep, django_assert_num_queries, files
):
    for number in range(files):
        store(keep, name=f"{number}.csv")
    bob = browser_of("bob")
    bob.get(reverse("files:files"))

    with django_assert_num_queries(6):
        page = bob.get(reverse("files:files")).content.decode()

    assert page.count('<th scope="row">') == files


def slices(client, content: bytes, size: int = 10) -> dict:
    state = client.post(
        reverse("files:begin_upload"), {"name": "goods.csv", "size": len(content), "purpose": "x"}
    ).json()
    while state["received"] < state["size"]:
        state = send(client, state, content[state["received"] :][:size]).json()
    return state


def send(client, state: dict, data: bytes, offset: int | None = None):
    return client.post(
        state["address"],
        data,
        content_type="application/octet-stream",
        headers={"X-Offset": str(state["received"] if offset is None else offset)},
    )


def test_a_file_sent_in_slices_is_stored_by_its_key(browser_of, people):
    bob = browser_of("bob")
    state = slices(bob, CSV)

    bob.post(reverse("files:files"), {"file-upload": state["key"], "access": "region"})

    file = StoredFile.objects.get()
    assert (file.access, file.name, file.size) == ("region", "goods.csv", len(CSV))
    assert body(bob.get(reverse("files:open", args=[file.pk]))) == CSV


def test_a_lost_answer_is_made_good_by_asking(browser_of):
    bob = browser_of("bob")
    state = bob.post(reverse("files:begin_upload"), {"name": "x", "size": 8}).json()
    send(bob, state, b"1234")  # it came, its answer was lost

    again = send(bob, state, b"1234")
    asked = bob.get(state["address"]).json()

    assert (again.status_code, again.json()["received"], asked["received"]) == (409, 4, 4)


@pytest.mark.parametrize("name", ["beth", "charlie"])
def test_nobody_touches_the_upload_of_another(browser_of, name):
    state = browser_of("bob").post(reverse("files:begin_upload"), {"name": "x", "size": 8}).json()
    other = browser_of(name)

    answers = [
        other.get(state["address"]),
        send(other, state, b"1234"),
        other.delete(state["address"]),
    ]
    stolen = other.post(reverse("files:files"), {"file-upload": state["key"], "access": "private"})

    assert [answer.status_code for answer in answers] == [404, 404, 404]
    assert stolen.status_code == 422
    assert Upload.objects.get().received == 0


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ({"name": "x", "size": "-1"}, "size in bytes"),
        ({"name": "x"}, "size in bytes"),
        ({"name": "x", "size": "99999999999999"}, "larger than the node takes"),
    ],
)
def test_nonsense_at_the_beginning_is_refused(browser_of, said, expected):
    answer = browser_of("bob").post(reverse("files:begin_upload"), said)

    assert (answer.status_code, expected in json.loads(answer.content)["error"]) == (400, True)


def test_a_slice_without_its_place_is_refused(browser_of):
    bob = browser_of("bob")
    state = bob.post(reverse("files:begin_upload"), {"name": "x", "size": 8}).json()

    answer = bob.post(state["address"], b"1234", content_type="application/octet-stream")

    assert answer.status_code == 400


def test_an_upload_can_be_given_up(browser_of):
    bob = browser_of("bob")
    state = bob.post(reverse("files:begin_upload"), {"name": "x", "size": 8}).json()

    bob.delete(state["address"])

    assert Upload.objects.count() == 0


def test_a_stranger_stores_nothing(client, db):
    for name, args in (("files", []), ("begin_upload", []), ("upload", ["x"])):
        assert client.post(reverse(f"files:{name}", args=args)).url.startswith("/sign-in/")


def test_the_pages_speak_russian(browser_of, keep):
    file = store(keep)
    bob = browser_of("bob")
    bob.cookies["django_language"] = "ru"

    listed = bob.get(reverse("files:files")).content.decode()
    shown = bob.get(reverse("files:file", args=[file.pk])).content.decode()

    assert "Сохранить файл" in listed
    assert "Контрольная сумма" in shown
