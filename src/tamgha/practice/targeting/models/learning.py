"""Indicators that an administration declared, models it trained, rules that were suggested."""

from django.conf import settings
from django.db import models

from tamgha.practice.targeting.choices import ModelState
from tamgha.practice.targeting.models.declarations import DeclarationSet
from tamgha.practice.targeting.models.profiles import Profile

PERSON = settings.AUTH_USER_MODEL


class DeclaredIndicator(models.Model):
    """An indicator of an administration's own, as the text that declares it."""

    administration = models.ForeignKey(
        "accounts.Administration", on_delete=models.PROTECT, related_name="declared_indicators"
    )
    name = models.CharField(max_length=60)
    text = models.TextField()
    version = models.PositiveIntegerField(default=1)
    retired_at = models.DateTimeField(null=True, blank=True)
    made_by = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["administration", "name", "version"], name="indicator_version_once"
            )
        ]

    def __str__(self) -> str:
        return self.name


class ScoreModel(models.Model):
    """A trained model: its folder, its card, and the job that made it."""

    administration = models.ForeignKey(
        "accounts.Administration", on_delete=models.PROTECT, related_name="score_models"
    )
    set = models.ForeignKey(DeclarationSet, on_delete=models.PROTECT, related_name="score_models")
    set_change = models.PositiveIntegerField()
    number = models.PositiveIntegerField()
    state = models.CharField(max_length=8, choices=ModelState.choices, default=ModelState.TRAINING)
    folder = models.CharField(max_length=80, blank=True, default="")
    card = models.JSONField(default=dict)
    tracks = models.JSONField(default=dict)
    problem = models.JSONField(default=dict)
    job = models.ForeignKey(
        "jobs.Job", on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    made_by = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["administration", "number"], name="model_number_once"),
            models.CheckConstraint(
                condition=models.Q(state__in=ModelState.values), name="model_state_known"
            ),
        ]

    def __str__(self) -> str:
        return f"model {self.number}"


class Suggestion(models.Model):
    """A rule that was mined from a set, with what it showed on rows it was not mined from."""

    administration = models.ForeignKey(
        "accounts.Administration", on_delete=models.PROTECT, related_name="suggestions"
    )
    set = models.ForeignKey(DeclarationSet, on_delete=models.PROTECT, related_name="suggestions")
    job = models.ForeignKey(
        "jobs.Job", on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    rank = models.PositiveIntegerField()
    condition = models.TextField()
    figures = models.JSONField(default=dict)
    taken_as = models.ForeignKey(
        Profile, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    made_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["set", "job", "rank"], name="suggestion_rank_once")
        ]

    def __str__(self) -> str:
        return f"suggestion {self.rank}"
