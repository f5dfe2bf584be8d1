"""The area as a Django application."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class TrustConfig(AppConfig):
    name = "tamgha.platform.trust"
    label = "trust"
    verbose_name = _("Keys of the node")
