"""Plans of offices as versions that are never changed once they were submitted."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext as _

from tamgha.practice.control.choices import Counting, Direction, Mode, PlanState, Rule

PERSON = settings.AUTH_USER_MODEL
WHOLE = 10_000


class OfficePlan(models.Model):
    """The plan of one office and direction; the office "" is the administration's default."""

    administration = models.ForeignKey(
        "accounts.Administration", on_delete=models.PROTECT, related_name="plans"
    )
    office = models.CharField(max_length=60, blank=True, default="")
    direction = models.CharField(max_length=8, choices=Direction.choices)
    latest = models.PositiveIntegerField(default=0)
    made_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["administration", "office", "direction"], name="plan_of_an_office_once"
            ),
            models.CheckConstraint(
                condition=Q(direction__in=Direction.values), name="plan_direction_known"
            ),
        ]

    def __str__(self) -> str:
        office = self.office or _("every other office")
        return f"{office}, {self.get_direction_display()}"


class PlanVersion(models.Model):
    """One version of a plan. Shares are basis points (10,000 = 100 %), times are minutes.

    ``preview`` keeps what the plan would have done on past declarations when it was submitted.
    """

    plan = models.ForeignKey(OfficePlan, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    state = models.CharField(max_length=9, choices=PlanState.choices, default=PlanState.DRAFT)
    mode = models.CharField(max_length=8, choices=Mode.choices, default=Mode.MODSEL)
    expected_red = models.PositiveIntegerField(default=0)
    expected_yellow = models.PositiveIntegerField(default=0)
    expected_blue = models.PositiveIntegerField(default=0)
    random_red = models.PositiveIntegerField(default=0)
    random_yellow = models.PositiveIntegerField(default=0)
    random_blue = models.PositiveIntegerField(default=0)
    maximum_hits = models.PositiveIntegerField(null=True, blank=True)
    random_lifts = models.BooleanField(default=False)
    period = models.CharField(max_length=5, choices=Counting.choices, default=Counting.MONTH)
    green_delay_minutes = models.PositiveIntegerField(default=0)
    yellow_to_blue_days = models.PositiveIntegerField(null=True, blank=True)
    rule = models.CharField(max_length=8, choices=Rule.choices, default=Rule.LOTS)
    capacity = models.PositiveIntegerField(default=0)
    random_examinations = models.PositiveIntegerField(default=0)
    exploration = models.PositiveIntegerField(default=0)
    lot_minutes = models.PositiveIntegerField(default=30)
    planned_minutes = models.PositiveIntegerField(default=90)
    arrivals = models.PositiveIntegerField(default=100)
    mandatory = models.JSONField(default=list)
    score_model = models.PositiveIntegerField(null=True, blank=True)
    task_en = models.TextField(blank=True, default="")
    task_ru = models.TextField(blank=True, default="")
    reason = models.CharField(max_length=400, blank=True, default="")
    preview = models.JSONField(default=dict)
    made_by = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    published_at = models.DateTimeField(null=True, blank=True)
    retired_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["plan", "number"], name="plan_version_once"),
            models.UniqueConstraint(
                fields=["plan"],
                condition=Q(state=PlanState.PUBLISHED),
                name="plan_one_version_in_force",
            ),
            models.CheckConstraint(
                condition=Q(state__in=PlanState.values), name="plan_state_known"
            ),
            models.CheckConstraint(
                condition=Q(expected_red__lte=WHOLE - F("expected_yellow") - F("expected_blue")),
                name="plan_expected_lanes_fit",
            ),
            models.CheckConstraint(
                condition=Q(random_red__lte=WHOLE - F("random_yellow") - F("random_blue")),
                name="plan_random_lanes_fit",
            ),
            models.CheckConstraint(
                condition=Q(mode=Mode.MODSEL)
                | Q(capacity__gt=F("random_examinations"), lot_minutes__gte=5),
                name="plan_capacity_holds_the_draw",
            ),
            models.CheckConstraint(
                condition=~Q(state=PlanState.PUBLISHED) | Q(published_at__isnull=False),
                name="plan_in_force_since",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.plan_id} v{self.number}"


class PlanStep(models.Model):
    """What was done to a version: who made, submitted, approved, returned it, and why."""

    version = models.ForeignKey(PlanVersion, on_delete=models.PROTECT, related_name="steps")
    move = models.CharField(max_length=20)
    by = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="+", null=True)
    at = models.DateTimeField()
    reason = models.CharField(max_length=400, blank=True, default="")

    def __str__(self) -> str:
        return f"{self.version_id} {self.move}"
