"""A hand that takes the triggers off: what it changed, removed or put in is named."""

import json
import time
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import IntegrityError, connection, transaction
from tests.platform.journal.conftest import NOW, another_hand, faults

from tamgha.platform.journal import gateways
from tamgha.platform.journal import services as journal
from tamgha.platform.journal.domain import SignedHead, leaf_hash
from tamgha.platform.journal.models import Entry, Head, Place
from tamgha.platform.trust import services as trust

pytestmark = pytest.mark.django_db


def test_a_journal_that_nobody_touched_is_whole_and_says_how_long_its_tail_is(sealed):
    report = journal.check()

    assert report.is_whole
    assert (report.entries, report.heads) == (12, 3)
    assert (report.tail.count, report.tail.since) == (2, NOW)


def test_an_empty_journal_is_whole():
    report = journal.check()

    assert (report.is_whole, report.entries, report.tail.count) == (True, 0, 0)


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("act", "register.risk.unmade"),
        ("at", "2026-11-24 09:00:00.000001+00:00"),
        ("administration_id", None),
        ("by_id", 99),
        ("for_whom_id", 99),
        ("object_kind", "x"),
        ("object_key", "8"),
        ("object_name", "Risk 8"),
        ("body", '{"after":{"step":99}}'),
        ("nonce", b"x" * 16),
        ("mark", b"x" * 16),
    ],
)
def test_a_changed_row_is_named_whichever_column_was_changed(sealed, column, value):
    with another_hand() as execute:
        execute(f"UPDATE journal_entry SET {column} = %s WHERE id = %s", [value, sealed[5]])

    assert faults() == [("changed", sealed[5])]


def test_the_first_of_several_changed_rows_is_named_first(sealed):
    with another_hand() as execute:
        for number in (sealed[9], sealed[3]):
            execute("UPDATE journal_entry SET act = 'x' WHERE id = %s", [number])

    assert faults() == [("changed", sealed[3]), ("changed", sealed[9])]
    assert journal.check().faults[0].words.ru == f"запись {sealed[3]} изменена после опечатывания"


def test_a_missing_row_is_named(sealed):
    with another_hand() as execute:
        execute("DELETE FROM journal_entry WHERE id = %s", [sealed[7]])

    assert faults() == [("missing", sealed[7])]


@pytest.mark.parametrize("where", ["below", "above"])
@pytest.mark.parametrize("copied", [4, 13])
def test_a_row_that_was_put_in_is_named_and_never_sealed(sealed, where, copied):
    number = 0 if where == "below" else sealed[-1] + 1
    with another_hand() as execute:
        execute(
            "INSERT INTO journal_entry (id, at, act, object_kind, object_key, object_name, nonce, "
            "mark, body, administration_id, by_id) SELECT %s, at, act, object_kind, object_key, "
            "object_name, %s, mark, body, administration_id, by_id FROM journal_entry WHERE id = %s",
            [number, b"another nonce 16", sealed[copied]],
        )

    assert faults() == [("inserted", number)]
    journal.seal_all(at=NOW)
    assert faults() == [("inserted", number)]
    assert not Place.objects.filter(entry_number=number).exists()


def test_a_row_of_the_tail_that_was_changed_is_named(sealed):
    with another_hand() as execute:
        execute("UPDATE journal_entry SET act = 'x' WHERE id = %s", [sealed[12]])

    assert faults() == [("inserted", sealed[12])]


def test_a_copy_of_an_entry_is_refused(sealed):
    entry = Entry.objects.get(pk=sealed[0])
    entry.pk = None

    with pytest.raises(IntegrityError), transaction.atomic():
        entry.save(force_insert=True)


@pytest.mark.skipif(
    "connection.vendor != 'sqlite'", reason="PostgreSQL leaves gaps of its own in the numbers"
)
@pytest.mark.parametrize("which", [12, 13])
def test_a_row_missing_from_the_tail_is_named_where_numbers_have_no_gaps(sealed, which):
    with another_hand() as execute:
        execute("DELETE FROM journal_entry WHERE id = %s", [sealed[which]])

    assert faults() == [("missing", sealed[which])]


def rewrite(execute, number):
    """Change an entry and its leaf with it, as somebody would who knows how leaves are made."""
    execute("UPDATE journal_entry SET act = 'x' WHERE id = %s", [number])
    leaf = leaf_hash(gateways.row_of(number).leaf_bytes)
    execute("UPDATE journal_place SET leaf = %s WHERE entry_number = %s", [leaf, number])


def test_a_row_changed_with_its_leaf_breaks_the_head_over_it(sealed):
    with another_hand() as execute:
        rewrite(execute, sealed[5])

    report = journal.check()
    assert [(fault.kind, fault.entry) for fault in report.faults] == [("head", None)]
    assert report.faults[0].words.en == (
        f"head 2 does not fit the entries under it, up to entry {sealed[7]}: "
        "one of them was changed together with its leaf"
    )


def test_in_a_long_journal_the_block_of_such_a_row_is_named(write):
    numbers = write(600)
    journal.seal_all(at=NOW)
    with another_hand() as execute:
        rewrite(execute, numbers[300])

    (fault,) = journal.check().faults
    assert (fault.kind, fault.entry) == ("place", numbers[256])
    assert f"entries from {numbers[256]} to {numbers[511]}" in fault.words.en


def test_a_head_signed_by_another_hand_is_refused(sealed):
    head = Head.objects.get(number=3)
    forged = SignedHead(
        number=3, size=head.size, root=b"r" * 32, previous=bytes(head.previous), at=head.at_text
    )
    with another_hand() as execute:
        execute("UPDATE journal_head SET root = %s WHERE number = 3", [forged.root])

    found = [fault.words.en for fault in journal.check().faults]
    assert any("does not fit the entries" in words for words in found)
    assert any("The signature does not fit" in words for words in found)


def test_heads_that_were_taken_away_are_missed(sealed):
    with another_hand() as execute:
        execute("DELETE FROM journal_head WHERE number = 3")
        execute("DELETE FROM journal_place WHERE position >= 8")

    assert [fault.kind for fault in journal.check().faults] == ["head"]


def test_a_head_kept_elsewhere_shows_that_the_whole_journal_was_made_anew(write):
    write(6)
    journal.seal_all(at=NOW)
    kept = Head.objects.get().signed
    with another_hand() as execute:
        for table in ("journal_head", "journal_place", "journal_entry", "trust_sealing"):
            execute(f"DELETE FROM {table}")
    write(6, at=NOW + timedelta(days=1))
    journal.seal_all(at=NOW)

    assert journal.check().is_whole
    assert "no longer holds" in journal.check(kept=[kept]).faults[0].words.en


def test_an_exchanged_order_is_noticed(sealed):
    with another_hand() as execute:
        execute("UPDATE journal_place SET entry_number = -1 WHERE position = 2")
        execute(
            "UPDATE journal_place SET entry_number = %s WHERE position = 3", [sealed[2] + 100_000]
        )
        execute("UPDATE journal_place SET entry_number = %s WHERE position = 2", [sealed[3]])
        execute("UPDATE journal_place SET entry_number = %s WHERE position = 3", [sealed[2]])

    assert faults() == [("changed", sealed[2]), ("changed", sealed[3])]


def test_a_place_that_is_gone_is_noticed(sealed):
    with another_hand() as execute:
        execute("DELETE FROM journal_place WHERE position = 5")

    assert "position 5 of the sealed order" in journal.check().faults[0].words.en


def test_triggers_that_are_gone_are_reported(sealed):
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("DROP TRIGGER journal_entry_no_update")
        else:
            cursor.execute("ALTER TABLE journal_entry DISABLE TRIGGER journal_entry_no_update")

    (fault,) = journal.check().faults
    assert fault.kind == "guard"
    assert "journal_entry" in fault.words.ru


def test_the_journal_verifies_over_a_change_of_keys(write):
    write(3)
    journal.seal_all(at=NOW)
    trust.change_keys(at=NOW)
    write(3)
    journal.seal_all(at=NOW)

    assert journal.check().is_whole
    assert len(set(Head.objects.values_list("key", flat=True))) == 2


@pytest.mark.parametrize("which", [0, 5, 11])
def test_a_proof_convinces_without_the_journal_and_holds_one_entry_alone(sealed, which):
    proof = json.loads(json.dumps(journal.proof_of(sealed[which])))

    assert journal.check_proof(proof) == sealed[which]
    assert proof["head"]["number"] == 3
    assert len(proof["path"]) <= 4


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("entry", 1_000),
        ("content", "x"),
        ("mark", "00"),
        ("position", 6),
        ("path", []),
        ("head", {}),
    ],
)
def test_a_proof_that_was_changed_does_not_prove(sealed, key, value):
    proof = journal.proof_of(sealed[5]) | {key: value}

    with pytest.raises(journal.WrongProofError):
        journal.check_proof(proof)


def test_a_proof_under_a_head_of_another_hand_does_not_prove(sealed):
    proof = journal.proof_of(sealed[5])
    proof["head"]["signature"] = "00" * 64

    with pytest.raises(journal.WrongProofError, match="signature"):
        journal.check_proof(proof)


def test_an_entry_of_the_tail_has_no_proof_yet(sealed):
    with pytest.raises(journal.NotSealedError, match=str(sealed[-1])):
        journal.proof_of(sealed[-1])


@pytest.fixture
def almaty(monkeypatch):
    """Let the process live in another zone than UTC, as a node's does."""
    monkeypatch.setenv("TZ", "Asia/Almaty")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


@pytest.mark.parametrize("microsecond", [0, 120_000, 999_999])
def test_moments_read_the_same_in_every_zone_and_to_the_microsecond(write, almaty, microsecond):
    write(1, at=NOW.replace(microsecond=microsecond).astimezone(ZoneInfo("Asia/Almaty")))
    journal.seal_all(at=NOW)

    assert journal.check().is_whole
    assert (
        f"2026-11-24 09:00:00.{microsecond:06}"
        in journal.proof_of(Entry.objects.get().pk)["content"]
    )
