"""Profiles as versions that are never changed, and the lists that their conditions name."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from tamgha.practice.targeting.choices import Apart, ListKind, ProposalState, VersionState

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
    back-test as it was shown when the version was saved: set, change of the set, and figures;
    ``rests_on`` the versions of lists and indicators of that moment. ``frozen`` is what the second
    person approved, with its fingerprint. What moves is ``state``, ``rollout`` (the share of
    declarations on which it decides) and, for an urgent alert, ``urgent_until``.
    """

    profile = models.ForeignKey(Profile, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    state = models.CharField(max_length=9, choices=VersionState.choices, default=VersionState.DRAFT)
    rollout = models.PositiveIntegerField(default=10_000)
    urgent_until = models.DateTimeField(null=True, blank=True)
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
    rests_on = models.JSONField(default=dict)
    frozen = models.JSONField(default=dict)
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
            models.CheckConstraint(
                condition=Q(state__in=VersionState.values), name="version_state_known"
            ),
            models.CheckConstraint(
                condition=Q(rollout__gte=1, rollout__lte=10_000), name="version_rollout_is_a_share"
            ),
            models.CheckConstraint(
                condition=~Q(state=VersionState.ALERT) | Q(urgent_until__isnull=False),
                name="version_alert_has_its_end",
            ),
        ]
        indexes = [models.Index(fields=["state"], name="version_by_state")]

    def __str__(self) -> str:
        return f"{self.profile_id} v{self.number}"


class VersionStep(models.Model):
    """One move of a version: who made it and why. Written once; nobody is the clock."""

    version = models.ForeignKey(ProfileVersion, on_delete=models.PROTECT, related_name="steps")
    move = models.CharField(max_length=20)
    source = models.CharField(max_length=9)
    target = models.CharField(max_length=9)
    by = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="+", null=True)
    at = models.DateTimeField()
    reason = models.CharField(max_length=400, blank=True, default="")
    rollout = models.PositiveIntegerField(null=True, blank=True)

    def __str__(self) -> str:
        return f"{self.version_id} {self.move}"


class RetirementProposal(models.Model):
    """That a version in force should be retired, with what speaks for it. An approver decides.

    Nobody as the proposer is the watching of its results.
    """

    version = models.ForeignKey(ProfileVersion, on_delete=models.PROTECT, related_name="proposals")
    evidence = models.JSONField(default=dict)
    state = models.CharField(
        max_length=8, choices=ProposalState.choices, default=ProposalState.OPEN
    )
    proposed_by = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="+", null=True)
    proposed_at = models.DateTimeField()
    decided_by = models.ForeignKey(
        PERSON, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    decided_at = models.DateTimeField(null=True, blank=True)
    reason = models.CharField(max_length=400, blank=True, default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["version"],
                condition=Q(state=ProposalState.OPEN),
                name="proposal_open_once",
            ),
            models.CheckConstraint(
                condition=Q(state__in=ProposalState.values), name="proposal_state_known"
            ),
            models.CheckConstraint(
                condition=Q(state=ProposalState.OPEN, decided_at__isnull=True)
                | (~Q(state=ProposalState.OPEN) & Q(decided_at__isnull=False)),
                name="proposal_decision_is_whole",
            ),
        ]

    def __str__(self) -> str:
        return f"proposal {self.pk}"


class TargetingRules(models.Model):
    """What an administration asks of its profiles before they look at declarations."""

    administration = models.OneToOneField(
        "accounts.Administration", on_delete=models.PROTECT, related_name="targeting_rules"
    )
    apart = models.CharField(max_length=7, choices=Apart.choices, default=Apart.CHECKER)
    shadow_days = models.PositiveSmallIntegerField(default=14)
    alert_hours = models.PositiveSmallIntegerField(default=24)
    longest_days = models.PositiveSmallIntegerField(default=366)
    changed_by = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="+", null=True)
    changed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(apart__in=Apart.values), name="rules_apart_known"),
            models.CheckConstraint(
                condition=Q(alert_hours__gte=1, alert_hours__lte=24),
                name="rules_alert_within_a_day",
            ),
            models.CheckConstraint(condition=Q(longest_days__gte=1), name="rules_profiles_end"),
        ]

    def __str__(self) -> str:
        return f"rules of {self.administration_id}"


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
