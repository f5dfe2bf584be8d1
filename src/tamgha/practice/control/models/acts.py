"""Inspection acts, their versions and photos; examiners and the rules of their work."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

from tamgha.practice.control.choices import (
    ActState,
    FindingKind,
    Group,
    Result,
    TimeKind,
    VersionKind,
    Witness,
)
from tamgha.practice.control.models.decisions import Decision
from tamgha.practice.control.models.systems import ApiSystem

PERSON = settings.AUTH_USER_MODEL


class ControlRules(models.Model):
    """How an administration weighs the work of examiners, and which difference of mass is none."""

    administration = models.OneToOneField(
        "accounts.Administration", on_delete=models.PROTECT, related_name="control_rules"
    )
    weight_of_declaration = models.PositiveIntegerField(default=10)
    weight_of_item = models.PositiveIntegerField(default=5)
    tolerance = models.PositiveIntegerField(default=200)
    changed_by = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="+", null=True)
    changed_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.weight_of_declaration} + {self.weight_of_item}"


class Examiner(models.Model):
    """A person who examines. One row a person: so nobody is in both groups."""

    person = models.OneToOneField(PERSON, on_delete=models.PROTECT, related_name="examiner")
    administration = models.ForeignKey(
        "accounts.Administration", on_delete=models.PROTECT, related_name="examiners"
    )
    group = models.CharField(max_length=7, choices=Group.choices, default=Group.WORKING)
    office = models.CharField(max_length=60, blank=True, default="")
    is_available = models.BooleanField(default=True)
    workload = models.PositiveIntegerField(default=0)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(group__in=Group.values), name="examiner_group_known")
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["administration", "group", "is_available", "workload"],
                name="examiner_by_workload",
            )
        ]

    def __str__(self) -> str:
        return f"examiner {self.pk}"  # names of people stand in no journal


class InspectionAct(models.Model):
    """The examination of one declaration: who, and where it stands. Results are versions."""

    administration = models.ForeignKey(
        "accounts.Administration",
        on_delete=models.PROTECT,
        related_name="acts",
        db_index=False,
        db_constraint=False,
    )
    decision = models.OneToOneField(Decision, on_delete=models.PROTECT, related_name="act")
    office = models.CharField(max_length=60)
    state = models.CharField(max_length=7, choices=ActState.choices, default=ActState.OPEN)
    examiner = models.ForeignKey(
        Examiner,
        on_delete=models.PROTECT,
        related_name="acts",
        null=True,
        blank=True,
        db_index=False,
    )
    weight = models.PositiveIntegerField(default=0)
    opened_at = models.DateTimeField()
    latest = models.PositiveIntegerField(default=0)
    draft = models.JSONField(default=dict)
    draft_at = models.DateTimeField(null=True, blank=True)
    handed_in_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(state__in=ActState.values), name="act_state_known")
        ]
        indexes: ClassVar = [
            models.Index(fields=["examiner", "state", "opened_at"], name="act_by_examiner"),
            models.Index(fields=["administration", "state", "opened_at"], name="act_by_state"),
        ]

    def __str__(self) -> str:
        return f"act {self.pk}"


class ActVersion(models.Model):
    """One version of an act as it was handed in. It never changes; a correction is a new version."""

    act = models.ForeignKey(InspectionAct, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    kind = models.CharField(max_length=10, choices=VersionKind.choices)
    by = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="+", null=True)
    at = models.DateTimeField()
    examined = models.DateField()
    minutes = models.PositiveIntegerField(null=True, blank=True)
    seal_cut = models.CharField(max_length=40, blank=True, default="")
    seal_intact = models.BooleanField(null=True)
    seal_new = models.CharField(max_length=40, blank=True, default="")
    present = models.CharField(max_length=120, blank=True, default="")
    reason = models.CharField(max_length=400, blank=True, default="")
    source = models.CharField(max_length=5, default="page")
    system = models.ForeignKey(
        ApiSystem, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    key = models.CharField(max_length=80, blank=True, default="")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["act", "number"], name="act_version_once"),
            models.UniqueConstraint(
                fields=["act", "key"], condition=~Q(key=""), name="act_version_once_per_key"
            ),
            models.CheckConstraint(
                condition=Q(kind__in=VersionKind.values), name="act_version_kind_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.act_id} v{self.number}"


class ActItem(models.Model):
    """What the examination of one item brought, in one version of the act."""

    version = models.ForeignKey(ActVersion, on_delete=models.PROTECT, related_name="items")
    item = models.PositiveIntegerField()
    result = models.CharField(max_length=5, choices=Result.choices)
    kind = models.CharField(max_length=20, choices=FindingKind.choices, blank=True, default="")
    counted = models.FloatField(null=True, blank=True)
    weighed_kg = models.FloatField(null=True, blank=True)
    value = models.DecimalField(max_digits=18, decimal_places=2, null=True, blank=True)
    duty = models.DecimalField(max_digits=18, decimal_places=2, null=True, blank=True)
    penalty = models.DecimalField(max_digits=18, decimal_places=2, null=True, blank=True)
    seen = models.TextField(blank=True, default="")
    open_reason = models.CharField(max_length=400, blank=True, default="")
    open_by = models.CharField(max_length=120, blank=True, default="")
    open_until = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["version", "item"], name="act_item_once"),
            models.CheckConstraint(
                condition=Q(result__in=Result.values), name="act_item_result_known"
            ),
            models.CheckConstraint(
                condition=~Q(result=Result.FOUND) | ~Q(kind=""), name="act_finding_has_its_kind"
            ),
            models.CheckConstraint(
                condition=~Q(result=Result.OPEN) | ~Q(open_reason=""), name="act_open_item_has_why"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.version_id}/{self.item}"


class ActTime(models.Model):
    """A moment of the examination, and who else stands for it."""

    act = models.ForeignKey(InspectionAct, on_delete=models.PROTECT, related_name="times")
    kind = models.CharField(max_length=9, choices=TimeKind.choices)
    at = models.DateTimeField()
    witness = models.CharField(max_length=5, choices=Witness.choices, default=Witness.OWN)
    by = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="+")
    entered_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(kind__in=TimeKind.values), name="act_time_kind_known"
            )
        ]

    def __str__(self) -> str:
        return f"{self.act_id} {self.kind}"


class ActPhoto(models.Model):
    """A photo of the examination; its bytes are a stored file of the administration."""

    act = models.ForeignKey(InspectionAct, on_delete=models.PROTECT, related_name="photos")
    file = models.ForeignKey("files.StoredFile", on_delete=models.PROTECT, related_name="+")
    item = models.PositiveIntegerField(null=True, blank=True)
    caption = models.CharField(max_length=120, blank=True, default="")
    by = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    def __str__(self) -> str:
        return self.caption or f"photo {self.pk}"
