"""What is written by statements made once is what the models themselves would have written."""

from datetime import UTC, datetime

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.transaction import TransactionManagementError
from django.test.utils import CaptureQueriesContext

from tamgha.platform.journal.models import Entry
from tamgha.platform.statements import MOST_VALUES, Insert, InsertPlain, run

NOW = datetime(2026, 11, 24, 9, 30, 15, 123456, tzinfo=UTC)
pytestmark = pytest.mark.django_db


def entry(number: int) -> Entry:
    return Entry(
        at=NOW,
        act="accounts.person.entered",
        by_id=7,
        object_kind="досмотр",
        object_key="100 % 's \\ ;",
        nonce=number.to_bytes(16, "big"),
        mark=bytes(range(16)),
        body='{"after":{"é":"%s ? \u2028"}}',
    )


def values_of(row: Entry) -> dict:
    return {
        one.attname: bytes(value)
        if isinstance(value := getattr(row, one.attname), memoryview)
        else value
        for one in Entry._meta.concrete_fields
        if one.attname not in {"id", "nonce"}
    }


def test_a_row_is_written_as_its_model_would_write_it():
    with transaction.atomic():
        by_model = entry(1)
        by_model.save(force_insert=True)
        by_statement = entry(2)
        Insert(Entry)([by_statement])

    assert by_statement.pk not in {None, by_model.pk}
    stored = [Entry.objects.get(pk=one.pk) for one in (by_model, by_statement)]
    assert values_of(stored[0]) == values_of(stored[1])
    assert bytes(stored[1].nonce) == (2).to_bytes(16, "big")


def test_many_rows_each_get_their_own_key():
    most = MOST_VALUES // len(Entry._meta.concrete_fields)
    rows = [entry(number) for number in range(2 * most + 3)]

    with transaction.atomic():
        Insert(Entry)(rows)

    kept = {row.pk: bytes(row.nonce) for row in Entry.objects.all()}
    assert kept == {row.pk: row.nonce for row in rows}
    Insert(Entry)([])


def test_the_straight_way_and_the_logged_way_do_the_same():
    write = InsertPlain(Entry, ("at", "act", "object_kind", "object_key", "object_name", "nonce", "mark", "body"))  # fmt: skip
    moment = NOW if connection.vendor == "postgresql" else "2026-11-24 09:30:15.123456"

    with transaction.atomic():
        write([(moment, "a.b.c", "", "", "", b"1" * 16, b"m" * 16, "{}")])
        straight = run("SELECT act, object_key FROM journal_entry WHERE act = %s", ["a.b.c"])
        with CaptureQueriesContext(connection) as seen:
            write([(moment, "a.b.c", "", "", "", b"2" * 16, b"m" * 16, "{}")])
            logged = run("SELECT act, object_key FROM journal_entry WHERE act = %s", ["a.b.c"])

    assert len(seen) == 2
    assert [tuple(one) for one in straight] == [("a.b.c", "")]
    assert [tuple(one) for one in logged] == [("a.b.c", "")] * 2


def test_a_broken_rule_is_the_error_of_django_and_the_transaction_is_over():
    with pytest.raises(IntegrityError), transaction.atomic():
        Insert(Entry)([entry(1), entry(1)])
    assert Entry.objects.count() == 0

    with transaction.atomic():
        transaction.set_rollback(True)
        with pytest.raises(TransactionManagementError):
            run("SELECT 1")
