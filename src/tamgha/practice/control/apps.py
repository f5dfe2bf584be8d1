"""Control as a Django application."""

from django.apps import AppConfig


class ControlConfig(AppConfig):
    name = "tamgha.practice.control"
    label = "control"
