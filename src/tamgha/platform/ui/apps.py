"""The area's place in Django."""

from django.apps import AppConfig


class UiConfig(AppConfig):
    name = "tamgha.platform.ui"
    label = "ui"
    verbose_name = "Tamgha: interface"
