import json
import re
from datetime import UTC, datetime

import pytest
from django.db import connection, transaction
from typer.testing import CliRunner

from tamgha.platform.accounts.models import User
from tamgha.platform.journal import services as journal
from tamgha.platform.journal.gateways import guards_lifted
from tamgha.platform.journal.models import PersonKey
from tamgha.shared.errors import TamghaError
from tamgha.site.cli import journal as _commands  # noqa: F401 -- registers the commands
from tamgha.site.cli_app import app

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)

pytestmark = pytest.mark.django_db


@pytest.fixture
def run(monkeypatch):
    """Return a function that runs the command and gives exit code, output and errors."""
    monkeypatch.setenv("LC_ALL", "C")

    def command(*arguments):
        done = CliRunner().invoke(app, arguments)
        if isinstance(done.exception, TamghaError):
            return 1, str(done.exception)
        return done.exit_code, re.sub(r"\s+", " ", done.output)

    return command


@pytest.fixture
def numbers():
    with transaction.atomic():
        return [
            journal.record("register.risk.made", by=None, at=NOW, on=journal.Ref("x.y", str(n))).pk
            for n in range(5)
        ]


def test_a_whole_journal_ends_with_zero_and_tells_the_tail(run, numbers):
    waiting = run("journal", "verify")
    sealed = run("journal", "seal")
    whole = run("journal", "verify")

    assert waiting[0] == 0
    assert "Not sealed yet: 5, since 2026-11-24 09:00:00 UTC." in waiting[1]
    assert sealed == (0, "Sealed entries: 5, heads: 1. ")
    assert whole == (
        0,
        "The journal is whole: 5 sealed entries under 1 heads. Nothing waits to be sealed. ",
    )


def test_a_changed_row_ends_with_one_and_is_named(run, numbers):
    run("journal", "seal")
    with guards_lifted(connection), connection.cursor() as cursor:
        cursor.execute("UPDATE journal_entry SET act = 'x' WHERE id = %s", [numbers[2]])

    code, said = run("journal", "verify")
    code_json, document = run("journal", "verify", "--json")

    assert (code, code_json) == (1, 1)
    assert f"entry {numbers[2]} was changed after it was sealed" in said
    found = json.loads(document)
    assert found["whole"] is False
    assert found["faults"] == [
        {
            "kind": "changed",
            "entry": numbers[2],
            "words": f"entry {numbers[2]} was changed after it was sealed",
        }
    ]
    assert found["unsealed"] == {"count": 0, "since": None}


def test_it_speaks_russian(run, numbers, monkeypatch):
    monkeypatch.setenv("LC_ALL", "ru_RU.UTF-8")

    assert "Ещё не опечатано: 5" in run("journal", "verify")[1]


def test_a_proof_is_handed_on_and_checked(run, numbers, tmp_path):
    run("journal", "seal")
    file = tmp_path / "proof.json"
    file.write_text(run("journal", "proof", str(numbers[3]), "--json")[1])
    wrong = tmp_path / "wrong.json"
    wrong.write_text(file.read_text().replace("register.risk.made", "register.risk.dead"))

    assert run("journal", "check-proof", str(file))[0] == 0
    assert run("journal", "check-proof", str(wrong)) == (
        1,
        f"The path does not lead from entry {numbers[3]} to the head: the entry or the path was changed.",
    )
    assert "stands at position 3 under head 1" in run("journal", "proof", str(numbers[3]))[1]


def test_what_is_no_proof_is_refused_with_what_was_expected(run, tmp_path):
    (tmp_path / "list.json").write_text("[]")
    (tmp_path / "text.json").write_text("proof")
    (tmp_path / "other.json").write_text("{}")

    assert (
        "one JSON object was expected"
        in run("journal", "check-proof", str(tmp_path / "list.json"))[1]
    )
    assert "no JSON file" in run("journal", "check-proof", str(tmp_path / "text.json"))[1]
    assert (
        "A proof of the journal was expected"
        in run("journal", "check-proof", str(tmp_path / "other.json"))[1]
    )


def test_a_head_kept_elsewhere_is_held_against_the_journal(run, numbers, tmp_path):
    run("journal", "seal")
    kept = tmp_path / "head.json"
    kept.write_text(run("journal", "head")[1])
    assert run("journal", "verify", "--against", str(kept))[0] == 0
    with guards_lifted(connection), connection.cursor() as cursor:
        for table in ("journal_head", "journal_place", "journal_entry", "trust_sealing"):
            cursor.execute(f"DELETE FROM {table}")
    with transaction.atomic():
        for _n in range(5):
            journal.record("register.risk.made", by=None, at=NOW)
    run("journal", "seal")

    assert run("journal", "verify")[0] == 0
    code, said = run("journal", "verify", "--against", str(kept))
    assert code == 1
    assert "no longer holds what the kept head 1 covers" in said


def test_before_the_first_seal_there_is_no_head(run):
    assert run("journal", "head") == (1, "Nothing is sealed yet. Seal first: tamgha journal seal.")


def test_erasing_asks_first_and_destroys_the_key(run):
    ann = User.objects.create(username="ann", full_name="Ann Demo")
    with transaction.atomic():
        journal.record(
            "accounts.logged_in",
            by=ann,
            at=NOW,
            change=journal.Change(personal=[journal.Personal(ann, {"address": "10.0.0.1"})]),
        )

    assert run("journal", "erase", "ann")[0] == 1  # nobody said yes
    assert PersonKey.objects.get(person=ann).wrapped is not None
    assert run("journal", "erase", "ann", "--yes") == (0, "The person is erased. ")
    assert PersonKey.objects.get(person=ann).wrapped is None
    assert not User.objects.filter(full_name="Ann Demo").exists()
    login = f"erased-{ann.pk}"
    assert run("journal", "erase", login, "--yes") == (0, "The person was erased before. ")
    assert "Nobody signs in as 'bob'" in run("journal", "erase", "bob", "--yes")[1]


def test_keys_are_listed_with_what_they_sealed_and_changed(run, numbers):
    run("journal", "seal")
    changed = run("trust", "change")
    listed = json.loads(run("trust", "keys", "--json")[1])

    assert "The node signs with" in changed[1]
    assert [(one["kind"], one["sealed"], one["retired_at"] is None) for one in listed] == [
        ("", 0, True),
        ("journal.head", 1, False),
    ]
    assert "journal.head" in run("trust", "keys")[1]
