"""Pages of decisions: the list by keys, one decision with everything, lanes changed with a reason."""

import pytest
from django.urls import reverse
from tests.practice.control.lodgings import lodging, minutes

from tamgha.practice.control.services.deciding import decide
from tamgha.practice.control.services.rows import Source


@pytest.fixture
def decided(people, put_in_force, profile):
    """Decide on so many declarations; every second one is cheap and hit by P-001."""
    put_in_force(random_red=300, expected_yellow=1_000)
    profile("P-001", "item_price < 10", red=10_000, task_en="Weigh it.", task_ru="Взвесить.")

    def some(count):
        return [
            decide(
                source=Source(administration=people.juniper),
                lodged=lodging(number, price=5.0 if number % 2 else 500.0),
                key=f"k-{number}",
                at=minutes(number),
            )
            for number in range(count)
        ]

    return some


def names_in(answer):
    return [line.row.declaration for line in answer.context["list"]["lines"]]


def test_the_latest_decisions_come_first_and_filters_leave_what_they_say(
    decided, people, as_person
):
    decided(6)
    browser = as_person(people.timur)
    address = reverse("control:decisions")

    every = names_in(browser.get(address))
    hit = names_in(browser.get(address, {"profile": "P-001"}))
    red = browser.get(address, {"lane": "red", "way": "criteria"})
    found = names_in(browser.get(address, {"q": "D-3"}))
    trader = names_in(browser.get(address, {"q": "KARAVAN"}))

    assert every == ["D-5", "D-4", "D-3", "D-2", "D-1", "D-0"]
    assert hit == ["D-5", "D-3", "D-1"]
    assert names_in(red) == hit
    assert found == ["D-3"]
    assert trader == every


def test_pages_by_key_show_every_decision_once(decided, people, as_person):
    decided(35)
    browser = as_person(people.timur)

    first = browser.get(reverse("control:decisions"))
    second = browser.get(reverse("control:decisions") + first.context["list"]["next_url"])

    shown = names_in(first) + names_in(second)
    assert len(shown) == len(set(shown)) == 35


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_asks_the_same_number_of_questions(
    decided, people, as_person, django_assert_num_queries, count
):
    decided(count)
    browser = as_person(people.timur)
    browser.get(reverse("control:decisions"))

    with django_assert_num_queries(9):
        browser.get(reverse("control:decisions"))


def test_one_decision_tells_hits_values_draws_and_probability(decided, people, as_person):
    row = decided(2)[1]

    page = as_person(people.timur).get(reverse("control:decision", args=[row.pk]), {"again": 1})

    text = page.content.decode()
    for told in ("P-001", "Weigh it.", "Item price", "draw ", "100 %".replace(" ", "\xa0")):
        assert told in text
    assert "Everything stored follows from everything stored." in text


def test_in_russian_the_page_is_russian(decided, people, as_person):
    row = decided(2)[1]
    browser = as_person(people.nargiza)
    browser.post(reverse("set_language"), {"language": "ru"})

    text = browser.get(reverse("control:decision", args=[row.pk])).content.decode()

    assert "Сработавшие профили" in text
    assert "Вероятность до жребия" in text
    assert "Probability before" not in text


def test_nargiza_changes_a_lane_with_a_reason_and_timur_cannot(decided, people, as_person):
    row = decided(2)[0]
    address = reverse("control:decision-lane", args=[row.pk])

    refused = as_person(people.timur).post(address, {"lane": "red", "reason": "tip"})
    browser = as_person(people.nargiza)
    without = browser.post(address, {"lane": "red", "reason": ""}, follow=True)
    done = browser.post(address, {"lane": "red", "reason": "tip"}, follow=True)

    assert refused.status_code == 403
    assert "Nothing was changed" in without.content.decode()
    assert "The lane is changed" in done.content.decode()
    row.refresh_from_db()
    assert (row.lane_now, row.events.get().by) == ("red", people.nargiza)


def test_charlie_of_apricot_sees_nothing_of_juniper(decided, people, as_person):
    row = decided(1)[0]
    browser = as_person(people.charlie)

    assert browser.get(reverse("control:decision", args=[row.pk])).status_code == 404
    assert names_in(browser.get(reverse("control:decisions"))) == []
