from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class TablesConfig(AppConfig):
    name = "tamgha.platform.tables"
    label = "tables"

    def ready(self) -> None:
        """Load the sheets that the areas declare."""
        autodiscover_modules("sheets")
