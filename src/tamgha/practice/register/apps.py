"""The risk register as a Django application."""

from django.apps import AppConfig


class RegisterConfig(AppConfig):
    name = "tamgha.practice.register"
    label = "register"
