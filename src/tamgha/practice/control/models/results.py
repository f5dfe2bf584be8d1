"""Running counts of what decisions brought, and alerts that rest on them.

``ResultEntry`` is what one declaration adds at the moment; ``ResultCell`` and ``ResultChance`` are the
sums of the entries. The sums can be thrown away and counted again from decisions and acts.
"""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from tamgha.practice.control.models.decisions import Decision

PERSON = settings.AUTH_USER_MODEL


class ResultUpkeep(models.Model):
    """How far the decisions of an administration are counted. Locked by whoever counts.

    ``drift`` is the last comparison of what the profiles look at with earlier months.
    """

    administration = models.OneToOneField(
        "accounts.Administration", on_delete=models.PROTECT, related_name="result_upkeep"
    )
    settled = models.BigIntegerField(default=0)
    acts_settled = models.BigIntegerField(default=0)
    counted_at = models.DateTimeField(null=True, blank=True)
    drift = models.JSONField(default=dict)

    def __str__(self) -> str:
        return f"{self.administration_id} up to {self.settled}"


class ResultEntry(models.Model):
    """What one declaration adds to the counts now. Money in hundredths."""

    # Without a constraint: its check would lock the decision, and a sweep that meets a person who
    # changes the lane of that very decision would wait for him while he waits for the sweep.
    decision = models.OneToOneField(
        Decision,
        on_delete=models.PROTECT,
        primary_key=True,
        related_name="result",
        db_constraint=False,
    )
    administration = models.ForeignKey(
        "accounts.Administration", on_delete=models.PROTECT, related_name="+"
    )
    day = models.DateField()
    office = models.CharField(max_length=60)
    direction = models.CharField(max_length=8)
    lane = models.CharField(max_length=6, blank=True, default="")
    way = models.CharField(max_length=9, blank=True, default="")
    inclusion = models.FloatField(null=True)
    is_counted = models.BooleanField(default=False)
    is_examined = models.BooleanField(default=False)
    is_found = models.BooleanField(default=False)
    value = models.BigIntegerField(null=True)
    minutes = models.PositiveIntegerField(null=True)
    went_up = models.BooleanField(default=False)
    went_down = models.BooleanField(default=False)
    examined = models.DateField(null=True)
    known = models.DateField(null=True)
    is_waiting = models.BooleanField(default=False)

    class Meta:
        indexes: ClassVar = [
            models.Index(
                fields=["administration", "day"],
                condition=Q(is_found=True),
                name="result_finds_by_day",
            ),
            models.Index(
                fields=["administration", "day", "decision", "lane", "is_examined", "is_counted"],
                name="result_by_day",
            ),
            models.Index(
                fields=["administration"], condition=Q(is_waiting=True), name="result_waiting"
            ),
        ]

    def __str__(self) -> str:
        return f"result of {self.decision_id}"


class ResultCell(models.Model):
    """Counts and sums of one day, office, direction, lane, way and profile version.

    ``code`` "" is the total, in which each declaration is counted once; under a profile stands every
    declaration that it hit. ``inverse`` and ``inverse_squared`` are Σ 1/π and Σ 1/π² of the results
    that came by chance (0 < π < 1), in millionths; ``value`` is in hundredths.
    """

    administration = models.ForeignKey(
        "accounts.Administration", on_delete=models.PROTECT, related_name="+"
    )
    day = models.DateField()
    office = models.CharField(max_length=60)
    direction = models.CharField(max_length=8)
    lane = models.CharField(max_length=6, blank=True, default="")
    way = models.CharField(max_length=9, blank=True, default="")
    code = models.CharField(max_length=20, blank=True, default="")
    number = models.PositiveIntegerField(default=0)
    live = models.BooleanField(default=True)
    decided = models.BigIntegerField(default=0)
    uncovered = models.BigIntegerField(default=0)
    chosen = models.BigIntegerField(default=0)
    results = models.BigIntegerField(default=0)
    found = models.BigIntegerField(default=0)
    extra_results = models.BigIntegerField(default=0)
    extra_found = models.BigIntegerField(default=0)
    valued = models.BigIntegerField(default=0)
    value = models.BigIntegerField(default=0)
    timed = models.BigIntegerField(default=0)
    minutes = models.BigIntegerField(default=0)
    timed_found = models.BigIntegerField(default=0)
    by_chance = models.BigIntegerField(default=0)
    inverse = models.BigIntegerField(default=0)
    inverse_squared = models.BigIntegerField(default=0)
    ups = models.BigIntegerField(default=0)
    downs = models.BigIntegerField(default=0)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=[
                    "administration",
                    "day",
                    "office",
                    "direction",
                    "lane",
                    "way",
                    "code",
                    "number",
                    "live",
                ],
                name="result_cell_once",
            ),
            models.CheckConstraint(
                condition=Q(found__gte=0, results__gte=0, chosen__gte=0, decided__gte=0),
                name="result_cell_counts_what_is_there",
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["administration", "code", "day", "office", "direction"],
                name="result_cell_by_code",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.day} {self.office} {self.code}"


class ResultWeek(models.Model):
    """Counts of one week under one profile version, of all offices: the sums of its cells.

    The whole history of sixty profiles is a few thousand rows here.
    """

    administration = models.ForeignKey(
        "accounts.Administration", on_delete=models.PROTECT, related_name="+"
    )
    monday = models.DateField()
    way = models.CharField(max_length=9, blank=True, default="")
    code = models.CharField(max_length=20)
    number = models.PositiveIntegerField()
    live = models.BooleanField(default=True)
    decided = models.BigIntegerField(default=0)
    chosen = models.BigIntegerField(default=0)
    results = models.BigIntegerField(default=0)
    found = models.BigIntegerField(default=0)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["administration", "code", "number", "live", "way", "monday"],
                name="result_week_once",
            )
        ]

    def __str__(self) -> str:
        return f"{self.monday} {self.code} v{self.number}"


class ResultChance(models.Model):
    """How many declarations of a day had which probability of examination, in millionths."""

    administration = models.ForeignKey(
        "accounts.Administration", on_delete=models.PROTECT, related_name="+"
    )
    day = models.DateField()
    office = models.CharField(max_length=60)
    direction = models.CharField(max_length=8)
    chance = models.PositiveIntegerField()
    declarations = models.BigIntegerField(default=0)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["administration", "day", "office", "direction", "chance"],
                name="result_chance_once",
            )
        ]

    def __str__(self) -> str:
        return f"{self.day} {self.chance}"


class ResultAlert(models.Model):
    """Something about results that a person should look at, and what was made of it.

    One alert of a kind and subject is open at a time; dealt with, the same may come again.
    """

    class Kind(models.TextChoices):
        """What an alert is about."""

        WEARING = "wearing", _("Profile wearing out")
        EXPIRING = "expiring", _("Profile about to expire")
        FEEDBACK = "feedback", _("Feedback missing")
        OVERDRAWN = "overdrawn", _("Plan overdrawn")
        DRIFT = "drift", _("Trade or data changed")

    class State(models.TextChoices):
        """Where an alert stands."""

        NEW = "new", _("new")
        SEEN = "seen", _("seen")
        DONE = "done", _("dealt with")

    administration = models.ForeignKey(
        "accounts.Administration", on_delete=models.PROTECT, related_name="result_alerts"
    )
    kind = models.CharField(max_length=9, choices=Kind.choices)
    subject = models.CharField(max_length=80)
    facts = models.JSONField(default=dict)
    state = models.CharField(max_length=4, choices=State.choices, default=State.NEW)
    raised_at = models.DateTimeField()
    looked_at = models.DateTimeField()
    seen_by = models.ForeignKey(
        PERSON, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    seen_at = models.DateTimeField(null=True, blank=True)
    done_by = models.ForeignKey(
        PERSON, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    done_at = models.DateTimeField(null=True, blank=True)
    remark = models.CharField(max_length=400, blank=True, default="")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["administration", "kind", "subject"],
                condition=~Q(state="done"),
                name="result_alert_open_once",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["new", "seen", "done"]), name="result_alert_state_known"
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["administration", "state", "raised_at"], name="result_alert_open")
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.subject}"


class ResultReport(models.Model):
    """A report of a month, made as PDF in the background."""

    administration = models.ForeignKey(
        "accounts.Administration", on_delete=models.PROTECT, related_name="result_reports"
    )
    month = models.DateField()
    language = models.CharField(max_length=5, default="en")
    file = models.ForeignKey(
        "files.StoredFile", on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    job = models.ForeignKey(
        "jobs.Job", on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    made_by = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.month:%Y-%m}"
