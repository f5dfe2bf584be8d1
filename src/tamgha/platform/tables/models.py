"""Views of lists that people keep."""

from django.conf import settings
from django.db import models


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
