"""A saved version of a profile keeps its wording: triggers refuse to change or remove it.

What moves is its state, its share and the end of an alert; what it rests on is written down once; what
the second person approved is kept while it is being approved, and never after.

A later migration that alters one of these tables on SQLite makes the table anew and loses its
triggers: it must put them back.
"""

from django.db import migrations

from tamgha.platform.journal.domain import Guard
from tamgha.platform.journal.gateways import guarding

GUARDS = (
    Guard(
        "targeting_profileversion",
        fixed=(
            "id", "profile_id", "number", "name", "condition", "red", "yellow", "blue", "task_en",
            "task_ru", "purpose", "risk", "evidence", "office", "direction", "valid_from",
            "valid_to", "note", "evidence_of_test", "author_id", "saved_at",
        ),
        unless=(
            ("OLD.rests_on = '{}'", ("rests_on",)),
            ("OLD.state IN ('submitted', 'alert')", ("frozen",)),
        ),
        moves=("OLD.state = 'retired' AND NEW.state <> 'retired'",),
        said="a version stays as it was saved",
    ),
    Guard("targeting_versionstep"),
)  # fmt: skip


class Migration(migrations.Migration):
    dependencies = [
        ("targeting", "0002_passports"),
        ("journal", "0002_rows_stay_as_written"),
    ]

    operations = [guarding(GUARDS)]
