"""Risks, their versions, the scores of two people, the actions of the treatment, and the trail."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import get_language

from tamgha.practice.register.choices import (
    ActionState,
    Direction,
    Kind,
    RiskState,
    ScaleKey,
    Treatment,
    VersionState,
)
from tamgha.practice.register.domain.scales import SCALES, Level, Marks, Scale

PERSON = settings.AUTH_USER_MODEL
MARKS = (
    "inherent_likelihood",
    "inherent_consequence",
    "residual_likelihood",
    "residual_consequence",
)


class Register(models.Model):
    """The register of one administration: its scale, and when all of it is looked at together."""

    administration = models.OneToOneField(
        "accounts.Administration", on_delete=models.PROTECT, related_name="risk_register"
    )
    scale = models.CharField(max_length=1, choices=ScaleKey.choices, default=ScaleKey.FIVE)
    last_review = models.DateField(null=True, blank=True)
    next_review = models.DateField(null=True, blank=True)
    changed_by = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="+")
    changed_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(scale__in=ScaleKey.values), name="register_scale_known"
            ),
            models.CheckConstraint(
                condition=Q(last_review__isnull=True)
                | Q(next_review__isnull=True)
                | Q(next_review__gt=F("last_review")),
                name="register_next_review_follows_the_last",
            ),
        ]

    def __str__(self) -> str:
        return f"register of {self.administration_id}"


class Risk(models.Model):
    """A risk of one administration, by its number. What it says stands in its versions.

    ``shown`` is the version that the register shows: the one in force, or else the newest;
    ``working`` the one that is written or waits, if any.
    """

    administration = models.ForeignKey(
        "accounts.Administration", on_delete=models.PROTECT, related_name="risks"
    )
    number = models.PositiveIntegerField()
    code = models.CharField(max_length=12)
    state = models.CharField(max_length=9, choices=RiskState.choices, default=RiskState.DRAFT)
    latest = models.PositiveIntegerField(default=0)
    shown = models.ForeignKey(
        "register.RiskVersion", on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    working = models.ForeignKey(
        "register.RiskVersion", on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    made_by = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    changed_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["administration", "number"], name="risk_number_once"),
            models.UniqueConstraint(fields=["administration", "code"], name="risk_code_once"),
            models.CheckConstraint(
                condition=Q(state__in=RiskState.values), name="risk_state_known"
            ),
        ]

    def __str__(self) -> str:
        return self.code


class Scoring(models.Model):
    """A round of scoring: two people score one wording, each without seeing the other's score."""

    risk = models.ForeignKey(Risk, on_delete=models.PROTECT, related_name="scorings")
    scale = models.CharField(max_length=1, choices=ScaleKey.choices)
    opened_by = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="+")
    opened_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"scoring {self.pk}"


class Marked(models.Model):
    """Four steps of a scale: how likely and how grave, before and after treatment."""

    inherent_likelihood = models.PositiveSmallIntegerField(null=True, blank=True)
    inherent_consequence = models.PositiveSmallIntegerField(null=True, blank=True)
    residual_likelihood = models.PositiveSmallIntegerField(null=True, blank=True)
    residual_consequence = models.PositiveSmallIntegerField(null=True, blank=True)

    class Meta:
        abstract = True

    @property
    def marks(self) -> Marks | None:
        """The four steps; None where nothing is scored yet."""
        steps = [getattr(self, name) for name in MARKS]
        return None if None in steps else Marks(*steps)


class Score(Marked):
    """What one person thinks of a risk. Nobody else sees it before both have scored."""

    scoring = models.ForeignKey(Scoring, on_delete=models.PROTECT, related_name="scores")
    person = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(max_length=300, blank=True, default="")
    given_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["scoring", "person"], name="score_of_a_person_once"),
            models.CheckConstraint(
                condition=Q(**{f"{name}__range": (1, 5) for name in MARKS}), name="score_in_scale"
            ),
        ]

    def __str__(self) -> str:
        return f"score {self.pk}"


class RiskVersion(Marked):
    """One wording of a risk. It is never changed: a change is a new version.

    What moves is its ``state``, and once, the score that its owner agreed.
    """

    risk = models.ForeignKey(Risk, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    state = models.CharField(max_length=9, choices=VersionState.choices, default=VersionState.DRAFT)
    title_en = models.CharField(max_length=160, blank=True, default="")
    title_ru = models.CharField(max_length=160, blank=True, default="")
    area = models.CharField(max_length=20)
    kind = models.CharField(max_length=10, choices=Kind.choices)
    causes = models.TextField(blank=True, default="")
    consequences = models.TextField(blank=True, default="")
    controls = models.TextField(blank=True, default="")
    treatment = models.CharField(max_length=10, choices=Treatment.choices)
    measures = models.TextField(blank=True, default="")
    owner = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="+")
    review_on = models.DateField()
    office = models.CharField(max_length=60, blank=True, default="")
    scale = models.CharField(max_length=1, choices=ScaleKey.choices)
    note = models.CharField(max_length=200, blank=True, default="")
    scoring = models.ForeignKey(Scoring, on_delete=models.PROTECT, related_name="versions")
    inherent_score = models.PositiveSmallIntegerField(null=True, blank=True)
    residual_score = models.PositiveSmallIntegerField(null=True, blank=True)
    agreed_by = models.ForeignKey(
        PERSON, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    agreed_at = models.DateTimeField(null=True, blank=True)
    agreed_note = models.CharField(max_length=300, blank=True, default="")
    author = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="+")
    saved_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["risk", "number"], name="risk_version_once"),
            models.UniqueConstraint(
                fields=["risk"],
                condition=Q(state__in=["draft", "submitted"]),
                name="risk_version_working_once",
            ),
            models.UniqueConstraint(
                fields=["risk"], condition=Q(state="published"), name="risk_version_in_force_once"
            ),
            models.CheckConstraint(
                condition=~Q(title_en="") | ~Q(title_ru=""), name="risk_version_is_named"
            ),
            models.CheckConstraint(
                condition=Q(state__in=VersionState.values)
                & Q(kind__in=Kind.values)
                & Q(treatment__in=Treatment.values)
                & Q(scale__in=ScaleKey.values),
                name="risk_version_choices_known",
            ),
            models.CheckConstraint(
                condition=Q(
                    agreed_at__isnull=True,
                    agreed_by__isnull=True,
                    inherent_score__isnull=True,
                    residual_score__isnull=True,
                )
                | Q(
                    agreed_at__isnull=False,
                    agreed_by__isnull=False,
                    inherent_score=F("inherent_likelihood") * F("inherent_consequence"),
                    residual_score=F("residual_likelihood") * F("residual_consequence"),
                ),
                name="risk_version_score_is_whole",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["draft", "replaced", "dropped"])
                | Q(agreed_at__isnull=False),
                name="risk_version_submitted_is_scored",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.title} v{self.number}"

    @property
    def title(self) -> str:
        """Title in the language of the page, or else in the one that it has."""
        if (get_language() or "").startswith("ru"):
            return self.title_ru or self.title_en
        return self.title_en or self.title_ru

    @property
    def the_scale(self) -> Scale:
        """The scale on which it is scored."""
        return SCALES[self.scale]

    @property
    def inherent_level(self) -> Level | None:
        """Level before treatment; None before the score is agreed."""
        return None if self.inherent_score is None else self.the_scale.level(self.inherent_score)

    @property
    def residual_level(self) -> Level | None:
        """Level after treatment; None before the score is agreed."""
        return None if self.residual_score is None else self.the_scale.level(self.residual_score)


class RiskStep(models.Model):
    """One step of the trail: who did what to which version, and why."""

    risk = models.ForeignKey(Risk, on_delete=models.PROTECT, related_name="steps")
    version = models.ForeignKey(
        RiskVersion, on_delete=models.PROTECT, related_name="steps", null=True, blank=True
    )
    move = models.CharField(max_length=12)
    by = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    reason = models.CharField(max_length=300, blank=True, default="")

    def __str__(self) -> str:
        return f"{self.move} {self.version_id}"


class RiskAction(models.Model):
    """One piece of work of a treatment: what, who, by when, and how far it is."""

    risk = models.ForeignKey(Risk, on_delete=models.PROTECT, related_name="actions")
    number = models.PositiveIntegerField()
    text = models.CharField(max_length=300)
    person = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="+")
    due = models.DateField()
    state = models.CharField(max_length=7, choices=ActionState.choices, default=ActionState.PLANNED)
    added_by = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="+")
    added_at = models.DateTimeField()
    changed_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["risk", "number"], name="risk_action_number_once"),
            models.CheckConstraint(
                condition=~Q(text="") & Q(state__in=ActionState.values),
                name="risk_action_is_said",
            ),
        ]

    def __str__(self) -> str:
        return self.text


class RiskLink(models.Model):
    """What answers or measures a risk, by its kind and key; the thing itself lies elsewhere."""

    risk = models.ForeignKey(Risk, on_delete=models.PROTECT, related_name="links")
    kind = models.CharField(max_length=20)
    key = models.CharField(max_length=80)
    direction = models.CharField(max_length=6, choices=Direction.choices, blank=True, default="")
    linked_by = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="+")
    linked_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["risk", "kind", "key"], name="risk_link_once"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.key}"
