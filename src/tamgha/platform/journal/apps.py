"""The area as a Django application."""

from django.apps import AppConfig
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from tamgha.platform.ui import navigation
from tamgha.shared.words import Words


class JournalConfig(AppConfig):
    name = "tamgha.platform.journal"
    label = "journal"
    verbose_name = _("Journal")

    def ready(self) -> None:
        """Write down what the areas below announce, and put the journal into the account menu."""
        from tamgha.platform.journal import receivers  # noqa: PLC0415 -- models must be loaded

        receivers.connect()
        navigation.register_menu_link(
            navigation.MenuLink(
                key="journal",
                label=Words("Journal", "Журнал"),
                url_name="journal:list",
                order=40,
                shown_to=_reads_the_journal,
            )
        )


def _reads_the_journal(request: HttpRequest) -> bool:
    from tamgha.platform.journal.permissions import can_read  # noqa: PLC0415 -- models must be loaded

    return can_read(request.user)
