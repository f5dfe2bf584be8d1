"""One piece of long work; and when each duty of the node was last done."""

from datetime import datetime, timedelta
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from tamgha.platform.jobs.choices import FINISHED, State
from tamgha.shared.words import Words

LOST_AFTER = timedelta(seconds=60)
"""A worker signs every few seconds; one that was silent for so long is taken for dead."""

LOST_AT_ONCE_AFTER = timedelta(minutes=10)
"""The same for small work that is done inside a call, where nobody signs in between."""


class Job(models.Model):
    """A piece of work that somebody asked for, and what became of it.

    Texts shown to people are kept in both languages, as ``{"en": …, "ru": …}``.
    """

    kind = models.CharField(max_length=80)
    params = models.JSONField(default=dict)
    title = models.JSONField(default=dict)
    unit = models.JSONField(default=dict)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="jobs")
    administration = models.ForeignKey(
        "accounts.Administration", on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    state = models.CharField(max_length=8, choices=State.choices, default=State.QUEUED)
    in_background = models.BooleanField(default=True)
    attempt = models.PositiveIntegerField(default=1)
    done = models.BigIntegerField(default=0)
    total = models.BigIntegerField(null=True)
    message = models.JSONField(default=dict)
    result = models.JSONField(default=dict)
    error = models.JSONField(default=dict)
    checkpoint = models.JSONField(default=dict)
    task = models.CharField(max_length=36, blank=True, default="")
    worker = models.CharField(max_length=120, blank=True, default="")
    heartbeat_at = models.DateTimeField(null=True)
    stop_requested_at = models.DateTimeField(null=True)
    queued_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    seen_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("work")
        verbose_name_plural = _("work")
        indexes: ClassVar = [
            models.Index(fields=["by", "state"], name="job_by_state"),
            models.Index(fields=["state", "heartbeat_at"], name="job_state_heartbeat"),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(state__in=State.values), name="job_state_known"),
            models.CheckConstraint(
                condition=Q(done__gte=0) & (Q(total=None) | Q(total__gte=0)),
                name="job_counts_not_negative",
            ),
            models.CheckConstraint(
                condition=Q(state__in=sorted(FINISHED), finished_at__isnull=False)
                | (~Q(state__in=sorted(FINISHED)) & Q(finished_at=None)),
                name="job_finished_has_its_time",
            ),
            models.CheckConstraint(
                condition=~Q(state=State.RUNNING) | Q(heartbeat_at__isnull=False),
                name="job_running_has_a_heartbeat",
            ),
        ]

    def __str__(self) -> str:
        return self.title_text

    def is_lost(self, at: datetime | None = None) -> bool:
        """Return whether the worker that ran it fell silent."""
        silent_for = LOST_AFTER if self.in_background else LOST_AT_ONCE_AFTER
        return (
            self.state == State.RUNNING
            and self.heartbeat_at is not None
            and self.heartbeat_at < (at or timezone.now()) - silent_for
        )

    @property
    def share_done(self) -> int:
        """Percentage done, 0 to 100; 0 while the whole is not known."""
        return min(100, self.done * 100 // self.total) if self.total else 0

    @property
    def summary_text(self) -> str:
        """What came out, in the language of the page."""
        return _in_language(self.result.get("summary", {}))

    @property
    def address(self) -> str:
        """Path of the page where the result stands, "" for none."""
        return str(self.result.get("address", ""))

    @property
    def is_finished(self) -> bool:
        """Whether nothing more will happen to it by itself."""
        return self.state in FINISHED

    @property
    def title_text(self) -> str:
        """What the work is, in the language of the page."""
        return _in_language(self.title) or self.kind

    @property
    def unit_text(self) -> str:
        """What is counted, in the language of the page."""
        return _in_language(self.unit)

    @property
    def message_text(self) -> str:
        """What is being done now, in the language of the page."""
        return _in_language(self.message)

    @property
    def error_text(self) -> str:
        """Why it failed and what to do, in the language of the page."""
        return _in_language(self.error)


class DutyRun(models.Model):
    """When a duty was last done, by which process, and how it went: one row a duty.

    The row is what the processes of a node agree by: who moves ``begun_at`` does the duty.
    """

    name = models.CharField(max_length=80, unique=True)
    begun_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    done_at = models.DateTimeField(null=True)
    fault = models.CharField(max_length=80, blank=True, default="")
    times = models.PositiveBigIntegerField(default=0)
    failures = models.PositiveBigIntegerField(default=0)
    worker = models.CharField(max_length=120, blank=True, default="")

    class Meta:
        verbose_name = _("duty of the node")
        verbose_name_plural = _("duties of the node")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(failures__lte=models.F("times")), name="duty_failures_are_some_of_all"
            )
        ]

    def __str__(self) -> str:
        return self.name


def _in_language(text: dict[str, str]) -> str:
    if not text:
        return ""
    return Words(text["en"], text["ru"]).text(get_language() or "en")
