"""The people of an administration: Alice coordinates, Bob is a colleague, Charlie a stranger."""

import re

import pytest
from django.urls import reverse
from tests.platform.accounts.conftest import NOW, enter

from tamgha.platform.accounts.choices import Role
from tamgha.platform.accounts.models import EntryLink, RoleGrant, User


@pytest.mark.parametrize(("people", "rows"), [(1, 3), (3, 5)])
def test_the_list_costs_the_same_queries_for_one_and_for_three(
    cast, signed_in, django_assert_num_queries, people, rows
):
    for number in range(people):
        enter(f"erin{number}", f"Erin {number}", cast.juniper, Role.OFFICER)
    browser = signed_in(cast.alice)
    browser.get(reverse("accounts:people"))

    with django_assert_num_queries(7):
        page = browser.get(reverse("accounts:people")).content.decode()

    assert page.count('<th scope="row">') == rows


def test_bob_has_no_list_of_people(cast, signed_in):
    assert signed_in(cast.bob).get(reverse("accounts:people")).status_code == 403
    assert signed_in(cast.bob).get(reverse("accounts:invite")).status_code == 403


def test_alice_finds_people_by_name_and_role(cast, signed_in):
    browser = signed_in(cast.alice)

    by_name = browser.get(reverse("accounts:people"), {"q": "reed"}).content.decode()
    by_role = browser.get(reverse("accounts:people"), {"role": "coordinator"}).content.decode()
    nobody = browser.get(reverse("accounts:people"), {"q": "zzz"}).content.decode()

    assert ("Bob Reed" in by_name, "Alice Stone</a>" in by_name) == (True, False)
    assert ("Bob Reed" in by_role, "Alice Stone</a>" in by_role) == (False, True)
    assert "Nobody found" in nobody


def test_a_long_list_goes_on_from_the_last_name(cast, signed_in):
    for number in range(60):
        enter(f"erin{number}", f"Erin {number:02}", cast.juniper)
    browser = signed_in(cast.alice)

    first = browser.get(reverse("accounts:people")).content.decode()
    after = re.search(r'href="\?(after=\d+)"', first).group(1)
    second = browser.get(f"{reverse('accounts:people')}?{after}").content.decode()

    names = re.compile(r">(Erin \d\d|Alice Stone|Bob Reed)</a>")
    assert len(names.findall(first)) == 50
    assert len(names.findall(second)) == 12
    assert not set(names.findall(first)) & set(names.findall(second))


def test_alice_invites_an_examiner_and_gets_the_link_once(cast, signed_in, client):
    browser = signed_in(cast.alice)

    page = browser.post(
        reverse("accounts:invite"),
        {
            "full_name": "Erin Lake",
            "username": "erin",
            "email": "",
            "place": "juniper",
            "role": "examiner",
            "language": "ru",
        },
    )

    erin = User.objects.get(username="erin")
    address = re.search(r"http://testserver(/\S+)</textarea>", page.content.decode()).group(1)
    assert erin.has_role(Role.EXAMINER, administration=cast.juniper)
    assert "no-store" in page["Cache-Control"]
    assert "data:image/svg+xml;base64," in page.content.decode()
    assert client.get(address).status_code == 200
    again = browser.get(reverse("accounts:person", args=[erin.pk])).content.decode()
    assert address not in again
    assert "Link works until" in again


def test_a_faulty_invitation_keeps_what_was_typed_and_enters_nobody(cast, signed_in):
    page = signed_in(cast.alice).post(
        reverse("accounts:invite"),
        {
            "full_name": "Erin Lake",
            "username": "bob",
            "place": "juniper",
            "role": "examiner",
            "language": "en",
        },
    )

    assert page.status_code == 422
    assert "somebody signs in with this login name" in page.content.decode()
    assert 'value="Erin Lake"' in page.content.decode()
    assert User.objects.count() == 4


def test_alice_cannot_invite_into_another_administration_nor_give_a_regional_role(cast, signed_in):
    base = {"full_name": "Erin", "username": "erin", "language": "en"}
    browser = signed_in(cast.alice)

    elsewhere = browser.post(
        reverse("accounts:invite"), {**base, "place": "apricot", "role": "examiner"}
    )
    regional = browser.post(
        reverse("accounts:invite"), {**base, "place": "juniper", "role": "secretariat"}
    )

    assert (elsewhere.status_code, regional.status_code) == (422, 422)
    assert not User.objects.filter(username="erin").exists()


PAGES = [
    "accounts:person",
    "accounts:change",
    "accounts:close",
    "accounts:reset_second_factor",
]
ACTS = ["accounts:new_link", "accounts:grant", "accounts:reopen", "accounts:close"]


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize(("who", "status"), [("alice", 200), ("charlie", 404), ("dana", 404)])
def test_who_opens_the_pages_about_bob(cast, signed_in, name, who, status):
    page = reverse(name, args=[cast.bob.pk])

    assert signed_in(getattr(cast, who)).get(page).status_code == status


@pytest.mark.parametrize("name", ACTS)
@pytest.mark.parametrize("who", ["bob", "charlie", "dana"])
def test_nobody_but_alice_acts_on_bob(cast, signed_in, name, who):
    before = (RoleGrant.objects.count(), EntryLink.objects.count())

    answer = signed_in(getattr(cast, who)).post(
        reverse(name, args=[cast.bob.pk]), {"what": f"approver:{cast.juniper.pk}"}
    )

    refused = {403, 404} if who != "bob" or name != "accounts:grant" else {302}
    assert answer.status_code in refused
    assert (RoleGrant.objects.count(), EntryLink.objects.count()) == before
    assert User.objects.get(pk=cast.bob.pk).is_active


def test_bob_opens_his_own_record_and_cannot_change_it(cast, signed_in):
    browser = signed_in(cast.bob)

    page = browser.get(reverse("accounts:person", args=[cast.bob.pk]))

    assert page.status_code == 200
    assert "Close the account" not in page.content.decode()
    assert browser.get(reverse("accounts:change", args=[cast.bob.pk])).status_code == 403


def test_alice_gives_bob_a_role_and_ends_it_after_a_question(cast, signed_in):
    browser = signed_in(cast.alice)

    browser.post(
        reverse("accounts:grant", args=[cast.bob.pk]), {"what": f"approver:{cast.juniper.pk}"}
    )
    grant = RoleGrant.objects.get(person=cast.bob, role=Role.APPROVER)
    page = reverse("accounts:end_role", args=[grant.pk])
    question = browser.get(page).content.decode()
    still = RoleGrant.objects.get(pk=grant.pk).ends_at
    browser.post(page)

    assert "End the role Approver of Bob Reed?" in question
    assert still is None
    assert RoleGrant.objects.get(pk=grant.pk).ended_by == cast.alice


def test_the_last_coordinator_is_told_why_the_role_stays(cast, signed_in):
    grant = RoleGrant.objects.get(person=cast.alice)

    page = signed_in(cast.alice).post(reverse("accounts:end_role", args=[grant.pk]), follow=True)

    assert "Give the role to somebody else first" in page.content.decode()
    assert RoleGrant.objects.get(pk=grant.pk).ends_at is None


def test_alice_closes_an_account_and_opens_it_again(cast, signed_in):
    bob = signed_in(cast.bob)
    browser = signed_in(cast.alice)

    browser.post(reverse("accounts:close", args=[cast.bob.pk]))
    shut = bob.get(reverse("accounts:own")).status_code
    listed = browser.get(reverse("accounts:people"), {"closed": "1"}).content.decode()
    browser.post(reverse("accounts:reopen", args=[cast.bob.pk]))

    assert shut == 302
    assert "Bob Reed" in listed
    assert User.objects.get(pk=cast.bob.pk).is_active


def test_alice_revokes_a_link(cast, signed_in):
    browser = signed_in(cast.alice)
    browser.post(reverse("accounts:new_link", args=[cast.bob.pk]))
    link = EntryLink.objects.get()

    stranger = signed_in(cast.charlie).post(reverse("accounts:revoke_link", args=[link.pk]))
    kept = EntryLink.objects.get().revoked_at
    browser.post(reverse("accounts:revoke_link", args=[link.pk]))

    assert (stranger.status_code, kept) == (404, None)
    assert EntryLink.objects.get().revoked_at is not None


def test_the_pages_of_people_speak_russian(cast, signed_in):
    browser = signed_in(cast.alice)
    browser.cookies["django_language"] = "ru"

    people = browser.get(reverse("accounts:people")).content.decode()
    person = browser.get(reverse("accounts:person", args=[cast.bob.pk])).content.decode()
    invite = browser.get(reverse("accounts:invite")).content.decode()

    assert "Кто может сюда входить" in people
    assert "Национальный координатор" in people
    assert "Таможня juniper" in person
    assert "Пригласить" in invite


def test_the_command_line_enters_the_first_coordinator(db, capsys, client):
    from django.core.management import call_command

    call_command(
        "enter_coordinator",
        "erin",
        name="Erin Lake",
        administration="walnut",
        name_en="Walnut customs",
        name_ru="Таможня Орех",
    )
    first = capsys.readouterr().out.strip()
    call_command("enter_coordinator", "erin")
    second = capsys.readouterr().out.strip()

    erin = User.objects.get(username="erin")
    assert erin.has_role(Role.COORDINATOR, administration=erin.administration)
    assert (client.get(first).status_code, client.get(second).status_code) == (410, 200)


def test_names_are_entered_at_a_known_moment(cast):
    assert cast.bob.date_joined == NOW
