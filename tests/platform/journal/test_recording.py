from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.db import IntegrityError, connection, transaction
from tests.platform.journal.conftest import NOW

from tamgha.platform.accounts import services as accounts
from tamgha.platform.accounts.choices import Role
from tamgha.platform.accounts.models import User
from tamgha.platform.journal import queries
from tamgha.platform.journal import services as journal
from tamgha.platform.journal.models import Entry, PersonKey
from tamgha.platform.trust import services as trust

pytestmark = pytest.mark.django_db


def test_an_entry_says_who_did_what_to_what_before_and_after_and_when(ann, administration):
    with transaction.atomic():
        journal.record(
            "register.risk.approved",
            by=ann,
            at=NOW,
            on=administration,
            change=journal.Change(
                before={"state": "submitted"},
                after={"state": "approved", "share": Decimal("2.5"), "until": date(2027, 1, 1)},
                reason="checked",
            ),
        )

    entry = Entry.objects.get()
    assert (entry.act, entry.by, entry.at) == ("register.risk.approved", ann, NOW)
    assert entry.administration == administration
    assert (entry.object_kind, entry.object_key, entry.object_name) == (
        "accounts.administration",
        str(administration.pk),
        "Juniper customs",
    )
    assert entry.changes == [
        ("state", "submitted", "approved"),
        ("share", None, "2.5"),
        ("until", None, "2027-01-01"),
    ]
    assert entry.reason == "checked"


def test_an_entry_costs_one_insert_and_no_read(ann, django_assert_num_queries):
    trust.mark(b"")  # the node has its secret

    with transaction.atomic(), django_assert_num_queries(1):
        journal.record("register.risk.made", by=ann, at=NOW, on=journal.Ref("register.risk", "1"))


@pytest.mark.django_db(transaction=True)
def test_outside_a_transaction_nothing_is_written(ann):
    with pytest.raises(RuntimeError, match="outside a transaction"):
        journal.record("register.risk.made", by=ann, at=NOW)

    assert Entry.objects.count() == 0


@pytest.mark.django_db(transaction=True)
def test_an_act_that_is_rolled_back_leaves_no_entry(ann, write):
    write()

    with transaction.atomic():
        User.objects.filter(pk=ann.pk).update(full_name="Changed")
        journal.record("accounts.person_changed", by=ann, at=NOW, on=ann)
        transaction.set_rollback(True)

    assert Entry.objects.count() == 1
    ann.refresh_from_db()
    assert ann.full_name == "Ann Demo"
    assert journal.check().is_whole


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE {table} SET {column} = {column}",
        "DELETE FROM {table}",
    ],
)
@pytest.mark.parametrize(
    ("table", "column"),
    [
        ("journal_entry", "act"),
        ("journal_place", "leaf"),
        ("journal_treenode", "hash"),
        ("journal_head", "root"),
    ],
)
def test_the_database_refuses_to_change_or_remove_what_was_written(write, statement, table, column):
    write(256)
    journal.seal(at=NOW)

    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        connection.cursor().execute(statement.format(table=table, column=column))


def test_the_database_refuses_to_put_another_entry_in_the_place_of_one(write):
    (number,) = write()
    entry = Entry.objects.get()
    entry.act = "register.risk.unmade"

    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        entry.save()
    if connection.vendor == "sqlite":
        with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
            connection.cursor().execute(
                "REPLACE INTO journal_entry SELECT * FROM journal_entry WHERE id = %s", [number]
            )
    else:
        with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
            connection.cursor().execute("TRUNCATE journal_entry")


def test_people_are_named_by_their_keys_alone(ann):
    with transaction.atomic():
        journal.record("accounts.person_changed", by=ann, at=NOW, on=ann, for_whom=ann)

    entry = Entry.objects.get()
    assert entry.object_name == ""
    assert "Ann" not in entry.body


def test_what_is_personal_stands_nowhere_in_the_clear_and_is_read_with_the_persons_key(ann):
    personal = journal.Personal(ann, {"address": "10.20.30.40"})
    with transaction.atomic():
        entry = journal.record(
            "accounts.logged_in", by=ann, at=NOW, change=journal.Change(personal=[personal])
        )

    assert "10.20.30.40" not in entry.body
    assert queries.personal_values(entry) == [
        queries.PersonalValue(ann.pk, {"address": "10.20.30.40"})
    ]


def test_personal_values_moved_into_another_entry_do_not_open(ann):
    personal = journal.Personal(ann, {"address": "10.20.30.40"})
    with transaction.atomic():
        first, second = (
            journal.record(
                "accounts.logged_in", by=ann, at=NOW, change=journal.Change(personal=[personal])
            )
            for _ in range(2)
        )

    second.details["personal"] = first.details["personal"]

    assert queries.personal_values(second) == [queries.PersonalValue(ann.pk, None)]


def test_an_erased_person_is_told_of_no_more_and_the_journal_still_verifies(ann, person_with):
    bob = person_with("Bob")
    with transaction.atomic():
        entries = [
            journal.record(
                "accounts.logged_in",
                by=who,
                at=NOW,
                change=journal.Change(personal=[journal.Personal(who, {"address": "10.20.30.40"})]),
            )
            for who in (ann, bob)
        ]
    journal.seal_all(at=NOW)

    assert journal.erase_person(person=ann, by=bob, at=NOW)
    assert not journal.erase_person(person=ann, by=bob, at=NOW)

    of_ann, of_bob = (queries.personal_values(entry)[0].values for entry in entries)
    assert of_ann is None
    assert of_bob == {"address": "10.20.30.40"}
    journal.seal_all(at=NOW)
    assert journal.check().is_whole
    key = PersonKey.objects.get(person=ann)
    assert (key.wrapped, key.erased_at) == (None, NOW)
    assert Entry.objects.last().act == "accounts.person_erased"


def test_of_an_erased_person_nothing_personal_is_kept_any_more(ann):
    journal.erase_person(person=ann, by=None, at=NOW)

    with transaction.atomic():
        entry = journal.record(
            "accounts.logged_in",
            by=ann,
            at=NOW,
            change=journal.Change(personal=[journal.Personal(ann, {"address": "10.20.30.40"})]),
        )

    assert entry.details["personal"] == {str(ann.pk): ""}
    assert queries.personal_values(entry) == [queries.PersonalValue(ann.pk, None)]


def test_acts_on_peoples_records_are_written_as_they_happen(person_with, administration):
    coordinator = person_with("Cora", Role.COORDINATOR)
    person = accounts.invite_person(
        new=accounts.NewPerson(full_name="Dan Demo", username="dan", email="", language="en"),
        administration=administration,
        roles=[Role.ANALYST],
        by=coordinator,
        at=NOW,
    )

    written = list(Entry.objects.order_by("pk").values_list("act", "by", "for_whom", "object_key"))
    assert ("accounts.person_invited", coordinator.pk, person.pk, str(person.pk)) in written
    assert ("accounts.role_granted", coordinator.pk, person.pk, str(person.pk)) in written
    assert set(Entry.objects.values_list("administration", flat=True)) == {administration.pk}
    granted = Entry.objects.get(act="accounts.role_granted")
    assert granted.changes == [("role", None, "analyst")]


def test_the_change_of_the_nodes_key_is_written():
    trust.seal("journal.head", b"x", about="x", at=NOW)
    key = trust.change_keys(at=datetime(2027, 1, 1, tzinfo=UTC))

    entry = Entry.objects.get(act="trust.key_changed")
    assert entry.object_key == key.fingerprint
