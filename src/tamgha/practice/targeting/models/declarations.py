"""Sets of declarations and the files they were taken in from. The rows lie in Parquet."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from tamgha.practice.targeting.choices import IntakeContent, IntakeState, SetState

PERSON = settings.AUTH_USER_MODEL


class DeclarationSet(models.Model):
    """One set of declarations of one administration: the catalogue row of a folder of Parquet.

    ``catalogue`` repeats the folder's own catalogue as it was when the set last changed, so that
    lists need not open it; ``change`` counts those changes and names caches.
    """

    administration = models.ForeignKey(
        "accounts.Administration", on_delete=models.PROTECT, related_name="declaration_sets"
    )
    name = models.CharField(max_length=120)
    folder = models.CharField(max_length=80, unique=True)
    state = models.CharField(max_length=8, choices=SetState.choices, default=SetState.OPEN)
    simulated = models.BooleanField(default=False)
    rows = models.BigIntegerField(default=0)
    declarations = models.BigIntegerField(default=0)
    first_day = models.DateField(null=True, blank=True)
    last_day = models.DateField(null=True, blank=True)
    currency = models.CharField(max_length=3, blank=True, default="")
    examined = models.BigIntegerField(default=0)
    found = models.BigIntegerField(default=0)
    has_random_stratum = models.BooleanField(default=False)
    catalogue = models.JSONField(default=dict)
    change = models.PositiveIntegerField(default=1)
    made_by = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="+", null=True)
    made_at = models.DateTimeField()
    changed_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["administration", "name"],
                condition=Q(state=SetState.OPEN),
                name="set_name_once_in_use",
            ),
            models.CheckConstraint(condition=Q(state__in=SetState.values), name="set_state_known"),
            models.CheckConstraint(condition=~Q(name=""), name="set_is_named"),
        ]

    def __str__(self) -> str:
        return self.name


class SavedMapping(models.Model):
    """How the columns of one sender's files are taken, kept for the next file."""

    administration = models.ForeignKey(
        "accounts.Administration", on_delete=models.PROTECT, related_name="mappings"
    )
    name = models.CharField(max_length=80)
    text = models.TextField()
    made_by = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["administration", "name"], name="mapping_name_once")
        ]

    def __str__(self) -> str:
        return self.name


class Intake(models.Model):
    """One given file on its way into a set, with the decision that a person took on it."""

    administration = models.ForeignKey(
        "accounts.Administration", on_delete=models.PROTECT, related_name="intakes"
    )
    file = models.ForeignKey("files.StoredFile", on_delete=models.PROTECT, related_name="+")
    content = models.CharField(
        max_length=8, choices=IntakeContent.choices, default=IntakeContent.ITEMS
    )
    set = models.ForeignKey(
        DeclarationSet, on_delete=models.PROTECT, related_name="intakes", null=True, blank=True
    )
    set_name = models.CharField(max_length=120, blank=True, default="")
    mapping = models.TextField(blank=True, default="")
    columns = models.JSONField(default=list)
    confirmed = models.JSONField(default=list)
    state = models.CharField(max_length=8, choices=IntakeState.choices, default=IntakeState.GIVEN)
    job = models.ForeignKey(
        "jobs.Job", on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    report = models.JSONField(default=dict)
    rows = models.BigIntegerField(default=0)
    good = models.BigIntegerField(default=0)
    faults = models.BigIntegerField(default=0)
    warnings = models.BigIntegerField(default=0)
    rejects = models.ForeignKey(
        "files.StoredFile", on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    problem = models.JSONField(default=dict)
    given_by = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="+")
    given_at = models.DateTimeField()
    decided_by = models.ForeignKey(
        PERSON, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    decided_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=IntakeState.values), name="intake_state_known"
            ),
            models.CheckConstraint(
                condition=Q(decided_by__isnull=True, decided_at__isnull=True)
                | Q(decided_by__isnull=False, decided_at__isnull=False),
                name="intake_decision_is_whole",
            ),
        ]

    def __str__(self) -> str:
        return f"intake {self.pk}"
