"""Triggers that refuse to change or remove what was written, on SQLite and on PostgreSQL.

A later migration that alters one of these tables on SQLite makes the table anew and loses its
triggers: it must put them back.
"""

from django.db import migrations

TABLES = ("journal_entry", "journal_place", "journal_treenode", "journal_head")
KEYS = {"journal_entry": "id", "journal_place": "position", "journal_treenode": "id", "journal_head": "number"}
SAID = "the journal is append-only"

SQLITE = """
CREATE TRIGGER {table}_no_update BEFORE UPDATE ON {table}
BEGIN SELECT RAISE(ABORT, '{said}: {table}'); END;
CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table}
BEGIN SELECT RAISE(ABORT, '{said}: {table}'); END;
CREATE TRIGGER {table}_no_replace BEFORE INSERT ON {table}
WHEN EXISTS (SELECT 1 FROM {table} WHERE {key} = NEW.{key})
BEGIN SELECT RAISE(ABORT, '{said}: {table}'); END;
"""

POSTGRESQL_FUNCTION = f"""
CREATE FUNCTION journal_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '{SAID}: %', TG_TABLE_NAME USING ERRCODE = 'integrity_constraint_violation';
END $$
"""

POSTGRESQL = (
    "CREATE TRIGGER {table}_no_change BEFORE UPDATE OR DELETE ON {table} "
    "FOR EACH ROW EXECUTE FUNCTION journal_refuse()",
    "CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} "
    "FOR EACH STATEMENT EXECUTE FUNCTION journal_refuse()",
)


def put_up(apps, schema_editor):
    """Make the triggers."""
    if schema_editor.connection.vendor == "sqlite":
        for table in TABLES:
            for statement in SQLITE.format(table=table, key=KEYS[table], said=SAID).split("END;"):
                if statement.strip():
                    schema_editor.execute(f"{statement.strip()} END", params=None)
        return
    schema_editor.execute(POSTGRESQL_FUNCTION, params=None)
    for table in TABLES:
        for statement in POSTGRESQL:
            schema_editor.execute(statement.format(table=table), params=None)


def take_down(apps, schema_editor):
    """Remove them."""
    if schema_editor.connection.vendor == "sqlite":
        for table in TABLES:
            for name in ("update", "delete", "replace"):
                schema_editor.execute(f"DROP TRIGGER {table}_no_{name}", params=None)
        return
    for table in TABLES:
        for name in ("change", "truncate"):
            schema_editor.execute(f"DROP TRIGGER {table}_no_{name} ON {table}", params=None)
    schema_editor.execute("DROP FUNCTION journal_refuse()", params=None)


class Migration(migrations.Migration):
    dependencies = [("journal", "0001_entries_and_heads")]

    operations = [migrations.RunPython(put_up, take_down)]
