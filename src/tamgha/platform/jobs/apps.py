"""The area as a Django application."""

from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules
from django.utils.translation import gettext_lazy as _

from tamgha.platform.ui import navigation
from tamgha.shared.words import Words


class JobsConfig(AppConfig):
    name = "tamgha.platform.jobs"
    label = "jobs"
    verbose_name = _("Long work")

    def ready(self) -> None:
        """Load the kinds of work of all areas, and put our page into the account menu."""
        autodiscover_modules("tasks")
        navigation.register_menu_link(
            navigation.MenuLink(
                key="work",
                label=Words("Your running work", "Ваши работы"),
                url_name="jobs:mine",
                order=30,
            )
        )
