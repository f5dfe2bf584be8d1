from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0001_people_roles_links_and_log_ins"),
        ("control", "0001_plans_decisions_acts"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveConstraint(model_name="decisionhit", name="hit_once_per_profile"),
        migrations.AddConstraint(
            model_name="decisionhit",
            constraint=models.UniqueConstraint(
                fields=("decision", "code", "number"), name="hit_once_per_version"
            ),
        ),
        migrations.AddIndex(
            model_name="decision",
            index=models.Index(
                fields=["administration", "importer"], name="decision_by_importer"
            ),
        ),
    ]
