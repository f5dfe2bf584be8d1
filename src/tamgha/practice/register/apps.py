"""The risk register as a Django application."""

from django.apps import AppConfig


class RegisterConfig(AppConfig):
    name = "tamgha.practice.register"
    label = "register"

    def ready(self) -> None:
        """Let the journal write down what the register announces."""
        from tamgha.practice.register import receivers  # noqa: PLC0415 -- models must be loaded

        receivers.connect()
