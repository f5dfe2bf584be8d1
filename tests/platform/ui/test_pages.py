"""The gallery, the theme and the error pages, as a browser without script gets them."""

import re

import pytest

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("alone")]


def test_the_gallery_shows_every_component_in_both_languages(client):
    english = client.get("/ui/", headers={"accept-language": "en"})
    russian = client.get("/ui/", headers={"accept-language": "ru"})

    assert english.status_code == 200
    assert "Lane badge: colour, glyph and word" in english.text
    assert '<html lang="ru"' in russian.text
    assert "Знак коридора: цвет, знак и слово" in russian.text


def test_the_russian_gallery_has_no_english_heading(client):
    page = client.get("/ui/", headers={"accept-language": "ru"}).text

    headings = re.findall(r"<h[1-4][^>]*>(.*?)</h[1-4]>", page, re.DOTALL)
    assert headings
    assert [head for head in headings if not re.search("[а-яё]", head, re.IGNORECASE)] == []


def test_the_gallery_is_closed_where_there_is_no_demo(client, settings):
    settings.TAMGHA_DEMO = False

    for path in ("/ui/", "/ui/gallery/confirm/", "/ui/gallery/error/500/", "/ui/gallery/work/"):
        assert client.get(path).status_code == 404


def test_ids_are_unique_and_every_label_finds_its_control(client):
    page = client.get("/ui/").text

    ids = re.findall(r'\sid="([^"]+)"', page)
    assert sorted(ids) == sorted(set(ids))
    for target in re.findall(r'<label[^>]*\sfor="([^"]+)"', page):
        assert target in ids


def test_the_theme_is_kept_by_a_form_and_any_other_word_gives_it_up(client):
    answer = client.post("/ui/theme/", {"theme": "dark", "next": "/ui/"})
    assert answer.headers["Location"] == "/ui/"
    assert 'data-bs-theme="dark"' in client.get("/ui/").text
    assert "data-tm-follow" not in client.get("/ui/").text

    client.post("/ui/theme/", {"theme": "pink"})
    assert 'data-bs-theme="light" data-tm-follow' in client.get("/ui/").text


def test_the_theme_form_leads_to_no_other_site(client):
    answer = client.post("/ui/theme/", {"theme": "dark", "next": "https://example.org/"})

    assert answer.headers["Location"] == "/"


def test_a_success_is_told_once_with_its_undo(client):
    filled = {"day": "24.11.2026", "persons": "14", "language": "ru", "hours": "12"}

    answer = client.post("/ui/", filled, follow=True)

    assert "Session registered." in answer.text
    assert '<form method="post" action="/ui/gallery/act/">' in answer.text
    toasts = re.compile(r'<div class="tm-toasts">(.*?)</main>', re.DOTALL)
    assert "Session registered." not in "".join(toasts.findall(client.get("/").text))


def test_long_work_asks_again_until_it_is_done(client):
    running = client.get("/ui/gallery/work/?done=64").text
    done = client.get("/ui/gallery/work/?done=95").text

    assert 'hx-get="/ui/gallery/work/?done=76"' in running
    assert 'aria-valuenow="76"' in running
    assert "<noscript>" in running
    assert "hx-get" not in done


@pytest.mark.parametrize(
    ("status", "words"),
    [
        (400, "The request was not understood"),
        (403, "This page is not open to you"),
        (404, "There is no such page"),
        (500, "Something broke on our side"),
    ],
)
def test_an_error_page_says_what_happened_and_leads_home(client, status, words):
    answer = client.get(f"/ui/gallery/error/{status}/")

    assert answer.status_code == status
    assert f"<h1>{words}</h1>" in answer.text
    assert 'href="/"' in answer.text


def test_no_page_carries_what_the_content_policy_forbids(client):
    for path in ("/ui/", "/ui/gallery/confirm/", "/ui/gallery/error/500/"):
        answer = client.get(path)
        assert not re.search(r"\sstyle=|<style|\son[a-z]+=|<script(?![^>]*\bsrc=)", answer.text)
        policy = answer.headers["Content-Security-Policy"]
        assert "script-src 'self'" in policy
        assert "unsafe" not in policy


def test_the_gallery_asks_the_database_nothing(client, django_assert_num_queries):
    client.get("/ui/")

    with django_assert_num_queries(0):
        client.get("/ui/")
