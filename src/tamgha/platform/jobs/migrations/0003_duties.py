"""When each duty of the node was last done."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("jobs", "0002_work_names_its_task")]

    operations = [
        migrations.CreateModel(
            name="DutyRun",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=80, unique=True)),
                ("begun_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(null=True)),
                ("done_at", models.DateTimeField(null=True)),
                ("fault", models.CharField(blank=True, default="", max_length=80)),
                ("times", models.PositiveBigIntegerField(default=0)),
                ("failures", models.PositiveBigIntegerField(default=0)),
                ("worker", models.CharField(blank=True, default="", max_length=120)),
            ],
            options={
                "verbose_name": "duty of the node",
                "verbose_name_plural": "duties of the node",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(failures__lte=models.F("times")),
                        name="duty_failures_are_some_of_all",
                    )
                ],
            },
        ),
    ]
