"""Programs of the administration that may ask for decisions, and files that were dropped in."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

PERSON = settings.AUTH_USER_MODEL


class ApiSystem(models.Model):
    """A program that holds a key. Of the key only a hash is kept; ``head`` tells it from others."""

    administration = models.ForeignKey(
        "accounts.Administration", on_delete=models.PROTECT, related_name="api_systems"
    )
    name = models.CharField(max_length=80)
    head = models.CharField(max_length=12)
    key_hash = models.CharField(max_length=64, unique=True)
    may_decide = models.BooleanField(default=True)
    may_hand_in = models.BooleanField(default=False)
    per_minute = models.PositiveIntegerField(default=6000)
    made_by = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    revoked_by = models.ForeignKey(
        PERSON, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["administration", "name"],
                condition=Q(revoked_at=None),
                name="system_name_once_in_use",
            ),
            models.CheckConstraint(condition=~Q(name=""), name="system_is_named"),
            models.CheckConstraint(condition=Q(per_minute__gt=0), name="system_rate_above_zero"),
        ]

    def __str__(self) -> str:
        return self.name


class FileDrop(models.Model):
    """A file of declarations that were decided together."""

    class State(models.TextChoices):
        """Where the file stands."""

        GIVEN = "given", _("given")
        RUNNING = "running", _("is being decided")
        DONE = "done", _("decided")
        REFUSED = "refused", _("refused")

    administration = models.ForeignKey(
        "accounts.Administration", on_delete=models.PROTECT, related_name="file_drops"
    )
    file = models.ForeignKey("files.StoredFile", on_delete=models.PROTECT, related_name="+")
    mapping = models.TextField(blank=True, default="")
    state = models.CharField(max_length=7, choices=State.choices, default=State.GIVEN)
    rows = models.PositiveIntegerField(default=0)
    declarations = models.PositiveIntegerField(default=0)
    lanes = models.JSONField(default=dict)
    faults = models.JSONField(default=list)
    answer = models.ForeignKey(
        "files.StoredFile", on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    job = models.ForeignKey(
        "jobs.Job", on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    given_by = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="+")
    given_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(state__in=["given", "running", "done", "refused"]),
                name="drop_state_known",
            ),
        ]

    def __str__(self) -> str:
        return f"drop {self.pk}"
