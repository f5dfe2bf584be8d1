"""The ways in: password, lock-out, link, second factor, cards."""

import re
import time
from datetime import timedelta

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from tests.platform.accounts.conftest import NOW, PASSWORD, enter

from tamgha.platform.accounts import events, services
from tamgha.platform.accounts.choices import Role
from tamgha.platform.accounts.models import Attempt, LogIn, User

LOGIN = "/sign-in/"


def try_password(browser: Client, login: str, password: str = PASSWORD, **extra):
    return browser.post(LOGIN, {"login": login, "password": password}, **extra)


def is_in(browser: Client) -> bool:
    return browser.get(reverse("accounts:own")).status_code == 200


def code_of(secret: str, at: float | None = None) -> str:
    return format_hotp_value(hotp_value(secret, int((at or time.time()) // 30)))


def test_bob_signs_in_with_his_login_name(client, cast, heard):
    answer = try_password(client, "Bob")

    assert (answer.status_code, answer.url) == (302, "/")
    assert is_in(client)
    log_in = LogIn.objects.get()
    assert (log_in.person, log_in.address, log_in.session_key) == (
        cast.bob,
        "127.0.0.1",
        client.session.session_key,
    )
    assert [type(event) for event in heard] == [events.LoggedIn]


def test_bob_signs_in_with_his_e_mail(client, cast):
    User.objects.filter(pk=cast.bob.pk).update(email="bob@example.org")

    try_password(client, "bob@Example.org")

    assert is_in(client)


def test_the_session_is_another_one_after_sign_in(client, cast):
    client.get(LOGIN)
    session = client.session
    session["before"] = 1
    session.save()
    client.cookies["sessionid"] = session.session_key
    before = session.session_key

    try_password(client, "bob")

    assert client.session.session_key != before


def test_a_wrong_password_says_what_to_do_and_not_which_half_was_wrong(client, cast):
    wrong = try_password(client, "bob", "no")
    nobody = try_password(client, "nobody", "no")

    said = "This login name and this password do not belong together."
    assert said in wrong.content.decode()
    assert said in nobody.content.decode()
    assert not is_in(client)


def test_after_too_many_failures_the_right_password_waits_too(client, cast, settings, heard):
    settings.TAMGHA_LOCKOUT_FAILURES, settings.TAMGHA_LOCKOUT_MINUTES = 3, 15
    with time_machine.travel(NOW, tick=False) as clock:
        for _ in range(3):
            try_password(client, "bob", "no")
        clock.shift(timedelta(minutes=5))
        locked = try_password(client, "bob")
        clock.shift(timedelta(minutes=11))
        let_in = try_password(client, "bob")

    assert "You can try again at 09:15 (UTC)" in locked.content.decode()
    assert let_in.status_code == 302
    assert [type(event) for event in heard] == [events.LockedOut, events.LoggedIn]
    assert heard[0].person == cast.bob.pk


def test_the_wait_is_of_one_account_whichever_of_its_names_is_typed(client, cast, settings):
    settings.TAMGHA_LOCKOUT_FAILURES = 3
    User.objects.filter(pk=cast.bob.pk).update(email="bob@example.org")
    for name in ("bob", "bob@example.org", " BOB "):
        try_password(client, name, "no")

    assert "try again at" in try_password(client, "bob").content.decode()
    assert try_password(Client(), "alice").status_code == 302


def test_an_address_that_tries_many_accounts_waits_for_all_of_them(client, cast, settings):
    settings.TAMGHA_LOCKOUT_FAILURES = 3
    for number in range(15):
        try_password(client, f"guess{number}", "no", REMOTE_ADDR="10.0.0.9")

    here = try_password(client, "alice", REMOTE_ADDR="10.0.0.9")
    elsewhere = try_password(client, "alice", REMOTE_ADDR="10.0.0.8")

    assert "try again at" in here.content.decode()
    assert elsewhere.status_code == 302


def test_signing_in_forgives_the_own_failures_but_not_those_of_others(client, cast):
    try_password(client, "bob", "no")
    try_password(client, "alice", "no")

    try_password(client, "bob")

    assert Attempt.objects.count() == 1


def test_what_was_typed_is_not_kept(client, cast):
    try_password(client, "juniper berries 2026", "no")

    assert "juniper" not in str(list(Attempt.objects.values()))


def test_a_closed_account_is_told_so_only_after_the_right_password(client, cast):
    services.close_account(person=cast.bob, by=cast.alice, at=NOW)

    wrong = try_password(client, "bob", "no")
    right = try_password(client, "bob")

    assert wrong.status_code == 200
    assert right.url == reverse("account_inactive")
    assert "This account is closed" in client.get(right.url).content.decode()


def test_a_link_is_looked_at_freely_and_works_once(client, cast):
    _link, secret = services.make_link(person=cast.bob, by=cast.alice, at=timezone.now())
    page = reverse("accounts:welcome", args=[secret])
    new = {"password": "apricots in autumn", "again": "apricots in autumn"}

    looks = [client.get(page) for _ in range(2)]
    used = client.post(page, new)
    again = client.post(page, new)

    assert [look.status_code for look in looks] == [200, 200]
    assert looks[0]["Referrer-Policy"] == "strict-origin"
    assert used.url == LOGIN
    assert (again.status_code, client.get(page).status_code) == (410, 410)
    assert try_password(client, "bob", "apricots in autumn").status_code == 302


def test_a_link_tells_what_is_wrong_with_a_password(client, cast):
    _link, secret = services.make_link(person=cast.bob, by=cast.alice, at=timezone.now())
    page = reverse("accounts:welcome", args=[secret])

    short = client.post(page, {"password": "short", "again": "short"})
    differ = client.post(page, {"password": "apricots in autumn", "again": "apricots"})

    assert short.status_code == 422
    assert "at least 12 characters" in short.content.decode()
    assert "The two passwords differ" in differ.content.decode()


@pytest.fixture
def with_second_factor(cast):
    """Bob's browser after he added an authenticator app, the key of it, and his recovery codes."""
    browser = Client()
    try_password(browser, "bob")
    browser.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    page = browser.get(reverse("mfa_activate_totp")).content.decode()
    secret = re.search(r'<code class="tm-raw">([A-Z2-7]+)</code>', page).group(1)
    browser.post(reverse("mfa_activate_totp"), {"code": code_of(secret)})
    codes = re.findall(
        r'<code class="tm-raw">(\d{8})</code>',
        browser.get(reverse("mfa_view_recovery_codes")).content.decode(),
    )
    return browser, secret, codes


def test_bob_adds_an_authenticator_app_and_is_asked_for_its_code(with_second_factor, cast):
    _browser, secret, codes = with_second_factor
    other = Client()

    asked = try_password(other, "bob")
    before = is_in(other)
    with time_machine.travel(time.time() + 60):
        wrong = other.post(asked.url, {"code": "000000"})
        other.post(asked.url, {"code": code_of(secret)})
        after = is_in(other)

    assert len(codes) == 10
    assert asked.url == reverse("mfa_authenticate")
    assert "Incorrect code" in wrong.content.decode()
    assert (before, after) == (False, True)
    assert LogIn.objects.filter(with_second_factor=True).count() == 1


def test_a_recovery_code_opens_once(with_second_factor):
    _browser, _secret, codes = with_second_factor
    first, second = Client(), Client()
    try_password(first, "bob")
    try_password(second, "bob")

    first.post(reverse("mfa_authenticate"), {"code": codes[0]})
    second.post(reverse("mfa_authenticate"), {"code": codes[0]})

    assert (is_in(first), is_in(second)) == (True, False)


def test_guessing_codes_is_counted_although_the_password_is_right(with_second_factor, settings):
    settings.TAMGHA_LOCKOUT_FAILURES = 4
    thief = Client()
    try_password(thief, "bob")
    for _ in range(3):
        thief.post(reverse("mfa_authenticate"), {"code": "000000"})

    locked = thief.post(reverse("mfa_authenticate"), {"code": "000000"})

    assert "try again at" in locked.content.decode()
    assert "try again at" in try_password(Client(), "bob").content.decode()


def test_bob_removes_his_second_factor_and_the_password_is_enough(with_second_factor, heard):
    browser, _secret, _codes = with_second_factor

    browser.post(reverse("mfa_deactivate_totp"))

    assert Authenticator.objects.count() == 0
    assert [event.what for event in heard] == ["removed", "removed"]
    other = Client()
    try_password(other, "bob")
    assert is_in(other)


def test_a_coordinator_takes_a_lost_second_factor_away(with_second_factor, cast, signed_in):
    browser, _secret, _codes = with_second_factor
    page = reverse("accounts:reset_second_factor", args=[cast.bob.pk])

    question = signed_in(cast.alice).get(page).content.decode()
    kept = Authenticator.objects.count()
    stranger = signed_in(cast.charlie).post(page)
    signed_in(cast.alice).post(page)

    assert "Take away the second factor of Bob Reed?" in question
    assert (kept, stranger.status_code, Authenticator.objects.count()) == (2, 404, 0)
    assert not is_in(browser)


def test_adding_a_second_factor_asks_for_the_password_first(client, cast):
    try_password(client, "bob")

    asked = client.get(reverse("mfa_activate_totp"))

    assert asked.url.startswith(reverse("account_reauthenticate"))


def test_nobody_signs_up(client, cast):
    for path in ("/accounts/signup/", "/sign-up/", "/signup/"):
        assert client.get(path).status_code == 404


@pytest.fixture
def demo(db, settings):
    settings.TAMGHA_DEMO = True
    services.create_demo(at=NOW)
    return User.objects.get(username="timur.juniper")


def test_a_card_of_the_demo_signs_in_with_one_click(client, demo):
    page = client.get(LOGIN).content.decode()

    answer = client.post(
        reverse("accounts:sign_in_by_card", args=[demo.pk]), {"next": "/people/me/"}
    )

    assert "Sign in as Timur" in page
    assert "Sign in as Saule" in page
    assert answer.url == "/people/me/"
    assert is_in(client)


def test_a_card_leads_to_no_other_site(client, demo):
    answer = client.post(
        reverse("accounts:sign_in_by_card", args=[demo.pk]), {"next": "https://evil.example/"}
    )

    assert answer.url == "/"


def test_cards_of_another_administration_can_be_shown(client, demo):
    page = client.get(LOGIN, {"administration": "apricot"}).content.decode()

    assert "Sign in as Iskander" in page
    assert "Sign in as Timur" not in page


def test_there_are_no_cards_without_demo_mode(client, demo, settings):
    settings.TAMGHA_DEMO = False

    assert "Sign in as" not in client.get(LOGIN).content.decode()
    assert client.post(reverse("accounts:sign_in_by_card", args=[demo.pk])).status_code == 404


def test_a_card_never_signs_in_a_real_person_nor_a_stranger_from_outside(client, demo):
    bob = enter("bob", "Bob Reed", demo.administration, Role.ANALYST)

    real = client.post(reverse("accounts:sign_in_by_card", args=[bob.pk]))
    outside = client.post(
        reverse("accounts:sign_in_by_card", args=[demo.pk]), REMOTE_ADDR="8.8.8.8"
    )

    assert (real.status_code, outside.status_code, is_in(client)) == (404, 403, False)


def test_a_card_is_pressed_not_followed(client, demo):
    assert client.get(reverse("accounts:sign_in_by_card", args=[demo.pk])).status_code == 405
