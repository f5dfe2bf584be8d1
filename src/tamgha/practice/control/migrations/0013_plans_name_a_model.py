"""A plan may name the trained model that scores arrivals; what is submitted keeps it."""

from django.db import migrations, models

from tamgha.platform.journal.domain import Guard
from tamgha.platform.journal.gateways import guarding

MODEL_STAYS = Guard(
    "control_planversion",
    fixed=("id", "plan_id", "number", "made_by_id", "made_at"),
    unless=(
        (
            "OLD.state = 'draft'",
            (
                "mode", "expected_red", "expected_yellow", "expected_blue", "random_red",
                "random_yellow", "random_blue", "maximum_hits", "random_lifts", "period",
                "green_delay_minutes", "yellow_to_blue_days", "rule", "capacity",
                "random_examinations", "exploration", "lot_minutes", "planned_minutes", "arrivals",
                "mandatory", "score_model", "task_en", "task_ru", "reason", "preview",
            ),
        ),
        ("OLD.published_at IS NULL", ("published_at",)),
        ("OLD.retired_at IS NULL", ("retired_at",)),
    ),
    moves=(
        "OLD.state = 'published' AND NEW.state NOT IN ('published', 'retired')",
        "OLD.state = 'retired' AND NEW.state <> 'retired'",
    ),
    said="a plan stays as it was submitted",
)  # fmt: skip


def take_down(_apps, schema_editor):
    for statement in MODEL_STAYS.take_down(schema_editor.connection.vendor):
        schema_editor.execute(statement, params=None)


class Migration(migrations.Migration):
    dependencies = [("control", "0012_weeks_and_indexes_of_results")]

    operations = [
        migrations.AddField(
            "planversion", "score_model", models.PositiveIntegerField(blank=True, null=True)
        ),
        migrations.RunPython(take_down, migrations.RunPython.noop),
        guarding((MODEL_STAYS,)),
    ]
