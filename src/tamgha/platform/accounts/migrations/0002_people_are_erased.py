"""Of a person who was erased the row stays, without anything personal."""

from typing import ClassVar

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies: ClassVar = [("accounts", "0001_people_roles_links_and_log_ins")]

    operations: ClassVar = [
        migrations.AddField(
            model_name="user",
            name="erased_at",
            field=models.DateTimeField(editable=False, null=True, verbose_name="erased"),
        ),
        migrations.AddConstraint(
            model_name="user",
            constraint=models.CheckConstraint(
                condition=models.Q(erased_at=None) | models.Q(is_active=False, email=""),
                name="person_erased_is_gone",
            ),
        ),
    ]
