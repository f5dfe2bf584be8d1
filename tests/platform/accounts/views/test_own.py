"""The own account: settings, password, log-ins."""

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from tests.platform.accounts.conftest import PASSWORD

from tamgha.platform.accounts import events, services
from tamgha.platform.accounts.choices import LogInEnd
from tamgha.platform.accounts.models import LogIn, User

FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"


def browser_of(name: str, device: str = FIREFOX) -> Client:
    browser = Client(HTTP_USER_AGENT=device)
    browser.post("/sign-in/", {"login": name, "password": PASSWORD})
    return browser


def is_in(browser: Client) -> bool:
    return browser.get(reverse("accounts:own")).status_code == 200


def test_bob_sees_two_log_ins_and_ends_the_other(cast):
    here, there = browser_of("bob"), browser_of("bob", "Mozilla/5.0 (iPhone) Safari/605.1")
    page = here.get(reverse("accounts:log_ins")).content.decode()
    other = LogIn.objects.exclude(session_key=here.session.session_key).get()

    here.post(reverse("accounts:end_log_in", args=[other.pk]))

    assert page.count("<tr") == 3
    assert "Firefox, Linux" in page
    assert "Safari, iPhone" in page
    assert page.count("This browser") == 1
    assert (is_in(here), is_in(there)) == (True, False)


def test_bob_ends_all_other_log_ins_at_once(cast, heard):
    here, second, third = (browser_of("bob") for _ in range(3))
    alice = browser_of("alice")

    here.post(reverse("accounts:end_other_log_ins"))

    assert [is_in(browser) for browser in (here, second, third, alice)] == [
        True,
        False,
        False,
        True,
    ]
    assert [event.how for event in heard if isinstance(event, events.LogInEnded)] == ["revoked"] * 2


def test_a_log_in_ended_here_leads_to_sign_in(cast):
    here = browser_of("bob")

    answer = here.post(reverse("accounts:end_log_in", args=[LogIn.objects.get().pk]))

    assert answer.url == reverse("account_login")
    assert not is_in(here)


def test_alice_cannot_end_a_log_in_of_bob(cast):
    bob, alice = browser_of("bob"), browser_of("alice")
    his = LogIn.objects.get(person=cast.bob)

    answer = alice.post(reverse("accounts:end_log_in", args=[his.pk]))

    assert (answer.status_code, is_in(bob)) == (404, True)


def test_a_session_whose_log_in_is_gone_is_signed_out_even_when_it_still_stands(cast):
    """The record decides, not the session store: a cached or copied session opens nothing."""
    here = browser_of("bob")
    LogIn.objects.update(ended_at=timezone.now(), ended_how=LogInEnd.REVOKED, session_key=None)

    assert not is_in(here)


def test_signing_out_ends_the_log_in(cast):
    here = browser_of("bob")

    here.post(reverse("account_logout"))

    assert LogIn.objects.get().ended_how == LogInEnd.SIGNED_OUT
    assert not is_in(here)


def test_a_changed_password_keeps_this_browser_and_ends_the_others(cast, heard):
    here, there = browser_of("bob"), browser_of("bob")
    new = "apricots in autumn"

    answer = here.post(
        reverse("account_change_password"),
        {"oldpassword": PASSWORD, "password1": new, "password2": new},
    )

    assert answer.url == reverse("accounts:own")
    assert (is_in(here), is_in(there)) == (True, False)
    assert LogIn.objects.get(ended_at=None).session_key == here.session.session_key
    assert [event.how for event in heard if isinstance(event, events.PasswordSet)] == ["own"]


def test_the_present_password_is_asked_for(cast):
    here = browser_of("bob")
    new = "apricots in autumn"

    here.post(
        reverse("account_change_password"),
        {"oldpassword": "no", "password1": new, "password2": new},
    )

    assert User.objects.get(pk=cast.bob.pk).check_password(PASSWORD)


def test_who_has_no_password_is_told_how_to_get_one(cast, signed_in):
    cast.bob.set_unusable_password()
    cast.bob.save()
    browser = signed_in(cast.bob)

    answer = browser.get(reverse("account_change_password"), follow=True)

    assert "Your coordinator can give you a link" in answer.content.decode()


def test_bob_changes_his_settings_and_the_pages_follow(cast, heard):
    here = browser_of("bob")

    answer = here.post(
        reverse("accounts:own"),
        {"full_name": "Bob Q. Reed", "language": "ru", "time_zone": "Asia/Almaty", "theme": "dark"},
        follow=True,
    )

    bob = User.objects.get(pk=cast.bob.pk)
    assert (bob.full_name, bob.language, bob.time_zone, bob.theme) == (
        "Bob Q. Reed",
        "ru",
        "Asia/Almaty",
        "dark",
    )
    page = answer.content.decode()
    assert '<html lang="ru" data-bs-theme="dark"' in page
    assert "Ваша учётная запись" in page
    assert heard[-1].fields == ("full_name", "language", "theme", "time_zone")


def test_nonsense_in_the_settings_is_told_and_not_saved(cast):
    here = browser_of("bob")

    answer = here.post(
        reverse("accounts:own"),
        {"full_name": "", "language": "en", "time_zone": "Mars/North", "theme": "dark"},
    )

    assert answer.status_code == 422
    assert answer.content.decode().count("tm-formrow__error") == 2
    assert User.objects.get(pk=cast.bob.pk).theme == "system"


def test_times_are_shown_on_the_persons_clock(cast, rf):
    User.objects.filter(pk=cast.bob.pk).update(time_zone="Asia/Almaty")
    here = browser_of("bob")
    log_in = LogIn.objects.get()
    LogIn.objects.update(started_at=log_in.started_at.replace(hour=20, minute=30))

    page = here.get(reverse("accounts:log_ins")).content.decode()

    assert "01:30" in page


@pytest.mark.parametrize(
    "name", ["accounts:own", "accounts:log_ins", "mfa_index", "accounts:people"]
)
def test_a_stranger_is_sent_to_sign_in(client, db, name):
    answer = client.get(reverse(name))

    assert (answer.status_code, answer.url.split("?")[0]) == (302, "/sign-in/")


def test_a_cookie_of_language_wins_over_the_person_on_this_browser(cast, signed_in):
    services.change_own_settings(person=cast.bob, values={"language": "ru"}, at=timezone.now())
    browser = signed_in(cast.bob)

    mine = browser.get(reverse("accounts:own")).content.decode()
    browser.cookies["django_language"] = "en"
    here = browser.get(reverse("accounts:own")).content.decode()

    assert 'lang="ru"' in mine
    assert '<html lang="en"' in here
