import django.db.models.deletion
from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("control", "0002_hits_by_version_and_importers")]

    operations = [
        migrations.AddField(
            model_name="actversion",
            name="system",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="control.apisystem",
            ),
        ),
        migrations.AddField(
            model_name="actversion",
            name="key",
            field=models.CharField(blank=True, default="", max_length=80),
        ),
        migrations.AddConstraint(
            model_name="actversion",
            constraint=models.UniqueConstraint(
                condition=~Q(key=""), fields=("act", "key"), name="act_version_once_per_key"
            ),
        ),
    ]
