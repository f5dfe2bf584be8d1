"""The top bar shows what the reader may enter."""

import pytest
from django.test import RequestFactory

from tamgha.platform.ui import context, navigation
from tamgha.platform.ui.navigation import Area, MenuLink
from tamgha.shared.words import Words


@pytest.fixture
def registry(monkeypatch):
    fresh = navigation._Registry()
    monkeypatch.setattr(navigation, "_registry", fresh)
    return fresh


def area(key, **more):
    more.setdefault("shown_to", lambda request: True)
    return Area(key, Words(key.title(), key.upper()), "set_language", **more)


def test_areas_stand_in_their_order_and_only_those_that_the_reader_may_enter(registry):
    navigation.register_area(area("risk", order=20))
    navigation.register_area(area("home", order=10))
    navigation.register_area(area("people", order=30, shown_to=lambda request: False))

    entries = navigation.areas_for(RequestFactory().get("/"))

    assert [entry.key for entry in entries] == ["home", "risk"]


def test_an_area_whose_address_does_not_exist_is_left_out(registry):
    navigation.register_area(
        Area("gone", Words("x", "x"), "no:such", shown_to=lambda request: True)
    )

    assert navigation.areas_for(RequestFactory().get("/")) == []


def test_a_page_may_say_in_which_area_it_stands(registry):
    navigation.register_area(area("risk"))
    navigation.register_area(area("home"))

    entries = navigation.areas_for(RequestFactory().get("/"), "risk")

    assert [entry.key for entry in entries if entry.current] == ["risk"]


def test_without_a_log_in_there_are_no_areas_and_no_menu(registry):
    navigation.register_area(Area("home", Words("Home", "Главная"), "set_language"))
    navigation.register_menu_link(MenuLink("own", Words("Account", "Запись"), "set_language"))
    request = RequestFactory().get("/")

    assert navigation.areas_for(request) == []
    assert navigation.menu_for(request) == []


def test_registering_twice_replaces(registry):
    navigation.register_area(area("home", icon="home"))
    navigation.register_area(area("home", icon="book"))

    assert [entry.icon for entry in navigation.areas_for(RequestFactory().get("/"))] == ["book"]


@pytest.mark.parametrize(
    ("name", "letters"),
    [
        ("Timur Demo", "TD"),
        ("Aida", "A"),
        ("anna.demo@example.org", "AO"),
        ("Ёлка Демо", "ЁД"),
        ("", "?"),
    ],
)
def test_initials_are_the_first_letters_of_first_and_last_word(name, letters):
    assert context.initials(name) == letters


def test_a_theme_that_is_none_of_ours_means_as_the_system():
    request = RequestFactory().get("/")
    request.COOKIES["tm-theme"] = '"><script>'

    assert context.page(request)["ui"]["theme"] == ""
