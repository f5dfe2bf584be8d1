import pytest
from django.test import Client
from django.urls import reverse
from tests.platform.jobs.conftest import NOW

from tamgha.platform.jobs import services
from tamgha.platform.jobs.choices import State
from tamgha.platform.jobs.models import Job


@pytest.fixture
def bobs(bob):
    client = Client()
    client.force_login(bob)
    return client


def start(name: str, bob, **params) -> Job:
    return services.start(name, params, by=bob, administration=bob.administration, at=NOW)


def test_running_work_shows_how_far_it_is_and_asks_again_by_itself(bobs, bob):
    job = start("test.later", bob, to=2000)
    Job.objects.update(
        state=State.RUNNING,
        heartbeat_at="2099-01-01T00:00Z",
        done=1500,
        total=2000,
        message={"en": "Reading", "ru": "Чтение"},
    )

    page = bobs.get(reverse("jobs:job", args=[job.pk])).content.decode()

    assert "1,500 of 2,000 rows. Reading" in page
    assert f'hx-get="{reverse("jobs:part", args=[job.pk])}"' in page
    assert "Look again" in page
    assert "Stop" in page


def test_the_same_in_russian(bobs, bob):
    job = start("test.later", bob, to=2000)
    Job.objects.update(state=State.RUNNING, heartbeat_at="2099-01-01T00:00Z", done=1500, total=2000)
    bobs.cookies["django_language"] = "ru"

    page = bobs.get(reverse("jobs:job", args=[job.pk])).content.decode()

    assert "1\u00a0500 из 2\u00a0000 строк." in page
    assert "Позже" in page


def test_the_part_stops_asking_when_the_work_is_done(bobs, bob):
    job = start("test.count", bob, to=2)

    part = bobs.get(reverse("jobs:part", args=[job.pk])).content.decode()

    assert "<html" not in part
    assert "hx-get" not in part
    assert "2 rows" in part
    assert "Open the result" in part


def test_opening_the_result_puts_the_work_away(bobs, bob):
    job = start("test.count", bob, to=2)

    answer = bobs.post(reverse("jobs:put_away", args=[job.pk]), {"open": "1"})

    assert answer.url == "/there/"
    assert Job.objects.get().seen_at is not None
    assert "Counting rows" in bobs.get(reverse("jobs:mine")).content.decode()


def test_looking_at_work_changes_nothing(bobs, bob):
    job = start("test.count", bob, to=2)
    before = Job.objects.values().get()

    for name in ("jobs:job", "jobs:part"):
        bobs.get(reverse(name, args=[job.pk]))
    bobs.get(reverse("jobs:mine"))

    assert Job.objects.values().get() == before


def test_the_button_stops_work_that_waits(bobs, bob):
    job = start("test.later", bob, to=2)

    answer = bobs.post(reverse("jobs:stop", args=[job.pk]), follow=True)

    assert Job.objects.get().state == State.STOPPED
    assert "Start it anew" in answer.content.decode()


def test_lost_work_is_offered_for_taking_up(bobs, bob):
    job = start("test.later", bob, to=2)
    Job.objects.update(state=State.RUNNING, heartbeat_at=NOW.replace(year=2020))

    page = bobs.get(reverse("jobs:mine")).content.decode()
    bobs.post(reverse("jobs:resume", args=[job.pk]))

    assert "fell silent" in page
    assert Job.objects.get().state == State.QUEUED


@pytest.mark.parametrize("name", ["job", "part", "stop", "resume", "put_away"])
def test_charlie_has_no_way_to_the_work_of_bob(bob, people, name):
    job = start("test.later", bob, to=2)
    his = Client()
    his.force_login(people["charlie"])
    act = his.get if name in {"job", "part"} else his.post

    assert act(reverse(f"jobs:{name}", args=[job.pk])).status_code == 404
    assert Job.objects.get().state == State.QUEUED


@pytest.mark.parametrize("name", ["stop", "resume", "put_away"])
def test_acts_are_pressed_not_followed(bobs, bob, name):
    job = start("test.later", bob, to=2)

    assert bobs.get(reverse(f"jobs:{name}", args=[job.pk])).status_code == 405


def test_an_empty_page_says_what_will_stand_there(bobs):
    assert "Nothing runs" in bobs.get(reverse("jobs:mine")).content.decode()


def test_a_stranger_is_sent_to_sign_in(client, db):
    assert client.get(reverse("jobs:mine")).url.startswith("/sign-in/")
