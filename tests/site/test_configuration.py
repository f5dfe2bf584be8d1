"""The one table of settings: nonsense is refused at start, and the manual says the same."""

from pathlib import Path

import pytest

from tamgha.shared.errors import RefusedError
from tamgha.site.configuration import SETTINGS, database, kept_secret, read_settings

MANUAL = Path(__file__).parents[2] / "docs" / "reference" / "settings.md"


def test_an_empty_environment_gives_every_default():
    values = read_settings({})

    assert set(values) == {setting.name for setting in SETTINGS}
    assert values["DEMO"] is False
    assert values["NODE"] == "node"


def test_all_nonsense_is_named_at_once_with_what_was_expected_and_what_came():
    with pytest.raises(RefusedError) as refusal:
        read_settings(
            {
                "TAMGHA_DEMO": "maybe",
                "TAMGHA_LOCKOUT_FAILURES": "2",
                "TAMGHA_TIME_ZONE": "Mars/Base",
                "TAMGHA_DATABASE_URL": "mysql://x",
                "TAMGHA_DEMOO": "1",
            }
        )

    texts = [fault.en for fault in refusal.value.faults]
    assert texts == [
        "TAMGHA_DATABASE_URL: expected sqlite:///path/to/file, or postgresql://user:password@host:port/name; 'mysql://x' came",
        "TAMGHA_DEMO: expected 1 or 0; 'maybe' came",
        "TAMGHA_TIME_ZONE: expected a name of the time zone database, such as Asia/Almaty; 'Mars/Base' came",
        "TAMGHA_LOCKOUT_FAILURES: expected a whole number from 3 to 100; '2' came",
        "TAMGHA_DEMOO: no such setting; the manual lists them in docs/reference/settings.md",
    ]


def test_a_database_url_is_taken_apart_with_its_escapes(tmp_path):
    settings = database("postgresql://ann:p%40ss@db.local:5433/tamgha", tmp_path, 60)

    assert settings["USER"] == "ann"
    assert settings["PASSWORD"] == "p@ss"
    assert (settings["HOST"], settings["PORT"], settings["NAME"]) == ("db.local", "5433", "tamgha")


def test_sqlite_acknowledges_only_what_is_on_the_disk(tmp_path):
    options = database("", tmp_path, 0)["OPTIONS"]

    assert "synchronous=FULL" in options["init_command"]
    assert options["transaction_mode"] == "IMMEDIATE"


def test_the_secret_is_made_once_and_only_its_owner_reads_it(tmp_path):
    first = kept_secret(tmp_path / "home")

    assert len(first) >= 48
    assert kept_secret(tmp_path / "home") == first
    assert (tmp_path / "home" / "secret.key").stat().st_mode & 0o077 == 0


def test_the_manual_lists_every_setting_with_its_default_and_meaning():
    rows = {
        tuple(cell.strip().strip("`") for cell in line.strip("|").split("|"))
        for line in MANUAL.read_text(encoding="utf-8").splitlines()
        if line.startswith("| `TAMGHA_")
    }

    assert rows == {(s.variable, s.default, s.meaning) for s in SETTINGS}
