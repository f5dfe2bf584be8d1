"""The area as a Django application."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from tamgha.platform.ui import navigation
from tamgha.shared.words import Words


class FilesConfig(AppConfig):
    name = "tamgha.platform.files"
    label = "files"
    verbose_name = _("Stored files")

    def ready(self) -> None:
        """Put our page into the account menu."""
        navigation.register_menu_link(
            navigation.MenuLink(
                key="files", label=Words("Files", "Файлы"), url_name="files:files", order=40
            )
        )
