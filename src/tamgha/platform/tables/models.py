"""Views of lists that people keep, and sheets on their way in."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class SavedView(models.Model):
    """A named state of a list: search, filters, order and columns, as its address has them."""

    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="saved_views"
    )
    list_name = models.CharField(max_length=80)
    title = models.CharField(max_length=80)
    query = models.CharField(max_length=2000, blank=True)
    created = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["owner", "list_name", "title"], name="one_view_of_a_title"
            )
        ]

    def __str__(self) -> str:
        return self.title


class SheetImport(models.Model):
    """A file of rows that somebody brought: looked at first, then taken, perhaps taken back."""

    class State(models.TextChoices):
        """How far it is."""

        OPEN = "open", _("waits for your decision")
        TAKEN = "taken", _("taken")
        TAKEN_BACK = "taken_back", _("taken back")

    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="sheet_imports"
    )
    sheet = models.CharField(max_length=40)
    file_name = models.CharField(max_length=200)
    head = models.JSONField(default=list)
    rows = models.JSONField(default=list)
    mapping = models.JSONField(default=dict)
    done = models.JSONField(default=list)
    state = models.CharField(max_length=10, choices=State.choices, default=State.OPEN)
    given_at = models.DateTimeField()
    taken_at = models.DateTimeField(null=True)
    undone_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(state__in=["open", "taken", "taken_back"]),
                name="sheet_import_state_known",
            ),
            models.CheckConstraint(
                condition=models.Q(state="open", taken_at__isnull=True)
                | models.Q(taken_at__isnull=False),
                name="sheet_import_taken_has_its_time",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.sheet}: {self.file_name}"
