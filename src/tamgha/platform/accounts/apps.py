"""The area as a Django application."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AccountsConfig(AppConfig):
    name = "tamgha.platform.accounts"
    label = "accounts"
    verbose_name = _("People and administrations")

    def ready(self) -> None:
        """Follow what Django and allauth tell about log-ins."""
        from tamgha.platform.accounts import receivers  # noqa: PLC0415 -- models must be loaded

        receivers.connect()
