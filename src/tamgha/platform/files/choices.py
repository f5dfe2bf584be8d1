"""The words that stored files choose from."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Access(TextChoices):
    """How far a file may travel."""

    PRIVATE = "private", _("Only its owner")
    ADMINISTRATION = "administration", _("The administration")
    REGION = "region", _("The region")
    PUBLIC = "public", _("Everybody")
