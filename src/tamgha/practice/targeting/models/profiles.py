"""Profiles as versions that are never changed, and the lists that their conditions name."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from tamgha.practice.targeting.choices import ListKind, VersionState

PERSON = settings.AUTH_USER_MODEL


class Profile(models.Model):
    """A profile of one administration, by its code. What it says stands in its versions."""

    administration = models.ForeignKey(
        "accounts.Administration", on_delete=models.PROTECT, related_name="profiles"
    )
    code = models.CharField(max_length=20)
    name = models.CharField(max_length=120)
    latest = models.PositiveIntegerField(default=0)
    retired_at = models.DateTimeField(null=True, blank=True)
    made_by = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    changed_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["administration", "code"], name="profile_code_once"),
            models.CheckConstraint(condition=~Q(name=""), name="profile_is_named"),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"


class ProfileVersion(models.Model):
    """One saved wording of a profile. A change is a new version.

    Shares of lanes are integers of basis points (10,000 = 100 %). ``evidence_of_test`` holds the
    back-test as it was shown when the version was saved: set, change of the set, and figures.
    """

    profile = models.ForeignKey(Profile, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    state = models.CharField(max_length=8, choices=VersionState.choices, default=VersionState.DRAFT)
    name = models.CharField(max_length=120)
    condition = models.TextField()
    red = models.PositiveIntegerField(default=0)
    yellow = models.PositiveIntegerField(default=0)
    blue = models.PositiveIntegerField(default=0)
    task_en = models.TextField(blank=True, default="")
    task_ru = models.TextField(blank=True, default="")
    purpose = models.TextField(blank=True, default="")
    risk = models.CharField(max_length=200, blank=True, default="")
    evidence = models.TextField(blank=True, default="")
    office = models.CharField(max_length=60, blank=True, default="")
    direction = models.CharField(max_length=8, blank=True, default="")
    valid_from = models.DateField(null=True, blank=True)
    valid_to = models.DateField(null=True, blank=True)
    note = models.CharField(max_length=200, blank=True, default="")
    evidence_of_test = models.JSONField(default=dict)
    author = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="+")
    saved_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["profile", "number"], name="profile_version_once"),
            models.CheckConstraint(
                condition=Q(red__lte=10_000 - F("yellow") - F("blue")), name="version_lanes_fit"
            ),
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True)
                | Q(valid_from__isnull=True)
                | Q(valid_to__gt=F("valid_from")),
                name="version_ends_after_it_starts",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.profile_id} v{self.number}"


class TradeList(models.Model):
    """A list of traders, HS codes or countries that conditions may name."""

    administration = models.ForeignKey(
        "accounts.Administration", on_delete=models.PROTECT, related_name="trade_lists"
    )
    name = models.SlugField(max_length=40)
    kind = models.CharField(max_length=9, choices=ListKind.choices)
    latest = models.PositiveIntegerField(default=0)
    made_by = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["administration", "name"], name="list_name_once")
        ]

    def __str__(self) -> str:
        return self.name


class TradeListVersion(models.Model):
    """The members of a list at one time; a change is a new version."""

    trade_list = models.ForeignKey(TradeList, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    members = models.JSONField(default=list)
    saved_by = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="+")
    saved_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["trade_list", "number"], name="list_version_once")
        ]

    def __str__(self) -> str:
        return f"{self.trade_list_id} v{self.number}"
