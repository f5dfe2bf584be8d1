"""Decisions with everything they rest on, and the state that the next decision starts from.

A decision's row is immutable once it is decided, but for ``lane_now`` and ``state``, which repeat
what the events beside it say, so that lists need not ask them. ``body`` and ``record`` are packed JSON:
the items with the indicators they were judged by, and the decision as the engine stores it.
"""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

from tamgha.practice.control.choices import DecisionState, Direction, EventKind, Lane
from tamgha.practice.control.models.plans import PlanVersion
from tamgha.practice.control.models.systems import ApiSystem, FileDrop

PERSON = settings.AUTH_USER_MODEL


class DrawKey(models.Model):
    """That a secret key of draws was made for a quarter: its SHA-256, never the key."""

    administration = models.ForeignKey(
        "accounts.Administration", on_delete=models.PROTECT, related_name="draw_keys"
    )
    epoch = models.CharField(max_length=12)
    sha256 = models.CharField(max_length=64)
    made_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["administration", "epoch"], name="draw_key_once")
        ]

    def __str__(self) -> str:
        return self.epoch


class DeskState(models.Model):
    """What one office, direction and period (in mode capacity: day) has decided so far.

    Locked and moved in the transaction of every decision. ``state`` and ``forecast`` are the engine's,
    as plain JSON; the forecast is fixed when the day opens. A day of capacity goes on by the plan that it
    was opened with.
    """

    administration = models.ForeignKey(
        "accounts.Administration", on_delete=models.PROTECT, related_name="desk_states"
    )
    office = models.CharField(max_length=60)
    direction = models.CharField(max_length=8)
    period = models.CharField(max_length=10)
    day = models.DateField(null=True, blank=True)
    plan_version = models.ForeignKey(
        PlanVersion, on_delete=models.PROTECT, related_name="+", null=True
    )
    forecast = models.JSONField(default=dict)
    state = models.JSONField(default=dict)
    is_over = models.BooleanField(default=False)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["administration", "office", "direction", "period"], name="desk_state_once"
            )
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["administration", "office", "direction", "day"],
                condition=Q(is_over=False, day__isnull=False),
                name="desk_state_open_day",
            )
        ]

    def __str__(self) -> str:
        return f"{self.office} {self.direction} {self.period}"


class OnlineDay(models.Model):
    """What the indicators of a day know: every decision and result up to these keys.

    Whoever decides first on a new day fixes it, alone; every process then works from the same.
    """

    administration = models.ForeignKey(
        "accounts.Administration", on_delete=models.PROTECT, related_name="online_days"
    )
    day = models.DateField()
    decisions_upto = models.BigIntegerField(default=0)
    results_upto = models.BigIntegerField(default=0)
    seed = models.ForeignKey(
        "targeting.DeclarationSet", on_delete=models.PROTECT, related_name="+", null=True
    )
    seed_change = models.PositiveIntegerField(default=0)
    fixed_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["administration", "day"], name="online_day_once")
        ]

    def __str__(self) -> str:
        return f"{self.administration_id} {self.day}"


class Decision(models.Model):
    """One decision on one version of one declaration.

    Administration, program and plan are rows that are never removed, and every decision of a
    moment refers to the same ones: the database neither locks them for each nor keeps an index of
    each, since other indexes begin with the administration.
    """

    administration = models.ForeignKey(
        "accounts.Administration",
        on_delete=models.PROTECT,
        related_name="decisions",
        db_index=False,
        db_constraint=False,
    )
    system = models.ForeignKey(
        ApiSystem,
        on_delete=models.PROTECT,
        related_name="decisions",
        null=True,
        blank=True,
        db_index=False,
        db_constraint=False,
    )
    drop = models.ForeignKey(
        FileDrop,
        on_delete=models.PROTECT,
        related_name="decisions",
        null=True,
        blank=True,
        db_index=False,
    )
    key = models.CharField(max_length=80)
    digest = models.CharField(max_length=64)
    declaration = models.CharField(max_length=60)
    version = models.PositiveIntegerField(default=1)
    first = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        related_name="amendments",
        null=True,
        blank=True,
        db_index=False,
    )
    office = models.CharField(max_length=60)
    direction = models.CharField(max_length=8, choices=Direction.choices)
    importer = models.CharField(max_length=80, blank=True, default="")
    transport_document = models.CharField(max_length=80, blank=True, default="")
    lodged = models.DateTimeField()
    decided_at = models.DateTimeField()
    day = models.DateField()
    period = models.CharField(max_length=10)
    plan_version = models.ForeignKey(
        PlanVersion,
        on_delete=models.PROTECT,
        related_name="+",
        null=True,
        db_index=False,
        db_constraint=False,
    )
    mode = models.CharField(max_length=8)
    state = models.CharField(max_length=9, choices=DecisionState.choices)
    lane = models.CharField(max_length=6, choices=Lane.choices, blank=True, default="")
    lane_now = models.CharField(max_length=6, choices=Lane.choices, blank=True, default="")
    way = models.CharField(max_length=9, blank=True, default="")
    member = models.BooleanField(default=False)
    novel = models.BooleanField(default=False)
    inclusion = models.FloatField(null=True)
    score = models.FloatField(null=True)
    items = models.PositiveIntegerField(default=1)
    hits = models.PositiveIntegerField(default=0)
    lot = models.PositiveIntegerField(null=True, blank=True)
    lot_ends = models.DateTimeField(null=True, blank=True)
    draw_id = models.CharField(max_length=60)
    epoch = models.CharField(max_length=12)
    chain_position = models.PositiveIntegerField(default=1)
    predecessor = models.CharField(max_length=60, blank=True, default="")
    successor = models.CharField(max_length=60, blank=True, default="")
    cancelled_at = models.DateTimeField(null=True, blank=True)
    task_en = models.TextField(blank=True, default="")
    task_ru = models.TextField(blank=True, default="")
    body = models.BinaryField()
    record = models.BinaryField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["administration", "system", "key"],
                name="decision_once_per_key",
            ),
            models.UniqueConstraint(
                fields=["administration", "declaration", "version"],
                name="decision_once_per_version",
            ),
            models.CheckConstraint(
                condition=~Q(state=DecisionState.DECIDED) | ~Q(lane=""),
                name="decision_has_its_lane",
            ),
            models.CheckConstraint(
                condition=Q(state__in=DecisionState.values), name="decision_state_known"
            ),
            models.CheckConstraint(
                condition=Q(inclusion=None) | Q(inclusion__gte=0, inclusion__lte=1),
                name="decision_inclusion_is_a_probability",
            ),
        ]
        indexes: ClassVar = [
            # Holds all that the list is narrowed by, so that a rare state is found without the rows.
            models.Index(
                fields=[
                    "administration",
                    "decided_at",
                    "id",
                    "state",
                    "lane_now",
                    "way",
                    "direction",
                ],
                name="decision_by_time_and_state",
            ),
            models.Index(
                fields=["administration", "lane_now", "decided_at", "id"], name="decision_by_lane"
            ),
            models.Index(
                fields=["administration", "office", "decided_at", "id"], name="decision_by_office"
            ),
            models.Index(
                fields=["administration", "way", "decided_at", "id"], name="decision_by_way"
            ),
            models.Index(fields=["administration", "importer"], name="decision_by_importer"),
            models.Index(
                fields=["administration", "office", "direction", "day", "lot"],
                condition=Q(state=DecisionState.WAITING),
                name="decision_waiting",
            ),
            models.Index(
                fields=["administration", "importer", "transport_document"],
                condition=Q(state=DecisionState.CANCELLED),
                name="decision_cancelled",
            ),
            models.Index(fields=["drop"], condition=Q(drop__isnull=False), name="decision_of_drop"),
            models.Index(
                fields=["first"], condition=Q(first__isnull=False), name="decision_amends"
            ),
        ]

    def __str__(self) -> str:
        return self.declaration

    @property
    def newest_body(self) -> bytes:
        """The items as they were lodged last: of the latest amendment, else its own."""
        last = self.amendments.order_by("-version").values_list("body", flat=True).first()
        return bytes(self.body if last is None else last)


class DecisionHit(models.Model):
    """That a profile hit a declaration, in which version, and which lane it drew.

    Written with its decision, which is never removed.
    """

    decision = models.ForeignKey(
        Decision,
        on_delete=models.PROTECT,
        related_name="profile_hits",
        db_index=False,
        db_constraint=False,
    )
    code = models.CharField(max_length=20)
    number = models.PositiveIntegerField()
    items = models.PositiveIntegerField(default=1)
    live = models.BooleanField(default=True)
    drawn = models.CharField(max_length=6, blank=True, default="")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["decision", "code", "number"], name="hit_once_per_version"
            )
        ]
        indexes: ClassVar = [models.Index(fields=["code", "decision"], name="hit_by_profile")]

    def __str__(self) -> str:
        return f"{self.code} v{self.number}"


class DecisionEvent(models.Model):
    """What happened to a declaration after its decision, beside the row and never in it."""

    decision = models.ForeignKey(Decision, on_delete=models.PROTECT, related_name="events")
    kind = models.CharField(max_length=12, choices=EventKind.choices)
    at = models.DateTimeField()
    lane = models.CharField(max_length=6, choices=Lane.choices, blank=True, default="")
    upwards = models.BooleanField(null=True)
    by = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="+", null=True)
    reason = models.CharField(max_length=400, blank=True, default="")
    facts = models.JSONField(default=dict)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(kind__in=EventKind.values), name="decision_event_known"
            ),
            models.CheckConstraint(
                condition=~Q(kind=EventKind.REROUTED) | ~Q(reason="") & Q(by__isnull=False),
                name="override_has_person_and_reason",
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["kind", "at"], name="decision_event_by_kind")]

    def __str__(self) -> str:
        return f"{self.decision_id} {self.kind}"
