"""The area as a Django application."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class JournalConfig(AppConfig):
    name = "tamgha.platform.journal"
    label = "journal"
    verbose_name = _("Journal")

    def ready(self) -> None:
        """Write down what the areas below announce."""
        from tamgha.platform.journal import receivers  # noqa: PLC0415 -- models must be loaded

        receivers.connect()
