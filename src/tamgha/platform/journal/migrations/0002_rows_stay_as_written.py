"""Triggers that refuse to change or remove what was written, on SQLite and on PostgreSQL.

A later migration that alters one of these tables on SQLite makes the table anew and loses its
triggers: it must put them back.
"""

from django.db import migrations

from tamgha.platform.journal.domain import Guard
from tamgha.platform.journal.gateways import guarding

SAID = "the journal is append-only"
GUARDS = (
    Guard("journal_entry", said=SAID, replace="id"),
    Guard("journal_place", said=SAID, replace="position"),
    Guard("journal_treenode", said=SAID, replace="id"),
    Guard("journal_head", said=SAID, replace="number"),
)


class Migration(migrations.Migration):
    dependencies = [("journal", "0001_entries_and_heads")]

    operations = [guarding(GUARDS)]
