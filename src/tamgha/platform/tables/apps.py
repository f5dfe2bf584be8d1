from django.apps import AppConfig


class TablesConfig(AppConfig):
    name = "tamgha.platform.tables"
    label = "tables"
