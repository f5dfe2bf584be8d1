from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import translation
from tests.platform.accounts.conftest import NOW, enter

from tamgha.platform.accounts import services
from tamgha.platform.accounts.choices import Role
from tamgha.platform.accounts.events import asked_for_open_tasks
from tamgha.platform.accounts.models import LogIn, RoleGrant, User
from tamgha.platform.journal import services as journal
from tamgha.platform.journal.models import Entry, PersonKey
from tamgha.shared.errors import RefusedError
from tamgha.shared.words import Words

LATER = NOW + timedelta(days=1)


@pytest.fixture
def left(cast) -> User:
    """A person of Juniper who was entered, signed in, and left."""
    person = enter("ulugbek", "Ulugbek Quaxley", cast.juniper, Role.OFFICER)
    services.change_person(
        person=person, values={"email": "quaxley@example.org"}, by=cast.alice, at=NOW
    )
    services.open_log_in(
        person=person,
        session_key="zz",
        address="10.20.30.40",
        device="Quaxley's telephone",
        with_second_factor=False,
        at=NOW,
    )
    services.close_account(person=person, by=cast.alice, at=NOW)
    return person


def test_what_is_personal_is_gone_and_the_row_stays(cast, left):
    assert services.erase_person(person=left, by=cast.alice, at=LATER)

    row = User.objects.values().get(pk=left.pk)
    assert (row["username"], row["email"], row["erased_at"]) == (f"erased-{left.pk}", "", LATER)
    assert not row["is_active"]
    everything = f"{row}{list(LogIn.objects.filter(person=left).values())}".lower()
    assert "quaxley" not in everything
    assert "ulugbek" not in everything
    assert "10.20.30.40" not in everything
    assert not RoleGrant.objects.in_force(LATER).filter(person=left).exists()
    assert not User.objects.get(pk=left.pk).has_usable_password()


def test_the_name_is_told_in_the_language_of_the_reader(cast, left):
    services.erase_person(person=left, by=cast.alice, at=LATER)

    with translation.override("ru"):
        assert User.objects.get(pk=left.pk).full_name == f"Удалённый сотрудник {left.pk}"
    with translation.override("en"):
        assert str(User.objects.get(pk=left.pk)) == f"Erased person {left.pk}"


def test_the_key_goes_in_the_same_transaction_and_the_journal_still_verifies(cast, left):
    journal.seal_all(at=NOW)
    assert PersonKey.objects.get(person=left).wrapped is not None

    services.erase_person(person=left, by=cast.alice, at=LATER)

    journal.seal_all(at=LATER)
    assert PersonKey.objects.get(person=left).wrapped is None
    assert journal.check().is_whole
    last = Entry.objects.filter(for_whom=left).latest("pk")
    assert (last.act, last.by_id) == ("accounts.person_erased", cast.alice.pk)


def test_erased_twice_counts_once_and_nothing_is_done_with_the_person_any_more(cast, left):
    services.erase_person(person=left, by=cast.alice, at=LATER)
    written = Entry.objects.count()

    assert not services.erase_person(person=left, by=cast.alice, at=LATER)

    assert Entry.objects.count() == written
    gone = User.objects.get(pk=left.pk)
    with pytest.raises(services.NotAllowedError):
        services.reopen_account(person=gone, by=cast.alice, at=LATER)
    with pytest.raises(services.NotAllowedError):
        services.make_link(person=gone, by=cast.alice, at=LATER)


def test_an_open_account_and_a_person_of_others_are_refused(cast, left):
    with pytest.raises(services.AccountsError, match="Close it first"):
        services.erase_person(person=cast.bob, by=cast.alice, at=LATER)
    with pytest.raises(services.NotAllowedError):
        services.erase_person(person=left, by=cast.charlie, at=LATER)
    with pytest.raises(services.NotAllowedError):
        services.erase_person(person=left, by=cast.bob, at=LATER)

    assert User.objects.get(pk=left.pk).full_name == "Ulugbek Quaxley"


def test_whoever_still_has_tasks_is_refused_with_each_of_them(cast, left):
    def tasks(person, **_rest):
        return [Words("Two acts.", "Два акта.")] if person.pk == left.pk else []

    asked_for_open_tasks.connect(tasks)
    try:
        with pytest.raises(RefusedError) as refused:
            services.erase_person(person=left, by=cast.alice, at=LATER)
    finally:
        asked_for_open_tasks.disconnect(tasks)

    assert refused.value.faults == (Words("Two acts.", "Два акта."),)
    assert User.objects.get(pk=left.pk).erased_at is None


def test_the_database_keeps_no_erased_person_who_may_sign_in_or_has_a_mail(cast, left):
    services.erase_person(person=left, by=cast.alice, at=LATER)

    for wrong in ({"is_active": True}, {"email": "a@example.org"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            User.objects.filter(pk=left.pk).update(**wrong)
